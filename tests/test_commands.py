"""What an operator types: accounts, access, harvest, index; exit status 0, 1 or 2."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from catalogue import permissions
from catalogue.models import Dataset, Organisation, User
from catalogue.search import find
from harvesters.models import HarvestSource
from tests import factories
from tests.harvesting.test_engine import catalogue

pytestmark = pytest.mark.django_db


def call(*args: str, stdin: str = "", monkeypatch: pytest.MonkeyPatch | None = None, **options: Any) -> str:
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_first_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    told = call(
        "account",
        "Chef@Ville.example",
        "--administrator",
        "--password-stdin",
        stdin="une longue phrase secrète\n",
        monkeypatch=monkeypatch,
    )
    user = User.objects.get()
    assert "administre" in told
    assert (user.email, user.is_superuser) == ("chef@ville.example", True)
    assert user.check_password("une longue phrase secrète")


@pytest.mark.parametrize(
    ("email", "password", "word"),
    [
        ("pas une adresse", "une longue phrase secrète", "courriel"),
        ("a@ville.example", "azerty", "mot de passe"),
        ("a@ville.example", "", "mot de passe"),
    ],
)
def test_no_account_with_a_poor_address_or_password(
    email: str, password: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=f"(?i){word}"):
        call("account", email, "--password-stdin", stdin=password + "\n", monkeypatch=monkeypatch)
    assert not User.objects.exists()


def test_roles_are_given_and_taken() -> None:
    town, user = factories.body(), factories.person()
    private = factories.dataset(owner=town, private=True)
    call("account", user.email, "--organisation", town.slug, "--role", "publisher")
    assert permissions.actions(User.objects.get(pk=user.pk), private) == {"see", "edit", "publish"}
    call("account", user.email, "--organisation", town.slug, "--role", "none")
    assert permissions.actions(User.objects.get(pk=user.pk), private) == set()
    with pytest.raises(CommandError, match=town.slug):
        call("account", user.email, "--organisation", "inconnue", "--role", "reader")
    with pytest.raises(CommandError, match="ensemble") as caught:
        call("account", user.email, "--role", "reader")
    assert caught.value.returncode == 2


def test_the_room_of_each_body_is_told_and_given(settings: Settings) -> None:
    settings.BOUTURE_TABLES_QUOTA = 100
    town, other = factories.body("Ville"), factories.body("Autre")
    assert call("quota").splitlines() == [
        f"{body.slug} : 0.0 Mio sur 100, comme toutes, reste 100.0." for body in (other, town)
    ]
    assert "sur 250, reste 250.0" in call("quota", town.slug, "--set", "250")
    assert Organisation.objects.get(pk=other.pk).tables_quota is None
    assert "sur 100, comme toutes" in call("quota", town.slug, "--default")
    for wrong in (["--set", "250"], [town.slug, "--set", "-1"], ["inconnue", "--set", "250"]):
        with pytest.raises(CommandError):
            call("quota", *wrong)


def test_access_from_the_shell(home: Path) -> None:
    row, user = factories.dataset("Chouettes"), factories.person()
    factories.bring_index_up_to_date()
    call("access", str(row.pk), "--private")
    assert find("chouette").total == 0
    call("access", row.uri, "--grant", user.email)
    assert permissions.may(User.objects.get(pk=user.pk), "see", Dataset.objects.get(pk=row.pk))
    call("access", row.uri, "--revoke", user.email)
    assert not permissions.may(User.objects.get(pk=user.pk), "see", Dataset.objects.get(pk=row.pk))
    call("access", row.uri, "--public")
    call("access", row.uri, "--withdraw", "Erreur de saisie.")
    assert Dataset.objects.get(pk=row.pk).status == "withdrawn"
    for wrong in (["00000000-0000-4000-8000-000000000000", "--public"], [row.uri, "--grant", "personne@ici.example"]):
        with pytest.raises(CommandError):
            call("access", *wrong)


def test_harvest_a_file_and_say_it_in_json(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(4)))
    told = json.loads(call("harvest", str(path), "--json"))
    names = {"found", "created", "updated", "unchanged", "withdrawn", "quarantined", "seconds"}
    assert names <= told.keys()
    assert (told["found"], told["created"], told["status"]) == (4, 4, "done")
    assert "4 inchangés" in call("harvest", str(path))
    dry = json.loads(call("harvest", str(path), "--json", "--dry-run"))
    assert (dry["dry_run"], dry["unchanged"]) == (True, 4)
    assert HarvestSource.objects.count() == 1
    assert re.search(r"\d+ documents dans l’index", call("index", "--rebuild"))
    assert find("jeu", kinds=("dataset",)).total == 4
    assert re.search(r"\d+ documents dans l’index", call("index"))


@pytest.mark.parametrize(
    "wrong",
    [
        ["harvest"],
        ["harvest", "x.ttl", "--due"],
        ["harvest", "/nulle/part.ttl"],
        ["harvest", "ftp://ville.example/c.ttl"],
        ["harvest", "http:///c.ttl"],
        ["harvest", "https://ville.example/", "--kind", "oracle"],
        ["harvest", "https://ville.example/", "--base", "file:///etc/"],
        ["harvest", "https://ville.example/", "--max-withdrawn", "3"],
    ],
)
def test_a_wrong_call_is_told_and_makes_no_source(wrong: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call(*wrong)
    assert caught.value.returncode == 2
    assert not HarvestSource.objects.exists()


def test_a_failed_run_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_text("<html><body>Maintenance</body></html>")
    with pytest.raises(SystemExit) as caught:
        call("harvest", str(path))
    assert caught.value.code == 1


def test_due_without_any_source_says_nothing() -> None:
    assert json.loads(call("harvest", "--due", "--json")) == []


def test_a_base_for_relative_addresses(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_text('<jeux/1> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "Un"@fr .')
    call("harvest", str(path), "--base", "https://donnees.ville.example/")
    assert Dataset.objects.get().uri == "https://donnees.ville.example/jeux/1"


def test_records_that_do_not_conform_are_named_with_their_fields() -> None:
    factories.dataset("Arbres")
    faulty = factories.dataset("Bancs", description={}, distribution=[{"title": {"fr": "x"}}] * 2)
    never = factories.dataset("Squares")
    Dataset.objects.filter(pk=never.pk).update(conforms=None, findings=[])
    told = call("conformity")
    assert f"« Bancs » ({faulty.uri})" in told
    assert "À corriger : Il manque la description" in told
    assert "À corriger : Il manque l’adresse d’accès d’un fichier : ajoutez cette information" in told
    assert "(× 2)" in told
    assert "« Squares »" in told and "--recheck" in told
    assert "« Arbres »" not in told
    assert "2 fiches à revoir sur 3." in told
    again = call("conformity", recheck=True)
    assert "a changé pour 1" in again and "« Squares »" not in again and "1 fiche à revoir sur 3." in again
    assert "« Arbres »" in call("conformity", advice=True)


def test_records_that_do_not_conform_for_a_program() -> None:
    faulty = factories.dataset("Bancs", description={})
    [line] = call("conformity", json=True).splitlines()
    told = json.loads(line)
    assert (told["id"], told["conforms"]) == (str(faulty.pk), False)
    assert [finding["path"] for finding in told["findings"]] == ["description"]
    assert told["findings"][0]["message"].startswith("Il manque la description")


def test_harvest_with_options(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "ckan.json"
    package = {"id": "a", "title": "Jeu", "notes": "Un jeu.", "resources": []}
    path.write_text(json.dumps({"help": "x", "success": True, "result": {"count": 2, "results": [package]}}))
    with pytest.raises(SystemExit):
        call("harvest", str(path), "--json")
    source = HarvestSource.objects.get()
    assert (source.kind, source.options) == ("ckan", {})
    told = json.loads(call("harvest", str(path), "--json", "--option", "trust_total=non", "--option", "page_size=100"))
    assert (told["status"], told["found"]) == ("done", 1)
    source.refresh_from_db()
    assert source.options == {"trust_total": False}
    for wrong in ("page_size=beaucoup", "couleur=vert", "page_size"):
        with pytest.raises(CommandError) as refused:
            call("harvest", str(path), "--option", wrong)
        assert refused.value.returncode == 2
    HarvestSource.objects.update(options={"couleur": "vert"})
    with pytest.raises(SystemExit):
        call("harvest", str(path))
    assert "couleur" in HarvestSource.objects.get().runs.latest().messages[0]
