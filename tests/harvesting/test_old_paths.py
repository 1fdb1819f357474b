"""How the addresses of other portals are spelt."""

from __future__ import annotations

import pytest

from harvesters.base import Harvester
from harvesters.old_paths import LONGEST, filled, spellings, spelt
from harvesters.sources import KINDS

SAME = (
    (
        "/dataset/arbres",
        "/dataset/arbres/",
        "/fr/dataset/arbres",
        "/dataset/activity/arbres",
        "/dataset/groups/arbres/",
        "/ckan/fr/dataset/arbres",
        "/pt_BR/dataset/arbres",
        "/dataset/arbres.ttl",
        "/dataset/arbres.xml",
    ),
    (
        "/dataset/arbres/resource/12-ab",
        "/dataset/1f2e/resource/12-ab/",
        "/fr/dataset/arbres/resource/12-ab/view/7",
        "/dataset/arbres/resource/12-ab/download/arbres.csv",
        "/dataset/arbres/resource/12-ab/download/",
    ),
    (
        "/datasets/arbres",
        "/fr/datasets/arbres/",
        "/datasets/arbres/informations",
        "/maps/arbres",
        "/datasets/arbres/about",
    ),
    ("/datasets/r/12-ab", "/fr/datasets/r/12-ab"),
    (
        "/explore/dataset/arbres",
        "/explore/dataset/arbres/",
        "/explore/dataset/arbres/information/",
        "/explore/dataset/arbres/table/",
        "/explore/dataset/arbres/export/",
        "/explore/embed/dataset/arbres/map/",
        "/fr/explore/dataset/arbres/download/",
    ),
    ("/organization/ville", "/fr/organization/ville", "/organization/about/ville", "/organization/ville/"),
    ("/organizations/ville", "/fr/organizations/ville/", "/organizations/ville/datasets"),
    (
        "/geonetwork/srv/api/records/12-ab",
        "/geonetwork/srv/fre/metadata/12-ab",
        "/srv/metadata/12-ab",
        "/geonetwork/srv/api/0.1/records/12-ab/formatters/xml",
    ),
    ("/catalog.ttl", "/catalog.rdf", "/fr/catalog.xml"),
    ("/datasets", "/fr/datasets/", "/pt_BR/datasets"),
)


@pytest.mark.parametrize("paths", SAME, ids=lambda paths: paths[0])
def test_the_spellings_of_one_thing_share_the_path_under_which_it_is_kept(paths: tuple[str, ...]) -> None:
    kept = {spelt(f"https://ancien.example{path}") for path in paths}
    assert len(kept) == 1
    for path in paths:
        found = spellings(path, "tri=date")
        assert found and kept <= set(found.paths), path


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_a_kind_of_portal_shows_is_spelt_as_it_is_asked(kind: type[Harvester]) -> None:
    for shows in kind.shows:
        assert shows.said and shows.path.count("{}") == 1
        [path] = filled(shows.path, iter(["un-nom", "", "a/b"]))
        found = spellings(path)
        assert found and spelt(path) in found.paths
    for path in filter(None, kind.fronts):
        assert spelt(path) == path


def test_things_that_differ_are_kept_apart() -> None:
    kept = [spelt(paths[0]) for paths in SAME]
    assert len(set(kept)) == len(kept)
    assert spelt("/dataset/a") != spelt("/dataset/A") != spelt("/dataset/b")


@pytest.mark.parametrize(
    ("path", "file", "form"),
    [
        ("/dataset/a/resource/b", False, ""),
        ("/dataset/a/resource/b/download/c.csv", True, ""),
        ("/datasets/r/b", True, ""),
        ("/dataset/a.ttl", False, "ttl"),
        ("/dataset/a.xml", False, "rdf"),
        ("/catalog.n3", False, "ttl"),
        ("/dataset/a.csv", False, ""),
    ],
)
def test_what_is_asked_of_a_thing(path: str, file: bool, form: str) -> None:
    found = spellings(path)
    assert found and (found.file, found.form) == (file, form)


def test_a_query_counts_where_the_path_names_nothing() -> None:
    assert spelt("https://a.example/index.php?fiche=3") == "/index.php?fiche=3"
    assert spelt("https://a.example/dataset/arbres?lang=fr") == "/dataset/arbres"
    found = spellings("/index.php", "fiche=3")
    assert found and found.paths == ("/index.php?fiche=3", "/index.php")


def test_addresses_are_compared_decoded() -> None:
    assert spelt("https://a.example/dataset/for%C3%AAts") == "/dataset/forêts" == spelt("/dataset/fore\u0302ts")


@pytest.mark.parametrize(
    "path", ["", "/", "//", "a", "//mal.example/dataset/a", "/a\0b", "/" + "a" * 10_000, "/\ud800", "/é" * LONGEST]
)
def test_what_no_portal_can_have_said(path: str) -> None:
    assert spellings(path) is None


@pytest.mark.parametrize("address", ["https://[::1/dataset/a", "https://a.example/", "https://a.example", "", "\0"])
def test_addresses_that_name_nothing(address: str) -> None:
    assert spelt(address) == ""


def test_no_interface_for_programs_is_taken_for_a_page() -> None:
    assert spelt("/api/1/datasets/arbres") == "/api/1/datasets/arbres"
    assert spellings("/api/3/dataset/arbres").paths == ("/api/3/dataset/arbres",)  # type: ignore[union-attr]
