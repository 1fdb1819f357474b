"""The page of one dataset."""

from __future__ import annotations

import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue.models import Addition, Change, Dataset, Layer, Record, in_french
from catalogue.permissions import actions
from portal import schema_org
from portal.pages import prose, quality, words
from portal.pages.files import files_of
from portal.pages.history import conformity_of, story_of, troubles_of
from portal.pages.laid import Laid, strings
from portal.pages.licences import Terms, terms_of
from portal.pages.links import LinkState, states_of
from portal.pages.origins import origin_of, others_of, with_origin
from portal.pages.own_words import own_names, own_words
from portal.pages.rows import labels

FILES_FIRST: Final = 12
KEYWORDS: Final = 30
SERIALISATIONS: Final = (
    ("ttl", "Turtle", "text/turtle"),
    ("jsonld", "JSON-LD", "application/ld+json"),
    ("rdf", "RDF/XML", "application/rdf+xml"),
    ("nt", "N-Triples", "application/n-triples"),
)


@require_safe
def dataset(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """404 for whoever may not know that it exists, 410 for what was withdrawn."""
    held = Dataset.objects.select_related("owner", "published_by", "territory", "score").filter(pk=pk)
    found = with_origin(held).annotate(layered=Exists(Layer.objects.filter(record=OuterRef("pk")))).first()
    if found is None or found.status == Record.Status.DRAFT:
        raise Http404
    may = actions(request.user, found)
    if found.private and "see" not in may:
        raise Http404
    if found.status == Record.Status.WITHDRAWN:
        publisher = found.published_by.name
        return render(request, "410.html", {"record": found, "publisher": publisher}, status=410)
    conformity = conformity_of(found) if "edit" in may else None
    shown = {**_everything(found, member="edit" in may), "conformity": conformity, "writer": "publish" in may}
    return render(request, "dataset.html", shown)


def _everything(found: Any, *, member: bool) -> dict[str, Any]:
    """All that the template shows: four queries more, one more when something was added to it here, one when several
    sources give it.
    """
    said_files = list(found.distributions.all())
    additions = list(Addition.objects.of(found.pk)) if found.layered else []
    names = own_names([found, *said_files]) | labels(_addresses(found, said_files) | strings(additions))
    laid = Laid.of(additions, said_files, names, member=member)
    links = states_of(found.pk)
    files = files_of(said_files, names, links, laid.files)
    changes = list(Change.objects.filter(record=found.pk, kind=Change.Kind.RECORD).order_by("-number")[:100])
    lead, whole = prose.first_sentences(found.summary)
    terms = _terms(found, said_files, names)
    return {
        "dataset": found,
        "lead": lead,
        "description": "" if whole else prose.to_html(found.summary, after=lead),
        "updated": words.said_date(found.modified) if found.modified else words.day(found.updated_at),
        "frequency": _rhythm(found, names),
        "extent": _extent(found),
        "facts": [laid.fact(*fact) for fact in _facts(found, names, links) if fact[2]],
        "laid": laid,
        "terms": terms,
        "files": files[:FILES_FIRST],
        "more_files": files[FILES_FIRST:],
        "file_count": len(files),
        "dead_links": sum(file.link is not None and file.link.failing for file in files),
        "mixed_licences": len(terms) > 1,
        "contacts": _contacts(found),
        "story": story_of(changes),
        "origin": origin_of(found),
        "other_origins": others_of(found),
        "troubles": troubles_of(found),
        "landing_page": _first_page(found),
        "quality": quality.of_dataset(found),
        "serialisations": SERIALISATIONS,
        "schema_org": schema_org.block(schema_org.described(found, said_files)),
    }


def _facts(
    found: Dataset, names: dict[str, str], links: dict[str, LinkState]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The property, its name and its values, each with an address to follow or ""."""

    def named(addresses: list[str]) -> list[str]:
        return [names.get(address) or words.last_part(address) for address in addresses]

    themes, languages, page = named(found.theme), named(found.language), _first_page(found)
    keywords, others = (in_french(found.keyword) or [])[:KEYWORDS], own_words(found, "theme")
    topics = [*_searches("sujet", found.theme, themes), *_searches("q", others, others)]
    return [
        ("temporal", "Période", [(said, "") for said in [_period(found)] if said]),
        ("issued", "Paru", [(words.said_date(found.issued), "")] if found.issued else []),
        ("theme", "Sujets" if len(themes + others) > 1 else "Sujet", topics),
        ("keyword", "Mots-clés", _searches("q", keywords, keywords)),
        ("landing_page", "En savoir plus", [(page, page), *_dead(found, links)] if page else []),
        ("language", "Langues" if len(languages) > 1 else "Langue", [(language, "") for language in languages]),
        ("conforms_to", "Suit", [(standard, prose.web_link(standard)) for standard in found.conforms_to]),
        ("access_rights", "Accès", [(right, "") for right in [_access(found, names)] if right]),
    ]


def _searches(name: str, values: list[str], labels: list[str]) -> list[tuple[str, str]]:
    return [
        (label, f"{reverse('search')}?{urlencode({name: value})}") for label, value in zip(labels, values, strict=True)
    ]


def _dead(found: Dataset, links: dict[str, LinkState]) -> list[tuple[str, str]]:
    """What is said of its page when it does not answer."""
    state = links.get(_first_page(found))
    return [(state.text, "")] if state and state.failing else []


def _first_page(found: Dataset) -> str:
    return next(filter(None, map(prose.away, found.landing_page)), "")


def _addresses(found: Dataset, files: list[Any]) -> set[str]:
    said = {found.frequency, found.license, found.access_rights, *found.theme, *found.language}
    for file in files:
        said |= {file.format, file.media_type, file.license, file.availability}
    return said


def _extent(found: Dataset) -> str:
    """Where it is, by name; coordinates without a name stay in the files that machines read."""
    named = [in_french(place.get("name", {})) for place in found.spatial]
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


def _access(found: Dataset, names: dict[str, str]) -> str:
    said = names.get(found.access_rights) or next(iter(own_words(found, "access_rights")), "")
    return said or (words.last_part(found.access_rights) if found.access_rights else "")


def _terms(found: Dataset, files: list[Any], names: dict[str, str]) -> list[Terms]:
    """The dataset's licence, by its address or in the source's words; when it says none, those of its files."""
    said = [(row.license, next(iter(own_words(row, "license")), "")) for row in (found, *files)]
    given = said[:1] if any(said[0]) else said[1:]
    return [terms_of(address, names.get(address, text)) for address, text in dict.fromkeys(given) if address or text]


def _contacts(found: Dataset) -> list[dict[str, str]]:
    contacts = []
    for said in found.contact_point:
        contact = {
            "name": in_french(said.get("name", {})),
            "email": next(filter(None, map(prose.mail_link, said.get("email", []))), ""),
            "page": next(filter(None, map(prose.web_link, said.get("page", []))), ""),
        }
        if any(contact.values()):
            contacts.append(contact)
    return contacts
