"""A model that asks for the tool for ever, where a typed answer is wanted."""

from __future__ import annotations

from tasks._variations import ModelNeverEnds
from tasks.structured_output import StructuredOutput


class EndlessStructured(ModelNeverEnds, StructuredOutput):
    title = "The model never ends"
