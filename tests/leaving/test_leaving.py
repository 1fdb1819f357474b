"""Everything goes out and comes back the same: rows, files, addresses, answers, searches, feed, trail."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import stat
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from catalogue.auditing import chain
from catalogue.errors import Refused
from catalogue.log import last_number
from catalogue.models import ApiToken, Change, Invitation, SecondStep, User
from portal.leaving import VERSION, unfinished
from portal.leaving.declared import kept
from portal.leaving.opening import open_export
from portal.leaving.others import copies
from portal.leaving.restoring import restore
from portal.leaving.snapshot import one_moment
from portal.leaving.writing import export
from tests import factories
from tests.conftest import PROJECT
from tests.leaving.conftest import emptied, rows, said
from tests.pages.samples import Samples
from tests.test_tasks import environment

MOVING = {"MANIFEST", "SIGNATURE", "instance.json", "LISEZMOI.md"}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in MOVING
    }


def come_back(written: Path, home: Path) -> None:
    """Into an emptied base and an emptied folder, as on another server."""
    emptied()
    shutil.rmtree(home)
    home.mkdir()
    opened = open_export(written)
    restore(opened)
    unfinished.end()
    opened.close()
    factories.bring_index_up_to_date()


def test_everything_comes_back_the_same(instance: Samples, home: Path, tmp_path: Path) -> None:
    before, answers = rows(), said()
    first = export(tmp_path / "first")
    come_back(first.target, home)
    after = rows()
    told = {label for label in before if before[label] != after[label]}
    # Passwords and leases stay here; permissions are called by their names, for a base numbers its own.
    assert told <= {"catalogue.User", "guardian.UserObjectPermission", "guardian.GroupObjectPermission"} | {
        label for label, _, line in kept() if line.without
    }
    again = said()
    assert [address for address in answers if answers[address] != again[address]] == []
    assert sum(bool(found) for question, found in answers.items() if question.startswith("?")) >= 8
    second = export(tmp_path / "second")
    assert contents(first.target) == contents(second.target)
    assert chain.verify() is None


def test_nothing_secret_goes(instance: Samples, written: Path) -> None:
    person = User.objects.order_by("pk").first()
    assert person
    secrets = [person.password, settings.SECRET_KEY, *SecondStep.objects.values_list("sealed", flat=True)]
    secrets += [
        *ApiToken.objects.values_list("digest", flat=True),
        *Invitation.objects.values_list("digest", flat=True),
    ]
    secrets += [path.read_text("ascii")[40:80] for path in (Path(settings.BOUTURE_HOME) / "keys").glob("*.pem")]
    assert len(secrets) >= 3
    everything = b"".join(path.read_bytes() for path in written.rglob("*") if path.is_file())
    assert person.email.encode() in everything
    assert [secret for secret in secrets if secret.encode() in everything] == []


def test_what_is_private_is_for_its_owner_alone(written: Path, tmp_path: Path) -> None:
    for path in [written, *written.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    packed = export(tmp_path / "export.zip").target
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600
    public = (written / "catalogue" / "public.nt").read_text("utf-8")
    assert "Registre des agents" not in public
    assert "Registre des agents" in (written / "catalogue" / "retenu.nt").read_text("utf-8")


def test_it_is_read_without_us(written: Path) -> None:
    for line in (written / "MANIFEST").read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((written / name).read_bytes()).hexdigest() == digest
    files = list(csv.DictReader((written / "fichiers" / "liste.csv").read_text("utf-8").splitlines()))
    assert files
    for one in files:
        original = written / one["chemin"]
        assert hashlib.sha256(original.read_bytes()).hexdigest() == one["sha256"]
        assert original.with_name("rows.parquet").read_bytes()[:4] == b"PAR1"
    said_of = (written / "LISEZMOI.md").read_text("utf-8")
    for path in written.iterdir():
        assert path.name in said_of
    for path in (written / "base").iterdir():
        assert f"base/{path.name}" in said_of
    last = "0" * 64
    for line in (written / "base" / "catalogue.auditentry.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        sealed = [entry["at"], *(entry[name] for name in chain.SEALED)]
        text = json.dumps(sealed, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        last, before = entry["hash"], last
        assert hashlib.sha256(f"{before}\n{text}".encode()).hexdigest() == last


def test_of_one_moment(instance: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves while it is written: all of it is from before, or the base would not believe it again."""
    seen: list[int] = []

    def copies_later() -> Iterator[tuple[str, Iterable[bytes]]]:
        thread = threading.Thread(target=lambda: seen.append(_saved_elsewhere()))
        thread.start()
        thread.join(60)
        yield from copies()

    monkeypatch.setattr("portal.leaving.writing.copies", copies_later)
    written = export(tmp_path / "export")
    assert seen and seen[0] > written.position
    assert "Venu entre-temps" not in (written.target / "catalogue" / "public.nt").read_text("utf-8")
    assert Change.objects.filter(number__gt=written.position).exists()


def _saved_elsewhere() -> int:
    try:
        factories.dataset("Venu entre-temps")
        return last_number()
    finally:
        connection.close()


def test_another_save_is_not_held_up(instance: Samples, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), one_moment():
        pass
    export(tmp_path / "export")
    with pytest.raises(Refused, match="existe déjà"):
        export(tmp_path / "export")
    with pytest.raises(Refused, match="dossier de l’instance"):
        export(Path(settings.BOUTURE_HOME) / "export")
    with pytest.raises(Refused, match="ne peut pas être écrit"):
        export(tmp_path / "nulle" / "part")


@pytest.mark.slow
def test_a_killed_export_leaves_no_name_and_the_next_begins_again(
    instance: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = environment(Path(settings.BOUTURE_HOME))
    command = [sys.executable, "manage.py", "export", "-o", str(tmp_path / "export")]
    process = subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    coming = tmp_path / "export.coming" / "base"
    deadline = time.monotonic() + 60
    while not (coming.is_dir() and any(coming.iterdir())) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert not (tmp_path / "export").exists()
    assert (tmp_path / "export.coming").is_dir()
    written = export(tmp_path / "export")
    assert not (tmp_path / "export.coming").exists()
    assert list(Path(settings.BOUTURE_HOME).glob("leaving-*")) == []
    open_export(written.target).close()


def test_accounts_choose_a_new_password(instance: Samples, home: Path, tmp_path: Path) -> None:
    person = factories.person()
    came_by_provider = factories.person()
    came_by_provider.set_unusable_password()
    came_by_provider.save(update_fields=["password"])
    come_back(export(tmp_path / "export").target, home)
    there = User.objects.get(pk=person.pk)
    assert there.has_usable_password() and not there.check_password("un mot de passe d’essai")
    assert not User.objects.get(pk=came_by_provider.pk).has_usable_password()
    assert factories.person().pk > came_by_provider.pk


def test_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == VERSION
