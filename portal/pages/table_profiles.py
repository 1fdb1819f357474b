"""What each column holds, in words: its type, what is missing, how its values are spread, which come most often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

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
        TYPES[column.type],
        column.type.numeric,
        spark([one.count for one in column.bins]),
        tuple(_facts(column, rows)),
        tuple(_frequent(column, counted, rows, view)) if len(counted) < rows or rows == 1 else (),
    )


def _facts(column: Column, rows: int) -> Iterator[str]:
    filled = rows - column.missing
    if not filled:
        yield "toujours vide" if rows else "aucune ligne"
        return
    if column.missing:
        yield f"{figure(column.missing)} {'vides' if column.missing > 1 else 'vide'} ({share(column.missing, rows)})"
    if column.distinct == filled and filled > 1:
        yield "toutes les valeurs sont différentes"
    elif column.distinct == 1:
        yield "une seule valeur"
    elif column.distinct:
        about = "environ " if column.distinct > EXACT else ""
        yield f"{about}{figure(column.distinct)} valeurs différentes"
    least, most = shown(column.least, column)[:LONGEST], shown(column.most, column)[:LONGEST]
    if (column.type.numeric or column.type.moment) and least and most:
        yield f"de {least} à {most}" if least != most else f"toujours {least}"
    if column.mean is not None and column.type in AVERAGED:
        yield f"en moyenne {figure(column.mean, 2 if abs(column.mean) < 1000 else 0)}"
    elif column.longest and not (column.type.numeric or column.type.moment):
        yield f"{figure(column.longest)} {'caractères' if column.longest > 1 else 'caractère'} au plus"


def _frequent(column: Column, counted: list[Bin], rows: int, view: View) -> Iterator[Frequent]:
    for one in counted[:FREQUENT]:
        # Twice or nothing: what comes once is no more frequent than another.
        if one.count < 2 or one.low is None:
            continue
        text = shown(one.low, column)
        address = view.with_filter(Filter(column.name, Op.EQ, (str(one.low),))).address(anchor="lignes")
        short = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
        yield Frequent(short, one.count, share(one.count, rows), address)
