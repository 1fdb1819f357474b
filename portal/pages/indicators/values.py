"""What the base says of a figure, as frozen values: with its two parts, its rows and its source."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from catalogue.indicators.contract import Status
from catalogue.models import Audience, Indicator, Observation, Territory, in_french

COLUMNS: Final = (
    "period", "axis", "member", "value", "numerator", "denominator", "status", "reason", "rows", "table", "table_version",
    "recipe_version", "population_year", "population_source", "computed_at", "dataset", "dataset__title", "dataset__license",
    "dataset__private", "table__current__number", "table__current__name", "table__current__at", "table__current__schema_version",
    "dataset__published_by__name", "dataset__published_by__slug",
)  # fmt: skip


@dataclass(frozen=True)
class File:
    """The version of a table that is shown now; `number` is None when there is none."""

    number: int | None
    name: str | None
    arrived: datetime | None
    schema_version: str | None


@dataclass(frozen=True)
class Value:
    """One figure. `current`: of its table, maybe newer than what it was made of.

    `private`: of a dataset that not everybody sees. `publisher`: name and slug."""

    period: str
    axis: str
    member: str
    value: float | None
    numerator: float | None
    denominator: float | None
    status: Status
    reason: str
    rows: int
    table: uuid.UUID
    table_version: int
    recipe_version: int
    population_year: int | None
    population_source: str
    computed_at: datetime
    dataset: uuid.UUID
    title: str
    licence: str
    private: bool
    current: File
    publisher: tuple[str, str]

    @property
    def said(self) -> bool:
        return self.value is not None and self.status.valued


def read(rows: Iterable[tuple[Any, ...]]) -> list[Value]:
    """Of `values_list(*COLUMNS)`."""
    found = []
    for row in rows:
        *plain, title, licence, private, number, file, at, version, name, slug = row
        current = File(number, file, at, version)
        status = Status(plain[6]) if plain[6] in set(Status) else Status.NOT_SIGNIFICANT
        if status is Status.SUPPRESSED:
            plain[3:6], plain[8] = [None, None, None], 0  # the parts and the count would tell the secret
        found.append(Value(*plain[:6], status, *plain[7:], in_french(title), licence, private, current, (name, slug)))  # type: ignore[call-arg]
    return found


def series(indicator: Indicator, place: Territory, audience: Audience) -> list[Value]:
    """What is said of a territory, in the order of time: one figure a period."""
    rows = Observation.objects.shown_to(audience).totals().filter(indicator=indicator, territory=place)
    return once(read(rows.order_by("period").values_list(*COLUMNS)))


def once(given: Iterable[Value]) -> list[Value]:
    """One figure a period: that which everybody sees comes before that of a private dataset, a value before none."""
    best: dict[str, Value] = {}
    for one in given:
        other = best.get(one.period)
        if other is None or (one.private, not one.said) < (other.private, not other.said):
            best[one.period] = one
    return [best[period] for period in sorted(best)]


def parts(indicator: Indicator, place: Territory, period: str, audience: Audience) -> dict[str, list[Value]]:
    """The figure of one period broken down, by axis, the largest numerator first."""
    rows = Observation.objects.shown_to(audience).exclude(axis="")
    rows = rows.filter(indicator=indicator, territory=place, period=period)
    found: dict[str, dict[str, Value]] = {}
    for one in read(rows.values_list(*COLUMNS)):
        found.setdefault(one.axis, {}).setdefault(one.member, one)
    return {
        axis: sorted(members.values(), key=lambda one: (-(one.numerator or 0), one.member))
        for axis, members in sorted(found.items())
    }
