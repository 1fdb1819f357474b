"""What is long, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(each: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size`, the last one shorter; nothing is read further than asked for."""
    every = iter(each)
    while batch := list(islice(every, size)):
        yield batch
