"""One address for one licence: that of the European list, where a usual licence in France stands in it under another.

Records keep the address that their source gives; the index knows one, else the same licence is two values of a facet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from catalogue.models import Concept
from catalogue.remembered import Memory

_known: Final = Memory[str, dict[str, str]](60, 1)


def listed(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each licence once, in their order; "" is left out. One query a minute."""
    known = _known.one("", _read)
    return tuple(dict.fromkeys(known.get(address, address) for address in addresses if address))


def in_filters(filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Filters of a search, with licences as the index knows them."""
    asked = filters.get("licence")
    return {**filters, "licence": listed(asked)} if asked else filters


def _read() -> dict[str, str]:
    """Each address of a licence that is in both lists -> the European one."""
    european = set(Concept.objects.of("licence").values_list("uri", flat=True))
    found: dict[str, str] = {}
    for address, others in Concept.objects.of("licence-fr").values_list("uri", "alt"):
        if same := next((other for other in others if other in european), ""):
            found |= dict.fromkeys((address, *(other for other in others if "://" in other)), same)
    return found
