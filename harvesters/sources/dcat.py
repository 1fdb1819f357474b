"""A DCAT catalogue in RDF: one document, or pages linked by Hydra, old (nextPage) or new (next)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.spoken import gettext_noop
from harvesters.base import RDF_FIRST, Fetched, Harvester, Page, Refused, Unreadable
from harvesters.graphs import Records

HYDRA = "http://www.w3.org/ns/hydra/core#"
NEXT = tuple(ox.NamedNode(HYDRA + name) for name in ("next", "nextPage"))


class Dcat(Harvester):
    """Reads what `formats` reads."""

    kind = "dcat"
    label = gettext_noop("Catalogue DCAT (RDF)")
    address_help = gettext_noop("l’adresse d’un catalogue en Turtle, RDF/XML, JSON-LD, N-Triples, TriG ou N-Quads")
    reads = (
        "a DCAT catalogue as Turtle, N-Triples, RDF/XML, JSON-LD, TriG or N-Quads: a file, a URL, or pages linked by "
        "Hydra, old (`nextPage`) or new (`next`)"
    )
    accept = RDF_FIRST
    fronts = {"": "catalogue", "/catalog": "catalogue"}

    def read(self, fetched: Fetched) -> Iterator[Page]:
        answer = fetched.answer
        base = self.base or answer.url or formats.NO_BASE
        try:
            with answer.path.open("rb") as file:
                head = file.read(65_536)
            code = formats.sniff(head, answer.content_type, answer.url or fetched.requested)
            graph = formats.read(answer.path, code, base)
        except formats.Forbidden as error:
            raise Refused(error.message) from error
        except formats.FormatError as error:
            raise Unreadable(error.message) from error
        with graph:
            records = self.found(graph)
            yield Page(fetched, iter(records), _next(graph, base), notes=graph.notes, left=records.left)

    def found(self, graph: formats.Graph) -> Records:
        """The records of one document."""
        return Records(graph, self.address, self.space)


def _next(graph: formats.Graph, base: str) -> str:
    """The next page's address, "" at the end. Both Hydra vocabularies; an address written as text counts too."""
    for predicate in NEXT:
        for subject, value in graph.pairs(predicate):
            if isinstance(value, ox.NamedNode | ox.Literal) and value != subject:
                return _joined(base, str(value.value))
    return ""


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # half of an IPv6 address: who asks for it says so
        return address
