"""The figures, in step with the records, the tables and the recipes: a reader of the log, that asks and computes nothing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from django.db.models import Q

from catalogue.batching import batches
from catalogue.log import LogReader, cursor_of
from catalogue.models import Change, Dataset, Indicator, Observation, Organisation, Table
from catalogue.models.links import CHUNK
from catalogue.observing import keeping, recipes
from catalogue.observing.queue import Cause, ask
from catalogue.tabling.deciding import FIELD as TABLE

READER: Final = "indicators"
OF_BODIES: Final = {"territory", "siren"}  # fields of a body that say of which territory its files are
RIGHTS: Final = {Change.Verb.WITHDRAW, Change.Verb.RESTRICT, Change.Verb.OPEN}
SETTLED: Final = "Un autre fichier a été publié, retiré ou rendu privé"


class IndicatorReader(LogReader):
    """Asks for the figures of what changed. Lines that figures themselves leave in the log are none of its business."""

    name = READER
    kinds = (Change.Kind.RECORD, Change.Kind.DERIVED)

    def state(self) -> str:
        return recipes.fingerprint()

    def start_over(self) -> int:
        """Other recipes: what they are said of is asked for; the log is read on from where it was."""
        recipes.sync()
        return cursor_of(self.name)

    def handle(self, changes: Sequence[Change]) -> None:
        told = [change for change in changes if change.record_type == "dataset"]
        records = {change.record for change in told if change.kind == Change.Kind.RECORD}
        files = {change.record for change in told if change.kind == Change.Kind.DERIVED and TABLE in change.fields}
        for some in batches(records | _of_bodies(changes), CHUNK):
            ask(_tables(some), Cause.RECORD)
        for some in batches(files, CHUNK):
            ask(_tables(some), Cause.FILE)
        _settle({change.record for change in told if change.verb in RIGHTS}, self.beat)


def _tables(datasets: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those that give figures, or may."""
    schemas = Indicator.objects.filter(left_at=None).exclude(schema="").values("schema")
    may = Q(current__schema__in=schemas) | Q(reckonings__isnull=False)
    return set(Table.objects.filter(may, dataset__in=datasets).order_by().values_list("pk", flat=True))


def _of_bodies(changes: Sequence[Change]) -> set[uuid.UUID]:
    told = [change for change in changes if change.record_type == "organisation" and OF_BODIES & set(change.fields)]
    bodies = [Organisation.key_in_log(change.record) for change in told]
    rows = Dataset.objects.filter(published_by__in=bodies)
    return set(rows.order_by().values_list("pk", flat=True)) if bodies else set()


def _settle(datasets: set[uuid.UUID], beat: Callable[[], None]) -> None:
    """At once: what is no more public must not show by what is said of others."""
    touched: dict[int, set[int]] = defaultdict(set)
    for some in batches(datasets, CHUNK):
        rows = Observation.objects.filter(dataset__in=some).order_by()
        for indicator, territory in rows.values_list("indicator", "territory").distinct():
            touched[indicator].add(territory)
    known = recipes.known().recipes if touched else {}
    for indicator in Indicator.objects.filter(pk__in=touched):
        if recipe := known.get(indicator.key):
            keeping.settle_again(indicator, recipe, touched[indicator.pk], SETTLED, beat)
