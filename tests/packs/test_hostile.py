"""Packs that were altered, come from elsewhere or mean harm: each refused by its name, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from catalogue.models import AppliedPack
from harvesters.models import HarvestSource
from portal.packs import guarding
from tests.packs.conftest import built, pack
from tests.packs.test_commands import resealed


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return change


def added(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)

    return change


def linked(folder: Path) -> None:
    (folder / "synonyms.yaml").symlink_to("/etc/hostname")


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
AFTER = {
    "changed": (edit("sources.yaml", "Jeux", "Faux"), "« sources.yaml » a été modifié après la signature"),
    "added": (added("synonyms.yaml", ""), "a été ajouté après la signature"),
    "taken": (lambda folder: (folder / "sources.yaml").unlink(), "est dans MANIFEST et manque"),
    "manifest": (edit("MANIFEST", "  pack.yaml", "  pack2.yaml"), "La signature n’est pas celle de ce pack"),
    "climbing": (edit("MANIFEST", "  pack.yaml", "  ../../etc/passwd"), "La signature n’est pas celle de ce pack"),
    "unsigned": (lambda folder: (folder / "SIGNATURE").unlink(), "n’est pas signé"),
    "signature": (added("SIGNATURE", "[1]"), "SIGNATURE ne se lit pas"),
    "key": (edit("SIGNATURE", '"kid": "', '"kid": "x'), "La signature n’est pas celle"),
    "link": (linked, "« synonyms.yaml » est un lien"),
    "large": (added("sources.yaml", "x" * 2**21), "1 Mio chacun"),
}
SIGNED = {
    "newer": (edit("pack.yaml", "format: 1", "format: 2"), "Mettez Bouture à jour"),
    "software": (edit("pack.yaml", 'software: "0.1"', 'software: "99.0"'), "il demande Bouture 99.0"),
    "format": (edit("pack.yaml", "format: 1", "format: neuf"), "Format « neuf » inconnu"),
    "name": (edit("pack.yaml", "name: commune", "name: ../commune"), "n’est pas un nom de pack"),
    "version": (edit("pack.yaml", "version: 1.0.0", "version: un"), "« un » n’est pas une version"),
    "bomb": (added("synonyms.yaml", BOMB), "les renvois YAML"),
    "tag": (added("synonyms.yaml", "table: !!python/object/apply:os.system [ls]"), "les types YAML"),
    "deep": (added("synonyms.yaml", "a: " + "[" * 20 + "]" * 20), "trop de niveaux"),
    "twice": (added("synonyms.yaml", "table: {}\ntable: {}"), "y est deux fois"),
    "documents": (added("synonyms.yaml", "table: {}\n---\nb: {}"), "un seul document"),
    "not YAML": (added("synonyms.yaml", "table: [a"), "ce n’est pas du YAML"),
    "list": (added("synonyms.yaml", "- a"), "doit être une suite"),
    "file": (added("recipes.yaml", ""), "« recipes.yaml » n’est pas un fichier d’un pack"),
    "part": (added("../pack/prog.py", ""), "n’est pas un fichier d’un pack"),
    "rule": (added("synonyms.yaml", "table: {added: [seul]}"), "synonyms.yaml"),
    "parameter": (edit("sources.yaml", "${insee}", "${inconnu}"), "« ${inconnu} » n’est pas un paramètre"),
    "path": (edit("sources.yaml", "https://www.data.gouv.fr/api/1/datasets/", "/etc/passwd"), "L’adresse commence par"),
    "private": (edit("sources.yaml", "www.data.gouv.fr", "127.0.0.1"), "127.0.0.1"),
    "kind": (edit("sources.yaml", "kind: udata", "kind: magie"), "« magie » n’est pas une sorte"),
    "account": (edit("sources.yaml", "https://www", "https://moi:secret@www"), "contient un compte ou un mot de passe"),
    "token": (edit("sources.yaml", "?geozone", "?token=abcdef&geozone"), "« token » de cette adresse porte un secret"),
    "option": (edit("sources.yaml", "options: {}", "options: {api_key: abcd}"), "cette option porte un secret"),
    "mail": (edit("sources.yaml", "title: ", "title: jean@exemple.fr "), "donnée personnelle"),
    "field": (edit("sources.yaml", "spread: 15", "vitesse: 15"), "« vitesse » n’est pas un champ"),
    "type": (edit("sources.yaml", "spread: 15", "spread: [15]"), "sources › jeux-nationaux-ici"),
}  # fmt: skip


def refused(folder: Path, words: str) -> None:
    AppliedPack.objects.all().delete()
    before = list(HarvestSource.objects.values())
    for verb in ("plan", "apply"):
        with pytest.raises(CommandError) as error:
            pack(verb, str(folder))
        assert words in str(error.value)
        assert str(error.value).startswith("Rien n’a changé.")
    assert list(HarvestSource.objects.values()) == before
    assert not AppliedPack.objects.exists()


@pytest.mark.parametrize("case", AFTER)
def test_a_pack_that_was_altered_is_refused(havre: HarvestSource, tmp_path: Path, case: str) -> None:
    change, words = AFTER[case]
    folder = built(tmp_path / "pack")
    change(folder)
    refused(folder, words)
    with pytest.raises(CommandError):
        pack("verify", str(folder))


@pytest.mark.parametrize("case", SIGNED)
def test_a_pack_that_means_harm_is_refused_though_signed(havre: HarvestSource, tmp_path: Path, case: str) -> None:
    change, words = SIGNED[case]
    folder = built(tmp_path / "pack")
    change(folder)
    refused(resealed(folder), words)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    refused(tmp_path / "rien", "n’est pas un dossier")
    refused(tmp_path / "vide", "n’est pas signé")


@pytest.mark.parametrize(
    "text",
    [
        "https://exemple.fr/?cle=&page=2",
        "Licence 2.0, mise à jour 2026-01-01",
        "https://exemple.fr/0123456789/fiches",
        "budget @ ville",
    ],
)
def test_what_only_looks_like_a_secret_may_travel(text: str) -> None:
    assert list(guarding.faults({"title": text}, "x")) == []
