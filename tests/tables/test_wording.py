"""Sentences that agree with a number."""

import pytest

from catalogue.tables.wording import agreed


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 ligne est vide"),
        (1, "1 ligne est vide"),
        (2, "2 lignes sont vides"),
        (12345, "12\u202f345 lignes sont vides"),
    ],
)
def test_a_sentence_agrees(count: int, said: str) -> None:
    assert agreed(count, "# ligne[s] [est vide|sont vides]") == said
