"""What a process remembers for some seconds, so that pages do not ask the base again for what hardly ever changes.

Each process has its own, without a lock: two threads may ask at once. Who may know of a thing is asked each time: nothing that a
right decides is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from time import monotonic
from typing import Any, Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_every: Final[list[Memory[Any, Any]]] = []


class Memory(Generic[K, V]):
    """Of one kind of things, each for so many `seconds` from when it was asked; beyond `most` of them all are forgotten."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._held: dict[K, tuple[float, V]] = {}
        _every.append(self)

    def one(self, key: K, ask: Callable[[], V]) -> V:
        known = self._held.get(key)
        if known and monotonic() < known[0]:
            return known[1]
        value = ask()
        self.keep({key: value})
        return value

    def several(self, keys: Iterable[K], ask: Callable[[set[K]], Mapping[K, V]]) -> dict[K, V]:
        """Those that there are: `ask` is called once for all that are not remembered, those that it does not give too."""
        wanted = set(keys)
        found = self.those(wanted)
        if missing := wanted - found.keys():
            told = ask(missing)
            self.keep(told)
            found |= told
        return found

    def those(self, keys: Iterable[K]) -> dict[K, V]:
        """Of these, what is remembered."""
        now, held = monotonic(), self._held
        return {key: known[1] for key in keys if (known := held.get(key)) and now < known[0]}

    def keep(self, told: Mapping[K, V]) -> None:
        if len(self._held) + len(told) > self._most:
            self.forget()
        until = monotonic() + self._seconds
        self._held.update((key, (until, value)) for key, value in told.items())

    def forget(self) -> None:
        self._held.clear()


def forget() -> None:
    """All of it: the next page asks the base."""
    for memory in _every:
        memory.forget()
