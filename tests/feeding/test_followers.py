"""Who follows our feed: one row an instance, few writes, a bound on what anybody claims, nothing of people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from catalogue.feeding import followers, tree
from catalogue.models import FeedFollower
from harvesters.registry import agent
from tests import factories
from tests.feeding.test_feed import follow

pytestmark = pytest.mark.django_db
THEIRS = "Bouture/0.1 (+https://voisine.example/donnees?x=1)"


def leaf() -> str:
    return f"/flux/1-{tree.LEAF}.trig"


def told(client: Client, agent: str, address: str = "") -> None:
    answer = client.get(address or leaf(), headers={"user-agent": agent})
    b"".join(answer)
    assert answer.status_code == 200


@pytest.fixture(autouse=True)
def one(db: None) -> None:
    factories.dataset()
    follow()


def test_an_instance_is_met_with_how_far_it_asked(client: Client) -> None:
    told(client, THEIRS)
    row = FeedFollower.objects.get()
    assert (row.url, row.position) == ("https://voisine.example", tree.last_position())
    assert row.first_at == row.seen_at


def test_the_client_of_this_product_says_who_asks(settings: Settings) -> None:
    settings.BOUTURE_URL = "https://ici.example"
    assert followers.instance_of(agent()) == "https://ici.example"


def test_it_is_written_once_a_minute_at_most(client: Client) -> None:
    told(client, THEIRS)
    factories.dataset()
    follow()
    before = FeedFollower.objects.get()
    with CaptureQueriesContext(connection) as queries:
        told(client, THEIRS)
        told(client, THEIRS, "/flux/dump.trig")
    assert not [
        sql for each in queries.captured_queries if "followe" in (sql := each["sql"]) and not sql.startswith("SELECT")
    ]
    assert FeedFollower.objects.get().seen_at == before.seen_at
    FeedFollower.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    told(client, THEIRS)
    assert FeedFollower.objects.get().position == tree.last_position() > before.position


def test_a_page_read_again_does_not_put_it_back(client: Client) -> None:
    told(client, THEIRS)
    FeedFollower.objects.update(position=10_000, seen_at=timezone.now() - timedelta(minutes=2))
    told(client, THEIRS)
    assert FeedFollower.objects.get().position == 10_000


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "curl/8.0",
        "Bouture/0.1",
        "Bouture/0.1 (+ftp://a.example)",
        "Bouture/0.1 (+https://moi:secret@a.example/)",
        "Bouture/0.1 (+https://a.example) et plus",
        "Bouture/0.1 (+https://<script>alert(1)</script>)",
        "Bouture/0.1 (+https://[::1)",
        "Bouture/0.1 (+https://a.example:99999999)",
        "Bouture/0.1 (+https://é.example)",
        "Bouture/0.1 (+https://" + "a" * 300 + ".example)",
        "Bouture/0.1 (+https:///flux/)",
        "Bouture/0.1 (+https://a.example\x7f)",
    ],
)
def test_nobody_else_leaves_anything(client: Client, agent: str) -> None:
    told(client, agent)
    assert not FeedFollower.objects.exists()


def test_this_instance_does_not_follow_itself(client: Client) -> None:
    told(client, agent())
    assert not FeedFollower.objects.exists()


def test_what_anybody_claims_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "MOST", 4)
    monkeypatch.setattr(followers, "NEW_AN_HOUR", 3)
    for number in range(6):
        told(client, f"Bouture/9 (+https://f{number}.example)")
    assert FeedFollower.objects.count() == 3
    FeedFollower.objects.update(first_at=timezone.now() - timedelta(hours=2))
    for number in range(6, 9):
        told(client, f"Bouture/9 (+https://f{number}.example)")
    assert FeedFollower.objects.count() == 4  # those that were seen today keep their places
    FeedFollower.objects.update(first_at=timezone.now() - timedelta(hours=2))
    FeedFollower.objects.filter(url="https://f1.example").update(seen_at=timezone.now() - timedelta(days=3))
    told(client, THEIRS)
    held = set(FeedFollower.objects.values_list("url", flat=True))
    assert len(held) == 4 and "https://voisine.example" in held and "https://f1.example" not in held
