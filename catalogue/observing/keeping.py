"""The observations of one file go into the base: what changed, with what was said before it; what did not is not written.

A territory's figures of one indicator change together, in one short transaction with their line in the log. Killed in
between, some territories have the new figures and others the old: the table is still asked for, and done again.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from catalogue import log
from catalogue.batching import batches
from catalogue.indicators.contract import Recipe, Status
from catalogue.models import Change, FormerObservation, Indicator, Observation, Record, Table
from catalogue.observing import columns
from catalogue.observing.figures import Cell, Parts
from catalogue.observing.settling import File, cell_of, settle

FIELD: Final = "observations"  # in the lines of the log
INDICATOR: Final = "indicator"  # the type of record of an indicator's own lines
ROWS: Final = 500  # of one transaction, about
SAID: Final = ("value", "numerator", "denominator", "status")  # what history keeps the change of
PARTS: Final = ("numerator", "denominator", "rows", "population_year", "population_source", "recipe_version")
WRITTEN: Final = (*PARTS, "value", "status", "reason", "shown", "table_version", "computed_at")
FORMER: Final = (
    "period", "axis", "member", "value", "numerator", "denominator", "status", "reason", "rows", "table_version", "recipe_version",
    "population_year", "population_source", "computed_at", "indicator_id", "territory_id", "dataset_id",
)  # fmt: skip


@dataclass(frozen=True)
class Work:
    """One indicator over one file. `ending`: why what was said before is not said any more, in French."""

    indicator: Indicator
    recipe: Recipe
    table: Table
    version: int
    ending: str


def replace(work: Work, wanted: Mapping[Cell, Parts]) -> int:
    """All the figures that this file gives of this indicator from now on; returns of how many territories they changed."""
    touched = _touched(work, wanted)
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in wanted:
        if cell.territory in touched:
            cells[cell.territory].append(cell)
    for territories in _pieces(touched):
        mine = {cell: wanted[cell] for territory in territories for cell in cells[territory]}
        _write(work, territories, mine)
    return len(touched)


def _touched(work: Work, wanted: Mapping[Cell, Parts]) -> dict[int, int]:
    """Territories whose figures are new, other or gone, with how many of them are. Nothing of a row is kept."""
    new, touched = set(wanted), Counter[int]()
    rows = Observation.objects.filter(indicator=work.indicator, table=work.table).order_by()
    facts = rows.values_list("territory", "period", "axis", "member", "status", *PARTS, "dataset")
    for territory, period, axis, member, status, *given in facts.iterator(chunk_size=ROWS):
        cell = Cell(territory, period, axis, member)
        parts = wanted.get(cell)
        if parts is None or (*given, status == Status.SUPPRESSED) != _wanted(work, parts):
            touched[territory] += 1
        new.discard(cell)
    touched.update(cell.territory for cell in new)
    return dict(touched)


def settle_again(
    indicator: Indicator, recipe: Recipe, territories: Collection[int], ending: str, beat: Callable[[], None]
) -> None:
    """When what is published or private changed, and no row did. `beat`: called before each transaction."""
    for some in batches(sorted(territories), ROWS // 10):
        beat()
        with log.transaction() as entries:
            _locked(indicator)
            rows = list(Observation.objects.filter(indicator=indicator, territory__in=some))
            before = {row.pk: _snapshot(row) for row in rows}
            settle(recipe, rows, files_of(rows))
            _save(indicator, rows, before, ending, entries)


def drop(indicator: Indicator, ending: str) -> None:
    """Everything that was said of an indicator that is no more."""
    rows = Observation.objects.filter(indicator=indicator).order_by("pk")
    while some := list(rows[:ROWS]):
        with log.transaction() as entries:
            _locked(indicator)
            _forget(some, ending)
            _tell(indicator, some, entries)
    indicator.reckonings.all().delete()


def remove(indicator: Indicator, table: Table, ending: str) -> None:
    """What one file gave of an indicator that has no recipe any more; nothing is left to settle it with."""
    with log.transaction() as entries:
        _locked(indicator)
        some = list(Observation.objects.filter(indicator=indicator, table=table))
        _forget(some, ending)
        _tell(indicator, some, entries)


def files_of(rows: Iterable[Observation]) -> dict[uuid.UUID, File]:
    """Where these observations come from."""
    tables = Table.objects.filter(pk__in={row.table_id for row in rows}).order_by()
    wanted = ("dataset__owner", "dataset__published_by", "current")
    return {table.pk: file_of(table) for table in tables.select_related(*wanted)}


def file_of(table: Table) -> File:
    dataset = table.dataset
    homes = {dataset.published_by.territory_id, dataset.owner.territory_id} - {None}
    return File(
        table.pk,
        dataset.pk,
        table.name,
        dataset.label,
        published=dataset.status == Record.Status.PUBLISHED and table.left_at is None,
        private=dataset.private,
        homes=frozenset(pk for pk in homes if pk is not None),
        at=table.current.at if table.current else dataset.updated_at,
    )


def _pieces(touched: Mapping[int, int]) -> Iterator[list[int]]:
    """Territories of about ROWS rows."""
    piece: list[int] = []
    size = 0
    for territory in sorted(touched):
        if piece and size + touched[territory] > ROWS:
            yield piece
            piece, size = [], 0
        piece.append(territory)
        size += touched[territory]
    if piece:
        yield piece


def _write(work: Work, territories: Sequence[int], wanted: Mapping[Cell, Parts]) -> None:
    now = timezone.now()
    with log.transaction() as entries:
        _locked(work.indicator)
        rows = list(Observation.objects.filter(indicator=work.indicator, territory__in=territories))
        before = {row.pk: _snapshot(row) for row in rows}
        mine = {cell_of(row): row for row in rows if row.table_id == work.table.pk}
        gone = [row for cell, row in mine.items() if cell not in wanted]
        rows = [row for row in rows if row.table_id != work.table.pk]
        for cell, parts in wanted.items():
            row = mine.get(cell) or _row(work, cell)
            if row.pk is None or _given(row) != _wanted(work, parts):
                _give(work, row, parts, now)
            rows.append(row)
        settle(work.recipe, rows, files_of(rows) | {work.table.pk: file_of(work.table)})
        _save(work.indicator, rows, before, work.ending, entries, gone)


def _locked(indicator: Indicator) -> None:
    """Two files of one indicator are settled one after the other (SQLite's transactions are so anyway)."""
    Indicator.objects.select_for_update().filter(pk=indicator.pk).first()


def _row(work: Work, cell: Cell) -> Observation:
    return Observation(
        indicator=work.indicator,
        table=work.table,
        dataset_id=work.table.dataset_id,
        territory_id=cell.territory,
        period=cell.period,
        axis=cell.axis,
        member=cell.member,
    )


def _wanted(work: Work, parts: Parts) -> tuple[object, ...]:
    given = (parts.numerator, parts.denominator, parts.rows, parts.population_year, parts.population_source)
    return (*given, work.recipe.version, work.table.dataset_id, parts.secret)


def _given(row: Observation) -> tuple[object, ...]:
    return (*(getattr(row, name) for name in PARTS), row.dataset_id, row.status == Status.SUPPRESSED)


def _give(work: Work, row: Observation, parts: Parts, now: datetime) -> None:
    given = _wanted(work, parts)
    for name, value in zip(PARTS, given, strict=False):
        setattr(row, name, value)
    row.dataset_id = work.table.dataset_id
    row.status = Status.SUPPRESSED if parts.secret else Status.MISSING  # until it is settled
    row.table_version, row.computed_at = work.version, now


def _snapshot(row: Observation) -> dict[str, object]:
    return {name: getattr(row, name) for name in (*WRITTEN, *FORMER)}


def _save(
    indicator: Indicator,
    rows: Sequence[Observation],
    before: Mapping[int, Mapping[str, object]],
    ending: str,
    entries: list[log.Entry],
    gone: Sequence[Observation] = (),
) -> None:
    """Only what differs from what was there."""
    new = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None and _differs(row, before[row.pk])]
    still = {(cell_of(row), *_said(row)) for row in rows if row.shown}
    ended = [row for row in (*changed, *gone) if before[row.pk]["shown"] and _ended(row, before[row.pk], still)]
    _remember([(row.table_id, before[row.pk]) for row in ended], ending)
    _delete(gone)
    Observation.objects.bulk_create(new, batch_size=ROWS)
    Observation.objects.bulk_update(changed, [*WRITTEN, "dataset"], batch_size=100)
    _tell(indicator, [*new, *changed, *gone], entries)


def _said(row: Observation) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in SAID)


def _ended(row: Observation, before: Mapping[str, object], still: Collection[tuple[object, ...]]) -> bool:
    """Whether nobody says any more what it said: another file that says the same may have taken its place."""
    return (cell_of(row), *(before[name] for name in SAID)) not in still


def _differs(row: Observation, before: Mapping[str, object]) -> bool:
    return any(getattr(row, name) != before[name] for name in (*WRITTEN, "dataset_id"))


def _forget(rows: Sequence[Observation], ending: str) -> None:
    _remember([(row.table_id, _snapshot(row)) for row in rows if row.shown], ending)
    _delete(rows)


def _delete(rows: Sequence[Observation]) -> None:
    for some in batches(rows, 500):
        Observation.objects.filter(pk__in=[row.pk for row in some]).delete()


def _remember(said: Sequence[tuple[uuid.UUID, Mapping[str, object]]], ending: str) -> None:
    now = timezone.now()
    FormerObservation.objects.bulk_create(
        [
            FormerObservation(table=table, ended_at=now, ending=ending, **{name: values[name] for name in FORMER})
            for table, values in said
        ],
        batch_size=ROWS,
    )


def _tell(indicator: Indicator, rows: Sequence[Observation], entries: list[log.Entry]) -> None:
    """One line for each dataset whose figures changed, one for the indicator; what was packed of them is void."""
    if not rows:
        return
    columns.void(indicator, {row.period for row in rows if not row.axis})
    derived = Change.Kind.DERIVED
    datasets = sorted({row.dataset_id for row in rows})
    entries += [log.Entry(Change.Verb.UPDATE, dataset, kind=derived, fields=(FIELD,)) for dataset in datasets]
    entries.append(log.Entry(Change.Verb.UPDATE, indicator.uuid, INDICATOR, derived, fields=(FIELD,)))
