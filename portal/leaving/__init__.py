"""Leaving with everything, and coming back: `manage.py export` and `manage.py import` (docs/leaving.md)."""

from typing import Final

VERSION: Final = "0.1.0"  # of pyproject.toml (tests/leaving)
