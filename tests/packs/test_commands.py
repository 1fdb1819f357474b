"""A pack of Le Havre, planted elsewhere; its next version; and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from django.core.management.base import CommandError
from pytest_django import Settings

from catalogue import keys
from catalogue.models import AppliedPack, AuditEntry
from catalogue.search import synonyms
from harvesters import schedule
from harvesters.models import HarvestSource
from harvesters.registry import find_or_make
from harvesters.telling import told
from portal.packs import signing
from tests.packs.conftest import NATIONAL, built, pack

Move = Callable[[str], None]


def rewritten(folder: Path, name: str, change: Callable[[dict], None], version: str = "1.1.0") -> Path:
    """The next version of a pack, signed again."""
    for file, edit in (("pack.yaml", lambda head: head.update(version=version)), (name, change)):
        values = yaml.safe_load((folder / file).read_text())
        edit(values)
        (folder / file).write_text(yaml.safe_dump(values, allow_unicode=True))
    return resealed(folder)


def resealed(folder: Path) -> Path:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    seals = signing.SEALS
    for name, data in signing.sealed({name: data for name, data in files.items() if name not in seals}).items():
        (folder / name).write_bytes(data)
    return folder


def source() -> HarvestSource:
    return HarvestSource.objects.get()


def test_a_pack_of_one_town_says_nothing_of_it(havre: HarvestSource, tmp_path: Path) -> None:
    synonyms.replace(synonyms.current() + "\ncouennou, fritche du Havre\n")
    folder = built(tmp_path / "pack")
    text = (folder / "sources.yaml").read_text()
    assert "geozone=fr:commune:${insee}" in text
    for said in ("76351", "200084952", "Havre", "havre", '"76"', "'76'"):
        assert said not in text
    assert "couennou, fritche ${of}" in (folder / "synonyms.yaml").read_text()
    assert "entier" in pack("verify", str(folder))
    assert keys.current().kid in pack("verify", str(folder))


@pytest.mark.parametrize(
    ("code", "name", "concerns"),
    [
        ("40192", "Ville de Mont-de-Marsan", ["40192", "244000808", "40"]),
        ("69123", "Ville de Lyon", ["69123", "200046977", "69"]),
    ],
)
def test_the_source_of_one_town_becomes_the_next_ones(
    havre: HarvestSource, tmp_path: Path, elsewhere: Move, code: str, name: str, concerns: list[str]
) -> None:
    folder = built(tmp_path / "pack")
    elsewhere(code)
    planned = pack("plan", str(folder))
    assert "créer : sources › jeux-nationaux-ici" in planned
    assert HarvestSource.objects.count() == 0
    pack("apply", str(folder))
    assert source().key == f"{NATIONAL}?geozone=fr:commune:{code}"
    assert source().rules == {"concerns": concerns, "publisher": name}
    assert (source().active, source().trial, source().schedule) == (True, False, "0 3 * * *")
    assert source().next_at is not None
    assert {"source.follow", "pack.apply"} <= set(AuditEntry.objects.values_list("action", flat=True))
    assert "À créer : 0 ; à modifier : 0 ; à retirer : 0" in pack("apply", str(folder))
    assert AppliedPack.objects.count() == 1


def test_what_a_place_lacks_is_left_aside_and_told(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("48152")
    said = pack("apply", str(folder))
    assert "laissé de côté, ce territoire n’a pas de SIREN de l’intercommunalité" in said
    assert HarvestSource.objects.count() == 0


def test_an_upgrade_keeps_what_was_changed_here(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    pack("apply", str(folder))
    HarvestSource.objects.update(
        title="À nous",
        rules={"concerns": ["40192", "244000808", "40", "48152"], "publisher": "Ville de Mont-de-Marsan"},
    )

    def change(values: dict) -> None:
        item = values["jeux-nationaux-ici"]
        item |= {"title": "Autre titre", "grace_days": 7}
        item["rules"]["concerns"] = ["${insee}", "${epci}", "R${region}"]

    rewritten(folder, "sources.yaml", change)
    said = pack("plan", str(folder))
    assert "conflit : sources › jeux-nationaux-ici › title" in said
    assert "ici : « À nous » ; pack : « Autre titre »" in said
    pack("upgrade", str(folder))
    assert (source().title, source().grace_days) == ("À nous", 7)
    assert source().rules["concerns"] == ["40192", "244000808", "48152", "R75"]
    assert "conflits : 1" in pack("plan", str(folder))
    pack("apply", str(folder), "--take", "pack")
    assert source().title == "Autre titre"
    assert "conflits : 0" in pack("plan", str(folder))


def test_an_upgrade_taken_back_leaves_what_was_changed_since(
    havre: HarvestSource, tmp_path: Path, elsewhere: Move
) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    pack("apply", str(folder))
    first = (source().title, source().rules)
    rewritten(folder, "sources.yaml", lambda values: values["jeux-nationaux-ici"].update(title="Neuf", spread=3))
    pack("upgrade", str(folder))
    HarvestSource.objects.update(spread=44)
    assert "est repris. Version en place : 1.0.0" in pack("rollback", "commune")
    assert (source().title, source().rules, source().spread) == (*first, 44)
    pack("rollback", "commune")
    assert not source().active
    assert AppliedPack.objects.in_force("commune") is None
    with pytest.raises(CommandError, match="Packs appliqués : aucun"):
        pack("rollback", "commune")
    pack("apply", str(folder))  # and forth again
    assert source().active


def test_a_source_that_the_pack_gives_no_more_is_paused(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    pack("apply", str(folder))
    rewritten(folder, "sources.yaml", dict.clear)
    said = pack("upgrade", str(folder))
    assert "mettre en pause : sources › jeux-nationaux-ici" in said
    assert "à retirer : 0 ; à mettre en pause : 1 ;" in said
    assert not source().active
    pack("rollback", "commune")
    assert source().active


def test_a_source_that_somebody_paused_here_stays_paused(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    mine = find_or_make(f"{NATIONAL}?geozone=fr:commune:40192", kind="udata")
    with told(mine, None):
        schedule.pause(mine)
    said = pack("plan", str(folder))
    assert "conflit : sources › jeux-nationaux-ici › active\n    ici : « false » ; pack : « true »" in said
    pack("apply", str(folder))
    assert not source().active
    pack("rollback", "commune")
    pack("apply", str(folder))
    assert not source().active
    pack("apply", str(folder), "--take", "pack")
    assert source().active


def test_one_that_somebody_paused_after_the_pack_went_stays_so(
    havre: HarvestSource, tmp_path: Path, elsewhere: Move
) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    pack("apply", str(folder))
    pack("rollback", "commune")
    for act in (schedule.resume, schedule.pause):
        row = source()
        with told(row, None):
            act(row)
    pack("apply", str(folder))
    assert not source().active


def test_an_older_version_is_no_way_back(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    with pytest.raises(CommandError, match=r"D’abord : manage\.py pack apply"):
        pack("upgrade", str(folder))
    pack("apply", str(folder))
    with pytest.raises(CommandError, match="n’est pas plus récente"):
        pack("upgrade", str(folder))
    rewritten(folder, "sources.yaml", dict.copy, "0.9.0")
    with pytest.raises(CommandError, match=r"manage\.py pack rollback commune"):
        pack("apply", str(folder))


def test_the_key_of_a_stranger_must_be_vouched_for(
    havre: HarvestSource, tmp_path: Path, elsewhere: Move, settings: Settings
) -> None:
    folder = built(tmp_path / "pack")
    kid = keys.current().kid
    settings.BOUTURE_HOME = tmp_path / "another"
    elsewhere("40192")
    with pytest.raises(CommandError, match=f"--trust={kid}"):
        pack("apply", str(folder))
    pack("apply", str(folder), f"--trust={kid}")
    rewritten(folder, "sources.yaml", dict.copy)  # signed by our own key: known
    pack("upgrade", str(folder))


def test_one_step_that_fails_leaves_nothing(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> None:
    folder = built(tmp_path / "pack")
    elsewhere("40192")
    rewritten(
        folder, "sources.yaml", lambda values: values.update(seconde={"address": "https://autre.fr/", "owner": "nul"})
    )
    with pytest.raises(CommandError, match="« nul » n’est pas une organisation de ce portail"):
        pack("apply", str(folder))
    assert (HarvestSource.objects.count(), AppliedPack.objects.count()) == (0, 0)


def test_what_cannot_be_carried_elsewhere_is_told_by_its_name(havre: HarvestSource, tmp_path: Path) -> None:
    find_or_make("https://data.lehavre.fr/catalogue.ttl")
    with pytest.raises(CommandError) as refused:
        built(tmp_path / "pack")
    assert "address : « Le Havre » y reste" in str(refused.value)
    key = str(refused.value).split("--without ")[1].split()[0].rstrip(".")
    assert built(tmp_path / "pack", "--without", key).is_dir()
    with pytest.raises(CommandError, match="n’est pas vide"):
        built(tmp_path / "pack", "--without", key)


def test_no_secret_and_no_person_goes_into_a_pack(havre: HarvestSource, tmp_path: Path) -> None:
    HarvestSource.objects.update(contact="agent@ville.fr")
    built(tmp_path / "one")
    assert "agent" not in "".join(path.read_text() for path in (tmp_path / "one").iterdir())
    find_or_make("https://qui:motdepasse@exemple.fr/flux")
    find_or_make("https://exemple.fr/flux?api_key=abcd")
    with pytest.raises(CommandError) as refused:
        built(tmp_path / "two")
    assert "contient un compte ou un mot de passe" in str(refused.value)
    assert "le paramètre « api_key » de cette adresse porte un secret" in str(refused.value)
    assert "motdepasse" not in str(refused.value)
    assert not (tmp_path / "two").exists()
