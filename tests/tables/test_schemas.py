"""The national schemas as they are shipped: whole, light, and known by their addresses."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.reference import build_schemas
from catalogue.reference.files import SCHEMAS, ReferenceFileError, read_schemas
from catalogue.tables.schemas import national, schema, schemas
from catalogue.tables.schemas.national import fields_of, folded, named
from tests.conftest import PROJECT


def test_the_shipped_file_is_what_the_sources_say(shared_data: Path, tmp_path: Path) -> None:
    written = tmp_path / SCHEMAS.name
    build_schemas.main([str(shared_data / "schemas"), "--date", "2026-08-22", "--to", str(written)])
    assert written.read_bytes() == SCHEMAS.read_bytes()


def test_no_description_and_no_example_is_shipped() -> None:
    text = gzip.decompress(SCHEMAS.read_bytes()).decode()
    assert '"description"' not in text
    assert '"example' not in text


def test_each_has_fields_and_a_version() -> None:
    for each in schemas():
        assert each.fields, each.key
        assert each.age, each.key
        assert set(each.primary) <= set(each.by_name), each.key


def test_it_is_read_when_asked_and_not_before() -> None:
    """A page that shows no table pays nothing for the schemas."""
    code = "from catalogue.tables.schemas import national; import sys; sys.exit(national.schemas.cache_info().currsize)"
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "schemas.json.gz"
    path.write_bytes(SCHEMAS.read_bytes()[:500])
    with pytest.raises(ReferenceFileError, match=r"schemas\.json\.gz"):
        read_schemas(path)


@pytest.mark.parametrize(
    ("address", "key", "version"),
    [
        ("scdl/budget", "scdl/budget", ""),
        ("https://schema.data.gouv.fr/scdl/budget/", "scdl/budget", ""),
        ("http://schema.data.gouv.fr/scdl/budget/0.8.1.html", "scdl/budget", "0.8.1"),
        ("https://schema.data.gouv.fr/scdl/budget/latest.html", "scdl/budget", ""),
        ("https://schema.data.gouv.fr/schemas/scdl/subventions/2.1.1/schema.json", "scdl/subventions", "2.1.1"),
        ("https://gitlab.com/opendatafrance/scdl/budget/raw/v0.8.3/schema.json", "scdl/budget", "0.8.3"),
        ("https://gitlab.com/opendatafrance/scdl/budget/-/raw/v0.8.2/schema.json", "scdl/budget", "0.8.2"),
        ("https://gitlab.com/opendatafrance/scdl/budget", "scdl/budget", ""),
        ("https://schema.data.gouv.fr/etalab/schema-irve-statique/2.3.1/documentation.html", "etalab/schema-irve-statique", "2.3.1"),
        ("https://raw.githubusercontent.com/etalab/schema-irve/v2.3.0/statique/schema-statique.json", "etalab/schema-irve-statique", "2.3.0"),
        ("SCDL/Budget@0.8.3", "scdl/budget", "0.8.3"),
    ],
)  # fmt: skip
def test_an_address_names_its_schema(address: str, key: str, version: str) -> None:
    assert named(address) == (key, version)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://schema.data.gouv.fr/",
        "https://schema.data.gouv.fr/scdl/budget-participatif/",
        "https://github.com/etalab/schema-irve",  # of two schemas
        "https://example.org/scdl/budget",
        "budget",
    ],
)
def test_another_address_names_none(address: str) -> None:
    assert named(address) is None


def test_versions_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = [{**each, "version": "0.10.0"} for each in read_schemas() if each["key"] == "scdl/budget"]
    monkeypatch.setattr(national, "read_schemas", lambda: [*read_schemas(), *newer])
    national.schemas.cache_clear()
    try:
        assert schema("scdl/budget").version == "0.10.0"
        assert schema("scdl/budget", "0.8.3").version == "0.8.3"
        with pytest.raises(KeyError):
            schema("scdl/budget", "0.9.0")
    finally:
        national.schemas.cache_clear()


def test_names_are_compared_without_case_accents_or_marks() -> None:
    assert folded("\ufeffCode Insee") == folded("code_insee") == "codeinsee"
    assert folded("Année") == folded("ANNEE")
    found = fields_of(["bgt_annee", "BGT_ANNEE", "BGT SIRET", "autre"], schema("scdl/budget"))
    assert {name: field.name for name, field in found.items()} == {"BGT_ANNEE": "BGT_ANNEE", "BGT SIRET": "BGT_SIRET"}


def test_two_schemas_of_geojson_files_are_read_from_their_properties() -> None:
    zones = schema("etalab/schema-zfe").by_name
    assert zones["date_debut"].type == "date"
    assert "V4" in zones["vp_critair"].constraints["enum"]
    assert json.dumps(zones["vp_critair"].constraints["enum"]).count("null") == 0
