"""Names of themes carried from one town to the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from catalogue import themes
from catalogue.models import Concept, ShownTheme, Vocabulary
from catalogue.themes import Choice
from harvesters.models import HarvestSource
from tests import factories
from tests.packs.conftest import built, pack
from tests.packs.test_commands import Move, resealed
from tests.packs.test_hostile import added

ENVI, GOVE = (f"{factories.EU}data-theme/{code}" for code in ("ENVI", "GOVE"))


@pytest.fixture(autouse=True)
def vocabulary(towns: None) -> None:
    every = Vocabulary.objects.create(code="data-theme", uri=f"{factories.EU}data-theme")
    for uri in (ENVI, GOVE):
        Concept.objects.create(vocabulary=every, code=themes.code_of(uri), uri=uri)


@pytest.fixture
def carried(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> Path:
    themes.keep({ENVI: Choice("Eaux du Havre", "La mer.", 1), GOVE: Choice(shown=False)})
    folder = built(tmp_path / "pack")
    themes.keep({})
    elsewhere("40192")
    return folder


def test_they_come_and_go_with_the_pack_but_for_what_was_decided_here(carried: Path) -> None:
    assert "Eaux ${of}" in (carried / "themes.yaml").read_text()
    assert "créer : themes › envi" in pack("apply", str(carried))
    assert themes.current() == {ENVI: Choice("Eaux de Mont-de-Marsan", "La mer.", 1), GOVE: Choice(shown=False)}
    themes.keep(themes.current() | {GOVE: Choice("La mairie")})
    pack("rollback", "commune")
    assert themes.current() == {GOVE: Choice("La mairie")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("magie: {label: Magie}", "ce n’est pas le code d’un thème européen"),
        ("envi: {nom: Eau}", "« label » et « text » sont des textes"),
        ("envi: {place: un}", "« place » un nombre"),
        (f"envi: {{label: {'x' * 61}}}", "60 signes au plus"),
    ],
)
def test_what_is_wrong_is_refused(carried: Path, text: str, words: str) -> None:
    added("themes.yaml", text)(carried)
    with pytest.raises(CommandError, match=words):
        pack("apply", str(resealed(carried)))
    assert not ShownTheme.objects.exists()
