"""The last word of a feed on each of its objects, whatever the order in which its words come, and however often.

What a page tells and that it was read are one transaction: killed anywhere, the next run goes on where this one stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalogue.batching import batches
from catalogue.inserting import insert, new, update, write_plain
from catalogue.publishing import BATCH
from harvesters.models import HarvestSource
from harvesters.peers.describing import referred, title_of
from harvesters.peers.models import PeerObject, PeerPage, PeerReference
from harvesters.peers.pages import Activity, Fault, FeedPage
from harvesters.peers.walking import CLOCK, Turned, stored
from harvesters.tallies import GIVEN_UP

MANY: Final = 500  # addresses asked for at once
KEPT: Final = 4 * BATCH  # rows kept in memory: what is left of a batch, and two pages, is given out before it is let go
RECORDS: Final = tuple(str(kind) for kind in PeerObject.RECORDS)
FUTURE: Final = (
    "L’activité est datée du {:%d/%m/%Y à %H:%M:%S} UTC, que notre horloge n’a pas encore atteint : elle attend ce moment. "
    "Vérifiez l’heure des deux serveurs."
)
OTHER_KIND: Final = "L’objet {} était un autre genre de chose ({}) et ne peut en changer. Prévenez l’instance."


class Ledger:
    """Of one source."""

    def __init__(self, source: HarvestSource) -> None:
        self.source = source
        self.newest: datetime | None = None  # of all that this run believes, or did before and met again
        self.older = 0  # activities that a later word on the same object had overtaken
        self.ahead = timedelta(0)  # how far the peer's clock was seen before ours
        self._touched: set[int] = set()  # rows that a page told of again since they were given out to be followed
        self._fresh: dict[int, PeerObject] = {}  # the last written, and not given out: none is read again

    def pages(self) -> dict[str, PeerPage]:
        return {page.url: page for page in PeerPage.objects.filter(source=self.source)}

    def take(self, turned: Turned, page: FeedPage) -> list[Fault]:
        """Believes what a page tells, and remembers that it was read. Returns what it cannot believe."""
        with transaction.atomic():
            faults, newest = self._tell(page)
            self._remember(turned, PeerPage(newest=newest, links=stored(page.links)), faults)
        self.meet(newest)
        return faults

    def tell(self, page: FeedPage) -> list[Fault]:
        """Believes what a part of a longer document tells. Returns what it cannot believe."""
        with transaction.atomic():
            return self._tell(page)[0]

    def _tell(self, page: FeedPage) -> tuple[list[Fault], datetime | None]:
        told, faults = self._believable(page)
        for some in batches(told.values(), BATCH):
            faults += self._believe(some)
        return faults, max((one.published for one in told.values()), default=None)

    def forget(self, pages: Iterable[PeerPage]) -> None:
        PeerPage.objects.filter(pk__in=[page.pk for page in pages]).delete()

    def meet(self, moment: datetime | None) -> None:
        self.newest = max(filter(None, (self.newest, moment)), default=None)

    def _believable(self, page: FeedPage) -> tuple[dict[str, Activity], list[Fault]]:
        """The last activity of each object on this page, but for those of a time that no clock shows yet."""
        now = timezone.now()
        told: dict[str, Activity] = {}
        faults = list(page.faults)
        for activity in page.activities:
            if activity.published - now > CLOCK:
                faults.append(Fault(activity.iri, FUTURE.format(activity.published), passing=True))
                continue
            self.ahead = max(self.ahead, activity.published - now)
            told[activity.object] = activity
        return told, faults

    def _believe(self, told: Sequence[Activity]) -> list[Fault]:
        before = {row.uri: row for row in self.held([one.object for one in told])}
        faults, newer = [], []
        for activity in told:
            row = before.get(activity.object) or new(PeerObject, source_id=self.source.pk, uri=activity.object)
            if row.activity and (activity.published, activity.iri) <= (row.published, row.activity):
                self.older += activity.iri != row.activity
            elif activity.said and row.kind and row.kind != activity.said.kind:
                faults.append(Fault(activity.iri, OTHER_KIND.format(row.uri[:200], row.get_kind_display())))
            else:
                newer.append((_said(row, activity), activity))
        self._keep(newer)
        self._call([row.uri for row, _ in newer if row.kind not in RECORDS])
        return faults

    def _keep(self, newer: Sequence[tuple[PeerObject, Activity]]) -> None:
        old = [row for row, _ in newer if row.pk]
        if old:
            PeerReference.objects.filter(holder__in=old).delete()
        insert([row for row, _ in newer if not row.pk])
        update(old, ("kind", "published", "activity", "gone", "due", "said", "chain"))
        self._touched.update(row.pk for row in old)
        self._remain(row for row, _ in newer if row.due)
        leads = [
            (row.pk, self._digest(uri))
            for row, activity in newer
            for uri in (activity.said.refers if activity.said else ())
        ]
        write_plain(PeerReference, ("holder_id", "digest"), leads)

    def _call(self, parts: Collection[str]) -> None:
        """What leads to these is due again, through other parts too: the licence of a file of a dataset."""
        asked: set[str] = set()
        waiting = set(parts)
        while waiting:
            asked |= waiting
            digests = [self._digest(uri) for uri in waiting]
            rows = PeerObject.objects.filter(references__digest__in=digests, source=self.source, gone=False)
            self._call_again(rows.filter(kind__in=RECORDS))
            waiting = set(rows.exclude(kind__in=RECORDS).values_list("uri", flat=True)) - asked

    def _call_again(self, rows: QuerySet[PeerObject]) -> None:
        for some in batches(list(rows.values_list("pk", flat=True)), MANY):
            PeerObject.objects.filter(pk__in=some).update(due=True)
            self._touched.update(some)

    def _remember(self, turned: Turned, row: PeerPage, faults: Sequence[Fault]) -> None:
        """A page of which something was refused keeps no validator: it is read again, some times."""
        known = turned.known
        row.pk, row.source, row.url = known.pk if known else None, self.source, turned.url
        lasting = any(not fault.passing for fault in faults)
        row.tries = min((known.tries if known else 0) + lasting, GIVEN_UP) if lasting else bool(faults)
        if not faults or row.tries == GIVEN_UP:
            row.etag, row.last_modified = turned.answer.etag[:500], turned.answer.last_modified[:100]
            row.sha256 = turned.answer.sha256
        row.save()

    def held(self, uris: Iterable[str]) -> list[PeerObject]:
        rows = PeerObject.objects.filter(source=self.source)
        return [row for some in batches(uris, MANY) for row in rows.filter(uri__in=some)]

    def due(self) -> Iterator[list[PeerObject]]:
        """The records that the catalogue must follow, in the order of the feed, at most BATCH at a time."""
        for some in batches(self._due(), BATCH):
            yield self._given(some)

    def due_early(self, last: int, given: Collection[int]) -> Iterator[list[PeerObject]]:
        """Whole batches of records that are due and not gone, none newer than the row `last`, nor already `given`."""
        keys = self._due().filter(gone=False, pk__lte=last)
        for some in batches((key for key in keys if key not in given), BATCH):
            if len(some) == BATCH:
                yield self._given(some)

    def as_given(self, keys: Collection[int]) -> set[int]:
        """Those of which no page told anything since."""
        return set(keys) - self._touched

    def last(self) -> int:
        """The newest row."""
        found = PeerObject.objects.filter(source=self.source).order_by("-pk").values_list("pk", flat=True)
        return found.first() or 0

    def _due(self) -> QuerySet[PeerObject, int]:
        rows = PeerObject.objects.filter(source=self.source, due=True, kind__in=RECORDS)
        return rows.order_by("published", "pk").values_list("pk", flat=True)

    def _given(self, keys: Sequence[int]) -> list[PeerObject]:
        self._touched.difference_update(keys)
        fresh = {key: self._fresh.pop(key) for key in keys if key in self._fresh}
        found = fresh | PeerObject.objects.in_bulk([key for key in keys if key not in fresh])
        return [found[key] for key in keys]

    def _remain(self, rows: Iterable[PeerObject]) -> None:
        """Kept in memory until they are given out, the last ones."""
        self._fresh |= {row.pk: row for row in rows}
        for key in list(self._fresh)[: max(0, len(self._fresh) - KEPT)]:
            del self._fresh[key]

    def done(self, rows: Iterable[PeerObject]) -> None:
        """What a page told of again meanwhile is still due."""
        PeerObject.objects.filter(pk__in={row.pk for row in rows} - self._touched).update(due=False)

    def all_due(self) -> None:
        """Other rules, or a better reader: every record is read again, from what is held of it here."""
        self._call_again(self._records())

    def due_again(self, uris: Iterable[str]) -> None:
        for some in batches(uris, MANY):
            self._call_again(self._records().filter(uri__in=some))

    def leave_unsaid(self) -> bool:
        """Once all was read again (`read_again`): what was not told is gone. False while a page holds something that could not
        be believed: it may be told there."""
        if PeerPage.objects.filter(source=self.source, tries__gt=0).exists():
            return False
        unsaid = PeerObject.objects.filter(source=self.source, activity="", gone=False)
        self._fresh.clear()
        with transaction.atomic():
            self._call(list(unsaid.exclude(kind__in=RECORDS).values_list("uri", flat=True)))
            unsaid.filter(kind__in=RECORDS).update(due=True)
            unsaid.update(gone=True, said="")
        return True

    def title(self) -> str:
        """What the feed calls its catalogue, the first that it told; "" when it told none."""
        rows = PeerObject.objects.filter(source=self.source, kind=PeerObject.Kind.CATALOGUE, gone=False)
        found = rows.order_by("pk").first()
        return title_of(found.said)[:300] if found else ""

    def _records(self) -> QuerySet[PeerObject]:
        return PeerObject.objects.filter(source=self.source, gone=False, kind__in=RECORDS)

    def _digest(self, uri: str) -> int:
        said = hashlib.sha256(f"{self.source.pk}\n{uri}".encode()).digest()
        return int.from_bytes(said[:8], "big", signed=True)


def _said(row: PeerObject, activity: Activity) -> PeerObject:
    """The row with the last word; of what is gone nothing is kept but its kind."""
    row.published, row.activity, row.gone = activity.published, activity.iri, activity.said is None
    row.kind, row.said = (activity.said.kind, activity.said.said) if activity.said else (row.kind, "")
    row.due, row.chain = row.kind in RECORDS, list(activity.chain)
    row.refers = activity.said.refers if activity.said else ()  # type: ignore[attr-defined]
    return row


def refers(row: PeerObject) -> tuple[str, ...]:
    """The addresses that its object leads to; known of a row that a page has just told of, read again of others."""
    known: tuple[str, ...] | None = vars(row).get("refers")
    return referred(row.said) if known is None else known


class Rehearsal(Ledger):
    """That of a dry run: what it learns is in memory alone."""

    def __init__(self, source: HarvestSource) -> None:
        super().__init__(source)
        self._new: dict[str, PeerObject] = {}

    def _keep(self, newer: Sequence[tuple[PeerObject, Activity]]) -> None:
        self._new.update({row.uri: row for row, _ in newer})

    def _call_again(self, rows: QuerySet[PeerObject]) -> None:
        for row in rows:
            self._new.setdefault(row.uri, row).due = True

    def _remember(self, turned: Turned, row: PeerPage, faults: Sequence[Fault]) -> None:
        """Nothing: the run that is no rehearsal reads it again."""

    def forget(self, pages: Iterable[PeerPage]) -> None:
        """Nothing is forgotten."""

    def leave_unsaid(self) -> bool:
        """Nothing is left: another run reads it all again."""
        return False

    def held(self, uris: Iterable[str]) -> list[PeerObject]:
        wanted = list(uris)
        asked = [uri for uri in wanted if uri not in self._new]
        return [*(self._new[uri] for uri in wanted if uri in self._new), *super().held(asked)]

    def due(self) -> Iterator[list[PeerObject]]:
        for some in super().due():
            yield [row for row in some if row.uri not in self._new]
        yield from batches((row for row in self._new.values() if row.due), BATCH)

    def done(self, rows: Iterable[PeerObject]) -> None:
        """Nothing was done."""
