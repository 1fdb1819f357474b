"""JSON and NDJSON: the list of objects wherever it stands, values as they are written, faults by their line."""

import json
from pathlib import Path

import pytest

from catalogue.tables.contract import BadQuestion, Options, TooMuch, Type, Unreadable
from catalogue.tables.intake import jsontext, reading
from tests.tables.taken import codes, taken

ROWS = [("Crac’h", "56046"), ("Antibes", "06004")]
LIST = '[{"nom": "Crac’h", "code": "56046"}, {"nom": "Antibes", "code": "06004"}]'


@pytest.mark.parametrize(
    ("content", "sheet"),
    [
        (LIST, ""),
        (f'{{"marches": {{"marche": {LIST}}}}}', "marches.marche"),
        (f'{{"total_count": 2, "results": {LIST}}}', "results"),
        (f'{{"success": true, "result": {{"fields": [{{"id": "nom"}}], "records": {LIST}}}}}', "result.records"),
        (f'{{"petit": [{{"a": 1}}], "grand": {LIST}, "mots": ["x", "y", "z"]}}', "grand"),
        ("\ufeff" + LIST, ""),
    ],
)
def test_the_list_is_found_where_it_stands(tmp_path: Path, content: str, sheet: str) -> None:
    raw, rows = taken(tmp_path, content)
    assert (raw.format, raw.sheet, raw.names) == ("json", sheet, ("nom", "code"))
    assert rows == ROWS


def test_one_object_a_line(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, '{"nom": "Crac’h", "code": "56046"}\n{"nom": "Antibes", "code": "06004"}\n\n')
    assert (raw.format, rows) == ("ndjson", ROWS)


def test_another_list_may_be_chosen(tmp_path: Path) -> None:
    content = f'{{"petit": [{{"a": 1}}], "grand": {LIST}}}'
    raw, rows = taken(tmp_path, content, Options(sheet="petit"))
    assert (raw.sheets, raw.names, rows) == (("grand", "petit"), ("a",), [("1",)])
    assert "lists" in codes(raw)
    with pytest.raises(BadQuestion, match="grand, petit"):
        taken(tmp_path, content, Options(sheet="autre"))


def test_lists_of_cells_have_their_header_among_them(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, '[["nom", "code"], ["Crac’h", "56046"], ["Antibes", "06004"]]')
    assert (raw.names, rows) == (("nom", "code"), ROWS)


def test_columns_are_all_the_keys_in_the_order_in_which_they_appear(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, '[{"b": 1, "a": null}, {"a": 2}, {"c": {"d": {"e": 3}, "f": {}}, "b": 4}]')
    assert raw.names == ("b", "a", "c.d.e", "c.f")
    assert rows == [("1", None, None, None), (None, "2", None, None), ("4", None, "3", None)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12345678901234567890123", "12345678901234567890123"),
        ("10000000000000000", "10000000000000000"),
        ("1.0E7", "10000000"),
        ("1e+16", "10000000000000000"),
        ("1.5e-7", "0.00000015"),
        ("0.10", "0.10"),
        ("-0", "0"),
        ("3.14159265358979323846", "3.14159265358979323846"),
        ("1e400", "1e400"),
        ("true", "true"),
        ("null", None),
        ('""', None),
        ('"01"', "01"),
        ('"a\\u0000b"', "ab"),
        ('"\\ud83d"', "?"),
        ('"deux\\nlignes, \\"et\\" des guillemets"', 'deux\nlignes, "et" des guillemets'),
        ('["é", 1.50, {"a": null}]', '["é",1.5,{"a":null}]'),
        ("[]", "[]"),
        ("{}", None),
    ],
)
def test_values_are_as_written(tmp_path: Path, value: str, text: str | None) -> None:
    _, rows = taken(tmp_path, f'[{{"nom": "x", "valeur": {value}}}]')
    assert rows == [("x", text)]


def test_a_column_of_lists_is_known_as_one(tmp_path: Path) -> None:
    raw, _ = taken(tmp_path, '[{"a": [1], "b": [2], "c": 1}, {"a": null, "b": "x", "c": 2}]')
    assert raw.known == {"a": Type.LIST}


def test_what_had_to_be_done_is_reported(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, '[{"a": 1, "a": 2}, null, {"a": NaN, "b.c": 1, "b": {"c": 2}}]')
    assert codes(raw) == {"repeated-keys", "null-rows", "not-a-number", "clashes"}
    assert rows == [("2", None), (None, "1")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"a": 1},\n{"a": 2},\n{"a": }]', "ligne 3"),
        ('[{"a": 1},\n{"a": 2}', "ligne 2"),
        ('[{"a": 1},\n{"a": "deu', "coupé"),
        ('[{"a": 1}\n{"a": 2}]', "ligne 2"),
        ('[{"a": 1}]\n[]', "après la fin"),
        ('{"a": 1}\n{"a": 2}\n{"a": oups}\n', "ligne 3"),
        ('[{"a": 1},\n3]', "Ligne 2"),
        ("[1, 2, 3]", "ses colonnes n’ont pas de noms"),
        ('{"a": 1, "b": {"c": [1, 2]}}', "pas de liste d’objets"),
        ("[]", "pas de liste d’objets"),
        ("{a: 1}", "ligne 1"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        taken(tmp_path, content)


def test_pieces_may_be_cut_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the pieces in which the text comes, the rows are the same."""
    content = json.dumps([{"n": n, "texte": "é" * n, "x": {"y": n / 7}} for n in range(40)], indent=1)
    _, whole = taken(tmp_path, content)
    for size in (1, 7, 64):
        text = jsontext.Text(iter([content[at : at + size] for at in range(0, len(content), size)]))
        values = [text.value() for _ in text.items()]
        text.ended()
        assert [(str(each["n"]), each["texte"] or None, each["x"]["y"].plain()) for each in values] == whole


def test_too_many_names_are_no_table(tmp_path: Path) -> None:
    with pytest.raises(TooMuch, match="colonnes"):
        taken(tmp_path, json.dumps([{f"k{n}": 1} for n in range(reading.MOST_COLUMNS + 1)]))


@pytest.mark.parametrize(
    ("name", "count"), [("decp__ci_raw_marches.json", 3), ("decp__marches_avec_modifications.json", 2)]
)
def test_public_contracts(tmp_path: Path, shared_data: Path, name: str, count: int) -> None:
    raw, rows = taken(tmp_path, (shared_data / "samples" / name).read_bytes())
    assert (raw.format, len(rows)) == ("json", count)
    assert {"acheteur.id", "montant", "titulaires", "lieuExecution.code"} <= set(raw.names)
    assert raw.known["titulaires"] is Type.LIST
