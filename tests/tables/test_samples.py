"""Every real sample comes in with the right rows and types."""

from pathlib import Path

import pytest

from catalogue.tables import intake
from catalogue.tables.contract import Options, Type
from catalogue.tables.typing import typed
from tests.tables.expectations import EXPECTED


def samples(shared_data: Path) -> Path:
    return shared_data / "samples"


def test_no_sample_is_forgotten(shared_data: Path) -> None:
    folder = samples(shared_data)
    files = (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".md")
    assert sorted(str(each.relative_to(folder)) for each in files) == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_comes_in_as_it_is(name: str, shared_data: Path, tmp_path: Path) -> None:
    expected = EXPECTED[name]
    path = samples(shared_data) / name
    raw = intake.read(path, tmp_path / "raw.parquet", Options(name=path.name))
    assert (raw.rows, len(raw.names), raw.format) == (expected.rows, expected.columns, expected.format)
    assert (raw.separator, raw.encoding) == (expected.separator, expected.encoding)
    assert (raw.first_line, raw.gaps) == (2, ()) or raw.format != "csv"
    table = typed(raw, tmp_path / "typed.parquet")
    types = {column: type_ for type_, columns in expected.types.items() for column in columns.split()}
    assert {column.name: column.type for column in table.columns if column.type is not Type.TEXT} == types
    assert [column.written for column in table.columns] == list(raw.written)
    assert {note.code for note in (*raw.notes, *table.notes)} == set(expected.notes.split())
    assert all(0 <= column.missing <= raw.rows and column.distinct <= raw.rows for column in table.columns)
