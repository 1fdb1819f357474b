"""JSON as it comes: encodings, depth, half characters, odd shapes, and the addresses of pages."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from harvesters.base import Answer, Found, HarvestError, Refused, Unreadable
from harvesters.paging import Numbering, with_query
from harvesters.recognition import traits
from harvesters.records import decoded, read_json
from harvesters.sources import KINDS, kind_of
from harvesters.sources.ckan import Ckan, CkanOptions

BASE = "https://donnees.ville.example"


def answer(path: Path, data: bytes) -> Answer:
    file = path / "answer"
    file.write_bytes(data)
    return Answer("", file, "application/json", "", "", hashlib.sha256(data).hexdigest(), len(data))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    said, notes = read_json(answer(tmp_path, '{"titre": "Écoles – été"}'.encode(encoding)))
    assert said == {"titre": "Écoles – été"}
    assert bool(notes) is (encoding in ("utf-16", "cp1252"))
    assert decoded(b"") == ("", ())


@pytest.mark.parametrize(
    ("data", "error", "word"),
    [
        (b"", Unreadable, "vide"),
        (b"  \n", Unreadable, "vide"),
        (b"<!DOCTYPE html><html><body>", Unreadable, "connexion"),
        (b"<?xml version='1.0'?><csw:Capabilities/>", Unreadable, "XML"),
        (b"%PDF-1.7", Unreadable, "PDF"),
        (b'{"a": [1, 2', Unreadable, "ligne 1"),
        (b'{"a": NaN?}', Unreadable, "mal form"),
        (b'{"n": ' + b"9" * 5000 + b"}", Unreadable, "mal form"),
        (b"[" * 100_000, Refused, "niveaux"),
    ],
)
def test_what_is_no_json_is_named(tmp_path: Path, data: bytes, error: type[HarvestError], word: str) -> None:
    with pytest.raises(error, match=word):
        read_json(answer(tmp_path, data))


SHAPES: list[Any] = [
    None,
    "",
    "x",
    0,
    -1,
    1e300,
    True,
    [],
    [None, "x", [1], {"a": 1}],
    {},
    {"fr": "été"},
    {"a": {"b": [1]}},
]
SHAPES += ["\ud800", "a\0b", "http://[", "http://a b/é|", "x" * 5000, [[[[["x"]]]]]]


def shaped(kind: str, shape: Any) -> list[Found]:
    """What a source of objects makes of one whose every known key holds this."""
    source = KINDS[kind](BASE)
    keys = [
        "id",
        "title",
        "resources",
        "extras",
        "organization",
        "tags",
        "groups",
        "spatial",
        "license_url",
        "url",
        "é è",
    ]
    keys += ["metas", "attributes", "distribution", "publisher", "contactPoint", "temporal", "harvest", "dataset_id"]
    return list(source.found([dict.fromkeys(keys, shape), shape]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: ascii(shape)[:30])
@pytest.mark.parametrize("kind", [kind for kind, source in KINDS.items() if hasattr(source, "describe")])
def test_no_shape_stops_a_source(kind: str, shape: Any) -> None:
    found = shaped(kind, shape)
    for one in found:
        assert all(key.encode() for key in one.keys)
        traits(one.triples, one.subject)


def test_pages_are_counted_by_records_or_by_pages() -> None:
    by_record, by_page = Numbering("start", "rows"), Numbering("page__number", "page__size", by_page=True)
    first = by_record.begin(f"{BASE}/api?q=a+b&start=7", 20)
    assert first == f"{BASE}/api?q=a+b&start=0&rows=20"
    assert by_record.after(first, 20) == f"{BASE}/api?q=a+b&start=20&rows=20"
    assert (by_record.offset(by_record.after(first, 40), 20), by_record.asked(first)) == (40, 20)
    first = by_page.begin(f"{BASE}/api", 20)
    assert first == f"{BASE}/api?page%5Bnumber%5D=1&page%5Bsize%5D=20"
    assert by_page.offset(by_page.after(first, 20), 20) == 20
    assert with_query(f"{BASE}/a#b", x=1) == f"{BASE}/a?x=1"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (BASE, f"{BASE}/api/3/action/package_search?sort=id+asc&start=0&rows=100"),
        (f"{BASE}/dataset/ecoles", f"{BASE}/api/3/action/package_search?sort=id+asc&start=0&rows=100"),
        (f"{BASE}/ckan/organization/x", f"{BASE}/ckan/api/3/action/package_search?sort=id+asc&start=0&rows=100"),
        (
            f"{BASE}/api/3/action/package_search?q=eau",
            f"{BASE}/api/3/action/package_search?q=eau&sort=id+asc&start=0&rows=100",
        ),
        (f"{BASE}/api/3/action/package_show?id=x", f"{BASE}/api/3/action/package_show?id=x"),
    ],
)
def test_ckan_is_asked_at_its_interface(typed: str, asked: str) -> None:
    assert Ckan(typed).start() == asked


def test_ckan_of_one_organisation() -> None:
    options = CkanOptions(organization="ville")
    assert "fq=organization%3A%22ville%22" in Ckan(BASE, options=options).start()


PAGE = "<!DOCTYPE html><html><head><title>Ville de X</title>"


@pytest.mark.parametrize(
    ("head", "address", "kind"),
    [
        ('{"help": "https://x/api/3/action/help_show", "success": true', BASE, "ckan"),
        ('<html><head><meta name="generator" content="ckan 2.9.5" />', BASE, "ckan"),
        ("@prefix dcat: <http://www.w3.org/ns/dcat#> .", BASE, "dcat"),
        (PAGE, BASE, "dcat"),
        (PAGE, "https://www.data.gouv.fr/fr/organizations/ville-de-x/", "udata"),
        (
            "@prefix dcat: <http://www.w3.org/ns/dcat#> .",
            "https://www.data.gouv.fr/organizations/x/catalog.ttl",
            "dcat",
        ),
        ('{"@context": {"dcat": "http://www.w3.org/ns/dcat#"}, "@graph": []}', BASE, "dcat"),
        ('{"total_count": 2, "results": [{"dataset_id": "a"', BASE, "opendatasoft"),
        ('{"nhits": 2, "parameters": {}, "datasets": [', BASE, "opendatasoft"),
        ("# mes fichiers\nhttps://a.example/a.csv\nhttps://a.example/b.csv\n", BASE, "files"),
        ("<https://a.example/a> <https://a.example/p> <https://a.example/b> .\n", BASE, "dcat"),
        ("titre;description;mots_cles;date_maj;freq_maj;url;licence\n", BASE, "scdl"),
        ("nom;adresse\nX;Y\n", BASE, "dcat"),
    ],
)
def test_the_answer_tells_the_kind(tmp_path: Path, head: str, address: str, kind: str) -> None:
    assert kind_of(answer(tmp_path, head.encode()), address) == kind


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (
            "https://www.data.gouv.fr/fr/organizations/x y/",
            "/api/1/organizations/x%20y/datasets/?page=1&page_size=100&sort=created",
        ),
        (
            "https://www.data.gouv.fr/api/1/datasets/?tag=eau",
            "/api/1/datasets/?tag=eau&page=1&page_size=100&sort=created",
        ),
        ("https://www.data.gouv.fr/api/1/datasets/abc/", "/api/1/datasets/abc/"),
    ],
)
def test_udata_is_asked_at_its_interface(typed: str, asked: str) -> None:
    assert KINDS["udata"](typed).start() == f"https://www.data.gouv.fr{asked}"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (BASE, "/api/explore/v2.1/catalog/datasets?offset=0&limit=100&order_by=dataset_id"),
        (f"{BASE}/explore/?q=eau", "/api/explore/v2.1/catalog/datasets?offset=0&limit=100&order_by=dataset_id"),
        (f"{BASE}/api/v2/catalog/datasets", "/api/v2/catalog/datasets?offset=0&limit=100&order_by=datasetid"),
        (f"{BASE}/api/datasets/1.0/search/?q=eau", "/api/datasets/1.0/search/?q=eau&start=0&rows=100"),
    ],
)
def test_opendatasoft_is_asked_at_its_interface(typed: str, asked: str) -> None:
    assert KINDS["opendatasoft"](typed).start() == BASE + asked
