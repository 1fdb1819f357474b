"""What was asked, and the addresses made from it."""

import pytest
from django.http import QueryDict

from portal import asking
from portal.naming import schema_name
from portal.pages.pager import pager


def test_a_question_survives_its_own_address() -> None:
    asked = asking.read(QueryDict("q=d%C3%A9chets+verts&sujet=a&sujet=b%26c&tri=maj&page=3"))
    again = asking.read(QueryDict(asked.address().partition("?")[2]))
    assert again == asked
    assert asked.index_filters == {"theme": ("a", "b&c")}


def test_toggling_twice_changes_nothing_but_the_page() -> None:
    asked = asking.read(QueryDict("q=x&sujet=a&page=3"))
    assert asked.toggled("format", "CSV").chosen("format") == ("CSV",)
    assert asked.toggled("format", "CSV").toggled("format", "CSV") == asked.at(1)
    assert asked.toggled("sujet", "a").filters == ()


@pytest.mark.parametrize(
    ("page", "total", "links", "pages"),
    [
        (1, 0, ["1"], 1),
        (1, 20, ["1"], 1),
        (1, 21, ["1", "2"], 2),
        (1, 1000, ["1", "2", "", "50"], 50),
        (25, 1000, ["1", "", "24", "25", "26", "", "50"], 50),
        (50, 1000, ["1", "", "49", "50"], 50),
        (1, 10**9, ["1", "2", "", "500"], 500),
    ],
)
def test_the_pager_shows_the_ends_and_the_neighbours(page: int, total: int, links: list[str], pages: int) -> None:
    made = pager(page, total, str)
    assert [label for label, _ in made.links] == links
    assert made.pages == pages
    assert dict(made.links)[str(page)] == ""
    assert bool(made.previous) is (page > 1)
    assert bool(made.next) is (page < pages)


def test_names_of_ours_and_of_standards_say_the_same() -> None:
    ours = asking.read(QueryDict("sujet=a&depuis=2024&jusqua=2024-06&cadre=-1.5,43,0,44.25&tri=nouveau&suite=abc"))
    theirs = asking.read(QueryDict("theme=a&since=2024&until=2024-06&bbox=-1.5,43,0,44.25&sort=created&after=abc"))
    typed = asking.read(
        QueryDict("sujet=a&depuis=2024&jusqua=2024-06&ouest=-1,5&sud=43&est=0&nord=44.25&tri=nouveau&suite=abc")
    )
    assert ours == theirs == typed
    assert ours.box == (-1.5, 43.0, 0.0, 44.25)
    assert asking.read(QueryDict(ours.address().partition("?")[2])) == ours
    assert ours.everywhere().address() == "/jeux-de-donnees/?tri=nouveau"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("depuis=hier", "depuis"),
        ("until=2024-13", "jusqua"),
        ("depuis=2024-02-30", "depuis"),
        ("depuis=2025&jusqua=2024", "jusqua"),
        ("cadre=1,2,3", "cadre"),
        ("bbox=0,50,1,40", "cadre"),
        ("bbox=0,0,400,1", "cadre"),
        ("bbox=nan,0,1,1", "cadre"),
        ("bbox=a,b,c,d", "cadre"),
        ("ouest=1&sud=2", "cadre"),
        ("tri=x", "tri"),
        ("suite=" + "x" * 5000, "suite"),
        ("page=501", "page"),
    ],
)
def test_what_cannot_be_followed_is_told_by_its_name(query: str, name: str) -> None:
    asked = asking.read(QueryDict(query))
    assert [remark.name for remark in asked.remarks] == [name]
    assert str(asked.remarks[0]).endswith(".")
    assert (asked.since, asked.until, asked.box, asked.after) == ("", "", None, "")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://schema.data.gouv.fr/schemas/etalab/schema-irve-statique/2.3.1/schema.json", "IRVE statique"),
        ("https://schema.data.gouv.fr/scdl/deliberations/latest.html", "Délibérations"),
        ("http://www.opengis.net/def/crs/EPSG/0/2154", "EPSG"),
        ("1.0", "1.0"),
    ],
)
def test_a_schema_is_called_by_what_tells_it_from_others(address: str, name: str) -> None:
    assert schema_name(address) == name
