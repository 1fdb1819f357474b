"""Journals, read at their most talkative: neither who, nor what was asked, nor anything that opens something."""

from __future__ import annotations

import logging
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from logging.config import DictConfigurator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.core import mail
from django.db import DatabaseError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from catalogue import following, journals
from catalogue.accounts import invitations, resets, tokens
from catalogue.journals import discreet
from harvesters.management.commands.work import Job, _surviving
from tests import factories
from tests.conftest import PROJECT
from tests.test_following import asks

pytestmark = pytest.mark.django_db
PASSWORD, WRONG = "un mot de passe d’essai", "le-Mauvais-mot-2-passe"
WORDS = "aide-sociale-de-madame-Untelle"


class Journal:
    """What the product would write of it all, and what a plain formatter would."""

    def __init__(self) -> None:
        self.written, self.plain = StringIO(), StringIO()
        # The product's own formatter, made as Django makes it.
        formatter = DictConfigurator(configured.LOGGING).configure_formatter(configured.LOGGING["formatters"]["plain"])
        self.handlers = [logging.StreamHandler(self.written), logging.StreamHandler(self.plain)]
        self.handlers[0].setFormatter(formatter)

    def leaks(self, secrets: list[str]) -> list[str]:
        return [secret for secret in secrets if secret.casefold() in self.written.getvalue().casefold()]


@pytest.fixture
def journal() -> Iterator[Journal]:
    root, made = logging.getLogger(), Journal()
    before = root.level
    root.setLevel(logging.DEBUG)
    for handler in made.handlers:
        root.addHandler(handler)
    yield made
    root.setLevel(before)
    for handler in made.handlers:
        root.removeHandler(handler)


@pytest.fixture(autouse=True)
def mailing(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True


def log_ins(client: Client) -> list[str]:
    person = factories.person()
    client.post("/connexion/", {"username": person.email, "password": WRONG})
    client.post("/connexion/", {"username": person.email, "password": PASSWORD})
    session = client.cookies["sessionid"].value
    strict = Client(enforce_csrf_checks=True)
    strict.get("/connexion/")
    form = strict.cookies["csrftoken"].value
    strict.post("/connexion/", {"username": person.email, "password": WRONG, "csrfmiddlewaretoken": "x" * 64})
    return [person.email, WRONG, PASSWORD, session, form]


def passwords(client: Client) -> list[str]:
    person = factories.person()
    client.post("/connexion/oubli/", {"email": person.email})
    client.post("/connexion/oubli/", {"email": "personne@essai.example"})
    resets.mail_resets()
    link = re.search(r"/connexion/nouveau/(\S+?)/(\S+?)/", str(mail.outbox[-1].body))
    assert link
    page = client.get(link[0], follow=True).redirect_chain[-1][0]
    client.post(page, {"new_password1": WRONG, "new_password2": WRONG + "x"})
    client.get(f"{link[0]}suite/")  # 404, which is written with its address
    return [person.email, "personne@essai.example", link[2], WRONG]


def links(client: Client) -> list[str]:
    town = factories.body()
    invited, secret = invitations.invite(
        town, "invitee@essai.example", "reader", factories.person("administrator", town)
    )
    client.put(f"/invitation/{secret}/")
    invitations.cancel(town, invited.pk, factories.person("administrator", town))
    client.get(f"/invitation/{secret}/")  # 404
    found = [
        client.get(f"/{start}/{secret}/").status_code for start in ("alertes", "suivre", "reutilisations", "questions")
    ]
    assert set(found) <= {404, 410, 200}
    client.get(f"/tableaux-de-bord/{secret}/")
    return ["invitee@essai.example", secret]


def questions(client: Client) -> list[str]:
    client.get("/jeux-de-donnees/", {"q": WORDS, "page": "mille"})
    client.get("/api/search", {"q": WORDS, "limit": "mille"})
    client.get("/suggestions", {"q": WORDS})
    client.get(f"/jeux-de-donnees/{WORDS}".replace(WORDS, "rien"), {"q": WORDS})
    asks(client, "elise@essai.example", f"/suivre/?q={WORDS}")
    following.mail_confirmations()
    return [WORDS, "elise@essai.example"]


def programs(client: Client) -> list[str]:
    text = tokens.make(factories.person("publisher", factories.body()), "essai", 30, publishes=True)[1]
    told = Client(headers={"authorization": f"Bearer {text}"})
    told.get("/api/search")
    told.post("/api/datasets", b"{", content_type="application/json")
    told.get("/compte/")  # 403
    Client(headers={"authorization": f"Bearer {text}x"}).get("/api/search")  # 401
    return [text, text[8:]]


def mails_that_fail(client: Client) -> list[str]:
    person = factories.person()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        configured.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        configured.EMAIL_HOST, configured.EMAIL_PORT = "127.0.0.1", closed.getsockname()[1]
        client.post("/connexion/oubli/", {"email": person.email})
        resets.mail_resets()
    return [person.email]


@pytest.mark.parametrize("deeds", [log_ins, passwords, links, questions, programs, mails_that_fail])
def test_what_people_and_programs_do_leaves_nothing_of_them(
    deeds: Callable[[Client], list[str]], journal: Journal, client: Client, searched: Path, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = settings.EMAIL_BACKEND  # put back afterwards
    settings.EMAIL_HOST, settings.EMAIL_PORT = settings.EMAIL_HOST, settings.EMAIL_PORT
    secrets = deeds(client)
    assert min(map(len, secrets)) >= 12
    assert journal.leaks(secrets) == []
    if deeds in (log_ins, links, programs, passwords):
        assert journal.written.getvalue(), "nothing was written: nothing was tried"


def test_a_fault_of_ours_repeats_nothing_of_who_met_it(
    journal: Journal, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, secret = factories.person(), "Zk3" * 14

    def falls(request: Any, **_: Any) -> None:
        raise ValueError(f"{person.email} bouture_{secret} {request.COOKIES!r} {dict(request.POST)!r} {request.path}")

    monkeypatch.setattr("portal.pages.instance.health", falls)
    pattern = next(one for one in get_resolver().url_patterns if getattr(one, "name", "") == "health")
    monkeypatch.setattr(pattern, "callback", falls)
    client.cookies["sessionid"] = session = "k" * 32
    client.raise_request_exception = False
    assert client.post("/sante?mail=" + person.email, {"password": WRONG}).status_code == 500
    assert "Traceback" in journal.written.getvalue() and "ValueError" in journal.written.getvalue()
    secrets = [person.email, secret, session, WRONG]
    assert journal.leaks(secrets) == []
    assert all(text in journal.plain.getvalue() for text in secrets)  # else this would prove nothing


@pytest.mark.django_db(transaction=True)
def test_nor_does_what_the_base_refuses(journal: Journal) -> None:
    person = factories.person()

    def twice() -> None:
        raise DatabaseError(f"Key (email)=({person.email}) already exists")  # as PostgreSQL does: it repeats the value

    _surviving(twice)
    assert "Traceback" in journal.written.getvalue() and "DatabaseError" in journal.written.getvalue()
    assert journal.leaks([person.email]) == [] and person.email in journal.plain.getvalue()


def test_what_ends_a_thread_of_the_worker_is_written_as_any_line(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    journals.hear_falls()

    def falls() -> None:
        raise ValueError("pour elise@essai.example")

    job = Job("essai", falls, every=60)
    job.tend(threading.Event())
    job.join(10)
    said = journal.written.getvalue()
    assert "« essai » est tombé" in said and "in falls" in said and "ValueError: pour …@…" in said


def test_what_ends_a_process_too() -> None:
    code = """
import django; django.setup()
from catalogue.journals import hear_falls; hear_falls()
raise RuntimeError("pour elise@essai.example")
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "CRITICAL catalogue.journals" in run.stderr and "RuntimeError: pour …@…" in run.stderr
    assert "elise" not in run.stderr


def test_the_web_server_and_celery_write_through_the_same_door(tmp_path: Path) -> None:
    code = """
import logging, runpy, sys
from gunicorn.config import Config
from portal.celery import app
configuration = runpy.run_path("deploy/gunicorn.conf.py")
config = Config()
config.set("logger_class", configuration["logger_class"])
log = config.logger_class(config)
log.error("Error handling request %s", "/suivre/?email=elise@essai.example")
import django; django.setup()
app.log.setup_logging_subsystem(loglevel="DEBUG")
from celery.utils.log import get_task_logger
get_task_logger("celery.app.trace").error("Task raised %r", ValueError("elise@essai.example"))
logging.getLogger("harvesters").warning("source « https://moi:secret@essai.example/?cle=12345 »")
"""
    variables = {"PATH": "", "BOUTURE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    variables |= {"REDIS_URL": "redis://127.0.0.1:1/0", "BOUTURE_SECRET_KEY": "x-for-this-test-only-" * 3}
    call = [sys.executable, "-W", "ignore", "-c", code]
    run = subprocess.run(call, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Error handling request /suivre/?…" in run.stderr
    assert "Task raised ValueError('…@…')" in run.stderr
    assert "https://…@essai.example/?…" in run.stderr
    assert not [word for word in ("elise", "12345", "moi:") if word in run.stderr]


def patterns(found: list[Any], start: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, start + str(one.pattern))
        else:
            yield start + str(one.pattern), one


def test_each_address_that_is_a_key_is_taken_out() -> None:
    keyed = [
        route for route, one in patterns(get_resolver().url_patterns) if {"link", "token"} & set(one.pattern.converters)
    ]
    assert len(keyed) > 4
    for route in keyed:
        path = "/" + re.sub(r"<[^>]+>", "Zk3_x-9", route)
        assert "Zk3" not in discreet(f"Not Found: {path}"), route


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /jeux-de-donnees/0192aaaa-0000-7000-8000-000000000000/",
        "lecteur « index » : Elasticsearch ne répond pas (http://127.0.0.1:9200/bouture-essai/_search)",
        "source « https://donnees.essai.example/catalogue.ttl » : 404",
        "Forbidden (CSRF token missing.): /connexion/",
        'File "/opt/bouture/portal/pages/browse.py", line 12, in search',
        "Est-ce le bon jeton ? Non.",
    ],
)
def test_what_an_operator_needs_stays(line: str) -> None:
    assert discreet(line) == line


@pytest.mark.parametrize("text", ["a" * 200_000, "?a=" * 60_000, "://" * 60_000, "token" * 40_000, "a@" * 90_000])
def test_a_line_made_to_be_long_is_read_in_one_go(text: str) -> None:
    done = threading.Thread(target=discreet, args=(text,), daemon=True)
    done.start()
    done.join(20)
    assert not done.is_alive()


def test_an_interruption_by_hand_is_no_fault(monkeypatch: pytest.MonkeyPatch, journal: Journal) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    told: list[object] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *given: told.append(given[0]))
    journals.hear_falls()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    ended = SimpleNamespace(exc_type=SystemExit, exc_value=SystemExit(), exc_traceback=None, thread=None)
    threading.excepthook(ended)  # type: ignore[arg-type]
    assert told == [KeyboardInterrupt] and not journal.written.getvalue()
