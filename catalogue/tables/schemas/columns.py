"""What is wrong with the columns themselves: absent, named otherwise, in another order, not of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from catalogue.tables.contract import Raw, Type
from catalogue.tables.schemas.national import Field, Schema
from catalogue.tables.schemas.reporting import Heading, Said

REQUIRED: Final = Said(
    rule="missing-label",
    one="manque, et la norme la demande",
    many="manquent, et la norme les demande",
    remedy="Ajoutez-la et remplissez-la.",
    remedy_of_many="Ajoutez-les et remplissez-les.",
)
OPTIONAL: Final = Said(
    rule="missing-label",
    one="manque ; elle est facultative",
    many="manquent ; elles sont facultatives",
    remedy="Ajoutez-la, vide s’il n’y a rien à y mettre.",
    remedy_of_many="Ajoutez-les, vides s’il n’y a rien à y mettre.",
    repair="absent",
    done="absente et facultative, lue comme vide",
)
RENAMED: Final = Said(
    rule="incorrect-label",
    one="ne porte pas le nom que la norme lui donne",
    many="ne portent pas les noms que la norme leur donne",
    remedy="Nommez-la « {} ».",
    remedy_of_many="Le nom attendu est dit colonne par colonne.",
    repair="renamed",
    done="lue sous le nom que la norme lui donne",
)
BEYOND: Final = Said(
    rule="extra-label",
    one="n’est pas dans la norme",
    many="ne sont pas dans la norme",
    remedy="Gardez-la si elle est utile, de préférence à la fin.",
    remedy_of_many="Gardez-les si elles sont utiles, de préférence à la fin.",
    repair="beyond",
    done="hors de la norme, gardée telle quelle",
)
ORDER: Final = Said(
    rule="column-order",
    one="n’est pas à la place que la norme lui donne",
    many="",  # one alone is named
    remedy="Mettez-la après « {} ».",
    remedy_of_many="",
    repair="reordered",
    done="hors de sa place, lue par son nom",
)
FIRST: Final = replace(ORDER, remedy="Mettez-la en premier.")


def headings(raw: Raw, of: Schema, found: Mapping[str, Field]) -> Iterator[Heading]:
    """The properties of a GeoJSON file have no order, and those that are not required may be absent."""
    there = [field.name for field in found.values()]
    for field in of.fields:
        if field.name not in there and (field.required or of.kind == "table"):
            yield Heading(REQUIRED if field.required else OPTIONAL, field.name)
    for name in raw.names:
        if name in found and name != found[name].name:
            yield Heading(RENAMED, name, found[name].name)
        elif name not in found and raw.known.get(name) != Type.GEOMETRY:
            yield Heading(BEYOND, name)
    if of.kind == "table":
        yield from _out_of_place([name for name in raw.names if name in found], of, found)


def _out_of_place(names: list[str], of: Schema, found: Mapping[str, Field]) -> Iterator[Heading]:
    """The first column that stands before one that should precede it: the others follow from it."""
    ranks = {field.name: rank for rank, field in enumerate(of.fields)}
    wanted = sorted(names, key=lambda name: ranks[found[name].name])
    for place, (name, other) in enumerate(zip(names, wanted, strict=True)):
        if name != other:
            yield Heading(ORDER if place else FIRST, other, wanted[place - 1])
            return
