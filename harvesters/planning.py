"""What a dry run finds that a real one would do: kept with the run, so that a page can show it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalogue.dcat.mapping import MODELS
from catalogue.previewing import Difference, Preview, preview
from catalogue.publishing import BATCH, Draft
from harvesters.models import HarvestPlan, HarvestRun

MOST = 2_000  # kept of one run; its counts tell of all
LEFT_OUT = 200  # of those, at most, that the rules leave out: a national catalogue has a hundred thousand


@dataclass(frozen=True)
class Planned:
    """One record that a run would create, update or withdraw, or set aside for a `reason`."""

    verb: str  # of HarvestPlan.Verb
    kind: str
    record: uuid.UUID | None  # None for one that is not in the catalogue
    title: str
    differences: tuple[Difference, ...] = ()
    reason: str = ""


class Plan:
    """The writer: of one dry run."""

    def __init__(self, run: HarvestRun) -> None:
        self.run, self.left, self.left_out = run, MOST, LEFT_OUT

    def publish(self, drafts: Sequence[Draft]) -> list[Preview]:
        """In place of `publishing.publish`."""
        told = preview(drafts)
        changed = (each for each in told if each.verb != "unchanged")
        self._keep(Planned(each.verb, each.kind, each.record, each.title, each.differences) for each in changed)
        return told

    def set_aside(self, kind: str, title: str, reason: str) -> None:
        self._keep([Planned(HarvestPlan.Verb.ASIDE, kind, None, title, reason=reason)])

    def follow(self, kind: str, record: uuid.UUID | None, title: str, reason: str) -> None:
        self._keep([Planned(HarvestPlan.Verb.FOLLOWED, kind, record, title, reason=reason)])

    def leave_out(self, kind: str, title: str, reason: str) -> None:
        if self.left_out:
            self.left_out -= 1
            self._keep([Planned(HarvestPlan.Verb.LEFT_OUT, kind, None, title, reason=reason)])

    def withdraw(self, kind: str, records: Sequence[uuid.UUID], reason: str) -> None:
        for start in range(0, min(len(records), self.left), BATCH):
            rows = MODELS[kind].objects.filter(pk__in=records[start : start + BATCH])  # type: ignore[attr-defined]
            self._keep(Planned(HarvestPlan.Verb.WITHDRAWN, kind, row.pk, row.label, reason=reason) for row in rows)

    def _keep(self, planned: Iterable[Planned]) -> None:
        rows = [_row(self.run, each) for each in planned][: self.left]
        self.left -= len(rows)
        HarvestPlan.objects.bulk_create(rows)


def _row(run: HarvestRun, planned: Planned) -> HarvestPlan:
    said = [[each.field, each.before, each.after] for each in planned.differences]
    return HarvestPlan(
        run=run,
        verb=planned.verb,
        kind=planned.kind,
        record=planned.record,
        title=planned.title[:500],
        reason=planned.reason,
        differences=said,
    )


def planned(run: HarvestRun) -> Iterator[Planned]:
    """What a dry run found, in its order; nothing for a run that was not dry."""
    for row in run.plan.order_by("pk").iterator(chunk_size=BATCH):
        said = tuple(Difference(*each) for each in row.differences)
        yield Planned(row.verb, row.kind, row.record, row.title, said, row.reason)
