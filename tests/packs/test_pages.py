"""Pages carried from one town to the next: their words with its name in them, changed there, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from catalogue import pages
from catalogue.models import AuditEntry, Page
from catalogue.pages import Written
from harvesters.models import HarvestSource
from tests.packs.conftest import built, pack
from tests.packs.test_commands import Move, resealed, rewritten
from tests.packs.test_hostile import added, refused

TEXT = "## Éditeur\n\nLes données du Havre (76351), tenues par Le Havre : 5 $ l’unité.\n\n- « a » : b"


@pytest.fixture
def carried(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> Path:
    """A pack with one page, on the doorstep of the next town."""
    pages.keep(None, Written("Les données du Havre", "mentions-legales", TEXT, 7, published=True))
    folder = built(tmp_path / "pack")
    Page.objects.all().delete()
    elsewhere("40192")
    return folder


def page() -> Page:
    return Page.objects.get(slug="mentions-legales")


def test_a_page_names_the_next_town(carried: Path) -> None:
    assert "Havre" not in (carried / "pages.yaml").read_text()
    assert "créer : pages › mentions-legales" in pack("apply", str(carried))
    assert page().title == "Les données de Mont-de-Marsan"
    assert page().body == TEXT.replace("76351", "40192").replace("du Havre", "de Mont-de-Marsan").replace(
        "Le Havre", "Mont-de-Marsan"
    )
    assert (page().place, page().published) == (7, True)
    assert AuditEntry.objects.filter(action="page.create").count() == 2
    assert "À créer : 0 ; à modifier : 0 ; à retirer : 0" in pack("plan", str(carried))


def test_what_was_written_here_stays_through_an_upgrade_and_back(carried: Path) -> None:
    pack("apply", str(carried))
    pages.keep(page(), Written("Mentions légales", body=page().body, place=7, published=True))
    rewritten(carried, "pages.yaml", lambda values: values["mentions-legales"].update(title="Autre", place=9))
    assert "conflit : pages › mentions-legales › title" in pack("upgrade", str(carried))
    assert (page().title, page().place) == ("Mentions légales", 9)
    pack("rollback", "commune")
    assert (page().title, page().place) == ("Mentions légales", 7)
    pack("rollback", "commune")
    assert page().title == "Mentions légales"  # changed here: not the pack's any more


def test_a_page_as_the_pack_brought_it_goes_back_with_it(carried: Path) -> None:
    pack("apply", str(carried))
    pack("rollback", "commune")
    assert not Page.objects.exists()
    pack("apply", str(carried))
    rewritten(carried, "pages.yaml", dict.clear)
    assert "retirer : pages › mentions-legales" in pack("upgrade", str(carried))
    assert not Page.objects.exists()


def test_a_page_that_stands_here_is_not_written_over(carried: Path) -> None:
    pages.keep(None, Written("À nous", "mentions-legales", "Notre texte.", published=True))
    said = pack("apply", str(carried))
    assert "conflit : pages › mentions-legales › body" in said
    assert "ici : « Notre texte. »" in said
    assert page().body == "Notre texte."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: {title: A, body: B, couleur: bleu}", "« title » et « body » sont des textes"),
        ("a: {title: A, body: [B]}", "« title » et « body » sont des textes"),
        ("a: {title: A, body: B, place: true}", "« place » un nombre"),
        ("a: {title: '', body: B}", "pages › a › title : Donnez un titre"),
        ("nouvelle: {title: A, body: B}", "est déjà l’adresse d’une page de ce logiciel"),
        ("a.b: {title: A, body: B}", "pages › a.b › slug"),
        (f"a: {{title: A, body: {'x' * 70_000}}}", "une page en montre 60000 au plus"),
        ("a: {title: A, body: écrire à jean@exemple.fr}", "donnée personnelle"),
        ("a: {title: A, body: 'https://moi:secret@exemple.fr/'}", "contient un compte ou un mot de passe"),
    ],
)
def test_a_page_that_is_wrong_is_refused(carried: Path, text: str, words: str) -> None:
    added("pages.yaml", text)(carried)
    refused(resealed(carried), words)
    assert not Page.objects.exists()


def test_an_address_that_names_the_town_stays_here(havre: HarvestSource, tmp_path: Path) -> None:
    pages.keep(None, Written("Contact", "contact", "Écrire à mairie@lehavre.example.", published=True))
    with pytest.raises(CommandError, match="--without pages/contact"):
        built(tmp_path / "pack")
    built(tmp_path / "pack", "--without", "pages/contact")
