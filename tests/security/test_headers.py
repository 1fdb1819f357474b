"""What every answer tells a browser, and what the settings of a public instance close."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.environment import Environment
from portal.framing import ANY, NOBODY, ancestors
from tests import factories
from tests.conftest import PROJECT

pytestmark = pytest.mark.django_db
WORDS = "secret|passw|token|motdepasse|api_?key"
PAGES = ("/", "/jeux-de-donnees/", "/connexion/", "/rien-de-tel/", "/api/search", "/catalogue.ttl", "/robots.txt")


@pytest.mark.parametrize("page", PAGES)
def test_every_answer_bears_them(searched: Path, page: str, client: Client) -> None:
    answer = client.get(page)
    policy = answer["Content-Security-Policy"]
    for directive in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"] and "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize(
    "page", ["/", "/jeux-de-donnees/", "/indicateurs/", "/comparer/", "/compte/", "/traces/", "/qualite/"]
)
def test_what_is_drawn_for_somebody_is_kept_by_nobody(searched: Path, page: str, client: Client) -> None:
    factories.bring_index_up_to_date()
    client.force_login(factories.person("administrator", factories.body()))
    answer = client.get(page)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"] and re.search("no-store|no-cache", answer["Cache-Control"])
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_cookies_are_for_this_site_and_no_script(client: Client) -> None:
    person = factories.person()
    fields = {"username": person.email, "password": "un mot de passe d’essai"}
    answer = client.post("/connexion/", fields)
    session = answer.cookies["sessionid"]
    assert session["httponly"] and session["samesite"] == "Lax" and not session["domain"]
    assert client.get("/connexion/").cookies["csrftoken"]["samesite"] == "Lax"


def test_a_session_slipped_in_before_is_worth_nothing_after(client: Client) -> None:
    client.get("/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post("/connexion/", {"username": factories.person().email, "password": "un mot de passe d’essai"})
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_another_host_is_refused(client: Client) -> None:
    answer = client.get("/", headers={"host": "ailleurs.example"})
    assert answer.status_code == 400
    assert b"ailleurs.example" not in answer.content


def checked(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("BOUTURE_")}
    given = {
        "BOUTURE_HOME": str(tmp_path),
        "BOUTURE_URL": "https://donnees.essai.example",
        "BOUTURE_SECRET_KEY": "kq3v9Zx7-Wm2Lr8TnB4yHc6Jd1Fs5Gp0aEuXiOoYtRzQ_NbVlKjMhPwSgDfC",
        "BOUTURE_SECURITY_CONTACT": "securite@essai.example",
    }
    call = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(call, env=mine | given | variables, cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("proxy", ["0", "1"])
def test_a_public_instance_passes_the_checks_of_a_deployment(tmp_path: Path, proxy: str) -> None:
    done = checked(tmp_path, BOUTURE_TRUST_PROXY=proxy)
    assert done.returncode == 0, done.stderr


def test_one_that_names_nobody_to_write_to_is_told(tmp_path: Path) -> None:
    done = checked(tmp_path, BOUTURE_SECURITY_CONTACT="")
    assert done.returncode == 1
    assert "bouture.W006" in done.stderr


def test_a_public_instance_is_never_asked_in_clear(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    answer = client.get("/jeux-de-donnees/?q=bac")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/jeux-de-donnees/?q=bac")
    assert client.get("/sante").status_code == 200  # asked from within
    told = client.get("/connexion/", secure=True)["Strict-Transport-Security"]
    assert told == "max-age=31536000"  # of this host alone


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ("", ANY),
        ("*", ANY),
        ("non", NOBODY),
        ("Ville.fr", ("'self'", "https://ville.fr", "http://ville.fr")),
        ("*.agglo.fr", ("'self'", "https://*.agglo.fr", "http://*.agglo.fr")),
        ("ville.fr; script-src *", NOBODY),
    ],
)
def test_the_list_of_who_may_frame(said: str, allowed: tuple[str, ...]) -> None:
    assert ancestors(Environment({"BOUTURE_EMBED_HOSTS": said})) == allowed


def test_frames_are_for_those_of_the_list_and_their_pages_for_nobody(client: Client, settings: Settings) -> None:
    table = factories.table(factories.dataset("Arbres"))
    frame, page = f"/tables/{table.pk}/integrer/", f"/tables/{table.pk}/"
    settings.BOUTURE_EMBED_ANCESTORS = ("'self'", "https://ville.fr")
    answer = client.get(frame)
    assert "frame-ancestors 'self' https://ville.fr" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors 'none'" in client.get(page)["Content-Security-Policy"]
    settings.BOUTURE_EMBED_ANCESTORS = NOBODY
    answer = client.get(frame)
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_whom_to_write_to(client: Client, settings: Settings) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.BOUTURE_SECURITY_CONTACT = "mailto:securite@ville.fr"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert said["Contact"] == "mailto:securite@ville.fr"
    assert said["Canonical"] == f"{settings.BOUTURE_URL}/.well-known/security.txt"
    left = datetime.fromisoformat(said["Expires"]) - timezone.now()
    assert timedelta(days=100) < left < timedelta(days=365)


@pytest.mark.parametrize("said", ["securite@ville.fr", "mailto:securite@ville.fr"])
def test_a_contact_is_an_address(said: str) -> None:
    assert Environment({"X": said}).contact("X", "E018") == "mailto:securite@ville.fr"
    assert Environment({"X": "https://ville.fr/securite"}).contact("X", "E018") == "https://ville.fr/securite"
    assert Environment({"X": "a@b.fr\nExpires: jamais"}).contact("X", "E018") == ""


def test_no_secret_is_written_in_the_code() -> None:
    named = re.compile(rf"(?i)\b\w*({WORDS})\w*\s*[:=][^=\n]*?[\"'](?!BOUTURE_)([A-Za-z0-9+/_=-]{{20,}})[\"']")
    files = [
        path for package in ("portal", "catalogue", "harvesters", "deploy") for path in (PROJECT / package).rglob("*")
    ]
    kept = [path for path in files if path.suffix in {".py", ".sh", ".service", ".cron", ".toml"}]
    assert len(kept) > 300
    assert [str(path) for path in kept if named.search(path.read_text("utf-8"))] == []
