"""One run of one source: found, unchanged or repaired, read, published, checkpointed; then what is gone is withdrawn.

The engine does what sources must not: the database, the lease, the report, the guards. A run that fails leaves the
catalogue as it was up to the last batch; nothing is ever withdrawn but after a complete reading, and never more than a
set share of the source at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from catalogue import publishing
from catalogue.dcat.mapping import MODELS
from catalogue.errors import NotAlone
from catalogue.log import holder_name, takeable
from harvesters import leftovers
from harvesters.asking import Asking
from harvesters.base import Found, HarvestError, Page
from harvesters.batches import Batch, Seen, Tally
from harvesters.faults import REPAIRS
from harvesters.http import Client
from harvesters.models import HarvestPage, HarvestRecord, HarvestRun, HarvestSource
from harvesters.paging import walk
from harvesters.reading import load_repairs

LEASE = timedelta(minutes=10)
HEARTBEAT = timedelta(seconds=2)
KEPT_RUNS = 20
Progress = Callable[[HarvestRun], None]


def harvest(
    source: HarvestSource,
    client: Client,
    *,
    dry: bool = False,
    max_withdrawn: float | None = None,
    progress: Progress = lambda run: None,
) -> HarvestRun:
    """Runs the source once and returns its run, whatever happened; raises NotAlone when it is already running."""
    holder = holder_name()
    _take(source, holder)
    try:
        return Run(
            source, client, dry, source.max_withdrawn if max_withdrawn is None else max_withdrawn, progress, holder
        ).go()
    finally:
        HarvestSource.objects.filter(pk=source.pk, holder=holder).update(holder="", held_until=None)


def _take(source: HarvestSource, holder: str) -> None:
    now = timezone.now()
    source.refresh_from_db(fields=["holder"])
    if not HarvestSource.objects.filter(takeable(source.holder, now), pk=source.pk).update(
        holder=holder, held_until=now + LEASE
    ):
        raise NotAlone(f"La moisson de « {source} » est déjà en cours ; attendez qu’elle finisse.")
    # A run that its process left behind (killed, power cut) is told as what it is.
    source.runs.filter(status=HarvestRun.Status.RUNNING).update(
        status=HarvestRun.Status.FAILED,
        ended_at=now,
        messages=["La moisson a été interrompue ; celle-ci reprend ce qui manquait."],
    )


@dataclass
class Met:
    """The records met on one page: ids of their rows, and how many are services."""

    ids: list[int]
    services: int


class Run:
    """The state of one run while it goes."""

    def __init__(
        self, source: HarvestSource, client: Client, dry: bool, max_withdrawn: float, progress: Progress, holder: str
    ) -> None:
        now = timezone.now()
        self.source, self.client, self.dry, self.max_withdrawn = source, client, dry, max_withdrawn
        self.progress, self.holder = progress, holder
        self.row = HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now, dry=dry)
        self.tally = Tally()
        self.seen: Seen = {}
        self.asking = Asking(source, client)
        self.mender = load_repairs()

    def go(self) -> HarvestRun:
        finished = False
        try:
            complete = self._read_pages()
            self.row.complete = complete
            self.row.status = HarvestRun.Status.PARTIAL if self.tally.datasets.quarantined else HarvestRun.Status.DONE
            if complete:
                self._withdraw_gone()
            finished = True
        except HarvestError as error:
            self.row.status = HarvestRun.Status.FAILED
            self.row.messages.append(error.message)
            finished = True
        finally:
            if not finished:
                self.row.status = HarvestRun.Status.FAILED
                self.row.messages.append(
                    "La moisson s’est arrêtée sur un défaut du logiciel ; le journal du serveur dit lequel."
                )
            self._close()
        return self.row

    def _read_pages(self) -> bool:
        unknown = not self.source.kind
        harvester = self.asking.harvester()
        complete = True
        urls = []
        for number, page in enumerate(walk(harvester.start(), self.asking.fetch, harvester.read), 1):
            complete = page.last
            urls.append(page.fetched.requested)
            if unknown and number == 1 and not self.dry:  # it could be read: the kind is right
                self.source.save(update_fields=["kind"])
            met = self._known_page(page) if page.fetched.known else self._take_page(page)
            if not self.dry:
                self._checkpoint(number, page, met)
            if not page.last:
                self.row.messages.append(
                    "La page suivante annoncée n’a pas été suivie : rien ne sera retiré. Moissonnez l’adresse plutôt que le fichier."
                )
        if complete and not self.dry:
            leftovers.forget_others(self.source, urls)
        return complete

    def _known_page(self, page: Page) -> Met:
        known = self.asking.remembered[page.fetched.requested]
        for counts, number in ((self.tally.datasets, known.datasets), (self.tally.services, known.services)):
            counts.found += number
            counts.unchanged += number
        ids = known.record_ids
        self.seen.update(dict.fromkeys(ids))
        return Met(ids, known.services)

    def _take_page(self, page: Page) -> Met:
        met = Met([], 0)
        for note in page.notes:
            self.tally.repairs[note] += 1
        names: dict[Any, Any] = {}
        for founds in _batches(page.records):
            batch = Batch(self.source, self.tally, self.mender, self.dry, self.seen)
            rows = batch.take(founds)
            names |= batch.renamed
            met.ids += [row.pk for row in rows]
            met.services += sum(row.kind == HarvestRecord.Kind.SERVICE for row in rows)
            self._beat()
        if not self.dry and (refusal := leftovers.keep(self.source, page, names)):
            self.row.messages.append(refusal)
        return met

    def _checkpoint(self, number: int, page: Page, met: Met) -> None:
        answer = page.fetched.answer
        known = self.asking.remembered.get(page.fetched.requested) if page.fetched.known else None
        # A page with a record set aside keeps no validator, so that the record is tried again.
        kept = not self.tally.aside
        self.tally.aside = False
        stamp = known.sha256 if known else self.asking.stamp(answer)
        HarvestPage.objects.create(
            run=self.row,
            number=number,
            url=page.fetched.requested,
            next_url=page.next_url,
            sha256=stamp if kept else "",
            etag=(answer.etag or (known.etag if known else "")) if kept else "",
            last_modified=(answer.last_modified or (known.last_modified if known else "")) if kept else "",
            packed=HarvestPage.pack(met.ids),
            datasets=len(met.ids) - met.services,
            services=met.services,
        )
        self._beat()

    def _withdraw_gone(self) -> None:
        for kind, counts in (("dataset", self.tally.datasets), ("service", self.tally.services)):
            known = self.source.records.filter(kind=kind, record__isnull=False, gone_at__isnull=True).exclude(stamp="")
            rows = list(known.values_list("pk", "record"))
            gone = [(pk, record) for pk, record in rows if pk not in self.seen]
            if not gone:
                continue
            if len(gone) > self.max_withdrawn * len(rows):
                self.row.status, self.row.complete = HarvestRun.Status.STOPPED, False
                self.row.messages.append(_too_many(kind, len(gone), len(rows), self.max_withdrawn))
                continue
            counts.withdrawn = len(gone)
            if not self.dry:
                self._withdraw(kind, gone)

    def _withdraw(self, kind: str, gone: list[tuple[int, Any]]) -> None:
        for some in _chunks(gone, publishing.BATCH):
            records = list(MODELS[kind].objects.filter(pk__in=[record for _, record in some]))  # type: ignore[attr-defined]
            publishing.withdraw(records, "La source ne la publie plus.")
            HarvestRecord.objects.filter(pk__in=[pk for pk, _ in some]).update(gone_at=timezone.now())
            self._beat()

    def _beat(self) -> None:
        now = timezone.now()
        if now - self.row.heartbeat_at >= HEARTBEAT:
            self.row.heartbeat_at = now
            self._fill()
            self.row.save()
            held = HarvestSource.objects.filter(pk=self.source.pk, holder=self.holder).update(held_until=now + LEASE)
            if not held:
                raise HarvestError("La moisson a été reprise par un autre processus ; elle continue là-bas.")
        self._fill()
        self.progress(self.row)

    def _fill(self) -> None:
        for name, value in vars(self.tally.datasets).items():
            setattr(self.row, name, value)
        self.row.services = dict(vars(self.tally.services))
        self.row.repairs = dict(self.tally.repairs)

    def _close(self) -> None:
        self._fill()
        self.row.messages += self.tally.messages()
        self.row.ended_at = self.row.heartbeat_at = timezone.now()
        self.row.save()
        old = self.source.runs.order_by("-started_at").values_list("pk", flat=True)[KEPT_RUNS:]
        kept = (
            self.source.runs.filter(complete=True, dry=False).order_by("-started_at").values_list("pk", flat=True)[:1]
        )
        self.source.runs.filter(pk__in=list(old)).exclude(pk__in=list(kept)).delete()


def _too_many(kind: str, gone: int, known: int, share: float) -> str:
    what = "jeux de données" if kind == "dataset" else "services"
    return (
        f"{gone} {what} sur {known} auraient disparu, plus que la part admise ({share:.0%}) : nous n’avons rien retiré. "
        "Si la source a vraiment changé, relancez avec « --max-withdrawn 1 »."
    )


def _batches(founds: Iterator[Found]) -> Iterator[list[Found]]:
    while batch := list(islice(founds, publishing.BATCH)):
        yield batch


def _chunks(items: list[Any], size: int) -> Iterable[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def report(run: HarvestRun) -> dict[str, Any]:
    """The run as `--json` prints it; times in seconds."""
    seconds = ((run.ended_at or timezone.now()) - run.started_at).total_seconds()
    names = ("found", "created", "updated", "unchanged", "withdrawn", "quarantined")
    return {
        "source": run.source.key,
        "status": run.status,
        **{name: getattr(run, name) for name in names},
        "seconds": round(seconds, 3),
        "dry_run": run.dry,
        "services": run.services,
        "repairs": {REPAIRS.get(name, name): count for name, count in run.repairs.items()},
        "messages": run.messages,
    }
