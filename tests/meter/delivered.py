"""A fault as it was delivered, beside what would have come without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scoreboard.meter.faults.base import Fault
from tests.meter.bytewise import Heard
from tests.meter.forms import Called, Form, Said


@dataclass(frozen=True)
class Delivered:
    """A response under a fault, and the one that the same request gets without any."""

    fault: Fault
    form: Form
    heard: Heard
    perfect: Heard
    before: tuple[Called, ...]  # what the model had called before

    @property
    def said(self) -> Said:
        return self.form.read(self.heard)

    @property
    def meant(self) -> Said:
        return self.form.read(self.perfect)

    @property
    def cut_short(self) -> str:
        return "length" if self.form.is_chat else "max_output_tokens"


Promise = Callable[[Delivered], None]
