"""Which records concern a territory: each kind of evidence, and real catalogues of the State read by eye."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from catalogue.dcat.boxes import Box, box_of
from catalogue.models import Dataset
from catalogue.reference import loader
from catalogue.reference.files import Atlas, read_territories
from harvesters.areas import ELSEWHERE, NOWHERE, WIDER, Area, codes_of, sirens_of
from harvesters.engine import harvest
from harvesters.models import HarvestSource
from harvesters.patterns import whole, words
from harvesters.places import area_of
from harvesters.registry import client_for, home_body
from harvesters.rules import Rules
from harvesters.trying import Trial, try_out

GEO = "http://id.insee.fr/geo/"
FRANCE = "http://publications.europa.eu/resource/authority/country/FRA"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
DEPARTEMENTS = ("74", "80", "68", "2A", "01", "86", "974", "93")


@pytest.fixture(scope="module")
def excerpt() -> Atlas:
    """Whole départements, and all that they lie in; nobody lives there."""
    atlas = read_territories()
    codes = {f"departement:{code}" for code in DEPARTEMENTS}
    communes = [place for place in atlas.places if place.level == "commune" and codes & {str(p) for p in _keys(place)}]
    kept = {place.key for place in communes} | {parent for place in communes for parent in place.parents}
    places = [
        replace(place, parents=tuple(parent for parent in place.parents if parent in kept))
        for place in atlas.places
        if place.key in kept or place.level == "country"
    ]
    return Atlas(tuple(places), ())


def _keys(place: Any) -> list[str]:
    return [f"{parent[0]}:{parent[1]}" for parent in place.parents]


@pytest.fixture
def places(excerpt: Atlas, db: None) -> None:
    loader.load_territories(excerpt)


def area(*concerns: str, **more: Any) -> Area:
    found = area_of(Rules.read({"concerns": list(concerns), **more}))
    assert found is not None
    return found


def at(*places: dict[str, Any], publisher: str = "", siren: str = "") -> dict[str, Any]:
    agent = {"name": {"fr": publisher}, **({"identifier": [siren]} if siren else {})}
    return {"spatial": list(places), **({"publisher": agent} if publisher or siren else {})}


def insee(path: str) -> dict[str, Any]:
    return {"uri": GEO + path}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return {"bbox": {"value": f"POLYGON(({ring}))", "datatype": WKT}}


def named(name: str) -> dict[str, Any]:
    return {"name": {"fr": [name]}}


ANNECY, FILLINGES = "commune/74010", "commune/74128"
# What is wanted, what the record says, why it is left out ("" when it is not).
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("74010", {}, at(insee(ANNECY)), ""),
    ("74010", {}, at(insee(ANNECY + "/2024-01-01")), ""),
    ("74010", {}, at({"uri": "https://www.data.gouv.fr/api/1/spatial/zone/fr:commune:74010@1942-01-01"}), ""),
    ("74010", {}, at(insee("commune/74093")), ""),  # Cran-Gevrier, in Annecy since 2017
    ("74010", {}, at(insee(FILLINGES)), ELSEWHERE),
    ("74010", {}, at(insee(FILLINGES), insee(ANNECY)), ""),
    ("74010", {}, at(insee("intercommunalite/200066793")), ""),
    ("74010", {"scope": "own"}, at(insee("intercommunalite/200066793")), WIDER),
    ("74010", {}, at(insee("departement/74")), WIDER),
    ("74010", {"scope": "departement"}, at(insee("departement/74")), ""),
    ("74010", {"scope": "departement"}, at(insee("region/84")), WIDER),
    ("74010", {"scope": "region"}, at(insee("region/84")), ""),
    ("74010", {}, at(insee("departement/80")), ELSEWHERE),
    ("74010", {}, at({"uri": FRANCE}), WIDER),
    ("74010", {"scope": "country"}, at({"uri": FRANCE}), ""),
    ("74010", {"scope": "country"}, at(named("France")), ""),
    ("74010", {}, at(named("France")), WIDER),
    ("200066793", {}, at(insee(ANNECY)), ""),
    ("200066793", {}, at(insee("departement/74")), WIDER),
    ("74", {}, at(insee(FILLINGES)), ""),
    ("R84", {}, at(insee("departement/74")), ""),
    ("74010", {}, at(named("ANNECY")), ""),
    ("74010", {}, at(named("Haute-Savoie")), WIDER),
    ("97411", {}, at(named("Saint-Denis")), NOWHERE),  # in La Réunion, or near Paris?
    ("97411", {}, at(named("Saint-Denis (974)")), ""),
    ("93066", {}, at(named("Saint-Denis (974)")), NOWHERE),
    ("2A004", {}, at(named("AJACCIO (2A)")), ""),
    ("74010", {}, at(named("Commune d’Annecy")), ""),
    ("97411", {}, at(publisher="Ville de Saint-Denis"), NOWHERE),
    ("97411", {}, at(insee("commune/97411")), ""),
    ("74010", {}, at(publisher="Ville d'Annecy"), ""),
    ("74010", {}, at(publisher="MAIRIE D’ANNECY"), ""),
    ("74010", {}, at(publisher="CA du Grand Annecy"), ""),
    ("74010", {}, at(publisher="Communauté d'agglomération du Grand Annecy"), ""),
    ("74010", {}, at(publisher="Département de la Haute-Savoie"), NOWHERE),
    ("74", {}, at(publisher="Conseil départemental de la Haute-Savoie"), ""),
    ("01", {}, at(publisher="Département de l'Ain"), ""),
    ("74010", {}, at(publisher="DREAL Bretagne"), NOWHERE),
    ("74010", {"placeless": True}, at(publisher="DREAL Bretagne"), ""),
    ("74010", {"placeless": True}, at(siren="21800019800014", publisher="Une ville"), ELSEWHERE),
    ("74010", {}, at({"uri": FRANCE}, siren="217 400 100", publisher="Service des eaux"), WIDER),
    ("74010", {}, {}, NOWHERE),
    ("74010", {}, at(box(6.05, 45.85, 6.2, 45.95)), ""),
    ("74010", {}, at(box(6.12, 45.90, 6.13, 45.91)), ""),
    ("74010", {}, at(box(2.3, 48.8, 2.4, 48.9)), ELSEWHERE),
    ("74010", {}, at(box(5.8, 45.6, 7.1, 46.5)), WIDER),
    ("74010", {}, at(box(-5.2, 41.3, 9.6, 51.1)), WIDER),
    ("74010", {}, at({"centroid": {"value": "POINT(6.126 45.9)", "datatype": WKT}}), ""),
    ("74010", {}, at({"centroid": {"value": "POINT(600000 4500000)", "datatype": WKT}}), NOWHERE),
    ("6.0, 45.8, 6.2, 46.0", {}, at(box(6.15, 45.95, 6.3, 46.05)), ""),
    ("6.0, 45.8, 6.2, 46.0", {}, at(box(6.25, 45.95, 6.3, 46.05)), ELSEWHERE),
    ("6.0, 45.8, 6.2, 46.0", {}, at(insee(ANNECY)), ""),
    ("6.0, 45.8, 6.2, 46.0", {}, at(insee(FILLINGES)), ELSEWHERE),
    ("6.0, 45.8, 6.2, 46.0", {}, at(insee("departement/74"), box(6.1, 45.9, 6.15, 45.95)), ""),
    ("6.0, 45.8, 6.2, 46.0", {}, at(box(-5.2, 41.3, 9.6, 51.1)), WIDER),
]


def test_each_kind_of_evidence(places: None) -> None:
    told = [(said, values, area(said, **more).refuses(values)) for said, more, values, _ in CASES]
    wanted = [(said, values, why) for said, _, values, why in CASES]
    assert told == wanted


def test_the_publishers_siren_is_enough(places: None) -> None:
    town = loader.Territory.objects.get(code="74010", level="commune")
    says = at({"uri": FRANCE}, siren=f"{town.siren}00018", publisher="Direction du numérique")
    assert area("74010").refuses(says) == ""
    assert area("74010").refuses(at({"uri": FRANCE}, siren="13002526500013", publisher="Insee")) == WIDER


def test_here_is_the_territory_of_the_portal(places: None, settings: Settings) -> None:
    settings.BOUTURE_TERRITORY = "74010"
    assert area("ici") == area("74010")
    assert area_of(Rules.read({"concerns": ["FRA"]})) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("POINT(2 48)", Box(2, 48, 2, 48)),
        ("POLYGON((1.5 48, 2 48.5, 2 48, 1.5 48))", Box(1.5, 48, 2, 48.5)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(2 48)", Box(2, 48, 2, 48)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(48 2)", Box(2, 48, 2, 48)),
        ('{"type": "Polygon", "coordinates": [[[1, 48], [2, 48, 35], [2, 49]]]}', Box(1, 48, 2, 49)),
        (
            '{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 48]}]}',
            Box(1, 48, 1, 48),
        ),
        ('{"type": "Point", "coordinates": [true, 48]}', None),
        ("{" * 50_000, None),
        ("[" * 50_000, None),
        ('{"a":' * 50_000, None),
        ("POLYGON((652000 6862000, 653000 6863000))", None),
        ("POINT(nan nan)", None),
        ("Nord de la commune", None),
        ("<gml:Point><gml:pos>48 2</gml:pos></gml:Point>", None),
        ("1 1," * 100_000, None),
    ],
)
def test_the_box_of_what_is_said(value: str, expected: Box | None) -> None:
    assert box_of({"geometry": {"value": value, "datatype": WKT}}) == expected


def test_codes_and_sirens() -> None:
    assert list(codes_of({"uri": "http://rdf.insee.fr/geo/2011/commune/75056"})) == ["commune/75056"]
    assert list(codes_of({"uri": "https://sws.geonames.org/3037543/"})) == []
    assert sirens_of({"identifier": ["217 500 016 00019", "Ville"], "uri": "https://a.fr/siren/200046977"}) == {
        "217500016",
        "200046977",
    }
    assert sirens_of({"identifier": ["0123456789"]}) == set()


@pytest.mark.parametrize(
    ("pattern", "text", "answers"),
    [
        ("Eau", "EAU", True),
        ("eau", "eaux", False),
        ("eau*", "Eaux usées", True),
        ("*usées", "Eaux usees", True),
        ("*a*b", "xaxxb", True),
        ("*a*b", "xbxa", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("*", "", True),
        ("https://ville.fr/jeux/*", "https://ville.fr/jeux/12", True),
        ("https://ville.fr/jeux/*", "http://ville.fr/jeux/12", False),
        ("*" * 50 + "a", "b" * 250, False),
    ],
)
def test_patterns_of_a_whole_text(pattern: str, text: str, answers: bool) -> None:
    assert whole(pattern)(text) is answers


@pytest.mark.parametrize(
    ("pattern", "text", "answers"),
    [
        ("arbres", "Les arbres de la ville", True),
        ("arbre", "Les arbres de la ville", False),
        ("arbre*", "Les arbres de la ville", True),
        ("*bres", "Les arbres", True),
        ("plan local", "Plan Local d’urbanisme", True),
        ("d'urbanisme", "Plan local d’urbanisme", True),
        ("plan urbanisme", "Plan local d’urbanisme", False),
        ("plan*urbanisme", "Plan local d’urbanisme", True),
        ("ECOLE", "École", True),
    ],
)
def test_patterns_of_words(pattern: str, text: str, answers: bool) -> None:
    assert words(pattern)(text) is answers


@pytest.fixture
def state(places: None, shared_data: Path) -> HarvestSource:
    """75 records of a national portal of the State: plans of communes of five départements."""
    path = shared_data / "catalogues" / "ecospheres-metadata" / "src" / "tests" / "test_dcat_exposition.json"
    source = HarvestSource.objects.create(key=str(path), owner=home_body())
    with client_for(source) as client:
        assert harvest(source, client).found == 75
    return source


def kept(source: HarvestSource, *concerns: str, **more: Any) -> tuple[set[str], Trial]:
    trial = try_out(source, Rules.read({"concerns": list(concerns), **more}))
    out = {row.title for row in trial.rows if row.verb == "left_out"}
    return {row.label for row in Dataset.objects.all()} - out, trial


def test_what_concerns_a_town_its_epci_or_its_departement_in_a_national_catalogue(state: HarvestSource) -> None:
    """By eye, from the titles: two records of Ambilly, one more of its EPCI; 42 of Haute-Savoie, 19 of the Somme…"""
    town, trial = kept(state, "74008")
    assert all("Ambilly" in title for title in town) and len(town) == 2
    assert trial.because == {ELSEWHERE: 58, WIDER: 15}
    epci, _ = kept(state, "200011773")
    assert {title for title in epci if "Ville-la-Grand" in title or "Ambilly" in title} == epci and len(epci) == 3
    assert trial.looked == 75
    for code, count in (("74", 42), ("80", 19), ("68", 3), ("2A", 4)):
        assert 75 - kept(state, code, scope="own")[1].left_out == count
    drawn, _ = kept(state, "6.0, 46.1, 6.4, 46.3")
    assert len(drawn) == 5 and all(
        any(n in t for n in ("Ambilly", "Ville-la-Grand", "Contamine", "Arenthon")) for t in drawn
    )
    # The plans of the Somme give the outline of their whole département, and no code of their commune.
    assert kept(state, "80464")[1].nothing_left and len(kept(state, "80464", scope="departement")[0]) == 19


def test_a_sample_of_the_national_portal(places: None, shared_data: Path, tmp_path: Path) -> None:
    """34 records of data.gouv.fr: 21 say France, one is published by the département of Ain."""
    folder = shared_data / "catalogues" / "datagouv-api-2022" / "datasets"
    items = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    path = tmp_path / "udata.json"
    path.write_text(json.dumps({"data": items, "total": len(items), "page": 1, "page_size": 100, "next_page": None}))
    source = HarvestSource.objects.create(key=str(path), kind="udata", owner=home_body())
    with client_for(source) as client:
        assert harvest(source, client).found == 34
    ain, trial = kept(source, "01")
    assert ain == {"API Opendata du Conseil Départemental de l'Ain"}
    assert trial.because == {WIDER: 21, NOWHERE: 12}
    assert 34 - kept(source, "01", scope="country")[1].left_out == 22
    assert 34 - kept(source, "01", placeless=True)[1].left_out == 13
