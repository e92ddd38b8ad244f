"""Every checklist is green: every framework's, and every variant's."""

from __future__ import annotations

import json

import pytest

from scoreboard.runner.catalogue import Card, framework_cards
from tests.conftest import Kitchen

ADAPTERS = [card for card in framework_cards().values() if not card.is_control]
STEP = {"agent": "one tool", "team": "team", "structured": "typed answer"}


@pytest.mark.parametrize("card", ADAPTERS, ids=lambda card: card.name)
def test_every_adapter_does_what_every_adapter_should(kitchen: Kitchen, card: Card) -> None:
    done = kitchen.run("check", card.name, "--json")
    (checklist,) = json.loads(done.stdout)
    assert checklist["problem"] is None
    failed = {line["line"]: line["words"] for line in checklist["lines"] if line["status"] == "failed"}
    assert failed == {}
    assert done.returncode == 0
    status = {line["line"]: line["status"] for line in checklist["lines"]}
    assert {status[STEP[shape]] for shape in card.shapes} == {status["framework really used"]} == {"passed"}
