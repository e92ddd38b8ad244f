"""A provider that fails, where a typed answer is wanted."""

from __future__ import annotations

from tasks._variations import ModelFails
from tasks.structured_output import StructuredOutput


class FailingStructured(ModelFails, StructuredOutput):
    title = "The provider fails"
