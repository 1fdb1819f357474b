"""What an address asks of a table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query import Filter, Function, Group, Measure, Near, Op, Part, Sort, TableQuery
from portal.tabular import FRENCH_WORDS, WORDS, parameter, read, written

NAMES = ["montant", "commune", "jour", "sort", "nombre", "a,b", "a;b", "-x", "a:month", 'q"', "colonne.sort", "=", "é"]
COLUMNS = [Column(name, Type.TEXT) for name in NAMES]


def asked(query: str) -> TableQuery:
    return read(QueryDict(query), COLUMNS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("montant=&sort=&commune=", {}),
        ("montant=gt:1000", {"filters": (Filter("montant", Op.GT, ("1000",)),)}),
        ("montant=12,5", {"filters": (Filter("montant", Op.EQ, ("12,5",)),)}),
        ("commune=in:76351,76540", {"filters": (Filter("commune", Op.IN, ("76351", "76540")),)}),
        ("montant=parmi:12,5;13", {"filters": (Filter("montant", Op.IN, ("12,5", "13")),)}),
        ('commune=in:"a,b",c', {"filters": (Filter("commune", Op.IN, ("a,b", "c")),)}),
        ("commune=a&commune=b", {"filters": (Filter("commune", Op.IN, ("a", "b")),)}),
        ("montant=ge:1&montant=lt:2", {"filters": (Filter("montant", Op.GE, ("1",)), Filter("montant", Op.LT, ("2",)))}),
        ("commune=vide:", {"filters": (Filter("commune", Op.EMPTY),)}),
        ("commune=https://a.example", {"filters": (Filter("commune", Op.EQ, ("https://a.example",)),)}),
        ("commune=eq:in:x", {"filters": (Filter("commune", Op.EQ, ("in:x",)),)}),
        ("colonne.sort=x&sort=-montant,jour", {"filters": (Filter("sort", Op.EQ, ("x",)),),
          "sort": (Sort("montant", True), Sort("jour"))}),
        ("colonne.colonne.sort=x", {"filters": (Filter("colonne.sort", Op.EQ, ("x",)),)}),
        ("nombre=5", {"filters": (Filter("nombre", Op.EQ, ("5",)),)}),
        ("tri=montant&somme=montant", {"sort": (Sort("montant"),), "measures": (Measure(Function.SUM, "montant"),)}),
        ("sort=%2B-x", {"sort": (Sort("-x"),)}),
        ("group=jour:month,commune&quantile=montant:0.9",
         {"group": (Group("jour", Part.MONTH), Group("commune")), "measures": (Measure(Function.QUANTILE, "montant", 0.9),)}),
        ("group=jour:mois", {"group": (Group("jour", Part.MONTH),)}),
        ("group=a:month", {"group": (Group("a:month"),)}),
        ("near=44.89,-0.58,500", {"near": Near(44.89, -0.58, 500)}),
        ("pres=44,89;-0,58;500", {"near": Near(44.89, -0.58, 500)}),
        ("box=-1,44,0,45&limit=5&total=non&cursor=abc",
         {"box": (-1.0, 44.0, 0.0, 45.0), "limit": 5, "total": False, "cursor": "abc"}),
        ("select=montant,jour", {"select": ("montant", "jour")}),
    ],
)  # fmt: skip
def test_addresses(query: str, expected: dict[str, Any]) -> None:
    assert asked(query) == TableQuery(**expected)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("prix=1", "ni une colonne"),
        ("limit=1001", "limit"), ("limit=-1", "limit"), ("limit=²", "limit"), ("total=peut-être", "total"),
        ("near=1,2", "near"), ("near=nan,1,2", "near"), ("box=1,2,3,x", "box"), ("group=jour:siecle", "partie de date"),
        ("quantile=montant:x", "quantile"), ("colonne.prix=1", "ni une colonne"),
        ("commune=in:" + "x," * 60_000, "trop longue"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_told(query: str, told: str) -> None:
    with pytest.raises(BadQuestion, match=told):
        asked(query)


def test_words_are_told_apart_from_columns() -> None:
    assert parameter("sort") == "colonne.sort"
    assert parameter("nombre") == "nombre"
    assert set(FRENCH_WORDS.values()) <= set(WORDS)
    assert not set(FRENCH_WORDS) & set(WORDS)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ["in:x", "a;b", "a,b", "eq:", ":", '"', "\n", "+1", "-", " "]
)
columns = st.sampled_from(NAMES)
one = st.builds(
    Filter,
    columns,
    st.sampled_from([op for op in Op if op not in (Op.EQ, Op.IN, Op.OUT, Op.EMPTY, Op.FILLED)]),
    st.tuples(texts),
)
equal = st.builds(Filter, columns, st.just(Op.EQ), st.tuples(texts))
several = st.builds(
    Filter, columns, st.sampled_from([Op.IN, Op.OUT]), st.lists(texts, min_size=1, max_size=3).map(tuple)
)
bare = st.builds(Filter, columns, st.sampled_from([Op.EMPTY, Op.FILLED]))
numbers = st.floats(allow_nan=False, allow_infinity=False)
questions = st.builds(
    TableQuery,
    select=st.lists(columns, max_size=3).map(tuple),
    filters=st.lists(one | several | bare | equal, max_size=4, unique_by=lambda each: each.column).map(tuple),
    near=st.none() | st.builds(Near, numbers, numbers, numbers),
    box=st.none() | st.tuples(numbers, numbers, numbers, numbers),
    sort=st.lists(st.builds(Sort, columns, st.booleans()), max_size=3).map(tuple),
    group=st.lists(st.builds(Group, columns.filter(lambda name: name != "a"), st.none() | st.sampled_from(list(Part))), max_size=3).map(tuple),
    limit=st.integers(0, 1000),
    total=st.booleans(),
)  # fmt: skip


@given(questions)
def test_a_question_that_is_written_is_read_the_same(query: TableQuery) -> None:
    assert asked(urlencode(written(query))) == query


@given(st.lists(st.tuples(st.sampled_from([*NAMES, *WORDS]), texts), max_size=5))
def test_any_address_gives_a_question_or_says_what_is_wrong(pairs: list[tuple[str, str]]) -> None:
    try:
        query = asked(urlencode(pairs))
    except BadQuestion:
        return
    assert asked(urlencode(written(query))) == query
