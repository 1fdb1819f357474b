"""Where records come from, told by who brings them: the catalogue does not know its harvesters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class Origin:
    """`source`: the public name of where it was harvested. `instance`: base address of its home, "" when that is here."""

    source: str
    instance: str = ""


Teller = Callable[[Collection[UUID]], Mapping[UUID, Origin]]

_tellers: list[Teller] = []


def told_by(teller: Teller) -> None:
    """From now on this one is asked too; it leaves out what it did not bring."""
    if teller not in _tellers:
        _tellers.append(teller)


def origins(records: Collection[UUID]) -> dict[UUID, Origin]:
    """Of each of them; what was made here is left out."""
    found: dict[UUID, Origin] = {}
    for teller in _tellers:
        found.update(teller(records))
    return found


def here() -> str:
    """The base address of this instance, as its own records give it."""
    return str(settings.BOUTURE_URL).rstrip("/")


def where(origin: Origin | None) -> dict[str, Any]:
    """The fields of a document that say where its record comes from."""
    return {
        "source": (origin.source,) if origin else (),
        "instance": (origin.instance if origin and origin.instance else here(),),
    }
