"""Templates to pages. Whatever is put into a template is text: escaped, and stripped of what could hide words."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scoreboard.report.site.dyes import dyes
from scoreboard.report.untrusted import nameless, printable

TEMPLATES = Path(__file__).parent / "templates"


@cache
def templates() -> Environment:
    """Everything is escaped but what is Markup already: our own drawings and highlighted code."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **shown: Any) -> str:
    """One page."""
    return templates().get_template(template).render(**shown)


@cache
def style() -> str:
    """One style sheet, `base.css` first, the charts' dyes last."""
    return "\n".join([_together("css"), dyes()])


@cache
def script() -> str:
    """One script, `base.js` first; every file is a block of its own."""
    return _together("js")


def policy(*scripts: str, connects: bool = False, sheets: bool = False) -> str:
    """A Content-Security-Policy that lets run exactly these scripts, and nothing load from anywhere.

    `sheets`: but for style sheets that lie beside the page, which then has none of its own.
    """
    hashes = " ".join(f"'sha256-{_digest(each)}'" for each in scripts) or "'none'"
    live = "; connect-src 'self'" if connects else ""
    styles = "'self' file:" if sheets else "'unsafe-inline'"
    nowhere = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return f"{nowhere}; script-src {hashes}; style-src {styles}; img-src data:{live}"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _together(kind: str) -> str:
    files = sorted((TEMPLATES / kind).glob(f"*.{kind}"), key=lambda path: (path.stem != "base", path.stem))
    return "\n".join(path.read_text(encoding="utf-8").strip() for path in files)


def _visible(value: Any) -> Any:
    return nameless(printable(value)) if isinstance(value, str) and not isinstance(value, Markup) else value
