"""What a process remembers is asked again when its time is over, and each kind of thing has its bound."""

import pytest

from catalogue import remembered
from catalogue.remembered import Memory


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(remembered, "monotonic", lambda: now[0])
    return now


def test_a_thing_is_asked_once_until_its_time_is_over(clock: list[float]) -> None:
    memory, asked = Memory[str, str](60, 10), []

    def ask() -> str:
        asked.append(clock[0])
        return ""  # that there is nothing is worth remembering too

    assert [memory.one("nom", ask) for _ in range(3)] == ["", "", ""]
    clock[0] += 61
    memory.one("nom", ask)
    assert asked == [100.0, 161.0]
    remembered.forget()
    memory.one("nom", ask)
    assert asked == [100.0, 161.0, 161.0]


def test_of_several_only_the_unknown_are_asked_all_at_once() -> None:
    memory, asked = Memory[str, str](60, 10), []

    def ask(keys: set[str]) -> dict[str, str]:
        asked.append(sorted(keys))
        return {key: key.upper() for key in keys if key != "z"}

    assert memory.several(["a", "b"], ask) == {"a": "A", "b": "B"}
    assert memory.several(["b", "c", "z"], ask) == {"b": "B", "c": "C"}
    assert memory.several(["a", "c"], ask) == {"a": "A", "c": "C"}
    assert asked == [["a", "b"], ["c", "z"]]


def test_it_never_holds_more_than_it_may() -> None:
    memory = Memory[int, int](60, 3)
    for number in range(10):
        memory.several([number], lambda keys: {key: key for key in keys})
        assert len(memory._held) <= 3
