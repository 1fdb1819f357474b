"""By whom a record came: the instances that it went through since its home, said in the payload of its activity.

One PROV-O entity a hop, the nearest first: `prov:wasAttributedTo` the instance, `prov:wasDerivedFrom` the hop before. The first is
tied to the record by `foaf:primaryTopic`. They stand beside the record's own triples, that its digest is of; nothing hangs on
the member, whose shape is closed. A record that is told by its home, or harvested there, has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import pyoxigraph as ox

from catalogue.dcat.lines import parsed
from catalogue.dcat.profile import FOAF, PROV
from catalogue.dcat.terms import RDF_TYPE

ENTITY: Final = ox.NamedNode(PROV + "Entity")
BY, FROM = ox.NamedNode(PROV + "wasAttributedTo"), ox.NamedNode(PROV + "wasDerivedFrom")
BY_SAID: Final = str(BY)
ABOUT: Final = ox.NamedNode(FOAF + "primaryTopic")
LONGEST: Final = 16  # hops; a record that went through more turns in circles

Chain = tuple[str, ...]  # the addresses of instances, each ends with "/"


def written(base: str, key: UUID, uri: str, chain: Sequence[str]) -> str:
    """N-Triples; "" without a hop. `base`: our own address, under which the hops are named."""
    nodes = [ox.NamedNode(f"{base}/flux/#{key}-{at}") for at in range(len(chain))]
    said: list[ox.Triple] = []
    for at, (node, instance) in enumerate(zip(nodes, chain, strict=True)):
        said += [ox.Triple(node, RDF_TYPE, ENTITY), ox.Triple(node, BY, ox.NamedNode(instance))]
        said += [ox.Triple(node, FROM, nodes[at + 1])] if at + 1 < len(nodes) else []
    said += [ox.Triple(nodes[0], ABOUT, ox.NamedNode(uri))] if nodes else []
    return (ox.serialize(said, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def read(payload: str, uri: str) -> Chain:
    """The instances that a payload, in lines of N-Triples, says its object went through; cut after LONGEST + 1, which is one
    too many."""
    if BY_SAID not in payload:  # nearly all come from their home
        return ()
    about = ox.NamedNode(uri)
    starts: list[Any] = []
    by: dict[Any, str] = {}
    before: dict[Any, Any] = {}
    for triple in parsed(payload):
        if triple.predicate == ABOUT and triple.object == about:
            starts.append(triple.subject)
        elif triple.predicate == BY and isinstance(triple.object, ox.NamedNode):
            by[triple.subject] = triple.object.value.rstrip("/") + "/"
        elif triple.predicate == FROM:
            before[triple.subject] = triple.object
    node: Any = next((start for start in starts if start in by), None)
    chain: list[str] = []
    while node in by and len(chain) <= LONGEST:
        chain.append(by[node])
        node = before.get(node)
    return tuple(chain)
