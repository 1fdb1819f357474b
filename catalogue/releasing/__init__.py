"""The figures as they leave: read by batches for any reader, and catalogued as datasets of our own for everybody."""

from __future__ import annotations

from catalogue.releasing.reading import BASE, Key, Rows, cube_of, lines, page, told

__all__ = ["BASE", "Key", "Rows", "cube_of", "lines", "page", "told"]
