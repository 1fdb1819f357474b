"""Which of millions of numbers come more than once, without millions of objects in memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator

PARTS = 64  # counted a part at a time: of all but one part, eight bytes a number are held


class Repeats:
    """Numbers of 64 bits with a sign, as `hash` gives them."""

    def __init__(self) -> None:
        self._parts = [array("q") for _ in range(PARTS)]

    def add(self, number: int) -> None:
        self._parts[number % PARTS].append(number)

    def found(self) -> Iterator[int]:
        """The numbers that were added more than once; all is forgotten then."""
        parts, self._parts = self._parts, [array("q") for _ in range(PARTS)]
        while parts:
            yield from [number for number, times in Counter(parts.pop()).items() if times > 1]
