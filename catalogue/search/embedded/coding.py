"""Values of the facets that have thousands, as numbers. Parts of an index share no dictionary, so that to add up their counts
each value is brought as a text from each part; numbers are added up as they are, in half the time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import tantivy

from catalogue.search.document import key_of

CODED: Final = ("publisher", "territory", "organisation")


def column(facet: str) -> str:
    """The field that facet is counted by."""
    return f"{facet}_code" if facet in CODED else facet


class Codes:
    """Which value has a number (`key_of`), learnt from the terms of the index when one is met that is not known yet. A value has
    the same number in every index, so that what was learnt stays true when the index changes."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, str]] = {facet: {} for facet in CODED}

    def named(self, searcher: tantivy.Searcher, facet: str, counts: Iterable[tuple[int, int]]) -> list[tuple[str, int]]:
        """The same counts by value, of one of CODED."""
        counts, known = list(counts), self._known[facet]
        if any(code not in known for code, _ in counts):
            known = {key_of(value): value for value, _ in searcher.terms_with_prefix(facet, "")}
            self._known[facet] = known
        return [(known[code], count) for code, count in counts if code in known]
