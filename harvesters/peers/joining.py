"""Records of objects: what an object says, with what the parts say that it leads to (publisher, contact, licence, files).

A part may be embedded, or an object of its own that came before or after; here nobody sees which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, cast

from catalogue.dcat.lines import Lines
from harvesters.base import Found
from harvesters.peers.describing import referred, title_of
from harvesters.peers.ledger import RECORDS, Ledger, refers
from harvesters.peers.models import PeerObject
from harvesters.recognition import key

DEPTH: Final = 3  # a dataset, its file, the licence of the file


def key_of(row: PeerObject) -> str:
    """How its HarvestRecord is known."""
    return key("iri", row.uri)


def founds(rows: Sequence[PeerObject], ledger: Ledger) -> list[Found]:
    """As the engine takes them in, in their order."""
    parts = _parts(rows, ledger)
    return [_found(row, _whole(row, parts)) for row in rows]


def _parts(rows: Sequence[PeerObject], ledger: Ledger) -> dict[str, str]:
    """What is said at each address that these rows lead to, a level at a time; "" where the feed says nothing."""
    known: dict[str, str] = {}
    leads = [refers(row) for row in rows]
    for _ in range(DEPTH):
        wanted = {uri for some in leads for uri in some} - known.keys()
        if not wanted:
            break
        known.update(dict.fromkeys(wanted, ""))
        held = {row.uri: row.said for row in ledger.held(wanted) if not row.gone and row.kind not in RECORDS}
        known.update(held)
        leads = [referred(text) for text in held.values()]
    return known


def _whole(row: PeerObject, parts: dict[str, str]) -> str:
    """Two files may embed the same licence: `Lines` take what is told twice once."""
    met: dict[str, None] = {}
    texts, waiting = [row.said], list(refers(row))
    while waiting:
        uri = waiting.pop(0)
        if uri not in met:
            met[uri] = None
            text = parts.get(uri, "")
            texts.append(text)
            waiting += referred(text) if text else ()
    return "".join(texts)


def _found(row: PeerObject, text: str) -> Found:
    kind = cast(Literal["dataset", "service"], row.kind)
    return Found(kind, (key_of(row),), row.uri, Lines(text), title_of(row.said) or row.uri, sound=True)
