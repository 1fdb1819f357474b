"""What an index tells of what it holds, on both backends: the comparison with the base stands on it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from catalogue.search.contract import Held, SearchBackend
from catalogue.search.document import Document, key_of, range_of

OPEN = Document("a", "dataset", ("Déchets",), audience=("public",))
CLOSED = Document("b", "service", ("Budget",), audience=("org:1", "user:4"))


def told(document: Document) -> Held:
    return Held(document.id, document.kind, frozenset(document.audience), document.stamp())


def test_it_tells_what_is_under_ids_as_it_was_indexed(backend: SearchBackend) -> None:
    backend.add([OPEN, CLOSED])
    backend.refresh()
    assert backend.held(["a", "nobody"]) == [told(OPEN)]
    assert set(backend.held(["b", "a"])) == {told(OPEN), told(CLOSED)}
    assert backend.held([]) == []


def test_what_was_replaced_or_removed_is_told_once_or_not(backend: SearchBackend) -> None:
    backend.add([OPEN, CLOSED])
    narrowed = replace(OPEN, audience=("org:1",))
    backend.write(add=[narrowed], remove=["b"])
    backend.refresh()
    assert backend.held(["a", "b"]) == [told(narrowed)]


@pytest.mark.parametrize("parts", [1, 7])
def test_the_parts_together_are_the_whole_and_never_twice(backend: SearchBackend, parts: int) -> None:
    documents = [replace(OPEN, id=f"é{number}") for number in range(40)]
    backend.add(documents)
    backend.refresh()
    found = [each for number in range(parts) for each in backend.part(number, parts)]
    assert sorted(each.id for each in found) == sorted(each.id for each in documents)


def test_an_empty_index_holds_nothing(backend: SearchBackend) -> None:
    assert (backend.held(["a"]), backend.part(0, 1)) == ([], [])


def test_ranges_of_keys_leave_no_gap() -> None:
    for parts in (1, 3, 10, 1999):
        ranges = [range_of(number, parts) for number in range(parts)]
        assert ranges[0][0] == 0 and ranges[-1][1] == 2**63 - 1
        assert all(high + 1 == low for (_, high), (low, _) in pairwise(ranges))
    assert 0 <= key_of("\ud800") < 2**63


def test_a_stamp_tells_what_the_record_says_from_what_is_derived() -> None:
    said, derived = OPEN.stamp().split(".")
    for other in (
        replace(OPEN, titles=("Ordures",)),
        replace(OPEN, audience=()),
        replace(OPEN, labels={"theme": ("x",)}),
    ):
        assert other.stamp().split(".") == [other.stamp().split(".")[0], derived]
        assert other.stamp().split(".")[0] != said
    scored = replace(OPEN, quality=0.5).stamp().split(".")
    assert scored[0] == said and scored[1] != derived
    assert replace(OPEN, quality=0.501).stamp().split(".") == scored
