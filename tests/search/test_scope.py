"""What bounds a search besides its words: facets, dates, outlines; and its orders. On every backend."""

import dataclasses

import pytest

from catalogue.search import bounds
from catalogue.search.contract import Facet, Page, Query, SearchBackend
from catalogue.search.document import FACETS, Document
from tests.search.test_contract import ids

MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
SCDL = "https://schema.data.gouv.fr/schemas/scdl/deliberations"


def record(number: int, **more: object) -> Document:
    return Document(str(number), "dataset", (f"Arbres {number}",), audience=("public",), **more)


def found(backend: SearchBackend, **more: object) -> list[str]:
    page = backend.search(Query(**more))
    assert page.total == len(page.hits)
    return sorted(ids(page))


def facets(page: Page) -> dict[str, dict[str, int]]:
    return {facet.name: dict(facet.values) for facet in page.facets}


def test_every_facet_filters_and_counts_without_its_own_filter(backend: SearchBackend) -> None:
    given = {name: ("a", "b") for name in FACETS if name not in ("quality", "kind")}
    other = dict.fromkeys(given, ("c",))
    backend.add([record(1, quality=0.9, **given), record(2, quality=0.5, **other), record(3)])
    backend.refresh()
    for name in (*given, "quality"):
        value, another = ("excellente", "bonne") if name == "quality" else ("b", "c")
        assert found(backend, filters={name: (value,)}) == ["1"]
        assert found(backend, filters={name: (value, another)}) == ["1", "2"]
        page = backend.search(Query(filters={name: (value,)}, facets=(name, "theme")))
        assert facets(page)[name].keys() == ({"excellente", "bonne"} if name == "quality" else {"a", "b", "c"})
        if name != "theme":
            assert facets(page)["theme"] == {"a": 1, "b": 1}


def test_quality_is_counted_by_the_bands_that_pages_name_and_what_has_no_score_has_none(backend: SearchBackend) -> None:
    scores = (1.0, 5 / 7.5, 4.9 / 7.5, 2.5 / 7.5, 0.1, 0.0, None)
    backend.add(record(number, quality=score) for number, score in enumerate(scores))
    backend.refresh()
    [facet] = backend.search(Query(facets=("quality",))).facets
    assert facet == Facet("quality", (("bonne", 2), ("excellente", 2), ("suffisante", 2)))
    assert found(backend, filters={"quality": ("excellente",)}) == ["0", "1"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2024", "", "34567"),
        ("", "2023", "12"),
        ("2024", "2024", "3456"),
        ("2024-05", "2024-05", "45"),
        ("2024-05-31", "2024-05-31", "5"),
        ("2024-06-01", "2024-06-30", "6"),
        ("2025", "2024", ""),
        ("", "", "1234567x"),
    ],
)
def test_dates_bound_both_ends_included_and_what_has_none_is_outside(
    backend: SearchBackend, since: str, until: str, expected: str
) -> None:
    dates = [
        "",
        "2022",
        "2023-12-31T23:59:59Z",
        "2024",
        "2024-05",
        "2024-05-31T22:00:00+02:00",
        "2024-06-01",
        "2025-01",
    ]
    backend.add(
        dataclasses.replace(record(number, modified=date), id=str(number) if date else "x")
        for number, date in enumerate(dates)
    )
    backend.refresh()
    assert "".join(found(backend, since=since, until=until)) == expected
    page = backend.search(Query("arbres", since=since, until=until, facets=("theme",)))
    assert page.total == len(expected)


@pytest.mark.parametrize(
    "date", ["24", "2024-13", "2024-00", "2024-02-30", "2024-5", "hier", "2024-05-31T10:00", "٢٠٢٤"]
)
@pytest.mark.parametrize("end", ["since", "until"])
def test_what_is_no_date_is_refused_in_french(date: str, end: str) -> None:
    with pytest.raises(ValueError, match="n'est pas une date"):
        Query(**{end: date})


BOXES = {
    "1": (-0.6, 43.8, -0.4, 44.0),  # Mont-de-Marsan
    "2": (0.0, 49.4, 0.2, 49.6),  # Le Havre
    "3": (0.1, 49.5, 0.1, 49.5),  # a point inside
    "4": (55.2, -21.4, 55.9, -20.8),  # La Réunion
    "5": (178.0, -20.0, -178.0, -15.0),  # across the antimeridian
    "6": (-180.0, -90.0, 180.0, 90.0),
    "7": None,
}


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((-1.0, 43.0, 0.0, 44.5), "16"),
        ((0.05, 49.45, 0.3, 49.8), "236"),
        ((0.2, 49.6, 1.0, 50.0), "26"),  # a corner in common
        ((0.1, 49.5, 0.1, 49.5), "236"),
        ((10.0, -30.0, 60.0, -20.0), "46"),
        ((179.0, -16.0, 180.0, -10.0), "56"),
        ((-180.0, -16.0, -179.0, -10.0), "56"),
        ((177.0, -16.0, -179.5, -10.0), "56"),
        ((170.0, -50.0, -0.3, 60.0), "156"),
        ((-177.0, -20.0, -170.0, -15.0), "6"),
        ((-180.0, -90.0, 180.0, 90.0), "123456"),
        (None, "1234567"),
    ],
)
def test_an_outline_finds_what_meets_it_even_across_the_antimeridian(
    backend: SearchBackend, box: bounds.Box | None, expected: str
) -> None:
    backend.add(dataclasses.replace(record(0, box=box), id=key) for key, box in BOXES.items())
    backend.refresh()
    assert "".join(found(backend, box=box)) == expected
    assert "".join(found(backend, text="arbres", box=box)) == expected


@pytest.mark.parametrize(
    "box",
    [
        (0.0, 50.0, 1.0, 49.0),
        (0.0, 0.0, 181.0, 1.0),
        (0.0, -91.0, 1.0, 1.0),
        (float("nan"), 0.0, 1.0, 1.0),
        (0.0, 0.0, float("inf"), 1.0),
        (0.0, 0.0, 1.0),
    ],
)
def test_what_is_no_outline_is_refused_in_french_at_both_doors(box: tuple[float, ...]) -> None:
    for door in (lambda: Query(box=box), lambda: record(1, box=box)):
        with pytest.raises(ValueError, match="cadre"):
            door()


def test_the_new_ones_the_good_ones_first(backend: SearchBackend) -> None:
    backend.add(
        [
            record(1, created="2024-01-01", quality=0.5, modified="2020"),
            record(2, created="2024-01-02T08:00:00+00:00", quality=0.5, modified="2021"),
            record(3, created="2024-01-02T08:00:01+00:00", quality=0.9),
            record(4),
        ]
    )
    backend.refresh()
    for text in ("", "arbres"):
        assert ids(backend.search(Query(text, sort="created"))) == ["3", "2", "1", "4"]
        assert ids(backend.search(Query(text, sort="quality"))) == ["3", "2", "1", "4"]
