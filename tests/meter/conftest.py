"""The tokenizer's package opens its files in a deprecated way: import it once where warnings are no errors."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import bpe_openai  # type: ignore[import-untyped] # noqa: F401
