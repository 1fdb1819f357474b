"""A question as it may be counted; what looks like somebody's own is not counted at all."""

from __future__ import annotations

import re
from typing import Final

from catalogue.search.french.analysis import fold

MOST_WORDS: Final = 6
LONGEST: Final = 60  # characters
_STREETS: Final = "rue|avenue|av|boulevard|bd|chemin|impasse|all[ée]e|place|route|quai|cours|square|lotissement|r[ée]sidence|hameau|lieu-dit"
# An address of the net, six digits in all one after the other or apart (telephone, birth date, social security, IBAN), a
# number in a street, a person with a title, a number plate.
OWN: Final = (
    re.compile(r"@|://|\bwww\.", re.IGNORECASE),
    re.compile(r"\d(?:\W*\d){5}"),
    re.compile(rf"\d\s*(?:bis|ter|quater)?\s*,?\s+(?:{_STREETS})\b", re.IGNORECASE),
    re.compile(r"\b(?:m\.|mr|mme|mlle|monsieur|madame|mademoiselle|dr|docteur|ma[iî]tre)\s+\w", re.IGNORECASE),
    re.compile(r"\b[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2}\b", re.IGNORECASE),
)


def countable(text: str) -> str:
    """In lower case, without signs; "" for what must not be counted."""
    if len(text) > LONGEST or any(pattern.search(text) for pattern in OWN):
        return ""
    words = re.findall(r"[\w'’-]*\w", text.casefold())
    return " ".join(words) if len(words) <= MOST_WORDS else ""


def same(text: str) -> str:
    """What two spellings of one question share."""
    return " ".join(re.findall(r"\w+", fold(text)))
