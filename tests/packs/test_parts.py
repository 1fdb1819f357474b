"""Recipes, and the bodies that work here: carried to another town, changed there, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from catalogue.granting import add_member, make_group
from catalogue.indicators.recipe import SHIPPED
from catalogue.models import BodyGroup, Organisation
from catalogue.observing import recipes
from harvesters.models import HarvestSource
from harvesters.registry import home_body
from tests.packs.conftest import built, pack
from tests.packs.test_commands import Move, resealed

TEXT = next(SHIPPED.rglob("arbres/plantes.yaml")).read_text().replace("id: arbres.plantes", "id: ville.arbres", 1)


@pytest.fixture
def shown(havre: HarvestSource, settings: Settings, tmp_path: Path) -> Path:
    """A pack of a town with a recipe of its own and a council; the folder of the next one is empty."""
    recipes.folder().mkdir(parents=True, exist_ok=True)
    (recipes.folder() / "ville.arbres.yaml").write_text("# À nous.\n" + TEXT)
    body = home_body()
    Organisation.objects.filter(pk=body.pk).update(name="Ville du Havre", siren="217603513", reviewed=True)
    add_member(make_group(body, "Conseil du Havre"), "elue@exemple.fr")
    folder = built(tmp_path / "pack")
    (recipes.folder() / "ville.arbres.yaml").unlink()
    return folder


def test_a_recipe_is_a_file_of_the_next_instance(shown: Path, elsewhere: Move) -> None:
    file = recipes.folder() / "ville.arbres.yaml"
    elsewhere("40192")
    pack("plan", str(shown))
    assert not file.exists()
    pack("apply", str(shown))
    assert file.read_text() == "# À nous.\n" + TEXT
    assert "ville.arbres" in recipes.known().recipes
    assert recipes.known().faults == ()
    assert "sans changement : 3" in pack("plan", str(shown))
    pack("rollback", "commune")
    assert not file.exists()


def test_a_recipe_that_was_changed_here_stays(shown: Path, elsewhere: Move) -> None:
    file = recipes.folder() / "ville.arbres.yaml"
    elsewhere("40192")
    pack("apply", str(shown))
    file.write_text(file.read_text().replace("Arbres plantés dans l’année", "Arbres mis en terre"))
    carried = shown / "recipes" / "ville.arbres.yaml"
    carried.write_text(carried.read_text().replace("version: 1", "version: 2", 1))
    head = shown / "pack.yaml"
    head.write_text(head.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    pack("upgrade", str(resealed(shown)))
    assert "Arbres mis en terre" in file.read_text()
    assert "version: 2" in file.read_text()
    pack("rollback", "commune")
    assert "Arbres mis en terre" in file.read_text()
    assert "version: 1" in file.read_text()


def test_a_recipe_that_is_wrong_is_told_at_its_line(shown: Path, elsewhere: Move) -> None:
    elsewhere("40192")
    carried = shown / "recipes" / "ville.arbres.yaml"
    carried.write_text(carried.read_text().replace("theme: environnement", "theme: magie"))
    with pytest.raises(CommandError, match=r"recipes/ville\.arbres\.yaml.*theme|magie"):
        pack("apply", str(resealed(shown)))
    assert not HarvestSource.objects.exists()
    assert not (recipes.folder() / "ville.arbres.yaml").exists()


def test_files_that_cannot_be_written_leave_the_base_as_it_was(shown: Path, elsewhere: Move) -> None:
    elsewhere("40192")
    recipes.folder().rmdir()
    recipes.folder().write_text("not a folder")
    with pytest.raises(CommandError, match="ne s’écrit pas"):
        pack("apply", str(shown))
    assert not HarvestSource.objects.exists()
    recipes.folder().unlink()


def test_a_body_travels_without_its_people(shown: Path, elsewhere: Move) -> None:
    assert "elue" not in "".join(path.read_text() for path in shown.rglob("*.yaml"))
    assert "Conseil ${of}" in (shown / "roles.yaml").read_text()
    elsewhere("40192")
    pack("apply", str(shown))
    body = Organisation.objects.get(tenant=True)
    assert (body.name, body.siren, body.reviewed) == ("Ville de Mont-de-Marsan", "214001927", True)
    group = BodyGroup.objects.get()
    assert (group.name, group.members.count()) == ("Conseil de Mont-de-Marsan", 0)
    add_member(group, "elu@exemple.fr")
    pack("rollback", "commune")
    assert BodyGroup.objects.get().members.count() == 1
    assert Organisation.objects.get(pk=body.pk).tenant
