"""The page of a harvested record for who publishes: closed fields, gestures of addition, and what strangers see of them."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from pytest_django import DjangoAssertNumQueries

from catalogue import additions, publishing
from catalogue.additions import Wish, may_add, may_correct
from catalogue.dcat.mapping import own_values
from catalogue.dcat.profile import DATASET
from catalogue.errors import Refused
from catalogue.layering import by_language
from catalogue.models import Addition, Change, Dataset, Organisation, User
from catalogue.publishing import Draft
from tests import factories
from tests.dcat.test_profile import numbered, records
from tests.pages.conftest import said
from tests.pages.samples import concepts
from tests.pages.test_editing import filled, page_of, state

pytestmark = pytest.mark.django_db
FILE = {"title": {"fr": "Notice"}, "access_url": ["https://ville.essai.example/notice.pdf"]}
TERMS = {term.name: term for term in DATASET.terms}
THEME = factories.EU + "data-theme/TRAN"
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def town() -> Organisation:
    concepts()
    return factories.body("Ville d’essai")


@pytest.fixture
def agent(town: Organisation, client: Client) -> User:
    user = factories.person("publisher", town, first_name="Camille", last_name="Agent")
    client.force_login(user)
    return user


@pytest.fixture
def row(town: Organisation) -> Dataset:
    return harvested(town)


def harvested(town: Organisation, *, replicated: bool = False, **more: Any) -> Dataset:
    values = {
        "title": {"fr": "Arbres", "en": "Trees"},
        "description": {"fr": "Les arbres de la ville."},
        "keyword": {"fr": ["arbre"]},
        "distribution": [factories.file("arbres.csv")],
        **more,
    }
    [outcome] = publishing.publish([Draft("dataset", values, town.pk, harvested=True, replicated=replicated)])
    return Dataset.objects.get(pk=outcome.id)


def again(row: Dataset) -> Dataset:
    return Dataset.objects.with_forms().get(pk=row.pk)


def gesture(client: Client, row: Dataset, word: str, term: str = "", **typed: Any) -> HttpResponse:
    """Opens the form of a gesture, fills it in and sends it."""
    opened = client.get(page_of(row), {word: term})
    assert opened.status_code == 200
    sent = filled(opened)
    assert sent["champ"] == [term]
    sent |= {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    return client.post(page_of(row), {**sent, "geste": word})


def test_the_fields_of_the_source_are_closed(agent: User, row: Dataset, client: Client) -> None:
    before = state(row)
    response = client.get(page_of(row))
    page = said(response)
    assert "Fiche moissonnée. Sa source : un fichier de catalogue" in page
    soup = BeautifulSoup(response.content, "html.parser")
    assert not soup.select("main textarea, main input:not([type=hidden]), main select")
    for sent in ({"title.fr": ["Haies"]}, {"geste": "ecraser"}, {"geste": "corriger", "champ": "publisher"},
                 {"geste": "ajouter", "champ": "title"}, {"geste": "ajouter", "champ": "nimporte"}):  # fmt: skip
        refused = client.post(page_of(row), sent)
        assert refused.status_code == 409
        assert "Rien n’a été enregistré." in said(refused)
    assert state(row) == before


def test_keywords_a_subject_a_file_and_a_note_are_added(agent: User, row: Dataset, client: Client) -> None:
    assert (
        gesture(
            client, row, "ajouter", "keyword", **{"keyword.fr": "platane\r\nchêne", "pourquoi": "Demandé"}
        ).status_code
        == 302
    )
    assert gesture(client, row, "ajouter", "theme", theme=[THEME]).status_code == 302
    typed = {"distribution.0.title.fr": "Notice", "distribution.0.access_url": "https://ville.essai.example/notice.pdf",
             "distribution.0.format": factories.EU + "file-type/CSV"}  # fmt: skip
    assert gesture(client, row, "ajouter", "distribution", **typed).status_code == 302
    assert THEME not in said(client.get(page_of(row), {"ajouter": "theme"}))
    assert gesture(client, row, "noter", texte="À lire d’abord.\r\nMerci.").status_code == 302
    now = again(row)
    assert now.keyword == {"fr": ["arbre", "platane", "chêne"]} and now.theme == [THEME]
    assert [(file.label, file.origin) for file in now.distributions.all()] == [
        ("arbres.csv", "source"),
        ("Notice", "local"),
    ]
    assert {one.author for one in Addition.objects.all()} == {agent}
    assert {line.actor for line in Change.objects.filter(record=row.pk).exclude(verb="create")} == {agent}
    page = said(client.get(page_of(row)))
    assert page.count('value="retirer"') == 5
    assert "Ajouté par Ville d’essai (Camille Agent)" in page and ": Demandé" in page
    assert "À lire d’abord.<br>Merci." in page


def test_a_title_is_corrected_and_given_back(agent: User, row: Dataset, client: Client) -> None:
    before = state(row)
    opened = said(client.get(page_of(row), {"corriger": "title"}))
    assert "Corriger le titre" in opened and 'value="Arbres"' in opened and 'value="Trees"' in opened
    assert gesture(client, row, "corriger", "title", **{"title.fr": "Nos arbres"}).status_code == 302
    assert again(row).title == {"fr": "Nos arbres", "en": "Trees"}
    assert [one.language for one in Addition.objects.all()] == ["fr"]
    page = said(client.get(page_of(row)))
    assert "la source dit « Arbres »" in page
    assert "La source dit : « Arbres »" in said(client.get(page_of(row), {"corriger": "title"}))
    key = str(Addition.objects.get().pk)
    for _ in range(2):
        done = client.post(page_of(row), {"geste": "retirer", "ajout": key}, follow=True)
    assert "C’était déjà retiré." in said(done)
    assert state(row)[0] == before[0] and again(row).version == 3
    assert client.post(page_of(row), {"geste": "retirer", "ajout": "nimporte"}).status_code == 302


@pytest.mark.parametrize("word", ["ajouter", "corriger", "noter"])
def test_a_replicated_record_is_its_home_s_alone(agent: User, town: Organisation, client: Client, word: str) -> None:
    row = harvested(town, replicated=True)
    page = client.get(page_of(row)).content.decode()
    assert "Rien ne s’ajoute ici\u00a0: cette instance seule la modifie" in page
    assert not [link for link in ("?ajouter=", "?corriger=", "?noter=") if link in page]
    answer = client.post(page_of(row), {"geste": word, "champ": "keyword", "texte": "Une note", "keyword": "platane"})
    assert answer.status_code == 409
    with pytest.raises(Refused, match="qui seule la modifie"):
        additions.lay(row, [Wish("note", "", "Une note")], agent)
    assert not Addition.objects.exists()


@pytest.mark.parametrize(
    "term", ["license", "frequency", "issued", "spatial", "temporal", "contact_point", "keyword", "theme"]
)
def test_every_kind_of_field_has_its_form(agent: User, row: Dataset, client: Client, term: str) -> None:
    typed: dict[str, Any] = {
        "license": {"license": "Licence Ouverte 2.0 (Etalab)"},
        "frequency": {"frequency": factories.EU + "frequency/MONTHLY"},
        "issued": {"issued": "3 mars 2024"},
        "spatial": {"spatial.0.name.fr": "Notre ville"},
        "temporal": {"temporal.0.start": "2020"},
        "contact_point": {"contact_point.0.email": "donnees@ville.example"},
        "keyword": {"keyword.fr": "haie"},
        "theme": {"theme": [THEME]},
    }
    assert gesture(client, row, "corriger", term, **typed[term]).status_code == 302
    assert Addition.objects.get().property == term
    assert own_values(again(row))[term]
    assert client.get(row.get_absolute_url()).status_code == client.get(page_of(row)).status_code == 200
    assert client.get(f"/id/{row.pk}.ttl").status_code == client.get(f"/id/{row.pk}.json").status_code == 200


@pytest.mark.parametrize(
    ("word", "term", "typed", "told"),
    [
        ("ajouter", "keyword", {"keyword.fr": "Arbre"}, "c’est déjà dit"),
        ("ajouter", "keyword", {"keyword.fr": ""}, "Écrivez quelque chose"),
        ("ajouter", "distribution", {"distribution.0.access_url": "10.0.0.7"}, "n’est pas une adresse web"),
        ("ajouter", "distribution", {"distribution.0.access_url": "http://10.0.0.7/x"}, "adresse"),
        ("ajouter", "distribution", {"distribution.0.access_url": "javascript:alert(1)"}, "n’est pas une adresse web"),
        ("ajouter", "distribution", {"distribution.0.title.fr": "Sans adresse"}, "Remplissez ce champ"),
        ("ajouter", "distribution", {}, "Écrivez quelque chose"),
        ("corriger", "title", {"title.fr": ""}, "Une correction"),
        ("corriger", "title", {}, "Rien n’est changé"),
        ("corriger", "issued", {"issued": "hier"}, "n’est pas une date"),
        ("noter", "", {"texte": "  "}, "Écrivez quelque chose"),
        ("noter", "", {"texte": "x" * 20_001}, "20000 signes"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_told_and_what_was_typed_stays(
    agent: User, row: Dataset, client: Client, word: str, term: str, typed: dict[str, Any], told: str
) -> None:
    before = state(row)
    response = gesture(client, row, word, term, **typed, pourquoi="Mon motif")
    assert response.status_code == 422
    page = said(response)
    assert told in page and 'value="Mon motif"' in page
    for text in typed.values():
        assert text.strip()[:50].replace("<", "&lt;") in page
    assert state(row) == before and not Addition.objects.exists()


def test_two_people_on_one_correction(agent: User, row: Dataset, client: Client) -> None:
    sent = filled(client.get(page_of(row), {"corriger": "title"})) | {"title.fr": ["Le mien"], "geste": ["corriger"]}
    additions.lay(row, [Wish("correct", "title", "Le sien", "fr")])
    response = client.post(page_of(row), sent)
    page = said(response)
    assert response.status_code == 409
    assert "a changé entre-temps" in page and "Le sien" in page and 'value="Le mien"' in page
    assert again(row).title["fr"] == "Le sien"
    # Sent again, from what is shown now.
    assert client.post(page_of(row), filled(response) | {"geste": ["corriger"]}).status_code == 302
    assert again(row).title["fr"] == "Le mien"


def test_two_people_add_the_same(agent: User, row: Dataset, client: Client) -> None:
    sent = filled(client.get(page_of(row), {"ajouter": "keyword"})) | {"keyword.fr": ["haie"], "geste": ["ajouter"]}
    assert client.post(page_of(row), sent).status_code == 302
    response = client.post(page_of(row), sent)
    assert response.status_code == 422 and "c’est déjà dit" in said(response)
    assert again(row).keyword["fr"] == ["arbre", "haie"]


PEOPLE = ("anonymous", "stranger", "reader", "contributor", "publisher", "administrator")


@pytest.mark.parametrize(("who", "status"), [*zip(PEOPLE, (302, 403, 403, 403, 302, 302), strict=True)])
def test_who_publishes_alone_may_add(row: Dataset, client: Client, who: str, status: int) -> None:
    if who != "anonymous":
        role = "" if who in ("stranger", "administrator") else who
        client.force_login(factories.person(role, row.owner, is_superuser=who == "administrator"))
    response = client.post(page_of(row), {"geste": "noter", "champ": "", "texte": "Une note"})
    assert response.status_code == status
    done = who in ("publisher", "administrator")
    assert Addition.objects.exists() is done
    seen = client.get(row.get_absolute_url())
    assert ("Compléter la fiche" in said(seen)) is done


def laid(row: Dataset, agent: User) -> None:
    additions.lay(
        row,
        [
            Wish("add", "distribution", FILE, reason="Le mode d’emploi"),
            Wish("add", "keyword", "platane", "fr"),
            Wish("add", "theme", THEME),
            Wish("correct", "title", "Nos arbres", "fr"),
            Wish("correct", "license", factories.OPEN_LICENCE),
            Wish("note", "", XSS),
        ],
        agent,
    )


def test_the_page_of_the_dataset_says_whose_each_thing_is(agent: User, row: Dataset, client: Client) -> None:
    laid(row, agent)
    for stranger in (False, True):
        if stranger:
            client.logout()
        page = said(client.get(row.get_absolute_url()))
        for words in (
            "<h1><bdi>Nos arbres</bdi></h1>",
            "Corrigé par Ville d’essai : la source dit « Arbres »",
            "Corrigé par Ville d’essai : la source n’en dit rien",
            'platane</a> <span class="tiny soft">(ajouté par Ville d’essai)</span>',
            "<span>Ajouté par Ville d’essai</span>",
            "Note de Ville d’essai",
            "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;",
            "Ce que ce portail y a ajouté ou corrigé",
            ": Le mode d’emploi",
            "Complété ou corrigé ici : ",
        ):
            assert words in page, words
        assert "<script>alert" not in page and "<img src=x" not in page
        assert ("Camille Agent" in page) is not stranger
        assert agent.email not in page or not stranger


def test_the_page_says_when_the_source_says_something_else_or_the_same(
    agent: User, row: Dataset, client: Client
) -> None:
    laid(row, agent)
    values = {**own_values(row), "distribution": [factories.file("arbres.csv")]}

    def harvest(**more: Any) -> None:
        publishing.publish([Draft("dataset", {**values, **more}, row.owner_id, id=row.pk, harvested=True)])

    harvest(title={"fr": "Arbres d’ornement", "en": "Trees"})
    page = said(client.get(page_of(row)))
    assert "La source dit maintenant autre chose</span> : « Arbres d’ornement » ; elle disait « Arbres »" in page
    harvest(title={"fr": "Nos arbres", "en": "Trees"}, theme=[THEME], distribution=[factories.file("arbres.csv"), FILE])
    page = said(client.get(page_of(row)))
    assert page.count("La source dit maintenant la même chose.") == 1
    assert page.count("La source le dit maintenant aussi.") == 2
    assert "<span>Ajouté par Ville d’essai</span>" not in said(client.get(row.get_absolute_url()))


@pytest.mark.parametrize(("who", "queries"), [("stranger", 7), ("member", 10)])
def test_a_page_with_additions_costs_one_query_more(
    agent: User,
    row: Dataset,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    who: str,
    queries: int,
) -> None:
    laid(row, agent)
    if who == "stranger":
        client.logout()
    client.get(row.get_absolute_url())
    with django_assert_max_num_queries(queries):
        client.get(row.get_absolute_url())


def test_the_page_of_additions_asks_the_same_whatever_it_shows(
    agent: User, row: Dataset, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    laid(row, agent)
    additions.lay(row, [Wish("add", "keyword", f"mot {n}", "fr") for n in range(100)], agent)
    client.get(page_of(row))
    with django_assert_max_num_queries(11):
        client.get(page_of(row))


def test_a_private_or_withdrawn_record_shows_no_more_than_before(agent: User, row: Dataset, client: Client) -> None:
    publishing.set_private(row, True)
    client.force_login(factories.person())
    assert client.get(page_of(row)).status_code == 404
    client.force_login(agent)
    assert client.get(page_of(row)).status_code == 200
    publishing.withdraw([row], "Fini.")
    assert client.post(page_of(row), {"geste": "noter", "champ": "", "texte": "x"}).status_code == 410


def test_the_notes_of_a_record_that_became_ours_are_taken_away_from_its_form(
    agent: User, row: Dataset, client: Client
) -> None:
    laid(row, agent)
    additions.dissolve([row.pk])
    publishing.adopt([row])
    response = client.get(page_of(row))
    assert said(response).count('value="retirer"') == 1 and "&lt;script&gt;" in said(response)
    assert 'name="keyword.fr"' in said(response)
    sent = {"geste": "retirer", "ajout": str(Addition.objects.get().pk)}
    assert "Retiré." in said(client.post(page_of(row), sent, follow=True))
    assert not Addition.objects.exists() and again(row).title["fr"] == "Nos arbres"
    assert "skos/core#note" not in again(row).repaired


def test_each_control_has_its_label_and_no_id_is_twice(agent: User, row: Dataset, client: Client) -> None:
    laid(row, agent)
    for query in ({}, {"ajouter": "distribution"}, {"ajouter": "theme"}, {"corriger": "title"}, {"noter": ""}):
        page = BeautifulSoup(client.get(page_of(row), query).content, "html.parser")
        ids = [node["id"] for node in page.select("[id]")]
        assert len(ids) == len(set(ids))
        for control in page.select("main form input:not([type=hidden]), main form textarea, main form select"):
            assert control.find_parent("label") or page.find("label", attrs={"for": control.get("id")}), control
            for name in str(control.get("aria-describedby", "")).split():
                assert name in ids


def wishes_of(values: dict[str, Any]) -> list[Wish]:
    """Each value once added, where there is room for more, and once put in place of the source's."""
    found = []
    for name, value in values.items():
        term = TERMS[name]
        if may_add(term) and isinstance(value, dict):
            found += [Wish("add", name, word, language) for language, words in value.items() for word in words]
        elif may_add(term):
            found += [Wish("add", name, item) for item in value]
        if may_correct(term) and by_language(term):
            found += [Wish("correct", name, text, language) for language, text in value.items()]
        elif may_correct(term):
            found.append(Wish("correct", name, value))
    return found


def test_whatever_the_profile_can_say_is_laid_or_refused_and_leaves_no_trace(
    agent: User, town: Organisation, client: Client
) -> None:
    laid_once: set[tuple[str, str]] = set()

    @given(records(DATASET).map(lambda values: numbered(values, count())))
    @bounds(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def check(values: dict[str, Any]) -> None:
        with transaction.atomic():
            row = harvested(town)
            before = state(row)
            for wish in wishes_of({name: value for name, value in values.items() if name in TERMS}):
                try:
                    [one] = additions.lay(row, [wish])
                except Refused:
                    assert state(row) == before
                    continue
                if (wish.gesture, wish.property) not in laid_once:
                    laid_once.add((wish.gesture, wish.property))
                    assert client.get(row.get_absolute_url()).status_code == 200
                    assert client.get(page_of(row)).status_code == 200
                assert additions.remove(row, one.pk)
                now = state(row)
                assert (now[0], now[2:]) == (before[0], before[2:]), wish
            transaction.set_rollback(True)

    check()
    assert len(laid_once) > 10
