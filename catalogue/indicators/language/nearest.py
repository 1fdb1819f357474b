"""The known name that is closest to one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from catalogue.tables.schemas.national import folded


def nearest(name: str, known: Iterable[str]) -> str:
    """« Vouliez-vous dire … ? » with a space before; "" when nothing is close."""
    by_folded = {folded(each): each for each in known}
    close = difflib.get_close_matches(folded(name), by_folded, n=1, cutoff=0.6)
    return f" Vouliez-vous dire « {by_folded[close[0]]} » ?" if close else ""
