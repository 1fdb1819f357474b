"""`manage.py validate`: anyone's catalogue, told in French, and an exit status for scripts."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.dcat.test_checks import GOOD, shapes_file
from tests.harvesting.servers import Server, reply


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
    assert "2 fiches lues : 0 erreur à corriger" in out
    assert "Conseil : Il manque les mots-clés" in out
    assert "Règles officielles : 0 erreur." in out


def test_a_fault_is_told_by_record_and_exits_with_1(tmp_path: Path, shared_data: Path) -> None:
    text = GOOD.replace("dcat:accessURL :acces ;", "")
    out, status = validate(written(tmp_path, text), "--shapes", str(shapes_file(shared_data)))
    assert status == 1
    assert "Jeu de données « Arbres » (https://ville.example/jeu)" in out
    assert "À corriger : Il manque l’adresse d’accès d’un fichier" in out
    assert "Règles officielles, à corriger : Il manque l’adresse d’accès : ajoutez" in out
    assert "Voir https://ville.example/fichier." in out
    assert "2 fiches lues : 1 erreur à corriger" in out


def test_errors_that_repeat_are_told_first_and_the_report_stays_short(tmp_path: Path) -> None:
    head = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
    text = head + "".join(f'<https://v.example/{n}> a dcat:Dataset ; dct:title "Jeu {n}" .\n' for n in range(200))
    out, status = validate(written(tmp_path, text))
    assert status == 1
    assert "… et 150 autres fiches ; --json les donne toutes." in out
    assert "  200 fiches : Il manque la description : ajoutez cette information" in out
    assert len(out.splitlines()) < 1000
    assert "200 fiches lues : 200 erreurs à corriger" in out


def test_addresses_are_shown_as_they_were_written(tmp_path: Path) -> None:
    text = GOOD.replace("<mailto:donnees@ville.example>", "<donnees@ville.example>")
    out, status = validate(written(tmp_path, text.replace("dcat:accessURL :acces", "dcat:accessURL <acces>")))
    assert status == 1
    assert "« donnees@ville.example » n’est pas l’adresse attendue pour l’adresse électronique du contact" in out
    assert "écrivez-la sous la forme mailto:nom@exemple.fr." in out
    assert "« acces » n’est pas une adresse complète pour l’adresse d’accès d’un fichier" in out
    assert "x-bouture" not in out


def test_what_was_done_to_the_document_is_told(tmp_path: Path) -> None:
    path = tmp_path / "c.ttl"
    path.write_bytes(GOOD.encode("cp1252"))
    out, _ = validate(str(path))
    assert "Remarque : le document n’était pas dans l’encodage qu’il annonce." in out


def test_the_report_for_machines(tmp_path: Path) -> None:
    out, status = validate(written(tmp_path, GOOD.replace('"Arbres"@fr', '""')), "--json")
    told = json.loads(out)
    assert (status, told["records"], told["clean"], told["violations"], told["official"]) == (1, 2, 1, 1, None)
    fault = next(finding for finding in told["findings"] if finding["severity"] == "violation")
    assert (fault["record"], fault["path"], fault["code"]) == ("https://ville.example/jeu", "title", "empty")
    assert fault["message"] == "Le texte est vide pour le titre : remplissez-le."


def test_what_cannot_be_read_exits_with_1(tmp_path: Path) -> None:
    for text in ("<html><body>Maintenance</body></html>", GOOD[:-60], "", "\ufeff", '{"a":', "\0\0"):
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
    around = tmp_path / "tour.ttl"
    around.symlink_to(around)
    for wrong in (
        ["/nulle/part.ttl"],
        [str(around)],
        [str(tmp_path)],
        ["a\0b"],
        ["~personne-de-ce-nom/c.ttl"],
        [""],
        ["ftp://ville.example/c.ttl"],
        [good, "--base", "file:///etc/"],
        [good, "--shapes", "/nulle/part.ttl"],
        [good, "--shapes", str(page)],
    ):
        with pytest.raises(CommandError) as caught:
            validate(*wrong)
        assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(status=404), "n'existe pas ou n'existe plus"),
        (reply(b"<!doctype html><html></html>", content_type="text/html"), "une page web, pas par du RDF"),
        (reply(), "un document vide"),
    ],
    ids=["404", "page", "empty"],
)
def test_an_address_that_gives_no_catalogue_is_told_so(server: Server, answer: bytes, said: str) -> None:
    server.replies["/c"] = answer
    with pytest.raises(CommandError, match=said) as caught:
        validate(server.url("/c"))
    assert caught.value.returncode == 1
