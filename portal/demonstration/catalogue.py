"""The invented catalogue: `data/catalogue.toml` and the files beside it, as pages of DCAT-AP linked by Hydra.

It says the same bytes at every call, so that a second harvest finds nothing new. Files are on the portal's own host;
the records' addresses are of a reserved domain (RFC 2606), because they belong to a producer, not to this portal.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from catalogue.dcat.classes import Profile
from catalogue.dcat.outlines import WKT
from catalogue.dcat.profile import CATALOGUE, DATASET, DCAT, DCATAP, DCT, FOAF, LOCN, SERVICE, SKOS, VCARD
from catalogue.dcat.terms import RDF_TYPE, XSD, Values

DATA: Final = Path(__file__).resolve().parent / "data"
FILES: Final = DATA / "fichiers"
HOME: Final = "https://donnees.port-lanvern.example/"
PAGE_SIZE: Final = 10  # datasets; small, so that a demonstration is harvested page after page
EU: Final = "http://publications.europa.eu/resource/authority/"
HYDRA: Final = "http://www.w3.org/ns/hydra/core#"
LOCAL_AUTHORITY: Final = "http://purl.org/adms/publishertype/LocalAuthority"
MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
LICENCES: Final = {
    "lo": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odbl": "https://opendatacommons.org/licenses/odbl/1-0/",
    "": "",
}
# By extension: the code of the EU's file types, and the media type.
FORMATS: Final = {".csv": ("CSV", "text/csv"), ".geojson": ("GEOJSON", "application/geo+json")}
PREFIXES: Final = {
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCT,
    "foaf": FOAF,
    "hydra": HYDRA,
    "locn": LOCN,
    "skos": SKOS,
    "vcard": VCARD,
    "xsd": XSD,
}


@dataclass(frozen=True)
class Addresses:
    """Where this portal serves the catalogue and its files; `files` ends with a slash."""

    catalogue: str
    files: str

    def page(self, number: int) -> str:
        return f"{self.catalogue}?page={number}"


@cache
def said() -> dict[str, Any]:
    """`catalogue.toml` as it is written."""
    return tomllib.loads((DATA / "catalogue.toml").read_text("utf-8"))


@cache
def files() -> dict[str, Path]:
    """The files that the catalogue names, and no other: nothing else of this folder can be asked for."""
    return {file["name"]: FILES / file["name"] for dataset in said()["datasets"] for file in dataset["files"]}


def page_count() -> int:
    return math.ceil(len(said()["datasets"]) / PAGE_SIZE)


@lru_cache(maxsize=16)
def turtle(addresses: Addresses, number: int) -> tuple[bytes, str]:
    """One page, counted from 1, and the SHA-256 of its bytes in hexadecimal."""
    # A body or a place is said once; all that is said of one thing stands together, for who reads the page.
    said_once = list(dict.fromkeys(_page(addresses, number)))
    order = {node: rank for rank, node in enumerate(dict.fromkeys(triple.subject for triple in said_once))}
    triples = sorted(said_once, key=lambda triple: order[triple.subject])
    body = bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b"")
    return body, hashlib.sha256(body).hexdigest()


def body_uri(code: str) -> str:
    return f"{HOME}organisations/{code}"


def _page(addresses: Addresses, number: int) -> Iterable[ox.Triple]:
    some = said()["datasets"][(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    out: list[ox.Triple] = list(_links(addresses, number))
    services = [_service(addresses)] if number == page_count() else []
    catalogue = _catalogue([_uri(dataset) for dataset in some], [values["uri"] for values in services])
    _write(CATALOGUE, catalogue, out)
    for dataset in some:
        _write(DATASET, _dataset(addresses, dataset), out)
    for values in services:
        _write(SERVICE, values, out)
    return [*out, *_labels(out)]


def _write(profile: Profile, values: Values, out: list[ox.Triple]) -> None:
    profile.write(ox.NamedNode(values["uri"]), values, out)


def _links(addresses: Addresses, number: int) -> Iterable[ox.Triple]:
    """Hydra Core §5.2, pages of a collection; the plain address of the catalogue is its first page."""
    last = page_count()
    whole, page = ox.NamedNode(addresses.catalogue), ox.NamedNode(addresses.page(number))
    yield ox.Triple(whole, RDF_TYPE, ox.NamedNode(HYDRA + "Collection"))
    total = ox.Literal(str(len(said()["datasets"])), datatype=ox.NamedNode(XSD + "integer"))
    yield ox.Triple(whole, ox.NamedNode(HYDRA + "totalItems"), total)
    yield ox.Triple(whole, ox.NamedNode(HYDRA + "view"), page)
    yield ox.Triple(page, RDF_TYPE, ox.NamedNode(HYDRA + "PartialCollectionView"))
    links = {"first": 1, "previous": number - 1, "next": number + 1, "last": last}
    for name, target in links.items():
        if 1 <= target <= last:
            yield ox.Triple(page, ox.NamedNode(HYDRA + name), ox.NamedNode(addresses.page(target)))


def _labels(triples: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    """The name of each concept and of each scheme; a concept without one is against DCAT-AP."""
    names = {SKOS + "Concept": SKOS + "prefLabel", SKOS + "ConceptScheme": DCT + "title"}
    for triple in triples:
        node = triple.subject
        predicate = names.get(triple.object.value) if isinstance(triple.object, ox.NamedNode) else None
        if predicate and isinstance(node, ox.NamedNode):
            yield ox.Triple(node, ox.NamedNode(predicate), ox.Literal(said()["labels"][node.value], language="fr"))


def _uri(dataset: dict[str, Any]) -> str:
    return f"{HOME}jeux-de-donnees/{dataset['slug']}"


def _agent(code: str) -> Values:
    body = said()["bodies"][code]
    mail = f"mailto:{body['email']}"
    return {"uri": body_uri(code), "name": {"fr": body["name"]}, "type": LOCAL_AUTHORITY, "mbox": [mail]}


def _desk(code: str) -> Values:
    body = said()["bodies"][code]
    return {"uri": f"{body_uri(code)}#contact", "name": {"fr": body["desk"]}, "email": [f"mailto:{body['email']}"]}


def _place(code: str) -> Values:
    """Of an address of its own: INSEE has none for an invented place."""
    place = said()["places"][code]
    west, south, east, north = place["box"]
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{longitude} {latitude}" for longitude, latitude in corners)
    box = {"value": f"POLYGON(({ring}))", "datatype": WKT}
    middle = {"value": f"POINT({(west + east) / 2:.3f} {(south + north) / 2:.3f})", "datatype": WKT}
    return {"uri": f"{HOME}territoires/{code}", "name": {"fr": [place["name"]]}, "bbox": box, "centroid": middle}


def _shared(record: dict[str, Any], uri: str) -> Values:
    return {
        "uri": uri,
        "title": {"fr": record["title"]},
        "description": {"fr": record["description"]},
        "keyword": {"fr": record["keywords"]},
        "theme": [f"{EU}data-theme/{code}" for code in record["themes"]],
        "publisher": _agent(record["body"]),
        "contact_point": [_desk(record["body"])],
        "access_rights": f"{EU}access-right/PUBLIC",
        "language": [f"{EU}language/FRA"],
        "identifier": [f"port-lanvern-{record['slug']}"],
        "issued": record["issued"],
        "modified": record["modified"],
    }


def _dataset(addresses: Addresses, dataset: dict[str, Any]) -> Values:
    start, end = dataset["period"]
    return {
        **_shared(dataset, _uri(dataset)),
        "frequency": f"{EU}frequency/{dataset['frequency']}",
        "spatial": [_place(dataset["place"])],
        "temporal": [{"uri": f"{_uri(dataset)}#periode", "start": start, "end": end}],
        "distribution": [_distribution(addresses, dataset, file) for file in dataset["files"]],
    }


def _distribution(addresses: Addresses, dataset: dict[str, Any], file: dict[str, str]) -> Values:
    name = file["name"]
    path = files()[name]
    code, media = FORMATS[path.suffix]
    return {
        "uri": f"{_uri(dataset)}/{name}",
        "title": {"fr": file["title"]},
        "access_url": [addresses.files + name],
        "download_url": [addresses.files + name],
        "format": f"{EU}file-type/{code}",
        "media_type": MEDIA_TYPES + media,
        "byte_size": path.stat().st_size,
        "license": LICENCES[dataset.get("licence", "lo")],
        "availability": f"{EU}planned-availability/STABLE",
        "language": [f"{EU}language/FRA"],
        "conforms_to": [dataset["schema"]] if "schema" in dataset else [],
        "issued": dataset["issued"],
        "modified": dataset["modified"],
    }


def _service(addresses: Addresses) -> Values:
    service = said()["service"]
    return {
        **_shared(service, f"{HOME}services/{service['slug']}"),
        "license": LICENCES["lo"],
        "conforms_to": service["conforms_to"],
        "endpoint_url": [addresses.catalogue],
        "serves_dataset": [_uri(dataset) for dataset in said()["datasets"]],
    }


def _catalogue(datasets: Sequence[str], services: Sequence[str]) -> Values:
    catalogue = said()["catalogue"]
    return {
        "uri": f"{HOME}catalogue",
        "title": {"fr": catalogue["title"]},
        "description": {"fr": catalogue["description"]},
        "publisher": _agent(catalogue["body"]),
        "license": LICENCES["lo"],
        "language": [f"{EU}language/FRA"],
        "issued": catalogue["issued"],
        "modified": catalogue["modified"],
        "spatial": [_place(catalogue["place"])],
        "theme_taxonomy": [f"{EU}data-theme"],
        "dataset": list(datasets),
        "service": list(services),
    }
