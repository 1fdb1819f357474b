"""Recipes run over files as towns write them: places, periods, axes, doubles, and cells that cannot be read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.indicators import computing, recipe, saying
from catalogue.indicators.computing.statements import counted, grouped
from catalogue.indicators.contract import Part, Recipe
from catalogue.indicators.language.cells import cell
from catalogue.tables.contract import Type
from catalogue.tables.store import Stored
from tests.indicators.asked import Asked, table

TEXT: Final = """\
id: essai.montant
version: 1
title: {fr: Essai, en: Trial}
definition: {fr: Essai, en: Trial}
formula: {fr: Essai, en: Trial}
theme: finances
unit: number
sense: context
schema: scdl/subventions
numerator: sum(montant)
period: year(dateConvention)
territory: {siren: idAttribuant}
together: sum
"""
COLUMNS: Final = "nomAttribuant,idAttribuant,dateConvention,nomBeneficiaire,idBeneficiaire,objet,montant,nature"


def made(*added: str, **instead: str) -> Recipe:
    """The trial recipe with other keys."""
    lines = [line for line in TEXT.splitlines() if line.partition(":")[0] not in instead]
    return recipe.read("\n".join([*lines, *(f"{key}: {said}" for key, said in instead.items()), *added]))


def line(
    siren: str = "21560046100010",
    day: str = "2023-05-01",
    who: str = "Club",
    amount: object = 10,
    kind: str = "aide en numéraire",
) -> str:
    return f"Ville,{siren},{day},{who},,objet,{amount},{kind}"


def file(tmp_path: Path, *lines: str) -> Asked:
    return table(tmp_path, "\n".join([COLUMNS, *lines]) + "\n", {"dateConvention": Type.DATE, "montant": Type.DECIMAL})


def texts(tmp_path: Path, *lines: str) -> Asked:
    """The same where every column stayed a text, as those do in which something is not what the rest is."""
    return table(tmp_path, "\n".join([COLUMNS, *lines]) + "\n", {})


def short(parts: list[Part]) -> list[tuple[str, str, float | None, float | None, int]]:
    return [(part.place, part.period, part.numerator, part.denominator, part.rows) for part in parts]


def test_each_place_and_year_has_its_sum(tmp_path: Path) -> None:
    rows = file(
        tmp_path,
        line(amount="10.25"),
        line(day="2023-12-31", amount="5"),
        line(day="2024-01-01", amount="100"),
        line(siren="21400192100019", amount="7"),
    )
    assert short(rows.totals(made())) == [
        ("214001921", "2023", 7, None, 1),
        ("215600461", "2023", 15.25, None, 2),
        ("215600461", "2024", 100, None, 1),
    ]


def test_rows_without_place_or_year_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = file(tmp_path, line(), line(siren=""), line(siren="12"), line(day=""), line(amount=""))
    found = rows.reckoned(made(where="montant is known"))
    assert (found.rows, found.kept, found.placeless, found.undated) == (5, 4, 2, 1)
    assert short(list(found.parts)) == [("215600461", "2023", 10, None, 1)]


def test_no_row_that_counts_is_no_figure(tmp_path: Path) -> None:
    found = file(tmp_path, line()).reckoned(made(where="montant > 1000"))
    assert (found.rows, found.kept, found.parts, found.problem) == (1, 0, (), "")


def test_a_cell_that_cannot_be_read_gives_its_line_and_no_figure(tmp_path: Path) -> None:
    lines = [line(), line(amount="beaucoup"), line(amount="douze"), line(amount="3.5 €")]
    found = texts(tmp_path, *lines).reckoned(made())
    assert found.parts == ()
    assert (
        found.problem
        == "3 cellules de la colonne « montant » ne se lisent pas comme nombre (lignes 3, 4, 5) : corrigez le fichier."
    )


def test_a_cell_of_a_row_that_does_not_count_may_be_anything(tmp_path: Path) -> None:
    rows = texts(tmp_path, line(), line(who="Autre", amount="beaucoup"))
    assert short(rows.totals(made(where='nomBeneficiaire = "Club"'))) == [("215600461", "2023", 10, None, 1)]


def test_a_cell_that_chooses_the_rows_must_be_read(tmp_path: Path) -> None:
    found = texts(tmp_path, line(), line(amount="beaucoup")).reckoned(made(where="montant > 3", numerator="count()"))
    assert "1 cellule de la colonne « montant » ne se lit pas comme nombre (ligne 3)" in found.problem


def test_a_column_that_is_absent_is_named(tmp_path: Path) -> None:
    rows = file(tmp_path, line())
    fields = {name: place for name, place in rows.fields.items() if name not in {"montant", "dateConvention"}}
    (found,) = computing.reckoned(rows.path, fields, [made()])
    assert found.problem == (
        "Il manque les colonnes « montant », « dateConvention » du schéma scdl/subventions : ajoutez-les au fichier."
    )


def test_a_column_that_is_optional_may_be_absent_where_the_recipe_foresees_it(tmp_path: Path) -> None:
    rows = file(tmp_path, line(), line(who="Zoo", amount=5))
    fields = {name: place for name, place in rows.fields.items() if name != "idBeneficiaire"}
    lacking = replace(rows, fields=fields)
    for where in ('idBeneficiaire is missing or idBeneficiaire = "x"', 'coalesce(idBeneficiaire, "x") = "x"'):
        assert [part.numerator for part in lacking.totals(made(where=where))] == [15]
    broken_down = made("axes: {idBeneficiaire: {fr: Qui, en: Who}}")
    assert [(part.axis, part.numerator) for part in lacking.reckoned(broken_down).parts] == [("", 15)]
    assert "« idBeneficiaire »" in lacking.reckoned(made(where='idBeneficiaire = "x"')).problem
    # One that the schema requires is asked for whatever the recipe says.
    without = replace(rows, fields={name: place for name, place in fields.items() if name != "montant"})
    assert "« montant »" in without.reckoned(made(numerator="sum(coalesce(montant, 0))")).problem


LINES: Final = {
    "[[0, 0], [0, 1]]": 111.195,
    "[[0, 0]]": 0.0,
    "[]": 0.0,
    "[[0, 0], [0]]": None,
    '[[0, 0], ["a", 1]]': None,
    "3": None,
}


@pytest.mark.parametrize("coordinates", LINES)
def test_a_shape_that_is_no_line_is_told(coordinates: str, tmp_path: Path) -> None:
    roads = recipe.read(
        TEXT.replace("scdl/subventions", "etalab/schema-amenagements-cyclables")
        .replace("sum(montant)", "sum(length_km(geometry))")
        .replace("year(dateConvention)", "file")
        .replace("{siren: idAttribuant}", "publisher")
    )
    for shape in (
        f'{{"type": "LineString", "coordinates": {coordinates}}}',
        '{"type": "Point", "coordinates": [0, 0]}',
    ):
        cell_ = '"' + shape.replace('"', '""') + '"'
        found = table(tmp_path, f"geometry\n{cell_}\n", {"geometry": Type.GEOMETRY}).reckoned(roads)
        if "Point" in shape:
            assert found.problem.startswith("1 cellule de la colonne « geometry » ne se lit pas comme tracé (ligne 2)")
        else:
            expected = LINES[coordinates]
            assert [part.numerator for part in found.parts] == [expected and pytest.approx(expected, abs=0.001)]


def test_numbers_and_dates_that_stayed_texts_are_read_as_french_writes_them(tmp_path: Path) -> None:
    rows = texts(tmp_path, line(day="31/12/2022", amount='"1 234,50"'))
    assert short(rows.totals(made())) == [("215600461", "2022", 1234.5, None, 1)]


def test_axes_have_a_total_and_a_part_for_each_member(tmp_path: Path) -> None:
    rows = file(tmp_path, line(), line(kind="aide en nature", amount=4), line(kind="", amount=1))
    recipe_ = made(
        "axes: {nature: {fr: Nature, en: Kind}, gros: {fr: Gros, en: Big}}", prepare="{derive: {gros: montant > 3}}"
    )
    found = [(part.axis, part.member, part.numerator) for part in rows.reckoned(recipe_).parts]
    assert found == [
        ("", "", 15),
        ("nature", "", 1),
        ("nature", "aide en nature", 4),
        ("nature", "aide en numéraire", 10),
        ("gros", "false", 1),
        ("gros", "true", 14),
    ]


def test_an_axis_of_names_is_left_out(tmp_path: Path) -> None:
    rows = file(tmp_path, *(line(who=f"Club {number}") for number in range(201)))
    found = rows.reckoned(made("axes: {nomBeneficiaire: {fr: Qui, en: Who}}"))
    assert [(part.axis, part.numerator) for part in found.parts] == [("", 2010)]


def test_one_row_counts_of_those_with_one_key_in_each_place(tmp_path: Path) -> None:
    other = "21400192100019"
    lines = [
        line(amount=5),
        line(amount=8),
        line(who="Zoo"),
        line(who="", amount=1),
        line(who="", amount=1),
        line(other, amount=3),
    ]
    rows = file(tmp_path, *lines)
    first = made(prepare="{once_per: [nomBeneficiaire]}")
    assert short(rows.totals(first)) == [
        ("214001921", "2023", 3, None, 1),
        ("215600461", "2023", 5 + 10 + 1 + 1, None, 4),
    ]
    largest = made(prepare="{once_per: nomBeneficiaire, keep: montant}")
    assert [part.numerator for part in rows.totals(largest)] == [3, 8 + 10 + 1 + 1]
    # What does not count hides nothing.
    small = made(prepare="{once_per: nomBeneficiaire, keep: montant}", where="montant < 8")
    assert [part.numerator for part in rows.totals(small)] == [3, 5 + 1 + 1]


def test_once_per_key_counts_within_each_member_of_an_axis(tmp_path: Path) -> None:
    rows = file(tmp_path, line(amount=5), line(amount=5, kind="aide en nature"), line(who="Zoo", amount=2))
    recipe_ = made("axes: {nature: {fr: Nature, en: Kind}}", numerator="sum(montant once per nomBeneficiaire)")
    assert [(part.member, part.numerator) for part in rows.reckoned(recipe_).parts] == [
        ("", 7),
        ("aide en nature", 5),
        ("aide en numéraire", 7),
    ]


def test_rows_that_are_not_sound_give_no_figure_whatever_the_axis(tmp_path: Path) -> None:
    """Of the first town no row has the condition in 2023; the second has it in one row of one kind."""
    other = "21400192100019"
    rows = file(
        tmp_path,
        line(amount=5),
        line(other, amount=3),
        line(other, amount=90, kind="aide en nature"),
    )
    sound = "{has: [montant > 50], otherwise: {fr: Il manque une grande aide., en: A large grant is missing.}}"
    recipe_ = made("axes: {nature: {fr: Nature, en: Kind}}", sound=sound)
    assert [(part.place, part.member, part.numerator) for part in rows.reckoned(recipe_).parts] == [
        ("214001921", "", 93),
        ("215600461", "", None),
        ("214001921", "aide en nature", 90),
        ("214001921", "aide en numéraire", 3),
        ("215600461", "aide en numéraire", None),
    ]
    part = next(part for part in rows.totals(recipe_) if part.numerator is None)
    assert saying.figure(recipe_, part, 1000).reason == "Il manque une grande aide."
    alone = "{alone: nomBeneficiaire, otherwise: {fr: Deux., en: Two.}}"
    rows = file(tmp_path, line(who="Zoo"), line(who="Zoo"), line(other, who="Zoo"), line(other, who="Cirque"))
    assert [part.numerator for part in rows.totals(made(sound=alone))] == [None, 20]


def test_the_last_year_of_a_place_dates_its_stock(tmp_path: Path) -> None:
    rows = file(
        tmp_path, line(day="2021-01-01"), line(day="2023-01-01"), line("21400192100019", "2020-06-01"), line(day="")
    )
    assert short(rows.totals(made(period="latest(dateConvention)"))) == [
        ("214001921", "2020", 10, None, 1),
        ("215600461", "2023", 30, None, 3),
    ]


def test_a_stock_has_no_period_and_a_publisher_no_place(tmp_path: Path) -> None:
    rows = file(tmp_path, line(day=""), line(siren=""))
    assert short(rows.totals(made(period="file", territory="publisher"))) == [("", "", 20, None, 2)]


CODES: Final = {
    "siren": {
        "215600461": "215600461",
        "215 600 461 00010": "215600461",
        "21560046100010": "215600461",
        "2156004610": None,
        "Mairie": None,
    },
    "insee": {
        "40192": "40192",
        " 2a004 ": "2A004",
        "1004": "01004",
        "97411": "97411",
        "Mont-de-Marsan": None,
        "401920": None,
        "192": None,
    },
    "departement": {"40": "40", "1": "01", "2b": "2B", "974": "974", "400": None, "Landes": None},
}


@pytest.mark.parametrize("kind", CODES)
def test_a_code_is_found_in_what_is_written(kind: str, tmp_path: Path) -> None:
    rows = file(tmp_path, *(line(who=written) for written in CODES[kind]))
    recipe_ = made("axes: {nomBeneficiaire: {fr: Écrit, en: Written}}", territory=f"{{{kind}: nomBeneficiaire}}")
    found = rows.reckoned(recipe_)
    expected = {written.strip(): place for written, place in CODES[kind].items()}
    assert {part.member: part.place for part in found.parts if part.axis} == {
        written: place for written, place in expected.items() if place
    }
    assert found.placeless == list(expected.values()).count(None)


def test_the_first_code_that_is_known_says_the_place(tmp_path: Path) -> None:
    rows = file(tmp_path, line(siren="", who="40192"), line(who="40192"))
    both = made(territory="[{siren: idAttribuant}, {insee: nomBeneficiaire}]")
    assert [part.place for part in rows.totals(both)] == ["215600461", "40192"]


def test_both_parts_are_kept(tmp_path: Path) -> None:
    rows = file(tmp_path, line(amount=30), line(amount=10), line(amount=""))
    share = made(numerator="largest(1, montant)", denominator="sum(montant)", together="none", unit="each")
    assert short(rows.totals(share)) == [("215600461", "2023", 30, 40, 3)]


def test_sums_do_not_change_by_their_last_bit(tmp_path: Path) -> None:
    rows = file(tmp_path, *(line(amount="0.1") for _ in range(10)))
    assert [part.numerator for part in rows.totals(made())] == [1.0]
    assert [part.numerator for part in rows.totals(made(numerator="sum(montant * 3)"))] == [3.0]


def test_a_recipe_that_was_not_read_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"essai\.montant"):
        file(tmp_path, line()).reckoned(replace(made(), expressions=None))


NAMES: Final = ("montant", "nomBeneficiaire", "dateConvention", "idAttribuant")
words = st.sampled_from(
    [
        *NAMES,
        "(",
        ")",
        "+",
        "*",
        "/",
        "=",
        "in",
        "and",
        "not",
        ",",
        "3",
        "0.5",
        "where",
        "is",
        "known",
        "sum",
        "count",
        "plain",
        "if",
    ]
)
quoted = st.text(st.characters(blacklist_characters='"', blacklist_categories=("Cs", "Cc")), max_size=12).map(
    '"{}"'.format
)
expressions = st.one_of(
    st.lists(st.one_of(words, quoted, st.text(max_size=4)), max_size=15).map(" ".join),
    st.builds("sum(montant where nomBeneficiaire = {})".format, quoted),
    st.builds("count(where starts(plain(nomBeneficiaire), {}, {}))".format, quoted, quoted),
)
# What our own writing may hold, whatever the recipe: names of SQL, numbered columns and values, literals of ours.
SAFE: Final = re.compile(r"\$?[a-z_]+\d*|[A-Z]+|\d+|'(?:[^'\";]|'')*'|[-+*/(),.<>=:\[\]{}| \n]|DOUBLE\[\]")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions, expressions)
def test_no_text_of_a_recipe_is_in_a_statement(numerator: str, where: str) -> None:
    said = TEXT.replace("sum(montant)", json.dumps(numerator, ensure_ascii=False))
    found, errors = recipe.attempt(f"{said}where: {json.dumps(where, ensure_ascii=False)}\n")
    if found is None:
        assert errors
        return
    written = found.expressions
    assert written is not None
    known = {name: cell(place, "VARCHAR", written.scope.columns[name]) for place, name in enumerate(written.columns)}
    cells = {name: each for name, each in known.items() if each is not None}
    stored = Stored(("VARCHAR",) * len(cells), clash=False)
    for statement in (counted(stored, written, cells), grouped(stored, written, cells)):
        assert SAFE.sub("", statement.sql) == ""
        assert not any(name in statement.sql for name in NAMES)
        assert set(re.findall(r"\$(p\d+)", statement.sql)) == set(statement.values)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    quoted, st.sampled_from(["{} = nomBeneficiaire", "plain(nomBeneficiaire) = {}", "contains(nomBeneficiaire, {})"])
)
def test_a_hostile_text_is_only_compared(tmp_path: Path, text: str, shape: str) -> None:
    if not (tmp_path / "lines.parquet").exists():
        file(tmp_path, line(), line(who="'; DROP TABLE t --"))
    places = {name: (place, Type.TEXT) for place, name in enumerate(COLUMNS.split(","))}
    found, errors = recipe.attempt(f"{TEXT}where: {json.dumps(shape.format(text), ensure_ascii=False)}\n")
    assert found is not None, errors
    (reckoned,) = computing.reckoned(tmp_path / "lines.parquet", places, [found])
    assert reckoned.problem == ""
    assert reckoned.rows == 2
