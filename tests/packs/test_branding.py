"""Colours carried from one town to the next; neither its name nor its logo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from catalogue.models import Identity
from harvesters.models import HarvestSource
from portal import identity
from portal.identity import Face
from portal.logos import judged
from tests.packs.conftest import built, pack
from tests.packs.test_commands import Move, resealed
from tests.packs.test_hostile import added
from tests.pages.test_identity import SVG


@pytest.fixture
def carried(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> Path:
    identity.keep(Face("Le Havre ouvert", "#9c2f6d"), logo=judged(SVG))
    folder = built(tmp_path / "pack")
    Identity.objects.all().delete()
    elsewhere("40192")
    return folder


def test_colours_travel_alone_and_go_back(carried: Path) -> None:
    written = "".join(path.read_text() for path in carried.iterdir())
    assert "#9c2f6d" in written and "ouvert" not in written and "svg" not in written
    identity.keep(Face("Mont-de-Marsan ouvert"), logo=judged(SVG))
    assert "créer : branding › colours" in pack("apply", str(carried))
    now = identity.current()
    assert (now.name, now.accent, now.logo) == ("Mont-de-Marsan ouvert", "#9c2f6d", "svg")
    pack("rollback", "commune")
    assert replace(identity.current(), version=0) == Face("Mont-de-Marsan ouvert", logo="svg")


def test_colours_that_were_chosen_here_stay(carried: Path) -> None:
    identity.keep(Face(accent="#1f5733"))
    assert "conflit : branding › colours › accent" in pack("apply", str(carried))
    assert identity.current().accent == "#1f5733"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colours: {accent: '#ffcc00'}", "branding › colours › accent : #ffcc00 se lit mal"),
        ("colours: {accent: rouge}", "n’est pas une couleur"),
        ("colours: {accent_dark: '#9bd8ab'}", "donnez une couleur"),
        ("colours: {accent: '#1f5733', name: Ville}", "a une seule clé"),
        ("couleurs: {accent: '#1f5733'}", "a une seule clé"),
        ("colours: {accent: 123456}", "a une seule clé"),
    ],
)
def test_what_is_wrong_is_refused(carried: Path, text: str, words: str) -> None:
    added("branding.yaml", text)(carried)
    with pytest.raises(CommandError, match=words):
        pack("apply", str(resealed(carried)))
    assert not Identity.objects.exists()
