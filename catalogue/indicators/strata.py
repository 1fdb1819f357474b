"""Classes of territories by how many live there, and how close together.

Communes: the strates 00 to 10 of the DGCL (Direction générale des collectivités locales), by which budgets are published.
Other levels, and densities: classes of our own, and their words do not pretend otherwise. INSEE's density grid goes by
squares of one kilometre, that a number of inhabitants and an area cannot tell.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from catalogue.figures import number
from catalogue.spoken import gettext as _

# The least inhabitants of each class but the first.
SIZES: Final = {
    "commune": (100, 200, 500, 2_000, 3_500, 5_000, 10_000, 20_000, 50_000, 100_000),
    "epci": (5_000, 10_000, 15_000, 30_000, 50_000, 100_000, 250_000),
    "departement": (250_000, 500_000, 1_000_000),
}
# The least inhabitants per km² of each class but the first, for communes alone.
DENSITIES: Final = (15, 30, 60, 120, 300, 1_500)


def size_class(level: str, inhabitants: int | None) -> int | None:
    """Its class, from 0. None where the level has none, where nobody knows how many live there, and where nobody does."""
    bounds = SIZES.get(level)
    return bisect_right(bounds, inhabitants) if bounds and inhabitants else None


def density_class(level: str, inhabitants: int | None, area_km2: float | None) -> int | None:
    """The same by inhabitants per km²."""
    if level != "commune" or not inhabitants or not area_km2:
        return None
    return bisect_right(DENSITIES, inhabitants / area_km2)


def size_words(level: str, number: int) -> str:
    """Such as "de 500 à 1 999 habitants"."""
    return _words(SIZES[level], number, whole=True)


def density_words(number: int) -> str:
    """Such as "de 30 à 60 habitants au km²"."""
    return _words(DENSITIES, number, whole=False)


def _words(bounds: tuple[int, ...], place: int, *, whole: bool) -> str:
    """`whole`: what is counted has no halves, so a class ends one before the next."""
    if place == 0:
        least = _("de moins de %(most)s habitants") if whole else _("de moins de %(most)s habitants au km²")
        return least % {"most": number(bounds[0])}
    if place == len(bounds):
        most = _("de %(least)s habitants et plus") if whole else _("de %(least)s habitants au km² et plus")
        return most % {"least": number(bounds[-1])}
    between = _("de %(least)s à %(most)s habitants") if whole else _("de %(least)s à %(most)s habitants au km²")
    return between % {"least": number(bounds[place - 1]), "most": number(bounds[place] - whole)}
