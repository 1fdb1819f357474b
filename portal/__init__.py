"""The outermost package: settings, pages, addresses for machines. It may import everything; nothing imports it."""

from typing import Final

VERSION: Final = "0.1.0"  # of the software, as `pyproject.toml` says it
