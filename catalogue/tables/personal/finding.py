"""What a table may tell of natural persons, pointed out before it is published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from catalogue.tables.contract import Match, Suspicion, Type, Typed
from catalogue.tables.personal import columns as roles
from catalogue.tables.personal import signs
from catalogue.tables.personal.law import TEXTS
from catalogue.tables.schemas.bound import Bound
from catalogue.tables.schemas.national import folded
from catalogue.tables.store import Stored, connected

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REMEDIES: Final[Mapping[str, tuple[str, ...]]] = {
    "nir": ("drop", "mask"),
    "iban": ("drop", "mask"),
    "email": ("drop", "mask"),
    "telephone": ("drop", "mask"),
    "birth": ("drop", "mask", "aggregate"),
    "birth-elected": ("drop", "mask"),
    "names": ("drop", "mask", "aggregate"),
    "address": ("drop", "mask", "aggregate"),
    "address-elected": ("drop", "mask"),
    "subsidy": ("mask", "drop"),
    "deliberation": ("mask", "drop"),
    "rare": ("mask", "drop"),
    "small": ("mask", "drop"),
}
NAMELIKE: Final = 0.5  # of the filled cells of a column whose name says that a person plays a part
RARE, FEW = 3, 11  # persons: Insee's rule of first names; the secrecy of statistics
NOMINATIVE: Final = r"(?:3|4)(?:\.\d+)?|8\.2"  # matters of the national nomenclature of acts
LEGAL: Final = re.compile(r"siret|siren|rna|idbeneficiaire|identifiant")
UNDETERMINED: Final = "I"  # the sex of a first name


def suspects(typed: Typed, match: Match | None, own: Sequence[str] = ()) -> tuple[Suspicion, ...]:
    """`own`: domains of the publisher, whose addresses are not taken for persons'. Raises what `store.connected` raises."""
    if not typed.rows:
        return ()
    with connected([typed.path]) as connection:
        return tuple(Looking(connection, typed, match, own).all())


class Looking:
    """The questions that are put to one table. `predicates`: SQL of the rows that each suspicion is about, by its code and columns."""

    def __init__(self, connection: DuckDBPyConnection, typed: Typed, match: Match | None, own: Sequence[str]) -> None:
        self.connection, self.typed, self.match, self.own = connection, typed, match, own
        self.bound = Bound(typed.path)
        self.source = Stored.of(connection, typed.path).source
        self.places = {column.name: f"c{place}" for place, column in enumerate(typed.columns)}

    def all(self) -> Iterator[Suspicion]:
        asked = list(self.asked())
        if not asked:
            return
        counts = self._one(", ".join(f"count_if(coalesce({rows}, false))" for _, _, rows in asked))
        for (code, names, _), count in zip(asked, counts, strict=True):
            if count:
                yield Suspicion(code, names, count, TEXTS[code], REMEDIES[code])

    def asked(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Of each suspicion its code, its columns and the SQL of its rows."""
        yield from self._figures()
        yield from self._persons()
        yield from self._subsidies()
        yield from self._counts()
        if self.match and self.match.schema == "scdl/deliberations":
            yield from self._deliberations()

    def cell(self, name: str) -> str:
        return f"CAST({self.places[name]} AS VARCHAR)"

    def _figures(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """What one cell says alone. Only a column that has an @, or figures enough in a row, is looked at closely."""
        told = set(roles.named(self.typed.columns, roles.TELEPHONE))
        told |= {column.name for column in self.typed.columns if column.type == Type.TELEPHONE}
        names = roles.texts(self.typed.columns)
        cheap = [f"count_if({sign(self.cell(name))})" for name in names for sign in (signs.has_at, signs.has_figures)]
        likely = self._one(", ".join(cheap)) if names else ()
        for name, addresses, figures in zip(names, likely[::2], likely[1::2], strict=True):
            cell = self.cell(name)
            if addresses:
                yield "email", (name,), signs.email(cell, self.bound, self.own)
            if figures:
                yield "nir", (name,), signs.nir(cell, self.bound)
                yield "iban", (name,), signs.iban(cell, self.bound)
                yield "telephone", (name,), signs.mobile(cell, self.bound, told=name in told)

    def _persons(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        elected = roles.of_elected(self.typed.columns, self.match)
        pairs: list[tuple[str, ...]] = [(each.given, each.family) for each in roles.people(self.typed.columns)]
        births = roles.named(self.typed.columns, roles.BIRTH)
        family = [column.name for column in self.typed.columns if folded(column.name) in roles.FAMILY]
        groups = pairs or [(name,) for name in self._parts()] or [(name,) for name in family[:1] if births]
        addresses = roles.named(self.typed.columns, roles.ADDRESS, roles.NOT_ADDRESS)
        for names in groups:
            somebody = " AND ".join(f"{self.places[name]} IS NOT NULL" for name in names)
            if births:
                born = " OR ".join(f"{self.places[name]} IS NOT NULL" for name in births)
                yield ("birth-elected" if elected else "birth"), (*names, *births), f"{somebody} AND ({born})"
            elif not elected:
                yield "names", names, somebody
            if addresses:
                lives = " OR ".join(f"{self.places[name]} IS NOT NULL" for name in addresses)
                code = "address-elected" if elected else "address"
                yield code, (*names, *addresses), f"{somebody} AND ({lives})"

    def _parts(self) -> list[str]:
        """Columns whose name says that a person plays a part and whose values read as names."""
        likely = roles.named(self.typed.columns, roles.PARTS, roles.NOT_ADDRESS)
        texts = {column.name for column in self.typed.columns if column.type == Type.TEXT}
        likely = [name for name in likely if name in texts and not roles.BENEFICIARY.fullmatch(folded(name))]
        if not likely:
            return []
        shares = self._one(
            ", ".join(
                f"count_if({signs.person(self.cell(name), self.bound)}) / greatest(count({self.places[name]}), 1)"
                for name in likely
            )
        )
        return [name for name, share in zip(likely, shares, strict=True) if share >= NAMELIKE]

    def _subsidies(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """A beneficiary that has no number of an organisation and whose name reads as a person's."""
        for name in roles.named(self.typed.columns, roles.BENEFICIARY):
            if not roles.BENEFICIARY.fullmatch(folded(name)):
                continue
            numbers = [each for each in roles.named(self.typed.columns, LEGAL) if "attribuant" not in folded(each)]
            nobody = " AND ".join(f"{self.places[each]} IS NULL" for each in numbers if each != name) or "true"
            yield "subsidy", (name,), f"{nobody} AND {signs.person(self.cell(name), self.bound)}"

    def _deliberations(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        by_field = {folded(name): name for name in self.places}
        matter, about = by_field.get("delibmatierecode"), by_field.get("delibobjet")
        if matter and about:
            nominative = f"regexp_full_match({self.cell(matter)}, {self.bound(NOMINATIVE)})"
            yield "deliberation", (about,), f"{nominative} AND {signs.names_somebody(self.cell(about), self.bound)}"

    def _counts(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        numbers = [
            name
            for name in roles.named(self.typed.columns, roles.NUMBERS)
            if next(column.type for column in self.typed.columns if column.name == name) == Type.INTEGER
        ]
        if not numbers:
            return
        if self.match and self.match.schema == "scdl/prenoms":
            sex = next((name for name in self.places if folded(name) == "enfantsexe"), None)
            undetermined = f" OR {self.cell(sex)} = {self.bound(UNDETERMINED)}" if sex else ""
            first = next((name for name in self.places if folded(name) == "enfantprenom"), numbers[0])
            yield "rare", (first, numbers[0]), f"{self.places[numbers[0]]} < {RARE}{undetermined}"
        elif roles.named(self.typed.columns, roles.SENSITIVE):
            for name in numbers:
                yield "small", (name,), f"{self.places[name]} BETWEEN 1 AND {FEW - 1}"

    def _one(self, asked: str) -> tuple[int, ...]:
        statement = f"SELECT {asked} FROM {self.source}"
        return tuple(self.connection.execute(statement, self.bound.used(statement)).fetchone() or ())
