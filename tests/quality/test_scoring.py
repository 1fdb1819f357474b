"""Both versions of the European score, against sums made by hand and the one worked example that is known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from catalogue.dcat import profile
from catalogue.quality.metrics import DATASET, FILE, V1, V2, VERSIONS, Facts, Methodology
from catalogue.quality.scoring import Assessment, assess, restored

EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
URL, FILE_URL = "https://v.example/page", "https://v.example/f.csv"
KNOWN = frozenset({EU + "file-type/CSV", EU + "file-type/XLSX", EU + "access-right/PUBLIC", EU + "licence/ETALAB_2_0"})
FULL: dict[str, Any] = {
    "title": {"fr": "Arbres"},
    "description": {"fr": "Les arbres de la ville."},
    "keyword": {"fr": ["arbres"]},
    "theme": [EU + "data-theme/ENVI"],
    "spatial": [{"uri": "http://id.insee.fr/geo/commune/40192"}],
    "temporal": [{"start": "2020"}],
    "access_rights": EU + "access-right/PUBLIC",
    "contact_point": [{"name": {"": "Service"}}],
    "publisher": {"name": {"": "Ville"}},
    "issued": "2020-01-01",
    "modified": "2021-01-01",
    "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
    "relation": ["https://v.example/plan"],
    "identifier": ["arbres"],
    "other_identifier": [{"notation": "10.1/arbres"}],
    "landing_page": [URL],
    "provenance": [{"label": {"fr": ["Relevé sur place"]}}],
    "distribution": [
        {
            "title": {"fr": "Le fichier"},
            "description": {"fr": "Un arbre par ligne."},
            "access_url": [URL],
            "download_url": [FILE_URL],
            "format": EU + "file-type/CSV",
            "media_type": IANA + "text/csv",
            "license": EU + "licence/ETALAB_2_0",
            "rights": "Ville",
            "byte_size": 0,
            "issued": "2020-01-01",
            "modified": "2021-01-01",
            "page": ["https://v.example/notice"],
            "status": EU + "distribution-status/COMPLETED",
        }
    ],
}
ALL_WELL = Facts({URL: 200, FILE_URL: 204}, conforms=True, known=KNOWN)


def unchecked(**changes: Any) -> Facts:
    return Facts(**{"known": KNOWN, **changes})


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in FULL.items() if name not in names}


def file_with(**changes: Any) -> dict[str, Any]:
    return {**FULL["distribution"][0], **changes}


def with_files(*files: dict[str, Any]) -> dict[str, Any]:
    return FULL | {"distribution": list(files)}


@pytest.mark.parametrize(
    ("version", "on", "sums"),
    [
        (V2, DATASET, {"findability": 5, "accessibility": 0.75, "reusability": 1.75}),
        (V2, FILE, {"findability": 1.25, "accessibility": 2.75, "interoperability": 1.75, "reusability": 1.75}),
        (
            V1,
            "",
            {
                "findability": 100,
                "accessibility": 100,
                "interoperability": 110,
                "reusability": 75,
                "contextuality": 20,
            },
        ),
    ],
)
def test_the_tables_sum_as_the_methodology_says(version: Methodology, on: str, sums: dict[str, float]) -> None:
    found: Counter[str] = Counter()
    for metric in version.metrics:
        if on in ("", metric.on):
            found[metric.dimension] += metric.most  # type: ignore[assignment]
    assert found == sums
    assert sum(found.values()) == version.most
    assert len({metric.key for metric in version.metrics}) == len(version.metrics)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_each_metric_names_a_property_of_the_profile(version: Methodology) -> None:
    names = {
        DATASET: {term.name for term in profile.DATASET.terms},
        FILE: {term.name for term in profile.DISTRIBUTION.terms},
    }
    assert {m.key for m in version.metrics if m.term and m.term not in names[m.on]} == set()
    assert set(version.dimensions) == {m.dimension for m in version.metrics}


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_a_perfect_record_has_all_the_points(version: Methodology) -> None:
    best = assess(version, FULL, ALL_WELL)
    assert (best.total, best.band, best.gains, best.lacks) == (version.most, "excellente", [], {})


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_each_metric_counts_for_what_it_is_worth(version: Methodology) -> None:
    """Taking one property away costs what the table says of the metrics that look at it, and is told."""
    looked_at = {(m.on, m.term) for m in version.metrics if m.term}
    for on, name in sorted(looked_at):
        if on == DATASET:
            values = without(name)
            if version is V1 and name in ("issued", "modified"):
                values["distribution"] = [{k: v for k, v in FULL["distribution"][0].items() if k != name}]
        else:
            values = with_files({k: v for k, v in FULL["distribution"][0].items() if k != name})
        lost = {m.key: m.most for m in version.metrics if (m.on, m.term) == (on, name)}
        if version is V1 and name == "format":
            lost.pop("distribution.formatMediaTypeVocabularyAlignment")  # the media type is enough
        found = assess(version, values, ALL_WELL)
        groups = 1 if version is V1 else 2
        assert {gain.metric.key for gain in found.gains} == set(lost)
        assert found.total == pytest.approx(version.most - sum(lost.values()) / groups)


def test_the_worked_example_of_version_2() -> None:
    """A real answer of data.europa.eu: dataset 6.5, files 6.5, 6.5 and 6.25, whole 6.4583 (shared data, MQA.md §2)."""
    lacking = ("provenance", "applicable_legislation", "other_identifier", "relation")
    file = {name: value for name, value in FULL["distribution"][0].items() if name not in ("page", "status")}
    odd = file | {"media_type": "https://v.example/types/csv"}
    values = without(*lacking) | {"distribution": [file, file, odd]}
    found = assess(V2, values, Facts({URL: 0, FILE_URL: 0}, known=KNOWN))
    assert found.total == pytest.approx(6.458333333333334)
    assert found.band == "excellente"
    of_files = sum(r.points for r in found.results if r.metric.on == FILE) * 2
    assert of_files == pytest.approx((6.5 + 6.5 + 6.25) / 3)
    [one] = [gain for gain in found.gains if gain.metric.name == "mediaTypeFromVocabulary"]
    assert (one.met, one.gain) == (pytest.approx(2 / 3), pytest.approx(0.25 / 3 / 2))


@pytest.mark.parametrize(
    ("values", "facts", "v1", "v2"),
    [
        ({}, Facts(), 0, 0),
        # v1: keyword 30, theme 30, issued 5; v2: 0.5, 0.5, 0.25, and no file to be judged by
        ({"keyword": {"": ["a"]}, "theme": ["x"], "issued": "2020"}, Facts(), 65, 1.25),
        # links not checked: 50 + 30 less, (0.25 + 0.25) / 2 less; conformity not checked: 30 less, v1 alone
        (FULL, unchecked(), 295, 7.25),
        # an error, and a dead host
        (FULL, unchecked(statuses={URL: 404, FILE_URL: 0}, conforms=True), 325, 7.25),
        # a redirect that ends nowhere is no success
        (FULL, unchecked(statuses={URL: 301, FILE_URL: 299}, conforms=True), 355, 7.375),
        # XLSX: machine-readable, not open
        (with_files(file_with(format=EU + "file-type/XLSX")), ALL_WELL, 385, 7.25),
        # a format that no list knows, with a media type of IANA
        (with_files(file_with(format="https://v.example/csv")), ALL_WELL, 365, 6.75),
        # an address that only looks like one of the table
        (with_files(file_with(format=EU + "file-type/NIMPORTE")), ALL_WELL, 365, 6.75),
        (with_files(file_with(license="https://v.example/licence")), ALL_WELL, 395, 7.25),
        (with_files(file_with(media_type=IANA + "nimporte/quoi")), ALL_WELL, 405, 7.375),
        # described in place: the address counts
        (with_files(file_with(license={"uri": EU + "licence/ETALAB_2_0", "title": {"": ["LO"]}})), ALL_WELL, 405, 7.5),
        (with_files(file_with(license={"title": {"": ["Maison"]}})), ALL_WELL, 395, 7.25),
        (FULL | {"access_rights": "https://v.example/public"}, ALL_WELL, 400, 7.375),
        # v1: the best of two files; v2: their mean, (7.5 + 1.25) / 2
        (with_files({"access_url": [URL]}, file_with()), ALL_WELL, 405, (7.5 + (7.5 + 1.25) / 2) / 2),
        # not on the web: it can have no status
        (with_files(file_with(access_url=["ftp://v.example/f"])), ALL_WELL, 355, 7.375),
    ],
)
def test_scores_made_by_hand(values: dict[str, Any], facts: Facts, v1: float, v2: float) -> None:
    assert assess(V1, values, facts).total == v1
    assert assess(V2, values, facts).total == pytest.approx(v2)


def test_one_of_several_addresses_that_answers_is_enough_and_an_unknown_one_leaves_it_open() -> None:
    values = with_files(file_with(access_url=[URL, FILE_URL]))

    def state(statuses: dict[str, int]) -> tuple[float, float]:
        found = assess(V2, values, unchecked(statuses=statuses))
        [result] = [r for r in found.results if r.metric.name == "accessUrlStatusCode"]
        return result.met, result.pending

    assert state({URL: 500, FILE_URL: 200}) == (1, 0)
    assert state({URL: 500}) == (0, 1)
    assert state({URL: 500, FILE_URL: 0}) == (0, 0)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("values", [{}, FULL, without("theme"), with_files(file_with(), {}, {"access_url": [URL]})])
def test_what_the_base_keeps_gives_the_same_score(version: Methodology, values: dict[str, Any]) -> None:
    found = assess(version, values, unchecked(statuses={URL: 200}))
    again = restored(version, found.files, found.lacks)
    assert again.total == pytest.approx(found.total)
    assert facts_of(again) == facts_of(found)


def facts_of(found: Assessment) -> dict[str, tuple[float, float]]:
    return {r.metric.key: (round(r.met, 6), round(r.pending, 6)) for r in found.results}


def test_dimensions_sum_to_the_total() -> None:
    for version in VERSIONS.values():
        found = assess(version, without("theme", "provenance"), unchecked())
        points, most = zip(*(found.dimension(name) for name in version.dimensions), strict=True)
        assert sum(points) == pytest.approx(found.total)
        assert sum(most) == pytest.approx(version.most)


def test_the_largest_gain_comes_first() -> None:
    gains = assess(V1, without("keyword", "temporal"), unchecked()).gains
    assert [(gain.metric.name, gain.gain) for gain in gains[:4]] == [
        ("accessUrlStatusCode", 50),
        ("keywordAvailability", 30),
        ("downloadUrlStatusCode", 30),
        ("dcatApCompliance", 30),
    ]


def test_bands() -> None:
    assert [V1.band(n) for n in (405, 351, 350, 221, 220.5, 121, 120, 0)] == [
        *("excellente", "excellente", "bonne", "bonne", "suffisante", "suffisante", "insuffisante", "insuffisante")
    ]
    assert [V2.band(n) for n in (7.5, 5, 4.99, 2.5, 2.49, 0)] == [
        *("excellente", "excellente", "bonne", "bonne", "suffisante", "suffisante")
    ]
