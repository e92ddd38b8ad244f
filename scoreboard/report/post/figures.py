"""Figures as a table of the article shows them. Unknown is blank, never 0."""

from __future__ import annotations


def number(value: float | None, digits: int = 0) -> str:
    """1,234.5"""
    return "" if value is None else f"{value:,.{digits}f}"


def with_times(value: float | None, times: float | None, digits: int = 0) -> str:
    """ "1,234 (2.5x)": a figure, and how many times the baseline's it is."""
    return number(value, digits) + ("" if value is None or times is None else f" ({times:,.1f}x)")


def percent(share: float) -> str:
    """67%"""
    return f"{share:.0%}"


def span(interval: tuple[float, float] | None) -> str:
    """54-78%"""
    return f"{100 * interval[0]:.0f}-{interval[1]:.0%}" if interval else ""
