"""What an index keeps of a record to find others like it: the terms that say what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final

KEPT: Final = 24  # terms of each part


def gist(strong: Iterable[str], weak: Iterable[str], local: Iterable[str], place: str) -> str:
    """Terms of its title and keywords, terms of its description, the most frequent first, and its place.

    `local`: terms that name places or the body, which are not what it is about.
    """
    aside = set(local)
    first = _telling(dict.fromkeys(strong), aside)
    then = _telling((term for term, _ in Counter(weak).most_common()), aside.union(first))
    return "\t".join((" ".join(first), " ".join(then), place))


def _telling(terms: Iterable[str], aside: set[str]) -> list[str]:
    return list(islice((each for each in terms if len(each) > 2 and not each.isdigit() and each not in aside), KEPT))


def parts(gist: str) -> tuple[list[str], list[str], str]:
    """Both lists of terms, and the place."""
    strong, weak, place = gist.split("\t")
    return strong.split(), weak.split(), place
