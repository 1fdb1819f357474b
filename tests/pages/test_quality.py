"""The quality score on the pages: which version, what to do and where, and whose datasets an average is of."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue import publishing
from catalogue.links import Finding, LinkReader, conclude
from catalogue.models import LinkCheck, Score
from catalogue.quality.metrics import V1, V2, VERSIONS, Facts
from catalogue.quality.reader import ScoreReader
from catalogue.quality.scoring import assess, figure
from portal.pages.quality import gains_of, placed
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples, remember

As = Callable[[Any], Client]


def block(client: Client, address: str) -> str:
    """The text of the part about quality."""
    page = unescape(said(client.get(address)))
    return page[page.index('id="qualite"') :].split("</section>")[0]


def test_the_page_of_a_dataset_says_its_score_and_which_version_it_is(samples: Samples, client: Client) -> None:
    score = Score.objects.get(dataset=samples.rich)
    text = block(client, samples.rich.get_absolute_url())
    assert f'aria-label="MQA v2, qualité {V2.band(score.v2)} : {figure(score.v2)} sur 7,5"' in text
    assert f"Dans le barème précédent, MQA v1 : {score.v1} sur 405, qualité {V1.band(score.v1)}" in text
    assert text.index("MQA v2") < text.index("MQA v1")
    for dimension in V1.dimensions.values():
        assert f"<dt>{dimension}</dt>" in text


def test_points_to_gain_are_told_by_field_with_what_to_do(samples: Samples, client: Client) -> None:
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", block(client, samples.rich.get_absolute_url())))
    assert "+ 0,5Fichiers : licence : choisissez la licence du fichier (3 fichiers sur 3)." in text
    assert "+ 0,25Organisme qui publie : nommez l’organisme qui publie." in text
    # 1 + 2 + 1: format given to 2 files of 3, whose types are in the table of the samples
    assert "+ 0,333Fichiers : format : dites le format du fichier (1 fichier sur 3)." in text
    assert 'href="#fichiers"' in block(client, samples.rich.get_absolute_url())


def test_the_form_says_them_beside_the_field(samples: Samples, as_: As) -> None:
    writer = factories.person("publisher", samples.town)
    page = BeautifulSoup(as_(writer).get(f"{samples.rich.get_absolute_url()}modifier/").content, "html.parser")
    told: dict[str, list[Any]] = {}
    for item in page.select(".gains li"):
        told.setdefault(item.get_text().replace("\u202f", " "), []).append(item)
    beside = {text: [item.find_previous("label") for item in items] for text, items in told.items()}
    [relation] = beside["0,125 point à gagner : citez une ressource liée."]
    assert relation.get_text() == "Ressources liées"
    # One of three files has no format: beside its empty field, and not beside the others'.
    [form] = beside["0,333 point à gagner : dites le format du fichier (1 fichier sur 3)."]
    assert (form.get_text(), form["for"]) == ("Format", "c-distribution.2.format")
    licences = beside["0,5 point à gagner : choisissez la licence du fichier (3 fichiers sur 3)."]
    assert [label.get_text() for label in licences] == ["Licence"] * 3
    # Given, but two of three addresses do not answer: at the head of the files.
    faulty = "adresse d’accès, donnez une adresse d’accès qui répond (2 fichiers sur 3)"
    assert f"0,125 point à gagner : {faulty}." in told


def test_a_record_without_a_score_has_a_form_all_the_same(samples: Samples, as_: As) -> None:
    Score.objects.all().delete()
    writer = factories.person("publisher", samples.town)
    page = as_(writer).get(f"{samples.rich.get_absolute_url()}modifier/")
    assert page.status_code == 200
    assert "à gagner" not in said(page)


def test_an_address_is_pending_then_counts_then_is_at_fault(samples: Samples, client: Client) -> None:
    def advice() -> str:
        text = block(client, lone.get_absolute_url())
        found = re.search(r"Fichiers : adresse d’accès</a> : ([^<]*)\.", text)
        return found[1] if found else ""

    lone = factories.dataset("Un seul fichier", samples.town, distribution=[factories.file("seul.csv")])
    factories.follow(ScoreReader())
    assert advice() == "adresse pas encore vérifiée, les points viendront si elle répond"
    factories.follow(LinkReader())
    link = LinkCheck.objects.get(address__endswith="seul.csv")
    for status, words in ((200, ""), (404, "donnez une adresse d’accès qui répond")):
        conclude(link, Finding(status), link.next_at - link.next_at)
        factories.follow(ScoreReader())
        assert advice() == words


def test_a_dataset_that_is_not_scored_yet_says_so(samples: Samples, client: Client) -> None:
    fresh = factories.dataset("Tout frais", samples.town)
    assert "La note n’est pas encore calculée." in block(client, fresh.get_absolute_url())


@pytest.mark.parametrize("address", ["/", "/organisations/ville-de-port-lanvern/"])
def test_an_average_is_of_what_the_reader_sees(samples: Samples, as_: As, address: str) -> None:
    """The private dataset is the poorest of the town: whoever sees it reads a lower average."""

    def average(reader: Any) -> float:
        found = re.search(r"MQA v2, qualité \w+ : ([\d,]+) sur", block(as_(reader), address))
        assert found
        return float(found[1].replace(",", "."))

    publishing.set_private(samples.rich, private=True)
    factories.follow(ScoreReader())
    strangers = average(None)
    assert average(samples.stranger) == strangers
    assert average(samples.member) != strangers
    publishing.withdraw([samples.many_files], "Retiré.")
    assert average(None) != strangers, "what is withdrawn leaves the averages at once"


def test_nothing_scored_gives_no_average(client: Client, db: None) -> None:
    factories.dataset("Arbres", factories.body("Ville"))
    for address in ("/", "/organisations/ville/"):
        assert 'id="qualite"' not in client.get(address).content.decode()
    assert "Aucun jeu de données n’a encore de note." in client.get("/qualite/").content.decode()


def test_the_method_is_told_and_each_metric_has_its_place(
    samples: Samples, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    remember()
    with django_assert_max_num_queries(5):
        page = unescape(said(client.get("/qualite/")))
    for version in VERSIONS.values():
        for metric in version.metrics:
            assert f'id="{version.code}-{metric.on}-{metric.name}"' in page
    assert "Ville de Port-Lanvern" in page
    assert "Les services de données ne sont pas évalués" in page


def test_a_body_that_only_has_private_datasets_is_not_named_to_strangers(samples: Samples, as_: As) -> None:
    alone = factories.body("Service très secret")
    factories.dataset("Secret", alone, private=True)
    factories.follow(ScoreReader())
    assert "Service très secret" not in said(as_(None).get("/qualite/"))
    assert "Service très secret" in said(as_(samples.administrator).get("/qualite/"))


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.51, 0.999, 1])
def test_the_drawing_stays_in_its_frame(version: Any, share: float) -> None:
    for line in placed(version, version.most * share).lines:
        assert 0 <= float(line.x) <= line.width
        text = float(line.text_x)
        assert (text >= 110 or line.width < 640) if line.anchor == "end" else text <= line.width - 110
        assert [tick.ours for tick in line.ticks].count(True) == 1


def test_gains_sum_to_what_is_missing() -> None:
    for version in VERSIONS.values():
        score = assess(version, {"title": {"fr": "Arbres"}, "distribution": [{}, {"format": "x"}]}, Facts())
        told = sum(float(gain.points.replace(",", ".")) for gain in gains_of(score))
        assert told == pytest.approx(version.most - score.total, abs=0.02)
