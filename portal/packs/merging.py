"""Three-way merge of items: what the pack said last (`base`), what stands here (`local`), what the pack says now (`pack`).

Values as JSON has them, no base. Field by field, fields within fields, lists by their elements. Where both sides changed
the same thing in two ways there is a conflict: the local value stays, and it is told until somebody takes one side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

Fields = Mapping[str, Any]


class Take(StrEnum):
    """Which side a conflict takes. NEITHER: the local value stays, and the conflict is told again next time."""

    NEITHER = ""
    PACK = "pack"
    LOCAL = "local"


class _Absent:
    def __repr__(self) -> str:
        return "—"


ABSENT: Final[Any] = _Absent()


@dataclass(frozen=True)
class Conflict:
    """`field`: "rules.themes"; "" for the whole item. A side that has nothing there holds ABSENT."""

    field: str
    base: Any
    local: Any
    pack: Any


@dataclass(frozen=True)
class Merged:
    """`value`: what is to stand here. `base`: what to remember that the pack said. None for an item: there is none."""

    value: Any
    base: Any
    conflicts: tuple[Conflict, ...] = ()


def merged_item(base: Fields | None, local: Fields | None, pack: Fields | None, take: Take = Take.NEITHER) -> Merged:
    """Of one item; None on a side that does not have it."""
    if base is None and pack is None:  # none of the pack's business
        return Merged(local, None)
    found = _merged("", _there(base), _there(local), _there(pack), take)
    value, kept = (None if side is ABSENT else side for side in (found.value, found.base))
    return Merged(value, kept, found.conflicts)


def _there(side: Fields | None) -> Any:
    return ABSENT if side is None else dict(side)


def _merged(field: str, base: Any, local: Any, pack: Any, take: Take) -> Merged:
    if same(local, pack) or same(pack, base):
        return Merged(local, pack)
    if same(local, base):
        return Merged(pack, pack)
    if isinstance(local, dict) and isinstance(pack, dict):
        return _fields(field, base if isinstance(base, dict) else {}, local, pack, take)
    if isinstance(local, list) and isinstance(pack, list):
        return Merged(_elements(base if isinstance(base, list) else [], local, pack), pack)
    if take == Take.NEITHER:
        return Merged(local, base, (Conflict(field, base, local, pack),))
    return Merged(pack if take == Take.PACK else local, pack)


def _fields(field: str, base: Fields, local: Fields, pack: Fields, take: Take) -> Merged:
    value: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for name in dict.fromkeys((*local, *pack, *base)):
        path = f"{field}.{name}" if field else name
        found = _merged(path, base.get(name, ABSENT), local.get(name, ABSENT), pack.get(name, ABSENT), take)
        if found.value is not ABSENT:
            value[name] = found.value
        if found.base is not ABSENT:
            kept[name] = found.base
        conflicts += found.conflicts
    return Merged(value, kept, tuple(conflicts))


def _elements(base: list[Any], local: list[Any], pack: list[Any]) -> list[Any]:
    """Ours, without what the pack took away, then what it added; what was taken away here stays away."""
    kept = [one for one in local if within(one, pack) or not within(one, base)]
    return kept + [one for one in pack if not within(one, local) and not within(one, base)]


def within(one: Any, many: list[Any]) -> bool:
    return any(same(one, other) for other in many)


def same(one: Any, other: Any) -> bool:
    """As JSON has it: true is not 1, and 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other)
