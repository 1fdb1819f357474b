"""What people write for the terms of the shipped vocabularies, and what is not guessed at."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from django.core.management import CommandError, call_command

from catalogue.dcat.profile import DATASET, DCAT, DCT
from catalogue.dcat.statements import Statements
from catalogue.reference import files
from catalogue.reference.loader import load_vocabularies
from harvesters.matching import Names, fold
from harvesters.repairs import Repairs

EU = "http://publications.europa.eu/resource/authority/"
FRENCH = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
FIRST = "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf"


@pytest.fixture(scope="module")
def names() -> Names:
    terms = [(scheme.code, term) for scheme in files.read_vocabularies() for term in scheme.terms]
    terms.sort(key=lambda pair: pair[1].deprecated)
    return Names((code, t.uri, t.code, (t.label_fr, t.label_en, *t.alt)) for code, t in terms)


@pytest.mark.parametrize(
    ("vocabulary", "text", "code"),
    [
        ("file-type", "CSV", "CSV"),
        ("file-type", "text/csv", "CSV"),
        ("file-type", "text/csv; charset=utf-8", "CSV"),
        ("file-type", ".csv", "CSV"),
        ("file-type", "csv/utf8", "CSV"),
        ("file-type", "ESRI Shapefile (SHP)", "SHP"),  # GeoNetwork, Ecosphères
        ("file-type", "shp (wgs84)", "SHP"),  # CKAN, Birmingham
        ("file-type", "Web Page", "HTML"),  # ArcGIS Hub, Antwerp
        ("file-type", "ArcGIS GeoServices REST API", "REST"),
        ("file-type", "OGC:WMS", "WMS_SRVC"),
        ("file-type", "excel", "XLS"),
        ("file-type", "application/vnd.geo+json", "GEOJSON"),
        ("file-type", "https://www.iana.org/assignments/media-types/text/csv", "CSV"),
        ("file-type", "GTFS", "GTFS"),
        ("frequency", "mensuel", "MONTHLY"),
        ("frequency", "Mensuelle", "MONTHLY"),
        ("frequency", "Mise à jour mensuelle", "MONTHLY"),
        ("frequency", "tous les mois", "MONTHLY"),
        ("frequency", "En continu", "UPDATE_CONT"),
        ("frequency", "quotidienne", "DAILY"),
        ("frequency", "une fois par an", "ANNUAL"),
        ("frequency", "bimensuel", "MONTHLY_2"),
        # MD_MaintenanceFrequencyCode of ISO 19115, as CSW services say it.
        ("frequency", "continual", "CONT"),
        ("frequency", "asNeeded", "AS_NEEDED"),
        ("frequency", "notPlanned", "NOT_PLANNED"),
        ("frequency", "bimestriel", "BIMONTHLY"),
        ("data-theme", "Environnement", "ENVI"),
        ("data-theme", "ENVIRONMENT", "ENVI"),
        ("data-theme", "Transports, Déplacements", "TRAN"),
        ("data-theme", "Éducation, Formation, Recherche, Enseignement", "EDUC"),
        ("language", "fr", "FRA"),
        ("language", "fr-FR", "FRA"),
        ("language", "fre", "FRA"),
        ("language", "Français", "FRA"),
        ("language", "english", "ENG"),
        ("access-right", "Public", "PUBLIC"),
        ("access-right", "accès restreint", "RESTRICTED"),
        ("licence", "Licence Ouverte", "ETALAB_2_0"),
        ("licence", "licence ouverte v2.0 (Etalab)", "ETALAB_2_0"),
        ("licence", "Licence Ouverte / Open Licence version 2.0", "ETALAB_2_0"),
        ("licence", "Licence Etalab", "ETALAB_2_0"),  # ArcGIS Hub, Niort (udata #2618)
        ("licence", "lov2", "ETALAB_2_0"),
        ("licence", 'Licence ouverte "Etalab" V2', "ETALAB_2_0"),  # GeoNetwork, through CSW
        ("licence", "Licence Ouverte V2", "ETALAB_2_0"),
        ("licence", "Etalab, Licence Ouverte v2.0", "ETALAB_2_0"),
        ("licence", "Licence Ouverte-LO", "ETALAB_2_0"),  # scdl/catalogue
        ("licence", "etalab-2.0", "ETALAB_2_0"),
        ("licence", "odc-odbl", "ODC_BL"),
        ("licence", "Open Database License (ODbL)", "ODC_BL"),
        ("licence", "CC BY-SA 4.0", "CC_BYSA_4_0"),
        ("licence", "Données sous https://spdx.org/licenses/ODbL-1.0.html.", "ODC_BL"),
    ],
)
def test_what_people_write(names: Names, vocabulary: str, text: str, code: str) -> None:
    assert names.meant(vocabulary, text) == f"{EU}{vocabulary}/{code}"


@pytest.mark.parametrize(
    "text", ["fr-lo", "Licence Ouverte 1.0", "Licence Ouverte v1.0 (Etalab)", "Licence Ouverte v1"]
)
def test_the_first_licence_ouverte_is_not_the_second(names: Names, text: str) -> None:
    assert names.meant("licence", text) == FIRST


@pytest.mark.parametrize(
    ("vocabulary", "address", "known"),
    [
        ("licence", "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf", EU + "licence/ETALAB_2_0"),
        ("licence", "https://spdx.org/licenses/etalab-2.0", EU + "licence/ETALAB_2_0"),
        ("licence", FRENCH, FRENCH),
        ("licence", "http://www.etalab.gouv.fr/licence-ouverte-open-licence/", FRENCH),
        ("licence", "https://wiki.data.gouv.fr/images/9/9d/Licence_Ouverte.pdf", FIRST),
        ("licence", "http://opendatacommons.org/licenses/odbl/summary/", EU + "licence/ODC_BL"),
        ("licence", "https://creativecommons.org/licenses/by-sa/2.0/", EU + "licence/CC_BYSA_2_0"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("frequency", "http://purl.org/cld/freq/daily", EU + "frequency/DAILY"),
        ("frequency", "http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/asNeeded", EU + "frequency/AS_NEEDED"),
        ("language", "http://id.loc.gov/vocabulary/iso639-1/fr", EU + "language/FRA"),
        ("file-type", EU + "file-type/WFS", EU + "file-type/WFS_SRVC"),
        ("data-theme", "https://publications.europa.eu/resource/authority/data-theme/envi/", EU + "data-theme/ENVI"),
        # Another house's address that ends like a name is its own.
        ("file-type", "https://ville.example/formats/csv", None),
        ("frequency", "https://ville.example/rythmes/annuel", None),
        ("licence", "https://ville.example/licence-ouverte", None),
        ("language", "http://id.loc.gov/vocabulary/iso639-1/", None),
    ],
)  # fmt: skip
def test_addresses_of_terms(names: Names, vocabulary: str, address: str, known: str | None) -> None:
    assert names.spelled(vocabulary, address) == known


@pytest.mark.parametrize(
    ("vocabulary", "text"),
    [
        ("licence", "pas de licence ouverte"),
        ("licence", "Licence"),
        ("licence", "Licence de la ville"),
        ("licence", "CC BY ou Licence Ouverte"),
        ("licence", "https://spdx.org/licenses/ODbL-1.0.html ou https://spdx.org/licenses/etalab-2.0.html"),
        ("licence", "open"),
        ("frequency", "quand on peut"),
        ("frequency", "Mise à jour"),
        ("data-theme", "geospatial"),
        ("data-theme", "Culture / Sport / Loisirs divers"),
        ("file-type", "Inconnu"),
        ("file-type", "(CSV)(XLS)"),
        ("file-type", "; ; ;"),
        ("language", "f"),
        ("access-right", "Données soumises à un droit d’accès"),
        ("nulle-part", "CSV"),
        ("licence", "(" * 10_000),
        ("file-type", "a" * 100_000),
        ("language", "\ud800"),
    ],
)
def test_what_is_not_guessed_at(names: Names, vocabulary: str, text: str) -> None:
    assert names.meant(vocabulary, text) is None


def test_no_name_stands_for_two_terms() -> None:
    """A name that we give to one term is no name of another of the same vocabulary."""
    others = json.loads((files.FOLDER / "other_names.json").read_text("utf-8"))
    for scheme in files.read_vocabularies():
        owner = {fold(name): t.code for t in scheme.terms for name in (t.code, t.label_fr, t.label_en)}
        for code, given in others.get(scheme.code, {}).items():
            for name in given:
                assert owner.setdefault(fold(name), code) == code, (scheme.code, name)


def test_what_is_unknown_is_kept_and_told_and_takes_no_known_place(names: Names) -> None:
    node = ox.NamedNode("https://a.example/1")
    pairs = [
        (DCT + "license", ox.Literal("À voir avec la mairie")),
        (DCT + "license", ox.NamedNode("http://aaa.example/licence")),
        (DCT + "license", ox.Literal("lov2")),
        (DCT + "accrualPeriodicity", ox.Literal("quand on peut", language="fr")),
        (DCAT + "theme", ox.NamedNode("https://ods.example/id/theme/environnement")),
    ]
    reading = DATASET.read(Statements(ox.Triple(node, ox.NamedNode(p), o) for p, o in pairs), node, Repairs(names))
    assert reading.values["license"] == EU + "licence/ETALAB_2_0"
    assert reading.values["frequency"] == {"label": {"fr": ["quand on peut"]}}
    assert reading.values["theme"] == [EU + "data-theme/ENVI", "https://ods.example/id/theme/environnement"]
    told = {(problem.path, problem.fault) for problem in reading.problems}
    assert {("license", "label-kept"), ("license", "several-values"), ("frequency", "label-kept")} <= told
    assert ("theme", "concept-close") in told


CATALOGUE = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://x.example/1> a dcat:Dataset ; dct:title "Un" ; dct:accrualPeriodicity "mensuel" ; dct:language "fr", "volapük" ;
  dcat:theme <https://ods.example/id/theme/environnement>, "Santé", "geospatial" ; dct:accessRights "Secret d’État" ;
  dcat:distribution [ a dcat:Distribution ; dct:format "CSV" ; dct:license <https://x.example/licence> ],
    [ a dcat:Distribution ; dct:format "Inconnu" ; dct:license "Licence Ouverte" ] .
"""


@pytest.mark.django_db
def test_the_command_measures_the_share(tmp_path: Path) -> None:
    load_vocabularies()
    path = tmp_path / "catalogue.ttl"
    path.write_text(CATALOGUE, "utf-8")
    out = StringIO()
    call_command("matching", str(path), json=True, stdout=out)
    told = json.loads(out.getvalue())
    shares = {name: (told[name].get("known", 0), told[name]["values"]) for name in told if isinstance(told[name], dict)}
    assert told["records"] == 1
    assert shares == {
        "theme": (2, 3), "format": (1, 2), "license": (1, 2), "frequency": (1, 1), "language": (1, 2), "access_rights": (0, 1),
    }  # fmt: skip
    assert told["format"]["unknown"] == {"Inconnu": 1}
    assert told["license"]["unknown"] == {"https://x.example/licence": 1}
    assert told["access_rights"]["unknown"] == {"Secret d’État": 1}

    out = StringIO()
    call_command("matching", str(path), str(path), unknown=1, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["catalogue", "theme", "format", "license", "frequency", "language", "access_rights"]
    assert "50% (1/2)" in lines[1] and "    format : « Inconnu » (× 1)" in lines
    assert lines[-1].startswith("ensemble") and "67% (4/6)" in lines[-1]


@pytest.mark.django_db
def test_the_command_goes_on_past_what_cannot_be_read(tmp_path: Path) -> None:
    load_vocabularies()
    good, bad = tmp_path / "catalogue.ttl", tmp_path / "abime.ttl"
    good.write_text(CATALOGUE, "utf-8")
    bad.write_text("<https://x.example/1> a", "utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match=r"abime\.ttl"):
        call_command("matching", str(bad), str(good), stdout=out)
    assert "(2/3)" in out.getvalue()
    with pytest.raises(CommandError) as error:
        call_command("matching", str(tmp_path / "absent.ttl"))
    assert error.value.returncode == 2
