"""What is proposed of a file: from what it holds, with a reason each time, and nothing where nothing says it."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.dcat.profile import DATASET
from catalogue.dcat.vocabularies import known_to
from catalogue.proposing import Facts, Place, propose
from catalogue.proposing.proposals import high_value
from catalogue.proposing.subjects import FREQUENCY, HVD, LICENCE, SUBJECTS, THEME
from catalogue.tables.contract import Column, Type
from catalogue.tables.schemas import schema, schemas
from catalogue.tables.schemas.national import named

ORVAULT = Place("Orvault", "d’Orvault", "http://id.insee.fr/geo/commune/44114")
GRANTS = (
    Column("nomBeneficiaire", Type.TEXT, least="A", most="Z", distinct=9),
    Column("dateConvention", Type.DATE, least="2024-01-09", most="2024-12-20", distinct=9),
    Column("montant", Type.DECIMAL, least=10.0, most=900.0, distinct=9),
)


def facts(name: str = "subv.csv", columns: tuple[Column, ...] = GRANTS, **more: Any) -> Facts:
    given = {"schema": "scdl/subventions", "version": "2.1.1", "place": ORVAULT, **more}
    return Facts(name, 1204, columns, **given)


def test_a_table_that_follows_a_schema_is_described_in_our_words() -> None:
    found = propose(facts())
    assert found["title"].value == {"fr": "Subventions d’Orvault, 2024"}
    assert found["description"].value["fr"].startswith("Ce fichier compte 1\u202f204 lignes et concerne l’année 2024. ")
    assert "Chaque ligne décrit une subvention" in found["description"].value["fr"]
    assert found["temporal"].value == [{"start": "2024-01-09", "end": "2024-12-20"}]
    assert found["temporal"].reason == "d’après la colonne dateConvention"
    assert found["theme"].value == [THEME + "ECON", THEME + "GOVE"]
    assert found["license"].value == LICENCE
    assert found["spatial"].value[0]["uri"] == ORVAULT.uri
    assert found["conforms_to"].value == ["https://schema.data.gouv.fr/scdl/subventions/2.1.1/"]
    assert all(one.reason for one in found.values())


def test_the_schema_that_is_proposed_is_known_again() -> None:
    for each in schemas():
        said = propose(facts(schema=each.key, version=each.version)).get("conforms_to")
        assert (named(said.value[0]) if said else ("", "")) == ((each.key, each.version) if each.page else ("", ""))


def test_of_an_unknown_table_nothing_is_invented() -> None:
    found = propose(facts("LISTE_MARCHES_2023-v2.csv", (Column("a", Type.TEXT),), schema="", place=None))
    assert found["title"].value == {"fr": "Liste marches, 2023"}
    assert found.keys() == {"title", "description", "license", "temporal"}
    assert found["temporal"].reason == "d’après le nom du fichier"


def test_of_a_file_that_was_not_read_its_name_alone_is_used() -> None:
    assert propose(Facts("budget.csv", 0, ())).keys() == {"title", "license"}


@pytest.mark.parametrize("name", ["2024.csv", "export_20240131.csv", "v2.xlsx", ".csv", "data (3).csv"])
def test_a_name_that_says_nothing_gives_a_title_all_the_same(name: str) -> None:
    assert propose(facts(name, schema="", place=None))["title"].value["fr"].startswith("Tableau")


def test_dates_of_the_work_on_a_table_are_no_period() -> None:
    columns = (
        Column("date_maj", Type.DATE, least="2025-01-01", most="2025-06-01"),
        Column("date_naissance", Type.DATE, least="1950-01-01", most="2001-01-01"),
        Column("DATE_CREATION", Type.DATETIME, least="2019-01-01T00:00:00", most="2020-01-01T00:00:00"),
    )
    assert "temporal" not in propose(facts("liste.csv", columns, schema=""))
    # What is there today tells of no time either, whatever was installed when.
    assert "temporal" not in propose(facts("dae_2024.csv", GRANTS, schema="atlasante/schema-dae"))


def test_an_impossible_year_is_no_period() -> None:
    columns = (Column("annee", Type.YEAR, least=20, most=2024),)
    assert "temporal" not in propose(facts("a.csv", columns, schema=""))


def test_values_that_may_tell_of_persons_are_not_repeated() -> None:
    columns = (Column("BGT_NATDEC", Type.TEXT, least="Marie Durand", most="Marie Durand", distinct=1),)
    said = facts("b.csv", columns, schema="scdl/budget", hidden=frozenset({"BGT_NATDEC"}))
    assert "Durand" not in str(propose(said))
    assert "(marie Durand)" in propose(facts("b.csv", columns, schema="scdl/budget"))["title"].value["fr"]


def test_every_schema_has_a_subject_of_the_european_lists() -> None:
    assert SUBJECTS.keys() == {each.key for each in schemas()}
    for key, subject in SUBJECTS.items():
        assert {THEME + code for code in subject.themes} <= known_to("data-theme"), key
        assert FREQUENCY + subject.frequency in known_to("frequency"), key
        assert not subject.hvd or HVD + subject.hvd in known_to("hvd-category"), key
        names = {field.name for version in schemas() if version.key == key for field in version.fields}
        assert not subject.detail or subject.detail in names, key
    assert LICENCE in known_to("licence")


def test_what_is_proposed_is_of_the_profile() -> None:
    terms = {term.name for term in DATASET.terms}
    for each in schemas():
        found = propose(facts(schema=each.key, version=each.version))
        assert found.keys() <= terms
        values, left = DATASET.whole({name: one.value for name, one in found.items()})
        assert not left and values.keys() == found.keys()


def test_high_value_is_left_to_who_publishes() -> None:
    assert "hvd_category" not in propose(facts(schema="bouture/qualite-air"))
    assert high_value(facts(schema="bouture/qualite-air")) == HVD + "c_63b37dd4"
    assert high_value(facts()) == ""
    assert schema("bouture/qualite-air")
