"""The merge, whatever the three sides say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.packs.merging import Take, merged_item, same

NAMES = st.sampled_from("abc")
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["", "x", "y"]))
VALUES = st.one_of(PLAIN, st.lists(st.sampled_from("xyz"), unique=True, max_size=3), st.dictionaries(NAMES, PLAIN))
ITEMS = st.one_of(st.none(), st.dictionaries(NAMES, VALUES))


def changed(before: Any, after: Any) -> set[str]:
    names = {*(before or {}), *(after or {})}
    gone = object()
    return {n for n in names if not same((before or {}).get(n, gone), (after or {}).get(n, gone))}


@given(ITEMS, ITEMS, ITEMS, st.sampled_from(Take))
def test_applied_twice_is_applied_once(base: Any, local: Any, pack: Any, take: Take) -> None:
    once = merged_item(base, local, pack, take)
    again = merged_item(once.base, once.value, pack, take)
    assert same(again.value, once.value)
    assert same(again.base, once.base)
    assert [one.field for one in again.conflicts] == [one.field for one in once.conflicts]
    assert take == Take.NEITHER or not once.conflicts


@given(ITEMS, ITEMS, ITEMS)
def test_what_was_changed_here_is_never_lost(base: Any, local: Any, pack: Any) -> None:
    found = merged_item(base, local, pack)
    for name in changed(base, local):
        mine, ours, theirs = ((side or {}).get(name) for side in (local, base, pack))
        if isinstance(mine, list) and found.value is not None and name in (pack or {}):
            kept = found.value.get(name)
            if isinstance(kept, list):
                added = [one for one in mine if one not in (ours if isinstance(ours, list) else [])]
                assert set(added) <= set(kept)
                continue
        if isinstance(mine, dict) and isinstance(theirs, dict):
            continue  # its own fields, by the same rule
        if local is not None and name in local:
            assert found.value is not None
            assert same(found.value.get(name), mine)


@given(ITEMS, ITEMS)
def test_nothing_changed_here_takes_the_pack_as_it_is(base: Any, pack: Any) -> None:
    found = merged_item(base, base, pack)
    assert found.conflicts == ()
    if base is not None or pack is not None:
        assert same(found.value, pack)


@given(ITEMS, ITEMS, ITEMS, st.dictionaries(NAMES, PLAIN))
def test_an_upgrade_taken_back_leaves_what_was_and_what_was_changed_since(
    base: Any, local: Any, pack: Any, edits: dict[str, Any]
) -> None:
    after = merged_item(base, local, pack).value
    back = merged_item(after, after, local)
    assert same(back.value, local)
    if after is not None and local is not None:
        edited = after | edits
        found = merged_item(after, edited, local).value
        for name, value in edits.items():
            if not same(after.get(name, object()), value):
                assert found is not None
                assert same(found[name], value)


@pytest.mark.parametrize(
    ("base", "local", "pack", "expected"),
    [
        (["a", "b"], ["a", "b", "c"], ["b", "d"], ["b", "c", "d"]),
        (["a", "b"], ["b"], ["a", "b", "d"], ["b", "d"]),
        ([], ["x"], ["x", "y"], ["x", "y"]),
    ],
)
def test_lists_are_merged_by_their_elements(base: Any, local: Any, pack: Any, expected: Any) -> None:
    found = merged_item({"l": base}, {"l": local}, {"l": pack})
    assert found.value == {"l": expected}
    assert found.conflicts == ()


def test_a_conflict_keeps_the_local_value_until_somebody_takes_a_side() -> None:
    sides: Any = ({"t": "a", "o": {"p": 1}}, {"t": "b", "o": {"p": 2}}, {"t": "c", "o": {"p": 3}})
    found = merged_item(*sides)
    assert found.value == sides[1]
    assert [(one.field, one.local, one.pack) for one in found.conflicts] == [("t", "b", "c"), ("o.p", 2, 3)]
    assert merged_item(found.base, found.value, sides[2], Take.PACK).value == sides[2]
    taken = merged_item(found.base, found.value, sides[2], Take.LOCAL)
    assert (taken.value, merged_item(taken.base, taken.value, sides[2]).conflicts) == (sides[1], ())
