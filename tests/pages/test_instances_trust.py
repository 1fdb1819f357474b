"""`/instances/`: whom each instance is held to be, and the gestures by which an administrator decides of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue import keys
from catalogue.models import AuditEntry, Dataset, User
from harvesters import schedule
from harvesters.lease import held
from harvesters.models import HarvestRun, HarvestSource, PeerFeed, PeerRevocation
from harvesters.peers import keeping
from harvesters.registry import client_for
from tests import factories
from tests.harvesting.servers import Server
from tests.harvesting.signing import SignedHome, made
from tests.harvesting.test_peers_kept import call
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
PAGE = "/instances/"
As = Callable[[Any], Client]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def home(server: Server, settings: Settings) -> SignedHome:
    settings.BOUTURE_PRIVATE_HOSTS = [server.url("").partition("://")[2].rstrip("/")]
    found = SignedHome.at(server)
    for name in range(4):
        found.dataset(name)
    found.publish()
    return found


@pytest.fixture
def chief() -> User:
    return factories.person(is_superuser=True)


@pytest.fixture
def source(home: SignedHome) -> HarvestSource:
    """Followed, and read once."""
    found = keeping.add(home.server.url("/"), trusted=True)
    read()
    return found


def read() -> HarvestRun:
    HarvestSource.objects.update(next_at=timezone.now())
    schedule.run_due(client_for)
    return HarvestRun.objects.latest("started_at")


def asked(browser: Client, source: HarvestSource, gesture: str, **given: str) -> Any:
    return browser.post(PAGE, {"geste": gesture, "instance": source.pk, **given})


def page(browser: Client) -> str:
    return said(browser.get(PAGE))


def kids(shown: str) -> set[str]:
    return {code.get_text() for code in BeautifulSoup(shown, "html.parser").select("code.break")}


def test_it_tells_who_signs_with_which_key_and_who_does_not(
    home: SignedHome, source: HarvestSource, other: Server, chief: User, as_: As
) -> None:
    second = SignedHome(other, key=None)
    second.dataset(9)
    second.publish()
    keeping.add(other.url("/"), trusted=True)
    read()
    shown = page(as_(chief))
    assert home.key
    assert home.key.kid in kids(shown) and f"{home.key.kid[:8]}…" in shown
    assert "Non signée" in shown and "sans préfixe" in shown and "connue depuis le" in shown
    first, unsigned = sorted(
        (one["trust"] for one in json.loads(call("list", "--json"))), key=lambda one: not one["signed"]
    )
    assert [key["kid"] for key in first["keys"]] == [home.key.kid] and first["keys"][0]["since"]
    assert (unsigned["signed"], unsigned["keys"], unsigned["prefix"], unsigned["says"]) == (False, [], "", None)
    told = call("list")
    assert f"signée, clé {home.key.kid}, connue depuis le" in told and "non signée, sans préfixe" in told


def test_a_key_in_overlap_is_shown_with_its_last_day(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    assert home.key
    new, last = made(), timezone.now() + timedelta(days=30)
    feed = PeerFeed.objects.get()
    before = keys.Published(home.key.kid, home.key.public, last).jwk()
    feed.keys = [keys.Published(new.kid, new.public).jwk(), before | {"since": feed.keys[0]["since"]}]
    feed.save()
    shown = page(as_(chief))
    assert {new.kid, home.key.kid} <= kids(shown)
    assert "remplacée, et encore admise jusqu’au" in shown and "l’une de ces clés" in shown
    assert "remplacée, admise jusqu’au" in call("list")


def test_what_its_card_says_is_shown_and_asked_again_once_a_day(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    home.says = {"software": "bouture", "version": "9.9", "policy": {"themes": ["a"], "organisations": 0, "records": 3}}
    read()
    assert PeerFeed.objects.get().card["withheld"]["records"] == 0  # asked today
    PeerFeed.objects.update(card={"at": (timezone.now() - timedelta(days=2)).isoformat()})
    read()
    shown = page(as_(chief))
    assert "Bouture 9.9, le " in shown and "Elle retient 1 thème et 3 fiches." in shown
    assert "bouture 9.9 ; retient 1 thèmes, 0 organisations, 3 fiches" in call("list")


@pytest.mark.parametrize(
    "card",
    [
        {"software": 3, "version": ["x"], "policy": 7},
        {"software": "<b>" * 500, "policy": {"themes": {}, "organisations": True, "records": -4}},
        {"version": "\0", "policy": {"organisations": 10**30, "records": "9"}},
        {"version": "\ud800"},
    ],
)
def test_a_card_that_says_anything_breaks_no_page(home: SignedHome, card: dict[str, Any], chief: User, as_: As) -> None:
    home.says = card
    keeping.add(home.server.url("/"), trusted=True)
    assert read().created == 4
    assert "<b><b>" not in page(as_(chief))
    assert PeerFeed.objects.get().card["withheld"] == {"themes": 0, "organisations": 0, "records": 0}


def test_a_key_that_changed_is_admitted_once_it_was_compared(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    before, home.key = home.key, made()
    home.dataset(9)
    home.publish()
    assert read().status == "failed"
    browser = as_(chief)
    shown = page(browser)
    assert before and {before.kid, home.key.kid} <= kids(shown)
    assert "La clé a changé" in shown and "Une autre clé est vue" in shown and "Téléphonez" in shown
    assert f'href="#instance-{source.pk}"' in shown and f'id="instance-{source.pk}"' in shown

    assert asked(browser, source, "admettre", cle=home.key.kid).status_code == 422
    refused = asked(browser, source, "admettre", cle=before.kid, sur="oui")
    assert (refused.status_code, "Vérifiez l’empreinte" in said(refused)) == (422, True)
    assert (
        PeerFeed.objects.get().keys[0]["kid"] == before.kid
        and not AuditEntry.objects.filter(action="peer.pin").exists()
    )
    assert asked(browser, source, "admettre", cle=home.key.kid, sur="oui").status_code == 302
    assert AuditEntry.objects.get(action="peer.pin").actor_key == chief.pk
    assert (read().created, Dataset.objects.published().count()) == (1, 5)
    shown = page(browser)
    assert before.kid not in kids(shown) and "Une autre clé" not in shown


def test_an_instance_that_signs_no_more_is_followed_so_once_that_was_confirmed(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    home.key = None
    home.dataset(9)
    home.publish()
    assert read().status == "failed"
    browser = as_(chief)
    assert "Suivre sans signature" in page(browser)
    assert asked(browser, source, "prefixe", prefixe="https://ville.example/").status_code == 422
    assert PeerFeed.objects.get().signed == "signed"
    assert asked(browser, source, "prefixe", prefixe="https://ville.example/", sur="oui").status_code == 302
    feed = PeerFeed.objects.get()
    assert (feed.signed, feed.prefix, feed.keys) == ("unsigned", "https://ville.example/", [])
    assert read().created == 1


@pytest.mark.parametrize(
    "prefix", ["ville", "https://ville.example", "ftp://v.example/", "https://" + "v" * 3000 + "/", "http://[::1/"]
)
def test_a_prefix_that_is_none_is_refused(other: Server, prefix: str, chief: User, as_: As, settings: Settings) -> None:
    settings.BOUTURE_PRIVATE_HOSTS = [other.url("").partition("://")[2].rstrip("/")]
    second = SignedHome(other, key=None)
    second.dataset(9)
    second.publish()
    source = keeping.add(other.url("/"), trusted=True)
    read()
    refused = asked(as_(chief), source, "prefixe", prefixe=prefix)
    assert (refused.status_code, "finit par" in said(refused)) == (422, True)
    assert asked(as_(chief), source, "prefixe", prefixe="https://ville.example/").status_code == 302
    assert "https://ville.example/" in page(as_(chief))


def test_one_that_is_revoked_is_shown_so_and_believed_again_by_its_key(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    browser = as_(chief)
    assert home.key
    assert asked(browser, source, "revoquer").status_code == 422
    assert asked(browser, source, "revoquer", sur="oui").status_code == 302
    schedule.run_due(client_for)
    assert not Dataset.objects.published().exists()
    shown = page(browser)
    assert "Révoquée le" in shown and home.key.kid in kids(shown) and "0 instance suivie" in shown
    [told] = json.loads(call("list", "--json"))
    assert (told["state"], told["trust"]["revoked"]) == ("revoked", [home.key.kid])
    call("sync")  # asks nothing of it

    assert browser.post(PAGE, {"geste": "suivre", "adresse": home.server.url("/")}).status_code == 302
    assert read().status == "failed"
    assert "Admettre cette clé" in page(browser)
    assert asked(browser, source, "admettre", cle=home.key.kid, sur="oui").status_code == 302
    assert (read().status, Dataset.objects.published().count()) == ("done", 4)
    assert not PeerRevocation.objects.exists() and "Révoquée" not in page(browser)
    told_of = AuditEntry.objects.filter(action__startswith="peer.").order_by("pk").values_list("action", "actor_key")
    assert list(told_of) == [("peer.revoke", chief.pk), ("peer.pin", chief.pk)]


def test_one_that_was_restored_is_read_whole_again(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    browser = as_(chief)
    assert asked(browser, source, "relire").status_code == 422
    with held(source):
        refused = asked(browser, source, "relire", sur="oui")
    assert (refused.status_code, "déjà en cours" in said(refused)) == (422, True)
    assert PeerFeed.objects.get().reading != "again"
    assert asked(browser, source, "relire", sur="oui").status_code == 302
    assert PeerFeed.objects.get().reading == "again"
    assert AuditEntry.objects.get(action="peer.again").actor_key == chief.pk
    assert read().status == "done" and PeerFeed.objects.get().reading != "again"
    keeping.pause(HarvestSource.objects.get())
    assert asked(browser, source, "relire", sur="oui").status_code == 422
    keeping.resume(HarvestSource.objects.get())
    call_command("peer", "sync", source.key, "--again")
    assert AuditEntry.objects.filter(action="peer.again").count() == 2


@pytest.mark.parametrize("gesture", ["admettre", "prefixe", "revoquer", "relire"])
@pytest.mark.parametrize("role", ["", "reader", "publisher", "administrator"])
def test_who_does_not_run_the_instance_decides_nothing(source: HarvestSource, as_: As, role: str, gesture: str) -> None:
    browser = as_(factories.person(role, factories.body()))
    before = PeerFeed.objects.values().get()
    assert asked(browser, source, gesture, sur="oui", cle="x", prefixe="https://x.example/").status_code == 403
    assert asked(as_(None), source, gesture, sur="oui").status_code in (302, 403)
    assert PeerFeed.objects.values().get() == before and not PeerRevocation.objects.exists()


@pytest.mark.parametrize("gesture", ["admettre", "prefixe", "revoquer", "relire"])
@pytest.mark.parametrize("instance", ["", "0", "abc", "9" * 30, "-1", "²"])
def test_an_instance_that_nobody_follows_is_refused(chief: User, as_: As, instance: str, gesture: str) -> None:
    refused = as_(chief).post(PAGE, {"geste": gesture, "instance": instance, "sur": "oui", "cle": "\0"})
    assert (refused.status_code, "n’est plus de la liste" in said(refused)) == (422, True)


@pytest.mark.parametrize("kid", ["", "\0", "é" * 43, "<b>", "A" * 5000])
def test_a_key_that_is_none_is_refused(home: SignedHome, source: HarvestSource, chief: User, as_: As, kid: str) -> None:
    assert asked(as_(chief), source, "admettre", cle=kid, sur="oui").status_code == 422
    assert home.key and PeerFeed.objects.get().keys[0]["kid"] == home.key.kid


def test_an_instance_that_does_not_answer_admits_no_key(
    home: SignedHome, source: HarvestSource, chief: User, as_: As
) -> None:
    del home.server.replies["/.well-known/bouture"]
    assert home.key
    assert asked(as_(chief), source, "admettre", cle=home.key.kid, sur="oui").status_code == 422


@pytest.mark.parametrize("gesture", ["oublier", "revoquer"])
def test_who_is_still_searched_beside_is_told(
    source: HarvestSource, chief: User, as_: As, settings: Settings, gesture: str
) -> None:
    """The list of clusters is in the environment: no button takes one off."""
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    settings.BOUTURE_PEER_CLUSTERS = [(source.key.removesuffix("/flux/"), "es.voisine.example:9300")]
    browser = as_(chief)
    assert asked(browser, source, gesture, sur="oui").status_code == 302
    assert "retirez-la aussi de BOUTURE_PEER_CLUSTERS" in page(browser)
