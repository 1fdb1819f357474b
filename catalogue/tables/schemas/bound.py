"""Pieces of SQL whose values are bound, never pasted, and the patterns of schemas as DuckDB's engine takes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from catalogue.tables.query.bound import Bound as Asked
from catalogue.tables.store import Value

# Python's \s, that Table Schema's tools follow; RE2's stops at ASCII (a no-break space is what French figures hold).
SPACE: Final = r"\s\x0B\x1C-\x1F\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}"
NAMES: Final = re.compile(r"\$(file|v\d+)\b")
CLASSES: Final = {"s": SPACE, "d": r"\p{Nd}", "w": r"\p{L}\p{N}_"}


class Bound(Asked):
    """The values of several statements that share conditions, under the names that they have in them."""

    def __init__(self, file: Path) -> None:
        super().__init__({"file": str(file)})
        self._lists: dict[tuple[str, ...], str] = {}

    def __call__(self, value: Value) -> str:
        """A list is bound once, however many conditions look into it."""
        if not isinstance(value, list):
            return super().__call__(value)
        known = self._lists.get(tuple(value))
        if known is None:
            known = self._lists[tuple(value)] = super().__call__(value)
        return known

    def used(self, statement: str) -> dict[str, Value]:
        """Those that a statement names: DuckDB refuses the others."""
        return {name: self.values[name] for name in set(NAMES.findall(statement))}


def as_re2(pattern: str) -> str:
    """A pattern of a schema (Python's dialect, as every tool of Table Schema reads it) for RE2, that never runs away.

    Anchored as `frictionless` anchors it: at the start, and at the end or before a last line break. Raises ValueError
    for what no linear engine has: look-around and back-references.
    """
    said, inside, at = [], False, 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            piece, at = _escaped(pattern, at, inside)
        elif pattern.startswith(("(?=", "(?!", "(?<"), at) and not inside:
            raise ValueError(f"look-around: {pattern}")
        else:
            piece, at = (r"(?:\n?\z)" if character == "$" and not inside else character), at + 1
            inside = (inside or character == "[") and character != "]"
        said.append(piece)
    return rf"^(?:^{''.join(said)}(?:\n?\z))"


def _escaped(pattern: str, at: int, inside: bool) -> tuple[str, int]:
    """The escape that begins at `at`, and where what follows it begins."""
    letter = pattern[at + 1]
    if letter == "u":
        return rf"\x{{{pattern[at + 2 : at + 6]}}}", at + 6
    if letter.isdigit():
        raise ValueError(f"back-reference: {pattern}")
    if letter in CLASSES:
        return (CLASSES[letter] if inside else f"[{CLASSES[letter]}]"), at + 2
    if letter.isascii():
        return pattern[at : at + 2], at + 2
    return letter, at + 2  # a letter that needs no escape, and that RE2 does not take with one
