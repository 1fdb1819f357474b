"""Resolutions: by hand, and on the invented town (120 resolutions, forty a year)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

NAMES = "COLL_SIRET | DELIB_ID | DELIB_DATE | DELIB_MATIERE_NOM | PREF_DATE | VOTE_EFFECTIF | VOTE_REEL | VOTE_POUR | VOTE_CONTRE | VOTE_ABSTENTION"
TOWN = "21990001900018"
LINES = (
    NAMES,
    f"{TOWN} | 2024-001 | 2024-01-10 | Finances | 2024-01-12 | 20 | 15 | 15 | 0 | 0",
    f"{TOWN} | 2024-002 | 2024-01-10 | Finances | 2024-01-20 | 20 | 18 | 17 | | 1",
    f"{TOWN} | 2024-003 | 2024-02-10 | Urbanisme | | 20 | | | |",
    f"{TOWN} | 2024-004 | 2024-02-10 | Urbanisme | 2024-02-13 | 20 | 10 | 9 | |",
    f"{TOWN} | 2024-004 | 2024-02-10 | Urbanisme | 2024-02-13 | 20 | 10 | 9 | 1 | 0",
)
SAMPLE = {"deliberations.nombre": 120, "deliberations.taux-presence": 2740, "deliberations.taux-unanimite": 73}


@pytest.mark.parametrize("key", SAMPLE)
def test_the_invented_town(key: str, shared_data: Path) -> None:
    """The figures of reference are of three years together."""
    found = of_file(key, shared_data / "samples" / "synthetique" / "deliberations.csv")
    assert {part.period for part in found} == {"2023", "2024", "2025"}
    assert {part.place for part in found} == {"219900019"}
    assert sum(part.numerator or 0 for part in found) == SAMPLE[key]


def test_the_invented_town_sends_its_resolutions_in_a_few_days(shared_data: Path) -> None:
    key = "deliberations.delai-transmission"
    found = of_file(key, shared_data / "samples" / "synthetique" / "deliberations.csv")
    assert [said(key, part).value for part in found] == [2.5, 3, 5]


def test_a_resolution_that_stands_twice_is_one() -> None:
    assert two("deliberations.nombre", *LINES) == (4, None)


def test_a_vote_without_its_voters_does_not_count_as_absence() -> None:
    # 15 + 18 + 10 + 10 = 53 of 4 × 20; the third row says nothing. 66.25 %
    (part,) = parts("deliberations.taux-presence", *LINES).values()
    assert (part.numerator, part.denominator) == (53, 80)
    assert said("deliberations.taux-presence", part).value == 66.25


def test_an_empty_cell_beside_votes_in_favour_is_zero() -> None:
    # Rows 1 and 4 are unanimous; 2 has an abstention, 5 a vote against, 3 tells no vote: 2 of 4.
    assert two("deliberations.taux-unanimite", *LINES) == (2, 4)


def test_half_are_sent_faster() -> None:
    # 2, 10, 3 and 3 days: the median is 3.
    assert two("deliberations.delai-transmission", *LINES) == (3, None)


def test_a_receipt_before_the_resolution_is_not_a_time() -> None:
    line = f"{TOWN} | 2024-001 | 2024-01-10 | Finances | 2023-01-12 | 20 | 15 | 15 | 0 | 0"
    (part,) = parts("deliberations.delai-transmission", NAMES, line).values()
    figure = said("deliberations.delai-transmission", part)
    assert figure.value is None and "-363" in figure.reason.replace("−", "-").replace("\u202f", "")
