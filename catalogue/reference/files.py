"""The form of the shipped files, for those who write them (build) and those who read them (loader).

Both are gzipped JSON: `format` says which, the rest is rows without names, in the order of the fields below.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from catalogue.errors import CatalogueError

FOLDER: Final = Path(__file__).resolve().parent
TERRITORIES: Final = FOLDER / "territories.json.gz"
VOCABULARIES: Final = FOLDER / "vocabularies.json.gz"
SCHEMAS: Final = FOLDER / "schemas.json.gz"
TERRITORIES_FORMAT: Final = "bouture-territories/1"
VOCABULARIES_FORMAT: Final = "bouture-vocabularies/1"
SCHEMAS_FORMAT: Final = "bouture-schemas/1"

T = TypeVar("T")
Key = tuple[str, str]  # level, code


class ReferenceFileError(CatalogueError):
    """A shipped file is missing or not whole: nothing was loaded."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(
            f"Le référentiel {path.name} est illisible ({reason}). Rien n'a été chargé. "
            f"Remettez le fichier livré avec le logiciel (git checkout -- {path.name}), puis relancez "
            "« manage.py load_reference »."
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A territory as shipped. Degrees WGS84; km²; None where no source knows."""

    level: str
    code: str
    name: str
    liaison: int | None
    siren: str
    parents: tuple[Key, ...]
    postcodes: tuple[str, ...]
    former: tuple[tuple[str, str, str], ...]  # code, name, kind
    longitude: float | None
    latitude: float | None
    area_km2: float | None

    @property
    def key(self) -> Key:
        return self.level, self.code


@dataclass(frozen=True, slots=True)
class Series:
    """The official figures of one source for one year."""

    year: int
    kind: str
    source: str
    values: dict[Key, int]


@dataclass(frozen=True, slots=True)
class Atlas:
    places: tuple[Place, ...]
    populations: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Term:
    code: str
    uri: str
    label_fr: str
    label_en: str
    own_label_fr: bool
    alt: tuple[str, ...]
    broader: str  # address, or ""
    deprecated: bool
    is_open: bool | None


@dataclass(frozen=True, slots=True)
class Scheme:
    code: str
    uri: str
    title: str
    terms: tuple[Term, ...]


def read_territories(path: Path = TERRITORIES) -> Atlas:
    """Raises ReferenceFileError."""
    return _read(path, TERRITORIES_FORMAT, _atlas)


def read_vocabularies(path: Path = VOCABULARIES) -> tuple[Scheme, ...]:
    """Raises ReferenceFileError."""
    return _read(path, VOCABULARIES_FORMAT, _schemes)


def read_schemas(path: Path = SCHEMAS) -> list[dict[str, Any]]:
    """As `build_schemas` keeps them; `catalogue.tables.schemas.national` makes values of them. Raises ReferenceFileError."""
    return _read(path, SCHEMAS_FORMAT, lambda content: list(content["schemas"]))


def write_territories(atlas: Atlas, path: Path = TERRITORIES) -> None:
    levels: dict[str, list[list[Any]]] = {}
    for place in atlas.places:
        parents = [":".join(parent) for parent in place.parents]
        row = [place.code, place.name, place.liaison, place.siren, parents, place.postcodes, place.former]
        levels.setdefault(place.level, []).append([*row, place.longitude, place.latitude, place.area_km2])
    series = []
    for each in atlas.populations:
        values: dict[str, dict[str, int]] = {}
        for (level, code), value in each.values.items():
            values.setdefault(level, {})[code] = value
        series.append({"year": each.year, "kind": each.kind, "source": each.source, "values": values})
    _write(path, {"format": TERRITORIES_FORMAT, "places": levels, "populations": series})


def write_vocabularies(schemes: tuple[Scheme, ...], path: Path = VOCABULARIES) -> None:
    content = [
        {
            "code": scheme.code,
            "uri": scheme.uri,
            "title": scheme.title,
            "terms": [[getattr(term, field) for field in Term.__slots__] for term in scheme.terms],
        }
        for scheme in schemes
    ]
    _write(path, {"format": VOCABULARIES_FORMAT, "vocabularies": content})


def write_schemas(schemas: list[dict[str, Any]], date: str, path: Path = SCHEMAS) -> None:
    """`date`: of the snapshot, ISO 8601."""
    _write(path, {"format": SCHEMAS_FORMAT, "date": date, "schemas": schemas})


def _write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    # mtime=0 and no name in the header: the same sources give the same bytes.
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def _read(path: Path, expected: str, make: Callable[[dict[str, Any]], T]) -> T:
    try:
        content = json.loads(gzip.decompress(path.read_bytes()))
        if content["format"] != expected:
            raise ReferenceFileError(path, f"format {content['format']} au lieu de {expected}")
        return make(content)
    except OSError as error:  # gzip.BadGzipFile is one
        raise ReferenceFileError(path, error.strerror or "il n'est pas compressé en gzip") from error
    except (EOFError, zlib.error) as error:
        raise ReferenceFileError(path, "il est tronqué ou abîmé") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReferenceFileError(path, "son contenu n'a pas la forme attendue") from error


def _atlas(content: dict[str, Any]) -> Atlas:
    places = tuple(_place(level, *row) for level, rows in content["places"].items() for row in rows)
    populations = tuple(
        Series(
            each["year"],
            each["kind"],
            each["source"],
            {(level, code): value for level, codes in each["values"].items() for code, value in codes.items()},
        )
        for each in content["populations"]
    )
    return Atlas(places, populations)


def _place(level: str, *row: Any) -> Place:
    code, name, liaison, siren, parents, postcodes, former, longitude, latitude, area = row
    above = tuple((where, parent) for where, _, parent in (text.partition(":") for text in parents))
    past = tuple((old, name_, kind) for old, name_, kind in former)
    return Place(level, code, name, liaison, siren, above, tuple(postcodes), past, longitude, latitude, area)


def _schemes(content: dict[str, Any]) -> tuple[Scheme, ...]:
    return tuple(
        Scheme(each["code"], each["uri"], each["title"], tuple(_term(*row) for row in each["terms"]))
        for each in content["vocabularies"]
    )


def _term(*row: Any) -> Term:
    code, uri, french, english, own, alt, broader, deprecated, is_open = row
    return Term(code, uri, french, english, own, tuple(alt), broader, deprecated, is_open)
