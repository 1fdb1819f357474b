"""The pages of the harvests: what went wrong in words, what to tell the producer, and buttons that only ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Dataset, Organisation
from harvesters import schedule
from harvesters.engine import harvest
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import client_for
from portal.pages.words import duration
from tests import factories
from tests.harvesting.test_engine import catalogue
from tests.pages.conftest import said

As = Callable[[Any], Client]
Status = HarvestRun.Status


@pytest.fixture
def town(db: None) -> Organisation:
    return factories.body("Ville d’essai")


def make(town: Organisation, name: str = "catalogue", **fields: Any) -> HarvestSource:
    given = {"schedule": "0 3 * * *", "kind": "dcat", "next_at": timezone.now() + timedelta(days=1), **fields}
    return HarvestSource.objects.create(key=f"https://essai.example/{name}", owner=town, **given)


def ran(source: HarvestSource, status: str = Status.DONE, ago: int = 1, **fields: Any) -> HarvestRun:
    at = timezone.now() - timedelta(hours=ago)
    times = {"started_at": at, "heartbeat_at": at, "ended_at": at + timedelta(seconds=75)}
    return HarvestRun.objects.create(source=source, status=status, **times, **fields)


def taken(source: HarvestSource, row: Any, **fields: Any) -> None:
    HarvestRecord.objects.create(source=source, key=str(row.pk), record=row.pk, stamp="x", **fields)


def test_the_page_of_all_says_what_needs_attention_and_why(town: Organisation, as_: As) -> None:
    good, bad = make(town, "bonne"), make(town, "panne", title="<b>Port</b> & mer")
    ran(good, created=3, found=3)
    ran(bad, Status.FAILED, messages=["Le serveur ne répond pas : prévenez-le."])
    make(factories.body("Ailleurs"), "ailleurs")
    page = said(as_(factories.person("publisher", town)).get("/moissons/"))
    soup = BeautifulSoup(page, "html.parser")
    assert [link.text for link in soup.select("tbody th a")] == ["<b>Port</b> & mer", "essai.example/bonne"]
    assert "2 sources moissonnées" in page and "1 demande votre attention" in page
    assert "Le serveur ne répond pas : prévenez-le." in soup.select_one(".note.fail").text  # type: ignore[union-attr]
    assert "Derniers passages : 1 en échec" in page and "en 1 min 15 s" in page
    assert "ailleurs" not in page


def test_who_publishes_nowhere_is_told_whom_to_ask(town: Organisation, as_: As) -> None:
    make(town)
    page = said(as_(factories.person("contributor", town)).get("/moissons/"))
    assert "demandez ce rôle" in page and "essai.example/catalogue" not in page


def test_queries_do_not_grow_with_the_sources(
    town: Organisation, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        source = make(town, f"source-{number}")
        for ago in range(20):
            ran(source, ago=ago)
    client = as_(factories.person("publisher", town))
    client.get("/moissons/")
    with django_assert_max_num_queries(7):
        page = said(client.get("/moissons/"))
    assert page.count("<circle") == 30 * 14
    with django_assert_max_num_queries(13):
        client.get(f"/moissons/{source.pk}/")


def test_the_page_of_one_says_each_run_and_the_next_hour(town: Organisation, as_: As) -> None:
    source = make(town, next_at=timezone.now().replace(hour=12, minute=7) + timedelta(days=1))
    ran(
        source,
        Status.PARTIAL,
        found=1200,
        created=1,
        unchanged=1197,
        quarantined=2,
        messages=["« Arbres » : sans titre."],
    )
    ran(source, Status.FAILED, ago=9, messages=["<script>alert(1)</script>"])
    ran(source, Status.RUNNING, ago=12)
    page = said(as_(factories.person("publisher", town)).get(f"/moissons/{source.pk}/"))
    assert "1 200 fiches lues : 1 nouvelle, 1 197 sans changement, 2 mises de côté." in page
    assert "En 1 min 15 s." in page and "« Arbres » : sans titre." in page
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert "h 07" in page and "toujours les mêmes" in page


def test_what_the_producer_should_correct_is_ready_to_send(town: Organisation, as_: As) -> None:
    source = make(town, contact="donnees@ville.example", title="Catalogue de la ville")
    poor = factories.dataset("Arbres & haies", town, description={}, distribution=[])
    type(poor).objects.filter(pk=poor.pk).update(problems=[["modified", "date-spelling", "3 mars", True]])
    taken(source, poor)
    HarvestRecord.objects.create(source=source, key="k", quarantine="Il manque un titre : ajoutez-le.")
    gone = factories.dataset("Partie", town, description={})
    taken(source, gone, gone_at=timezone.now())
    page = as_(factories.person("publisher", town)).get(f"/moissons/{source.pk}/").content.decode()
    soup = BeautifulSoup(page, "html.parser")
    text = soup.select_one("textarea#message").text  # type: ignore[union-attr]
    assert "Une date n’était pas au format ISO 8601. (1 fiche, par exemple « Arbres & haies »)" in text
    assert "Il manque un titre : ajoutez-le. (1 fiche)" in text
    assert "la description" in text and "Partie" not in text
    link = soup.find("a", string="Écrire au producteur")["href"]  # type: ignore[index]
    parts = urlsplit(unescape(str(link)))
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "donnees@ville.example")
    assert parse_qs(parts.query)["body"][0].startswith("Bonjour,")
    assert len(str(link)) < 8_000


def test_buttons_ask_and_run_nothing(town: Organisation, as_: As) -> None:
    source = make(town)
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/"
    assert client.post(address, {"geste": "lancer"}).status_code == 302
    source.refresh_from_db()
    assert source.next_at is not None and source.next_at <= timezone.now() and not source.runs.exists()
    client.post(address, {"geste": "pause"})
    source.refresh_from_db()
    assert not source.active and schedule.due(timezone.now()) == []
    refused = client.post(address, {"geste": "lancer"})
    assert refused.status_code == 400 and "reprenez-la d’abord" in said(refused)
    client.post(address, {"geste": "reprendre"})
    source.refresh_from_db()
    assert source.active and source.next_at is not None and source.next_at > timezone.now()


def test_what_stopped_a_run_is_accepted_once(town: Organisation, as_: As, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(10)))
    source = HarvestSource.objects.create(key=str(path), owner=town)
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/"

    def go() -> HarvestRun:
        schedule.run_soon(source)
        [run] = schedule.run_due(client_for)
        return run

    go()
    refused = client.post(address, {"geste": "accepter"})
    assert refused.status_code == 400 and "rien à accepter" in said(refused)
    path.write_bytes(catalogue(range(4)))
    assert go().status == Status.STOPPED
    assert "Accepter, une fois" in said(client.get(address))
    assert go().status == Status.STOPPED
    client.post(address, {"geste": "accepter"})
    [run] = schedule.run_due(client_for)
    assert (run.status, run.withdrawn) == (Status.DONE, 6)
    path.write_bytes(catalogue(range(1)))
    assert go().status == Status.STOPPED


def test_what_would_change_is_shown_field_by_field_and_nothing_is_written(
    town: Organisation, as_: As, tmp_path: Path
) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(6)))
    source = HarvestSource.objects.create(key=str(path), owner=town, max_withdrawn=1)
    with client_for(source) as polite:
        harvest(source, polite)
    before = list(Dataset.objects.order_by("pk").values_list("title", "version", "status"))
    path.write_bytes(catalogue(range(1, 7)).replace(b"Jeu 1 ", b"Bois 1 "))
    client, address = as_(factories.person("publisher", town)), f"/moissons/{source.pk}/"
    client.post(address, {"geste": "repeter"})
    [run] = schedule.run_due(client_for)
    assert run.dry and list(Dataset.objects.order_by("pk").values_list("title", "version", "status")) == before
    page = said(client.get(address))
    assert "Répétition, rien n’a été écrit." in page and str(tmp_path) not in page
    plan = said(client.get(f"{address}repetitions/{run.pk}/"))
    assert "Rien n’a été écrit" in plan and "1 à créer" in plan and "1 à retirer" in plan
    source.refresh_from_db()
    assert not source.rehearsal
    assert schedule.run_soon(source) and not schedule.run_due(client_for)[0].dry


def test_an_account_in_an_address_is_on_no_page(town: Organisation, as_: As) -> None:
    source = HarvestSource.objects.create(key="https://moi:secret@donnees.example/api", owner=town)
    client = as_(factories.person(is_superuser=True))
    for address in ("/moissons/", f"/moissons/{source.pk}/"):
        assert "secret" not in said(client.get(address))


def test_an_account_in_an_address_is_shown_to_nobody_else() -> None:
    source = HarvestSource(key="https://moi:secret@donnees.example/api?cle=1")
    assert (source.name, source.public_address) == ("donnees.example/api", "https://donnees.example/api?cle=1")
    assert (HarvestSource(key="/srv/secret/ville.ttl").name, HarvestSource(key="/srv/x").public_address) == (
        "ville.ttl",
        "",
    )


@pytest.mark.parametrize("role", ["reader", "contributor", ""])
def test_who_may_not_publish_changes_nothing(town: Organisation, as_: As, role: str) -> None:
    source = make(town)
    client = as_(factories.person(role, town))
    assert client.post(f"/moissons/{source.pk}/", {"geste": "pause"}).status_code == 404
    assert HarvestSource.objects.get(pk=source.pk).active


def test_a_button_needs_its_page(town: Organisation) -> None:
    source = make(town)
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.person("publisher", town))
    assert client.post(f"/moissons/{source.pk}/", {"geste": "pause"}).status_code == 403


def test_lengths_are_said_in_units_that_people_use() -> None:
    lengths = [duration(timedelta(seconds=seconds)).replace("\u202f", " ") for seconds in (-3, 4.24, 75, 3720)]
    assert lengths == ["0,0 s", "4,2 s", "1 min 15 s", "1 h 2 min"]


def test_late_datasets_are_listed_to_who_holds_them(town: Organisation, as_: As) -> None:
    rhythm = f"{factories.EU}frequency/MONTHLY"
    factories.dataset("Menus <b>", town, frequency=rhythm, modified="2020-01-15")
    factories.dataset("Ailleurs", frequency=rhythm, modified="2020-01-15")
    page = said(as_(factories.person("publisher", town)).get("/retards/"))
    assert "1 jeu est plus ancien que le rythme annoncé dans sa fiche" in page
    assert "Menus &lt;b&gt;" in page and "15 janvier 2020" in page and "Ailleurs" not in page
