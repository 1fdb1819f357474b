"""The page of one dataset."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from catalogue import reusing, use
from catalogue.models import Addition, Dataset, Record, in_reading
from portal import schema_org
from portal.counting import to_be_counted
from portal.kept_pages import kept_and
from portal.naming import labels
from portal.pages import covering, drafting, quality, recorded, words
from portal.pages.files import files_of
from portal.pages.formed import actor
from portal.pages.laid import Laid, strings
from portal.pages.links import LinkState, states_of
from portal.pages.own_words import own_names, own_words
from portal.pages.tables_shown import tables_of

FILES_FIRST: Final = 12


def _look(request: HttpRequest, _: str, pk: uuid.UUID) -> None:
    if to_be_counted(request):
        use.count(pk)


@require_safe
@kept_and(_look)
def dataset(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """404 for whoever may not know that it exists, 410 for what was withdrawn. A draft is shown as it will be."""
    found, may = recorded.read(request, _held, pk)
    if found.status == Record.Status.WITHDRAWN:
        return recorded.withdrawn(request, found)
    shown = _everything(found, may)
    if found.status == Record.Status.DRAFT:
        answer = render(request, "dataset.html", {**shown, "draft": drafting.state_of(found, may, actor(request))})
        answer["Cache-Control"] = "private, no-store"
        return answer
    if not found.private:
        _look(request, "", found.pk)
    return render(request, "dataset.html", shown)


def _held() -> QuerySet[Dataset]:
    return reusing.with_reuses(covering.with_places(Dataset.objects.select_related("score")))


def _everything(found: Any, may: frozenset[str]) -> dict[str, Any]:
    """All that the template shows: five queries more, one more when something was added to it here, one when several
    sources give it, one when reuses of it are shown.
    """
    said_files = list(found.distributions.all())
    additions = list(Addition.objects.of(found.pk)) if found.layered else []
    names = own_names([found, *said_files]) | labels(_addresses(found, said_files) | strings(additions))
    laid = Laid.of(additions, said_files, names, member="edit" in may)
    links = states_of(found.pk)
    tables = tables_of(found.pk, member="edit" in may)
    covered = covering.extent_of(found)
    files = files_of(said_files, names, links, laid.files, tables)
    return {
        **recorded.told(found, recorded.licences(found, said_files, names), may),
        "dataset": found,
        "draft": None,
        "frequency": _rhythm(found, names),
        "extent": _extent(found) or (covered.name if covered and found.spatial else ""),
        "covered": covered,
        "facts": [laid.fact(*fact) for fact in _facts(found, names, links) if fact[2]],
        "laid": laid,
        "files": files[:FILES_FIRST],
        "more_files": files[FILES_FIRST:],
        "preview": next((file.table for file in files if file.table and file.table.preview), None),
        "file_count": len(files),
        "dead_links": sum(file.link is not None and file.link.failing for file in files),
        "quality": quality.drawn(found),
        "schema_org": schema_org.block(
            schema_org.described(
                found,
                said_files,
                {key for key, line in tables.items() if line.closed},
                reusing.shown_on(found) if found.reused else (),
            )
        ),
    }


def _facts(
    found: Dataset, names: dict[str, str], links: dict[str, LinkState]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The property, its name and its values, each with an address to follow or ""."""
    page, topics = recorded.first_page(found), recorded.topics(found, names)
    languages = recorded.named(found.language, names)
    return [
        ("temporal", _("Période"), [(said, "") for said in [_period(found)] if said]),
        ("issued", _("Paru"), [(words.said_date(found.issued), "")] if found.issued else []),
        ("theme", ngettext("Sujet", "Sujets", len(topics)), topics),
        ("keyword", _("Mots-clés"), recorded.keywords(found)),
        ("landing_page", _("En savoir plus"), [(page, page), *_dead(page, links)] if page else []),
        ("language", ngettext("Langue", "Langues", len(languages)), [(language, "") for language in languages]),
        ("conforms_to", _("Suit"), recorded.standards(found)),
        ("access_rights", _("Accès"), [(right, "") for right in [recorded.access(found, names)] if right]),
    ]


def _dead(page: str, links: dict[str, LinkState]) -> list[tuple[str, str]]:
    """What is said of its page when it does not answer."""
    state = links.get(page)
    return [(state.text, "")] if state and state.failing else []


def _addresses(found: Dataset, files: list[Any]) -> set[str]:
    said = {found.frequency, found.license, found.access_rights, *found.theme, *found.language}
    for file in files:
        said |= {file.format, file.media_type, file.license, file.availability}
    return said


def _extent(found: Dataset) -> str:
    """Where it is, by name; coordinates without a name stay in the files that machines read."""
    named = [in_reading(place.get("name", {})) for place in found.spatial]
    flat = [name for names in named for name in (names if isinstance(names, list) else [names]) if name]
    if found.territory and found.territory.name not in flat:
        flat.insert(0, found.territory.name)
    return ", ".join(dict.fromkeys(flat[:6]))


def _period(found: Dataset) -> str:
    periods = (words.period(said.get("start", ""), said.get("end", "")) for said in found.temporal)
    return " ; ".join(filter(None, periods))


def _rhythm(found: Dataset, names: dict[str, str]) -> str:
    said = names.get(found.frequency) or next(iter(own_words(found, "frequency")), "")
    return said or words.last_part(found.frequency).lower()
