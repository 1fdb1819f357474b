"""`/metrics`: how the instance fares, for Prometheus, read from the base at each scrape.

No counter of a process: an instance has several, and what matters (a source that fails, a reader that lags) is in the
base, the same for all of them. Sources are named by their number and their kind alone: an address may hold a key.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from catalogue.draining import READERS
from catalogue.log import last_number
from catalogue.models import Cursor, DataService, Dataset, IndexCheck, LinkCheck
from harvesters.models import HarvestRun, HarvestSource


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without BOUTURE_METRICS_TOKEN, 401 without that token in `Authorization: Bearer` (RFC 6750 §2.1)."""
    if not settings.BOUTURE_METRICS_TOKEN:
        raise Http404
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(given.strip(), settings.BOUTURE_METRICS_TOKEN):
        refused = HttpResponse("jeton absent ou faux\n", content_type="text/plain; charset=utf-8", status=401)
        refused["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Instance())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Instance(Collector):
    """Everything, in a dozen queries whatever the number of sources."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _sources()
        yield from _runs()
        yield _readers()
        yield _links()
        yield _records()
        yield from _comparison()


def gauge(name: str, help: str, labels: tuple[str, ...] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"bouture_{name}", help, labels=labels)


def _sources() -> Iterator[Metric]:
    active = gauge("source_active", "1 when the source follows its rhythm, 0 when it is paused", ("source", "kind"))
    ok = gauge("source_last_run_ok", "1 when the last run ended well, 0 when it failed or stopped", ("source",))
    age = gauge("source_last_success_age_seconds", "Since the last run that ended well", ("source",))
    took = gauge("source_last_run_seconds", "How long the last run took", ("source",))
    late = gauge("source_overdue_seconds", "Since the hour at which a run should have begun; 0 before it", ("source",))
    records = gauge("source_records", "Records of the source, by what became of them", ("source", "state"))
    now = timezone.now()
    for source in HarvestSource.objects.with_counts().with_last_run().order_by("pk"):
        name = str(source.pk)
        active.add_metric([name, source.kind], int(source.active))
        records.add_metric([name, "live"], source.live)
        records.add_metric([name, "quarantined"], source.aside)
        records.add_metric([name, "left_out"], source.left)
        overdue = (now - source.next_at).total_seconds() if source.active and source.next_at else 0
        late.add_metric([name], max(0.0, overdue))
        if source.last_status:
            ok.add_metric([name], int(source.last_status in HarvestRun.GOOD))
        if source.last_started and source.last_ended:
            took.add_metric([name], (source.last_ended - source.last_started).total_seconds())
        if source.succeeded_at:
            age.add_metric([name], (now - source.succeeded_at).total_seconds())
    yield from (active, ok, age, took, late, records)


def _runs() -> Iterator[Metric]:
    counted = gauge("runs_kept", "Runs that are remembered (the last twenty of each source), by status", ("status",))
    for status, count in HarvestRun.objects.order_by().values_list("status").annotate(count=Count("pk")):
        counted.add_metric([status], count)
    yield counted


def _readers() -> Metric:
    lag = gauge("reader_lag_lines", "Lines of the change log that a reader has not read yet", ("reader",))
    last, cursors = last_number(), dict(Cursor.objects.values_list("reader", "number"))
    for reader in READERS:
        lag.add_metric([reader.name], max(0, last - cursors.get(reader.name, 0)))
    return lag


def _comparison() -> Iterator[Metric]:
    drift = gauge("index_drift", "Documents of the index that differed from the base, last comparison", ("what",))
    age = gauge("index_check_age_seconds", "Since the index was last compared with the base")
    last = IndexCheck.objects.exclude(ended_at=None).first()
    if last and last.ended_at:
        for what in IndexCheck.DRIFT:
            drift.add_metric([what], getattr(last, what))
        age.add_metric([], (timezone.now() - last.ended_at).total_seconds())
    yield from (drift, age)


def _links() -> Metric:
    links = gauge("links", "Addresses that the records give, by what the last look found", ("state",))
    every = LinkCheck.objects.all()
    states = {"answering": every.answering(), "failing": every.failing(), "unknown": every.filter(status=None)}
    for state, found in states.items():
        links.add_metric([state], found.count())
    links.add_metric(["due"], every.due().count())
    return links


def _records() -> Metric:
    records = gauge("records", "Records of the catalogue", ("kind", "status", "private"))
    for model in (Dataset, DataService):
        grouped = model.objects.order_by().values_list("status", "private").annotate(count=Count("pk"))
        for status, private, count in grouped:
            records.add_metric([model.kind, status, str(private).lower()], count)
    return records
