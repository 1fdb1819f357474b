"""An empty base becomes the portal of a commune: whichever it is, once, and with nothing half-way."""

from __future__ import annotations

import json
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from pytest_django import Settings

from catalogue.models import AuditEntry, Dataset, Organisation, User
from catalogue.reference.files import Atlas
from harvesters import telling
from harvesters.models import HarvestSource
from portal.packs.parts import PARTS
from portal.packs.places import Place, holes, texts
from portal.planting import making
from tests import factories
from tests.plant import national

pytestmark = pytest.mark.django_db
SOURCES = {"data-gouv", "adresses", "recharge", "covoiturage", "ecoles", "comptes"}
SORTS = {
    "40192": "Mont-de-Marsan",
    "69123": "Lyon",  # arrondissements
    "75056": "Paris",
    "13055": "Marseille",
    "05048": "L'Épine",  # 200 inhabitants, an apostrophe
    "94038": "L'Haÿ-les-Roses",
    "97411": "Saint-Denis",  # overseas
    "97502": "Saint-Pierre",  # no SIREN, no intercommunalité, no département
    "98611": "Alo",
    "29083": "Île-de-Sein",  # no intercommunalité
    "01015": "Arboys en Bugey",  # a commune nouvelle
    "55039": "Beaumont-en-Verdunois",  # nobody lives there
}


def plant(code: str, pack: str = "commune", **options: Any) -> str:
    said = StringIO()
    call_command("plant", pack=pack, territory=code, stdout=said, stderr=said, **options)
    return said.getvalue()


def refused(code: str, **options: Any) -> str:
    with pytest.raises(CommandError) as error:
        plant(code, **options)
    assert not HarvestSource.objects.exists()
    assert not Organisation.objects.exists()
    return str(error.value)


@pytest.mark.parametrize("code", SORTS)
def test_the_shipped_pack_is_planted_anywhere(code: str, places: None) -> None:
    said = plant(code)
    body = Organisation.objects.get()
    assert (body.territory.name, body.tenant) == (SORTS[code], True)  # type: ignore[union-attr]
    sources = HarvestSource.objects.all()
    assert len(sources) == len(SOURCES)
    assert all(source.owner == body and source.next_at and source.schedule for source in sources)
    assert all(code in source.key and "$" not in source.key for source in sources)
    assert all(SORTS[code] in source.title for source in sources)
    assert f"BOUTURE_TERRITORY={code}" in said
    assert "harvest --due" in said


def test_every_commune_has_what_the_shipped_pack_asks(atlas: Atlas) -> None:
    pack = making.pack_of("commune")
    communes = [place for place in atlas.places if place.level == "commune"]
    assert len(communes) > 34_000
    assert pack.signer is None
    assert set(pack.items["sources"]) == SOURCES
    # What it asks is asked of all; what it then says is looked at for one in three hundred, and for the longest names.
    assert {hole for text in texts(pack.items) for hole in holes(text)} == {"insee", "name"}
    assert all(len(one.code) == 5 and one.name.strip() for one in communes)
    longest = sorted(communes, key=lambda one: len(one.name))[-5:]
    quoted = [one for one in communes if "'" in one.name or "œ" in one.name][::500]
    for one in [*communes[::300], *longest, *quoted]:
        place = Place({"insee": one.code, "name": one.name})
        for key, fields in place.filled(pack.items)["sources"].items():
            said = PARTS["sources"].normal(key, fields)
            assert said["address"].count(one.code) == 1
            assert one.name in said["title"]
            assert "$" not in str(said)


def test_what_it_would_do_is_said_and_not_done(places: None) -> None:
    said = plant("40192", dry_run=True)
    assert "Mont-de-Marsan (40192)" in said
    assert "Mont de Marsan Agglomération" in said or "Mont-de-Marsan Agglomération" in said
    assert all(key in said for key in SOURCES)
    assert "Rien n’a été écrit" in said
    assert not HarvestSource.objects.exists()


def test_planted_again_nothing_changes(places: None) -> None:
    plant("40192")
    before = list(HarvestSource.objects.order_by("pk").values())
    assert "déjà plantée" in plant("40192")
    assert list(HarvestSource.objects.order_by("pk").values()) == before
    assert Organisation.objects.count() == 1


def test_killed_half_way_it_leaves_an_empty_base(places: None, monkeypatch: pytest.MonkeyPatch) -> None:
    followed, count = telling.tell_followed, iter(range(10))

    def dies(*args: object) -> None:
        if next(count) == 3:
            raise KeyboardInterrupt
        followed(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("portal.packs.parts.sources.tell_followed", dies)
    with pytest.raises(KeyboardInterrupt):
        plant("40192")
    assert not HarvestSource.objects.exists()
    assert not Organisation.objects.exists()
    monkeypatch.undo()
    plant("40192")
    assert HarvestSource.objects.count() == len(SOURCES)


def test_the_trail_tells_each_source(places: None) -> None:
    plant("40192", administrator="donnees@montdemarsan.example")
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("source.follow") == len(SOURCES)
    assert {"account.create", "account.administrator"} <= set(actions)


def test_an_administrator_chooses_a_password_by_a_link(places: None, client: Browser) -> None:
    said = plant("40192", administrator="Donnees@montdemarsan.example")
    user = User.objects.get()
    assert (user.email, user.is_superuser) == ("donnees@montdemarsan.example", True)
    link = next(word for word in said.split() if "/connexion/nouveau/" in word)
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    assert page.status_code == HTTPStatus.OK
    assert 'type="password"' in page.content.decode()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "69381",
            "Lyon 1er Arrondissement » (69381) est un arrondissement de Lyon. Donnez le code de la commune : --territory 69123",
        ),
        (
            "01340",
            "Saint-Bois » (01340) fait aujourd’hui partie d’Arboys en Bugey. Donnez le code de la commune : --territory 01015",
        ),
        ("76102", "« 76102 » fait aujourd’hui partie du Havre. Donnez le code de la commune : --territory 76351"),
        ("40000", "est un code postal, celui de Mont-de-Marsan (40192)"),
        ("244000808", "on plante une commune"),
        ("40", "Landes » (département) : on plante une commune"),
        ("R75", "on plante une commune"),
        ("40999", "Aucune commune n’a le code « 40999 »"),
        ("4019", "n’est pas le code INSEE d’une commune, qui a cinq signes"),
        ("Mont-de-Marsan", "n’est pas le code INSEE d’une commune"),
        ("", "n’est pas le code INSEE d’une commune"),
    ],
)
def test_a_code_of_no_commune_names_the_one_to_take(code: str, said: str, places: None) -> None:
    assert said in refused(code)


def test_a_base_with_something_is_left_alone(places: None) -> None:
    dataset = factories.dataset()
    with pytest.raises(CommandError, match="n’est pas vide : 1 jeu") as error:
        plant("40192")
    assert "BOUTURE_HOME" in str(error.value)
    assert not HarvestSource.objects.exists()
    assert Dataset.objects.get() == dataset


def test_a_base_of_another_commune_is_left_alone(places: None) -> None:
    plant("69123")
    with pytest.raises(CommandError, match="déjà le portail de Lyon"):
        plant("40192")
    assert HarvestSource.objects.count() == len(SOURCES)
    assert Organisation.objects.count() == 1


def test_the_environment_says_the_same_commune(places: None, settings: Settings) -> None:
    settings.BOUTURE_TERRITORY = "76351"
    assert "Écrivez BOUTURE_TERRITORY=40192, ou plantez --territory 76351" in refused("40192")
    settings.BOUTURE_TERRITORY = "40192"
    plant("40192")


def test_a_planted_base_does_not_start_as_another_commune(places: None, settings: Settings) -> None:
    plant("40192")
    settings.BOUTURE_TERRITORY = "76351"
    with pytest.raises(CommandError, match="Cette base est le portail de Mont-de-Marsan") as error:
        call_command("prepare", stdout=StringIO(), stderr=StringIO())
    assert "BOUTURE_TERRITORY=40192" in str(error.value)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("pack.yaml", 'format: 2\nname: x\nversion: 1.0.0\nsoftware: "0.1"', "plus récente"),
        ("pack.yaml", "format: 1\nname: x", "« version » manque"),
        ("pack.yaml", "[", "YAML"),
        (
            "sources.yaml",
            "a: {address: 'http://a.example/${ville}', kind: dcat}",
            "« ${ville} » n’est pas un paramètre",
        ),
        ("sources.yaml", "a: {address: http://a.example, kind: vent}", "« vent » n’est pas une sorte"),
        ("sources.yaml", "a: {address: /etc/passwd, kind: dcat}", "http"),
        ("sources.yaml", "a: {address: http://a.example, kind: file, options: {couleur: rouge}}", "couleur"),
    ],
)
def test_a_bad_pack_plants_nothing(
    file: str, text: str, said: str, places: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shipped or not, it is read as `manage.py pack` reads it (tests/packs)."""
    folder = national.rewritten(making.SHIPPED / "commune", tmp_path / "commune", 1)
    (folder / file).write_text(text)
    monkeypatch.setattr(making, "SHIPPED", tmp_path)
    assert said in refused("40192")


def test_a_pack_from_elsewhere_is_signed(places: None, tmp_path: Path) -> None:
    folder = national.rewritten(making.SHIPPED / "commune", tmp_path / "pack", 1)
    assert "n’est pas signé" in refused("40192", pack=str(folder))
    sealed = national.signed(folder, tmp_path / "signed")
    (sealed / "sources.yaml").write_text("a: {address: http://a.example, kind: dcat}")
    assert "modifié après la signature" in refused("40192", pack=str(sealed))


def test_a_pack_of_an_unknown_key_asks_whose_it_is(places: None, tmp_path: Path, settings: Settings) -> None:
    folder = national.rewritten(making.SHIPPED / "commune", tmp_path / "pack", 1)
    here = settings.BOUTURE_HOME
    settings.BOUTURE_HOME = tmp_path / "havre"
    sealed = national.signed(folder, tmp_path / "signed")
    settings.BOUTURE_HOME = here
    kid = json.loads((sealed / "SIGNATURE").read_text())["kid"]
    assert f"--trust={kid}" in refused("40192", pack=str(sealed))
    plant("40192", pack=str(sealed), trust=kid)
    assert HarvestSource.objects.count() == len(SOURCES)


def test_what_a_commune_has_not_is_left_aside_and_said(
    places: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = national.rewritten(making.SHIPPED / "commune", tmp_path / "commune", 1)
    with (folder / "sources.yaml").open("a") as file:
        file.write("marches: {address: 'http://a.example/${siren}', kind: dcat}\n")
    monkeypatch.setattr(making, "SHIPPED", tmp_path)
    assert "marches : laissé de côté" in plant("97502")
    assert HarvestSource.objects.count() == len(SOURCES)


def test_a_pack_that_is_not_there(places: None, tmp_path: Path) -> None:
    assert "ni livré avec le logiciel (commune)" in refused("40192", pack="nimporte")
    assert "pack" in refused("40192", pack=str(tmp_path))
