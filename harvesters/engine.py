"""One run of one source: found, unchanged or repaired, read, published, checkpointed; then what is gone is withdrawn.

The engine does what sources must not: the database, the lease, the report, the guards. A run that fails leaves the
catalogue as it was up to the last batch; nothing is ever withdrawn but after a complete reading, and never more than a
set share of the source at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalogue import publishing
from catalogue.batching import batches
from harvesters import leftovers, succession
from harvesters.ahead import Beside, Reader
from harvesters.asking import Asking
from harvesters.base import HarvestError, Page, TryLater
from harvesters.batches import Batch, Seen
from harvesters.checkpoints import Checkpoints, Met
from harvesters.collecting import rare_collections
from harvesters.departures import beyond_recognition, departed, forget_unwanted, too_many, withdraw
from harvesters.http import Client
from harvesters.lease import INTERRUPTED, Closed, TakenOver, closed, held, renew
from harvesters.models import HarvestRun, HarvestSource
from harvesters.newcomers import Newcomers, recognise
from harvesters.paging import Steadiness, walk
from harvesters.peers.following import Following
from harvesters.planning import Plan
from harvesters.receiving import received_by
from harvesters.reception import Reception
from harvesters.routes import Routes
from harvesters.standing import Standing
from harvesters.tallies import REASONS_KEPT, Tally
from harvesters.telling import tell_run

HEARTBEAT = timedelta(seconds=2)
KEPT_RUNS = 20
LONGEST_WAIT = 86_400  # seconds of Retry-After (RFC 9110 §10.2.3) that a source may ask for
Progress = Callable[[HarvestRun], None]


def harvest(
    source: HarvestSource,
    client: Client,
    *,
    dry: bool = False,
    max_withdrawn: float | None = None,
    progress: Progress = lambda run: None,
) -> HarvestRun:
    """Runs the source once and returns its run, whatever happened; raises NotAlone when it is already running, Closed
    when this portal has taken it over or left it.
    """
    with held(source) as holder:
        if source.closed_at or source.left_at:
            raise Closed(closed(source))
        share = source.max_withdrawn if max_withdrawn is None else max_withdrawn
        with rare_collections():
            return Run(source, client, dry, share, progress, holder).go()


class Run:
    """The state of one run while it goes."""

    def __init__(
        self, source: HarvestSource, client: Client, dry: bool, max_withdrawn: float, progress: Progress, holder: str
    ) -> None:
        now = timezone.now()
        self.source, self.client, self.dry, self.max_withdrawn = source, client, dry, max_withdrawn
        self.progress, self.holder = progress, holder
        self.row = HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now, dry=dry)
        self.plan = Plan(self.row) if dry else None
        self.tally = Tally()
        self.seen: Seen = {}
        self.steadiness = Steadiness()
        self.asking = Asking(source, client)
        # Of a first harvest everything is new. Later, what is unknown may be known under another name.
        self.known = source.records.filter(record__isnull=False).exists() and not self._first_goes_on()
        self.routes = Routes(source, first=not self.known)
        self.newcomers = Newcomers()
        self.checkpoints = Checkpoints(self.row, self.asking)
        self.strangers: dict[str, str] = {}  # kind of records -> why the unknown ones are refused
        self.standing = Standing(source)
        self.reception: Reception
        self.beside: Beside
        self.following: Following | None = None  # of a source that tells what changed, instead of all that it has

    def _first_goes_on(self) -> bool:
        """Whether this run ends a first one that was interrupted: no key can have changed so soon."""
        before = self.source.runs.filter(dry=False).exclude(pk=self.row.pk)
        return before.exists() and not before.filter(complete=True).exists()

    def go(self) -> HarvestRun:
        finished = False
        try:
            complete = self._read()
            self.row.complete = complete
            self.row.status = HarvestRun.Status.PARTIAL if self.tally.datasets.quarantined else HarvestRun.Status.DONE
            if complete:
                self._withdraw_gone()
            finished = True
        except HarvestError as error:
            self.row.status = HarvestRun.Status.FAILED
            self.row.messages.append(error.message)
            finished = True
            if isinstance(error, TryLater) and error.retry_after:
                wait = timedelta(seconds=min(error.retry_after, LONGEST_WAIT))
                HarvestSource.objects.not_before(self.source.pk, timezone.now() + wait)
        except KeyboardInterrupt:
            self.row.status = HarvestRun.Status.KILLED
            self.row.messages.append(INTERRUPTED)
            finished = True
            raise
        finally:
            if not finished:
                self.row.status = HarvestRun.Status.FAILED
                self.row.messages.append(
                    "La moisson s’est arrêtée sur un défaut du logiciel ; le journal du serveur dit lequel."
                )
            self.newcomers.close()
            self._close()
        return self.row

    def _read(self) -> bool:
        """Whether every page was read to its end. What was given before a failure is taken in."""
        self.reception = received_by(self.source)
        self.asking.rules = self.reception.mark
        self.beside = Beside(Reader(self.source, self.reception), self.beat, wanted=not (self.known or self.dry))
        try:
            try:
                complete = self._read_pages()
            except TakenOver:
                raise
            except HarvestError:
                self._settle(complete=False)
                raise
            self._settle(complete=True)
            return complete
        finally:
            self.beside.close()

    def _read_pages(self) -> bool:
        if not self.dry:
            succession.promote(self.source)
        unknown = not self.source.kind
        harvester = self.asking.harvester()
        self.row.reading = self.asking.reading
        if harvester.tells_changes:
            return self._follow(keep_kind=unknown and (self.source.trial or not self.dry))
        complete = True
        urls = []
        for number, page in enumerate(walk(harvester, self.asking.fetch), 1):
            complete = page.last
            self.steadiness.see(page)
            urls.append(page.fetched.requested)
            if unknown and number == 1 and (self.source.trial or not self.dry):  # it could be read: the kind is right
                self.source.save(update_fields=["kind"])
            met = self._known_page(page) if page.fetched.known else self._take_page(number, page)
            if not self.dry:
                self.checkpoints.keep(number, page, met, aside=self.tally.aside, held=number in self.newcomers.pages)
            self.tally.aside = False
            self.beat()
            if not page.last:
                self.row.messages.append(
                    "La page suivante annoncée n’a pas été suivie : rien ne sera retiré. Moissonnez l’adresse plutôt que le fichier."
                )
        if complete and not self.dry:
            leftovers.forget_others(self.source, urls)
        return complete

    def _follow(self, *, keep_kind: bool) -> bool:
        if keep_kind:
            self.source.save(update_fields=["kind"])
        # What a feed tells was changed: whatever the run, all of it is to be read.
        self.beside = Beside(self.beside.reader, self.beat, wanted=not self.dry)
        self.following = Following(self)
        return self.following.read()

    def _known_page(self, page: Page) -> Met:
        known = self.asking.remembered[page.fetched.requested]
        for counts, number in ((self.tally.datasets, known.datasets), (self.tally.services, known.services)):
            counts.found += number
            counts.unchanged += number
        ids = known.record_ids
        self.standing.tell(ids, self.tally)
        self.tally.repeated += sum(pk in self.seen for pk in ids)
        self.seen.update(dict.fromkeys(ids))
        return Met(ids, known.services)

    def _take_page(self, number: int, page: Page) -> Met:
        met = Met([])
        for note in page.notes:
            self.tally.repairs[note] += 1
        names: dict[Any, Any] = {}
        for founds, told in self.beside.read(batches(page.records, publishing.BATCH)):
            self.beat()
            self.routes.know(founds, told)
            batch = Batch(self.routes, self.tally, self.reception, self.seen, self.plan)
            items, new = batch.take_known(founds, told)
            self.tally.repeated += sum(not self.newcomers.add(found, number) for found in new)
            names |= batch.renamed
            for item in items:
                met.add(item)
        if not self.dry and (refusal := leftovers.keep(self.source, page, names)):
            self.row.messages.append(refusal)
        return met

    def _settle(self, *, complete: bool) -> None:
        """Every page was read: tells new records from those that the source renamed, and takes both in.

        After a reading that failed, those that may be renamed wait for the next one.
        """
        if self.following:
            self.following.settle()
            return
        were = recognise(self.newcomers, self.source, self.seen, self.max_withdrawn)
        self.routes.settle(found for _, found in self.newcomers)
        self._refuse_strangers(were)
        names: dict[Any, Any] = {}
        for some in batches(enumerate(self.newcomers), publishing.BATCH):
            taken = [one for one in some if (complete if one[0] in were else one[1][1].kind not in self.strangers)]
            rows = {position: were[at] for position, (at, _) in enumerate(taken) if at in were}
            self.beat()
            batch = Batch(self.routes, self.tally, self.reception, self.seen, self.plan)
            for item in batch.take([found for _, (_, found) in taken], rows):
                self.checkpoints.add(taken[item.position][1][0], item)
            names |= batch.renamed
        if names and not self.dry:
            leftovers.rename(self.source, names)
        if complete and not self.dry:
            self.checkpoints.settle()

    def _refuse_strangers(self, were: dict[int, int]) -> None:
        """As many newcomers as departures, and no trait in common: somebody must say what happened."""
        fresh = Counter(kind for at, kind in enumerate(self.newcomers.kinds) if at not in were)
        for kind in fresh:
            gone = departed(self.source, kind, self.seen).without(set(were.values()))
            if gone.too_many(self.max_withdrawn) and 2 * fresh[kind] >= len(gone.rows):
                self.strangers[kind] = beyond_recognition(gone, fresh[kind])

    def _withdraw_gone(self) -> None:
        if self.following:  # what it does not tell is not gone
            if self.following.too_many:
                self.row.status = HarvestRun.Status.STOPPED
                self.row.messages += self.following.too_many
            return
        moved = self.steadiness.moved(self.tally.repeated)
        for kind, counts in (("dataset", self.tally.datasets), ("service", self.tally.services)):
            gone = departed(self.source, kind, self.seen, self.tally.unwanted)
            if kind in self.strangers or (gone.rows and gone.too_many(self.max_withdrawn)):
                self.row.status, self.row.complete = HarvestRun.Status.STOPPED, False
                self.row.messages.append(self.strangers.get(kind) or too_many(gone, self.max_withdrawn))
            elif gone.rows:
                counts.withdrawn, told = withdraw(self.source, gone, self.beat, self.plan, moved)
                self.row.messages += told
        if self.row.complete and not self.dry:
            forget_unwanted(self.source, self.seen)
            if not moved:
                succession.leave(self.source, self.seen)

    def beat(self) -> None:
        now = timezone.now()
        if now - self.row.heartbeat_at >= HEARTBEAT:
            self.row.heartbeat_at = now
            self._fill()
            self.row.save()
            renew(self.source, self.holder)
        self._fill()
        self.progress(self.row)

    def _fill(self) -> None:
        for name, value in vars(self.tally.datasets).items():
            setattr(self.row, name, value)
        self.row.services = dict(vars(self.tally.services))
        self.row.repairs = dict(self.tally.repairs)
        self.row.left_because = dict(self.tally.left_because.most_common(REASONS_KEPT))

    def _close(self) -> None:
        self._fill()
        self.row.messages += self.tally.messages()
        self.row.ended_at = self.row.heartbeat_at = timezone.now()
        self.row.save()
        tell_run(self.row)
        old = self.source.runs.order_by("-started_at").values_list("pk", flat=True)[KEPT_RUNS:]
        kept = (
            self.source.runs.filter(complete=True, dry=False).order_by("-started_at").values_list("pk", flat=True)[:1]
        )
        self.source.runs.filter(pk__in=list(old)).exclude(pk__in=list(kept)).delete()
