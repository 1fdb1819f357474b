"""A text cut in words, numbers and signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.language.nodes import Misread

LONGEST: Final = 4_000  # characters of an expression
DIGITS: Final = 16  # of a number: what a float holds exactly
WORDS: Final = frozenset({"and", "or", "not", "in", "is", "known", "missing", "where", "once", "per", "distinct"})
PATTERN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
    |(?P<name>[^\W\d]\w*)
    |(?P<column>\[[^\[\]]+\])
    |(?P<sign><=|>=|!=|[=<>+\-*/(),])""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """`kind`: number, text, name (of a function or a column), word, sign or end. `text`: without its quotes or brackets."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Raises Misread at the first character that belongs to nothing."""
    if len(text) > LONGEST:
        raise Misread(f"cette expression dépasse {LONGEST} caractères : découpez-la avec « derive »", 0)
    at = 0
    while at < len(text):
        found = PATTERN.match(text, at)
        if found is None:
            raise Misread(_unknown(text[at]), at)
        kind, said = found.lastgroup or "", found[0]
        if kind == "number" and len(said) > DIGITS:
            raise Misread(f"un nombre a au plus {DIGITS} signes", at)
        if kind == "text":
            yield Token("text", said[1:-1].replace(said[0] * 2, said[0]), at)
        elif kind == "column":
            yield Token("column", said[1:-1].strip(), at)
        elif kind == "name" and said in WORDS:
            yield Token("word", said, at)
        elif kind != "space":
            yield Token(kind, said, at)
        at = found.end()
    yield Token("end", "", len(text))


def _unknown(character: str) -> str:
    if character in "\"'":
        return f"le guillemet {character} n’est pas refermé"
    if character in "«»“”‘’":
        return f'écrivez les textes entre guillemets droits ("…"), pas {character}'
    return f"le signe {character} n’a pas de sens ici"
