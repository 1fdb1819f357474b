"""The language of recipes: what its words mean, computed by hand, and what is refused at which place."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalogue.indicators.language import Kind, Misread, Scope, check_aggregated, check_row, parse
from catalogue.indicators.language.nodes import Binary, Unary, walked
from tests.indicators.tried import COLUMNS, DERIVED, over, row

ANY = frozenset(Kind)
TREE = '{"type": "LineString", "coordinates": [[0.0, 0.0], [0.0, 1.0]]}'
TWO = '{"type": "MultiLineString", "coordinates": [[[0.0, 0.0], [0.0, 1.0]], [[5.0, 0.0], [6.0, 0.0]]]}'

Row = dict[str, Any]
GIVEN: Row = {
    "nom": "Équipement d’accès ",
    "code": "20413",
    "montant": 12.5,
    "lots": 4,
    "ouvert": True,
    "le": date(2024, 2, 1),
    "fin": date(2024, 3, 1),
    "labels": '["Agriculture Biologique", "label rouge"]',
    "trace": TREE,
    "vide": None,
}
MEANT: list[tuple[str, Any]] = [
    ("montant + lots * 2", 20.5),
    ("(montant + lots) * 2", 33.0),
    ("10 - 2 - 3", 5),
    ("-montant + 13", 0.5),
    ("--lots", 4),
    ("lots / 8", 0.5),
    ("lots / (lots - 4)", None),
    ("lots / vide", None),
    ('nom = "équipement d’accès"', False),
    ('plain(nom) = "EQUIPEMENT D\'ACCES"', True),
    ('plain(nom) != "autre"', True),
    ('plain(nom) in ("x", "équipement d’accès")', True),
    ('plain(nom) not in ("x", "équipement d’accès")', False),
    ('starts(plain(nom), "Équip")', True),
    ('lower(trim(nom)) = "équipement d’accès"', True),
    ('upper(code) = "20413"', True),
    ('starts(code, "20", "21") and not starts(code, "204")', False),
    ('starts(code, "21") or not starts(code, "205")', True),
    ('contains(code, "041")', True),
    ('contains(labels, "agriculture biologique")', True),
    ('contains(labels, "label")', False),
    ("size(labels)", 2),
    ("first(code, 2)", "20"),
    ("last(code, 2)", "13"),
    ("first(code, 1) = '2'", True),
    ("number(code) + 1", 20414.0),
    ("text(lots)", "4"),
    ("year(le)", 2024),
    ("month(le)", 2),
    ("days(le, fin)", 29),
    ('le >= date("2024-02-01")', True),
    ("if(ouvert, montant, 0)", 12.5),
    ("if(vide is known, montant, 0)", 0),
    ("coalesce(vide, montant)", 12.5),
    ("least(lots, montant, 3)", 3),
    ("greatest(lots, montant, 3)", 12.5),
    ("least(lots, vide)", None),
    ("greatest(vide, lots)", None),
    ("abs(0 - lots)", 4),
    ("vide is missing", True),
    ("vide is not missing", False),
    ("nom is known", True),
    ("vide > 3", None),
    ("not vide > 3", None),
    ("vide > 3 or ouvert", True),
    ("ouvert and lots in (3, 4)", True),
    ("lots not in (3, -4)", True),
    ("lots = 3.0 + 1", True),
    ("true and not false", True),
    ("[montant] = 12.5", True),
    ("double", 25.0),
    ("quadruple + 0", 50.0),
]


@pytest.mark.parametrize(("text", "expected"), MEANT, ids=[text for text, _ in MEANT])
def test_a_row_says(text: str, expected: Any, tmp_path: Path) -> None:
    found = row(text, GIVEN, tmp_path)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert type(found) is bool or not isinstance(expected, bool)


def test_a_line_has_the_length_of_a_degree(tmp_path: Path) -> None:
    assert row("length_km(trace)", GIVEN, tmp_path) == pytest.approx(111.195, abs=0.001)
    assert row("length_km(trace)", {**GIVEN, "trace": TWO}, tmp_path) == pytest.approx(2 * 111.195, abs=0.002)


@pytest.mark.parametrize("shape", ['{"type": "Point", "coordinates": [0, 1]}', "rien", "[]"])
def test_what_is_no_line_has_no_length(shape: str, tmp_path: Path) -> None:
    assert row("length_km(trace)", {**GIVEN, "trace": shape}, tmp_path) is None


@pytest.mark.parametrize("coordinates", ["null", "3", "[[0, 0], [0]]", '[[0, 0], ["a", 1]]'])
def test_a_broken_line_makes_no_sum(coordinates: str, tmp_path: Path) -> None:
    shape = f'{{"type": "LineString", "coordinates": {coordinates}}}'
    assert row("length_km(trace)", {**GIVEN, "trace": shape}, tmp_path) == math.inf


def test_a_list_may_be_written_without_brackets(tmp_path: Path) -> None:
    given = {**GIVEN, "labels": "Label Rouge, agriculture biologique"}
    assert row('contains(labels, "label rouge")', given, tmp_path)
    assert row("size(labels)", given, tmp_path) == 2


ROWS: list[Row] = [
    {"nom": "a", "code": "k1", "montant": 10.0, "lots": 1, "le": date(2024, 1, 1)},
    {"nom": "a", "code": "k1", "montant": 10.0, "lots": 2, "le": date(2024, 1, 1)},
    {"nom": "a", "code": "k2", "montant": 5.5, "lots": 3, "le": date(2024, 1, 2)},
    {"nom": "b", "code": None, "montant": 1.0, "lots": 4, "le": date(2025, 1, 2)},
    {"nom": "b", "code": None, "montant": 1.0, "lots": 5, "le": None},
    {"nom": "c", "code": "k3", "montant": None, "lots": 6, "le": None},
]
OVER: list[tuple[str, float | None]] = [
    ("sum(montant)", 27.5),
    ('sum(montant where nom = "a")', 25.5),
    ('sum(montant where nom = "z")', 0),
    ('sum(montant where nom = "c")', None),
    ("sum(montant once per code)", 17.5),
    ("sum(montant where lots > 1 once per code)", 17.5),
    ("sum(lots once per code)", 2 + 3 + 4 + 5 + 6),
    ("sum(lots once per nom, montant)", 2 + 3 + 5 + 6),
    ("count()", 6),
    ("count(montant)", 5),
    ("count(where montant > 5)", 3),
    ("count(once per code)", 5),
    ("count(distinct code)", 3),
    ('count(distinct code where nom = "a")', 2),
    ("count(distinct le)", 3),
    ("count(distinct year(le))", 2),
    ("mean(montant)", 5.5),
    ("mean(montant where nom = 'z')", None),
    ("median(montant)", 5.5),
    ("median(lots)", 3.5),
    ("min(montant)", 1),
    ("max(montant)", 10),
    ("largest(2, montant)", 20),
    ("largest(100, montant)", 27.5),
    ("most_frequent(nom)", 3),
    ("most_frequent(nom where lots > 3)", 2),
    ("only(montant where nom = 'b')", 1),
    ("only(montant)", None),
    ("sum(montant) - count() * 2", 15.5),
    ("sum(montant) / (count() - 6)", None),
    ("-sum(lots) + 1", -20),
    ("(sum(lots) + 4) / 5", 5),
    ("sum(if(nom = 'a', 1, 0))", 3),
]


@pytest.mark.parametrize(("text", "expected"), OVER, ids=[text for text, _ in OVER])
def test_all_rows_together_say(text: str, expected: float | None, tmp_path: Path) -> None:
    assert over(text, ROWS, tmp_path) == (None if expected is None else pytest.approx(expected))


REFUSED: list[tuple[str, int, str]] = [
    ("montant +", 9, "s’arrête trop tôt"),
    ("(montant", 8, "« ) »"),
    ("montant montant", 8, "la fin de l’expression"),
    ('nom = "x', 6, "guillemet"),
    ("nom = «x»", 6, "guillemets droits"),
    ("nom # 3", 4, "n’a pas de sens"),
    ("nom ; drop table", 4, "n’a pas de sens"),
    ("monta > 3", 0, "Vouliez-vous dire « montant »"),
    ("majuscule(nom)", 0, "n’existe pas"),
    ("lowr(nom) = 'x'", 0, "Vouliez-vous dire « lower »"),
    ("montant = 'x'", 10, "ne se comparent pas"),
    ("le = '2024-01-01'", 5, 'date("2024-01-31")'),
    ("nom + 1", 0, "number(…)"),
    ("nom < 'x'", 4, "compare des nombres"),
    ("ouvert and montant", 11, "il faut ici oui ou non"),
    ("not montant", 4, "il faut ici oui ou non"),
    ("lots / 0", 7, "division par zéro"),
    ("first(nom, 0)", 11, "de 1 à 100"),
    ("first(nom, lots)", 11, "écrivez ici la valeur même"),
    ("first(nom)", 0, "s’écrit first(texte, 2)"),
    ("year(nom)", 5, "« year » veut ici date"),
    ('date("hier")', 5, "année-mois-jour"),
    ("if(ouvert, 1, 'x')", 14, "de même nature"),
    ("coalesce(nom, 1)", 14, "de même nature"),
    ("lots in (1, nom)", 12, "un nombre, ou un texte"),
    ("lots in (1, 'x')", 12, "ne se comparent pas"),
    ("nom is empty", 7, "« known » ou « missing »"),
    ("nom not = 3", 8, "« in »"),
    ("sum(montant) > 3", 0, "n’a pas sa place ici"),
    ("lower(nom) = 'Marché'", 13, "écrivez « marché »"),
    ("genre = 'arbr'", 8, "Vouliez-vous dire « arbre »"),
    ("plain(genre) = 'haie'", 15, "ne prend jamais la valeur"),
    ("starts(genre, 'x')", 14, "ne prend jamais"),
    ("genre in ('arbre', 'herbe')", 19, "ne prend jamais"),
    ("(" * 41 + "lots" + ")" * 41, 40, "trop de parenthèses"),
    ("1" + " + 1" * 200, 322, "plus de 80 opérations"),
    ("1" * 5000, 0, "4000 caractères"),
    ("lots > " + "1" * 17, 7, "au plus 16 signes"),
    ("lots * 0,5", 8, "avec un point"),
    ("plain(lots)", 6, "veut ici texte"),
    ("sorte = 'haie'", 8, "ne prend jamais"),
]


@pytest.mark.parametrize(("text", "at", "message"), REFUSED, ids=[text[:30] for text, _, _ in REFUSED])
def test_a_row_refuses(text: str, at: int, message: str) -> None:
    said = refusal(text, lambda scope, node: check_row(scope, node, ANY))
    assert message in said.message
    assert said.at == at


@pytest.mark.parametrize(
    "text",
    ["genre = 'arbre'", "plain(genre) = 'ARBRE'", "lower(genre) in ('arbre', 'arbuste')", "starts(genre, 'arb')"],
)
def test_a_value_that_the_schema_lists_passes(text: str) -> None:
    assert check_row(SCOPE, parse(text), ANY) is Kind.BOOLEAN


REFUSED_OVER: list[tuple[str, int, str]] = [
    ("montant", 0, "sum(montant)"),
    ("sum()", 0, "il manque de quoi"),
    ("sum(nom)", 4, "« sum » veut nombre"),
    ("sum(sum(montant))", 4, "ne se met pas dans un autre"),
    ("sum(montant where count() > 3)", 18, "ne se met pas dans un autre"),
    ("sum(distinct montant)", 0, "ne va qu’avec count"),
    ("count(distinct nom once per code)", 0, "ne vont pas ensemble"),
    ("sum(montant where lots)", 18, "il faut ici oui ou non"),
    ("sum(montant once code)", 17, "« per »"),
    ("sum(montant) / 0", 15, "division par zéro"),
    ("largest(montant, 3)", 8, "un nombre"),
    ("largest(0, montant)", 8, "de 1 à 1000"),
    ("sum(montant) and true", 13, "calcul sur l’ensemble"),
    ("lower(nom)", 0, "calcul sur l’ensemble"),
    ('"x"', 0, "calcul sur l’ensemble"),
    ("sum(montant) + montant", 15, "dites quoi faire"),
]


@pytest.mark.parametrize(("text", "at", "message"), REFUSED_OVER, ids=[text for text, _, _ in REFUSED_OVER])
def test_all_rows_together_refuse(text: str, at: int, message: str) -> None:
    said = refusal(text, check_aggregated)
    assert message in said.message
    assert said.at == at


SCOPE = Scope(
    {**COLUMNS, "genre": Kind.TEXT},
    {name: parse(text) for name, text in {**DERIVED, "sorte": "plain(genre)"}.items()},
    {"genre": frozenset({"arbre", "arbuste"})},
    "essai/essai",
)


def refusal(text: str, check: Callable[[Scope, Any], object]) -> Misread:
    with pytest.raises(Misread) as raised:
        check(SCOPE, parse(text))
    return raised.value


def test_not_binds_tighter_than_and_and_looser_than_a_comparison() -> None:
    node = parse("not a = 1 and b = 2")
    assert isinstance(node, Binary)
    assert node.sign == "and"
    assert isinstance(node.left, Unary)
    assert sum(1 for _ in walked(node)) == 8
