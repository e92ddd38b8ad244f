"""The line on usage: what a framework claims to have used, beside what the wire saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoreboard.conformance.checklist import Evidence, Finding, Seen, failed, not_supported, passed
from scoreboard.conformance.course import Step
from scoreboard.conformance.told import cannot_be_told, counted
from scoreboard.runner.outcome import ClaimedUsage


def usage_claim(seen: Seen) -> Finding:
    """What it claims to have used is what the wire saw.

    It may claim nothing, or 0 where nobody told it, and a team may leave members out: that is told, and no failure.
    """
    claims = [claim for each in seen.untroubled if each.passed for claim in _claims(each)]
    if not claims:
        return not_supported("claims nothing") if seen.main.passed else cannot_be_told(seen.main)
    wrong = [claim for claim in claims if claim.is_wrong]
    if wrong:
        return failed(f"claims what the wire does not bear out: {_told(wrong)}")
    if less := [claim for claim in claims if claim.claimed != claim.real]:
        return not_supported(f"leaves something out: {_told(less)}")
    trials = len({claim.step for claim in claims})
    what = ", ".join(dict.fromkeys(claim.what for claim in claims))
    return passed(f"claims equal the wire: {what}, in {counted(trials, 'trial')}")


@dataclass(frozen=True)
class _Claim:
    """One figure as the framework tells it and as it is."""

    step: Step
    what: str
    claimed: int
    real: int

    @property
    def is_wrong(self) -> bool:
        """More than there was; or a part of it, where one agent is all there is to count."""
        return self.claimed > self.real or (self.step.shape != "team" and 0 < self.claimed < self.real)


def _claims(evidence: Evidence) -> Iterator[_Claim]:
    usage, calls = evidence.outcome.usage or ClaimedUsage(), evidence.calls
    figures = (
        ("calls", usage.calls, len(calls)),
        ("input tokens", usage.input_tokens, sum(call.input_tokens or 0 for call in calls)),
        ("output tokens", usage.output_tokens, sum(call.output_tokens or 0 for call in calls)),
    )
    for what, claimed, real in figures:
        if claimed is not None:
            yield _Claim(evidence.step, what, claimed, real)


def _told(claims: Sequence[_Claim]) -> str:
    """The claims of the first step among them."""
    first = [claim for claim in claims if claim.step == claims[0].step]
    figures = ", ".join(f"{claim.claimed} of {claim.real} {claim.what}" for claim in first)
    return f"{first[0].step.words} claims {figures}"
