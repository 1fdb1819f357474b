"""What was asked, and the addresses made from it."""

import pytest
from django.http import QueryDict

from portal import asking
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
