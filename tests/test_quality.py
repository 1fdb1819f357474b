"""The European score against sums made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.quality import DATASET, FILE, LICENCES, MOST, Facts, average, rating, score

EU = "http://publications.europa.eu/resource/authority/"
URL, FILE_URL = "https://v.example/page", "https://v.example/f.csv"
FULL: dict[str, Any] = {
    "keyword": {"fr": ["arbres"]},
    "theme": [EU + "data-theme/ENVI"],
    "spatial": [{"uri": "http://id.insee.fr/geo/commune/40192"}],
    "temporal": [{"start": "2020"}],
    "access_rights": EU + "access-right/PUBLIC",
    "contact_point": [{"name": {"": "Service"}}],
    "publisher": {"name": {"": "Ville"}},
    "issued": "2020-01-01",
    "modified": "2021-01-01",
    "distribution": [
        {
            "access_url": [URL],
            "download_url": [FILE_URL],
            "format": EU + "file-type/CSV",
            "media_type": "https://www.iana.org/assignments/media-types/text/csv",
            "license": LICENCES + "ETALAB_2_0",
            "rights": "Ville",
            "byte_size": 12,
        }
    ],
}
ALL_WELL = Facts({URL: 200, FILE_URL: 204}, conforms=True)


def file_with(**changes: Any) -> dict[str, Any]:
    return {**FULL, "distribution": [{**FULL["distribution"][0], **changes}]}


def test_the_points_sum_as_the_methodology_says() -> None:
    sums = {name: sum(m.most for m in (*DATASET, *FILE) if m.dimension == name) for name in ("findability",)}
    best = score(FULL, ALL_WELL)
    assert sums == {"findability": 100}
    assert [best.dimension(n) for n in ("findability", "accessibility", "interoperability", "reusability")] == [
        100,
        100,
        110,
        75,
    ]
    assert (best.total, best.rating, best.gains) == (MOST, "Excellent", [])


@pytest.mark.parametrize(
    ("values", "facts", "points"),
    [
        ({}, Facts({}), 0),
        # keyword 30, theme 30, issued 5; nothing of a file
        ({"keyword": {"": ["a"]}, "theme": ["x"], "issued": "2020"}, Facts({}), 65),
        # links not checked: 50 + 30 less; conformity not checked: 30 less
        (FULL, Facts({}), 295),
        # a redirect that ends nowhere, and a dead host
        (FULL, Facts({URL: 404, FILE_URL: 0}, conforms=True), 325),
        # XLSX: machine-readable, not open: 20 less
        (file_with(format=EU + "file-type/XLSX"), ALL_WELL, 385),
        # a format outside of the list, with a media type of IANA: 20 + 20 less
        (file_with(format="https://v.example/csv"), ALL_WELL, 365),
        # a licence that nobody knows: 10 less
        (file_with(license="https://v.example/licence"), ALL_WELL, 395),
        (FULL | {"access_rights": "https://v.example/public"}, ALL_WELL, 400),
        # the best of two files counts
        (FULL | {"distribution": [{"access_url": [URL]}, *FULL["distribution"]]}, ALL_WELL, 405),
    ],
)
def test_scores_made_by_hand(values: dict[str, Any], facts: Facts, points: int) -> None:
    assert score(values, facts).total == points


def test_what_would_gain_points_is_said_beside_the_field() -> None:
    gains = {gain.metric: (gain.field, gain.gain) for gain in score(FULL, Facts({FILE_URL: 500})).gains}
    field, words = gains["accessUrlStatusCode"]
    assert (field, words) == (
        "distribution.access_url",
        "50 points à gagner (pas encore vérifié) : les points viendront si l’adresse répond.",
    )
    assert "qui répond" in gains["downloadUrlStatusCode"][1]
    assert gains["dcatApCompliance"][1].startswith("30 points à gagner (pas encore vérifié)")


def test_a_licence_of_french_law_is_known_when_it_is_given() -> None:
    values = file_with(license="https://www.etalab.gouv.fr/licence")
    assert score(values, Facts({}, licences=frozenset({"https://www.etalab.gouv.fr/licence"}))).total == 295


def test_bands_and_averages() -> None:
    assert [rating(n) for n in (405, 351, 350, 221, 220.5, 121, 120, 0)] == [
        "Excellent",
        "Excellent",
        "Bon",
        "Bon",
        "Suffisant",
        "Suffisant",
        "Insuffisant",
        "Insuffisant",
    ]
    assert average([score(FULL, ALL_WELL), score({}, Facts({}))]) == 202.5
    assert average([]) is None
