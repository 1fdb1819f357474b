"""Facets, dates, outlines and sorts of the results page; pages beyond those that have numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from catalogue.models import Audience, Dataset, Territory, Vocabulary
from catalogue.search import find
from tests import factories
from tests.pages.conftest import filled, said  # noqa: F401 - filled documents how forms are sent
from tests.pages.samples import Samples

As = Callable[[Any], Client]
SEARCH = "/jeux-de-donnees/"


@pytest.fixture
def landes(db: None, home: Path) -> dict[str, Territory]:
    """One dataset in each of two communes of an EPCI, one in another commune of the département, one elsewhere."""
    levels = {
        "75": "region",
        "40": "departement",
        "244000675": "epci",
        "40088": "commune",
        "40279": "commune",
        "40192": "commune",
    }
    names = dict(
        zip(
            levels,
            ("Nouvelle-Aquitaine", "Landes", "CA du Grand Dax", "Dax", "Saint-Paul-lès-Dax", "Mont-de-Marsan"),
            strict=True,
        )
    )
    made = {
        code: Territory.objects.create(level=level, code=code, name=names[code], sort_name=names[code].lower())
        for code, level in levels.items()
    }
    above = {
        "40": ["75"],
        "244000675": ["40", "75"],
        "40088": ["244000675", "40", "75"],
        "40279": ["244000675", "40", "75"],
        "40192": ["40", "75"],
    }
    for code, parents in above.items():
        made[code].parents.set([made[parent] for parent in parents])
    for code in ("40088", "40279", "40192"):
        row = factories.dataset(f"Piscines {code}", modified="2024-05-31")
        Dataset.objects.filter(pk=row.pk).update(territory=made[code])
    factories.dataset("Piscines de nulle part", modified="2019")
    factories.bring_index_up_to_date()
    return made


def facet(page: str, title: str) -> list[tuple[str, str, str]]:
    """Name, class and address of each value."""
    section = BeautifulSoup(page, "html.parser").select_one(f'section.facet[aria-label="{title}"]')
    assert section is not None, title
    found = []
    for item in section.select("li"):
        link = item.select_one("a")
        assert link is not None
        name = link.select_one("span")
        assert name is not None
        found.append(
            (name.get_text().partition(" (choisi")[0].strip(), " ".join(item.get("class") or []), str(link["href"]))
        )
    return found


def test_territories_are_a_tree(landes: dict[str, Territory], client: Client) -> None:
    page = client.get(f"{SEARCH}?q=piscines").content.decode()
    assert [(name, step) for name, step, _ in facet(page, "Territoire")] == [
        ("Nouvelle-Aquitaine", ""),
        ("Landes", "in-1"),
        ("CA du Grand Dax", "in-2"),
        ("Dax", "in-3"),
        ("Saint-Paul-lès-Dax", "in-3"),
        ("Mont-de-Marsan", "in-2"),
    ]
    address = next(address for name, _, address in facet(page, "Territoire") if name == "CA du Grand Dax")
    narrowed = said(client.get(address))
    assert "2 résultats" in narrowed
    assert "Piscines 40192" not in narrowed


def test_several_values_of_a_facet_are_alternatives_and_each_can_be_taken_back(
    landes: dict[str, Territory], client: Client
) -> None:
    page = client.get(f"{SEARCH}?territoire=commune:40088&territoire=commune:40192")
    assert "2 résultats" in said(page)
    chips = BeautifulSoup(page.content, "html.parser").select('ul[aria-label="Filtres choisis"] a.tag.on')
    assert [str(chip["href"]) for chip in chips] == [
        f"{SEARCH}?territoire=commune%3A40192",
        f"{SEARCH}?territoire=commune%3A40088",
    ]


def test_an_old_address_of_a_licence_ticks_the_one_that_the_facet_knows(db: None, home: Path, client: Client) -> None:
    ours, theirs = "https://www.etalab.gouv.fr/licence-ouverte-open-licence", factories.EU + "licence/ETALAB_2_0"
    for code, address, others in (("licence", theirs, []), ("licence-fr", ours, [theirs])):
        vocabulary = Vocabulary.objects.create(code=code, title=code)
        vocabulary.concepts.create(code="LO", uri=address, labels={"fr": "Licence Ouverte 2.0"}, alt=others)
    factories.dataset("Piscines", license=ours)
    factories.dataset("Halles", license=factories.EU + "licence/CC0")
    factories.bring_index_up_to_date()
    for address in (ours, theirs):
        page = client.get(SEARCH, {"licence": address})
        assert "1 résultat" in said(page)
        chosen = [where for name, _, where in facet(page.content.decode(), "Licence") if name == "Licence Ouverte 2.0"]
        assert chosen == [SEARCH], "a value that is chosen leads to the list without it"


def test_dates_and_rectangles_are_forms_that_keep_the_rest(landes: dict[str, Territory], client: Client) -> None:
    page = client.get(f"{SEARCH}?q=piscines&depuis=2024&format=CSV").content.decode()
    soup = BeautifulSoup(page, "html.parser")
    dates, outline = soup.select("form.bounds")
    assert dates.select_one("#depuis")["value"] == "2024-01-01"  # type: ignore[index]
    assert {(str(each["name"]), str(each["value"])) for each in dates.select("input[type=hidden]")} == {
        ("q", "piscines"),
        ("format", "CSV"),
    }
    assert {str(each["name"]) for each in outline.select("input[type=hidden]")} == {"q", "format", "depuis"}
    assert [str(each["name"]) for each in outline.select("input.in")] == ["ouest", "sud", "est", "nord"]
    english = client.get(f"{SEARCH}?q=piscines", headers={"accept-language": "en"}).content.decode()
    edges = BeautifulSoup(english, "html.parser").select("form.bounds .edges label")
    assert [each.text for each in edges] == ["West", "South", "East", "North"]
    assert "3 résultats" in said(client.get(f"{SEARCH}?q=piscines&depuis=2024"))
    assert "1 résultat" in said(client.get(f"{SEARCH}?q=piscines&jusqua=2023-12-31"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("depuis=hier", "n’est pas une date"),
        ("depuis=2025&jusqua=2024", "La première date est après la seconde"),
        ("ouest=1&sud=50&est=2&nord=40", "à l’envers"),
        ("ouest=1", "quatre nombres"),
        ("suite=abc", "Cette suite de résultats n’existe pas"),
        ("suite=" + "x" * 6000, "Cette suite de résultats n’existe pas"),
    ],
)
def test_what_cannot_be_followed_is_said_and_results_are_shown(
    landes: dict[str, Territory], client: Client, query: str, told: str
) -> None:
    page = said(client.get(f"{SEARCH}?q=piscines&{query}"))
    assert told in page
    assert "4 résultats" in page


@pytest.mark.parametrize("sort", ["maj", "nouveau", "titre", "qualite"])
def test_each_sort_is_offered_and_works(landes: dict[str, Territory], client: Client, sort: str) -> None:
    page = said(client.get(f"{SEARCH}?q=piscines&tri={sort}"))
    assert f'<option value="{sort}" selected>' in page
    assert "4 résultats" in page


def test_what_follows_a_cursor_has_no_number_and_leads_back(samples: Samples, as_: As) -> None:
    cursor = find("", audience=Audience(), sort="modified", size=20, kinds=("dataset",)).next
    page = as_(None).get(f"{SEARCH}?tri=maj&suite={quote(cursor)}").content.decode()
    soup = BeautifulSoup(page, "html.parser")
    first = BeautifulSoup(as_(None).get(f"{SEARCH}?tri=maj").content, "html.parser")
    titles = {each.get_text() for each in soup.select(".hit h2")}
    assert titles
    assert titles.isdisjoint(each.get_text() for each in first.select(".hit h2"))
    assert soup.select_one(".pager a")["href"] == f"{SEARCH}?tri=maj"  # type: ignore[index]
    assert "noindex" in page
    assert not soup.select(".pager [rel=next]")


def test_a_private_dataset_is_in_no_facet_of_strangers(samples: Samples, as_: As) -> None:
    """The private one is the only one of its licence, format, rhythm and schema."""
    factories.dataset(
        "Halle, plans", samples.town, private=True, license="https://ville.example/secrete", conforms_to=["https://ville.example/schemas/secret"],
        frequency=factories.EU + "frequency/DECENNIAL", distribution=[factories.file("a.gml", format=factories.EU + "file-type/GML")],
    )  # fmt: skip
    factories.bring_index_up_to_date()
    for reader, sees in ((None, False), (samples.stranger, False), (samples.member, True)):
        page = said(as_(reader).get(SEARCH))
        assert ("GML" in page) is sees
        assert ("schemas%2Fsecret" in page) is sees
        assert ("DECENNIAL" in page) is sees
        as_(None).logout()
