"""A search as a feed that is followed: Atom (RFC 4287), in pages (RFC 5005 §3), with what OpenSearch 1.1 adds to results."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from catalogue.models import Audience, Concept, Dataset, in_french
from catalogue.permissions import audience_of
from catalogue.search import find
from catalogue.search.contract import BadCursor, SearchError
from catalogue.search.settled import State, state
from portal import asking
from portal.api import opensearch
from portal.api.catalogue import modified
from portal.api.http import RDF_FORMS, conditional, etag, open_to_all, told
from portal.api.markup import HEAD, element
from portal.api.refusals import away, refused
from portal.asking import PAGE_SIZE, Asked, Remark
from portal.branding import branding

ATOM: Final = "http://www.w3.org/2005/Atom"
LONGEST: Final = 600  # characters of a summary
COLUMNS: Final = (
    "uri", "title", "description", "theme", "license", "created_at", "updated_at", "version",
    "published_by__name", "published_by__slug",
)  # fmt: skip
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)  # of a catalogue where nothing has been yet


@dataclass(frozen=True)
class Results:
    """One page: the records in their order, and how many there are in all."""

    rows: tuple[Dataset, ...]
    total: int
    next: str  # cursor

    @property
    def pages(self) -> int:
        return max(1, min(asking.LAST_PAGE, -(-self.total // PAGE_SIZE)))


@open_to_all
def search_feed(request: HttpRequest) -> HttpResponseBase:
    """`/jeux-de-donnees.atom?q=…`: the datasets of a search, the latest first unless `tri` says otherwise."""
    audience = audience_of(request.user)
    asked = asking.read(request.GET)
    if asked.chosen("genre") not in ((), ("dataset",)):
        alone = Remark("genre", "Un flux ne suit que des jeux de données : retirez « genre »", "")
        return told(refused([alone]), audience)
    if asked.remarks:
        return told(refused(asked.remarks), audience)
    # While the index is behind, the moment of the last change says nothing of what is found: the ETag alone does.
    now = state()
    try:
        found = _found(asked, audience, now, latest="tri" not in request.GET and "sort" not in request.GET)
    except SearchError as error:
        return told(away(error), audience)
    except BadCursor as error:
        return told(refused([Remark.of("suite", error, "")]), audience)
    if asked.page > found.pages:
        raise Http404
    moment = modified(audience)
    tag = etag(branding(), asked, found.total, *((row.pk, row.version, row.published_by.name) for row in found.rows))

    def make() -> HttpResponse:
        text = _document(asked, found, moment or NEVER)
        return HttpResponse(text, content_type=f"{opensearch.ATOM}; charset=utf-8")

    return told(conditional(request, tag, moment if now.settled else None, make), audience)


def _found(asked: Asked, audience: Audience, now: State, *, latest: bool) -> Results:
    sort = "modified" if latest else asking.SORTS[asked.sort]
    more = {**asked.bounds, "sort": sort, "page": asked.page, "after": asked.after}
    page = find(asked.text, audience=audience, size=PAGE_SIZE, kinds=("dataset",), state=now, **more)
    keys = [uuid.UUID(hit.id) for hit in page.hits]
    seen = Dataset.objects.visible_to(audience).filter(pk__in=keys).select_related("published_by").only(*COLUMNS)
    rows = {row.pk: row for row in seen}
    return Results(tuple(rows[key] for key in keys if key in rows), page.total, page.next)


def _document(asked: Asked, found: Results, moment: datetime) -> str:
    name = branding()
    title = f"« {asked.text} » dans les données {name.of}" if asked.text else f"Les données {name.of}"
    names = Concept.objects.labels({uri for row in found.rows for uri in (*row.theme, row.license) if uri})
    said = [
        element("id", _address(asked.at(1))),
        element("title", title),
        element("updated", _instant(max((row.updated_at for row in found.rows), default=moment))),
        f"<author>{element('name', name.name).strip()}</author>\n",
        element("generator", "Bouture"),
        element("os:totalResults", str(found.total)),
        "" if asked.after else element("os:startIndex", str((asked.page - 1) * PAGE_SIZE + 1)),
        element("os:itemsPerPage", str(PAGE_SIZE)),
        element("link", rel="search", type=opensearch.MEDIA, href=settings.BOUTURE_URL + reverse("opensearch")),
        *_links(asked, found),
        *(_entry(row, names) for row in found.rows),
    ]
    return f'{HEAD}<feed xmlns="{ATOM}" xmlns:os="{opensearch.NAMESPACE}" xml:lang="fr">\n{"".join(said)}</feed>\n'


def _links(asked: Asked, found: Results) -> list[str]:
    """By numbers as far as they reach, by cursors beyond; what comes before a cursor has no address."""
    links = {"self": asked, "first": asked.at(1)}
    if not asked.after:
        links["last"] = asked.at(found.pages)
        if asked.page > 1:
            links["previous"] = asked.at(asked.page - 1)
    if not asked.after and asked.page < found.pages:
        links["next"] = asked.at(asked.page + 1)
    elif found.next:
        links["next"] = asked.following(found.next)
    page = element("link", rel="alternate", type="text/html", href=settings.BOUTURE_URL + asked.address())
    return [page, *(element("link", rel=rel, type=opensearch.ATOM, href=_address(at)) for rel, at in links.items())]


def _address(asked: Asked) -> str:
    return settings.BOUTURE_URL + asked.address(reverse("search_feed"))


def _entry(row: Dataset, names: dict[str, str]) -> str:
    body = settings.BOUTURE_URL + row.published_by.get_absolute_url()
    turtle = settings.BOUTURE_URL + reverse("record_as", args=[row.pk, "ttl"])
    said = [
        element("id", row.uri),
        element("title", row.label),
        element("link", rel="alternate", type="text/html", href=settings.BOUTURE_URL + row.get_absolute_url()),
        element("link", rel="alternate", type=RDF_FORMS["ttl"][1], href=turtle),
        element("updated", _instant(row.updated_at)),
        element("published", _instant(row.created_at)),
        f"<author>{element('name', row.published_by.name)}{element('uri', body)}</author>\n",
        *(element("category", term=uri, label=names.get(uri, uri)) for uri in row.theme),
    ]
    if row.license:
        said.append(element("rights", names.get(row.license, row.license)))
    if summary := _cut(in_french(row.description)):
        said.append(element("summary", summary, type="text"))
    return f"<entry>\n{''.join(said)}</entry>\n"


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[:LONGEST].rsplit(" ", 1)[0] + "…"


def _instant(moment: datetime) -> str:
    """RFC 3339, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
