"""Patterns that people type: `*` stands for anything. In linear time: what a person writes must not hold a worker."""

from __future__ import annotations

from collections.abc import Callable

from catalogue.named import folded
from harvesters.matching import fold

Matches = Callable[[str], bool]


def whole(pattern: str) -> Matches:
    """Whether a text is what the pattern says from its beginning to its end; case and accents do not count."""
    parts = folded(pattern).split("*")
    first, *middle, last = parts if len(parts) > 1 else (parts[0], "")

    def matches(text: str) -> bool:
        said = folded(text)
        if len(parts) == 1:
            return said == first
        end = len(said) - len(last)
        return said.startswith(first) and said.endswith(last) and 0 <= _after(said, middle, len(first)) <= end

    return matches


def words(pattern: str) -> Matches:
    """Whether a text holds the words that the pattern says, one after the other."""
    parts = [fold(part) for part in pattern.split("*")]
    if not pattern.startswith("*"):
        parts[0] = f" {parts[0]}"
    if not pattern.endswith("*"):
        parts[-1] = f"{parts[-1]} "
    return lambda text: _after(f" {fold(text)} ", parts, 0) >= 0


def _after(text: str, parts: list[str], start: int) -> int:
    """Where the last of the parts ends, each found after the one before; -1 when one is missing. The first place of each
    is the best: it leaves most to the others.
    """
    for part in parts:
        found = text.find(part, start)
        if found < 0:
            return -1
        start = found + len(part)
    return start
