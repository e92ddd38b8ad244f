"""An adapter file without an adapter of its own."""

from adapters.base import Adapter

__all__ = ["Adapter"]
