"""The files of an indicator, held against what reads them: frictionless, an RDF library, the constraints of Data Cube."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.dcat import formats
from catalogue.indicators.contract import (
    Axis,
    Binding,
    Divisor,
    Recipe,
    Sense,
    Spread,
    Unit,
    Words,
)
from catalogue.indicators.exports import Cube, Line, national, ntriples, own, sdmx, table_schema
from catalogue.indicators.exports.cube import QB, literal
from catalogue.indicators.exports.tabular import COLUMNS

ADDRESS = "https://essai.example/api/indicateurs/budget.depenses-hab"
RECIPE = Recipe(
    key="budget.depenses-hab",
    version=2,
    title=Words("Dépenses par habitant", "Spending per inhabitant"),
    definition=Words("Ce que la commune dépense, par habitant.", "What the town spends, per inhabitant."),
    theme="finances",
    unit=Unit("EUR_HAB", Words("euros par habitant", "euros per inhabitant"), "€/hab.", 0),
    sense=Sense.CONTEXT,
    schema="scdl/budget",
    versions=(),
    binding=Binding.SIREN,
    divisor=Divisor.POPULATION,
    factor=1.0,
    spread=Spread.RATIO,
    timed=True,
    axes=(Axis("nature", Words("Nature", "Kind")), Axis("fonction", Words("Fonction", "Function"))),
)
CUBE = Cube(RECIPE, ADDRESS)
CRACH = Line(
    "56046", "commune", "Crac'h", "http://id.insee.fr/geo/commune/56046", "2021", "", "", 659.42, "A", 2280274.36, 3458.0, 12,
    "https://essai.example/id/1", "0c5", 1, 2, 2021, "Insee", "",
)  # fmt: skip
LINES = (
    CRACH,
    CRACH._replace(axis="nature", member="60"),
    CRACH._replace(axis="nature", member="=1+1", value=12.0, status="E"),
    CRACH._replace(axis="fonction", member=""),
    CRACH._replace(period="2022", value=None, status="N", numerator=None, reason="Aucune ligne, « vide »,\nà publier"),
    CRACH._replace(code="200043123", level="epci", name="CC; d'essai", uri="http://id.insee.fr/geo/intercommunalite/200043123"),
)  # fmt: skip


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def test_our_csv_says_all_of_each_observation() -> None:
    found = rows(b"".join(own(CUBE, LINES)))
    assert tuple(found[0]) == COLUMNS
    assert len(found) == len(LINES)
    first = found[0]
    assert (first["INDICATOR"], first["REF_AREA"], first["TIME_PERIOD"], first["OBS_VALUE"]) == (
        RECIPE.key,
        "56046",
        "2021",
        "659.42",
    )
    assert (first["NUMERATOR"], first["DENOMINATOR"], first["OBS_STATUS"], first["FREQ"]) == (
        "2280274.36",
        "3458",
        "A",
        "A",
    )
    assert (first["AXIS"], first["MEMBER"]) == ("_T", "_T")
    assert [each["MEMBER"] for each in found[1:4]] == ["60", "'=1+1", "_U"]
    assert (found[4]["OBS_VALUE"], found[4]["OBS_STATUS"]) == ("", "N")
    assert found[4]["COMMENT_OBS"] == "Aucune ligne, « vide »,\nà publier"


def test_our_csv_is_valid_by_the_schema_that_is_published(tmp_path: Path) -> None:
    path = tmp_path / "observations.csv"
    path.write_bytes(b"".join(own(CUBE, LINES)))
    schema = frictionless.Schema.from_descriptor(
        json.loads(json.dumps(table_schema("https://essai.example/schema.json")))
    )
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(frictionless.Resource(path=str(path), schema=schema))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert [field.name for field in schema.fields] == list(COLUMNS)
    path.write_bytes(b"".join(own(CUBE, [*LINES, CRACH._replace(status="?"), CRACH])))
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(frictionless.Resource(path=str(path), schema=schema))
    assert {error[0] for error in report.flatten(["type"])} == {"constraint-error", "primary-key"}


def test_sdmx_csv_begins_as_its_version_two_does_and_each_axis_is_a_dimension() -> None:
    found = rows(b"".join(sdmx(CUBE, LINES)))
    head = list(found[0])
    assert head[:6] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "REF_AREA_LEVEL"]
    assert head[6:10] == ["NATURE", "FONCTION", "TIME_PERIOD", "OBS_VALUE"]
    assert {each["STRUCTURE_ID"] for each in found} == {"BOUTURE:BUDGET_DEPENSES-HAB(2.0)"}
    assert {(each["STRUCTURE"], each["ACTION"]) for each in found} == {("dataflow", "I")}
    assert [(each["NATURE"], each["FONCTION"]) for each in found[:4]] == [
        ("_T", "_T"),
        ("60", "_T"),
        ("=1+1", "_T"),
        ("_T", "_U"),
    ]
    keys = [
        (each["REF_AREA"], each["REF_AREA_LEVEL"], each["NATURE"], each["FONCTION"], each["TIME_PERIOD"])
        for each in found
    ]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("mesh", "axis", "expected"),
    [
        ("commune", "", [{"geocode_commune": "56046", "libelle_commune": "Crac'h", "date_mesure": "2021-01-01", "valeur": "659.42"}]),
        ("epci", "", [{"geocode_epci": "200043123", "libelle_epci": "CC; d'essai", "date_mesure": "2021-01-01", "valeur": "659.42"}]),
        ("departement", "", []),
        ("fr", "", []),
        (
            "commune",
            "nature",
            [
                {"geocode_commune": "56046", "libelle_commune": "Crac'h", "date_mesure": "2021-01-01", "nature": member, "valeur": value}
                for member, value in (("60", "659.42"), ("'=1+1", "12"))
            ],
        ),
    ],
)  # fmt: skip
def test_the_national_layout_has_one_file_a_level_and_values_alone(
    mesh: str, axis: str, expected: list[dict[str, str]]
) -> None:
    assert rows(b"".join(national(LINES, mesh, axis))) == expected


@pytest.mark.parametrize(
    ("period", "day"), [("2021", "2021-01-01"), ("2021-03", "2021-03-01"), ("2021-Q2", "2021-04-01"), ("2021-03-14", "2021-03-14")]
)  # fmt: skip
def test_a_period_begins_on_its_first_day(period: str, day: str) -> None:
    [found] = rows(b"".join(national([CRACH._replace(period=period)], "commune")))
    assert found["date_mesure"] == day


def graph(lines: Any = LINES) -> rdflib.Graph:
    found = rdflib.Graph()
    found.parse(data="".join(ntriples(CUBE, lines)), format="nt")
    return found


PREFIXES = f"PREFIX qb: <{QB}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
# Integrity constraints of the recommendation (§11.1) that say something of a cube without slices.
CONSTRAINTS = {
    "IC-1 a dataset": "ASK { ?o a qb:Observation . FILTER NOT EXISTS { ?o qb:dataSet ?d } }",
    "IC-1 one dataset": "ASK { ?o a qb:Observation ; qb:dataSet ?a, ?b . FILTER (?a != ?b) }",
    "IC-2 one structure": "ASK { ?d a qb:DataSet . FILTER NOT EXISTS { ?d qb:structure ?s . ?s a qb:DataStructureDefinition } }",
    "IC-3 a measure": "ASK { ?s a qb:DataStructureDefinition . FILTER NOT EXISTS { ?s qb:component/qb:measure ?m } }",
    "IC-4 ranges of own dimensions": "ASK { ?p a qb:DimensionProperty . FILTER NOT EXISTS { ?p rdfs:range ?r } }",
    "IC-11 all dimensions": "ASK { ?o qb:dataSet/qb:structure/qb:component/qb:dimension ?p . FILTER NOT EXISTS { ?o ?p ?v } }",
    "IC-14 all measures": "ASK { ?o qb:dataSet/qb:structure/qb:component/qb:measure ?p . FILTER NOT EXISTS { ?o ?p ?v } }",
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_cube_is_well_formed(name: str) -> None:
    assert graph().query(PREFIXES + CONSTRAINTS[name]).askAnswer is False


def test_no_two_observations_of_the_cube_have_the_same_dimensions() -> None:
    found = graph()
    dimensions = sorted(str(row[0]) for row in found.query(PREFIXES + "SELECT ?p { ?c qb:dimension ?p }"))
    assert len(dimensions) == 4
    keys = [
        tuple(str(found.value(one, rdflib.URIRef(each))) for each in dimensions)
        for one in found.subjects(rdflib.RDF.type, rdflib.URIRef(QB + "Observation"))
    ]
    assert len(keys) == len(set(keys)) == 5  # the one without a value stays out


@pytest.mark.parametrize("form", ["turtle", "ntriples", "jsonld", "rdfxml"])
def test_every_form_says_the_same_cube(form: str, tmp_path: Path) -> None:
    texts = (formats.Text(text) for text in ntriples(CUBE, LINES))
    (tmp_path / "cube").write_bytes(b"".join(formats.write_texts(texts, form)))
    with formats.read(tmp_path / "cube", form) as read:
        found = rdflib.Graph().parse(data="".join(read.lines_left()), format="nt")
    assert set(found) == set(graph())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_no_text_breaks_a_literal(text: str) -> None:
    sound = text.encode("utf-8", "replace").decode()
    [[_, _, said]] = rdflib.Graph().parse(data=f"<urn:a> <urn:b> {literal(text)} .\n", format="nt")
    assert str(said) == sound


def test_lines_are_written_as_they_come() -> None:
    given_so_far = itertools.count()

    def coming() -> Iterator[Line]:
        for number in range(100_000):
            next(given_so_far)
            yield CRACH._replace(period=str(number))

    for written in (own(CUBE, coming()), sdmx(CUBE, coming()), ntriples(CUBE, coming())):
        next(iter(written))
        assert next(given_so_far) < 10_000
        given_so_far = itertools.count()
