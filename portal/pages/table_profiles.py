"""What each column holds, in words: its type, what is missing, how its values are spread, which come most often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.tables.contract import Bin, Column, Type
from catalogue.tables.query import Filter, Op
from portal.charts.figures import figure, share
from portal.charts.sparks import spark
from portal.pages.table_cells import TYPES, shown
from portal.pages.table_views import View

EXACT: Final = 10_000  # different values: above, the number is an estimate
FREQUENT: Final = 5
AVERAGED: Final = frozenset({Type.INTEGER, Type.DECIMAL})
LONGEST: Final = 60  # characters of a value


@dataclass(frozen=True)
class Frequent:
    """A value that comes often, with where its rows are."""

    text: str
    count: int
    share: str
    address: str


@dataclass(frozen=True)
class Profile:
    """`facts`: sentences without their full stop, on the whole table."""

    name: str
    type: str
    right: bool
    spark: SafeString
    facts: tuple[str, ...]
    frequent: tuple[Frequent, ...]


def profiles(columns: Sequence[Column], rows: int, view: View) -> list[Profile]:
    return [_profile(column, rows, view) for column in columns]


def _profile(column: Column, rows: int, view: View) -> Profile:
    counted = [one for one in column.bins if one.high is None]
    return Profile(
        column.name,
        str(TYPES[column.type]),
        column.type.numeric,
        spark([one.count for one in column.bins]),
        tuple(_facts(column, rows)),
        tuple(_frequent(column, counted, rows, view)) if len(counted) < rows or rows == 1 else (),
    )


def _facts(column: Column, rows: int) -> Iterator[str]:
    filled = rows - column.missing
    if not filled:
        yield _("toujours vide") if rows else _("aucune ligne")
        return
    if column.missing:
        missing = {"count": figure(column.missing), "share": share(column.missing, rows)}
        yield ngettext("%(count)s vide (%(share)s)", "%(count)s vides (%(share)s)", column.missing) % missing
    if column.distinct == filled and filled > 1:
        yield _("toutes les valeurs sont différentes")
    elif column.distinct == 1:
        yield _("une seule valeur")
    elif column.distinct:
        about = column.distinct > EXACT
        said = _("environ %(count)s valeurs différentes") if about else _("%(count)s valeurs différentes")
        yield said % {"count": figure(column.distinct)}
    least, most = shown(column.least, column)[:LONGEST], shown(column.most, column)[:LONGEST]
    if (column.type.numeric or column.type.moment) and least and most:
        ends = {"low": least, "high": most}
        yield (_("de %(low)s à %(high)s") if least != most else _("toujours %(low)s")) % ends
    if column.mean is not None and column.type in AVERAGED:
        yield _("en moyenne %(value)s") % {"value": figure(column.mean, 2 if abs(column.mean) < 1000 else 0)}
    elif column.longest and not (column.type.numeric or column.type.moment):
        told = ngettext("%(count)s caractère au plus", "%(count)s caractères au plus", column.longest)
        yield told % {"count": figure(column.longest)}


def _frequent(column: Column, counted: list[Bin], rows: int, view: View) -> Iterator[Frequent]:
    for one in counted[:FREQUENT]:
        # Twice or nothing: what comes once is no more frequent than another.
        if one.count < 2 or one.low is None:
            continue
        text = shown(one.low, column)
        address = view.with_filter(Filter(column.name, Op.EQ, (str(one.low),))).address(anchor="lignes")
        short = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
        yield Frequent(short, one.count, share(one.count, rows), address)
