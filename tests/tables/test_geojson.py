"""GeoJSON: properties as columns, geometries in WGS 84."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogue.tables.contract import Type, Unreadable
from tests.tables.taken import codes, taken

PARIS = [2.3522, 48.8566]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(*coordinates: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates)}


def collection(*features: Any, crs: str = "") -> str:
    said = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", **said, "features": features})


def test_properties_then_the_geometry(tmp_path: Path) -> None:
    raw, rows = taken(
        tmp_path, collection(feature(point(*PARIS), nom="Hôtel de Ville", n=1), feature(None, nom="Nulle part", z=2))
    )
    assert (raw.format, raw.names) == ("geojson", ("nom", "n", "z", "geometry"))
    assert raw.known == {"geometry": Type.GEOMETRY}
    assert rows == [
        ("Hôtel de Ville", "1", None, '{"type":"Point","coordinates":[2.3522,48.8566]}'),
        ("Nulle part", None, "2", None),
    ]


def test_a_property_that_comes_late_stands_after_the_geometry(tmp_path: Path) -> None:
    features = [feature(point(*PARIS), nom=str(n)) for n in range(300)]
    raw, rows = taken(tmp_path, collection(*features, feature(point(*PARIS), nom="x", tard="oui")))
    assert raw.names == ("nom", "geometry", "tard")
    assert (len(rows), rows[0][2], rows[-1][2]) == (301, None, "oui")


def test_the_identifier_of_a_feature_is_a_column(tmp_path: Path) -> None:
    one, other, same = ({**feature(point(*PARIS), **more), "id": 7} for more in ({}, {"id": "a"}, {"id": "7"}))
    raw, rows = taken(tmp_path, collection(one, other, same))
    assert raw.names == ("id", "feature.id", "geometry")
    assert [row[:2] for row in rows] == [("7", None), ("a", "7"), ("7", None)]


@pytest.mark.parametrize(
    ("crs", "coordinates"),
    [
        ("urn:ogc:def:crs:EPSG::2154", (652469.02, 6862035.26)),
        ("EPSG:3949", (1652469.02, 8185000.0)),
        ("urn:ogc:def:crs:EPSG::3857", (261845.7, 6250566.2)),
        ("", (652469.02, 6862035.26)),
        ("EPSG:4326", (652469.02, 6862035.26)),
    ],
)
def test_metres_become_degrees(tmp_path: Path, crs: str, coordinates: tuple[float, float]) -> None:
    raw, rows = taken(tmp_path, collection(feature(point(*coordinates, 35.0), nom="x"), crs=crs))
    longitude, latitude, height = json.loads(rows[0][1] or "")["coordinates"]
    assert (longitude, latitude) == pytest.approx(PARIS, abs=0.3)
    assert height == 35.0
    assert "crs" in codes(raw)


def test_every_kind_of_geometry_is_brought(tmp_path: Path) -> None:
    x, y = 652469.02, 6862035.26
    square = [[x, y], [x + 100, y], [x + 100, y + 100], [x, y]]
    shapes = [
        {"type": "LineString", "coordinates": square},
        {"type": "Polygon", "coordinates": [square]},
        {"type": "MultiPolygon", "coordinates": [[square], [square]]},
        {"type": "GeometryCollection", "geometries": [point(x, y), {"type": "LineString", "coordinates": square}]},
    ]
    raw, rows = taken(tmp_path, collection(*(feature(shape, nom="x") for shape in shapes), crs="EPSG:2154"))
    assert raw.known["geometry"] is Type.GEOMETRY
    for (_, text), shape in zip(rows, shapes, strict=True):
        brought = json.loads(text or "")
        assert brought["type"] == shape["type"]
        assert "2.35" in (text or "") and "652469" not in (text or "")


@pytest.mark.parametrize("crs", ["EPSG:999999", "urn:x:inconnu", ""])
def test_coordinates_of_nowhere_are_kept_and_told(tmp_path: Path, crs: str) -> None:
    raw, rows = taken(tmp_path, collection(feature(point(1e9, 5e8), nom="x"), crs=crs))
    assert "crs" in codes(raw) and raw.known == {}
    assert rows == [("x", '{"type":"Point","coordinates":[1000000000.0,500000000.0]}')]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": []},
        {"type": "Cercle", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[1, "deux"]]},
        {"type": "GeometryCollection", "geometries": []},
        "POINT(1 2)",
        [1, 2],
    ],
)
def test_a_geometry_that_is_none_is_told_and_its_row_kept(tmp_path: Path, geometry: Any) -> None:
    raw, rows = taken(tmp_path, collection(feature(point(*PARIS), nom="a"), feature(geometry, nom="b")))
    assert "geometries" in codes(raw)
    assert rows[1] == ("b", None)


def test_records_that_hold_features_are_records(tmp_path: Path) -> None:
    """As the API of Opendatasoft gives them."""
    records = [{"nom": "x", "geo_shape": feature(point(*PARIS))}, {"nom": "y", "geo_shape": None}]
    for content in (json.dumps({"total_count": 2, "results": records}), json.dumps(records)):
        raw, rows = taken(tmp_path, content)
        assert (raw.format, raw.names[0]) == ("json", "nom")
        assert [row[0] for row in rows] == ["x", "y"]


def test_one_feature_alone_and_one_a_line(tmp_path: Path) -> None:
    one = json.dumps(feature(point(*PARIS), nom="x"))
    assert taken(tmp_path, one)[1] == [("x", '{"type":"Point","coordinates":[2.3522,48.8566]}')]
    assert taken(tmp_path, f"{one}\n{one}\n")[1] == taken(tmp_path, one)[1] * 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"type": "Topology", "objects": {}}', "TopoJSON"),
        (collection({"type": "Autre"}), "autre chose"),
        (collection(), "aucune ligne"),
        (collection(feature(point(*PARIS), nom="x"))[:-20], "ligne 1"),
    ],
)
def test_what_is_none_is_told(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        taken(tmp_path, content)


@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("amenagements_cyclables__exemple.json", 1, 31),
        ("randonnee__exemple.json", 8, 39),
        ("zfe__voies.geojson", 4, 16),
        ("zfe__zone.geojson", 1, 16),
    ],
)
def test_real_files(tmp_path: Path, shared_data: Path, name: str, count: int, columns: int) -> None:
    raw, rows = taken(tmp_path, (shared_data / "samples" / name).read_bytes())
    assert (raw.format, len(rows), len(raw.names), raw.known["geometry"]) == ("geojson", count, columns, Type.GEOMETRY)
    assert all(json.loads(row[-1] or "")["type"] for row in rows)
