"""What should be in the index against what is: differences are found, believed only after a second look, and repaired.

The first look holds nothing and stops nobody: it walks through the base and through the index by batches, while records
change. The second, at what differed alone, holds the reader's lease: the log is read to its end first, so what differs
then is drift and no lag. Whoever searches is answered all the while.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from catalogue.batching import batches
from catalogue.errors import NotAlone
from catalogue.log import BATCH, drain, forget, release, take_lease
from catalogue.models import Change
from catalogue.permissions import presentable
from catalogue.search.contract import Held
from catalogue.search.document import Document
from catalogue.search.instance import backend
from catalogue.search.kinds import BY_NAME
from catalogue.search.reader import READER, IndexReader, everything

Named = tuple[str, str]  # kind, id
PART: Final = 500  # documents of the index looked at together
MANY: Final = 5_000  # differences beyond which a new index is made: it costs less, and memory stays flat
PATIENCE: Final = 120.0  # seconds to wait for whoever writes to the index
LOOKS: Final = 5  # at one batch, while records change under it


class Verdict(StrEnum):
    """From the worst: `exposed` is shown to somebody whom the base does not show it to."""

    EXPOSED = "exposed"
    EXTRA = "extra"
    MISSING = "missing"
    STALE = "stale"
    DERIVED = "derived"  # a fact that is no line of the record's: refreshed, no drift


@dataclass
class Findings:
    """`documents`: how many there should be. `examples`: some ids, for who looks for the cause."""

    documents: int = 0
    counts: Counter[Verdict] = field(default_factory=Counter)
    examples: list[tuple[Verdict, str]] = field(default_factory=list)
    rebuilt: bool = False  # more differed than was looked at twice: the counts are of the part that was

    @property
    def drift(self) -> int:
        return self.counts.total() - self.counts[Verdict.DERIVED]


def check(holder: str, beat: Callable[[], None] = lambda: None) -> Findings:
    """Compares and repairs. Calls `beat` once a batch.

    Raises SearchError, and NotAlone when another process writes to the index for longer than PATIENCE.
    """
    findings = Findings()
    suspects: list[Named] = []
    for suspect in _suspects(findings, beat):
        suspects.append(suspect)
        if len(suspects) >= MANY:
            findings.rebuilt = True
            break
    for some in batches(suspects, BATCH):
        beat()
        _settle(some, findings, holder, repair=not findings.rebuilt)
    if findings.rebuilt and not findings.counts.total():
        findings.rebuilt = False  # it was all lag
    if findings.rebuilt:
        with _Lease(holder):
            forget(READER)
            drain(IndexReader(), holder)
    return findings


def verdict(document: Document | None, found: Sequence[Held]) -> Verdict | None:
    """What is wrong with one id: the document that should be there against what is; None when all is well."""
    if document is None or not found:
        return Verdict.EXTRA if found else Verdict.MISSING if document else None
    foreign = frozenset[str]().union(*(each.audience for each in found)) - set(document.audience)
    if presentable(foreign):
        return Verdict.EXPOSED
    said, _, derived = document.stamp().partition(".")
    [first, *others] = found
    if others or foreign or first.audience != set(document.audience) or first.stamp.partition(".")[0] != said:
        return Verdict.STALE
    return None if first.stamp.partition(".")[2] == derived else Verdict.DERIVED


def _suspects(findings: Findings, beat: Callable[[], None]) -> Iterator[Named]:
    """What differs at first sight, those of the base first."""
    index = backend()
    index.refresh()
    seen = 0
    for documents in batches(everything(beat), BATCH):
        findings.documents += len(documents)
        held = _by_id(index.held([each.id for each in documents]))
        seen += sum(map(len, held.values()))
        yield from ((each.kind, each.id) for each in documents if verdict(each, held.get(each.id, ())))
    total = index.count()
    if total == seen:
        return
    parts = total // PART + 1
    for number in range(parts):
        beat()
        for some in batches({(each.kind, each.id) for each in index.part(number, parts)}, BATCH):
            wanted = _wanted(some)
            yield from ((kind, key) for kind, key in some if key not in wanted)


def _wanted(named: Iterable[Named]) -> dict[str, Document]:
    """What should be there under these names, by id."""
    ids: dict[str, list[str]] = {}
    for kind, key in named:
        ids.setdefault(kind, []).append(key)
    return {each.id: each for kind, some in ids.items() if kind in BY_NAME for each in BY_NAME[kind].documents(some)}


def _settle(named: Sequence[Named], findings: Findings, holder: str, *, repair: bool) -> None:
    """The second look, and the repair."""
    index, ids = backend(), [key for _, key in named]
    with _Lease(holder):
        for _ in range(LOOKS):
            drain(IndexReader(), holder)
            cursor = take_lease(READER, holder).number
            index.refresh()
            found = index.held(ids)
            wanted = _wanted({*named, *((each.kind, each.id) for each in found)})
            pending = list(Change.objects.filter(number__gt=cursor).values_list("record", flat=True)[:MANY])
            if not pending:
                break
        # What a line speaks of that came since is the log's business.
        later = {str(each) for each in pending}
        held = _by_id(found)
        judged = {key: verdict(wanted.get(key), held.get(key, ())) for key in ids if key not in later}
        wrong = {key: each for key, each in judged.items() if each}
        if repair and wrong:
            index.write([wanted[key] for key in wrong if key in wanted], [key for key in wrong if key not in wanted])
    findings.counts.update(wrong.values())
    findings.examples += [(each, key) for key, each in wrong.items() if each is not Verdict.DERIVED]
    del findings.examples[20:]


def _by_id(found: Iterable[Held]) -> Mapping[str, list[Held]]:
    held: dict[str, list[Held]] = {}
    for each in found:
        held.setdefault(each.id, []).append(each)
    return held


class _Lease:
    """The index reader's, waited for."""

    def __init__(self, holder: str) -> None:
        self._holder = holder

    def __enter__(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                take_lease(READER, self._holder)
            except NotAlone:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def __exit__(self, *_: object) -> None:
        release(READER, self._holder)
