"""What goes into a chart and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.charts.figures import Figure, brief, figure
from portal.charts.periods import Period

ROOMY: Final = 720  # pixels, of a drawing for a page
PHONE: Final = 328  # and for a phone of 360
WIDTHS: Final = (("roomy", ROOMY), ("narrow", PHONE))
EMPTY: Final = gettext_lazy("vide")  # the cells that hold nothing


@dataclass(frozen=True)
class Measured:
    """What is measured, in words. `parts`: whether values add up to a whole, as counts and sums do."""

    name: str  # « Nombre de lignes », « Somme de Montant »
    by: str = ""  # « par Commune »
    unit: str = ""
    parts: bool = False
    axis: str = ""  # the same as the head of a column: « Commune »
    rows: bool = False  # what a part is a share of: the rows, else the total

    @property
    def subtitle(self) -> str:
        said = f"{self.name} {self.by}".strip()
        if self.unit and self.unit not in said:
            return _("%(measure)s, en %(unit)s") % {"measure": said, "unit": self.unit}
        return said

    def part(self, share: str) -> str:
        """« 31 % du total »."""
        return (_("%(share)s des lignes") if self.rows else _("%(share)s du total")) % {"share": share}

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


def nothing(measured: Measured, why: str = "") -> Chart:
    why = why or _("Il n’y a rien à dessiner : aucune ligne n’a de valeur.")
    return Chart(measured.name, measured.by, remarks=(why,))
