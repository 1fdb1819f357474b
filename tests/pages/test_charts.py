"""Charts: what is drawn, what is said of it, and what must never be drawn."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from portal.charts import Bar, Bin, Chart, Measured, Moment, Others, bars, cloud, histogram, line
from portal.charts.figures import axis_labels, brief, figure, share, ticks
from portal.charts.periods import period
from portal.charts.scales import Scale
from portal.charts.svg import shortened, told_apart, width
from portal.charts.trends import Level, Point, Trend, trend

ROWS = Measured("Nombre de lignes", "par Commune", parts=True)
EUROS = Measured("Somme de Montant", "par Service", "€", parts=True)
MEAN = Measured("Moyenne de Tonnage", "par an", "kg")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> list[ET.Element]:
    """Each drawing, read again: what is not well formed fails here."""
    return [ET.fromstring(one) for one in chart.drawings]


def words(chart: Chart) -> list[str]:
    """The texts of the drawing for a page."""
    return ["".join(one.itertext()) for one in drawn(chart)[0].iter("text")]


def moments(*given: tuple[str, float | None]) -> list[Moment]:
    found = [(period(said), value) for said, value in given]
    return [Moment(one, value) for one, value in found if one]


CHARTS = {
    "bars": bars([Bar("A", 3), Bar("B", 1)], ROWS, "k"),
    "negative": bars([Bar("A", 3), Bar("B", -1), Bar("C", None), Bar("D", 0)], EUROS, "k"),
    "all negative": bars([Bar("A", -3), Bar("B", -1)], EUROS, "k"),
    "one bar": bars([Bar("A", 0)], ROWS, "k"),
    "thirty": bars([Bar(f"Direction des services n° {n}", n) for n in range(60, 20, -1)], ROWS, "k"),
    "line": line(moments(("2020", 1), ("2021", 5.5), ("2022", 2)), MEAN, "k"),
    "gaps": line(moments(("2020-01", 1), ("2020-04", 5), ("2020-05", None), ("2020-06", 7)), MEAN, "k"),
    "one point": line(moments(("2020", 4)), MEAN, "k"),
    "flat": line(moments(("2020", 4), ("2021", 4)), MEAN, "k"),
    "zero": line(moments(("2020", 0), ("2021", 0)), ROWS, "k"),
    "area": line(moments(("2020", -4), ("2021", 3), ("2022", 3)), EUROS, "k", area=True),
    "hundreds": line(moments(*[(f"{year}-{m:02}", m) for year in range(1990, 2020) for m in range(1, 13)]), ROWS, "k"),
    "cloud": cloud([(1, 2), (3, 4.5), (-3, 4)], Measured("Distance"), MEAN, "k"),
    "one dot": cloud([(7, 7)], Measured("Distance"), MEAN, "k"),
    "histogram": histogram([Bin(0, 1, 4), Bin(1, 2, 9), Bin(2, 3, 0)], Measured("Volume (m³)"), "k"),
    "one value": histogram([Bin(5, 5, 12)], Measured("Volume"), "k"),
}


@pytest.mark.parametrize("which", CHARTS)
def test_a_drawing_is_well_formed_named_and_stays_inside(which: str) -> None:
    page, phone = drawn(CHARTS[which])
    assert (page.get("class"), phone.get("class")) == ("chart roomy", "chart narrow")
    for one in (page, phone):
        assert one.get("role") == "img"
        assert [child.tag for child in one][:2] == ["title", "desc"]
        assert one.get("aria-labelledby") == one[0].get("id") and one.get("aria-describedby") == one[1].get("id")
        assert one[0].text and one[1].text
        assert "nan" not in ET.tostring(one, "unicode").lower().replace("banan", "")
        assert "style" not in {name for each in one.iter() for name in each.attrib}
        wide = float(one.get("width", "0"))
        for text in one.iter("text"):
            start = float(text.get("x", "0"))
            long = width("".join(text.itertext())) if text.find("title") is None else width(text[0].tail or "")
            start -= {"end": long, "middle": long / 2}.get(text.get("text-anchor", ""), 0)
            assert start >= -1 and start + long <= wide + 1, "".join(text.itertext())
    assert page.get("aria-labelledby") != phone.get("aria-labelledby")


@pytest.mark.parametrize("which", CHARTS)
def test_all_that_is_drawn_is_in_the_table(which: str) -> None:
    chart = CHARTS[which]
    assert chart.rows and all(len(row) == len(chart.heads) for row in chart.rows)


def test_bars_say_who_has_most_and_its_share_only_when_that_is_true() -> None:
    assert bars([Bar("Port-Lanvern", 98), Bar("Kerbrézel", 214)], ROWS, "k").title == "Kerbrézel : 69\u202f% du total"
    assert bars([Bar("A", 5), Bar("B", 5)], ROWS, "k").title == "Nombre de lignes par Commune"
    assert bars([Bar("A", 5), Bar("B", -5)], EUROS, "k").title == "Somme de Montant par Service, en €"
    assert bars([Bar("A", 5), Bar("B", 4)], MEAN, "k").title == "A en tête, avec 5"
    assert bars([Bar("A", 5), Bar("B", 3)], ROWS, "k", Others(3, 2)).title == "A : 50\u202f% du total"
    # What the others are worth is not known: nothing may be said of the whole.
    assert bars([Bar("A", 5), Bar("B", 3)], MEAN, "k", Others(3)).title == "Moyenne de Tonnage par an, en kg"


def test_bars_beyond_the_thirtieth_are_said() -> None:
    chart = bars([Bar(f"n° {n}", n) for n in range(60, 20, -1)], ROWS, "k", Others(1204, 20))
    assert len(list(drawn(chart)[0].iter("path"))) == 31  # and the axis
    assert chart.remarks == ("1\u202f204 autres ne sont pas dessinés, 20 ensemble.",)
    assert chart.rows[-1] == ("1\u202f204 autres", "20")


def test_negative_bars_go_left_of_zero() -> None:
    page = drawn(bars([Bar("A", 3), Bar("B", -1)], EUROS, "k"))[0]
    first, second, _ = [one.get("d", "") for one in page.iter("path")]
    assert first.split("h")[1][0] != "-" and second.split("h")[1][0] == "-"
    assert "\u22121\u202f€" in words(bars([Bar("A", 3), Bar("B", -1)], EUROS, "k"))


def test_long_names_are_cut_with_the_whole_on_hover_and_told_apart() -> None:
    names = [f"Direction des services techniques et de l’aménagement durable n° {n}" for n in (1, 2)]
    page = drawn(bars([Bar(name, 1 + n) for n, name in enumerate(names)], ROWS, "k"))[0]
    texts = [text for text in page.iter("text") if text.find("title") is not None]
    assert [text[0].text for text in texts] == names
    assert all("…" in (text[0].tail or "") for text in texts)
    assert len({text[0].tail for text in texts}) == 2
    assert told_apart(["court"], 100) == ["court"]
    assert shortened("abcdef", 1) == "…"


def test_a_line_stops_where_periods_are_missing() -> None:
    chart = CHARTS["gaps"]
    lines = [one.get("d", "") for one in drawn(chart)[0].iter("path") if one.get("stroke-width") == "2.5"]
    assert lines == []  # three points, each alone between its gaps
    assert chart.remarks == ("La courbe s’interrompt là où des périodes n’ont aucune ligne.",)
    assert CHARTS["hundreds"].remarks == ()


def test_a_line_says_when_it_was_highest_and_where_its_axis_begins() -> None:
    assert CHARTS["line"].title == "Au plus haut en 2021 : 5,5"
    assert CHARTS["flat"].title == "Moyenne de Tonnage par an, en kg"
    high = line(moments(("2020", 900), ("2021", 980), ("2022", 950)), MEAN, "k")
    assert high.remarks == ("L’axe ne commence pas à zéro.",)
    assert line(moments(("2020", 900), ("2021", 980)), ROWS, "k").remarks == ()


def test_a_histogram_says_where_most_are() -> None:
    assert CHARTS["histogram"].title == "69\u202f% des lignes vont de 1 à 2"
    assert CHARTS["histogram"].rows[2] == ("de 2 à 3", "0", "0\u202f%")


@pytest.mark.parametrize(
    "chart", [bars([], ROWS, "k"), bars([Bar("A", None)], ROWS, "k"), line([], MEAN, "k"), cloud([], MEAN, MEAN, "k"), histogram([], MEAN, "k")]
)  # fmt: skip
def test_nothing_is_said_and_not_drawn(chart: Chart) -> None:
    assert chart.drawings == () and "rien à dessiner" in chart.remarks[0]


def test_what_is_in_cells_is_text() -> None:
    chart = bars([Bar('<script>alert(1)</script>"', 2), Bar("&amp;", 1)], ROWS, "k")
    assert '<script>alert(1)</script>"' in words(chart)
    assert "&amp;" in words(chart)
    assert "<script" not in chart.drawings[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1234.5, "1\u202f234,5"),
        (-3, "\u22123"),
        (-0.0000001, "0"),
        (Decimal("2.50"), "2,5"),
        (0.1 + 0.2, "0,3"),
        (10**15, "1\u202f000\u202f000\u202f000\u202f000\u202f000"),
    ],
)
def test_figures_are_french(value: float, said: str) -> None:
    assert figure(value) == said


def test_brief_figures_keep_three_digits() -> None:
    assert [brief(n) for n in (1_234_567, 2_000_000_000, 12_400, 0.04217, 0, 999_999.4)] == [
        "1,23\u202fM", "2\u202fMd", "12\u202f400", "0,0422", "0", "999\u202f999",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 98), (-7, 12), (5, 5), (0, 0), (1e-9, 3e-9), (0, 1e15), (-4, -4), (2020, 2024)]
)
def test_ticks_are_round_and_hold_the_values(low: float, high: float) -> None:
    found = ticks(low, high)
    assert found[0] <= low and found[-1] >= high and 2 <= len(found) <= 8
    assert all(math.isfinite(one) for one in found)
    assert len(set(axis_labels(found))) in (len(found), 1)


def test_shares_never_lie() -> None:
    assert [share(part, 1000) for part in (0, 4, 10, 996, 1000)] == [
        "0\u202f%", "moins de 1\u202f%", "1\u202f%", "plus de 99\u202f%", "100\u202f%",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "long", "when"),
    [
        ("2025", "2025", "en 2025"),
        ("2025-Q1", "T1 2025", "au T1 2025"),
        ("2025-03", "mars 2025", "en mars 2025"),
        ("2025-W05", "semaine 5 de 2025", "la semaine 5 de 2025"),
        ("2025-03-01", "1er mars 2025", "le 1er mars 2025"),
        ("9999-12", "décembre 9999", "en décembre 9999"),
    ],
)
def test_periods_in_words(said: str, long: str, when: str) -> None:
    found = period(said)
    assert found is not None and found.long == long and found.when == when and found.place <= found.after


@pytest.mark.parametrize("said", ["", "2025-13", "2025-02-30", "hier", "2025-W60", "0000"])
def test_what_is_no_period(said: str) -> None:
    assert period(said) is None


@pytest.mark.parametrize("target", range(90, 170, 5))
@pytest.mark.parametrize("values", [(172, 149, 141), (120, 131, 141)])
def test_the_last_value_is_not_written_over_a_target(values: tuple[int, ...], target: int) -> None:
    found = [(period(year), value) for year, value in zip(("2022", "2023", "2024"), values, strict=True)]
    points = [Point(when, value) for when, value in found if when]
    levels = [Level(254, "limite"), Level(target, "cible")]
    narrow = drawn(trend(Trend("Déchets", "", "Lanvern", points, Scale("kg/hab."), levels), "k"))[-1]
    places = {"".join(one.itertext()): float(one.attrib["y"]) for one in narrow.iter("text")}
    label, line_at = places["Lanvern 141"], places["cible"] + 6
    assert not label - 12 < line_at < label + 4
