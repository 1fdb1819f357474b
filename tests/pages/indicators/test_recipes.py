"""The page of an instance's own recipes: each fault at its place, for who runs the instance, and linked where the worker's are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalogue.indicators.recipe import SHIPPED
from tests import factories
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(home: Path) -> Path:
    """The folder, with a recipe that is sound."""
    folder = home / "recipes"
    folder.mkdir()
    sound = next(path for path in sorted(SHIPPED.rglob("*.yaml")) if "taux-epargne" in path.name).read_text()
    first = sound.index("id: ")
    key = sound[first + 4 :].splitlines()[0]
    (folder / "la-notre.yaml").write_text(sound.replace(key, "essai.la-notre", 1))
    return folder


@pytest.fixture
def administrator(as_: Callable[[Any], Client]) -> Client:
    return as_(factories.person(is_superuser=True))


def test_each_fault_is_told_at_its_place(own: Path, administrator: Client) -> None:
    text = (own / "la-notre.yaml").read_text().replace("essai.la-notre", "essai.autre")
    (own / "fautive.yaml").write_text(text.replace("unit: ", "unit: x", 1))
    (own / "livree.yaml").write_text(next(path for path in SHIPPED.rglob("*.yaml")).read_text())
    (own / "latin.yaml").write_bytes("id: é".encode("latin-1"))
    page = said(administrator.get("/recettes/"))
    assert "3 fichiers ont un défaut et ne donnent aucun indicateur" in page
    line = next(n for n, one in enumerate(text.splitlines(), 1) if one.startswith("unit: "))
    assert f"Ligne {line}, colonne 7 :" in page
    assert "n’est pas connu pour « unit »" in page
    assert "est déjà l’identifiant d’un indicateur livré avec le logiciel. Donnez-lui un autre « id »." in page
    assert "Enregistrez-le en UTF-8." in page
    assert "la-notre.yaml" in page and "/indicateurs/essai.la-notre/" in page
    assert "3 recettes d’indicateurs ont un défaut" in said(administrator.get("/moissons/"))
    for name in ("fautive", "livree", "latin"):
        (own / f"{name}.yaml").unlink()
    assert "1 recette, sans défaut." in said(administrator.get("/recettes/"))
    assert "un défaut" not in said(administrator.get("/moissons/"))


def test_without_a_folder_nothing_is_wrong(home: Path, administrator: Client) -> None:
    assert "n’a pas de recette à lui" in said(administrator.get("/recettes/"))


def test_only_who_runs_the_instance_reads_it(own: Path, as_: Callable[[Any], Client]) -> None:
    (own / "fautive.yaml").write_text("id: essai")
    body = factories.body()
    member = as_(factories.person("administrator", body))
    assert member.get("/recettes/").status_code == 403
    assert "un défaut" not in said(member.get("/moissons/"))
