"""The page of the rules of a source: tried on what the base holds, then kept; nobody overwrites another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue import permissions
from catalogue.models import Change, Dataset, Organisation
from harvesters.engine import harvest
from harvesters.models import HarvestSource
from harvesters.registry import client_for
from tests import factories
from tests.harvesting.test_engine import PREFIXES
from tests.harvesting.test_rules_runs import said as record
from tests.pages.conftest import said

As = Callable[[Any], Client]


@pytest.fixture
def town(db: None) -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def source(town: Organisation, tmp_path: Path) -> HarvestSource:
    path = tmp_path / "catalogue.ttl"
    path.write_text(PREFIXES + "".join([*(record(n) for n in range(8)), record(8, "eau"), record(9, "eau")]))
    found = HarvestSource.objects.create(key=str(path), owner=town, title="<b>Catalogue</b> national")
    run_again(found)
    return found


def run_again(source: HarvestSource) -> None:
    source.refresh_from_db()
    with client_for(source) as client:
        harvest(source, client, max_withdrawn=1)


def form_of(page: Any) -> dict[str, str]:
    """What a browser would send back."""
    soup = BeautifulSoup(page.content.decode(), "html.parser")
    form = soup.select_one("#regles form")
    assert form is not None
    sent = {
        str(each["name"]): str(each.get("value", "")) for each in form.select("input[type=hidden], input:not([type])")
    }
    sent |= {str(each["name"]): each.text.removeprefix("\n") for each in form.select("textarea")}
    chosen = {str(each["name"]): each.select_one("option[selected]") for each in form.select("select")}
    return sent | {name: str(option["value"]) for name, option in chosen.items() if option}


def test_rules_are_tried_before_they_are_kept(town: Organisation, source: HarvestSource, as_: As) -> None:
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/regles/"
    assert address in said(client.get(f"/moissons/{source.pk}/"))
    typed = form_of(client.get(address)) | {
        "regles.exclude": "mot-clé : eau\r\n\r\ntitre : rien, de tel",
        "regles.prefix": "[Ville]",
        "geste": "essayer",
    }
    lines = Change.objects.count()
    tried = client.post(address, typed)
    page = said(tried)
    assert "10 fiches essayées sur 10 dans la base ; à écarter : 2, à modifier : 8." in page
    assert "« mot-clé : eau » : 2" in page and "[Ville] Jeu 0" in page and "&lt;b&gt;Catalogue" in page
    source.refresh_from_db()
    assert (source.rules, Change.objects.count()) == ({}, lines)
    sent = form_of(tried)
    assert sent["regles.exclude"].split() == "mot-clé : eau titre : rien, de tel".split()
    assert client.post(address, sent | {"geste": "regles"}).status_code == 302
    source.refresh_from_db()
    assert source.rules == {"exclude": ["mot-clé : eau", "titre : rien, de tel"], "prefix": "[Ville]"}
    run_again(source)
    assert {row.label for row in Dataset.objects.published()} == {f"[Ville] Jeu {n}" for n in range(8)}
    page = said(client.get(address))
    assert "Dernier passage : 2 fiches écartées" in page and "« mot-clé : eau » : 2" in page
    assert "Écartées par vos règles" in said(client.get(f"/moissons/{source.pk}/"))
    emptied = form_of(client.get(address)) | {"regles.exclude": "", "geste": "essayer"}
    assert "à remettre en ligne : 2" in said(client.post(address, emptied))


def test_rules_that_leave_nothing_are_told_loudly(town: Organisation, source: HarvestSource, as_: As) -> None:
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/regles/"
    typed = form_of(client.get(address)) | {"regles.include": "titre : introuvable", "geste": "essayer"}
    page = said(client.post(address, typed))
    assert "ne laisseraient rien de cette source" in page and "Aucun « titre » de ceux à garder : 10" in page


@pytest.mark.parametrize("gesture", ["essayer", "regles"])
@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("include", "couleur : bleu", "n’a pas la forme « critère : modèle »"),
        ("themes", "Voirie", "n’a pas la forme"),
        ("concerns", "00000", "n’est le code d’aucun territoire connu"),
        ("owners", "* = nulle-part", "n’est pas une organisation de ce portail"),
        ("exclude", "\n".join(f"titre : {n}" for n in range(600)), "500 au plus"),
        ("prefix", "x" * 400, "trop long"),
        ("scope", "lune", "n’est pas un choix"),
    ],
)
def test_a_rule_that_does_not_hold_is_told_beside_its_field(
    town: Organisation, source: HarvestSource, as_: As, gesture: str, name: str, text: str, words: str
) -> None:
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/regles/"
    refused = client.post(address, form_of(client.get(address)) | {f"regles.{name}": text, "geste": gesture})
    soup = BeautifulSoup(refused.content.decode(), "html.parser")
    told = soup.find(id=f"e-regles.{name}")
    assert refused.status_code == 400 and told is not None and words in told.text
    source.refresh_from_db()
    assert source.rules == {}


def test_two_people_at_once(town: Organisation, source: HarvestSource, as_: As) -> None:
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/regles/"
    mine = form_of(client.get(address)) | {"regles.prefix": "[Moi]", "geste": "regles"}
    HarvestSource.objects.update(rules={"prefix": "[Autre]", "exclude": ["titre : x"]})
    refused = client.post(address, mine)
    assert refused.status_code == 409 and "quelqu’un d’autre a écrit : [Autre]" in said(refused)
    again = form_of(refused) | {"regles.prefix": "[Moi]", "geste": "regles"}
    assert client.post(address, again).status_code == 302
    source.refresh_from_db()
    assert source.rules == {"prefix": "[Moi]", "exclude": ["titre : x"]}


def test_records_are_given_only_to_bodies_where_one_publishes(
    town: Organisation, source: HarvestSource, as_: As
) -> None:
    other = factories.body("Syndicat des eaux")
    agent = factories.person("publisher", town)
    client, address = as_(agent), f"/moissons/{source.pk}/regles/"
    typed = form_of(client.get(address)) | {"regles.owners": "* = syndicat-des-eaux", "geste": "regles"}
    refused = client.post(address, typed)
    assert refused.status_code == 400 and "vous ne publiez pas dans « Syndicat des eaux »" in said(refused)
    permissions.assign_role(agent, other, "publisher")
    assert client.post(address, typed).status_code == 302
    permissions.remove_role(agent, other)
    more = form_of(client.get(address)) | {"regles.prefix": "[Ville]", "geste": "regles"}
    assert client.post(address, more).status_code == 302  # what stands may stay
    run_again(source)
    assert set(Dataset.objects.values_list("owner", flat=True)) == {other.pk}


def test_rules_that_are_stored_wrong_can_be_mended(town: Organisation, source: HarvestSource, as_: As) -> None:
    HarvestSource.objects.update(rules={"scope": "lune", "inconnue": 3})
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/regles/"
    page = client.get(address)
    assert page.status_code == 200 and "n’est pas un choix" in said(page)
    assert client.post(address, form_of(page) | {"regles.scope": "own", "geste": "regles"}).status_code == 302
    source.refresh_from_db()
    assert source.rules == {"scope": "own"}


def test_the_colleague_and_the_stranger_see_no_page(town: Organisation, source: HarvestSource, as_: As) -> None:
    address = f"/moissons/{source.pk}/regles/"
    assert as_(None).get(address).status_code == 302
    for reader in (factories.person("contributor", town), factories.person("publisher", factories.body())):
        client = as_(reader)
        assert client.get(address).status_code == 404
        assert client.post(address, {"geste": "regles", "regles.prefix": "x"}).status_code == 404
    source.refresh_from_db()
    assert source.rules == {}


def test_the_queries_of_the_page_do_not_grow(
    town: Organisation, source: HarvestSource, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/regles/"
    typed = form_of(client.get(address)) | {"regles.exclude": "mot-clé : eau", "geste": "essayer"}
    with django_assert_max_num_queries(7):
        client.get(address)
    with django_assert_max_num_queries(32):
        client.post(address, typed)
