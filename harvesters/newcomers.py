"""Records that none of the source's keys recognises: set aside on disk until every page was read, then told apart.

Only then is it known which records are missing, and a newcomer may be one of them under another identifier. So nothing
is created before, and a source that renamed everything loses no page, no history, no primary key.
"""

from __future__ import annotations

import pickle
import tempfile
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import pyoxigraph as ox

from catalogue.addressing import minted
from catalogue.batching import batches
from catalogue.dcat.formats import from_canonical
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.profile import DCAT
from catalogue.dcat.terms import RDF_TYPE
from catalogue.publishing import BATCH
from harvesters.base import Found
from harvesters.departures import departed
from harvesters.keyed import whose
from harvesters.models import HarvestSource
from harvesters.recognition import traits
from harvesters.reunion import Marks, marks, reunite

CLASSES = frozenset(ox.NamedNode(DCAT + name) for name in ("Dataset", "DatasetSeries", "DataService"))
SMALL = 2**20  # bytes kept in memory before a file is made
FEW = 3  # as many missing records never look like a source that changed its identifiers


class Newcomers:
    """The records set aside in one run, each with the number of its page."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=SMALL, prefix="bouture-nouveaux-")  # noqa: SIM115 - closed by the run
        self._met: set[int] = set()
        self.pages: set[int] = set()
        self.kinds: list[str] = []  # by position

    def close(self) -> None:
        self._file.close()

    def add(self, found: Found, page: int) -> bool:
        """False when this very record was set aside before: one item on two pages is one."""
        same = hash((found.kind, found.keys[0], whose(found)))
        if same in self._met:
            return False
        self._met.add(same)
        self.pages.add(page)
        pickle.dump((page, found), self._file)
        self.kinds.append(found.kind)
        return True

    def __iter__(self) -> Iterator[tuple[int, Found]]:
        self._file.seek(0)
        for _ in self.kinds:
            yield pickle.load(self._file)  # noqa: S301 - written above, in a file without a name


def recognise(newcomers: Newcomers, source: HarvestSource, seen: Collection[int], share: float) -> dict[int, int]:
    """Position of a newcomer -> id of the row that it was, for those that are recognised.

    `share`: the part of a kind that must be missing before the source is thought to have renamed everything.
    """
    if not newcomers.kinds:
        return {}
    missing = [row for row in _rows(source) if row.pk not in seen]
    if not missing:
        return {}
    gone = {kind: departed(source, kind, seen) for kind in MODELS}

    def borne_elsewhere(wanted: frozenset[int]) -> frozenset[int]:
        others = (row for row in _rows(source) if row.pk in seen)
        return frozenset(trait for _, each in _marks_of(others) for trait in each.alone & wanted)

    new = ((at, found) for at, (_, found) in enumerate(newcomers))
    return reunite(
        {at: marks(found.kind, traits(found.triples, found.subject)) for at, found in new},
        dict(_marks_of(missing)),
        borne_elsewhere,
        lambda kind: len(gone[kind].rows) > FEW and gone[kind].too_many(share),
    )


class Row(NamedTuple):
    """A record that the source had, and its row."""

    pk: int
    kind: str
    record: uuid.UUID
    gone: datetime | None


def _rows(source: HarvestSource) -> Iterator[Row]:
    rows = source.records.filter(record__isnull=False).values_list("pk", "kind", "record", "gone_at")
    return (Row(pk, kind, record, gone) for pk, kind, record, gone in rows.iterator(chunk_size=2_000) if record)


def _marks_of(rows: Iterable[Row]) -> Iterator[tuple[int, Marks]]:
    """The marks of records that we hold, from what their source said last."""
    for some in batches(rows, BATCH):
        for kind, model in MODELS.items():
            by_record = {row.record: row for row in some if row.kind == kind}
            held = model.objects.with_forms().filter(pk__in=by_record).only("pk", "uri", "said")  # type: ignore[attr-defined]
            for record in held:
                row, triples = by_record[record.pk], from_canonical(record.said)
                if subject := node_of(triples, record.uri, minted(record.pk)):
                    yield row.pk, marks(kind, traits(triples, subject), gone=row.gone is not None)


def node_of(triples: list[ox.Triple], *addresses: str) -> Any:
    """The record's node: the one of its address, else the one that is a dataset or a service and that nobody names."""
    typed = [t.subject for t in triples if t.predicate == RDF_TYPE and t.object in CLASSES]
    for node in typed:
        if isinstance(node, ox.NamedNode) and node.value in addresses:
            return node
    named = Counter(t.object for t in triples)
    return next((node for node in typed if not named[node]), typed[0] if typed else None)
