"""How a model is named, and what its base URL must not hold."""

from __future__ import annotations

import pytest

from scoreboard.errors import UsageError
from scoreboard.meter.model import ModelSpec


@pytest.mark.parametrize(
    ("spec", "label"),
    [
        (ModelSpec("sim", "sim"), "sim"),
        (ModelSpec("sim", "sim", None, 20), "sim+20ms"),
        (ModelSpec("openai", "gpt-5", "http://host:1/v1"), "openai:gpt-5@http://host:1/v1"),
        (ModelSpec("openai", "gpt-5"), "openai:gpt-5@https://api.openai.com/v1"),
    ],
)
def test_labels(spec: ModelSpec, label: str) -> None:
    assert spec.label == label


@pytest.mark.parametrize("url", ["https://me:secret@host/v1", "https://host/v1?key=secret", "https://host/#secret"])
def test_a_secret_in_the_base_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError, match="OPENAI_API_KEY") as refusal:
        ModelSpec("openai", "gpt-5", url)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["host/v1", "ftp://host/v1", "https://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="https://host/v1"):
        ModelSpec("openai", "gpt-5", url)
