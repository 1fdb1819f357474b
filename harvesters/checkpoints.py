"""What a run remembers of the pages that it read, so that the next one skips what did not change."""

from __future__ import annotations

from dataclasses import dataclass

from harvesters.asking import Asking
from harvesters.base import Page
from harvesters.models import HarvestPage, HarvestRun
from harvesters.tallies import Item

MOST = 2**31 - 1  # what a column of PostgreSQL holds


@dataclass
class Met:
    """The records met on one page: ids of their rows, and how many are services."""

    ids: list[int]
    services: int = 0

    def add(self, item: Item) -> None:
        if item.row.pk:
            self.ids.append(item.row.pk)
            self.services += item.found.kind == "service"


class Checkpoints:
    """The pages of one run. One with newcomers is written once they are told apart: until then it was not taken in."""

    def __init__(self, run: HarvestRun, asking: Asking) -> None:
        self.run, self.asking = run, asking
        self._held: dict[int, tuple[HarvestPage, Met]] = {}

    def keep(self, number: int, page: Page, met: Met, *, aside: bool, held: bool) -> None:
        """`aside`: one of its records was set aside; no validator is kept then, so that the record is tried again."""
        answer = page.fetched.answer
        known = self.asking.remembered.get(page.fetched.requested) if page.fetched.known else None
        row = HarvestPage(
            run=self.run,
            number=number,
            url=page.fetched.requested,
            next_url=page.next_url,
            given=page.given,
            total=page.total if page.total is not None and 0 <= page.total <= MOST else None,
            sha256=known.sha256 if known else self.asking.stamp(answer),
            etag=answer.etag or (known.etag if known else ""),
            last_modified=answer.last_modified or (known.last_modified if known else ""),
        )
        if aside:
            _forget(row)
        if held:
            self._held[number] = row, met
        else:
            _fill(row, met).save()

    def add(self, number: int, item: Item) -> None:
        """A record that was told apart after its page was read."""
        if number in self._held:
            row, met = self._held[number]
            met.add(item)
            if item.tried_again:
                _forget(row)

    def settle(self) -> None:
        HarvestPage.objects.bulk_create(_fill(row, met) for row, met in self._held.values())


def _forget(row: HarvestPage) -> None:
    row.sha256 = row.etag = row.last_modified = ""


def _fill(row: HarvestPage, met: Met) -> HarvestPage:
    row.packed = HarvestPage.pack(met.ids)
    row.datasets, row.services = len(met.ids) - met.services, met.services
    return row
