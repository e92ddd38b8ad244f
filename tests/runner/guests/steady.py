"""A framework that always does its work."""

from adapters.oracle import OracleAdapter


class Steady(OracleAdapter):
    title = "Steady"
