"""`manage.py validate`: anyone's catalogue, told in French, and an exit status for scripts."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.dcat.test_checks import GOOD, shapes_file


def validate(*args: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("validate", *args, stdout=out, stderr=out)
    except SystemExit as stop:
        return out.getvalue(), int(stop.code or 0)
    return out.getvalue(), 0


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "catalogue.ttl"
    path.write_text(text)
    return str(path)


def test_a_good_catalogue_passes_and_its_advice_is_told(tmp_path: Path, shared_data: Path) -> None:
    out, status = validate(written(tmp_path, GOOD), "--shapes", str(shapes_file(shared_data)))
    assert status == 0, out
    assert "0 erreurs à corriger" in out
    assert "Conseil : Il manque les mots-clés" in out
    assert "Règles officielles : 0 erreurs." in out


def test_a_fault_is_told_by_record_and_exits_with_1(tmp_path: Path, shared_data: Path) -> None:
    text = GOOD.replace("dcat:accessURL :acces ;", "")
    out, status = validate(written(tmp_path, text), "--shapes", str(shapes_file(shared_data)))
    assert status == 1
    assert "Jeu de données « Arbres » (https://ville.example/jeu)" in out
    assert "À corriger : Il manque l’adresse d’accès d’un fichier" in out
    assert "Règles officielles, à corriger : https://ville.example/fichier" in out


def test_the_report_for_machines(tmp_path: Path) -> None:
    out, status = validate(written(tmp_path, GOOD.replace('"Arbres"@fr', '""')), "--json")
    told = json.loads(out)
    assert (status, told["records"], told["clean"], told["violations"], told["official"]) == (1, 2, 1, 1, None)
    fault = next(finding for finding in told["findings"] if finding["severity"] == "violation")
    assert (fault["record"], fault["path"], fault["code"]) == ("https://ville.example/jeu", "title", "empty")
    assert fault["message"] == "Le texte est vide pour le titre : remplissez-le."


def test_what_cannot_be_read_exits_with_1(tmp_path: Path) -> None:
    for text in ("<html><body>Maintenance</body></html>", GOOD[:-60]):
        with pytest.raises(CommandError) as caught:
            validate(written(tmp_path, text))
        assert caught.value.returncode == 1


def test_a_document_without_records_says_so(tmp_path: Path) -> None:
    out, status = validate(written(tmp_path, "<https://a.example/> <https://b.example/> 'c' ."))
    assert status == 0
    assert "est-ce bien un catalogue DCAT" in out


def test_a_wrong_call_exits_with_2(tmp_path: Path) -> None:
    good = written(tmp_path, GOOD)
    page = tmp_path / "page.ttl"
    page.write_text("<a> <b>")
    for wrong in (
        ["/nulle/part.ttl"],
        ["ftp://ville.example/c.ttl"],
        [good, "--base", "file:///etc/"],
        [good, "--shapes", "/nulle/part.ttl"],
        [good, "--shapes", str(page)],
    ):
        with pytest.raises(CommandError) as caught:
            validate(*wrong)
        assert caught.value.returncode == 2
