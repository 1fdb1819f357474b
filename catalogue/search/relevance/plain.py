"""Plain BM25 (Robertson and Zaragoza, 2009), to be printed beside a backend: it knows French stems, but no synonym, no
town and no field. Where it does well, the catalogue is too easy to tell engines apart.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from catalogue.search import french
from catalogue.search.document import Document

K1: Final = 1.2
B: Final = 0.75


class Plain:
    """All the text of each document in one field; a question is its words, any of which may match."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._postings: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._lengths: dict[str, int] = {}
        for each in documents:
            counts = Counter(term for passage in each.passages()["everything"] for term in french.tokens(passage))
            self._lengths[each.id] = counts.total()
            for term, count in counts.items():
                self._postings[term].append((each.id, count))
        self._mean = sum(self._lengths.values()) / max(1, len(self._lengths))

    def ask(self, text: str, size: int = 10) -> Sequence[str]:
        """The ids of the best, the best first."""
        scores: dict[str, float] = defaultdict(float)
        for term in dict.fromkeys(french.tokens(text)):
            found = self._postings.get(term, [])
            rarity = math.log(1 + (len(self._lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for identifier, count in found:
                norm = K1 * (1 - B + B * self._lengths[identifier] / self._mean)
                scores[identifier] += rarity * count * (K1 + 1) / (count + norm)
        return heapq.nsmallest(size, scores, key=lambda each: (-scores[each], int(each)))
