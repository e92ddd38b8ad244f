"""New stars by month, as small as a word: to see at a glance whether interest grows or fades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from star_history.growth import full_months
from star_history.history import History

WIDTH, HEIGHT, EDGE = 90, 22, 2
MOST_MONTHS = 24
FEWEST_MONTHS = 3  # fewer show no course of anything


def sparkline(history: History) -> Markup | None:
    """The months that are over, the last 24 at most, from 0 up; a gap where nobody knows. None where too few are known.

    It is hidden from those who hear the page: the words beside it tell them more.
    """
    months = full_months(history)[-MOST_MONTHS:]
    known = [new for new in months if new is not None]
    if len(known) < FEWEST_MONTHS:
        return None
    path = "".join(_strokes(months, max(*known, 1)))
    drawing = (
        '<svg class="spark" width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true" focusable="false">'
        '<path d="{2}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/></svg>'
    )
    return Markup(drawing).format(WIDTH, HEIGHT, path)  # noqa: S704 - numbers


def _strokes(months: Sequence[int | None], most: int) -> Iterator[str]:
    """One stroke for each stretch of known months; a month alone is a dot."""
    step = (WIDTH - 2 * EDGE) / max(len(months) - 1, 1)
    is_drawing = False
    for place, new in enumerate(months):
        if new is None:
            is_drawing = False
            continue
        x, y = EDGE + place * step, HEIGHT - EDGE - new / most * (HEIGHT - 2 * EDGE)
        yield f"L{x:.1f},{y:.1f}" if is_drawing else f"M{x:.1f},{y:.1f}h0"
        is_drawing = True
