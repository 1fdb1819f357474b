"""The index as a reader of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from catalogue.log import LogReader, last_number
from catalogue.models import Change
from catalogue.quality.reader import SCORE
from catalogue.search.contract import IndexBroken
from catalogue.search.document import Document
from catalogue.search.instance import backend
from catalogue.search.kinds import KINDS
from catalogue.search.kinds.base import BATCH, Kind, Touched
from catalogue.search.touching import of, touched_by
from catalogue.use import USE

READER = "search"
WEIGHING = {SCORE, USE}  # fields of the derived facts that documents are made of
MOST = 5 * BATCH  # documents of one commit: a body that changes its name may have thousands


class IndexReader(LogReader):
    """Keeps the index in step with the log."""

    name = READER
    kinds = (Change.Kind.RECORD, Change.Kind.DERIVED)

    def state(self) -> str:
        try:
            index = backend()
            return f"{index.identity()} {fingerprint()}{'' if index.complete() else ' partly'}"
        except IndexBroken:
            return "lost"  # differs from any cursor's state, so that the reader starts over

    def start_over(self) -> int:
        """A new index beside the old one, from the records as they are now: searches go on meanwhile."""
        number = last_number()  # first: what changes while the records are read is read again from the log
        index = backend()
        index.replace(everything(self.beat))
        if not index.complete():  # made without knowing what there is to hold, the first time that there is any
            index.replace(everything(self.beat))
        return number

    def handle(self, changes: Sequence[Change]) -> None:
        records = [change for change in changes if change.kind == Change.Kind.RECORD]
        touched = touched_by(map(of, records))
        derived = [change for change in changes if change.kind == Change.Kind.DERIVED and WEIGHING & set(change.fields)]
        others = [change for change in changes if change.kind == Change.Kind.DERIVED]
        add: list[Document] = []
        gone: set[str] = set()
        for kind in KINDS:
            told = {str(change.record) for change in derived if change.record_type == kind.name}
            facts = frozenset((one.record_type, one.record) for one in others if kind.facts & set(one.fields))
            ids = sorted(
                kind.touched(touched) | behind(kind, told) | (kind.touched(Touched(facts)) if facts else set())
            )
            for start in range(0, len(ids), BATCH):
                wanted = ids[start : start + BATCH]
                documents = list(kind.documents(wanted))
                add += documents
                gone |= set(wanted) - {document.id for document in documents}
                if len(add) + len(gone) >= MOST:
                    backend().write(add, gone)
                    add, gone = [], set()
                    self.beat()
        if add or gone:
            backend().write(add, gone)


def behind(kind: Kind, ids: set[str]) -> set[str]:
    """Those of these ids that the index holds with other derived facts than today's.

    Most are there already: a score is known when its record is first indexed (`tasks.READERS`), its line comes later.
    """
    now = kind.derived(ids) if ids else {}
    if not now:
        return set()
    index = backend()
    index.refresh()
    return {held.id for held in index.held(list(now)) if held.stamp.partition(".")[2] != now.get(held.id)}


def everything(beat: Callable[[], None]) -> Iterator[Document]:
    """The documents of every kind, by kind."""
    return chain.from_iterable(kind.everything(beat) for kind in KINDS)


def fingerprint() -> str:
    """Of what documents are made of that the log does not tell: when it changes, the index is made again."""
    said = "\n".join(f"{kind.name} {kind.fingerprint()}" for kind in KINDS)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
