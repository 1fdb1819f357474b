"""Territories shaded by a value: classes, legend, what is missing, what is chosen, what is far away, what has no outline."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Contour, Territory
from catalogue.models.contours import packed
from catalogue.models.territories import Level
from portal.charts.chart import Chart, Measured
from portal.charts.choropleth import Choropleth, Shape, choropleth
from portal.charts.classes import classes, roundest
from portal.charts.frame import framed
from portal.charts.outlines import apart, outline
from portal.territory_maps import Valued, territory_map

SVG = "{http://www.w3.org/2000/svg}"
SPENT = Measured("Dépenses de fonctionnement", "par habitant", "€")


def square(x: float, y: float, side: float = 0.1) -> list[tuple[float, float]]:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def shapes(count: int) -> list[Shape]:
    """In a row, each beside the next."""
    return [
        Shape(str(n), f"Commune {n}", [square(n / 10, 45)], (n / 10 + 0.05, 45.05), f"/territoires/{n}/")
        for n in range(count)
    ]


def drawn(what: Choropleth, kind: str = "roomy", wide: float = 720) -> ET.Element:
    return ET.fromstring(choropleth(what, kind, wide, ("k", "Titre", "Description")))


def groups(svg: ET.Element) -> dict[str, list[ET.Element]]:
    """The drawn territories by class."""
    found: dict[str, list[ET.Element]] = {}
    for group in svg.iter("g"):
        if (group.get("class") or "").startswith("c-"):
            found.setdefault(group.get("class") or "", []).extend([*group.iter("path"), *group.iter("circle")])
    return found


def test_as_many_territories_in_each_class_between_round_figures() -> None:
    values = [round(1000 * 1.07**n, 1) for n in range(50)]
    found = classes(values)
    assert found is not None and found.count == 5
    per_class = [sum(found.of(value) == number for value in values) for number in range(5)]
    assert per_class == [10, 10, 10, 10, 10]
    assert all(value == round(value, -2) for value in map(float, found.breaks))
    assert found.words(SPENT)[0].startswith("1\u202f000")


def test_few_values_are_classes_of_their_own() -> None:
    found = classes([3, 1, 1, 2, 3])
    assert found is not None and found.words(Measured("n")) == ["1", "2", "3"]
    assert [found.of(value) for value in (1, 2, 3)] == [0, 1, 2]
    assert classes([]) is None
    alone = classes([7])
    assert alone is not None and alone.words(Measured("n")) == ["7"]


def test_chosen_breaks_stand_whatever_the_values() -> None:
    found = classes([5, 6, 7, 8, 9, 10, 11], breaks=[20, 10])
    assert found is not None and found.words(Measured("n")) == ["moins de 10", "10 à moins de 20", "20 ou plus"]


@given(
    st.lists(st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False)), min_size=1, max_size=80)
)
def test_every_value_has_a_class_that_the_legend_names(values: list[float]) -> None:
    found = classes(values)
    assert found is not None and found.count <= 5
    words = found.words(Measured("n"))
    assert len(words) == found.count
    assert all(0 <= found.of(value) < found.count for value in values)
    assert {found.of(value) for value in values} == set(range(found.count))  # none is empty


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e5))
def test_the_roundest_figure_lies_between(low: float, more: float) -> None:
    found = roundest(low, low + more)
    assert Decimal(str(low)) < Decimal(str(found)) <= Decimal(str(low + more))


def test_a_map_has_its_key_its_links_and_what_is_missing() -> None:
    values = {str(n): float(n * n) for n in range(20)} | {"7": None}
    svg = drawn(Choropleth(shapes(21), values, SPENT, chosen="3"))
    assert (svg.get("role"), svg.get("aria-labelledby"), svg.get("aria-describedby")) == ("group", "k-t", "k-d")
    by_class = groups(svg)
    assert {len(one) for name, one in by_class.items() if name in ("c-1", "c-2", "c-3", "c-4", "c-5")} <= {3, 4, 5}
    assert [one.findtext("title") for one in by_class["c-0"]] == [
        "Commune 7 : donnée absente",
        "Commune 20 : donnée absente",
    ]
    link = next(one for one in svg.iter("a") if one.get("href") == "/territoires/4/")
    assert "".join(link.itertext()) == "Commune 4 : 16\u202f€" and link.get("tabindex") == "-1"
    texts = ["".join(one.itertext()) for one in svg.iter("text")]
    assert "donnée absente" in texts and any("moins de" in one for one in texts)
    assert "Dépenses de fonctionnement par habitant, en €" in texts
    hatch = next(svg.iter("pattern")).get("id")
    assert any(group.get("fill") == f"url(#{hatch})" for group in svg.iter("g"))
    assert "Commune 3" in texts  # the chosen one is named, and outlined twice: in ink over paper
    assert [
        one.get("class") for one in svg.iter("path") if one.get("fill") == "none" and "stroke-linejoin" in one.attrib
    ] == ["c-paper", "c-ink"]


def test_without_any_value_all_is_hatched() -> None:
    svg = drawn(Choropleth(shapes(3), {}, SPENT))
    assert list(groups(svg)) == ["c-0"]


def test_nothing_is_a_link_without_address() -> None:
    svg = drawn(Choropleth([Shape("1", "Ici", [square(0, 45)])], {"1": 2}, SPENT))
    assert svg.get("role") == "img" and not list(svg.iter("a"))


def test_names_are_text_and_nothing_else() -> None:
    svg = drawn(Choropleth([Shape("1", "<script>&\"'", [square(0, 45)])], {"1": 2}, Measured("<b>n</b>")))
    assert next(svg.iter("path")) is not None and not list(svg.iter("script"))


def test_what_is_far_away_has_a_frame_of_its_own() -> None:
    far = Shape("974", "La Réunion", [square(55.3, -21.2)])
    svg = drawn(Choropleth([*shapes(6), far], {str(n): n for n in range(6)}, SPENT))
    texts = ["".join(one.itertext()) for one in svg.iter("text")]
    assert "La Réunion" in texts
    # France is drawn as large as without it.
    alone = drawn(Choropleth(shapes(6), {str(n): n for n in range(6)}, SPENT))
    paths = [one.get("d") for one in groups(svg)["c-2"]]
    assert paths == [one.get("d") for one in groups(alone)["c-2"]]


def test_groups_join_when_something_lies_between() -> None:
    boxes = [(name, (x, 45.0, x + 1, 46.0)) for name, x in (("a", 0.0), ("b", 6.0), ("c", 3.0), ("d", 40.0))]
    assert [set(group) for group in apart(boxes, 2.5)] == [{"a", "b", "c"}, {"d"}]


def test_neighbours_still_meet_once_drawn() -> None:
    """The vertices of a common border fall on the same half pixels, whichever way round they are written."""
    border = [(0.1003, 45.0001), (0.1048, 45.0303), (0.0971, 45.0707), (0.1, 45.1)]
    frame = framed((0, 45, 0.2, 45.1), 720, 400)
    west = corners(outline([[(0.0, 45.0), *border, (0.0, 45.1)]], frame))
    east = corners(outline([[(0.2, 45.1), *border[::-1], (0.2, 45.0)]], frame))
    assert len(west & east) == 4


def corners(path: str) -> set[tuple[int, int]]:
    numbers = [int(one) for one in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    found = {(x, y)}
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        found.add((x, y))
    return found


def test_a_territory_too_small_to_be_seen_is_still_there() -> None:
    frame = framed((0, 40, 10, 50), 720, 400)
    assert outline([square(5, 45, 0.0001)], frame).endswith("h4v4h-4z")
    assert outline([], frame) == "" == outline([[]], frame)


def test_without_outlines_discs_say_the_value_by_their_size() -> None:
    points = [Shape(str(n), f"Commune {n}", at=(n / 10, 45)) for n in range(4)]
    svg = drawn(Choropleth(points, {"0": 100, "1": 400, "2": 0}, SPENT))
    sizes = {one.findtext("title"): float(one.get("r", 0)) for one in svg.iter("circle")}
    assert sizes["Commune 1 : 400\u202f€"] == 2 * sizes["Commune 0 : 100\u202f€"] == 30
    assert sizes["Commune 3 : donnée absente"] == sizes["Commune 2 : 0\u202f€"] == 8


def place(code: str, x: float | None, *, contour: bool = True) -> Territory:
    at = {"longitude": x, "latitude": None if x is None else 45.05}
    found = Territory.objects.create(level=Level.COMMUNE, code=code, name=f"Commune {code}", sort_name=code, **at)
    if contour and x is not None:
        Contour.objects.create(
            territory=found, west=x, south=45, east=x + 0.1, north=45.1, shape=packed([square(x, 45)]),
            source="essai", loaded_at=timezone.now(),
        )  # fmt: skip
    return found


@pytest.mark.django_db
def test_a_map_of_territories_asks_the_base_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    places = [place("01001", 5.0), place("01002", 5.1), place("01003", 5.2, contour=False), place("01004", None)]
    values = {one.pk: number for one, number in zip(places[:3], (10, 30, 20), strict=True)}
    what = Valued(places, values, SPENT, chosen=places[0].pk, addresses={places[1].pk: "/ici/"})
    with django_assert_num_queries(1):
        chart: Chart = territory_map(what, "k", "Trois communes", ["À lire aussi."])
    assert chart.rows == (
        ("Commune 01002", "30\u202f€"), ("Commune 01003", "20\u202f€"), ("Commune 01001", "10\u202f€"), ("Commune 01004", "donnée absente"),
    )  # fmt: skip
    assert chart.addresses == ("/ici/", "", "", "")
    assert chart.remarks == ("À lire aussi.", "1 territoire n’est pas placé sur la carte.")
    page, phone = (ET.fromstring(one) for one in chart.drawings)
    assert (page.get("class"), phone.get("class")) == ("chart roomy", "chart narrow")
    assert "3 territoires" in (page.findtext("desc") or "")
    shown = [one for group in groups(page).values() for one in group]
    assert sorted(one.tag for one in shown) == ["circle", "path", "path"]


@pytest.mark.django_db
def test_places_that_are_nowhere_give_a_table_alone() -> None:
    chart = territory_map(Valued([place("01004", None)], {}, SPENT), "k", "Une commune")
    assert not chart.drawings and chart.rows == (("Commune 01004", "donnée absente"),)
    assert chart.title == "Aucun de ces territoires n’a de place connue sur la carte."
