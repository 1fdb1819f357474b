"""Messages leave from the worker: nobody's request waits for a server of mail, or fails for it, and none is sent twice."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue import mail, posting, reviewing
from catalogue.models import Invitation, OutgoingMail, Submission
from tests import factories
from tests.conftest import PROJECT
from tests.mailboxes import Mailbox, mailbox
from tests.test_drafts import draft
from tests.test_tasks import environment

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=11)  # what a killed process held is free again
DELIVER = "import django; django.setup(); from catalogue.posting import deliver; print(deliver())"


@pytest.fixture
def box(settings: Settings) -> Iterator[Mailbox]:
    with mailbox() as server:
        configure(settings, server.port)
        yield server


def configure(settings: Settings, port: int) -> None:
    settings.BOUTURE_MAIL, settings.DEFAULT_FROM_EMAIL = True, "donnees@portail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def free_port() -> int:
    with Mailbox() as found:
        return found.port


def posted(number: int, **more: bool) -> None:
    for each in range(number):
        assert mail.post(f"agent{each}@ville.example", f"Sujet\n{each}", f"Texte {each}", **more)


def process(home: Path, port: int) -> subprocess.Popen[str]:
    variables = environment(home) | {"BOUTURE_MAIL_URL": f"smtp://127.0.0.1:{port}"}
    variables |= {"BOUTURE_MAIL_FROM": "donnees@portail.example"}
    return subprocess.Popen(
        [sys.executable, "-c", DELIVER], cwd=PROJECT, env=variables, stdout=subprocess.PIPE, text=True
    )


def test_what_was_posted_leaves_once(box: Mailbox) -> None:
    posted(3)
    keys = {f"<{key}@portail.example>" for key in OutgoingMail.objects.values_list("pk", flat=True)}
    assert box.received == []  # the request is over, nobody was asked anything
    assert (posting.deliver(), posting.deliver(), OutgoingMail.objects.count()) == (3, 0, 0)
    assert {str(message["Message-ID"]) for message in box.received} == keys
    assert sorted(str(message["To"]) for message in box.received) == [f"agent{each}@ville.example" for each in range(3)]
    assert {str(message["Auto-Submitted"]) for message in box.received} == {"auto-generated"}
    assert "Sujet 0" in {str(message["Subject"]) for message in box.received}


def test_what_is_undone_is_told_to_nobody(box: Mailbox) -> None:
    with transaction.atomic():
        posted(1)
        transaction.set_rollback(True)
    assert posting.deliver() == 0 and box.received == []


def test_without_a_server_nothing_is_kept(settings: Settings) -> None:
    settings.BOUTURE_MAIL = False
    assert not mail.post("a@b.example", "x", "y") and not OutgoingMail.objects.exists()


def test_a_server_that_is_down_fails_nobody_s_save_and_is_told(client: Client, settings: Settings, home: Path) -> None:
    port = free_port()
    configure(settings, port)
    town = factories.body()
    office, writer = factories.person("administrator", town), factories.person("contributor", town)
    client.force_login(office)
    page = f"/organisations/{town.slug}/membres/"
    asked = {"geste": "inviter", "email": "nouvelle@ville.example", "role": "publisher"}
    assert "Invitation faite" in client.post(page, asked, follow=True).content.decode()
    reviewing.submit(draft(town, writer), writer)
    assert Invitation.objects.exists() and Submission.objects.get().state == Submission.State.SUBMITTED
    now = timezone.now()
    assert [posting.deliver(now), posting.deliver(now)] == [0, 0]  # one try of each
    assert set(OutgoingMail.objects.values_list("tries", flat=True)) == {1}
    assert "n’a pas pu partir" in client.get(page).content.decode()
    assert "Des courriels ne partent pas" not in client.get("/moissons/").content.decode()
    client.force_login(factories.person(is_superuser=True))
    told = client.get("/moissons/").content.decode()
    assert "Des courriels ne partent pas" in told and "2 attendent" in told and "ne répond pas" in told
    with mailbox(port) as server:
        assert posting.deliver(now + timedelta(seconds=30)) == 0  # not before its time
        assert posting.deliver(now + timedelta(minutes=2)) == 2
        assert len(server.received) == 2
    assert "Des courriels ne partent pas" not in client.get("/moissons/").content.decode()


def test_it_is_tried_later_and_later_then_given_up(settings: Settings) -> None:
    configure(settings, free_port())
    posted(1)
    now, waits = timezone.now(), []
    while not OutgoingMail.objects.get().given_up_at:
        posting.deliver(now)
        due = OutgoingMail.objects.get().due_at
        waits.append((due - now).total_seconds() / 60)
        now = max(now + timedelta(seconds=1), due)
    assert waits[:4] == [1, 2, 4, 8] and max(waits) == 240 and len(waits) < 40
    row = OutgoingMail.objects.get()
    assert row.text == "" and row.problem.startswith("le serveur de messagerie ne répond pas")
    posting.deliver(now + timedelta(days=31))
    assert not OutgoingMail.objects.exists()


def test_who_is_refused_for_good_keeps_no_other_waiting(box: Mailbox) -> None:
    posted(3)
    box.refused.add("agent0@ville.example")
    assert posting.deliver() == 2
    row = OutgoingMail.objects.get()
    assert row.given_up_at and row.text == "" and row.problem.startswith("550")
    assert posting.unsent().given_up == 1


def test_a_server_that_refuses_the_portal_itself_loses_no_message(box: Mailbox, settings: Settings) -> None:
    posted(2)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "compte", "changé"  # that server knows no AUTH
    assert posting.deliver() == 0
    assert set(OutgoingMail.objects.values_list("given_up_at", flat=True)) == {None}
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    assert posting.deliver(timezone.now() + LATER) == 2


def test_a_secret_link_is_not_kept_in_clear(box: Mailbox, client: Client, settings: Settings) -> None:
    town = factories.body()
    client.force_login(factories.person("administrator", town))
    page = f"/organisations/{town.slug}/membres/"
    asked = {"geste": "inviter", "email": "nouvelle@ville.example", "role": "publisher"}
    client.post(page, asked)
    assert "invitation" not in OutgoingMail.objects.get().text
    client.post(page, asked)  # the one before is worth nothing: its message does not leave
    assert posting.deliver() == 1
    found = re.search(r"/invitation/\S+/", box.received[0].get_content())
    assert found and Client().get(found[0]).status_code == 200
    client.post(page, asked)
    client.post(page, {"geste": "annuler", "invitation": Invitation.objects.get().pk})
    assert posting.deliver() == 0
    client.post(page, asked)
    settings.SECRET_KEY = "another key of the instance" * 2
    assert posting.deliver() == 0
    assert "clé" in OutgoingMail.objects.get().problem and len(box.received) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_loses_none_and_repeats_none_that_was_done(box: Mailbox, home: Path) -> None:
    posted(1)
    assert process(home, box.port).communicate(timeout=60)[0] == "1\n"
    posted(2)
    box.held.set()
    killed = process(home, box.port)
    assert box.has_one.wait(60)  # the server has it, the process does not know
    killed.kill()
    killed.communicate()
    box.held.clear()
    box.go.set()
    assert posting.deliver() == 1  # the other one; the first is still held
    assert posting.deliver(timezone.now() + LATER) == 1
    assert posting.deliver(timezone.now() + 2 * LATER) == 0
    names = [str(message["Message-ID"]) for message in box.received]
    assert len(names) == 4 and len(set(names)) == 3
    assert names[1] == names[3]  # the only one of which nobody can know: the same message, by its name


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_once(box: Mailbox, home: Path) -> None:
    posted(30)
    connections.close_all()
    both = [process(home, box.port) for _ in range(2)]
    assert sum(int(one.communicate(timeout=60)[0]) for one in both) == 30
    assert len({str(message["Message-ID"]) for message in box.received}) == len(box.received) == 30
