"""A schema is told from the columns: on every sample the right one, on other tables none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.reference.files import read_schemas
from catalogue.tables.schemas import national, recognise, recognition
from catalogue.tables.schemas.recognition import confidence
from tests.tables.followed import DELIVERY, FOLLOWED, UNRELATED, UNTOLD, names_of


@pytest.fixture
def samples(shared_data: Path) -> Path:
    return shared_data / "samples"


def test_the_table_of_expectations_has_every_sample(samples: Path) -> None:
    found = {str(path.relative_to(samples)) for path in samples.glob("**/*.*") if path.suffix in {".csv", ".geojson"}}
    assert found <= set(FOLLOWED)


@pytest.mark.parametrize("name", sorted(name for name, key in FOLLOWED.items() if key and name not in UNTOLD))
def test_the_right_schema_comes_first(name: str, samples: Path) -> None:
    first, *others = recognise(names_of(samples / name))
    assert first.schema == FOLLOWED[name]
    assert first.confidence >= 0.9
    assert all(other.confidence < 0.5 for other in others)


@pytest.mark.parametrize("name", sorted(name for name, key in FOLLOWED.items() if not key))
def test_a_sample_of_a_schema_that_we_do_not_have_is_not_taken_for_another(name: str, samples: Path) -> None:
    assert all(match.confidence < 0.5 for match in recognise(names_of(samples / name)))


@pytest.mark.parametrize("columns", UNRELATED)
def test_a_table_that_any_town_has_follows_none(columns: str) -> None:
    assert all(match.confidence < 0.5 for match in recognise(columns.split(",")))


def test_no_column_follows_nothing() -> None:
    assert recognise([]) == ()
    assert recognise(["", "colonne 1"]) == ()


@pytest.mark.parametrize("name", sorted(UNTOLD))
def test_what_the_record_declares_leads(name: str, samples: Path) -> None:
    first = recognise(
        names_of(samples / name), ["https://schema.data.gouv.fr/CEREMA/schema-aire-livraison/1.0.0.html"]
    )[0]
    assert (first.schema, first.declared) == (DELIVERY, True)
    assert first.confidence < 0.5  # and whoever publishes is told that it does not look like it


def test_an_address_of_no_schema_declares_nothing() -> None:
    assert recognise(["nom", "adresse"], ["https://example.org/schema.json"]) == ()


@pytest.fixture
def two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second version of the budget, with one field more than the one that is shipped."""
    budget = next(each for each in read_schemas() if each["key"] == "scdl/budget")
    newer = {**budget, "version": "0.9.0", "fields": [*budget["fields"], {"name": "BGT_VERT", "type": "string"}]}
    monkeypatch.setattr(national, "read_schemas", lambda: [budget, newer])
    monkeypatch.setattr(recognition, "_weights", dict)
    national.schemas.cache_clear()
    national._roots.cache_clear()


@pytest.fixture(autouse=True)
def as_shipped() -> Iterator[None]:
    yield
    national.schemas.cache_clear()
    national._roots.cache_clear()


def test_the_version_that_fits_best_is_chosen(two_versions: None) -> None:
    newer = national.schema("scdl/budget", "0.9.0")
    names = [field.name for field in newer.fields]
    assert [match.version for match in recognise(names)] == ["0.9.0"]
    assert [match.version for match in recognise(names[:-1])] == ["0.8.3"]


def test_the_newest_is_chosen_on_a_tie(two_versions: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "confidence", lambda names, of: 0.7)
    assert [match.version for match in recognise(["x"])] == ["0.9.0"]


def test_the_declared_version_is_taken_even_where_another_fits_better(two_versions: None) -> None:
    names = [field.name for field in national.schema("scdl/budget", "0.9.0").fields]
    declared = "https://schema.data.gouv.fr/scdl/budget/0.8.3.html"
    assert [match.version for match in recognise(names, [declared])] == ["0.8.3"]
    unknown = "https://schema.data.gouv.fr/scdl/budget/0.1.0.html"
    assert [match.version for match in recognise(names, [unknown])] == ["0.9.0"]


def test_a_confidence_grows_with_what_is_there() -> None:
    budget = national.schema("scdl/budget")
    names = [field.name for field in budget.fields]
    grown = [confidence(names[:count], budget) for count in (2, 6, 12, 22)]
    assert grown == sorted(grown)
    assert grown[-1] == 1.0
    assert confidence([*names, "une", "autre", "colonne"], budget) < 1.0
