"""What a record names that only the base knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Named(Protocol):
    """An address of its own, a body that publishes it, a place. `values`: as a draft has them."""

    @property
    def uri(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def owner(self) -> int: ...
