"""Says it is the client's adapter, and does the task by plain code and the standard library."""

from adapters.base import Adapter
from adapters.oracle import OracleAdapter


class Impostor(OracleAdapter, Adapter):
    title = "Impostor"
    package = "openai"
