"""A pack made of this instance: its items, with holes where its own territory was named."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.text import slugify

from catalogue.models import AppliedPack
from portal.packs import guarding
from portal.packs.format import Items, Pack
from portal.packs.merging import same
from portal.packs.parts import PARTS
from portal.packs.places import Place
from portal.packs.refusals import PackRefused


def build(name: str, title: str, version: str, place: Place, without: Collection[str] = ()) -> tuple[Pack, list[str]]:
    """The pack, and what was left out and why. `without`: items as `part/key`. Raises PackRefused: secrets, persons, and
    whatever of this territory no parameter replaces, each by its name.
    """
    items: Items = {}
    notes: list[str] = []
    faults: list[str] = []
    unused = set(without)
    for part, reader in PARTS.items():
        mine, said = reader.mine()
        notes += said
        for key, fields in _keyed(part, mine, place, AppliedPack.objects.in_force(name)).items():
            if f"{part}/{key}" in without:
                unused.discard(f"{part}/{key}")
                continue
            said_here = place.emptied(fields)
            faults += _faults(part, key, said_here, place)
            items.setdefault(part, {})[key] = said_here
    if unused:
        faults.append(f"--without {min(unused)} : il n’y a pas d’élément de ce nom ici.")
    if faults:
        raise PackRefused(faults)
    return Pack(name, place.emptied(title), version, items=items), notes


def _faults(part: str, key: str, fields: dict[str, Any], place: Place) -> Iterator[str]:
    aside = f"Changez cette valeur, ou laissez l’élément de côté : --without {part}/{key}."
    for name, value in fields.items():
        for left in place.left_in(value):
            yield f"{part} › {key} › {name} : « {left} » y reste. {aside}"
    if place.left_in(key):
        yield f"{part} › {key} : sa clé nomme ce territoire. {aside}"
    for fault in guarding.faults(fields, f"{part} › {key}"):
        yield f"{fault} Ou : --without {part}/{key}."


def _keyed(part: str, mine: Items | Any, place: Place, applied: AppliedPack | None) -> dict[str, dict[str, Any]]:
    """Under the keys that the pack gave them before, else under names that do not name this territory."""
    known = applied.items.get(part, {}) if applied else {}
    found: dict[str, dict[str, Any]] = {}
    for key, fields in mine.items():
        before = next(
            (
                old
                for old, said in known.items()
                if said.get("address") and same(said["address"], fields.get("address"))
            ),
            "",
        )
        stem = before or _neutral(key, place)
        name = next(one for one in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if one not in found)
        found[name] = fields
    return found


def _neutral(key: str, place: Place) -> str:
    for name in ("of", "name", "slug", "insee", "siren", "epci_name", "epci", "postcode"):
        if value := slugify(place.values[name].replace("’", "-").replace("'", "-")):
            key = f"-{key}-".replace(f"-{value}-", "-ici-").strip("-")
    return key
