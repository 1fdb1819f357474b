"""What the base says of a result in short, whatever its kind: for the search box and for programs.

The index proposes, the base decides: each result is read again with the reader's rights. Pages show more
(`portal.pages.lines`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from catalogue.guide import HelpPage, Section
from catalogue.models import Audience, DataService, Dataset, Indicator, Organisation, Page, Table, Territory, in_french
from catalogue.releasing import BASE
from catalogue.search.contract import Fragment, Hit
from catalogue.search.kinds import help_pages, indicators, own_pages, tables, territories
from catalogue.tabling.opening import openable

COLUMNS: Final = (
    "pk", "uri", "title", "private", "license", "theme", "modified", "updated_at", "published_by__slug", "published_by__name",
)  # fmt: skip
OF_TABLES: Final = (
    "name", "address", "deposit", "state", "unread_public", "dataset__uri", "dataset__title", "dataset__private", "dataset__owner",
    "dataset__license", "dataset__theme", "dataset__published_by__slug", "dataset__published_by__name", "current__at",
    "current__rows", "current__withheld",
)  # fmt: skip
NOBODY: Final = uuid.UUID(int=0)


@dataclass(frozen=True)
class Brief:
    """`address` is a path on this portal. What a kind does not have is empty."""

    title: str
    address: str
    uri: str = ""
    publisher: tuple[str, str] = ("", "")  # slug and name
    licence: str = ""
    theme: tuple[str, ...] = ()
    modified: str = ""
    private: bool = False


def briefs(hits: Sequence[Hit], audience: Audience) -> dict[str, Brief]:
    """By id, those that this reader may still see; one query a kind, a few for territories."""
    found: dict[str, Brief] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits if hit.kind in READ):
        found |= READ[kind]([hit.id for hit in hits if hit.kind == kind], audience)
    return found


def _records(model: type[Dataset | DataService], ids: Sequence[str], audience: Audience) -> dict[str, Brief]:
    visible = model.objects.visible_to(audience).filter(pk__in=map(uuid.UUID, ids)).order_by()
    found = {}
    for key, uri, title, private, licence, theme, modified, updated_at, slug, name in visible.values_list(*COLUMNS):
        identifier = str(key)
        found[identifier] = Brief(
            title=in_french(title) or uri,
            address=address_of(model, identifier),
            uri=uri,
            publisher=(slug, name),
            licence=licence,
            theme=tuple(theme),
            modified=modified or updated_at.isoformat(timespec="seconds"),
            private=private,
        )
    return found


def address_of(model: type[Dataset | DataService], key: str) -> str:
    """The page of the record with this key."""
    before, after = _pattern(model)
    return f"{before}{key}{after}"


@cache
def _pattern(model: type[Dataset | DataService]) -> tuple[str, str]:
    """One address for all, made once: a row of the model and the search through all addresses for each took a third of the whole."""
    before, _, after = model(pk=NOBODY).get_absolute_url().partition(str(NOBODY))
    return before, after


def title_of(hit: Hit, title: str) -> tuple[Fragment, ...]:
    """The hit's title, with what answers told apart; that of the base when the index has an older one."""
    same = "".join(text for text, _ in hit.title) == title
    return hit.title if same else ((title, False),)


def _bodies(ids: Sequence[str], audience: Audience) -> dict[str, Brief]:
    keys = {identifier.rpartition(":")[2]: identifier for identifier in ids}
    wanted = Organisation.objects.visible_to(audience).filter(pk__in=keys).only("name", "slug", "uri")
    return {keys[str(body.pk)]: Brief(body.name, body.get_absolute_url(), body.uri) for body in wanted}


def places(ids: Sequence[str], audience: Audience) -> dict[str, Territory]:
    """By id, those where this reader may see something."""
    found = territories.read([territories.token_of(each) for each in ids])
    seen = territories.seen_in(found, audience)
    return {territories.PREFIX + place.token: place for place in found if place.pk in seen}


def place_address(place: Territory) -> str:
    """The search inside of it."""
    return f"{reverse('search')}?{urlencode({'territoire': place.token})}"


def _places(ids: Sequence[str], audience: Audience) -> dict[str, Brief]:
    return {
        key: Brief(place.name, place_address(place), place.uri or "") for key, place in places(ids, audience).items()
    }


def opened(ids: Sequence[str], audience: Audience) -> dict[str, Table]:
    """By id, the tables that this reader may open, each with its current version and its dataset."""
    rows = Table.objects.visible_to(audience).filter(pk__in=tables.uuids(ids), current__isnull=False)
    rows = rows.select_related("current", "dataset__published_by").only(*OF_TABLES).order_by()
    return {tables.identifier(row.pk): row for row in rows if openable(row, audience)}


def table_address(table: Table) -> str:
    return reverse("table", args=[table.pk])


def _tables(ids: Sequence[str], audience: Audience) -> dict[str, Brief]:
    return {key: _table(row) for key, row in opened(ids, audience).items()}


def _table(row: Table) -> Brief:
    dataset, version = row.dataset, row.current
    return Brief(
        str(row),
        table_address(row),
        publisher=(dataset.published_by.slug, dataset.published_by.name),
        licence=dataset.license,
        theme=tuple(dataset.theme),
        modified=version.at.isoformat(timespec="seconds") if version else "",
        private=closed(row),
    )


def closed(row: Table) -> bool:
    """Whether it is not for everybody, by its dataset or by itself."""
    return row.dataset.private or bool(row.current and row.current.withheld)


def help_address(page: HelpPage, section: Section) -> str:
    return f"{reverse('help_page', args=[page.slug])}#{section.anchor}"


def _help(ids: Sequence[str], _: Audience) -> dict[str, Brief]:
    known = help_pages.sections(get_language() or "fr")
    return {each: Brief(known[each][1].heading, help_address(*known[each])) for each in ids if each in known}


def _pages(ids: Sequence[str], _: Audience) -> dict[str, Brief]:
    rows = Page.objects.published().filter(pk__in=own_pages.uuids(ids))
    return {
        own_pages.identifier(row.pk): Brief(
            row.title, row.get_absolute_url(), modified=row.changed_at.isoformat(timespec="seconds")
        )
        for row in rows
    }


def _indicators(ids: Sequence[str], audience: Audience) -> dict[str, Brief]:
    rows = Indicator.objects.in_use().visible_to(audience).filter(uuid__in=indicators.uuids(ids))
    return {
        indicators.identifier(row.uuid): Brief(
            row.title,
            reverse("indicator", args=[row.key]),
            f"{settings.BOUTURE_URL}{BASE}/{row.key}",
            private=row.internal,
        )
        for row in rows
    }


# By the name of the kind; whoever adds a kind adds its line here.
READ: Final[dict[str, Callable[[Sequence[str], Audience], dict[str, Brief]]]] = {
    "dataset": partial(_records, Dataset),
    "service": partial(_records, DataService),
    "organisation": _bodies,
    "territory": _places,
    "indicator": _indicators,
    "table": _tables,
    "help": _help,
    "page": _pages,
}
