"""`/instances/`: what it says of those that are followed and of those that follow, and what its buttons ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue.models import AuditEntry, Dataset, FeedFollower, User, Withheld
from harvesters import schedule
from harvesters.models import HarvestRun, HarvestSource, PeerFeed
from harvesters.peers.following import BACK
from harvesters.registry import client_for, home_body
from portal.pages.instances import _length
from tests import factories
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server
from tests.pages.conftest import said
from tests.pages.samples import remember

pytestmark = pytest.mark.django_db
PAGE = "/instances/"
As = Callable[[Any], Client]


@pytest.fixture
def chief(db: None) -> User:
    return factories.person(is_superuser=True)


@pytest.fixture
def home(settings: Settings) -> Any:
    with Server() as server:
        settings.BOUTURE_PRIVATE_HOSTS = [server.url("").partition("://")[2].rstrip("/")]
        found = Home(server)
        for name in range(6):
            found.dataset(name)
        found.publish()
        yield found


def peer(number: int = 1, **fields: Any) -> HarvestSource:
    given = {"kind": "peer", "owner": home_body(), "schedule": "*/10 * * * *", "next_at": timezone.now()}
    return HarvestSource.objects.create(key=f"https://p{number}.example/flux/", **{**given, **fields})


def ran(source: HarvestSource, status: str, minutes: int, *messages: str) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    HarvestRun.objects.create(
        source=source, status=status, started_at=at, heartbeat_at=at, ended_at=at, messages=list(messages)
    )


def test_an_instance_is_added_read_paused_and_forgotten(home: Home, chief: User, as_: As) -> None:
    browser = as_(chief)
    assert browser.post(PAGE, {"geste": "suivre", "adresse": f" {home.server.url('/')} "}).status_code == 302
    source = HarvestSource.objects.get()
    assert (source.key, source.kind, source.trial) == (home.server.url("/flux/"), "peer", False)
    assert "Pas encore lue" in said(browser.get(PAGE))
    schedule.run_due(client_for)
    page = said(browser.get(PAGE))
    assert Dataset.objects.published().count() == 6
    assert "Suivie" in page and "à jour de ce qu’elle annonçait" in page and "<dd>6<br>" in page

    gesture = {"instance": str(source.pk)}
    browser.post(PAGE, {**gesture, "geste": "pause"})
    assert "En pause" in said(browser.get(PAGE)) and not HarvestSource.objects.get().active
    refused = browser.post(PAGE, {**gesture, "geste": "lire"})
    assert (refused.status_code, "est en pause" in said(refused)) == (422, True)
    browser.post(PAGE, {**gesture, "geste": "reprendre"})
    HarvestSource.objects.update(next_at=None)
    browser.post(PAGE, {**gesture, "geste": "lire"})
    assert HarvestSource.objects.get().next_at is not None

    refused = browser.post(PAGE, {**gesture, "geste": "oublier"})
    assert (refused.status_code, "pour confirmer" in said(refused)) == (422, True)
    for _ in range(2):
        assert browser.post(PAGE, {**gesture, "geste": "oublier", "sur": "oui"}).status_code == 302
    assert "On l’oublie" in said(browser.get(PAGE))
    schedule.run_due(client_for)
    assert not Dataset.objects.published().exists()
    assert "ne suit encore aucune" in said(browser.get(PAGE))
    told = AuditEntry.objects.filter(action__startswith="source.", actor_key=chief.pk).order_by("pk")
    assert [row.action for row in told] == ["source.follow", "source.set", "source.set", "source.leave"]


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "http://"),
        ("\0", "http://"),
        ("ville", "http://"),
        ("file:///etc/passwd", "http://"),
        ("http://[::1", "http://"),
        ("http://127.0.0.1:1/", "privé"),
        ("http://10.0.0.1/flux/", "privé"),
        ("https://moi:secret@ville.example/", "compte"),
        ("{home}/rien", "pas de flux"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_stays_typed(
    home: Home, chief: User, as_: As, address: str, word: str
) -> None:
    typed = address.format(home=home.server.url("").rstrip("/"))
    refused = as_(chief).post(PAGE, {"geste": "suivre", "adresse": typed})
    assert (refused.status_code, word in said(refused)) == (422, True), said(refused)
    assert BeautifulSoup(refused.content, "html.parser").select_one("#adresse")["value"] == typed.replace("\0", "\x1f")  # type: ignore[index]
    assert not HarvestSource.objects.exists()


@pytest.mark.parametrize("instance", ["", "0", "abc", "9" * 30, "-1", "²"])
@pytest.mark.parametrize("gesture", ["pause", "reprendre", "lire", "oublier"])
def test_an_instance_that_nobody_follows_is_refused(chief: User, as_: As, instance: str, gesture: str) -> None:
    refused = as_(chief).post(PAGE, {"geste": gesture, "instance": instance, "sur": "oui"})
    assert (refused.status_code, "n’est plus de la liste" in said(refused)) == (422, True)
    assert as_(chief).post(PAGE, {"geste": "rien"}).status_code == 422


def test_a_catalogue_that_is_harvested_is_no_instance(chief: User, as_: As) -> None:
    source = peer(kind="dcat")
    assert as_(chief).post(PAGE, {"geste": "oublier", "instance": source.pk, "sur": "oui"}).status_code == 422
    assert HarvestSource.objects.get().left_at is None
    assert "p1.example" not in said(as_(chief).get(PAGE))


def test_an_alarm_says_its_name_since_when_and_what_to_do(chief: User, as_: As) -> None:
    source = peer(title="<b>Ville</b>")
    back = BACK.format(now="absente", before=timezone.now(), address="https://p1.example/flux/")
    ran(source, "done", 90)
    ran(source, "failed", 60, "?")
    ran(source, "failed", 30, "Une autre page n’a pas été lue.", back)
    PeerFeed.objects.create(source=source)
    page = said(as_(chief).get(PAGE))
    assert "&lt;b&gt;Ville&lt;/b&gt; : Racine revenue en arrière" in page
    assert "1 demande votre attention" in page and "2 lectures de suite" in page and "Voir ses lectures" in page
    assert "il y a 1 heure" in page or "il y a 90 minutes" in page


def test_who_follows_us_how_far_and_since_when(chief: User, as_: As) -> None:
    now = timezone.now()
    peer(2)
    for name, hours, position in (("p2", 0, 7), ("p3", 50, 0)):
        at = now - timedelta(hours=hours)
        FeedFollower.objects.create(url=f"https://{name}.example", position=position, first_at=at, seen_at=at)
    factories.dataset()
    Withheld.objects.create(kind="theme", value="https://t.example/")
    page = said(as_(chief).get(PAGE))
    assert "Nous la suivons aussi" in page and "Plus vue depuis 2 jours" in page
    assert "sauf ce qui est retenu : 1 thème, 0 organisation, 0 fiche" in page and 'href="/partage/"' in page


@pytest.mark.parametrize("role", ["", "reader", "publisher", "administrator"])
def test_who_does_not_run_the_instance_sees_and_does_nothing(as_: As, role: str) -> None:
    source = peer()
    browser = as_(factories.person(role, factories.body()))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"geste": "pause", "instance": source.pk}).status_code == 403
    assert HarvestSource.objects.get().active
    assert as_(None).get(PAGE).status_code == 403


def test_forms_are_refused_without_their_token(chief: User) -> None:
    source, browser = peer(), Client(enforce_csrf_checks=True)
    browser.force_login(chief)
    assert browser.post(PAGE, {"geste": "pause", "instance": source.pk}).status_code == 403
    assert HarvestSource.objects.get().active


@pytest.mark.parametrize("count", [3, 30])
def test_it_asks_as_much_for_three_as_for_thirty(
    chief: User, as_: As, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        source = peer(number)
        PeerFeed.objects.create(source=source, read_until=timezone.now())
        ran(source, "failed" if number % 2 else "done", 5, "?")
        at = timezone.now()
        FeedFollower.objects.create(url=f"https://p{number}.example", first_at=at, seen_at=at)
    browser = as_(chief)
    remember()
    with django_assert_num_queries(8):
        assert browser.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconde"),
        (59, "59 secondes"),
        (60, "1 minute"),
        (7200, "2 heures"),
        (3600, "60 minutes"),
        (172_800, "2 jours"),
    ],
)
def test_lengths_are_said_as_people_would(seconds: int, words: str) -> None:
    assert _length(seconds) == words
