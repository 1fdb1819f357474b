"""When a server may be asked again: who asks books the next turn, and waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

Pace = Callable[[str, float], float]  # host, seconds between two requests to it -> seconds to wait before this one


class OwnPace:
    """The turns of one client alone. Several processes share theirs by `harvesters.pace`."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}

    def __call__(self, host: str, delay: float) -> float:
        now = time.monotonic()
        start = max(now, self._free.get(host, now))
        self._free[host] = start + delay
        return start - now
