"""A board as its address says it: which figures of which territories, in what order, with a note each.

/tableaux-de-bord/?titre=Conseil du 3 mars&i=budget.depenses-fonctionnement-hab@56046:avant le vote&i=…
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from portal.asking import UNPRINTABLE

TITLE, ITEM, SAVED = "titre", "i", "de"
NEW_KEY, NEW_PLACE, NEW_NOTE = "indicateur", "territoire", "note"
MOST: Final = 30  # figures of one board
LONGEST: Final = 400  # characters of a note
WRITTEN: Final = re.compile(r"(?P<key>[a-z0-9.-]{1,100})@(?P<place>[0-9A-Za-z]{1,9})(?::(?P<note>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Item:
    """`place`: the code of a territory, as addresses say it."""

    key: str
    place: str
    note: str = ""

    def written(self) -> str:
        return f"{self.key}@{self.place}" + (f":{self.note}" if self.note else "")


@dataclass(frozen=True)
class Board:
    """`saved`: the link of the one that it was taken from, to change it."""

    title: str = ""
    items: tuple[Item, ...] = ()
    saved: str = ""

    def address(self, path: str = "", **more: str) -> str:
        pairs = [(TITLE, self.title), *((ITEM, item.written()) for item in self.items), (SAVED, self.saved)]
        asked = urlencode([(name, value) for name, value in [*pairs, *more.items()] if value])
        return f"{path}?{asked}" if asked else path

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The fields by which a form keeps it, but its title."""
        pairs = [*((ITEM, item.written()) for item in self.items), (SAVED, self.saved)]
        return [(name, value) for name, value in pairs if value]

    def without(self, number: int) -> Board:
        return replace(self, items=(*self.items[:number], *self.items[number + 1 :]))

    def moved(self, number: int, by: int) -> Board:
        """The same with one figure a step up or down."""
        items = list(self.items)
        if 0 <= number + by < len(items):
            items.insert(number + by, items.pop(number))
        return replace(self, items=tuple(items))

    def added(self, item: Item) -> Board:
        return replace(self, items=(*self.items, item)[:MOST])

    def kept(self) -> list[dict[str, str]]:
        """As a model keeps it."""
        return [{"indicator": item.key, "territory": item.place, "note": item.note} for item in self.items]


def read(data: QueryDict) -> Board:
    """What is no figure is left out; those after the thirtieth too."""
    found = [WRITTEN.fullmatch(text) for text in data.getlist(ITEM)]
    items = [Item(one["key"], one["place"].upper(), _note(one["note"])) for one in found if one]
    return Board(_line(data.get(TITLE, ""))[:120], tuple(items[:MOST]), _line(data.get(SAVED, ""))[:40])


def from_kept(title: str, items: Sequence[Mapping[str, Any]], saved: str = "") -> Board:
    return Board(
        title,
        tuple(Item(str(one["indicator"]), str(one["territory"]), str(one.get("note", ""))) for one in items),
        saved,
    )


def _line(text: str) -> str:
    return " ".join(text.translate(UNPRINTABLE).split())


def _note(text: str | None) -> str:
    return _line(text or "")[:LONGEST]


def note_of(data: QueryDict) -> str:
    return _note(data.get(NEW_NOTE, ""))
