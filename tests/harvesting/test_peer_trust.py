"""Whom a feed is believed to be: forged, replayed, cut, claimed for others, with another key; refused by name, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue import signing
from catalogue.models import AuditEntry, Dataset
from harvesters.base import FIELDS
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestRun, HarvestSource, PeerFeed, PeerRevocation
from harvesters.peers import keeping
from harvesters.peers.alarms import alarm_of
from harvesters.peers.trust import pinning
from harvesters.registry import client_for, home_body
from tests.harvesting.servers import Server, reply
from tests.harvesting.signing import CARD, SignedHome, made

pytestmark = pytest.mark.django_db
Follow = Callable[..., HarvestRun]
ROOMY = Limits(connect=2, read=5, total=20, delay=0, retries=0)


@pytest.fixture
def home(server: Server) -> SignedHome:
    found = SignedHome.at(server)
    for name in range(10):
        found.dataset(name)
    found.publish()
    return found


@pytest.fixture
def follow(make_client: Callable[..., Client], server: Server) -> Follow:
    def go(at: Server = server, **options: Any) -> HarvestRun:
        source, _ = HarvestSource.objects.get_or_create(
            key=at.url("/flux/"),
            defaults={"owner": home_body(), "trusted": [at.url("").partition("://")[2].rstrip("/")]},
        )
        with client_for(source) as client:
            return harvest(source, client, **options)

    return go


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


def published() -> int:
    return Dataset.objects.published().count()


def refused(run: HarvestRun, name: str) -> str:
    """The run failed, the alarm has this name, nothing was lost."""
    assert run.status == "failed", run.messages
    alarm = alarm_of([run])
    assert alarm and alarm.fault.label == name, run.messages
    return " ".join(run.messages)


def test_the_key_is_pinned_at_the_first_reading_and_told(home: SignedHome, follow: Follow) -> None:
    run = follow()
    assert home.key
    assert (run.status, run.created) == ("done", 10)
    assert any(home.key.kid in said and "téléphone" in said for said in run.messages)
    feed = PeerFeed.objects.get()
    assert (feed.signed, feed.prefix, feed.keys[0]["kid"]) == ("signed", home.server.url("/"), home.key.kid)
    run = follow()
    assert (run.status, run.messages) == ("done", [])


def test_an_answer_keeps_what_a_signature_covers() -> None:
    assert FIELDS == signing.FIELDS


def test_a_rehearsal_pins_nothing(home: SignedHome, follow: Follow) -> None:
    assert follow(dry=True).status == "done"
    assert not PeerFeed.objects.exists()


def test_a_forged_page_is_refused_and_the_others_are_read(home: SignedHome, follow: Follow) -> None:
    follow()
    home.dataset(1, "Vrai", verb="Update")
    home.dataset(10)
    home.publish()
    home.turned = lambda path, body: body.replace(b"Vrai", b"Faux") if path == "/flux/3" else body
    said = refused(follow(), "Signature refusée")
    assert "abîmée ou coupée" in said and "/flux/3" in said
    assert not Dataset.objects.filter(title__fr="Faux").exists() and published() == 10
    home.turned = lambda path, body: body
    assert follow().created == 1 and Dataset.objects.filter(title__fr="Vrai").exists()


@pytest.mark.parametrize("path", ["/flux/", "/flux/3"])
def test_a_page_in_the_place_of_another_is_refused(home: SignedHome, follow: Follow, path: str) -> None:
    """A page of theirs, whole and signed, at an address that is not its own: what withdraws everything, put elsewhere."""
    follow()
    home.dataset(11)
    home.publish()
    body = home.pages["/flux/1"]
    assert home.key
    fields = signing.signed(body, 200, "application/trig", home.server.url("/flux/1"), [home.key])
    home.stale[path] = reply(body, content_type="application/trig", **fields)
    assert "n’est pas celle que l’instance a signée" in refused(follow(), "Signature refusée")
    assert published() >= 10


@pytest.mark.parametrize(("gap", "fine"), [(-9, True), (9, True), (11, False), (-60 * 24 * 3, False)])
def test_a_clock_ten_minutes_off(
    home: SignedHome, follow: Follow, monkeypatch: pytest.MonkeyPatch, gap: int, fine: bool
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, zone: Any = None) -> Any:
            return datetime.now(UTC) + timedelta(minutes=gap)

    monkeypatch.setattr(signing, "datetime", Clock)  # of who signs: who proves is given the moment
    if fine:
        assert follow().created == 10
    else:
        assert "serveurs" in refused(follow(), "Carte mal signée")
        assert published() == 0


def test_an_old_root_again_takes_nothing_back(home: SignedHome, follow: Follow) -> None:
    """Signed, whole, and of yesterday: its last activity is below the one that was read."""
    assert home.key
    body = home.pages["/flux/"]
    fields = signing.signed(body, 200, "application/trig", home.server.url("/flux/"), [home.key])
    for name in range(10, 20):
        home.dataset(name)
    home.publish()
    follow()
    home.pages = {path: page for path, page in home.pages.items() if path in ("/flux/", "/flux/1", "/flux/2")}
    home.publish(home.every[:4])
    home.every = home.every[:4]
    refused(follow(), "Racine revenue en arrière")
    home.stale["/flux/"] = reply(body, content_type="application/trig", **fields)
    assert follow().status == "failed"
    assert published() == 20


def test_a_key_that_changed_stops_the_feed_until_somebody_compared_it(home: SignedHome, follow: Follow) -> None:
    follow()
    before = home.key
    home.key = made()
    home.delete(1)
    home.publish()
    said = refused(follow(), "La clé a changé")
    assert "manage.py peer pin" in said and home.key.kid in said
    assert published() == 10
    feed = PeerFeed.objects.get()
    assert before and feed.keys[0]["kid"] == before.kid
    assert (feed.refused, feed.refused_at is not None) == ("key-changed", True)
    assert feed.seen == [home.key.kid]
    name = HarvestSource.objects.get().key
    with pytest.raises(CommandError, match="Vérifiez l’empreinte"):
        call_command("peer", "pin", name, f"--key={before.kid}")
    call_command("peer", "pin", name, f"--key={home.key.kid}")
    run = follow()
    assert (run.status, run.withdrawn, published()) == ("done", 1, 9)
    assert AuditEntry.objects.filter(action="peer.pin").count() == 1


def test_a_key_that_was_renewed_with_an_overlap_is_taken_without_a_word(home: SignedHome, follow: Follow) -> None:
    follow()
    old = home.key
    home.key = made()
    assert old
    home.card_by = [home.key, old]
    home.dataset(11)
    home.publish()
    run = follow()
    assert (run.status, run.created) == ("done", 1)
    assert any("renouvelé sa clé" in said and home.key.kid in said for said in run.messages)
    # And the one after it, from a card that the old one signs no more.
    second, home.key = home.key, made()
    home.card_by = [home.key, second]
    home.dataset(12)
    home.publish()
    assert follow().created == 1


def test_a_card_that_names_a_new_key_and_that_no_known_one_signed(home: SignedHome, follow: Follow) -> None:
    follow()
    home.key = made()
    home.card_by = [home.key]
    home.dataset(11)
    home.publish()
    refused(follow(), "La clé a changé")


def test_once_signed_never_unsigned_again_without_a_word(home: SignedHome, follow: Follow) -> None:
    follow()
    home.key = None
    home.delete(3)
    home.publish()
    assert "--unsigned" in refused(follow(), "Le flux n’est plus signé")
    assert published() == 10
    call_command("peer", "pin", HarvestSource.objects.get().key, "--unsigned", "--prefix", "https://ville.example/")
    assert follow().withdrawn == 1


def test_a_feed_without_our_signature_is_followed_as_such_under_its_prefix(server: Server, follow: Follow) -> None:
    home = SignedHome(server, key=None)
    home.dataset(1)
    home.publish()
    assert follow().created == 1
    assert PeerFeed.objects.get().signed == "unsigned"
    source = HarvestSource.objects.get()
    pinning.unsigned(source, "https://ville.example/id/")
    home.dataset(2)
    home.space = "https://autre.example"
    home.dataset(3)
    home.publish()
    run = follow()
    assert (run.created, run.quarantined) == (1, 1)
    assert any("hors du préfixe admis" in said and "autre.example" in said for said in run.messages)
    with pytest.raises(CommandError, match="finit par"):
        call_command("peer", "pin", source.key, "--unsigned", "--prefix", "https://ville.example")


def test_it_begins_to_sign_and_is_held_to_it(home: SignedHome, follow: Follow) -> None:
    key, home.key = home.key, None
    del home.server.replies[CARD]
    assert follow().created == 10
    home.key = key
    home.show_card()
    home.dataset(11)
    home.publish()
    follow()
    assert PeerFeed.objects.get().signed == "signed"


def test_who_claims_another_s_addresses_is_set_aside_by_name(home: SignedHome, follow: Follow) -> None:
    home.space = "https://autre.example"
    home.dataset(1, "Usurpé")
    home.publish()
    run = follow()
    assert (run.created, run.quarantined) == (10, 1)
    assert any("https://autre.example/id/1 n’est pas de cette instance" in said for said in run.messages)
    assert not Dataset.objects.filter(uri="https://autre.example/id/1").exists()
    home.harvests = ["https://ville.example/", "https://autre.example/"]  # from now on it says so
    home.dataset(2, "Moissonné")
    home.publish()
    assert follow().created == 2  # that which was set aside is read again


def test_a_beginning_of_addresses_ends_where_a_name_ends(home: SignedHome, follow: Follow) -> None:
    odd = ["https://autre", "https://", 7, "ftp://autre.example/", "https://v\0.example/", "https://v\ud800.example/"]
    home.harvests = ["https://ville.example/", *odd]  # type: ignore[list-item]
    home.space = "https://autre.example"
    home.dataset(1)
    home.publish()
    assert follow().quarantined == 1
    assert PeerFeed.objects.get().harvests == ["https://ville.example/"]


def test_an_instance_that_says_it_is_another_is_refused(home: SignedHome, follow: Follow) -> None:
    home.show_card("https://ville.example")
    run = follow()
    assert run.status == "failed" and "suivez-la à l’adresse qu’elle donne" in " ".join(run.messages)
    assert published() == 0


@pytest.mark.parametrize("card", [b"", b"[]", b'{"url": 3}', b'{"url": "x", "keys": {}}', b"[" * 100_000])
def test_what_is_no_card_makes_a_feed_without_signature(server: Server, follow: Follow, card: bytes) -> None:
    home = SignedHome(server, key=None)
    home.dataset(1)
    home.publish()
    server.replies[CARD] = reply(card, content_type="application/json")
    assert follow().created == 1 and PeerFeed.objects.get().signed == "unsigned"


def test_an_unsigned_feed_speaks_for_no_instance_that_signs(home: SignedHome, other: Server, follow: Follow) -> None:
    follow()
    PeerFeed.objects.update(prefix="https://ville.example/")
    stranger = SignedHome(other, key=None)
    stranger.dataset(3, "Usurpé")
    stranger.publish()
    assert follow(other).quarantined == 1
    assert Dataset.objects.get(uri=home.uri(3)).title["fr"] == "Jeu 3"


def test_a_revoked_instance_takes_what_came_by_it_alone(home: SignedHome, other: Server, follow: Follow) -> None:
    second = SignedHome.at(other)
    for name in range(4):
        second.dataset(name)
    second.publish()
    follow()
    follow(other)
    call_command("peer", "revoke", home.server.url("/flux/"), "--yes")
    assert published() == 4
    follow(other)
    assert {row.uri for row in Dataset.objects.published()} == {home.uri(name) for name in range(4)}
    assert AuditEntry.objects.filter(action="peer.revoke").exists()
    source = HarvestSource.objects.get(key=home.server.url("/flux/"))
    keeping.add(source.key, trusted=True)
    assert "n’est plus crue" in refused(follow(), "Instance révoquée")
    assert published() == 4 and home.key
    call_command("peer", "pin", source.key, f"--key={home.key.kid}")
    assert follow().status == "done" and published() == 10 and not PeerRevocation.objects.exists()


def test_a_revoked_key_speaks_from_no_other_address(home: SignedHome, other: Server, follow: Follow) -> None:
    follow()
    call_command("peer", "revoke", home.server.url("/flux/"), "--yes")
    moved = SignedHome(other, key=home.key)
    moved.show_card()
    moved.dataset(1)
    moved.publish()
    refused(follow(other), "Instance révoquée")
    assert published() == 0


def test_revoking_asks_first(home: SignedHome, follow: Follow) -> None:
    follow()
    with pytest.raises(CommandError, match="--yes"):
        call_command("peer", "revoke", home.server.url("/flux/"))
    assert published() == 10
