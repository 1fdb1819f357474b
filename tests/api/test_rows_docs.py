"""The examples of docs/tables-api.md, asked of a table; what the docs lack of the API's words fails here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from catalogue.tables.contract import Type
from catalogue.tables.exports import FORMS, export
from catalogue.tables.exports.style import SEPARATORS, Style
from catalogue.tables.query import Op, Part, answer
from catalogue.tables.store import put_away
from portal.tabular import FRENCH_WORDS, OPERATORS, WORDS, read
from tests.conftest import PROJECT
from tests.tables.rows import Written, written

TEXT = (PROJECT / "docs" / "tables-api.md").read_text("utf-8")
EXAMPLES = re.findall(r"^/rows(?:\.(\w+))?\?(\S+)$", TEXT, re.MULTILINE)
TYPES = {
    "nom": Type.TEXT, "commune": Type.COMMUNE, "montant": Type.DECIMAL, "jour": Type.DATE, "lat": Type.LATITUDE, "lon": Type.LONGITUDE,
}  # fmt: skip
ROWS: list[tuple[Any, ...]] = [
    ("Halles", "76351", Decimal("2500.50"), date(2025, 1, 31), 43.89, -0.5),
    ("Quai", "40192", Decimal("1200.00"), date(2025, 1, 2), 49.49, 0.11),
    ("Zoo", "40192", Decimal("12.50"), date(2025, 3, 1), None, None),
    ("Pont", "13055", Decimal("9000.00"), date(2024, 3, 1), None, None),
]
EXPECTED = {
    "montant=gt:1000&commune=in:76351,40192&sort=-montant&limit=3": ["Halles", "Quai"],
    "jour=2025&group=jour:month&sum=montant&sort=jour_month": [
        {"jour_month": "2025-01", "count": 2, "sum_montant": 3700.5}, {"jour_month": "2025-03", "count": 1, "sum_montant": 12.5},
    ],
    "median=montant&quantile=montant:0.9": [{"count": 4, "median_montant": 1850.25, "quantile_montant_0.9": pytest.approx(7050.15)}],
    "near=43.89,-0.5,2000": ["Halles"],
    "commune=76351&sep=;&decimal=,&bom=1": b"\xef\xbb\xbfnom;commune;montant;jour;lat;lon\r\nHalles;76351;2500,50;2025-01-31;43,89;-0,5\r\n",
}  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Written]:
    yield written(tmp_path / "t.parquet", TYPES, ROWS)
    put_away()


def test_the_examples_are_those_that_are_tested() -> None:
    assert {query for _, query in EXAMPLES} == set(EXPECTED)


@pytest.mark.parametrize(("form", "query"), EXAMPLES)
def test_each_example_answers(table: Written, form: str, query: str) -> None:
    data = QueryDict(query)
    asked = read(data, table.columns, ("sep", "decimal", "bom"))
    expected = EXPECTED[query]
    if form == "csv":
        style = Style(str(data["sep"]), str(data["decimal"]), bom=data["bom"] == "1")
        assert b"".join(export(table, asked, form, style)) == expected
    elif form == "geojson":
        features = json.loads(b"".join(export(table, asked, form)))["features"]
        assert [feature["properties"]["nom"] for feature in features] == expected
    else:
        rows = [json.loads(row) for row in answer(table, asked).rows]
        assert (rows if "group" in query or "median" in query else [row["nom"] for row in rows]) == expected


def test_every_word_is_explained() -> None:
    separators = set(SEPARATORS) - {"\t", ",", "|"}
    words = {
        *WORDS,
        *FRENCH_WORDS,
        *OPERATORS,
        *(each.value for each in Op),
        *Part,
        *FORMS,
        *separators,
        "bom",
        "safe",
        "decimal",
    }
    known = {"annee", "trimestre", "mois", "semaine", "jour-semaine", "heure", "bbox"}
    assert {word for word in words - known if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", TEXT)} == set()
