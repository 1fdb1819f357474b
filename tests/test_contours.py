"""Outlines of territories: GeoJSON and TopoJSON come in lighter, what cannot be used is told, and nothing is half-kept."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Contour, Territory
from catalogue.models.contours import packed, unpacked
from catalogue.models.territories import Level, sort_key
from tests.harvesting.conftest import server  # noqa: F401
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
# Two squares side by side, whose common border has a vertex that says nothing, and a hole in the second.
WEST = [[0, 45], [0.1, 45], [0.1, 45.05], [0.1, 45.1], [0, 45.1], [0, 45]]
EAST = [[0.1, 45], [0.2, 45], [0.2, 45.1], [0.1, 45.1], [0.1, 45.05], [0.1, 45]]
HOLE = [[0.13, 45.03], [0.13, 45.06], [0.16, 45.06], [0.13, 45.03]]


@pytest.fixture(autouse=True)
def places() -> None:
    places = (
        *(
            (Level.COMMUNE, code, name)
            for code, name in (("40192", "Mont-de-Marsan"), ("40281", "Saint-Pierre-du-Mont"))
        ),
        (Level.COMMUNE, "01004", "Ambérieu-en-Bugey"),
        (Level.EPCI, "244000808", "Mont de Marsan Agglomération"),
        (Level.DEPARTEMENT, "75", "Paris"),
        (Level.DEPARTEMENT, "40", "Landes"),
        (Level.REGION, "75", "Nouvelle-Aquitaine"),
    )
    for level, code, name in places:
        Territory.objects.create(level=level, code=code, name=name, sort_name=sort_key(name))


def feature(code: str, *rings: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": rings} if rings else None
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def collection(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", **more, "features": features}


COMMUNES = collection(feature("40192", WEST), feature("40281", EAST, HOLE))


def written(folder: Path, said: Any, name: str = "contours.geojson") -> str:
    path = folder / name
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return str(path)


def load(address: str, *options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("load_contours", address, "--json", *options, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def rings_of(code: str, level: Level = Level.COMMUNE) -> list[list[tuple[float, float]]]:
    place = Territory.objects.get(level=level, code=code)
    return Contour.objects.rings_of([place.pk])[place.pk]


def test_what_is_packed_comes_back_to_the_metre() -> None:
    rings = [[(-61.80583, 16.26412), (0.0, 0.0), (179.99999, -89.99999)], [], [(2.123456, 48.9), (2.2, 48.9)]]
    back = unpacked(packed(rings))
    assert [len(ring) for ring in back] == [3, 0, 2]
    assert all(
        abs(a - b) <= 0.000005 + 1e-9
        for before, after in zip(rings, back, strict=True)
        for one, other in zip(before, after, strict=True)
        for a, b in zip(one, other, strict=True)
    )
    assert unpacked(packed([])) == []


@pytest.mark.parametrize("name", ["contours.geojson", "contours.geojson.gz"])
def test_a_geojson_is_loaded(tmp_path: Path, name: str) -> None:
    told = load(written(tmp_path, COMMUNES, name))
    assert (told["level"], told["read"], told["kept"], told["unknown"]) == ("commune", 2, 2, [])
    assert told["without"] == ["01004"]
    kept = Contour.objects.get(territory__code="40281")
    assert (kept.west, kept.south, kept.east, kept.north, kept.source) == (0.1, 45, 0.2, 45.1, name)
    assert len(rings_of("40281")) == 2  # its outline and its hole


def test_a_border_stays_shared(tmp_path: Path) -> None:
    """What neighbours share is made lighter for both alike: the vertex that said nothing is gone on both sides."""
    load(written(tmp_path, COMMUNES))
    border = [{place for place in rings_of(code)[0] if place[0] == 0.1} for code in ("40192", "40281")]
    assert border[0] == border[1] == {(0.1, 45.0), (0.1, 45.1)}


def test_a_topojson_is_loaded(tmp_path: Path) -> None:
    said = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [0, 45]},
        "objects": {
            "communes": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "id": "40192"},
                    {"type": "MultiPolygon", "arcs": [[[2, -1]]], "properties": {"insee_com": "40281"}},
                    {"type": None, "id": "01004"},
                ],
            }
        },
        # The border that both share, then what is west of it and what is east.
        "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    }
    told = load(written(tmp_path, said))
    assert (told["level"], told["kept"], told["flat"]) == ("commune", 2, ["01004"])
    assert set(rings_of("40192")[0]) == {(0.1, 45.0), (0.1, 45.1), (0.0, 45.1), (0.0, 45.0)}
    assert set(rings_of("40281")[0]) == {(0.1, 45.0), (0.1, 45.1), (0.2, 45.1), (0.2, 45.0)}


def test_a_later_file_replaces_and_completes(tmp_path: Path) -> None:
    first = written(tmp_path, COMMUNES)
    load(first)
    assert load(first)["kept"] == Contour.objects.count() == 2
    second = collection(feature("40192", EAST), feature("01004", WEST))
    assert load(written(tmp_path, second, "suite.geojson"))["without"] == []
    assert Contour.objects.get(territory__code="40192").west == 0.1
    assert sorted(Contour.objects.values_list("source", flat=True)) == [
        "contours.geojson",
        "suite.geojson",
        "suite.geojson",
    ]


def test_unknown_codes_are_counted_and_named(tmp_path: Path) -> None:
    out = io.StringIO()
    said = collection(feature("40192", WEST), feature("99999", EAST), feature("40281"))
    call_command("load_contours", written(tmp_path, said), stdout=out)
    assert "Contours lus : 3 (communes) ; gardés : 1" in out.getvalue()
    assert "Codes qu’aucun territoire ne porte, laissés de côté : 1, 99999." in out.getvalue()
    assert "Sans surface dans ce fichier, laissés de côté : 1, 40281." in out.getvalue()


@pytest.mark.parametrize(
    ("properties", "level"),
    [
        ({"code": "244000808", "nom": "Mont de Marsan Agglomération"}, Level.EPCI),
        ({"code": "75", "nom": "Paris"}, Level.DEPARTEMENT),
        ({"code": "75", "nom": "Nouvelle-Aquitaine"}, Level.REGION),
        ({"dep": "40", "reg": "76"}, Level.DEPARTEMENT),
        ({"reg": "75"}, Level.REGION),
        ({"INSEE_COM": 1004}, Level.COMMUNE),
    ],
)
def test_the_level_is_told_from_the_features(tmp_path: Path, properties: dict[str, Any], level: Level) -> None:
    said = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [WEST]}}
    assert load(written(tmp_path, collection(said)))["level"] == level


def test_two_levels_that_nothing_tells_apart_are_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, collection(feature("75", WEST)))
    with pytest.raises(CommandError, match="--level departement ou --level region"):
        load(path)
    assert load(path, "--level", "region")["level"] == "region"


def test_a_territory_in_several_features_is_one(tmp_path: Path) -> None:
    load(written(tmp_path, collection(feature("40192", WEST), feature("40192", EAST))))
    assert set(rings_of("40192")[0]) >= {(0.0, 45.0), (0.2, 45.0), (0.2, 45.1), (0.0, 45.1)}


def test_shapes_that_cross_themselves_are_mended(tmp_path: Path) -> None:
    bow = [[0, 45], [0.1, 45.1], [0.1, 45], [0, 45.1], [0, 45]]
    assert load(written(tmp_path, collection(feature("40192", bow), feature("40281", EAST))))["kept"] == 2
    assert len(rings_of("40192")) == 2


LAMBERT = [[417000, 6315000], [418000, 6315000], [418000, 6316000], [417000, 6315000]]
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"<html></html>", "Ce n’est pas un fichier de contours"),
        (b'{"records": [1, 2]}', "ni « features » ni « objects »"),
        (b'{"features": [{"type": "Feature"', "coupé"),
        (b'{"features": "\xe9"}', "UTF-8"),
        (gzip.compress(json.dumps(COMMUNES).encode(), mtime=0)[:60], "coupé ou abîmé"),
        (collection(), "aucune surface"),
        (collection({"properties": {"code": "40192"}, "geometry": {"type": "Point", "coordinates": [0, 45]}}), "aucune surface"),
        (collection(feature("40192", [[0, 45], [0, 46], [0, 45]])), "aucune surface"),
        (collection(feature("XX", WEST)), "codes lus : XX"),
        (collection(feature("40192", LAMBERT)), "EPSG:4326"),
        (collection(feature("40192", WEST), crs=CRS), "EPSG::2154"),
        (collection(feature("40192", [[0, 45], ["a", None], [1, 45], [0, 45]])), "deux nombres"),
        (collection("rien", 3, None), "aucune surface"),
        ({"type": "Topology", "objects": {"a": {"type": "Polygon", "arcs": [[7]]}}, "arcs": []}, "mal formé"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_nothing_changes(tmp_path: Path, said: Any, words: str) -> None:
    load(written(tmp_path, COMMUNES))
    before = list(Contour.objects.order_by("pk").values())
    with pytest.raises(CommandError) as caught:
        load(written(tmp_path, said, "autre.geojson"))
    assert words in str(caught.value) and caught.value.returncode == 1
    assert list(Contour.objects.order_by("pk").values()) == before


def test_an_instance_without_territories_is_told_so(tmp_path: Path) -> None:
    Territory.objects.all().delete()
    with pytest.raises(CommandError, match="load_reference"):
        load(written(tmp_path, COMMUNES))


def test_a_bomb_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogue.contours.reading.LARGEST", 2**21)
    with pytest.raises(CommandError, match="dépasse 2 Mio une fois décompressé"):
        load(written(tmp_path, b'{"features": [' + b" " * 2**22 + b"]}", "bombe.geojson.gz"))


def test_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        load(str(tmp_path / "absent.geojson"))
    assert caught.value.returncode == 2


def test_an_address_is_fetched(server: Server) -> None:  # noqa: F811
    server.replies["/communes.geojson"] = reply(json.dumps(COMMUNES).encode(), content_type="application/geo+json")
    assert load(server.url("/communes.geojson"))["kept"] == 2
    assert Contour.objects.get(territory__code="40192").source == server.url("/communes.geojson")
    with pytest.raises(CommandError, match="HTTP 404"):
        load(server.url("/absent"))


@pytest.mark.slow
def test_the_regions_of_france(shared_data: Path) -> None:
    path = shared_data / "territories" / "contours" / "regions.topo.json.gz"
    told = load(str(path))
    assert (told["level"], told["read"], told["kept"]) == ("region", 18, 1)  # this base knows one alone
    assert told["left"] < told["vertices"] and len(told["unknown"]) == 17
