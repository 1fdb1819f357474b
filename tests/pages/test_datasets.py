"""The page of one dataset."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.links import Finding, conclude
from catalogue.models import Dataset, LinkCheck, User
from harvesters.models import HarvestRecord, HarvestSource
from portal.context import writes_known
from portal.pages.words import day
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples, remember

As = Callable[[Any], Client]


def text_of(client: Client, dataset: Dataset, status: int = 200) -> str:
    response = client.get(dataset.get_absolute_url())
    assert response.status_code == status
    return said(response)


@pytest.mark.parametrize(
    ("reader", "status"), [(None, 404), ("stranger", 404), ("member", 200), ("administrator", 200)]
)
def test_a_private_dataset_does_not_exist_for_strangers(
    samples: Samples, as_: As, reader: str | None, status: int
) -> None:
    client = as_(reader and getattr(samples, reader))
    page = text_of(client, samples.private, status)
    if status == 404:
        nowhere = client.get(f"/jeux-de-donnees/{uuid.uuid4()}/")
        assert hidden_tokens(page) == hidden_tokens(said(nowhere))
    else:
        assert "privé : visible de vous, pas de tous" in page
        assert 'content="noindex"' in page


def hidden_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


@pytest.mark.parametrize(("reader", "queries"), [(None, 6), ("member", 8), ("administrator", 8)])
@pytest.mark.parametrize("which", ["rich", "poor", "many_files", "hostile", "private"])
def test_a_public_page_costs_the_same_whatever_it_shows(
    samples: Samples,
    as_: As,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    reader: str | None,
    queries: int,
    which: str,
) -> None:
    person: User | None = reader and getattr(samples, reader)
    client = as_(person)
    if person:
        writes_known(person)  # of every page, asked once a minute
    remember()
    with django_assert_max_num_queries(queries):
        text_of(client, getattr(samples, which), 404 if which == "private" and reader is None else 200)


def test_what_is_said_of_it_is_shown(samples: Samples, client: Client) -> None:
    page = unescape(text_of(client, samples.rich))
    for words in (
        "Bornes et bacs de collecte des déchets",
        "Oui, gratuitement, pour tout usage",
        "24 novembre 2026",
        "mensuel",
        "Sept communes du Lan",
        "de 2019 à 2026",
        "mars 2019",
        "mailto:dechets@ville.example",
        "?q=d%C3%A9chets",
        "https://fichiers.ville.example/points.csv",
        "186 ko",
        "Télécharger",
        "Un service WFS.",
        "Première publication sur ce portail.",
        "https://ville.example/dechets",
        f"/id/{samples.rich.pk}.ttl",
        "?profile=source",
        samples.rich.uri,
    ):
        assert words in page


def test_each_file_says_whether_its_link_answers(samples: Samples, client: Client, settings: Settings) -> None:
    settings.BOUTURE_LINK_CHECKS = 7
    page = unescape(text_of(client, samples.rich))
    today = day(timezone.now())
    shown = re.sub(r"<svg.*?</svg>", "", page[page.index('id="fichiers"') : page.index('id="contact"')])
    assert re.findall(r'<span class="state warn">([^<]*)</span>', shown) == [
        f"Introuvable (404) depuis le {today}",
        f"Ne répond pas depuis le {today} : le nom du serveur est introuvable",
    ]
    assert f"<span>Lien vérifié le {today}</span>" in shown
    assert f"https://ville.example/dechets</a>, accès refusé (403) depuis le {today}" in page
    assert "Des liens ne répondent pas comme il faut" in page
    page = text_of(client, samples.many_files)
    assert page.count("<span>Lien pas encore vérifié</span>") == 40
    assert "comme il faut" not in page


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (410, "Introuvable (410) depuis le"),
        (401, "Accès refusé (401) depuis le"),
        (500, "En panne (500) depuis le"),
        (302, "Répond par une erreur (302) depuis le"),
        (206, "Lien vérifié le"),
    ],
)
def test_what_an_address_answers_is_said_in_words(samples: Samples, client: Client, status: int, shown: str) -> None:
    for link in LinkCheck.objects.used_by(samples.many_files.pk):
        conclude(link, Finding(status), timedelta(days=7))
    assert text_of(client, samples.many_files).count(shown) == 40


def test_a_server_that_asks_to_wait_is_not_called_dead(samples: Samples, client: Client, settings: Settings) -> None:
    settings.BOUTURE_LINK_CHECKS = 7
    for link in LinkCheck.objects.used_by(samples.many_files.pk):
        conclude(link, Finding(None, "le serveur demande d’attendre"), timedelta(days=7))
    page = text_of(client, samples.many_files)
    assert page.count("<span>Lien pas encore vérifié : le serveur demande d’attendre</span>") == 40


def test_an_instance_that_looks_at_no_link_says_nothing_of_those_never_seen(samples: Samples, client: Client) -> None:
    assert "Lien pas encore vérifié" not in text_of(client, samples.many_files)
    assert "Introuvable (404)" in text_of(client, samples.rich)


def test_a_poor_record_says_what_it_lacks(samples: Samples, client: Client) -> None:
    page = text_of(client, samples.poor)
    for words in (
        "Aucune licence n’est indiquée : demandez avant de réutiliser.",
        "n’a pas décrit ces données",
        "Cette fiche ne donne aucun fichier.",
        "Aucun contact n’est indiqué",
        "La fiche ne donne pas :",
    ):
        assert words in page


def test_an_unknown_licence_is_said_honestly(samples: Samples, client: Client) -> None:
    page = text_of(client, samples.odd_licence)
    assert "Nous ne savons pas résumer cette licence" in page
    assert 'href="https://ville.example/conditions-maison"' in page


def test_forty_files_are_folded_after_the_first(samples: Samples, client: Client) -> None:
    page = text_of(client, samples.many_files)
    assert page.count('<li class="file">') == 40
    assert "Les 28 autres" in page


def test_nothing_hostile_gets_through(samples: Samples, client: Client) -> None:
    page = text_of(client, samples.hostile)
    assert not re.search(
        r"<script(?! type=\"application/ld\+json\">| src=\"/static/parts)|<iframe|<img|onerror=alert\(1\)>|<b>gras",
        page,
    )
    for address in re.findall(r'(?:href|src|action)="([^"]*)"', page):
        assert re.match(r"(https?://|ftp://|mailto:|/|#)", address), address
    assert "bcc=" not in page and "bcc%3D" not in page
    assert "La fiche ne donne pas d’adresse que l’on puisse suivre" in page
    assert 'href="ftp://fichiers.ville.example/a%20b.zip"' in page


@pytest.mark.parametrize("reader", [None, "stranger", "member", "administrator"])
def test_a_withdrawn_dataset_says_when_and_why(samples: Samples, as_: As, reader: str | None) -> None:
    page = text_of(as_(reader and getattr(samples, reader)), samples.withdrawn, 410)
    assert "Ces tarifs ne s’appliquent plus." in page
    assert "Ces données ont été retirées le" in page
    assert "Anciens tarifs de l’eau" in page


@pytest.mark.parametrize(("reader", "status"), [(None, 404), ("stranger", 404), ("member", 410)])
def test_a_private_dataset_stays_hidden_once_withdrawn(
    samples: Samples, as_: As, reader: str | None, status: int
) -> None:
    publishing.withdraw([samples.private], "Abandonné.")
    page = text_of(as_(reader and getattr(samples, reader)), samples.private, status)
    assert ("Abandonné." in page) is (status == 410)


def test_its_history_tells_what_changed_and_never_who_may_read(samples: Samples, client: Client) -> None:
    publishing.grant(samples.rich, samples.stranger)
    publishing.set_private(samples.rich, private=True)
    publishing.set_private(samples.rich, private=False)
    publishing.withdraw([samples.rich], "Par erreur.")
    draft = publishing.Draft(
        "dataset",
        {"title": {"fr": "Nouveau nom"}, "description": {"fr": "Autre."}},
        samples.town.pk,
        id=samples.rich.pk,
    )
    publishing.publish([draft])
    page = text_of(client, samples.rich)
    assert "Retiré. Motif : Par erreur." in page
    story = page[page.index('id="histoire"') : page.index('id="h-citer"')]
    assert story.count("<li>") == 3
    assert "Mis à jour : titre, " in story
    assert re.search(r"[a-zé] et \d+ autres\.", story)
    assert page.index("Retiré.") < page.index("Première publication")


@pytest.mark.parametrize(
    ("key", "title", "shown"),
    [
        ("https://catalogue.voisin.example/all.ttl", "", "Moissonné chez catalogue.voisin.example"),
        ("https://catalogue.voisin.example/all.ttl", "Le voisin", "Moissonné chez Le voisin"),
        ("/srv/secret/all.ttl", "", "Moissonné chez un fichier de catalogue"),
    ],
)
def test_a_harvested_record_says_where_it_comes_from(
    samples: Samples, client: Client, key: str, title: str, shown: str
) -> None:
    source = HarvestSource.objects.create(key=key, title=title, owner=samples.town)
    HarvestRecord.objects.create(source=source, key="x", record=samples.rich.pk)
    page = text_of(client, samples.rich)
    assert shown in page
    assert "/srv/" not in page


def test_the_other_sources_of_a_record_are_named_the_nearest_first(samples: Samples, client: Client) -> None:
    since = datetime(2026, 11, 12, 10, tzinfo=UTC)
    Dataset.objects.filter(pk=samples.rich.pk).update(uri="https://donnees.ville.fr/jeux/1")
    for key, title, fields in (
        ("https://loin.fr/all.ttl", "Loin", {"follows": True, "page": "javascript:vole()"}),
        ("https://sig.ville.fr/all.ttl", "Voisin", {"follows": True, "page": "https://sig.ville.fr/1", "since": since}),
        ("https://donnees.ville.fr/all.ttl", "Chez elle", {"since": since}),
        ("https://secret.fr/all.ttl", "Caché", {"follows": True}),
        ("https://perdu.fr/all.ttl", "Perdu", {"follows": True, "gone_at": since}),
    ):
        source = HarvestSource.objects.create(key=key, title=title, owner=samples.town, private=title == "Caché")
        HarvestRecord.objects.create(source=source, key="x", record=samples.rich.pk, stamp="x", **fields)
    page = text_of(client, samples.rich)
    assert 'Moissonné chez Chez elle depuis le <time datetime="2026-11-12">' in page
    assert page.index('<a href="https://sig.ville.fr/1" rel="nofollow noopener">Voisin</a>, depuis le') < page.index(
        "Loin"
    )
    assert "vole()" not in page and "Caché" not in page and "Perdu" not in page


def test_a_record_that_its_source_lost_says_since_when(samples: Samples, client: Client) -> None:
    source = HarvestSource.objects.create(key="https://catalogue.voisin.example/", owner=samples.town)
    since = datetime(2026, 11, 12, 10, tzinfo=UTC)
    row = HarvestRecord.objects.create(source=source, key="x", record=samples.rich.pk, absent_since=since)
    assert 'Absent de cette source depuis le <time datetime="2026-11-12">' in text_of(client, samples.rich)
    HarvestRecord.objects.filter(pk=row.pk).update(absent_since=None)
    assert "Absent de cette source" not in text_of(client, samples.rich)


def test_what_was_repaired_and_what_could_not_be_read_is_told(samples: Samples, client: Client) -> None:
    Dataset.objects.filter(pk=samples.rich.pk).update(
        problems=[["distribution.modified", "date-spelling", "hier", True], ["spatial", "unreadable", "?", False]],
        findings=[
            ["violation", "missing", "title", "", 1],
            ["violation", "missing", "distribution.access_url", "", 2],
            ["violation", "not-date", "issued", "hier", 1],
            ["warning", "missing", "theme", "", 1],
        ],
    )
    page = text_of(client, samples.rich)
    assert "<b>fichiers : date de mise à jour</b> : une date n’était pas au format ISO 8601" in page
    assert "<b>territoire couvert</b>" in page
    assert "<li>fichiers : adresse d’accès</li>" in page
    assert "<li>date de parution</li>" not in page
    assert "<li>sujet</li>" not in page


@pytest.mark.parametrize(
    ("reader", "shown"),
    [(None, False), ("stranger", False), ("member", False), ("contributor", True), ("administrator", True)],
)
def test_those_who_may_edit_see_what_the_checks_found(
    samples: Samples, as_: As, reader: str | None, shown: bool
) -> None:
    Dataset.objects.filter(pk=samples.rich.pk).update(
        conforms=False,
        findings=[
            ["violation", "not-date", "issued", "<b>hier</b>", 1],
            ["violation", "missing", "distribution.access_url", "", 2],
            ["warning", "missing", "theme", "", 1],
        ],
    )
    contributor = factories.person("contributor", samples.town)
    who = contributor if reader == "contributor" else reader and getattr(samples, reader)
    page = text_of(as_(who), samples.rich)
    assert ("La fiche n’est pas conforme à DCAT-AP." in page) is shown
    assert ("« &lt;b&gt;hier&lt;/b&gt; » n’est pas une date valable" in page) is shown
    assert ("d’un fichier : ajoutez cette information là où la fiche est tenue. (2 fois)" in page) is shown
    assert ("1 conseil pour l’améliorer" in page) is shown


@pytest.mark.django_db
def test_a_national_schema_is_told_by_its_title_and_another_by_its_address(client: Client) -> None:
    shown = factories.dataset(conforms_to=["https://schema.data.gouv.fr/scdl/subventions/", "https://schema.example/a"])
    page = client.get(shown.get_absolute_url()).content.decode()
    assert '<a href="https://schema.data.gouv.fr/scdl/subventions/" rel="nofollow noopener">Subventions</a>' in page
    assert '<a href="https://schema.example/a" rel="nofollow noopener">https://schema.example/a</a>' in page


def test_a_record_that_conforms_says_so_and_one_never_checked_too(samples: Samples, as_: As) -> None:
    client = as_(samples.administrator)
    Dataset.objects.filter(pk=samples.rich.pk).update(conforms=True, findings=[])
    assert "La fiche est conforme à DCAT-AP." in text_of(client, samples.rich)
    Dataset.objects.filter(pk=samples.rich.pk).update(conforms=None, findings=[])
    assert "n’a pas encore été vérifiée" in text_of(client, samples.rich)


@pytest.mark.parametrize("address", ["/jeux-de-donnees/abc/", "/jeux-de-donnees/00000000-0000-0000-0000-000000000000/"])
def test_an_address_of_nothing_is_not_found(samples: Samples, client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Cette page n’existe pas" in said(response)


def test_files_with_different_licences_each_say_theirs(samples: Samples, client: Client) -> None:
    files = [factories.file("a.csv", license=factories.OPEN_LICENCE), factories.file("b.csv")]
    mixed = factories.dataset(
        "Mélange", samples.town, distribution=[*files, factories.file("c.csv", license="https://x.example/l")]
    )
    page = text_of(client, mixed)
    assert "Les fichiers n’ont pas tous la même licence." in page
    assert "Licence non indiquée" in page


def test_what_no_vocabulary_knows_is_shown_in_the_words_of_the_source(samples: Samples, client: Client) -> None:
    made = factories.dataset(
        "Squares",
        samples.town,
        license={"title": {"fr": ["À voir avec <b>la mairie</b>"]}},
        frequency={"label": {"fr": ["quand on peut"], "en": ["when we can"]}},
        access_rights={"label": {"": ["Sur demande écrite"]}},
        theme=[
            factories.EU + "data-theme/ENVI",
            {"uri": "https://t.essai.example/9f3c", "label": {"fr": ["Haies et talus"]}},
            {"label": {"": ["geospatial"]}},
        ],
        distribution=[{"access_url": ["https://f.essai.example/a"], "format": {"label": {"": ["Inconnu"]}}}],
    )
    Dataset.objects.filter(pk=made.pk).update(
        problems=[["language", "unreadable", '"volapük"', False], ["license", "label-kept", "À voir", True]]
    )
    page = text_of(client, made)
    assert "À voir avec &lt;b&gt;la mairie&lt;/b&gt;" in page
    assert "Nous ne savons pas résumer cette licence." in page
    assert "<dd>quand on peut</dd>" in page
    assert "Sur demande écrite" in page
    assert ">Haies et talus</a>" in page and ">geospatial</a>" in page and "9f3c</a>" not in page
    assert "Inconnu" in page
    assert "volapük" in page and "(« À voir »)" in page
