"""Each setting: what it is by default, what it becomes, and what is said of a wrong value."""

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import checks as django_checks
from pytest_django import Settings

from portal.checks import check_environment
from portal.environment import Environment, Problem

PROJECT = Path(__file__).resolve().parent.parent
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Reads portal/settings.py anew, in an environment that holds only what the test says."""

    def read(**variables: str) -> dict[str, Any]:
        for name in list(os.environ):
            if name.startswith("BOUTURE_") or name in ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
                monkeypatch.delenv(name)
        given = {"BOUTURE_HOME": str(tmp_path / "home"), "BOUTURE_SECRET_KEY": "k" * 64} | variables
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(PROJECT / "portal" / "settings.py"))

    return read


def ids(settings: dict[str, Any]) -> list[str]:
    return [problem.id for problem in settings["BOUTURE_PROBLEMS"]]


def test_an_instance_needs_no_setting(read: Read, tmp_path: Path) -> None:
    settings = read()
    assert ids(settings) == []
    assert settings["BOUTURE_URL"] == "http://127.0.0.1:8000"
    assert settings["DATABASES"]["default"]["NAME"] == str(tmp_path / "home" / "bouture.sqlite3")
    assert settings["DEBUG"] is False
    assert settings["SESSION_COOKIE_SECURE"] is False
    assert (tmp_path / "home" / "static").is_dir()


@pytest.mark.parametrize(
    ("id", "variables"),
    [
        ("bouture.E001", {"BOUTURE_HOME": "/dev/null/bouture"}),
        ("bouture.E002", {"BOUTURE_URL": "donnees.exemple.fr"}),
        ("bouture.E002", {"BOUTURE_URL": "https://donnees.exemple.fr/portail"}),
        ("bouture.E002", {"BOUTURE_URL": "http://127.0.0.1:huit"}),
        ("bouture.E003", {"DATABASE_URL": "mongodb://127.0.0.1/bouture"}),
        ("bouture.E003", {"DATABASE_URL": "bouture.sqlite3"}),
        ("bouture.E003", {"DATABASE_URL": "mysql://bouture@127.0.0.1/bouture"}),
        ("bouture.E003", {"DATABASE_URL": "postgres://bouture@127.0.0.1:port/bouture"}),
        ("bouture.E004", {"BOUTURE_SECRET_KEY": ""}),
        ("bouture.E004", {"BOUTURE_SECRET_KEY": "courte"}),
        ("bouture.E004", {"BOUTURE_SECRET_KEY": "", "BOUTURE_SECRET_KEY_FILE": "/nowhere/secret.key"}),
        ("bouture.E005", {"BOUTURE_DEBUG": "peut-être"}),
        ("bouture.E006", {"BOUTURE_HUE": "vert"}),
        ("bouture.E006", {"BOUTURE_HUE": "361"}),
        ("bouture.E006", {"BOUTURE_HUE": "²"}),
        ("bouture.E007", {"BOUTURE_TERRITORY": "Mont-de-Marsan"}),
        ("bouture.E008", {"REDIS_URL": "127.0.0.1:6379"}),
        ("bouture.E009", {"ELASTICSEARCH_URL": "127.0.0.1:9200"}),
        ("bouture.E010", {"BOUTURE_MAIL_URL": "smtp.exemple.fr", "BOUTURE_MAIL_FROM": "a@exemple.fr"}),
        ("bouture.E010", {"BOUTURE_MAIL_URL": "http://smtp.exemple.fr", "BOUTURE_MAIL_FROM": "a@exemple.fr"}),
        ("bouture.E010", {"BOUTURE_MAIL_URL": "smtp://smtp.exemple.fr:port", "BOUTURE_MAIL_FROM": "a@exemple.fr"}),
        ("bouture.E011", {"BOUTURE_MAIL_URL": "smtps://smtp.exemple.fr"}),
        ("bouture.E011", {"BOUTURE_MAIL_URL": "smtps://smtp.exemple.fr", "BOUTURE_MAIL_FROM": "Le portail"}),
        ("bouture.E012", {"BOUTURE_METRICS_TOKEN": "court"}),
        ("bouture.E014", {"BOUTURE_FORMER_HOSTS": "https://donnees.ville.fr"}),
        ("bouture.E014", {"BOUTURE_FORMER_HOSTS": "127.0.0.1"}),
        ("bouture.E014", {"BOUTURE_FORMER_HOSTS": "a.fr,b_c.fr/"}),
        ("bouture.W004", {"BOUTURE_MAIL_URL": "smtp://x:y@smtp.exemple.fr", "BOUTURE_MAIL_FROM": "a@exemple.fr"}),
        ("bouture.W005", {"BOUTURE_MAIL_FROM": "a@exemple.fr"}),
        ("bouture.E017", {"BOUTURE_EMBED_HOSTS": "https://www.ville.fr"}),
        ("bouture.E017", {"BOUTURE_EMBED_HOSTS": "www.ville.fr; script-src *"}),
        ("bouture.E018", {"BOUTURE_SECURITY_CONTACT": "la mairie"}),
        ("bouture.E018", {"BOUTURE_SECURITY_CONTACT": "http://ville.fr"}),
        ("bouture.E015", {"BOUTURE_TABLES": "certaines"}),
        ("bouture.E006", {"BOUTURE_TABLE_SIZE": "4096"}),
        ("bouture.E006", {"BOUTURE_TABLES_QUOTA": "0"}),
        ("bouture.E013", {"BOUTURE_PRIVATE_HOSTS": "geo.interne"}),
        ("bouture.E013", {"BOUTURE_PRIVATE_HOSTS": "10.0.0.5:80,http://geo.interne:80"}),
        ("bouture.E013", {"BOUTURE_PRIVATE_HOSTS": "10.0.0.5:99999"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "https://voisine.fr"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "https://voisine.fr=es.voisine.fr"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "https://voisine.fr=es.voisine.fr:0"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "https://voisine.fr/portail=es.voisine.fr:9300"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "javascript:alert(1)=es.voisine.fr:9300"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "https://a:b@voisine.fr=es.voisine.fr:9300"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "http://127.0.0.1:8000=es.voisine.fr:9300"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": "https://a.fr=a.fr:9300,https://a.fr/=b.fr:9300"}),
        ("bouture.E019", {"BOUTURE_PEER_CLUSTERS": ",".join(f"https://a{n}.fr=a.fr:9300" for n in range(17))}),
        ("bouture.W007", {"BOUTURE_PEER_CLUSTERS": "https://voisine.fr=es.voisine.fr:9300"}),
        ("bouture.E006", {"BOUTURE_PEER_TIMEOUT": "10"}),
        ("bouture.W003", {"BOUTURE_DEBUG": "oui", "BOUTURE_URL": "https://donnees.exemple.fr"}),
    ],
)
def test_a_wrong_value_is_told_with_its_remedy(read: Read, id: str, variables: dict[str, str]) -> None:
    settings = read(**variables)
    assert ids(settings) == [id]
    assert all(problem.hint for problem in settings["BOUTURE_PROBLEMS"])


def test_a_password_is_not_repeated(read: Read) -> None:
    settings = read(
        DATABASE_URL="mongodb://bouture:motdepasse@127.0.0.1/x",
        REDIS_URL="http://:motdepasse@127.0.0.1",
        BOUTURE_URL="https://compte:motdepasse@donnees.exemple.fr",
        BOUTURE_MAIL_URL="smtp://compte:motdepasse@smtp.exemple.fr/x",
    )
    assert len(ids(settings)) == 4
    assert "motdepasse" not in repr(settings["BOUTURE_PROBLEMS"])


def test_a_wrong_database_never_becomes_an_empty_one(read: Read) -> None:
    settings = read(DATABASE_URL="postgre://bouture@127.0.0.1/bouture")
    assert settings["DATABASES"]["default"] == {"ENGINE": "django.db.backends.dummy"}


def test_the_secret_key_comes_from_its_file(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "cle"
    file.write_text("s" * 64 + "\n", "utf-8")
    file.chmod(0o600)
    settings = read(BOUTURE_SECRET_KEY="", BOUTURE_SECRET_KEY_FILE=str(file))
    assert settings["SECRET_KEY"] == "s" * 64
    assert ids(settings) == []
    file.chmod(0o644)
    assert ids(read(BOUTURE_SECRET_KEY="", BOUTURE_SECRET_KEY_FILE=str(file))) == ["bouture.W002"]


def test_a_public_address_closes_what_it_can(read: Read) -> None:
    settings = read(BOUTURE_URL="https://donnees.exemple.fr/", BOUTURE_TRUST_PROXY="1")
    assert settings["BOUTURE_URL"] == "https://donnees.exemple.fr"
    assert settings["ALLOWED_HOSTS"] == ["donnees.exemple.fr"]
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] > 0
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_a_proxy_is_trusted_only_when_asked(read: Read) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in read(BOUTURE_URL="https://donnees.exemple.fr")


def test_redis_brings_celery_and_the_shared_cache(read: Read) -> None:
    settings = read(REDIS_URL="redis://127.0.0.1:6379/0")
    assert settings["CELERY_BROKER_URL"] == settings["CACHES"]["default"]["LOCATION"] == "redis://127.0.0.1:6379/0"
    assert "CELERY_TASK_ALWAYS_EAGER" not in settings
    assert "CELERY_BROKER_URL" not in read()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1", ("127.0.0.1", 25, "", "", False, False)),
        (
            "smtp+tls://moi%40exemple.fr:a%2Fb@smtp.exemple.fr",
            ("smtp.exemple.fr", 587, "moi@exemple.fr", "a/b", False, True),
        ),
        ("smtps://smtp.exemple.fr:4650/", ("smtp.exemple.fr", 4650, "", "", True, False)),
    ],
)
def test_the_server_of_mail_is_an_address(read: Read, url: str, expected: tuple[object, ...]) -> None:
    settings = read(BOUTURE_MAIL_URL=url, BOUTURE_MAIL_FROM="donnees@exemple.fr")
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(settings[f"EMAIL_{name}"] for name in names) == expected
    assert (settings["BOUTURE_MAIL"], settings["DEFAULT_FROM_EMAIL"], ids(settings)) == (True, "donnees@exemple.fr", [])


def test_without_a_server_no_mail_is_tried(read: Read) -> None:
    assert read()["BOUTURE_MAIL"] is False


def test_argon2_hashes_first(read: Read) -> None:
    assert read()["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


def test_the_policy_lets_nothing_inline_nor_from_elsewhere(read: Read) -> None:
    directives = read()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert {source for sources in directives.values() for source in sources} == {"'none'", "'self'"}
    assert directives["default-src"] == ["'none'"]


def test_two_instances_differ_by_their_environment_alone(read: Read, tmp_path: Path) -> None:
    one = read(BOUTURE_HOME=str(tmp_path / "un"), BOUTURE_TERRITORY="40192")
    two = read(BOUTURE_HOME=str(tmp_path / "deux"), BOUTURE_TERRITORY="200069631")
    assert one["DATABASES"]["default"]["NAME"] != two["DATABASES"]["default"]["NAME"]
    assert (one["BOUTURE_TERRITORY"], two["BOUTURE_TERRITORY"]) == ("40192", "200069631")


def test_a_relative_home_means_the_same_place_everywhere(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(BOUTURE_HOME="ici")["BOUTURE_HOME"] == tmp_path / "ici"


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("Oui", True), ("true", True), ("", False), ("non", False), ("0", False)]
)
def test_a_flag_is_read_as_people_write_it(value: str, expected: bool) -> None:
    environment = Environment({"X": value})
    assert environment.flag("X", default=not expected) is expected
    assert environment.problems == []


def test_a_list_is_written_with_commas() -> None:
    assert Environment({"X": " a, b ,,c"}).words("X") == ["a", "b", "c"]


def test_problems_become_system_checks(settings: Settings) -> None:
    settings.BOUTURE_PROBLEMS = (
        Problem("bouture.E005", "message", "remède"),
        Problem("bouture.W001", "message", "remède", blocking=False),
    )
    error, warning = check_environment(None)
    assert (error.id, error.level, error.hint) == ("bouture.E005", django_checks.ERROR, "remède")
    assert (warning.id, warning.level) == ("bouture.W001", django_checks.WARNING)


def test_a_wrong_instance_says_so_at_start_without_a_traceback(tmp_path: Path) -> None:
    environment = os.environ | {
        "BOUTURE_HOME": str(tmp_path / "home"),
        "BOUTURE_URL": "donnees.exemple.fr",
        "BOUTURE_SECRET_KEY": "",
        "DATABASE_URL": "n'importe quoi",
    }
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    told = set(re.findall(r"bouture\.E\d+", run.stderr))
    assert {"bouture.E002", "bouture.E003", "bouture.E004"} == told


def test_old_names_may_be_asked_as_well(read: Read) -> None:
    settings = read(BOUTURE_URL="https://donnees.ville.fr", BOUTURE_FORMER_HOSTS=" Data.Ville.fr, www.donnees.ville.fr")
    assert ids(settings) == []
    assert settings["BOUTURE_FORMER_HOSTS"] == ["data.ville.fr", "www.donnees.ville.fr"]
    assert settings["ALLOWED_HOSTS"] == ["donnees.ville.fr", "data.ville.fr", "www.donnees.ville.fr"]
