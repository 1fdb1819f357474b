"""What is made of a file in the end: under which schema it is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.tables.contract import Level, Options, Order
from catalogue.tables.taking import LIKELY, ROWS, followed, take

DECLARED = "https://schema.data.gouv.fr/scdl/subventions/"


def test_a_schema_that_is_only_like_the_table_is_not_held_against_it(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "samples" / "decp__marches_avec_modifications.json"
    taken = take(path, tmp_path, Order(Options(name=path.name)))
    assert taken.rows > 0
    assert taken.verdict is None


@pytest.mark.parametrize("name", ["budget__crach_001.csv", "subventions__antibes.csv", "irve_statique__exemple.csv"])
def test_one_that_is_recognised_is_checked(shared_data: Path, tmp_path: Path, name: str) -> None:
    taken = take(shared_data / "samples" / name, tmp_path, Order(Options(name=name)))
    assert taken.verdict is not None
    assert taken.verdict.match.confidence >= LIKELY
    assert taken.verdict.level != Level.INVALID
    assert [path.name for path in tmp_path.iterdir()] == [ROWS]


def test_one_that_is_declared_is_checked_whatever_the_columns() -> None:
    assert followed(["nom", "adresse"], []) is None
    match = followed(["nom", "adresse"], [DECLARED])
    assert match is not None
    assert (match.schema, match.declared) == ("scdl/subventions", True)
