"""The map of a search: what its datasets cover, over territories that lead to what is inside of them.

The box of the address is what the map shows and what bounds the search: closer, farther and aside are links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from catalogue.models import Contour, Territory
from catalogue.permissions import audience_of
from catalogue.search.bounds import Box, unrolled
from catalogue.search.contract import SearchError
from catalogue.search.kinds import territories
from portal import asking, tiles
from portal.asking import Asked
from portal.charts.covers import Cover, Covered, around, covered
from portal.charts.moves import moves
from portal.pages import covering
from portal.pages.finding import Found, listed, results
from portal.pages.lines import Line

WHOLE: Final = covering.DRAWN  # drawings of the page
PART: Final = ("beside",)  # and of the list's margin
WIDER: Final = 40  # times as large as most others: it does not say how far the map goes
LEAST: Final = 0.05  # degrees of a map that nothing gives a size to


@dataclass(frozen=True)
class Link:
    name: str
    address: str


@dataclass(frozen=True)
class Known:
    """A cover, as the list under the map says it."""

    mark: str
    name: str
    count: int
    of: str
    address: str


@dataclass(frozen=True)
class SearchMap:
    title: str
    drawings: tuple[str, ...]
    covers: tuple[Known, ...]
    places: tuple[Link, ...]
    moves: tuple[Link, ...]
    remarks: tuple[str, ...]
    marks: Mapping[str, str]  # of the results, by id
    credit: str


@require_safe
def search_map(request: HttpRequest) -> HttpResponse:
    """`/jeux-de-donnees/carte/`; with `?partie=`, the map alone of what the list of that question shows."""
    audience, asked = audience_of(request.user), asking.read(request.GET)
    here = replace(asked, mapped=True)
    try:
        if "partie" in request.GET:
            seen = mapped(here, listed(asked, audience), PART)
            shown = {"map": seen, "bare": True, "map_address": here.at(1).address()}
            return render(request, "parts/search_map.html", shown)
        found = results(here, audience)
    except SearchError as error:
        template = "parts/search_map_down.html" if "partie" in request.GET else "search_down.html"
        response = render(request, template, {"asked": here, "message": error.message}, status=503)
        response["Retry-After"] = "60"
        return response
    seen = mapped(here, found.lines, WHOLE)
    lines = [(line, seen.marks.get(line.id, "")) for line in found.lines]
    shown = {"asked": here, "found": found, "map": seen, "lines": lines, "listed": asked.address()}
    return render(request, "search_map.html", shown | _told(asked, found))


def _told(asked: Asked, found: Found) -> dict[str, object]:
    box = asked.box
    return {"edges": found.bounds.edges, "kept": found.bounds.kept_by_edges, "crossing": bool(box and box[0] > box[2])}


def mapped(asked: Asked, lines: Sequence[Line], kinds: Sequence[str]) -> SearchMap:
    """Four queries at most: the datasets' places, what the territory of the question is, what lies there, all outlines."""
    order = [line.id for line in lines if line.kind == "dataset"]
    found = covering.where_of(order) if order else {}
    over, chosen = covering.covers(found, order), _chosen(asked)
    shown = _shown(asked, over, chosen)
    there = covering.ground(shown, kinds, filled=asked.box is not None) if shown else []
    places = [one.place for one in found.values() if one.place]
    rings = Contour.objects.rings_of({one.pk for one in (*there, *places, *([chosen] if chosen else []))})
    over = covering.with_rings(over, found, rings)
    links = [Link(one.name, covering.place_address(asked, one.token)) for one in there if one != chosen]
    title = _title(len(order), len(found))
    drawings, ways = tuple[str, ...](), list[Link]()
    if shown:
        addresses = {link.name: link.address for link in links}
        under = [covering.shaped(one, rings, addresses.get(one.name, "")) for one in there]
        edge = covering.shaped(chosen, rings) if chosen else None
        what = Covered(under, over, shown, asked.box is not None, edge, tiles.address() if kinds == WHOLE else "")
        told = _("Carte, {where}. Ce qu’elle montre est dans la liste.").format(where=covering.degrees(shown))
        drawings = tuple(covered(what, kind, (f"carte-{kind}", title, told)) for kind in kinds)
        ways = [Link(name, asked.inside(box).address()) for name, box in moves(what.frame("roomy"), narrowed=True)]
        ways += [Link(_("Toute la carte"), asked.inside(None).address())] if asked.box else []
    remarks = tuple(_remarks(over, shown, len(order) - len(found)))
    marks = {key: one.mark for one in over for key in one.of}
    return SearchMap(
        title,
        drawings,
        tuple(map(_known, over)),
        tuple(links),
        tuple(ways),
        remarks,
        marks,
        tiles.credited() if kinds == WHOLE else "",
    )


def _known(one: Cover) -> Known:
    return Known(one.mark, one.name, len(one.of), " ".join(one.of), one.address)


def _chosen(asked: Asked) -> Territory | None:
    """The territory that the question is about, when it is one. One query, when there is."""
    tokens = asked.chosen("territoire")
    found = territories.read(tokens) if len(tokens) == 1 else []
    return found[0] if found else None


def _shown(asked: Asked, over: Sequence[Cover], chosen: Territory | None) -> Box | None:
    """The box that was asked for, else the territory, else what the results cover, else where this portal is at home."""
    if asked.box:
        return unrolled(asked.box)
    if chosen and (box := covering.bounds_of(chosen)):
        return covering.large(box, LEAST)
    if over:
        return covering.large(around([one.box for one in _alike(over)]), LEAST)
    home = Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY else None
    box = covering.bounds_of(home) if home else None
    return covering.large(box, LEAST) if box else None


def _alike(over: Sequence[Cover]) -> list[Cover]:
    """Without those beside which the others would be but a speck."""
    sizes = {one.mark: (one.box[2] - one.box[0]) * (one.box[3] - one.box[1]) for one in over}
    most = WIDER * max(median(sizes.values()), LEAST**2)
    return [one for one in over if sizes[one.mark] <= most] or list(over)


def _title(count: int, placed: int) -> str:
    if not placed:
        return _("Aucun de ces résultats ne dit où il est") if count else _("Rien à montrer ici")
    said = ngettext(
        "{count} jeu de données de cette page sur la carte",
        "{count} jeux de données de cette page sur la carte",
        placed,
    )
    return said.format(count=placed)


def _remarks(over: Sequence[Cover], shown: Box | None, lost: int) -> Iterator[str]:
    if shown:
        beyond = [one.mark for one in over if _beyond(one.box, shown)]
        if beyond:
            said = ngettext("{marks} dépasse de la carte.", "{marks} dépassent de la carte.", len(beyond))
            yield said.format(marks=", ".join(beyond))
    if lost > 0:
        said = ngettext("{count} autre ne dit pas où il est.", "{count} autres ne disent pas où ils sont.", lost)
        yield said.format(count=lost)


def _beyond(box: Box, shown: Box) -> bool:
    return box[0] < shown[0] and box[2] > shown[2] and box[1] < shown[1] and box[3] > shown[3]
