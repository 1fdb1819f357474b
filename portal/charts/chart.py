"""What goes into a chart and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.utils.safestring import SafeString

from portal.charts.figures import Figure, brief, figure
from portal.charts.periods import Period

ROOMY: Final = 720  # pixels, of a drawing for a page
PHONE: Final = 328  # and for a phone of 360
WIDTHS: Final = (("roomy", ROOMY), ("narrow", PHONE))
EMPTY: Final = "vide"  # the cells that hold nothing


@dataclass(frozen=True)
class Measured:
    """What is measured, in words. `parts`: whether values add up to a whole, as counts and sums do."""

    name: str  # « Nombre de lignes », « Somme de Montant »
    by: str = ""  # « par Commune »
    unit: str = ""
    parts: bool = False
    whole: str = "du total"  # what a part is a share of

    @property
    def subtitle(self) -> str:
        said = f"{self.name} {self.by}".strip()
        return f"{said}, en {self.unit}" if self.unit and self.unit not in said else said

    def brief(self, value: Figure) -> str:
        return brief(value, self.unit if self.unit in ("€", "%") else "")

    def exact(self, value: Figure | None) -> str:
        return "" if value is None else figure(value, unit=self.unit if self.unit in ("€", "%") else "")


@dataclass(frozen=True)
class Bar:
    label: str
    value: Figure | None
    address: str = ""  # where its rows are


@dataclass(frozen=True)
class Moment:
    """The value of one period."""

    period: Period
    value: Figure | None


@dataclass(frozen=True)
class Bin:
    """How many values are in [low, high[, the last one closed."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Chart:
    """`title`: what is seen, else what is measured; `drawings`: of the widths, none when there is nothing to draw.

    `remarks`: what is not seen (what was left out, an axis that does not begin at zero, gaps).
    """

    title: str
    subtitle: str
    drawings: tuple[SafeString, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()
    addresses: tuple[str, ...] = field(default=())  # of the rows behind each row of the table, "" without

    @property
    def lines(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Of the table: what the line is about, its figures, where its rows are."""
        addresses = self.addresses or ("",) * len(self.rows)
        return [(row[0], row[1:], address) for row, address in zip(self.rows, addresses, strict=True)]


def nothing(measured: Measured, why: str = "Il n’y a rien à dessiner : aucune ligne n’a de valeur.") -> Chart:
    return Chart(measured.name, measured.by, remarks=(why,))
