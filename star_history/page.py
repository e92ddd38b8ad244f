"""All charts on one page that needs nothing but itself: no network, no font, no script from anywhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from star_history.caption import caption, coverage_words, last_six_in_words, plain
from star_history.export import backer_of, licence_of
from star_history.growth import grown
from star_history.hatches import patterns
from star_history.history import SOURCE_NAMES, Collection, Record
from star_history.palette import INKS, THEMES, Theme

Specs = Mapping[Theme, Mapping[str, Mapping[str, Any]]]
Drawings = Mapping[Theme, Mapping[str, str]]


def page_of(collection: Collection, specs: Specs, drawings: Drawings) -> str:
    """The page with these drawings. Each is there without scripts too, and alive with them.

    Only what cannot be markup goes in unescaped: SVG as Vega wrote it, JSON without a single <, our patterns, Vega.
    """
    names = list(drawings["light"])
    looks = {theme: {name: _look(specs[theme][name]) for name in names} for theme in THEMES}
    figures = {name: specs["light"][name]["datasets"] for name in names}  # the same in both themes
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return templates.get_template("page.html.jinja").render(
        title=("Demonstration: " if collection.demonstration else "") + "Star history",
        demonstration=plain(collection.demonstration),
        inks=INKS,
        patterns=patterns(json.dumps(looks)),
        charts=[_chart(name, specs, drawings) for name in names],
        sources=[SOURCE_NAMES[source] for source in collection.sources],
        rows=[_row(collection, record) for record in collection.records],
        caption=caption(collection),
        specs=in_script({"figures": figures, "light": looks["light"], "dark": looks["dark"]}),
        bundle=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").replace("</script", "<\\/script"),
    )


def in_script(value: object) -> str:
    """JSON in which nothing can end the script element that it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")


def _look(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Without the figures, which both themes share, and without the schema's address: the page names none."""
    return {key: value for key, value in spec.items() if key not in ("$schema", "datasets")}


def _chart(name: str, specs: Specs, drawings: Drawings) -> dict[str, Any]:
    told = specs["light"][name]["description"]
    return {"name": name, "alt": told, "drawings": {theme: drawings[theme][name] for theme in THEMES}}


def _row(collection: Collection, record: Record) -> dict[str, Any]:
    leading = record.histories.get(collection.sources[0])
    growth = grown(leading) if leading else None
    cells = []
    for source in collection.sources:
        history, share = record.histories.get(source), record.coverage(source)
        told = "unknown" if share is None else coverage_words([share])
        cells.append({"coverage": told, "through": str(history.through) if history else "no figures"})
    stars = f"{record.repository.stars:,}" if record.repository else "unknown"
    return {
        "title": plain(record.subject.title),
        "repo": plain(record.repository.full_name if record.repository else record.subject.repo),
        "stars": stars,
        "age": _number(growth.age_months if growth else None),
        "last_six": (last_six_in_words(growth, leading) if growth and leading else "") or "unknown",
        "licence": plain(licence_of(record)) or "unknown",
        "backer": plain(backer_of(record)),
        "cells": cells,
    }


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"
