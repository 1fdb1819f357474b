"""Why a pack is not taken; the message is French and says what to do. But for Unfinished, nothing was changed."""

from __future__ import annotations

from collections.abc import Iterable


class PackRefused(ValueError):
    """`faults`: all that is wrong, one line each."""

    def __init__(self, faults: str | Iterable[str]) -> None:
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))


class Unfinished(PackRefused):
    """It is applied in the base, and a file of it cannot be put in place yet: whoever comes next tries again."""
