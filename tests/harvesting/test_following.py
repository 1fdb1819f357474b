"""What may be typed to add a source from a page, without asking anybody; and a trial, that publishes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue.models import Dataset, Organisation
from harvesters import schedule
from harvesters.following import Followed, follow, web_address
from harvesters.http.guard import spelt
from harvesters.keeping import Keeping
from harvesters.models import HarvestRun, HarvestSource
from harvesters.options import BadOption, Wrong
from harvesters.registry import client_for
from tests import factories
from tests.harvesting.servers import Server, reply
from tests.harvesting.test_engine import catalogue

NIGHTLY = Keeping(rhythm="nuit")
ASKING_NOBODY = pytest.mark.usefixtures("nobody_is_asked")


@pytest.fixture
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("a name was asked for")

    monkeypatch.setattr("socket.getaddrinfo", ask)


@ASKING_NOBODY
@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" https://Donnees.Exemple.fr/a?b=c#d ", "https://donnees.exemple.fr/a?b=c"),
        ("HTTP://exemple.fr:80", "http://exemple.fr"),
        ("https://exemple.fr:8443/é", "https://exemple.fr:8443/é"),
        ("https://[2606:4700::1111]/x", "https://[2606:4700::1111]/x"),
        ("https://données.exemple.fr", "https://données.exemple.fr"),
    ],
)
def test_an_address_is_kept_as_everybody_would_write_it(typed: str, key: str) -> None:
    assert web_address(typed) == key == web_address(key)


@ASKING_NOBODY
@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "exemple.fr",
            "/srv/ville.ttl",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "javascript://x/%0aalert(1)",
        ),
        *(
            "ftp://exemple.fr",
            "http://",
            "http:///x",
            "http://[::1",
            "http://x:99999/",
            "http://x:0/",
            "data:text/plain,x",
        ),
        *(f"http://{'a' * 64}.fr/", "http://a..fr/", "urn:x:y", "http//exemple.fr"),
    ],
)
def test_what_is_no_web_address(typed: str) -> None:
    with pytest.raises(Wrong, match="http://"):
        web_address(typed)


@ASKING_NOBODY
@pytest.mark.parametrize(
    "typed", ["https://exemple.fr/a b", "https://exemple.fr/\0", "https://exe\nmple.fr/", "https://exemple.fr/\u202ex"]
)
def test_an_address_holds_no_sign_that_hides(typed: str) -> None:
    with pytest.raises(Wrong):
        web_address(typed)


@ASKING_NOBODY
def test_an_account_is_refused_without_being_repeated() -> None:
    with pytest.raises(Wrong, match="compte") as caught:
        web_address("https://moi:secret@exemple.fr/")
    assert "secret" not in str(caught.value)


PRIVATE = (
    *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0", "10.0.0.5", "192.168.1.1", "172.16.0.1"),
    *("169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fd00::1]", "[64:ff9b::7f00:1]", "localhost", "LOCALHOST."),
    *("portail.localhost", "geo.local", "geo.internal", "intranet", "224.0.0.1"),
)


@ASKING_NOBODY
@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_with_the_reason(host: str) -> None:
    with pytest.raises(Wrong, match="réseau privé"):
        web_address(f"http://{host}/catalogue.ttl")


@ASKING_NOBODY
def test_the_server_s_administrator_may_name_private_hosts(settings: Settings) -> None:
    settings.BOUTURE_PRIVATE_HOSTS = ["10.0.0.5:8080"]
    assert web_address("http://10.0.0.5:8080/x") == "http://10.0.0.5:8080/x"
    with pytest.raises(Wrong, match="réseau privé"):
        web_address("http://10.0.0.5/x")


@ASKING_NOBODY
@pytest.mark.parametrize(("host", "address"), [("exemple.fr", ""), ("8.8.8.8", "8.8.8.8"), ("dead.beef", "")])
def test_a_name_is_not_an_address(host: str, address: str) -> None:
    assert spelt(host) == address


@pytest.fixture
def town(db: None) -> Organisation:
    return factories.body()


def test_a_source_is_followed_once_however_it_is_written(town: Organisation) -> None:
    source = follow("https://exemple.fr/catalogue", town, NIGHTLY)
    for typed in ("http://exemple.fr/catalogue/", "https://EXEMPLE.fr:443/catalogue#x"):
        with pytest.raises(Followed) as caught:
            follow(typed, town, NIGHTLY)
        assert caught.value.source == source
    HarvestSource.objects.create(key="https://moi:secret@prive.example/x", owner=town)
    with pytest.raises(Followed):
        follow("https://prive.example/x", town, NIGHTLY)
    assert follow("https://exemple.fr/catalogue?page=2", town, NIGHTLY).trial


def test_two_people_who_add_it_at_once_make_one(town: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    first = follow("https://exemple.fr/catalogue", town, NIGHTLY)
    monkeypatch.setattr("harvesters.following.same", lambda _key: None)  # read just before the first was written
    with pytest.raises(Followed) as caught:
        follow("https://exemple.fr/catalogue", town, Keeping(title="Autre"))
    assert caught.value.source == first and HarvestSource.objects.get().title == ""


def test_what_is_wrong_leaves_no_source(town: Organisation) -> None:
    with pytest.raises(BadOption):
        follow("https://exemple.fr/", town, Keeping(rhythm="autre"))
    assert not HarvestSource.objects.exists()


def test_a_trial_publishes_nothing_until_it_is_launched(town: Organisation, settings: Settings) -> None:
    with Server({"/catalogue.ttl": reply(catalogue(range(3)))}) as server:
        settings.BOUTURE_PRIVATE_HOSTS = sorted(server.trusted)
        source = follow(server.url("/catalogue.ttl"), town, NIGHTLY)

        def go() -> HarvestRun:
            [run] = schedule.run_due(client_for)
            source.refresh_from_db()
            return run

        first = go()
        assert (first.dry, first.status, first.created) == (True, HarvestRun.Status.DONE, 3)
        assert (source.kind, source.next_at, source.trial) == ("dcat", None, True)
        assert not Dataset.objects.exists()
        schedule.set_rhythm(source, "* * * * *", "", 0)
        schedule.pause(source)
        schedule.resume(source)
        later = timezone.now() + timedelta(days=2)
        assert schedule.plan(later) == [] and schedule.due(later) == []
        schedule.run_soon(source, rehearsal=True)
        assert go().dry and not Dataset.objects.exists()
        schedule.run_soon(source)
        last = go()
        assert (last.dry, last.created, source.trial) == (False, 3, False) and source.next_at is not None
        assert Dataset.objects.published().count() == 3


def test_a_person_with_a_shell_ends_the_trial(town: Organisation) -> None:
    with Server({"/catalogue.ttl": reply(catalogue(range(2)))}) as server:
        source = HarvestSource.objects.create(key=server.url("/catalogue.ttl"), owner=town, trial=True)
        call_command("harvest", source.key, "--dry-run")
        assert HarvestSource.objects.get().trial and not Dataset.objects.exists()
        call_command("harvest", source.key)
        assert not HarvestSource.objects.get().trial and Dataset.objects.count() == 2
