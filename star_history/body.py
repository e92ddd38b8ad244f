"""Whether an answer is what was agreed on. What is wrong with it is a ValueError in a few words."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

Form = TypeVar("Form")


def parsed(body: bytes, form: TypeAdapter[Form]) -> Form:
    """The body as that form."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        begins = body[:40].decode(errors="replace")
        raise ValueError(f"no whole JSON; it begins with {begins!r}" if body else "it is empty") from error
    try:
        return form.validate_python(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole of it"
        raise ValueError(f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}") from error
