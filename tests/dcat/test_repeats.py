"""Numbers that come more than once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.dcat.repeats import Repeats


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5)))
def test_what_comes_twice_is_found_once_and_then_forgotten(numbers: list[int]) -> None:
    repeats = Repeats()
    for number in numbers:
        repeats.add(number)
    found = list(repeats.found())
    assert sorted(found) == sorted({number for number in numbers if numbers.count(number) > 1})
    assert list(repeats.found()) == []
