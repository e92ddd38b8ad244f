"""An answer with a type."""

from __future__ import annotations

from tasks.structured_output import StructuredOutput


class TypedAnswer(StructuredOutput):
    title = "The answer has the type asked for"
