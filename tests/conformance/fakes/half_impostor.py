"""Imports the client, and sends its requests without it."""

import openai  # type: ignore[import-not-found]  # noqa: F401

from adapters.base import Adapter
from adapters.oracle import OracleAdapter


class HalfImpostor(OracleAdapter, Adapter):
    title = "HalfImpostor"
    package = "openai"
