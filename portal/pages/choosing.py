"""What narrows a search, as its page shows it: facets with their values, the filters taken, dates and an outline."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import themes
from catalogue.models.territories import Level
from catalogue.search.contract import Page
from catalogue.search.kinds import KINDS, listed
from portal.asking import EDGES, FACETS, Asked, frame
from portal.naming import Names, names
from portal.pages import words
from portal.pages.licences import terms_of

SHOWN: Final = 8  # values of a facet before the fold
PER_FACET: Final = 30
INDENTS: Final = ("", "in-1", "in-2", "in-3")  # classes of the sheet, by depth
# What contains a place, from the nearest: a territory hangs under the first that is there.
CONTAINERS: Final = (Level.EPT, Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.COLLECTIVITE)
# Facets whose values do not tell by themselves what they are values of.
SAID_WHOLE: Final = {
    "qualite": gettext_noop("qualité"),
    "frequence": gettext_noop("rythme"),
    "schema": gettext_noop("schéma"),
    "provenance": gettext_noop("venu de"),
    "hvd": gettext_noop("forte valeur"),
    "instance": gettext_noop("instance"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a facet; `address` takes it or leaves it. `depth`: of a territory, how many shown ones contain it."""

    name: str
    count: int
    chosen: bool
    address: str
    depth: int = 0

    @property
    def indent(self) -> str:
        return INDENTS[self.depth]


@dataclass(frozen=True)
class Choices:
    title: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]


@dataclass(frozen=True)
class Bounds:
    """What the fields of dates and of the outline hold, and what else their forms send."""

    since: str
    until: str
    edges: tuple[tuple[str, str, str], ...]  # name of each field, what it is called, and what it holds
    kept_by_dates: tuple[tuple[str, str], ...]
    kept_by_edges: tuple[tuple[str, str], ...]


def called(asked: Asked, page: Page) -> Names:
    """Names of all the values that a page shows, counted or chosen."""
    counted = {facet.name: {value for value, _count in facet.values[:PER_FACET]} for facet in page.facets}
    chosen = asked.index_filters
    # A value that only a peer has tells nothing of what this reader may see of ours.
    ours = {name: {value for value in values if (name, value) not in page.foreign} for name, values in counted.items()}
    return names({name: {*counted.get(name, ()), *chosen.get(name, ())} for name in {*counted, *chosen}}, ours)


def facets(asked: Asked, page: Page, known: Names) -> tuple[Choices, ...]:
    counted = {facet.name: facet.values[:PER_FACET] for facet in page.facets}
    found = []
    for name, (facet, title) in FACETS.items():
        if name == "genre":
            continue  # told above the results (`kinds`)
        values = counted.get(facet, ())
        if facet == "theme":
            values = tuple(themes.arranged(values, themes.said(), asked.chosen(name)))
        if len(values) > 1 or asked.chosen(name):
            choices = tuple(_choices(asked, name, values, known))
            found.append(Choices(_(title), choices[:SHOWN], choices[SHOWN:]))
    return tuple(found)


def kinds(asked: Asked, page: Page) -> tuple[Choice, ...]:
    """How many results of each kind, in the order of their declaration; none when there is nothing to choose."""
    counts = next(dict(facet.values) for facet in page.facets if facet.name == "kind")
    found = [kind for kind in KINDS if kind.name in counts]
    if not found or (page.total and not asked.chosen("genre") and len(found) < 2):
        return ()
    choices = [
        Choice(
            _(kind.one if counts[kind.name] == 1 else kind.several),
            counts[kind.name],
            kind.name in asked.chosen("genre") or (kind.name in asked.kinds and not asked.text),
            asked.alone("genre", kind.name).address(),
        )
        for kind in found
    ]
    total = sum(counts.get(name, 0) for name in listed(asked.text))
    every = Choice(_("dans la liste"), total, not asked.chosen("genre"), asked.alone("genre").address())
    return (every, *choices) if asked.text and total else tuple(choices)


def _choices(asked: Asked, name: str, values: Sequence[tuple[str, int]], known: Names) -> Iterator[Choice]:
    facet = FACETS[name][0]
    chosen = asked.chosen(name)
    base = asked.at(1).address()
    base += "&" if "?" in base else "?"
    placed = _tree(values, known) if facet == "territory" else ((value, count, 0) for value, count in values)
    for value, count, depth in placed:
        taken = value in chosen
        address = asked.toggled(name, value).address() if taken else base + _pair(name, value)
        yield Choice(label(facet, value, known), count, taken, address, depth)


@lru_cache(maxsize=2_000)
def _pair(name: str, value: str) -> str:
    return urlencode({name: value})


def _tree(values: Sequence[tuple[str, int]], known: Names) -> Iterator[tuple[str, int, int]]:
    """Each territory under the nearest of those that contain it, the most frequent first."""
    order = {level: place for place, level in enumerate(CONTAINERS)}
    inside: dict[str, list[tuple[str, int]]] = {}
    for value, count in values:
        above = [place for place in known.around.get(value, ()) if place.partition(":")[0] in order]
        nearest = min(above, key=lambda place: (order[Level(place.partition(":")[0])], place), default="")
        inside.setdefault(nearest, []).append((value, count))

    def walk(place: str, depth: int) -> Iterator[tuple[str, int, int]]:
        for value, count in inside.get(place, ()):
            yield value, count, min(depth, len(INDENTS) - 1)
            yield from walk(value, depth + 1)

    return walk("", 0)


def label(facet: str, value: str, known: Names) -> str:
    name = known.get(facet, value)
    if facet == "format":
        return words.format_names(value)[1] if value in words.FORMATS else value[:30]
    if facet == "licence":
        terms = terms_of(value, name)
        return terms.name if terms.known or name else words.last_part(value)
    if facet == "instance":
        return name or value.partition("://")[2][:60]
    if facet in ("quality", "kind"):
        said = name or (_(value) if value else "")  # bands of quality are among those of `catalogue.quality.metrics`
        return capfirst(said[:60])
    return name or words.last_part(value)


def chips(asked: Asked, known: Names) -> tuple[Choice, ...]:
    """Each filter that was taken, and the address without it."""
    return tuple(Choice(name, 0, True, without.address()) for name, without in _taken(asked.at(1), known))


def _taken(asked: Asked, known: Names) -> Iterable[tuple[str, Asked]]:
    for name, values in asked.filters:
        for value in values:
            said = label(FACETS[name][0], value, known)
            said = f"{_(SAID_WHOLE[name])}{_(' : ')}{said}" if name in SAID_WHOLE else said
            yield said, asked.toggled(name, value)
    if asked.since:
        yield _("depuis %(year)s") % {"year": words.said_date(asked.since)}, replace(asked, since="")
    if asked.until:
        yield _("jusqu’à %(date)s") % {"date": words.said_date(asked.until)}, replace(asked, until="")
    if asked.box:
        yield (
            _("dans le rectangle %(frame)s") % {"frame": frame(asked.box).replace(",", " ; ")},
            replace(asked, box=None),
        )


def bounds(asked: Asked) -> Bounds:
    kept = ([("q", asked.text)] if asked.text else []) + asked.kept
    sides = frame(asked.box).split(",") if asked.box else [""] * 4
    return Bounds(
        since=f"{asked.since}-01-01"[:10] if asked.since else "",
        until=_last_day(asked.until),
        edges=tuple(zip(EDGES, (_("Ouest"), _("Sud"), _("Est"), _("Nord")), sides, strict=True)),
        kept_by_dates=tuple(pair for pair in kept if pair[0] not in ("depuis", "jusqua")),
        kept_by_edges=tuple(pair for pair in kept if pair[0] != "cadre"),
    )


def _last_day(date: str) -> str:
    """A day, as a field of dates wants it: of a year or a month, its last."""
    if not date or len(date) == 10:
        return date
    year, month = int(date[:4]), int(date[5:7] or 12)
    return f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}"
