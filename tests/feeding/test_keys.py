"""The keys of the instance: made once, kept on the disk alone, replaced with an overlap."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue import keys
from catalogue.models import AuditEntry
from tests.test_commands import call


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Settings) -> None:
    settings.BOUTURE_HOME = tmp_path


def test_the_first_need_makes_one_that_only_this_account_reads(tmp_path: Path) -> None:
    key = keys.current()
    assert keys.current() == key and [one.kid for one in keys.published()] == [key.kid]
    folder = tmp_path / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert keys.verify(key.public, key.sign(b"a page"), b"a page")
    assert not keys.verify(key.public, key.sign(b"a page"), b"another")
    assert not keys.verify(key.public, b"short", b"a page") and not keys.verify("é", b"", b"")
    assert not keys.verify(key.public[:-4], key.sign(b"a page"), b"a page")


def test_the_name_of_a_key_is_that_of_the_standard() -> None:
    # RFC 8037, appendix A.3: the thumbprint of its key.
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert keys.thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_no_key_has_a_name_that_a_command_line_takes_for_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big")) for seed in (33, 34)]
    first = keys.encoded(drawn[0].public_key().public_bytes_raw())
    assert keys.thumbprint(first).startswith("-")
    monkeypatch.setattr(Ed25519PrivateKey, "generate", lambda: drawn.pop(0))
    assert not keys.current().kid.startswith("-") and not drawn


def test_who_comes_first_together_gets_one_key() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(keys.current().kid)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(found)) == 1 and len(found) == 8


def test_a_new_key_signs_and_the_one_before_stays_for_a_time(tmp_path: Path) -> None:
    before = keys.current()
    new = keys.rotate(timedelta(days=2))
    assert [one.kid for one in keys.published()] == [new.kid, before.kid]
    assert [one.kid for one in keys.signing()] == [new.kid, before.kid]
    old = keys.published()[1].until
    assert old and timedelta(days=1) < old - timezone.now() <= timedelta(days=2)
    again = keys.rotate(timedelta(days=30))
    assert [one.kid for one in keys.published()] == [again.kid, new.kid, before.kid]
    assert keys.published()[2].until == old  # its last day does not move


def test_a_key_that_was_stolen_is_taken_away_at_once(tmp_path: Path) -> None:
    before = keys.current()
    new = keys.rotate(timedelta(0))
    assert [one.kid for one in keys.published()] == [new.kid]
    assert not (tmp_path / "keys" / f"{before.kid}.pem").exists()


def test_a_key_that_is_lost_or_damaged_makes_nobody_else_of_us(tmp_path: Path) -> None:
    key = keys.current()
    keys._private.cache_clear()
    (tmp_path / "keys" / f"{key.kid}.pem").write_text("damaged")
    with pytest.raises(keys.KeyUnavailable, match="sauvegarde"):
        keys.current()
    (tmp_path / "keys" / "ring.json").unlink()
    with pytest.raises(keys.KeyUnavailable, match=r"ring\.json"):
        keys.current()
    (tmp_path / "keys" / "ring.json").write_text("{}")
    with pytest.raises(CommandError, match="sauvegarde"):
        call_command("keys")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys" / "lock").mkdir(parents=True)
    with pytest.raises(keys.KeyUnavailable, match="droit d’écrire"):
        keys.current()


@pytest.mark.django_db
def test_the_command_lists_and_replaces(tmp_path: Path) -> None:
    first = keys.current().kid
    assert call("keys") == f"{first} : signe\n"
    told = call("keys", "rotate", overlap=7)
    assert f"{first} : encore annoncée jusqu’au" in told and keys.current().kid != first
    entry = AuditEntry.objects.get(action="keys.rotate")
    told_of = json.loads(entry.before), json.loads(entry.after)
    assert told_of == ({"kid": first}, {"kid": keys.current().kid})
    assert "leur administrateur admette" in call("keys", "rotate", overlap=0).replace("\n", " ")
    (tmp_path / "keys").chmod(0o755)
    assert "chmod 700" in call("keys")
    with pytest.raises(CommandError) as refused:
        call_command("keys", "rotate", overlap=400)
    assert refused.value.returncode == 2


def test_an_instance_that_signs_nothing_loads_no_cryptography(tmp_path: Path) -> None:
    said: Any = subprocess.run(
        [sys.executable, "-c", "import sys, catalogue.keys; print(sorted(n for n in sys.modules if 'cryptog' in n))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""},
    )
    assert said.stdout.strip() == "[]"
