"""`bakeoff list`: what can be baked."""

from __future__ import annotations

import json
from typing import Any

import click

from scoreboard.meter.faults.base import ALWAYS
from scoreboard.report.catalogue import fault_things, page
from scoreboard.runner.catalogue import Card, framework_cards, task_classes
from scoreboard.runner.locks import locked_version

MODELS = [
    {"name": "sim", "what": "built in, deterministic, needs no key; --sim-latency MS adds a known delay"},
    {"name": "sim --sim stubborn:N", "what": "the same, but under a fault it makes its mistake N times (3 without :N)"},
    {"name": "openai:NAME", "what": "any OpenAI-compatible endpoint; needs OPENAI_API_KEY, takes --base-url"},
]


Thing = dict[str, Any]


def show_page() -> None:
    """Prints the catalogue of faults as the page it is in."""
    click.echo(page(), nl=False)


def show_listing(what: str | None, *, as_json: bool) -> None:
    """Prints one kind of thing, or all of them."""
    listing = {kind: rows for kind, rows in known_things().items() if what in (None, kind)}
    if as_json:
        click.echo(json.dumps(listing[what] if what else listing, indent=2))
        return
    click.echo("\n\n".join(_block(kind, rows) for kind, rows in listing.items()))


def known_things() -> dict[str, list[Thing]]:
    """Everything that can be named on the command line, with a word on each."""
    frameworks: list[Thing] = [
        {"name": card.name, "what": _what(card), "package": card.package}
        | {"version": locked_version(card.lock, card.package), "repo": card.repo, "notes": list(card.notes)}
        for card in framework_cards().values()
    ]
    tasks = [{"name": name, "what": task.title, "shape": task.shape} for name, task in task_classes().items()]
    return {"frameworks": frameworks, "tasks": tasks, "models": MODELS, "faults": fault_things()}


def _what(card: Card) -> str:
    if not card.variant:
        return card.title
    return f"{card.title}, another way: {', '.join(sorted(card.shapes))}"


def _block(kind: str, rows: list[dict[str, Any]]) -> str:
    if kind == "faults":
        return _fault_block(rows)
    width = max(len(row["name"]) for row in rows)
    return "\n".join([kind, *(f"  {row['name']:{width}}  {_words(row)}" for row in rows)])


def _fault_block(rows: list[dict[str, Any]]) -> str:
    """By group, whose name is as good as a fault's; one line for a fault and its endless twin."""
    names = {row["name"] for row in rows}
    lines = ["faults, by group; a fault with * is there as NAME/always too"]
    group = ""
    for row in rows:
        if row["name"].endswith(ALWAYS):
            continue
        if row["group"] != group:
            group = row["group"]
            lines.append(f" {group}")
        star = "*" if row["name"] + ALWAYS in names else " "
        lines.append(f"  {row['name']:24}{star} {row['what']}")
    return "\n".join(lines)


def _words(row: dict[str, Any]) -> str:
    version = f" ({row['package']} {row['version']})" if row.get("version") else ""
    return f"{row['what']}{version}"
