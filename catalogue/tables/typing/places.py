"""Where things are, read in SQL: pairs of coordinates, GeoJSON and WKT geometries."""

from __future__ import annotations

from catalogue.tables.figures import matches

COORDINATE = r"-?\d{1,3}\.\d+"
POINT = (
    rf"[\[(]?\s*{COORDINATE}\s*[,; ]\s*{COORDINATE}\s*[\])]?",
    r"-?\d{1,3},\d+\s*;\s*-?\d{1,3},\d+",
)
SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
WKT = rf"(?i)(?:SRID=4326;\s*)?(?:{'|'.join(SHAPES)})\s*Z?M?\s*\([-+\d.eE,()\s]+\)"
PAIR = r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s+(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?:\s+-?\d+(?:\.\d+)?)*"
FIRST = r"(-?\d+(?:\.\d+)?)[\s,;]+(-?\d+(?:\.\d+)?)"  # the first two numbers


def on_earth(text: str, first: int = 180, second: int = 90) -> str:
    """Whether the first two numbers are degrees: of a projection in metres they are not."""
    return (
        f"(abs(try_cast(regexp_extract({text}, '{FIRST}', 1) AS DOUBLE)) <= {first} "
        f"AND abs(try_cast(regexp_extract({text}, '{FIRST}', 2) AS DOUBLE)) <= {second})"
    )


def is_point(text: str) -> str:
    """Two decimals in one cell, whichever comes first."""
    spelled = f"CASE WHEN contains({text}, ';') THEN replace({text}, ',', '.') ELSE {text} END"
    return f"({matches(text, *POINT)} AND ({on_earth(spelled, 180, 90)} OR {on_earth(spelled, 90, 180)}))"


def is_geojson(text: str) -> str:
    kinds = ", ".join(f"'{shape}'" for shape in SHAPES)
    return (
        f"CASE WHEN starts_with({text}, '{{') AND contains({text}, 'coordinates') AND json_valid({text}) "
        f"THEN json_extract_string({text}, '$.type') IN ({kinds}) AND {on_earth(text)} ELSE false END"
    )


def is_wkt(text: str) -> str:
    return f"({matches(text, WKT)} AND {on_earth(text)} AND json_valid(coalesce({geojson(text)}, '')))"


def geojson(text: str) -> str:
    """A WKT geometry as GeoJSON (RFC 7946): x is the longitude in both."""
    kind = f"upper(regexp_extract({text}, '(?i)([a-z]+)\\s*Z?M?\\s*\\(', 1))"
    body = f"regexp_replace({text}, '^[^(]*', '')"
    alone = rf"regexp_replace({body}, '\((\s*[-+\d.eE\s]+)\)', '\1', 'g')"  # brackets around each of several points
    several = rf"{kind} = 'MULTIPOINT' AND regexp_matches({body}, '^\(\s*\(')"
    pairs = _bracketed(f"CASE WHEN {several} THEN {alone} ELSE {body} END")
    name = "CASE " + " ".join(f"WHEN {kind} = '{shape.upper()}' THEN '{shape}'" for shape in SHAPES) + " END"
    one = f"CASE WHEN {kind} = 'POINT' THEN {pairs}[2:-2] ELSE {pairs} END"  # WKT has brackets around one point too
    return f"""'{{"type": "' || {name} || '", "coordinates": ' || {one} || '}}'"""


def _bracketed(body: str) -> str:
    return rf"translate(regexp_replace({body}, '{PAIR}', '[\1,\2]', 'g'), '()', '[]')"
