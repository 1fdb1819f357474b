"""Looking at links: what servers answer, well or with malice, and who asks whom, when."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue.links import FIELD, Finding, LinkReader
from catalogue.log import drain, takeable
from catalogue.models import Change, Dataset, Distribution, LinkCheck, LinkHost
from harvesters import links
from harvesters.http import Client
from harvesters.links import FAULTS, check_due, check_links, finding_of, take_host
from harvesters.tasks import check_due_links
from tests import factories
from tests.conftest import PROJECT
from tests.harvesting.conftest import HURRY
from tests.harvesting.servers import Asked, Server, reply
from tests.test_tasks import environment, eventually

Make = Callable[..., Client]
WEEK = timedelta(days=7)


def methods(server: Server) -> list[str]:
    return [asked.method for asked in server.asked]


def head_only_gets(status: int) -> Callable[[Asked], bytes]:
    """A server that mistreats HEAD."""
    return lambda asked: reply(status=status) if asked.method == "HEAD" else reply(b"a;b\n")


def test_an_address_that_answers_is_asked_once_and_for_no_document(server: Server, make_client: Make) -> None:
    server.replies["/a"] = reply(length=10**12)
    assert finding_of(make_client(), server.url("/a")) == Finding(200)
    assert methods(server) == ["HEAD"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501, 503])
def test_a_server_that_mistreats_head_is_asked_again_with_get(server: Server, make_client: Make, status: int) -> None:
    server.replies["/a"] = head_only_gets(status)
    assert finding_of(make_client(), server.url("/a")) == Finding(200)
    assert methods(server) == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("status", "passing"),
    [
        *((status, False) for status in (302, 401, 403, 404, 410, 418)),
        *((status, True) for status in (408, 500, 503)),
    ],
)
def test_what_each_answer_means(server: Server, make_client: Make, status: int, passing: bool) -> None:
    server.replies["/a"] = reply(status=status)
    found = finding_of(make_client(), server.url("/a"))
    assert (found.status, found.passing, found.wait) == (status, passing, None)
    assert found.reason


def test_too_many_requests_says_nothing_of_the_address_and_is_not_asked_twice(
    server: Server, make_client: Make
) -> None:
    server.replies["/a"] = reply(status=429, Retry_After="120")
    assert finding_of(make_client(), server.url("/a")) == Finding(
        None, "le serveur demande d’attendre", wait=timedelta(seconds=120)
    )
    server.replies["/a"] = reply(status=429)
    assert finding_of(make_client(), server.url("/a")).wait == timedelta(seconds=links.ASKED_TO_WAIT)
    assert methods(server) == ["HEAD", "HEAD"]


def test_retry_after_is_read_as_a_date_and_bounded(server: Server, make_client: Make) -> None:
    later = format_datetime(timezone.now() + timedelta(hours=2))
    server.replies["/a"] = reply(status=503, Retry_After=later)
    wait = finding_of(make_client(), server.url("/a")).wait
    assert wait is not None and timedelta(minutes=110) < wait <= timedelta(hours=2)
    server.replies["/a"] = reply(status=429, Retry_After="9" * 30)
    assert finding_of(make_client(), server.url("/a")).wait == timedelta(days=1)
    server.replies["/a"] = reply(status=429, Retry_After="-5; demain")
    assert finding_of(make_client(), server.url("/a")).wait == timedelta(minutes=1)


def test_redirects_are_followed_to_what_answers_at_the_end(server: Server, make_client: Make) -> None:
    server.replies |= {
        "/a": reply(status=301, Location="/b"),
        "/b": reply(status=308, Location="c?d"),
        "/c?d": reply(status=404),
    }
    assert finding_of(make_client(), server.url("/a")).status == 404
    server.replies["/c?d"] = reply(status=204)
    assert finding_of(make_client(), server.url("/a")) == Finding(204)


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("/a", "loop"),
        ("http://10.0.0.1/secret", "private"),
        ("http://[oups", "address"),
        ("file:///etc/passwd", "address"),
        ("http://moi:secret@a.example/", "address"),
        ("http://" + "n" * 70 + ".invalid/", "address"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_told(server: Server, make_client: Make, target: str, fault: str) -> None:
    server.replies["/a"] = reply(status=302, Location=target)
    found = finding_of(make_client(), server.url("/a"))
    assert (found.status, found.reason, found.passing) == (0, FAULTS[fault], False)  # type: ignore[index]


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://127.0.0.1:1/", "private"),
        ("http://[::ffff:10.0.0.1]/", "private"),
        ("http://0x7f.1/", "private"),
        ("http://[oups/", "address"),
        ("https://", "address"),
        ("http://a.example:99999999/", "address"),
        ("http://compte@a.example/", "address"),
    ],
)
def test_where_we_do_not_go(server: Server, make_client: Make, address: str, fault: str) -> None:
    found = finding_of(make_client(), address)
    assert (found.status, found.reason, found.passing) == (0, FAULTS[fault], False)  # type: ignore[index]


def test_a_name_that_nobody_bears_may_come_back(server: Server, make_client: Make) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror

    found = finding_of(make_client(resolve=nobody), "http://a.example/")
    assert found == Finding(0, FAULTS["name"], passing=True)


def test_a_closed_door_may_open_again(server: Server, make_client: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = make_client(trusted=frozenset({f"127.0.0.1:{port}"}))
    assert finding_of(client, f"http://127.0.0.1:{port}/") == Finding(0, FAULTS["unreachable"], passing=True)


def drip(first: bytes = b"") -> Iterator[bytes]:
    yield first
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
        time.sleep(0.05)
        yield bytes([byte])


def test_one_byte_at_a_time_is_cut(server: Server, make_client: Make) -> None:
    server.replies["/a"] = lambda _: drip()
    began = time.monotonic()
    client = make_client(limits=replace(HURRY, total=0.6))
    assert finding_of(client, server.url("/a")) == Finding(0, FAULTS["late"], passing=True)
    assert time.monotonic() - began < 5


def endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n"
    while True:
        yield b"x" * 65_000


def test_a_body_without_end_is_not_read(server: Server, make_client: Make) -> None:
    server.replies["/a"] = lambda asked: reply(status=405) if asked.method == "HEAD" else endless()
    assert finding_of(make_client(), server.url("/a")) == Finding(200)
    server.replies["/a"] = lambda _: endless()
    assert finding_of(make_client(), server.url("/a")) == Finding(200)


def test_a_body_after_head_does_not_pass_for_the_next_answer(server: Server, make_client: Make) -> None:
    server.replies |= {"/a": reply(b"HTTP/1.1 404 Not Found\r\n\r\n"), "/b": reply(b"x")}
    client = make_client()
    for _ in range(3):
        assert finding_of(client, server.url("/a")) == Finding(200)
        assert finding_of(client, server.url("/b")) == Finding(200)


@pytest.mark.parametrize("answer", [b"", b"bonjour\r\n\r\n", b"HTTP/1.1 200", b"HTTP/1.1 999999 OK\r\n\r\n"])
def test_what_is_not_http_is_no_answer(server: Server, make_client: Make, answer: bytes) -> None:
    server.replies["/a"] = answer
    assert finding_of(make_client(), server.url("/a")) == Finding(0, FAULTS["cut"], passing=True)
    assert methods(server) == ["HEAD", "GET"]


def test_headers_without_end_are_cut(server: Server, make_client: Make) -> None:
    server.replies["/a"] = b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 2_000_000 + b"\r\n\r\n"
    assert finding_of(make_client(), server.url("/a")).status == 0


def test_a_certificate_that_nobody_signed_is_no_answer(make_client: Make, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with Server({"/": reply()}, tls=context) as server:
        assert finding_of(make_client(trusted=server.trusted), server.url()) == Finding(0, FAULTS["tls"])
        assert not server.asked


def test_every_fault_of_the_network_has_its_words() -> None:
    from typing import get_args

    from harvesters.base import Fault

    assert set(FAULTS) == set(get_args(Fault)) - {""}


# --- who asks whom, and when


def follow() -> None:
    drain(LinkReader(), "essai")


def publish(server: Server, *paths: str) -> list[Dataset]:
    found = [factories.dataset(distribution=[{"access_url": [server.url(path)]}]) for path in paths]
    follow()
    return found


def rested(_: float = 0) -> None:
    """As if the pause between two looks at a server were over."""
    LinkHost.objects.update(next_at=timezone.now())


def statuses() -> dict[str, int | None]:
    return dict(LinkCheck.objects.values_list("address", "status"))


@pytest.mark.django_db
def test_what_is_due_is_looked_at_and_told(server: Server, make_client: Make) -> None:
    server.replies |= {"/a": reply(), "/b": reply(status=410)}
    publish(server, "/a", "/b", "/c")
    assert check_due(make_client(), WEEK, sleep=rested) == 3
    assert statuses() == {server.url("/a"): 200, server.url("/b"): 410, server.url("/c"): 404}
    told = Change.objects.filter(kind=Change.Kind.DERIVED)
    assert {change.record for change in told} == set(Dataset.objects.values_list("pk", flat=True))
    assert check_due(make_client(), WEEK, sleep=rested) == 0


@pytest.mark.django_db
def test_a_server_is_left_alone_between_two_looks(server: Server, make_client: Make) -> None:
    publish(server, "/a", "/b")
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        rested()

    check_due(make_client(), WEEK, sleep=sleep)
    assert len(server.asked) == 4
    assert len(waits) == 1
    assert 0.5 < waits[0] <= links.PATIENCE
    host = LinkHost.objects.get()
    assert (host.holder, host.held_until) == ("", None)
    assert host.next_at > timezone.now()


@pytest.mark.django_db
def test_a_server_that_asks_to_wait_is_asked_nothing_more(server: Server, make_client: Make) -> None:
    server.replies["/a"] = reply(status=429, Retry_After="7200")
    publish(server, "/a", "/b")
    LinkCheck.objects.filter(address=server.url("/b")).update(next_at=timezone.now())
    LinkCheck.objects.filter(address=server.url("/a")).update(next_at=timezone.now() - timedelta(days=1))
    assert check_due(make_client(), WEEK) == 1
    assert set(statuses().values()) == {None}
    assert LinkHost.objects.get().next_at > timezone.now() + timedelta(hours=1)
    assert LinkCheck.objects.get(address=server.url("/a")).next_at > timezone.now() + timedelta(hours=1)


@pytest.mark.django_db
def test_a_slow_server_is_asked_less(server: Server, make_client: Make) -> None:
    def slow(_: Asked) -> bytes:
        time.sleep(0.2)
        return reply()

    server.replies["/a"] = slow
    publish(server, "/a")
    check_due(make_client(), WEEK)
    assert LinkHost.objects.get().next_at > timezone.now() + timedelta(seconds=1.5)


@pytest.mark.django_db
def test_servers_take_turns(make_client: Make) -> None:
    with Server() as one, Server() as other:
        publish(one, "/1", "/2", "/3")
        factories.dataset(distribution=[{"access_url": [f"http://localhost:{other.port}/1"]}])
        follow()
        client = make_client(trusted=one.trusted | {f"localhost:{other.port}"})
        assert check_due(client, WEEK, stopping=lambda: bool(one.asked and other.asked), sleep=rested) == 2


@pytest.mark.django_db
def test_two_workers_do_not_ask_one_server(server: Server, make_client: Make) -> None:
    publish(server, "/a", "/b")
    host = take_host("ailleurs:1:abcd")
    assert host is not None
    assert take_host("ici:1:abcd") is None
    assert check_due(make_client(), WEEK) == 0
    assert not server.asked
    LinkHost.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert check_due(make_client(), WEEK, sleep=rested) == 2


@pytest.mark.django_db
def test_a_dead_worker_s_server_is_taken_over_at_once(server: Server, make_client: Make) -> None:
    publish(server, "/a")
    dead = subprocess.Popen(["sleep", "0"])
    dead.wait()
    assert take_host(f"{socket.gethostname()}:{dead.pid}:abcd") is not None
    assert check_due(make_client(), WEEK) == 1


@pytest.mark.django_db
def test_an_address_that_makes_us_fall_over_is_not_the_next_one_again(
    server: Server, make_client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(server, "/a", "/b")
    client = make_client()

    def broken(_: str) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(client, "probe", broken)
        with pytest.raises(ZeroDivisionError):
            check_due(client, WEEK)
    assert LinkHost.objects.get().holder == ""
    rested()
    assert check_due(client, WEEK, sleep=rested) == 1
    assert sorted(statuses().values(), key=str) == [404, None]


@pytest.mark.django_db
def test_it_stops_when_asked(server: Server, make_client: Make) -> None:
    publish(server, "/a", "/b")
    assert check_due(make_client(), WEEK, stopping=lambda: bool(server.asked), sleep=rested) == 1


@pytest.mark.django_db
def test_badly_written_addresses_of_an_old_base_are_told_as_such(server: Server, make_client: Make) -> None:
    publish(server, "/a")
    Distribution.objects.update(access_url=["http://[oups/", "https://", "http://a.example:99999999/"])
    LinkReader().handle(list(Change.objects.all()))
    check_due(make_client(), WEEK, sleep=rested)
    assert set(statuses().values()) == {0}
    assert set(LinkCheck.objects.values_list("reason", flat=True)) == {FAULTS["address"]}


@pytest.mark.django_db
def test_an_instance_that_checks_no_link_asks_nobody(server: Server, settings: Settings) -> None:
    settings.BOUTURE_LINK_CHECKS = 0
    publish(server, "/a")
    assert check_links() == 0
    assert not server.asked


@pytest.mark.django_db
def test_our_own_address_may_be_private(server: Server, settings: Settings) -> None:
    settings.BOUTURE_LINK_CHECKS, settings.BOUTURE_URL = 3, server.url("")
    server.replies["/a"] = reply()
    publish(server, "/a")
    assert check_links(sleep=rested) == 1
    link = LinkCheck.objects.get()
    assert link.status == 200
    assert timedelta(days=2) < link.next_at - timezone.now() <= timedelta(days=3)
    assert server.asked[0].headers["user-agent"].endswith(f"(+{server.url('')})")


# --- the command and the worker


@pytest.mark.django_db
def test_the_command_tells_the_state_and_looks_when_asked(
    server: Server, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BOUTURE_URL = server.url("")
    [record] = publish(server, "/absent")
    call_command("links", "--json")
    before = json.loads(capsys.readouterr().out)
    assert (before["addresses"], before["unknown"], before["due"], before["checked"]) == (1, 1, 1, 0)
    assert before["every_days"] == 0
    call_command("links", "--now", "--failing", "--json")
    after = json.loads(capsys.readouterr().out)
    assert (after["failing"], after["unknown"], after["due"], after["checked"]) == (1, 0, 0, 1)
    assert after["by_status"] == {"404": 1}
    [named] = after["failing_addresses"]
    assert (named["address"], named["status"], named["records"]) == (server.url("/absent"), 404, [str(record.pk)])
    call_command("links", "--failing")
    told = capsys.readouterr().out
    assert "arrêtée (BOUTURE_LINK_CHECKS=0)" in told
    assert f"404 {server.url('/absent')} : l’adresse n’existe pas, ou plus depuis le" in told


@pytest.mark.django_db
def test_the_command_says_so_when_there_is_nothing(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.BOUTURE_LINK_CHECKS = 7
    call_command("links", "--now")
    assert "tous les 7 jours. Adresses : 0 ; serveurs : 0." in capsys.readouterr().out


@pytest.mark.django_db
def test_the_task_of_celery_looks_too(server: Server, settings: Settings) -> None:
    settings.BOUTURE_LINK_CHECKS, settings.BOUTURE_URL = 7, server.url("")
    server.replies["/a"] = reply()
    publish(server, "/a")
    check_due_links()
    assert set(statuses().values()) == {200}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_worker_looks_is_killed_and_another_goes_on(home: Path, server: Server) -> None:
    server.replies |= {f"/{number}": reply() for number in range(3)}
    hanging: list[Asked] = []

    def hang(asked: Asked) -> bytes:
        hanging.append(asked)
        time.sleep(2)
        return reply()

    server.replies["/0"] = hang
    publish(server, "/0", "/1", "/2")
    LinkCheck.objects.filter(address=server.url("/0")).update(next_at=timezone.now() - timedelta(days=1))
    known = {**environment(home), "BOUTURE_LINK_CHECKS": "7", "BOUTURE_URL": server.url("")}
    command = [sys.executable, "manage.py", "work"]
    worker = subprocess.Popen(command, cwd=PROJECT, env=known)
    try:
        eventually(lambda: hanging)
    finally:
        worker.kill()
        worker.wait(timeout=20)
    held = LinkHost.objects.get()
    assert held.holder
    assert LinkHost.objects.filter(takeable(held.holder, timezone.now())).exists()
    server.replies["/0"] = reply()
    worker = subprocess.Popen(command, cwd=PROJECT, env=known)
    try:
        eventually(lambda: set(statuses().values()) == {200})
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    derived = Change.objects.filter(kind=Change.Kind.DERIVED).values_list("fields", flat=True)
    assert list(derived).count([FIELD]) == 3  # the others are of the scores that follow


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_round_of_work_looks_too(home: Path, server: Server) -> None:
    server.replies["/a"] = reply()
    factories.dataset(distribution=[{"access_url": [server.url("/a")]}])
    known = {**environment(home), "BOUTURE_LINK_CHECKS": "7", "BOUTURE_URL": server.url("")}
    subprocess.run([sys.executable, "manage.py", "work", "--once"], cwd=PROJECT, env=known, check=True, timeout=60)
    assert set(statuses().values()) == {200}
