"""`/api/search`: a search for programs, in JSON. The parameters are those of the search page (`portal.asking`), and strict."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse

from catalogue.models import PUBLIC, Audience
from catalogue.permissions import audience_of
from catalogue.search import find
from catalogue.search.contract import BadCursor, Hit, Page, SearchError
from catalogue.search.instance import peers, reach
from catalogue.search.kinds import listed
from catalogue.search.settled import State, state
from portal import asking
from portal.api.http import JSON, conditional, etag, open_to_all, told
from portal.api.refusals import away, refused
from portal.asking import PAGE_SIZE, Asked, Remark
from portal.found import Brief, briefs
from portal.naming import Names, names
from portal.neighbours import called, page_of

MOST: Final = 100  # results a page
KEPT: Final = 60  # seconds, of an answer that nothing in the log changed
FEW: Final = 5  # wrong names told at once
FOR_PEOPLE: Final = ("help", "page")  # kinds of results


@dataclass(frozen=True)
class Wanted:
    asked: Asked
    size: int
    facets: tuple[str, ...]  # by their names in the address
    remarks: tuple[Remark, ...]

    def address(self, **more: str) -> str:
        """Of the same question at this API."""
        base = self.asked.address(reverse("api_search"))
        pairs = [("facettes", ",".join(self.facets))] if self.facets else []
        pairs += [("taille", str(self.size))] if self.size != PAGE_SIZE else []
        query = urlencode([*pairs, *more.items()])
        return settings.BOUTURE_URL + base + (("&" if "?" in base else "?") + query if query else "")


@open_to_all
def search(request: HttpRequest) -> HttpResponseBase:
    """For a stranger, one short query when the same was asked before and nothing has changed since; else one more, and
    three when facets are asked: their values are named.
    """
    audience = audience_of(request.user)
    wanted = read(request.GET)
    if wanted.remarks:
        return told(refused(wanted.remarks), audience)
    try:
        text, links = _kept(wanted, audience)
    except SearchError as error:
        return told(away(error), audience)
    except BadCursor as error:
        return told(refused([Remark.of("suite", error, "")]), audience)

    def make() -> HttpResponse:
        return HttpResponse(text, content_type=JSON)

    response = conditional(request, etag(text), None, make)
    response["Link"] = links
    return told(response, audience)


def _kept(wanted: Wanted, audience: Audience) -> tuple[bytes, str]:
    """The body and its links. Kept for strangers alone, and by the state that they were made of."""
    now = state()
    # What a peer withdraws must not stay here, nor its silence.
    if audience != PUBLIC or not now.settled or peers():
        return _made(wanted, audience, now)
    key = f"search:{hashlib.sha256(repr((now, wanted)).encode('utf-8', 'replace')).hexdigest()}"
    found: tuple[bytes, str] | None = cache.get(key)
    if found is None:
        found = _made(wanted, audience, now)
        cache.set(key, found, KEPT)
    return found


def _made(wanted: Wanted, audience: Audience, now: State) -> tuple[bytes, str]:
    page = _found(wanted, audience, now)
    following = _next(wanted, page)
    text = json.dumps(_said(wanted, page, audience, following), ensure_ascii=False).encode("utf-8", "replace")
    links = [f'<{settings.BOUTURE_URL + wanted.asked.address()}>; rel="alternate"; type="text/html"']
    if following:
        links.append(f'<{following}>; rel="next"')
    return text, ", ".join(links)


def read(data: QueryDict) -> Wanted:
    """What is asked; what cannot be followed is in `remarks`."""
    asked = asking.read(data)
    remarks = list(asked.remarks)
    known = {*asking.NAMES, "facettes", "facets", "taille", "size"}
    unknown = [name[:40] for name in data if name not in known][:FEW]
    those = ", ".join(sorted(known))
    remarks += [Remark(name, f"« {name} » n’est pas un paramètre : écrivez {those}", "") for name in unknown]
    facets = tuple(_facets(data, remarks))
    size = _size(data.get("taille") or data.get("size") or "", remarks)
    if asked.page * size > reach():
        remarks.append(Remark("page", f"Les numéros de page s’arrêtent à {reach()} résultats : suivez « next »", ""))
    return Wanted(asked, size, facets, tuple(remarks))


def _size(given: str, remarks: list[Remark]) -> int:
    size = int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else -1
    if given and not 0 <= size <= MOST:
        remarks.append(Remark("taille", f"Une page a de 0 à {MOST} résultats", ""))
    return size if given else PAGE_SIZE


def _facets(data: QueryDict, remarks: list[Remark]) -> Iterator[str]:
    given = ",".join([*data.getlist("facettes"), *data.getlist("facets")])[:2000]
    for name in dict.fromkeys(each.strip() for each in given.split(",") if each.strip()):
        if asking.NAMES.get(name) in asking.FACETS:
            yield asking.NAMES[name]
        else:
            those = ", ".join(asking.FACETS)
            remarks.append(Remark("facettes", f"« {name[:40]} » n’est pas une facette : écrivez {those}", ""))


def _found(wanted: Wanted, audience: Audience, now: State) -> Page:
    asked = wanted.asked
    facets = tuple(asking.FACETS[name][0] for name in wanted.facets)
    more = {**asked.bounds, "sort": asking.SORTS[asked.sort], "page": asked.page, "after": asked.after}
    # Pages are for people, unless they are asked for; and what stands apart is in no list of all.
    kinds = () if asked.chosen("genre") else tuple(kind for kind in listed(asked.text) if kind not in FOR_PEOPLE)
    return find(
        asked.text, audience=audience, facets=facets, size=wanted.size, kinds=kinds, state=now, across=True, **more
    )


def _said(wanted: Wanted, page: Page, audience: Audience, following: str) -> dict[str, Any]:
    said = {
        "query": wanted.asked.text,
        "total": page.total,
        "complete": page.complete,
        "meant": page.meant or None,
        "results": list(_results(page.hits, audience)),
        "next": following or None,
        "unavailable": _unavailable(page),
    }
    return {**said, "facets": _counts(wanted, page)} if wanted.facets else said


def _unavailable(page: Page) -> list[dict[str, str]]:
    """The peers whose answer is missing."""
    known = called({each.home for each in page.silent})
    return [{"instance": each.home, "name": known[each.home], "reason": each.why} for each in page.silent]


def _next(wanted: Wanted, page: Page) -> str:
    if not page.next:
        return ""
    return Wanted(wanted.asked.following(page.next), wanted.size, wanted.facets, ()).address()


def _results(hits: Sequence[Hit], audience: Audience) -> Iterator[dict[str, Any]]:
    known = briefs([hit for hit in hits if not hit.home], audience)
    for hit in hits:
        if hit.home:
            title = "".join(text for text, _ in hit.title)
            yield _result(hit, Brief(title, ""), page_of(hit))
        elif hit.id in known:
            yield _result(hit, known[hit.id], settings.BOUTURE_URL + known[hit.id].address)


def _result(hit: Hit, brief: Brief, page: str) -> dict[str, Any]:
    slug, name = brief.publisher
    return {
        "id": hit.id,
        "kind": hit.kind,
        "uri": brief.uri or None,
        "title": brief.title,
        "extract": "".join(text for text, _ in hit.extract),
        "publisher": {"slug": slug, "name": name} if slug else None,
        "licence": brief.licence or None,
        "theme": brief.theme,
        "modified": brief.modified or None,
        "private": brief.private,
        "page": page,
        "instance": hit.home or None,
    }


def _counts(wanted: Wanted, page: Page) -> dict[str, list[dict[str, Any]]]:
    counted = {facet.name: [value for value, _ in facet.values] for facet in page.facets}
    # A value that only a peer has tells nothing of what this reader may see of ours.
    ours = {name: [value for value in values if (name, value) not in page.foreign] for name, values in counted.items()}
    known = names(counted, ours)
    return {
        name: [_count(facet.name, value, count, known) for value, count in facet.values]
        for name, facet in zip(wanted.facets, page.facets, strict=True)
    }


def _count(facet: str, value: str, count: int, known: Names) -> dict[str, Any]:
    said = {"value": value, "label": known.get(facet, value) or value, "count": count}
    return {**said, "within": sorted(known.around.get(value, ()))} if facet == "territory" else said
