"""A tool that raises, on the way to a typed answer."""

from __future__ import annotations

from tasks._variations import FirstRollFails
from tasks.structured_output import StructuredOutput


class RaisingStructured(FirstRollFails, StructuredOutput):
    title = "A tool raises, then works"
