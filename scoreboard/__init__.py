"""Bakeoff: the same recipe baked in every agent framework, measured at the wire."""

__version__ = "0.1.0"
