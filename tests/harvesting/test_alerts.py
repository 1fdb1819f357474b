"""The contact of a source is told once of a failure that lasts, once of its end; mail never stops a harvest."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue.mail import send
from harvesters import alerts, schedule
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers.faults import Fault
from harvesters.peers.trust.door import CHANGED
from harvesters.registry import client_for, home_body
from tests.harvesting.test_engine import catalogue

Status = HarvestRun.Status


@pytest.fixture
def source(db: None, tmp_path: Path, settings: Settings) -> HarvestSource:
    """Of a file that is not there."""
    settings.BOUTURE_MAIL = True
    fields = {"schedule": "0 3 * * *", "contact": "donnees@ville.example", "title": "Ville\nBcc: x@y.example"}
    return HarvestSource.objects.create(key=str(tmp_path / "ville.ttl"), owner=home_body(), **fields)  # type: ignore[misc]


def go(source: HarvestSource) -> HarvestRun:
    schedule.run_soon(source)
    [run] = schedule.run_due(client_for)
    return run


def test_three_failures_are_told_once_and_so_is_the_recovery(source: HarvestSource) -> None:
    for count in range(1, 7):
        assert go(source).status == Status.FAILED
        assert len(mail.outbox) == (count >= 3)
    [told] = mail.outbox
    assert told.to == ["donnees@ville.example"] and told.subject == "Moisson en panne : Ville Bcc: x@y.example"
    assert "Les 3 dernières moissons" in told.body and "ville.ttl" in told.body
    assert told.extra_headers["Auto-Submitted"] == "auto-generated"
    Path(source.key).write_bytes(catalogue(range(3)))
    assert go(source).status == Status.DONE
    go(source)
    assert [one.subject.split(" : ")[0] for one in mail.outbox] == ["Moisson en panne", "Moisson rétablie"]
    Path(source.key).unlink()
    for _ in range(3):
        go(source)
    assert len(mail.outbox) == 3


def test_a_run_that_was_killed_is_no_recovery(source: HarvestSource, settings: Settings) -> None:
    settings.BOUTURE_ALERT_AFTER = 1
    run = go(source)
    run.status = Status.KILLED
    alerts.after(run)
    assert len(mail.outbox) == 1


def test_how_many_failures_is_a_setting(source: HarvestSource, settings: Settings) -> None:
    settings.BOUTURE_ALERT_AFTER = 1
    go(source)
    assert len(mail.outbox) == 1


def test_what_is_wrong_with_a_feed_is_named_as_on_the_page_of_instances(
    source: HarvestSource, settings: Settings
) -> None:
    settings.BOUTURE_ALERT_AFTER = 1
    now, said = timezone.now(), [CHANGED.format("https://ville.example/flux/", "A" * 43)]
    run = HarvestRun.objects.create(
        source=source, started_at=now, heartbeat_at=now, ended_at=now, status=Status.FAILED, messages=said
    )
    alerts.after(run)
    assert mail.outbox[0].subject.endswith(f"({Fault.KEY_CHANGED.label})") and said[0] in mail.outbox[0].body


@pytest.mark.parametrize("why", ["no contact", "no server of mail", "rehearsal"])
def test_nobody_is_told(source: HarvestSource, settings: Settings, why: str) -> None:
    settings.BOUTURE_ALERT_AFTER = 1
    settings.BOUTURE_MAIL = why != "no server of mail"
    if why == "no contact":
        HarvestSource.objects.update(contact="")
    if why == "rehearsal":
        with pytest.raises(SystemExit):
            call_command("harvest", source.key, "--dry-run") if Path(source.key).exists() else _rehearse(source)
    else:
        go(source)
    source.refresh_from_db()
    assert mail.outbox == [] and source.alerted_at is None


def _rehearse(source: HarvestSource) -> None:
    Path(source.key).write_bytes(b"no rdf at all")
    call_command("harvest", source.key, "--dry-run")


def test_two_processes_send_one_message(source: HarvestSource, settings: Settings) -> None:
    settings.BOUTURE_ALERT_AFTER = 1
    run = go(source)
    alerts._alert(HarvestSource.objects.get(pk=source.pk), run)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("server", ["closed", "silent", "garbage", "refuses"])
def test_a_server_of_mail_that_fails_stops_no_harvest(source: HarvestSource, settings: Settings, server: str) -> None:
    settings.BOUTURE_ALERT_AFTER, settings.EMAIL_TIMEOUT = 1, 0.3
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.EMAIL_PORT = listening.getsockname()[1]
        if server == "closed":
            listening.close()
        answer = {"garbage": b"HTTP/1.0 200 OK\r\n\r\n", "refuses": b"554 no\r\n"}.get(server)
        thread = threading.Thread(target=_serve, args=(listening, answer), daemon=True)
        if answer:
            thread.start()
        assert go(source).status == Status.FAILED
        if answer:
            thread.join(5)
    source.refresh_from_db()
    assert source.alerted_at is None  # tried again at the next failure


def _serve(listening: socket.socket, answer: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.sendall(answer)


@pytest.mark.parametrize("address", ["", "pas une adresse\n", "a@b.example\r\nBcc: c@d.example", "é@é", "\0"])
def test_an_address_that_cannot_be_a_header_is_no_fault_of_ours(
    settings: Settings, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BOUTURE_MAIL = True
    send(address, "sujet\nsur deux lignes", "texte")
    assert all("\n" not in message.subject for message in mail.outbox)


def test_failures_are_counted_from_the_last_run(source: HarvestSource) -> None:
    now = timezone.now()
    make: Callable[..., Any] = HarvestRun.objects.create
    for number, (status, dry) in enumerate(
        [("failed", False), ("done", False), ("failed", False), ("done", True), ("stopped", False), ("running", False)]
    ):
        at = now.replace(microsecond=number)
        make(source=source, status=status, dry=dry, started_at=at, heartbeat_at=at)
    assert alerts.failures(source) == 2
