"""What was found, as lines of a page: one way to show each kind of result.

The index proposes, the base decides: each line is read again from the base with the reader's rights.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import PUBLIC, Audience, DataService, Dataset, Indicator, Organisation, Page
from catalogue.observing import recipes
from catalogue.prepared import Prepared
from catalogue.search import places as places_of
from catalogue.search.contract import Fragment, Hit
from catalogue.search.kinds import BY_NAME, help_pages, indicators, own_pages, territories
from catalogue.search.kinds.tables import Tables
from portal import neighbours
from portal.found import address_of, closed, help_address, opened, place_address, places, table_address, title_of
from portal.pages import words
from portal.pages.answers import Answer, of
from portal.pages.prose import first_sentences
from portal.pages.rows import Row, found

# What MARKDOWN cannot do without: most passages have none, and this finds out sooner.
SIGNS: Final = re.compile(r"[-*+#>`|\[\]]")
MARKDOWN: Final = re.compile(r"\s+(?:[-*+]|#{1,6}|>)\s+|[*`|]+|\]\([^)\s]*\)|!?\[")


@dataclass(frozen=True)
class Thing:
    """What the base says of one result. `facts`: an icon and a text each; a dataset has its `row` instead."""

    title: str
    address: str
    extract: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    row: Row | None = None
    private: bool = False
    answer: Answer | None = None  # of an indicator: its figure for the reader's territory


@dataclass(frozen=True)
class Line:
    kind: str
    kind_name: str
    thing: Thing
    title: tuple[Fragment, ...]
    extract: tuple[Fragment, ...]
    id: str


def lines(hits: Sequence[Hit], audience: Audience, written: int | None = None) -> tuple[Line, ...]:
    """In the order of the hits; what this reader may no longer see is left out. `written`: the last line of the log, where it was read."""
    things: dict[tuple[str, str], Thing] = _afar([hit for hit in hits if hit.home])
    ours = [hit for hit in hits if not hit.home]
    for kind in dict.fromkeys(hit.kind for hit in ours):
        ids = [hit.id for hit in ours if hit.kind == kind]
        shown = datasets(ids, audience, written) if kind == Dataset.kind else SHOWN[kind](ids, audience)
        things |= {("", identifier): thing for identifier, thing in shown.items()}
    kinds = {name: _(BY_NAME[name].one) for name in {hit.kind for hit in hits}}
    return tuple(_line(hit, things[hit.home, hit.id], kinds[hit.kind]) for hit in hits if (hit.home, hit.id) in things)


def _afar(hits: Sequence[Hit]) -> dict[tuple[str, str], Thing]:
    """What peers' indices gave: the index alone says it, and its page is there."""
    called = neighbours.called({hit.home for hit in hits})
    return {
        (hit.home, hit.id): Thing(
            title="".join(text for text, _match in hit.title),
            address=neighbours.page_of(hit),
            extract=first_sentences("".join(text for text, _match in hit.extract), 200)[0],
            facts=(("organisation", _("sur %(name)s") % {"name": called[hit.home]}),),
        )
        for hit in hits
    }


def _line(hit: Hit, thing: Thing, kind: str) -> Line:
    return Line(
        kind=hit.kind,
        kind_name=kind,
        thing=thing,
        title=title_of(hit, thing.title),
        extract=_extract(hit, thing),
        id=hit.id,
    )


def _extract(hit: Hit, thing: Thing) -> tuple[Fragment, ...]:
    """The passage that answers, without the signs of Markdown; the first sentences when none does."""
    if hit.kind == Tables.name:
        return ((_("Colonnes\N{NARROW NO-BREAK SPACE}: "), False), *hit.extract) if hit.extract else ()
    if any(match for _text, match in hit.extract):
        return tuple([(MARKDOWN.sub(" ", text) if SIGNS.search(text) else text, match) for text, match in hit.extract])
    extract = thing.row.extract if thing.row else thing.extract
    return ((extract, False),) if extract else ()


def datasets(ids: list[str], audience: Audience, written: int | None = None) -> dict[str, Thing]:
    """`written` as for `rows.found`."""
    return {
        key: Thing(title=row.title, address=address_of(Dataset, key), row=row)
        for row in found([uuid.UUID(each) for each in ids], audience, written)
        for key in (str(row.dataset.pk),)
    }


def _services(ids: list[str], audience: Audience) -> dict[str, Thing]:
    keys = [uuid.UUID(each) for each in ids]
    read = _public_services if audience == PUBLIC else partial(_visible_services, audience)
    return {
        str(row.pk): Thing(
            title=row.label,
            address=row.get_absolute_url(),
            extract=first_sentences(row.summary, 200)[0],
            facts=(("organisation", row.published_by.name), ("code", _formats(row.format_codes))),
            private=row.private,
        )
        for row in read(*keys)
    }


def _visible_services(audience: Audience, *keys: uuid.UUID) -> QuerySet[DataService]:
    seen = DataService.objects.visible_to(audience).filter(pk__in=keys)
    return seen.select_related("published_by").defer("described", "problems", "findings")


_public_services = Prepared(partial(_visible_services, PUBLIC))


def _organisations(ids: list[str], audience: Audience) -> dict[str, Thing]:
    keys = {int(identifier.rpartition(":")[2]): identifier for identifier in ids}
    read = _public_bodies if audience == PUBLIC else partial(_visible_bodies, audience)
    return {
        keys[body.pk]: Thing(
            title=body.name,
            address=body.get_absolute_url(),
            extract=first_sentences(body.description, 200)[0],
            facts=(("plan", body.territory.name if body.territory else ""),),
        )
        for body in read(*keys)
    }


def _visible_bodies(audience: Audience, *keys: int) -> QuerySet[Organisation]:
    return Organisation.objects.visible_to(audience).filter(pk__in=keys).select_related("territory")


_public_bodies = Prepared(partial(_visible_bodies, PUBLIC), int)


def _territories(ids: list[str], audience: Audience) -> dict[str, Thing]:
    return {
        key: Thing(title=place.name, address=place_address(place), extract=territories.described(place))
        for key, place in places(ids, audience).items()
    }


def _tables(ids: list[str], audience: Audience) -> dict[str, Thing]:
    return {
        key: Thing(
            title=str(row),
            address=table_address(row),
            facts=(
                ("fichier", _rows(row.current.rows if row.current else 0)),
                ("donnees", row.dataset.label),
                ("organisation", row.dataset.published_by.name),
            ),
            private=closed(row),
        )
        for key, row in opened(ids, audience).items()
    }


def _rows(count: int) -> str:
    return ngettext("%(count)s ligne", "%(count)s lignes", count) % {"count": words.number(count)}


def _help(ids: list[str], _audience: Audience) -> dict[str, Thing]:
    known = help_pages.sections()
    return {
        each: Thing(
            title=section.heading,
            address=help_address(page, section),
            extract=first_sentences(section.text, 200)[0],
            facts=(("", page.title),),
        )
        for each, (page, section) in known.items()
        if each in ids
    }


def _pages(ids: list[str], _audience: Audience) -> dict[str, Thing]:
    rows = Page.objects.published().filter(pk__in=own_pages.uuids(ids))
    return {
        own_pages.identifier(row.pk): Thing(
            title=row.title, address=row.get_absolute_url(), extract=first_sentences(row.body, 200)[0]
        )
        for row in rows
    }


def _indicators(ids: list[str], audience: Audience) -> dict[str, Thing]:
    rows = Indicator.objects.in_use().visible_to(audience).filter(uuid__in=indicators.uuids(ids))
    known = recipes.known().recipes
    pairs = [(row, known[row.key]) for row in rows if row.key in known]
    answers = of(pairs, audience, places_of.of_the_reader())
    return {
        indicators.identifier(row.uuid): Thing(
            title=answer.title,
            address=answer.address,
            extract=first_sentences(answer.definition, 200)[0],
            private=row.internal,
            answer=answer,
        )
        for (row, _recipe), answer in zip(pairs, answers, strict=True)
    }


def _formats(codes: list[str]) -> str:
    return ", ".join(dict.fromkeys(words.format_names(code)[1] for code in codes[:4]))


# By the name of the kind; whoever adds a kind adds its line here.
SHOWN: Final[dict[str, Callable[[list[str], Audience], dict[str, Thing]]]] = {
    "dataset": datasets,
    "service": _services,
    "organisation": _organisations,
    "territory": _territories,
    "indicator": _indicators,
    "table": _tables,
    "help": _help,
    "page": _pages,
}
