"""Which of our media types a client likes best (RFC 9110 §12.5.1).

Not Django's: it takes `text/turtle; charset=utf-8` and `application/ld+json; profile="…"` for types that we do not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

RANGE = re.compile(r"\s*([^\s;,/]+/[^\s;,/]+|\*)\s*((?:;(?:[^\",;]|\"(?:[^\"\\]|\\.)*\")*)*)")
QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d*)?|\.\d+|1(?:\.0*)?)\s*(?=;|\Z)", re.IGNORECASE)
LONGEST = 8_000  # characters of the header: more is no preference


@dataclass(frozen=True)
class Wish:
    """One range of the header: what, how much (0: not at all), and how precisely (0: anything, 2: this type)."""

    media: str
    quality: float
    precision: int
    position: int

    def covers(self, media: str) -> bool:
        kind, _, name = self.media.partition("/")
        return self.media == "*/*" or (kind == media.partition("/")[0] and name in ("*", media.partition("/")[2]))


def preferred(accept: str, offers: Sequence[str]) -> str:
    """The offer that suits best, "" when none is accepted. Equally liked: the more precisely named, then the first named,
    then the first offered. Who says nothing that can be read takes anything; parameters of a type are passed over.
    """
    wishes = [_wish(found, position) for position, found in enumerate(RANGE.finditer(accept[:LONGEST]))]
    if not wishes:
        return offers[0]
    best: tuple[tuple[float, int, int], str] | None = None
    for media in offers:
        covering = [wish for wish in wishes if wish.covers(media)]
        if not covering:
            continue
        wish = max(covering, key=lambda wish: (wish.precision, -wish.position))
        rank = (wish.quality, wish.precision, -wish.position)
        if wish.quality > 0 and (best is None or rank > best[0]):
            best = rank, media
    return best[1] if best else ""


def _wish(found: re.Match[str], position: int) -> Wish:
    media = "*/*" if found[1] == "*" else found[1].lower()
    said = QUALITY.search(found[2])
    precision = 0 if media == "*/*" else 1 if media.endswith("/*") else 2
    return Wish(media, float(said[1]) if said else 1.0, precision, position)
