"""Tags from a file: all or nothing, with the lines that are wrong."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalogue.comparing.tagging import TagFileError, load_tags
from catalogue.models import Territory, TerritoryTag
from catalogue.models.territories import Level
from tests.comparing.places import communes, place

pytestmark = pytest.mark.django_db


def tagged() -> set[tuple[str, str]]:
    return set(TerritoryTag.objects.values_list("tag", "territory__name"))


def test_a_file_is_the_whole_truth_of_the_tags_that_it_names() -> None:
    communes([600, 700, 800])
    assert load_tags("code,tag\n99001,Littoral\n99002,littoral\n99002,Loi montagne\n\n99002,littoral\n") == {
        "Littoral": 2,
        "Loi montagne": 1,
    }
    assert tagged() == {("littoral", "Bourg 1"), ("littoral", "Bourg 2"), ("loi-montagne", "Bourg 2")}
    load_tags("\N{BYTE ORDER MARK}Code;Tag\r\n99003;Littoral\r\n")
    assert tagged() == {("littoral", "Bourg 3"), ("loi-montagne", "Bourg 2")}


def test_former_communes_and_other_levels_are_known() -> None:
    communes([600])
    Territory.objects.update(former_communes=[{"code": "99901", "name": "Vieux Bourg", "kind": "ancienne"}])
    place("99", "Bocage", Level.REGION)
    place("98", "Ouest", Level.DEPARTEMENT)
    load_tags("code,tag\n99901,Charte\nR99,Charte\n98,Charte\n")
    assert tagged() == {("charte", "Bourg 1"), ("charte", "Bocage"), ("charte", "Ouest")}


def test_what_is_wrong_is_told_by_line_and_nothing_is_kept() -> None:
    communes([600])
    with pytest.raises(TagFileError) as told:
        load_tags("code,tag\n99001,Littoral\n12345,Littoral\n,Littoral\n99001,…\n99001,\n")
    assert [fault.partition(" :")[0] for fault in told.value.faults] == ["ligne 5", "ligne 6", "ligne 3", "ligne 4"]
    assert "12345" in told.value.message
    assert tagged() == set()
    with pytest.raises(TagFileError, match="ligne 1"):
        load_tags("insee,etiquette\n99001,Littoral\n")
    with pytest.raises(TagFileError, match="ligne 1"):
        load_tags("")
    usual = csv.field_size_limit(2**31 - 1)  # of the whole process: any library may lift it
    try:
        with pytest.raises(TagFileError, match="CSV"):
            load_tags("code,tag\n99001," + "x" * 200_000 + "\n")
    finally:
        csv.field_size_limit(usual)
    with pytest.raises(TagFileError, match="et 5 autres"):
        load_tags("code,tag\n" + "1,x\n" * 25)


def test_the_command(tmp_path: Path) -> None:
    communes([600])
    file, out = tmp_path / "etiquettes.csv", StringIO()
    file.write_text("code,tag\n99001,Littoral\n", "utf-8")
    call_command("load_tags", str(file), stdout=out)
    assert out.getvalue() == "Étiquettes chargées : Littoral (1).\n"
    file.write_bytes("code,tag\n99001,Été\n".encode("latin-1"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("load_tags", str(file))
    file.write_text("code,tag\n1,a\n", "utf-8")
    with pytest.raises(CommandError, match="ligne 2"):
        call_command("load_tags", str(file))
    with pytest.raises(CommandError, match="ne s'ouvre pas"):
        call_command("load_tags", str(tmp_path / "absent.csv"))
