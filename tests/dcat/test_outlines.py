"""Outlines in both spellings, and what is no outline."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.dcat import formats
from catalogue.dcat.outlines import GEOJSON, GEOJSON_TOO, WKT, WKT_TOO, beside, read
from catalogue.dcat.profile import DCAT, DCT, LOCN
from catalogue.dcat.terms import Typed

BASE = "https://portail.example/id/1"
JEU = "https://ville.example/jeu"
BOX = "POLYGON((1 48, 2.5 48, 2.5 49, 1 48))"


def said(value: str, datatype: str = WKT, predicate: str = f"{DCAT}bbox", owner: str = JEU) -> str:
    literal = ox.Literal(value, datatype=ox.NamedNode(datatype))
    place = "http://id.insee.fr/geo/commune/40192"
    return f"<{owner}> <{DCT}spatial> <{place}> .\n<{place}> <{predicate}> {literal} .\n"


def added(text: str) -> list[ox.Triple]:
    return formats.from_canonical(beside(text, JEU, BASE))


def outlines(triples: list[ox.Triple]) -> dict[str, str]:
    return {t.object.datatype.value: t.object.value for t in triples if isinstance(t.object, ox.Literal)}


@pytest.mark.parametrize("predicate", [f"{DCAT}bbox", f"{LOCN}geometry"])
def test_the_other_spelling_stands_at_a_node_of_its_own(predicate: str) -> None:
    triples = added(said(BOX, predicate=predicate))
    [(datatype, value)] = outlines(triples).items()
    assert (datatype, json.loads(value)) == (
        GEOJSON,
        {"type": "Polygon", "coordinates": [[[1, 48], [2.5, 48], [2.5, 49], [1, 48]]]},
    )
    [node] = {t.subject for t in triples if t.predicate.value == predicate}
    assert isinstance(node, ox.NamedNode)
    assert node.value.startswith(f"{BASE}#location-")
    assert ox.Triple(ox.NamedNode(JEU), ox.NamedNode(DCT + "spatial"), node) in triples


@pytest.mark.parametrize("datatype", WKT_TOO[1:] + GEOJSON_TOO[1:])
def test_a_spelling_that_few_know_gets_both(datatype: str) -> None:
    value = BOX if datatype in WKT_TOO else '{"type":"Polygon","coordinates":[[[1,48],[2.5,48],[2.5,49],[1,48]]]}'
    assert outlines(added(said(value, datatype))).keys() == {WKT, GEOJSON}


def test_what_is_said_in_both_is_not_said_again() -> None:
    text = said(BOX)
    text += beside(text, JEU, BASE)
    assert beside(text, JEU, BASE) == ""


NUMBERS = st.floats(-80, 80, allow_nan=False) | st.integers(-80, 80)
RINGS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=6).map(lambda points: [*points, points[0]])


@given(st.lists(st.lists(RINGS, min_size=1, max_size=2), min_size=1, max_size=3))
def test_no_coordinate_changes(polygons: list[list[list[tuple[float, float]]]]) -> None:
    """From GeoJSON to WKT, and from that WKT back."""
    value = json.dumps({"type": "MultiPolygon", "coordinates": polygons})
    first = read(value, GEOJSON)
    assert first is not None
    written = outlines(added(said(value, GEOJSON)))
    assert list(written) == [WKT]
    assert read(written[WKT], WKT) == first
    back = outlines(added(said(written[WKT])))
    assert read(back[GEOJSON], GEOJSON) == first


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("POINT(1 48)", WKT),
        ("POLYGON EMPTY", WKT),
        ("POLYGON((1 48, 2 48, 2 49))", WKT),
        ("POLYGON((1 48, 2 48, 2 49, 1.1 48))", WKT),
        ("POLYGON((652000 6862000, 653000 6862000, 653000 6863000, 652000 6862000))", WKT),
        (f"<http://www.opengis.net/def/crs/EPSG/0/4326> {BOX}", WKT),
        ("POLYGON" + "(" * 50_000, WKT),
        ("", WKT),
        ("[" * 50_000, GEOJSON),
        ('{"type":"Polygon","coordinates":[[["1","48"],[2,48],[2,49],["1","48"]]]}', GEOJSON),
        ('{"type":"Polygon","coordinates":[[[NaN,48],[2,48],[2,49],[NaN,48]]]}', GEOJSON),
        ('{"type":"Polygon","coordinates":null}', GEOJSON),
        ('{"type":"Polygon","coordinates":[[]]}', GEOJSON),
        (
            '{"type":"Polygon","crs":{"properties":{"name":"EPSG:2154"}},"coordinates":[[[1,48],[2,48],[2,49],[1,48]]]}',
            GEOJSON,
        ),
        ("<gml:Envelope/>", "http://www.opengis.net/ont/geosparql#gmlLiteral"),
    ],
)
def test_what_is_no_outline_of_the_earth_is_left_as_it_is(value: str, datatype: str) -> None:
    assert beside(said(value, datatype), JEU, BASE) == ""


def test_a_known_reference_system_is_read() -> None:
    assert read(f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> {BOX}", WKT) == read(BOX, WKT)


def test_the_place_of_something_else_is_not_the_records() -> None:
    assert beside(said(BOX, owner="https://ville.example/autre"), JEU, BASE) == ""


def test_of_three_spellings_gml_is_the_last_to_be_kept() -> None:
    gml = {"value": "<gml:Envelope/>", "datatype": "http://www.opengis.net/ont/geosparql#gmlLiteral"}
    wkt = {"value": BOX, "datatype": WKT}
    assert Typed().gather([gml, wkt], many=False) == (wkt, True)
    assert Typed().gather([gml], many=False) == (gml, False)
