"""What an import refuses, by the name of the file, with nothing written."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from catalogue import keys
from catalogue.errors import Refused
from catalogue.models import Dataset
from portal.leaving.opening import open_export
from portal.leaving.package import signed_text
from portal.leaving.restoring import restore
from portal.leaving.writing import export
from tests import factories
from tests.leaving.conftest import emptied


@pytest.fixture
def small(transactional_db: None, home: Path, tmp_path: Path) -> Path:
    factories.table(factories.dataset("Arbres"))
    return export(tmp_path / "export").target


def sign_again(folder: Path) -> None:
    """By a key of somebody who wants it to look right."""
    import hashlib

    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in names
        if name not in ("MANIFEST", "SIGNATURE")
    ]
    write_manifest(folder, "".join(lines).encode())


def write_manifest(folder: Path, manifest: bytes) -> None:
    key = keys.current()
    (folder / "MANIFEST").write_bytes(manifest)
    said = {"kid": key.kid, "public": key.public, "sig": keys.encoded(key.sign(signed_text(manifest)))}
    (folder / "SIGNATURE").write_text(json.dumps(said))


def instance(folder: Path, **values: Any) -> None:
    path = folder / "instance.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}))
    sign_again(folder)


def line(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    path = folder / "base" / name
    path.write_bytes(change(path.read_bytes()))
    sign_again(folder)


def without_a_migration(folder: Path) -> None:
    theirs = json.loads((folder / "instance.json").read_text("utf-8"))["migrations"]
    theirs["catalogue"].pop()
    instance(folder, migrations=theirs)


def with_a_migration_more(folder: Path) -> None:
    theirs = json.loads((folder / "instance.json").read_text("utf-8"))["migrations"]
    theirs["catalogue"].append("9999_to_come")
    instance(folder, migrations=theirs)


def climbing(folder: Path) -> None:
    write_manifest(folder, b"0" * 64 + b"  ../dehors\n" + (folder / "MANIFEST").read_bytes())


def linked(folder: Path) -> None:
    (folder / "base" / "lien").symlink_to("/etc/hostname")


DATASETS = "catalogue.dataset.jsonl"
ALTERED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "an altered file": (lambda f: (f / "base" / DATASETS).write_bytes(b"{}\n"), f"base/{DATASETS} n’est pas tel"),
    "a missing file": (lambda f: (f / "base" / DATASETS).unlink(), f"base/{DATASETS} manque"),
    "a file more": (lambda f: (f / "base" / "autre").write_bytes(b""), "base/autre n’est pas de l’export"),
    "no manifest": (lambda f: (f / "MANIFEST").unlink(), "MANIFEST manque"),
    "another manifest": (lambda f: (f / "MANIFEST").write_bytes(b""), "signature n’est pas celle"),
    "no signature": (lambda f: (f / "SIGNATURE").write_text("{}"), "signature n’est pas celle"),
    "a name that climbs out": (climbing, "hors de l’export .*dehors"),
    "a link": (linked, "base/lien n’est ni un fichier"),
    "a newer format": (lambda f: instance(f, format=2), "plus récente"),
    "a newer version": (with_a_migration_more, "plus récente .*9999_to_come"),
    "an older version": (without_a_migration, "plus ancienne"),
    "another software": (lambda f: instance(f, software="autre"), "pas un export de Bouture"),
    "a line that is no JSON": (lambda f: line(f, DATASETS, lambda b: b"non\n"), f"base/{DATASETS}, ligne 1"),
    "a line of another model": (lambda f: line(f, DATASETS, lambda b: b"{}\n"), f"base/{DATASETS}, ligne 1"),
    "a value that does not go": (
        lambda f: line(f, DATASETS, lambda b: b.replace(b'"created_at":"2', b'"created_at":"x2')),
        f"base/{DATASETS}, ligne 1",
    ),
    "twice the same key": (lambda f: line(f, DATASETS, lambda b: b + b), "la base les refuse"),
    "rows that name others that are not there": (
        lambda f: line(f, "catalogue.organisation.jsonl", lambda b: b""),
        "manquent|refusé",
    ),
    "a log that stops before its end": (
        lambda f: line(f, "catalogue.counter.jsonl", lambda b: b.replace(b'"value":', b'"value":9')),
        "journal",
    ),
    "no file of a table": (lambda f: ((f / "base" / DATASETS).unlink(), sign_again(f)), f"base/{DATASETS} manque"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_it_is_refused_and_nothing_is_written(what: str, small: Path) -> None:
    change, why = ALTERED[what]
    emptied()
    change(small)
    with pytest.raises(Refused, match=why):
        restore(open_export(small))
    assert not Dataset.objects.exists()


def packed(folder: Path, **more: bytes) -> Path:
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder).as_posix())
        for name, content in more.items():
            file.writestr(name, content)
    return target


def test_a_zip_that_climbs_out_repeats_or_fills_the_disk(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"dehors.* sort du dossier"):
        open_export(packed(small, **{"../dehors": b"x"}))
    with pytest.raises(Refused, match=r"racine.* sort du dossier"):
        open_export(packed(small, **{"/racine": b"x"}))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed(small, MANIFEST=b"x")
    with pytest.raises(Refused, match="MANIFEST est deux fois"):
        open_export(twice)
    with pytest.raises(Refused, match="bombe n’est pas de l’export"):
        open_export(packed(small, bombe=b"0" * 10_000_000))
    whole = packed(small)
    monkeypatch.setattr("portal.leaving.opening.RATIO", 1)
    with pytest.raises(Refused, match="bombe"):
        open_export(whole)
    monkeypatch.undo()
    little = shutil.disk_usage(settings.BOUTURE_HOME)._replace(free=10)
    monkeypatch.setattr("portal.leaving.opening.shutil.disk_usage", lambda _: little)
    with pytest.raises(Refused, match="le disque n’en a que 10"):
        open_export(whole)


def test_half_a_zip_and_what_is_none(small: Path, tmp_path: Path) -> None:
    whole = packed(small)
    half = tmp_path / "moitie.zip"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(Refused, match="ni un dossier ni un ZIP"):
        open_export(half)
    with pytest.raises(Refused, match="n’existe pas"):
        open_export(tmp_path / "rien")


def test_another_key_and_a_base_that_is_not_empty(small: Path) -> None:
    with pytest.raises(Refused, match="et non par AUTRE"):
        open_export(small, "AUTRE")
    opened = open_export(small, keys.current().kid)
    with pytest.raises(Refused, match=r"pas vide .*BOUTURE_HOME"):
        restore(opened)
    assert Dataset.objects.count() == 1


def test_a_zip_comes_back_as_a_folder_does(small: Path) -> None:
    emptied()
    opened = open_export(packed(small))
    done = restore(opened)
    opened.close()
    assert done.files == 2
    assert done.moved == ""
    assert Dataset.objects.get().title == {"fr": "Arbres"}


def test_another_address_is_told(small: Path, settings: Any) -> None:
    emptied()
    was, settings.BOUTURE_URL = settings.BOUTURE_URL, "https://ailleurs.essai.example"
    assert restore(open_export(small)).moved == was
    assert Dataset.objects.get().uri.startswith(was)
