"""The files of a dataset, as lines of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from catalogue.models import Distribution, in_reading
from portal.pages import words
from portal.pages.licences import terms_of
from portal.pages.links import LinkState
from portal.pages.own_words import own_words
from portal.pages.prose import away, first_sentences, web_link
from portal.pages.rows import format_name
from portal.pages.tables_shown import TableLine


@dataclass(frozen=True)
class File:
    """`direct`: the address gives the file itself; otherwise it is a page or a service that leads to it."""

    name: str
    badge: str
    format: str
    address: str
    direct: bool
    facts: tuple[str, ...]
    about: str
    licence: str
    link: LinkState | None
    local: str  # whose it is, when it was added on this portal
    table: TableLine | None = None
    closed: bool = False  # it is here, and not for this reader


def files_of(
    said: Sequence[Distribution],
    names: dict[str, str],
    links: Mapping[str, LinkState],
    local: Mapping[UUID, str],
    tables: Mapping[UUID, TableLine],
) -> list[File]:
    """`names`: labels of concepts by address. `links`: what is known of addresses, as the record gives them.

    `local`: by the key of a file that was added here, whose it is. `tables`: by the key of a file, what its rows are.
    """
    lines = (_file(file, names, links, local.get(file.pk, "")) for file in said)
    return [_with_table(line, tables.get(file.pk)) for line, file in zip(lines, said, strict=True)]


def _with_table(line: File, table: TableLine | None) -> File:
    """What is deposited here answers, and is not always for all: whether its address does is not said."""
    if table is None or not table.held:
        return replace(line, table=table)
    address = "" if table.closed else table.instead or line.address
    shown = table if table.address or table.state else None
    return replace(line, table=shown, link=None, address=address, closed=table.closed)


def _file(file: Distribution, names: dict[str, str], links: Mapping[str, LinkState], local: str) -> File:
    direct = next(filter(None, map(away, file.download_url)), "")
    address = direct or next(filter(None, map(away, file.access_url)), "")
    left = not address and any(map(web_link, (*file.download_url, *file.access_url)))
    badge, _name = words.format_names(file.format_code)
    form = format_name(file.format, file.media_type, names) or next(iter(own_words(file, "format")), "")[:60]
    licence = next(iter(own_words(file, "license")), "")
    facts = (
        form if form.upper() != badge else "",
        words.size(file.byte_size),
        _("mis à jour le %(day)s") % {"day": words.said_date(file.modified)} if file.modified else "",
        _("chez %(host)s") % {"host": urlsplit(address).hostname} if address and urlsplit(address).hostname else "",
        _("resté chez l’ancien portail, que celui-ci remplace") if left else "",
    )
    return File(
        name=file.label,
        badge=badge or "?",
        format=form,
        address=address,
        direct=bool(direct),
        facts=tuple(filter(None, facts)),
        about=first_sentences(in_reading(file.description) or "", 200)[0],
        licence=terms_of(file.license, names.get(file.license, licence)).name if file.license or licence else "",
        link=links.get(address),
        local=local,
    )
