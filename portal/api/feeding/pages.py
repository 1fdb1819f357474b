"""The pages of the feed: its root, the nodes of its tree and its leaves, in TriG and JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from catalogue.dcat.formats import Text
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.quads import Graph, write_quads
from catalogue.feeding import showing, tree
from catalogue.feeding.showing import Standing
from catalogue.feeding.tree import Node
from catalogue.models import FeedMember
from harvesters.peers.trust import provenance
from harvesters.peers.trust.chains import chains
from portal.api.feeding import statements
from portal.api.http import HTML, conditional, etag, open_to_all, problem
from portal.api.negotiation import preferred
from portal.api.signatures import with_signature
from portal.api.statements import catalogue

FORMS: Final = {"trig": "application/trig", "jsonld": "application/ld+json"}
SEALED: Final = "public, max-age=60, must-revalidate"  # it only shrinks
GROWING: Final = "public, max-age=1, must-revalidate"
Make = Callable[[], Iterator[Graph]]
DEEPEST: Final = 6  # of the tree: more activities than a base may hold


@open_to_all
def root(request: HttpRequest, extension: str = "") -> HttpResponse:
    """`/flux/`, `/flux.<ext>`: the stream, and where its activities are."""
    level, last = tree.root_level(), tree.last_position()

    def make() -> Iterator[Graph]:
        said = statements.whole() + statements.offered()
        yield Graph("", Text(said + statements.page(statements.root(), tree.children(level))))

    return _answer(request, extension, make, (settings.BOUTURE_URL, last), GROWING)


@open_to_all
def inner(request: HttpRequest, level: int, place: int, extension: str = "") -> HttpResponse:
    """`/flux/n/<level>/<place>`: a node between the root and the leaves."""
    node = Node(level, place) if 1 <= level <= DEEPEST else None
    last = tree.last_position()
    if node is None or node.first > last:
        raise Http404

    def make() -> Iterator[Graph]:
        found = tree.children(level - 1, node)
        yield Graph("", Text(statements.whole() + statements.page(statements.address(node), found)))

    return _answer(request, extension, make, (settings.BOUTURE_URL, level, place, last), _keeping(node, last))


@open_to_all
def leaf(request: HttpRequest, first: int, last: int, extension: str = "") -> HttpResponse:
    """`/flux/<first>-<last>`: the activities of a range; a range that is not one of ours is an address that does not exist."""
    node = Node(0, (first - 1) // tree.LEAF)
    end = tree.last_position()
    if (first, last) != (node.first, node.last) or first > end:
        raise Http404
    shown = showing.standing(tree.members(node))
    head = (settings.BOUTURE_URL, first, *((row.position, row.activity) for row in shown.members))
    said = statements.whole() + statements.page(statements.address(node))
    return _answer(request, extension, lambda: announced(shown, said), head, _keeping(node, end))


def announced(found: Standing, said: str = "") -> Iterator[Graph]:
    """These activities, after what else is said in the default graph, and the payloads of those that may be seen."""
    texts = showing.payloads(found)
    if any(row.kind == FeedMember.Kind.CATALOG and row.digest for row in found.members):
        texts[showing.catalogue_address()] = catalogue(None)
    shown = [row for row in found.members if not row.digest or row.object in texts]
    ways = came(found, shown)
    yield Graph("", Text(said + statements.activities(shown)))
    yield from (
        Graph(statements.activity(row), _whole(texts[row.object], ways.get(row.object, "")))
        for row in shown
        if row.digest
    )


def came(found: Standing, shown: Sequence[FeedMember]) -> dict[str, str]:
    """By object, the way by which a record came that is another instance's: N-Triples to be said beside its own."""
    replicas = {key for key, row in found.records.items() if row.replicated}
    records = {row.record: row.object for row in shown if row.digest and row.kind in MODELS and row.record in replicas}
    if not records:
        return {}
    return {
        records[key]: provenance.written(settings.BOUTURE_URL, key, records[key], chain)
        for key, chain in chains(records.keys()).items()
    }


def _whole(text: Text, way: str) -> Text:
    return replace(text, said=text.said + way) if way else text


def _keeping(node: Node, last: int) -> str:
    return SEALED if node.last <= last else GROWING


def _answer(request: HttpRequest, extension: str, make: Make, head: Sequence[object], keeping: str) -> HttpResponse:
    """In the form that was asked for, by the address or else by Accept (DCAT-AP Feeds asks for one of the two)."""
    form = extension or _preferred(request)
    if form == "html":
        return HttpResponseRedirect(reverse("help_page", args=["reutiliser"]), status=303, headers={"Vary": "Accept"})
    if not form:
        return _not_acceptable()
    if form not in FORMS:
        raise Http404

    def written() -> HttpResponse:
        return HttpResponse(b"".join(write_quads(make(), form)), content_type=f"{FORMS[form]}; charset=utf-8")

    response: HttpResponse = conditional(request, etag("feed", form, *head), None, written)
    response = with_signature(request, response)
    response["Cache-Control"] = keeping if response.status_code != 503 else "no-store"
    if not extension:
        patch_vary_headers(response, ("Accept",))
    return response


def _preferred(request: HttpRequest) -> str:
    """ "html" for a person, who is told what this is; "" when nothing that we speak is accepted."""
    offers = {media: form for form, media in FORMS.items()} | {HTML: "html"}
    return offers.get(preferred(request.headers.get("accept", ""), list(offers)), "")


def _not_acceptable() -> HttpResponse:
    forms = " ou ".join(FORMS.values())
    refused = problem(
        406, "Aucune forme acceptée", f"Le flux se lit en {forms} : demandez l’un des deux dans l’en-tête Accept."
    )
    patch_vary_headers(refused, ("Accept",))
    return refused
