"""Where all the rows of a question are: none is lost between the cells, whatever says where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalogue.tables.contract import BadQuestion, Type
from catalogue.tables.query import Filter, Op, TableQuery, answer, extent, spots
from catalogue.tables.store import put_away
from tests.tables.rows import Written, written

SQUARE = '{"type":"Polygon","coordinates":[[[2,48],[4,48],[4,49],[2,49],[2,48]]]}'


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    put_away()


def table(folder: Path, types: dict[str, Type], rows: list[tuple[Any, ...]]) -> Written:
    return written(folder / "t.parquet", types, rows)


PAIR = {"nom": Type.TEXT, "lat": Type.LATITUDE, "lon": Type.LONGITUDE}
PAIRS: list[tuple[Any, ...]] = [
    ("a", 45.01, 0.01), ("a", 45.03, 0.03), ("b", 45.01, 0.21), ("b", -20.9, 55.4), ("c", None, 1.0), ("c", 91.0, 200.0),
]  # fmt: skip


def test_how_far_rows_spread(tmp_path: Path) -> None:
    found = extent(table(tmp_path, PAIR, PAIRS), TableQuery())
    assert (found.rows, found.located, found.box) == (6, 4, (0.01, -20.9, 55.4, 45.03))


def test_cells_hold_every_row_that_is_somewhere(tmp_path: Path) -> None:
    found = spots(table(tmp_path, PAIR, PAIRS), TableQuery(), (0.1, 0.1))
    assert [(one.across, one.up, one.count) for one in found] == [(0, 450, 2), (2, 450, 1), (554, -209, 1)]
    assert (found[0].longitude, found[0].latitude) == (pytest.approx(0.02), pytest.approx(45.02))


def test_filters_and_boxes_hold(tmp_path: Path) -> None:
    those = table(tmp_path, PAIR, PAIRS)
    only_b = TableQuery(filters=(Filter("nom", Op.EQ, ("b",)),))
    assert (extent(those, only_b).located, sum(one.count for one in spots(those, only_b, (1, 1)))) == (2, 2)
    boxed = TableQuery(box=(0, 45, 0.1, 46))
    assert (extent(those, boxed).rows, sum(one.count for one in spots(those, boxed, (1, 1)))) == (2, 2)
    nobody = TableQuery(filters=(Filter("nom", Op.EQ, ("z",)),))
    assert (extent(those, nobody).box, spots(those, nobody, (1, 1))) == (None, ())


def test_points_in_one_cell_and_shapes(tmp_path: Path) -> None:
    points = table(tmp_path, {"lieu": Type.POINT}, [("45.5, 3.5",), ("3.5;45.6",), ("rien",), (None,)])
    assert extent(points, TableQuery()).box == (3.5, 45.5, 3.5, 45.6)
    put_away()
    shapes = table(tmp_path, {"forme": Type.GEOMETRY}, [(SQUARE,), (None,), ("n’importe quoi",)])
    [spot] = spots(shapes, TableQuery(), (1, 1))
    assert (spot.count, spot.longitude, spot.latitude) == (1, 3, 48.5)
    assert extent(shapes, TableQuery()).box == (2, 48, 4, 49)


def test_a_pair_is_read_the_same_by_the_short_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = (
        "45.5",
        "3.5",
        "-0.58",
        "52",
        "52.1",
        "-6",
        "10.0",
        "-21.1",
        "55.5",
        ".5",
        "5.",
        "+45",
        "1_0",
        "inf",
        "4e1",
        "",
    )
    between = (",", ", ", " , ", ";", " ", ",,")
    cells = [f"{first}{comma}{second}" for first in numbers for comma in between for second in numbers]
    cells += ["[45.5, 3.5]", " 45.5,3.5", "45.5,3.5 ", "45.5,3.5,12", "45.5,3.5\n", "４５.5,3.5"]
    points = table(tmp_path, {"n": Type.INTEGER, "lieu": Type.POINT}, [*enumerate(cells)])

    def each() -> list[object]:
        put_away()
        asked = TableQuery(limit=1000, box=(-180, -90, 180, 90), total=False)
        whole = (extent(points, asked), spots(points, asked, (0.5, 0.5)))
        return [answer(points, asked).rows, *whole]

    short = each()
    monkeypatch.setattr("catalogue.tables.query.places.PAIR", "x")
    assert short == each()


def test_what_cannot_be_asked_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadQuestion, match="ne dit pas où sont ses lignes"):
        extent(table(tmp_path, {"nom": Type.TEXT}, [("a",)]), TableQuery())
    put_away()
    those = table(tmp_path, PAIR, PAIRS)
    with pytest.raises(BadQuestion, match="largeur"):
        spots(those, TableQuery(), (0, 1))
    monkeypatch.setattr("catalogue.tables.query.grid.MOST_CELLS", 2)
    with pytest.raises(BadQuestion, match="trop fine"):
        spots(those, TableQuery(), (0.1, 0.1))
