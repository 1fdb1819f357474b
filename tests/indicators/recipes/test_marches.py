"""Public contracts: one row for each co-contractor, rows that a modification replaced, absurd amounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

NAMES = "uid | acheteur_id | nature | procedure | offresRecues | dateNotification | montant | donneesActuelles"
TOWN = "21350238800019"
LINES = (
    NAMES,
    f"A | {TOWN} | Marché | Procédure adaptée | 4 | 2024-04-27 | 20000 | oui",
    f"A | {TOWN} | Marché | Procédure adaptée | 4 | 2024-04-27 | 20000 | oui",  # a second contractor
    f"B | {TOWN} | Marché | Appel d'offres ouvert | 1 | 2024-05-02 | 100000 | non",  # replaced by the next
    f"B | {TOWN} | Marché | Appel d'offres ouvert | 1 | 2024-05-02 | 120000 | oui",
    f"C | {TOWN} | Marché | Marché passé sans publicité ni mise en concurrence préalable | | 2024-06-02 | 1 | oui",
    f"D | {TOWN} | Marché | Procédure adaptée | 1 | 2024-07-02 | 999999999 |",
    f"E | {TOWN} | Accord-cadre | Procédure adaptée | 3 | 2024-07-02 | 50000 | oui",
)


def test_a_contract_counts_once_whatever_its_contractors() -> None:
    # A 20,000 + B as it is now 120,000; C and D have absurd amounts, E is a framework: 140,000, or 14 € for 10,000.
    (part,) = parts("marches.montant-hab", *LINES).values()
    assert (part.place, part.period, part.numerator) == ("213502388", "2024", 140_000)
    assert said("marches.montant-hab", part, 10_000).value == 14


def test_the_bids_of_a_contract_count_once() -> None:
    # A 4, B 1, D 1, E 3: 9 bids for 4 contracts.
    assert two("marches.offres-moyennes", *LINES) == (9, 4)


def test_contracts_for_which_one_company_bid() -> None:
    # B and D, of A, B, D, E.
    assert two("marches.part-mono-offre", *LINES) == (2, 4)


def test_contracts_without_competition() -> None:
    # C, of A to E.
    assert two("marches.part-sans-concurrence", *LINES) == (1, 5)


@pytest.mark.parametrize(
    ("key", "numerator", "denominator"),
    [("marches.montant-hab", 21800.1, None), ("marches.offres-moyennes", 4, 1), ("marches.part-mono-offre", 0, 1)],
)
def test_the_example_of_the_schema(key: str, numerator: float, denominator: float | None, shared_data: Path) -> None:
    """Two rows of a contract that was modified and two of what it became: the figures of reference count both contracts."""
    (part,) = of_file(key, shared_data / "samples" / "decp__exemple_tabulaire.csv")
    assert (part.place, part.period) == ("233500016", "2019")
    assert (part.numerator, part.denominator) == (numerator, denominator)
