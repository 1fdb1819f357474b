"""What an index keeps of a record to find others like it: the terms that say what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

KEPT: Final = 24  # terms of each part


def gist(strong: Iterable[str], weak: Iterable[str], local: Iterable[str], place: str) -> str:
    """Terms of its title and keywords, terms of its description, the most frequent first, and its place.

    `local`: terms that name places or the body, which are not what it is about.
    """
    aside = set(local)
    first = [each for each in dict.fromkeys(strong) if _tells(each, aside)][:KEPT]
    counted = Counter(each for each in weak if _tells(each, aside) and each not in first)
    return "\t".join((" ".join(first), " ".join(term for term, _ in counted.most_common(KEPT)), place))


def _tells(term: str, aside: set[str]) -> bool:
    return len(term) > 2 and not term.isdigit() and term not in aside


def parts(gist: str) -> tuple[list[str], list[str], str]:
    """Both lists of terms, and the place."""
    strong, weak, place = gist.split("\t")
    return strong.split(), weak.split(), place
