"""What one source may ask in a minute, and what it is told beyond."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import time

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from pytest_django import Settings

from catalogue.accounts import tokens
from portal import counts, limits
from portal.costs import COSTS, LIMITS, NAMES
from portal.counts import BUCKETS, WAYS, Mapped
from portal.pages.accounts.attempts import Attempts
from tests import factories
from tests.conftest import PROJECT
from tests.test_access import get_resolver, names

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "92.184.1.1", "92.184.1.2"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(LIMITS, 2))
    monkeypatch.setattr("portal.limits.time", lambda: 60.0 * 1000 + 15)


def asked(
    client: Client, times: int, address: str = "/suggestions?q=bac", source: str = HERE, **more: str
) -> list[int]:
    return [client.get(address, REMOTE_ADDR=source, headers=more).status_code for _ in range(times)]


def test_beyond_it_is_refused_and_others_are_not(client: Client) -> None:
    assert asked(client, 4)[-2:] == [429, 429]
    assert 429 not in asked(client, 1, source=ELSEWHERE)
    assert 429 not in asked(client, 1, "/robots.txt")  # costs nothing
    assert 429 not in asked(client, 1, "/catalogue/tout.csv")  # counted apart


def test_a_program_is_told_in_its_own_words_and_a_person_in_a_page(client: Client) -> None:
    asked(client, 2, "/api/search")
    answer = client.get("/api/search", REMOTE_ADDR=HERE)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer["Retry-After"] == "45" and answer.json()["status"] == 429
    answer = client.get("/jeux-de-donnees/", REMOTE_ADDR=HERE)
    assert (answer.status_code, answer["Retry-After"]) == (429, "45")
    assert "Attendez une minute" in answer.content.decode()


def test_the_next_minute_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(client, 3)[-1] == 429
    monkeypatch.setattr("portal.limits.time", lambda: 60.0 * 1001)
    assert 429 not in asked(client, 2)


def test_forms_are_counted_together(client: Client) -> None:
    sent = [
        client.post(page, REMOTE_ADDR=HERE).status_code for page in ("/connexion/", "/connexion/oubli/", "/connexion/")
    ]
    assert sent[-1] == 429 and 429 not in sent[:-1]


def test_who_says_who_they_are_has_more_and_their_own(client: Client) -> None:
    person = factories.person()
    client.force_login(person)
    assert 429 not in asked(client, 8)
    assert asked(client, 1) == [429]
    text = tokens.make(person, "essai", 30, publishes=False)[1]
    told = asked(Client(), 9, "/api/search", authorization=f"Bearer {text}")
    assert 429 not in told[:-1] and told[-1] == 429


def test_a_cookie_that_nobody_gave_brings_nothing(client: Client) -> None:
    client.cookies["sessionid"] = "x" * 32
    assert asked(client, 3)[-1] == 429


@pytest.mark.parametrize("source", ["127.0.0.1", "::1", "10.0.0.4", "192.168.1.20", "", "nobody"])
def test_what_may_be_a_proxy_is_not_counted(source: str, client: Client) -> None:
    assert 429 not in asked(client, 4, source=source)


def test_what_a_client_says_of_where_it_is_never_counts(client: Client, settings: Settings) -> None:
    for number in range(3):
        last = client.get("/suggestions", REMOTE_ADDR=HERE, headers={"x-forwarded-for": f"92.184.2.{number}"})
    assert last.status_code == 429
    settings.BOUTURE_TRUST_PROXY = True  # then the last word is the proxy's
    for number in range(3):
        last = client.get(
            "/suggestions", REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": f"92.184.2.{number}, 92.184.9.9"}
        )
    assert last.status_code == 429


def test_one_subscriber_is_one_source(client: Client) -> None:
    assert [asked(client, 1, source=f"2a01:cb00:1:2::{number}")[0] for number in range(3)][-1] == 429


def test_it_can_be_left_to_the_proxy(client: Client, settings: Settings) -> None:
    settings.BOUTURE_LIMITS = 0
    assert 429 not in asked(client, 4)


def test_many_sources_take_a_bounded_room(tmp_path: Path) -> None:
    kept = Mapped(tmp_path / "essai.counts")
    end = time() + 60
    for _ in range(5):
        kept.add("one that asks much", end)
    size = (tmp_path / "essai.counts").stat().st_size
    for number in range(2 * BUCKETS * WAYS):
        kept.add(str(number), end)
    assert kept.add("one that asks much", end) == 6  # the smallest counts are forgotten first
    assert (tmp_path / "essai.counts").stat().st_size == size == 2**20
    kept.remove()


def test_a_count_ends_when_it_was_said_to_and_can_be_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, now = Mapped(tmp_path / "essai.counts"), time()
    assert [kept.add("a", now + 10), kept.add("a", now + 900, by=5), kept.read("a"), kept.read("b")] == [1, 6, 6, 0]
    monkeypatch.setattr(counts, "time", lambda: now + 11)
    assert kept.read("a") == 0 and kept.add("a", now + 20) == 1
    kept.forget("a")
    assert kept.read("a") == 0
    monkeypatch.setattr(counts, "time", lambda: now - 10_000)  # the clock was wrong when it was written
    kept.add("b", now + 10)
    assert kept.add("b", now - 9_990) == 1
    kept.remove()


def test_no_address_can_be_read_in_the_file(tmp_path: Path, settings: Settings) -> None:
    kept = Mapped(tmp_path / "essai.counts")
    kept.add(f"search {HERE}", time() + 60)
    written = (tmp_path / "essai.counts").read_bytes()
    assert HERE.encode() not in written
    assert (tmp_path / "essai.counts").stat().st_mode & 0o077 == 0
    digest = kept._digest(HERE)
    settings.SECRET_KEY = "another" * 8  # without the key, all addresses can be tried in vain
    assert Mapped(tmp_path / "other")._digest(HERE) != digest
    kept.remove()


COUNTING = """
import sys
import django; django.setup()
from threading import Thread
from time import time
from portal import counts
def many():
    for number in range(2_000):
        counts.of_machine("essai").add("one", time() + 600)
threads = [Thread(target=many) for _ in range(2)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
"""
FAILING = """
import django; django.setup()
from django.test import RequestFactory
from portal.pages.accounts.attempts import Attempts
request = RequestFactory().post("/connexion/", REMOTE_ADDR="92.184.1.1")
for _ in range(5):
    assert not Attempts(request, "agent@essai.example").too_many()
    Attempts(request, "agent@essai.example").failed()
"""


def processes(code: str, home: Path) -> None:
    variables = os.environ | {"BOUTURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    variables |= {"BOUTURE_SECRET_KEY": settings.SECRET_KEY, "REDIS_URL": ""}
    runs = [subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, env=variables) for _ in range(2)]
    assert [run.wait(60) for run in runs] == [0, 0]


def test_processes_and_threads_count_together_and_lose_nothing(home: Path) -> None:
    processes(COUNTING, home)
    assert counts.of_machine("essai").read("one") == 2 * 2 * 2_000


def test_failures_of_one_process_close_the_door_of_the_others(home: Path, settings: Settings) -> None:
    settings.REDIS_URL = ""
    request = RequestFactory().post("/connexion/", REMOTE_ADDR=HERE)
    processes(FAILING, home)
    assert Attempts(request, "agent@essai.example").too_many()
    assert not Attempts(request, "autre@essai.example").too_many()


def test_without_a_file_each_process_counts_for_itself(
    client: Client, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home.rmdir()
    assert asked(client, 4, "/suggestions?q=bac")[-2:] == [429, 429]
    [told] = [record.getMessage() for record in caplog.records if record.name == "portal.counts"]
    assert told.startswith("limits.counts : ")


@pytest.mark.redis
def test_with_redis_all_machines_count_together(settings: Settings) -> None:
    kept = counts.of_instance("essai")
    assert isinstance(kept, counts.Cached)
    assert [kept.add("a", time() + 60), kept.add("a", time() + 60, 5), kept.read("a"), kept.read("b")] == [1, 6, 6, 0]
    kept.forget("a")
    assert kept.read("a") == 0


def test_every_address_says_what_it_costs() -> None:
    """A new one chooses: add it to portal/costs.py."""
    assert set(names(get_resolver().url_patterns)) - set(COSTS) == set()
    assert set(COSTS) - set(names(get_resolver().url_patterns)) == set()
    said = [name for group in NAMES.values() for name in group.split()]
    assert len(said) == len(set(said))
    assert set(COSTS.values()) - {""} | {"form", "write"} == set(LIMITS)


@pytest.mark.parametrize(
    "address", ["/", "/api/datasets", "/suivre/?q=bac", "/comparer/", "/aide/", "/recherches/", "/deposer/"]
)
def test_what_people_and_programs_read_is_counted(client: Client, address: str) -> None:
    assert asked(client, 3, address)[-1] == 429


@pytest.mark.parametrize("address", ["/catalogue.ttl", "/sante", "/sitemap.xml"])
def test_what_harvesters_walk_is_not(client: Client, address: str) -> None:
    assert 429 not in asked(client, 4, address)
