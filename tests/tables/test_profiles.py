"""The profile of a column, against the same figures in plain Python."""

import random
from pathlib import Path

import pytest

from catalogue.tables import intake, profiles
from catalogue.tables.contract import Bin, Column
from catalogue.tables.typing import typed


def profile(tmp_path: Path, header: str, rows: list[str]) -> dict[str, Column]:
    path = tmp_path / "given.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    table = typed(intake.read(path, tmp_path / "raw.parquet"), tmp_path / "typed.parquet")
    return {column.name: column for column in table.columns}


def test_numbers(tmp_path: Path) -> None:
    chance = random.Random(7)
    numbers = [round(chance.gauss(100, 30), 2) for _ in range(500)]
    column = profile(
        tmp_path,
        "ville;montant",
        [f"V{n % 3};{str(each).replace('.', ',')} €" for n, each in enumerate(numbers)] + ["V0;"],
    )["montant"]
    assert (column.missing, column.distinct) == (1, len(set(numbers)))
    assert (column.least, column.most) == (min(numbers), max(numbers))
    assert column.mean == pytest.approx(sum(numbers) / 500)
    assert column.longest == max(len(f"{each}") for each in numbers) + 2
    assert 5 <= len(column.bins) <= 20
    assert sum(each.count for each in column.bins) == 500
    for each in column.bins:
        assert each.count == sum(each.low <= number < each.high for number in numbers)
        assert each.low % 5 == 0  # round


def test_dates(tmp_path: Path) -> None:
    columns = profile(
        tmp_path,
        "n;jour;mois",
        [f"{n};{n + 1:02}/01/2025;{n % 12 + 1:02}/{n % 12 + 1:02}/{2010 + n}" for n in range(14)],
    )
    assert (columns["jour"].least, columns["jour"].most) == ("2025-01-01", "2025-01-14")
    assert columns["jour"].bins[0] == Bin("2025-01-01", "2025-01-02", 1)
    assert len(columns["jour"].bins) == 14
    assert columns["mois"].bins[0] == Bin("2010-01-01", "2011-01-01", 1)
    assert sum(each.count for each in columns["mois"].bins) == 14


def test_texts_by_their_frequency(tmp_path: Path) -> None:
    column = profile(tmp_path, "v;n", [f"{'Caen' if n % 3 else 'Lisieux'};{n}" for n in range(30)])["v"]
    assert column.bins == (Bin("Caen", None, 20), Bin("Lisieux", None, 10))
    assert (column.distinct, column.least, column.most, column.mean) == (2, "Caen", "Lisieux", None)


def test_booleans_and_values_that_never_come_twice(tmp_path: Path) -> None:
    columns = profile(tmp_path, "ouvert;cle", [f"{'oui' if n else 'non'};clé {n}" for n in range(9)])
    assert columns["ouvert"].bins == (Bin(True, None, 8), Bin(False, None, 1))
    assert columns["cle"].bins == ()


def test_many_values_are_estimated(tmp_path: Path) -> None:
    rows = [f"v{n if n % 2 else 0}" for n in range(60_000)]
    column = profile(tmp_path, "a;b", [f"{each};x" for each in rows])["a"]
    assert column.distinct == pytest.approx(30_001, rel=0.05)
    assert column.bins[0] == Bin("v0", None, 30_000)


@pytest.mark.parametrize(
    ("low", "high", "whole", "width"),
    [
        (0, 100, False, 10),
        (0, 95, True, 5),
        (0, 1, False, 0.1),
        (1, 3, True, 1),
        (-1e9, 1e9, False, 2e8),
        (2019, 2025, True, 1),
    ],
)
def test_steps_are_round(low: float, high: float, whole: bool, width: float) -> None:
    assert profiles.step(low, high, whole) == pytest.approx(width)


def test_one_value_alone(tmp_path: Path) -> None:
    column = profile(tmp_path, "a;b", ["5;x", "5;y", "5;z"])["a"]
    assert column.bins == (Bin(5, 6, 3),)
