"""The figures of a whole country for one indicator and one period, packed: what a comparison among thousands reads.

    an observation moves ──> its column is void, in the same transaction
    the worker, once nothing is left to reckon ──> reads what is shown, packs it, keeps it unless something moved meanwhile

A column is there or it is not; there, it says what the observations say. It holds what is shown of every dataset, private and withdrawn
ones too: whoever reads leaves out those that this reader may not see, as of now. Where there is none, the observations are read.
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import compress, repeat
from math import nan
from operator import not_
from typing import Any, Final
from uuid import UUID

from catalogue import log
from catalogue.models import Indicator, Observation, ObservedColumn

LEAST: Final = 1_000  # figures: with fewer, their rows are as quick
FIELDS: Final = ("territory", "dataset", "value", "numerator", "denominator", "status")
KINDS: Final = ("q", "Q", "d", "d", "d", "b")  # of `array`, in the order of FIELDS
# Of one territory: key, value, status, numerator, denominator, period.
Cell = tuple[int, float | None, str, float | None, float | None, str]


def void(indicator: Indicator, periods: Collection[str]) -> None:
    """In the transaction in which observations of these periods move, with the indicator locked."""
    known = dict(ObservedColumn.objects.filter(indicator=indicator, period__in=periods).values_list("period", "stamp"))
    if stamped := [period for period, stamp in known.items() if stamp]:
        ObservedColumn.objects.filter(indicator=indicator, period__in=stamped).update(stamp="", cells=None)
    ObservedColumn.objects.bulk_create(
        [ObservedColumn(indicator=indicator, period=period) for period in sorted(set(periods) - known.keys())],
        ignore_conflicts=True,
    )


def wanting() -> bool:
    return ObservedColumn.objects.filter(cells=None).exists()


def fill(*, stopping: Callable[[], bool] = lambda: False, beat: Callable[[], None] = lambda: None) -> int:
    """Makes those that are not there; how many. For one process at a time. `beat`: called before each."""
    count = 0
    for column in ObservedColumn.objects.filter(cells=None).defer("cells").select_related("indicator").order_by("pk"):
        if stopping():
            break
        beat()
        count += _make(column)
    return count


def _make(column: ObservedColumn) -> bool:
    """Whether it is kept: what moves while the rows are read voids it."""
    stamp, mine = secrets.token_hex(16), ObservedColumn.objects.filter(pk=column.pk)
    with log.transaction():
        # Whoever writes observations holds this lock from the beginning: all of them are seen below, or void the stamp.
        Indicator.objects.select_for_update().filter(pk=column.indicator_id).first()
        mine.update(stamp=stamp, cells=None)
    rows = Observation.objects.filter(indicator=column.indicator, period=column.period, shown=True).totals()
    # Those of one size together: a comparison among them reads a piece (`unpacked`). Where a size moved since, it reads more.
    found = list(rows.order_by("territory__size_class").values_list(*FIELDS))
    return bool(mine.filter(stamp=stamp).update(cells=packed(found) if len(found) >= LEAST else b""))


def packed(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Column by column. A dataset is the first half of its key: two that share it are hidden together, never shown together."""
    territories, datasets, *numbers, statuses = zip(*rows, strict=True)
    columns: list[Iterable[int | float]] = [territories, map(half, datasets)]
    columns += [[nan if number is None else number for number in column] for column in numbers]
    columns.append(map(ord, statuses))
    return b"".join(array(kind, column).tobytes() for kind, column in zip(KINDS, columns, strict=True))


def half(dataset: UUID) -> int:
    return dataset.int >> 64


def unpacked(cells: bytes, period: str, wanted: Collection[int], hidden: Collection[int]) -> dict[int, Cell]:
    """By territory, of those that are wanted, but for the datasets that are hidden (`half` of their keys)."""
    territories, *rest = _columns(cells)
    chosen = bytes(map(wanted.__contains__, territories))
    piece = slice(max(chosen.find(1), 0), chosen.rfind(1) + 1)
    chosen = chosen[piece]
    keys = list(compress(territories[piece], chosen))
    datasets, *numbers, statuses = (list(compress(column[piece], chosen)) for column in rest)
    value, numerator, denominator = map(_known, numbers)
    rows = zip(keys, value, map(chr, statuses), numerator, denominator, repeat(period))
    seen = list(map(not_, map(hidden.__contains__, datasets)))
    return dict(compress(zip(keys, rows, strict=True), seen))


def _known(numbers: list[float]) -> Sequence[float | None]:
    """None where there is none; a sum tells at once whether that is so anywhere."""
    total = sum(numbers)
    return numbers if total == total else [None if number != number else number for number in numbers]


def _columns(cells: bytes) -> list[array[Any]]:
    columns = [array(kind) for kind in KINDS]
    count, start = len(cells) // sum(column.itemsize for column in columns), 0
    view = memoryview(cells)
    for column in columns:
        end = start + count * column.itemsize
        column.frombytes(view[start:end])
        start = end
    return columns
