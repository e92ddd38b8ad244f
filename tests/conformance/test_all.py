"""Every framework's checklist is green."""

from __future__ import annotations

import json

import pytest

from scoreboard.runner.catalogue import family_of, framework_cards
from tests.conftest import Kitchen

FRAMEWORKS = [name for name, card in framework_cards().items() if name == family_of(name) and not card.is_control]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_framework_does_what_every_adapter_should(kitchen: Kitchen, framework: str) -> None:
    done = kitchen.run("check", framework, "--json")
    (checklist,) = json.loads(done.stdout)
    assert checklist["problem"] is None
    failed = {line["line"]: line["words"] for line in checklist["lines"] if line["status"] == "failed"}
    assert failed == {}
    assert done.returncode == 0
    status = {line["line"]: line["status"] for line in checklist["lines"]}
    assert status["one tool"] == status["team"] == status["framework really used"] == "passed"
