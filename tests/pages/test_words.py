"""Facts in words."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from portal.pages import words
from portal.pages.licences import terms_of

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("lexical", "said"),
    [
        ("2026", "2026"),
        ("2026-11", "novembre 2026"),
        ("2026-11-24", "24 novembre 2026"),
        ("2026-03-01T10:00:00Z", "1er mars 2026"),
        ("2026-13-01", "2026-13-01"),
        ("hier", "hier"),
        ("", ""),
    ],
)
def test_a_date_is_said_as_precisely_as_the_source_did(lexical: str, said: str) -> None:
    assert words.said_date(lexical) == said


def test_an_instant_is_told_in_the_instance_s_time_zone() -> None:
    assert words.day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1er janvier 2027"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2019", "2026", "de 2019 à 2026"),
        ("2019", "2019", "2019"),
        ("2019-01-01", "2026-12-31", "du 1er janvier 2019 au 31 décembre 2026"),
        ("2019", "", "depuis 2019"),
        ("2019-01-02", "", "depuis le 2 janvier 2019"),
        ("", "2026", "jusqu’en 2026"),
        ("", "2026-05", "jusqu’en mai 2026"),
        ("", "2026-05-03", "jusqu’au 3 mai 2026"),
        ("2019-05", "2026-05", "de mai 2019 à mai 2026"),
        ("hier", "", "hier"),
        ("", "", ""),
    ],
)
def test_a_period_may_lack_an_end(start: str, end: str, said: str) -> None:
    assert words.period(start, end) == said


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (None, ""),
        (-1, ""),
        (0, f"0{NARROW}octet"),
        (999, f"999{NARROW}octets"),
        (1000, f"1{NARROW}ko"),
        (186_420, f"186{NARROW}ko"),
        (1_540_000, f"1,5{NARROW}Mo"),
        (999_999, f"1{NARROW}Mo"),
        (5_000_000_000_000_000, f"5{NARROW}000{NARROW}To"),
    ],
)
def test_a_size_is_told_in_decimal_units(octets: int | None, said: str) -> None:
    assert words.size(octets) == said


@pytest.mark.parametrize(
    ("code", "badge", "name"),
    [
        ("CSV", "CSV", "CSV"),
        ("GEOJSON", "GEO", "GeoJSON"),
        ("VND.OPENXMLFORMATS-OFFICEDOCUMENT.SPREADSHEETML.SHEET", "XLSX", "Excel"),
        ("UN FORMAT INCONNU ET LONG", "", "Un format inconnu et long"),
        ("", "", ""),
    ],
)
def test_a_format_has_a_badge_when_it_is_short(code: str, badge: str, name: str) -> None:
    assert words.format_names(code) == (badge, name)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "Licence Ouverte"),
        ("http://publications.europa.eu/resource/authority/licence/ETALAB_2_0", "Licence Ouverte"),
        ("https://spdx.org/licenses/etalab-2.0.html", "Licence Ouverte"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL (licence ouverte de bases de données)"),
        (
            "http://publications.europa.eu/resource/authority/licence/ODC_BL",
            "ODbL (licence ouverte de bases de données)",
        ),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 (domaine public)"),
        ("http://publications.europa.eu/resource/authority/licence/CC0", "CC0 (domaine public)"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY (attribution)"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "CC BY (attribution)"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BYSA_4_0", "CC BY-SA"),
        ("https://creativecommons.org/licenses/by-nc-nd/3.0/fr/", "CC BY-NC-ND"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BYNC", "CC BY-NC"),
        ("https://creativecommons.org/licenses/by-nd/4.0/", "CC BY-ND"),
    ],
)
def test_licences_of_known_families_are_told_in_plain_words(address: str, name: str) -> None:
    terms = terms_of(address)
    assert (terms.known, terms.name) == (True, name)
    assert terms.answer


@pytest.mark.parametrize(
    "address", ["https://ville.example/conditions", "javascript:alert(1)", "https://x.example/bypass"]
)
def test_an_unknown_licence_is_not_summed_up(address: str) -> None:
    assert not terms_of(address).known
    assert terms_of(address).link in ("", address)
    assert not terms_of(address).link.startswith("javascript")


def test_the_signs_of_french_stay_on_the_line_of_their_word() -> None:
    assert words.tied("« a » : b ; c ?") == "«\u00a0a\u00a0»\u00a0: b\u202f; c\u202f?"


def test_english_has_its_own_dates_numbers_and_sizes() -> None:
    with override("en"):
        assert words.day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1 January 2027"
        assert words.short_day(datetime(2026, 11, 24, 12, tzinfo=UTC)) == "24 Nov 2026"
        assert words.moment(datetime(2026, 11, 24, 2, 7, tzinfo=UTC)) == "24 November 2026 at 3:07"
        assert words.said_date("2026-11") == "November 2026"
        assert words.period("2019-01-01", "") == "since 1 January 2019"
        assert words.number(-1234.5, 1) == "\N{MINUS SIGN}1,234.5"
        assert words.size(1_540_000) == f"1.5{NARROW}MB"
        assert [words.size(octets) for octets in (0, 1, 999)] == ["0 bytes", "1 byte", "999 bytes"]
        assert words.tied("« a » : b ; c ?") == "« a » : b ; c ?"
    assert words.number(1234.5, 1) == f"1{NARROW}234,5"
