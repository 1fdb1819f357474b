"""Real files, from the file to answers: each column is sorted, grouped, filtered by a value of its own, and exported."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from catalogue.tables import intake
from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.exports import FORMS, Style, export
from catalogue.tables.query import Filter, Function, Group, Measure, Op, Part, Sort, TableQuery, answer
from catalogue.tables.query.bound import Columns
from catalogue.tables.query.places import place
from catalogue.tables.store import asking, put_away
from catalogue.tables.typing import typed
from portal.tabular import read, written

FILES = (
    "subventions__antibes.csv", "bal__sample.csv", "budget__crach_ca2021.csv", "irve_statique__exemple.csv", "zfe__zone.geojson",
    "zfe__voies.geojson", "decp__exemple_tabulaire.csv", "stationnement_cyclable__exemple.csv", "synthetique/qualite-air.csv",
    "synthetique/menus-collectifs.csv", "synthetique/points-apport-volontaire.csv", "covoiturage__exemple.csv",
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    path: Path
    columns: tuple[Column, ...]
    rows: int
    version: int = 1


@pytest.fixture(scope="session")
def taken(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Sample]:
    """Each is taken in once, whatever is asked of it: nothing here changes its rows."""

    @cache
    def made(name: str) -> Sample:
        folder = tmp_path_factory.mktemp("sample")
        raw = intake.read(shared_data / "samples" / name, folder / "raw.parquet")
        rows = typed(raw, folder / "rows.parquet")
        return Sample(rows.path, rows.columns, rows.rows)

    return made


@pytest.fixture(params=FILES)
def sample(request: pytest.FixtureRequest, taken: Callable[[str], Sample]) -> Iterator[Sample]:
    yield taken(request.param)
    put_away()


def test_each_column_can_be_asked(sample: Sample) -> None:
    whole = answer(sample, TableQuery(limit=1000))
    assert whole.total == sample.rows
    rows = [json.loads(row) for row in whole.rows]
    for column in sample.columns:
        _sorted(sample, column)
        _grouped(sample, column)
        value = next((row[column.name] for row in rows if row[column.name] not in (None, "")), None)
        if value is not None and column.type not in (Type.LIST, Type.GEOMETRY):
            said = "oui" if value is True else "non" if value is False else str(value)
            for op in (Op.EQ, Op.IN, Op.NE):
                query = TableQuery(filters=(Filter(column.name, op, (said,)),), limit=1000)
                assert read(QueryDict(urlencode(written(query))), sample.columns) == query
                found = answer(sample, query)
                expected = [row for row in rows if (row[column.name] == value) != (op == Op.NE)]
                if sample.rows <= 1000:
                    assert [json.loads(row) for row in found.rows] == expected, (column, value)


def _sorted(sample: Sample, column: Column) -> None:
    """Walked by pages, each row comes once, and all in the order of one page."""
    walked: list[str] = []
    query = TableQuery(sort=(Sort(column.name, descending=True),), limit=max(1, min(sample.rows, 1000) // 3))
    while len(walked) < 1000:
        page = answer(sample, query)
        walked += page.rows
        if not page.next:
            break
        query = replace(query, cursor=page.next)
    assert walked[:1000] == list(answer(sample, replace(query, cursor="", limit=1000)).rows)[: len(walked)]


def _grouped(sample: Sample, column: Column) -> None:
    measures = [Measure(each, column.name) for each in (Function.COUNT, Function.DISTINCT, Function.MIN, Function.MAX)]
    if column.type.numeric:
        measures += [Measure(each, column.name) for each in (Function.SUM, Function.MEAN, Function.MEDIAN)]
    [alone] = answer(sample, TableQuery(measures=tuple(measures))).rows
    assert json.loads(alone)["count"] == sample.rows
    assert json.loads(alone)[f"count_{column.name}"] == sample.rows - column.missing
    parts = [
        None,
        *(part for part in Part if column.type.moment and (part != Part.HOUR or column.type == Type.DATETIME)),
    ]
    for part in parts:
        page = answer(sample, TableQuery(group=(Group(column.name, part),), sort=(Sort("count", True),), limit=1000))
        if page.total is not None and page.total <= 1000:
            assert sum(json.loads(row)["count"] for row in page.rows) == sample.rows


def test_each_form_says_the_same(sample: Sample) -> None:
    rows = json.loads(b"".join(export(sample, TableQuery(), "json")))
    assert len(rows) == sample.rows
    text = b"".join(export(sample, TableQuery(), "csv", Style(separator=";", safe=False))).decode()
    head, *lines = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    assert head == [column.name for column in sample.columns]
    for line, row in zip(lines, rows, strict=True):
        for cell, column in zip(line, sample.columns, strict=True):
            if column.type in (Type.TEXT, Type.COMMUNE, Type.SIREN, Type.DATE, Type.URL):
                assert cell == (row[column.name] or "")
    for form in set(FORMS) - {"geojson"}:
        assert b"".join(export(sample, TableQuery(), form))


def test_places_are_where_the_file_says(sample: Sample) -> None:
    """Of France, all of them: a pair that was swapped would be off Somalia."""
    with asking(sample.path) as asked:
        where = place(Columns(sample, asked.stored))
    if where is None:
        with pytest.raises(BadQuestion, match="latitude"):
            export(sample, TableQuery(), "geojson")
        return
    features = json.loads(b"".join(export(sample, TableQuery(), "geojson")))["features"]
    placed = [feature for feature in features if feature["geometry"]]
    assert len(features) == sample.rows
    found = answer(sample, TableQuery(box=(-6, 41, 10, 52), limit=0)).total
    assert placed
    assert found == len(placed)
