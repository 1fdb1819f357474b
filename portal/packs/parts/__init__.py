"""What a pack is made of: one module a kind of item. Each reads its items from this instance, and writes them by its verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from portal.packs.parts.branding import Branding
from portal.packs.parts.pages import Pages
from portal.packs.parts.recipes import Recipes
from portal.packs.parts.roles import Roles
from portal.packs.parts.sources import Sources
from portal.packs.parts.synonyms import Synonyms
from portal.packs.parts.themes import Themes

Fields = Mapping[str, Any]


class Part(Protocol):
    """`name`: of its file. Fields are JSON values in one canonical form: what was written is read again the same."""

    name: str
    gone: str  # what `remove` does, as people read it
    gentle: bool  # `remove` keeps what was changed here, so it needs no decision

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        """All items of this instance by stable keys, as a pack would say them; and what cannot travel, in French."""
        ...

    def held(self, wanted: Mapping[str, Fields], known: Mapping[str, Fields]) -> dict[str, dict[str, Any]]:
        """Those of `wanted` that stand here now. `known`: those that the pack brought before."""
        ...

    def normal(self, key: str, fields: Fields) -> dict[str, Any]:
        """In canonical form, defaults said. Raises PackRefused for what could not be written here."""
        ...

    def write(self, key: str, before: Fields | None, fields: Fields) -> None:
        """Makes or changes one item. Raises PackRefused."""
        ...

    def remove(self, key: str, before: Fields) -> None: ...

    def left(self, before: Fields) -> dict[str, Any] | None:
        """What `remove` leaves of an item; None for nothing."""
        ...


PARTS: Final[dict[str, Part]] = {
    part.name: part for part in (Roles(), Sources(), Synonyms(), Themes(), Branding(), Pages(), Recipes())
}
