"""Recipes: what is read of them, and each fault told at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalogue.indicators import recipe
from catalogue.indicators.contract import Binding, Divisor, Population, RecipeError, Sense, Spread, Words
from catalogue.indicators.recipe.reading import KEYS
from catalogue.indicators.themes import THEMES
from catalogue.tables.schemas.national import schema

GOOD = """\
id: essai.montant-hab
version: 2
title: {fr: Subventions par habitant, en: Grants per inhabitant}
definition: {fr: Ce qui est versé., en: What is paid.}
formula: {fr: Montants divisés par la population., en: Amounts divided by the population.}
theme: vie-associative
unit: EUR/hab
sense: context
schema: scdl/subventions
prepare:
  derive:
    annee: year(dateConvention)
where: montant > 0
numerator: sum(montant)
denominator: population
factor: 1
period: annee
territory: {siren: idAttribuant}
axes:
  nature: {fr: Nature, en: Kind}
together: ratio
levels: [commune, epci]
plausible: [0, 1000]
least: 3
target: {value: 40, source: {fr: Le conseil, en: The council}, legal: false}
breaks:
  "2024": {fr: Périmètre changé, en: Another scope}
words: [aides, associations]
internal: no
"""


def faults(text: str) -> list[tuple[int, int, str]]:
    found, errors = recipe.attempt(text, "essai.yaml")
    assert (found is None) == bool(errors)
    assert all(str(error).startswith("essai.yaml, ligne ") for error in errors)
    return [(error.line, error.column, error.message) for error in errors]


def changed(before: str, after: str) -> str:
    assert GOOD.count(before) == 1
    return GOOD.replace(before, after)


def test_a_recipe_is_read() -> None:
    found = recipe.read(GOOD, "essai.yaml")
    assert (found.key, found.version, found.theme, found.schema) == (
        "essai.montant-hab",
        2,
        "vie-associative",
        "scdl/subventions",
    )
    assert found.title == Words("Subventions par habitant", "Grants per inhabitant")
    assert (found.sense, found.spread, found.binding) == (Sense.CONTEXT, Spread.RATIO, Binding.SIREN)
    assert (found.divisor, found.population, found.constant) == (Divisor.POPULATION, Population("municipale", 0), None)
    assert (found.timed, found.factor, found.plausible, found.least_rows) == (True, 1.0, (0.0, 1000.0), 3)
    assert [axis.name for axis in found.axes] == ["nature"]
    assert found.target is not None
    assert (found.target.value, found.target.legal, found.threshold) == (40.0, False, None)
    assert found.breaks == {"2024": Words("Périmètre changé", "Another scope")}
    assert (found.words, found.levels, found.internal) == (("aides", "associations"), ("commune", "epci"), False)
    assert found.expressions is not None
    assert found.expressions.columns == ("montant", "dateConvention", "idAttribuant", "nature")


def test_denominators() -> None:
    def of(said: str, unit: str = "EUR/hab") -> tuple[object, ...]:
        found = recipe.read(changed("denominator: population", f"denominator: {said}").replace("EUR/hab", unit))
        return found.divisor, found.population, found.constant

    assert of("{population: totale, years_before: 1}") == (Divisor.POPULATION, Population("totale", 1), None)
    assert of("area", "per-km2") == (Divisor.AREA, None, None)
    assert of("count()", "each") == (Divisor.ROWS, None, None)
    alone = changed("denominator: population", "denominator: 1000").replace("EUR/hab", "EUR")
    assert recipe.read(alone.replace("together: ratio", "together: sum")).constant == 1000.0


def test_a_territory_may_be_said_in_several_ways() -> None:
    found = recipe.read(changed("{siren: idAttribuant}", "[{siren: idAttribuant}, {insee: referenceDecision}]"))
    assert (found.binding, found.also) == (Binding.SIREN, (Binding.INSEE,))
    assert recipe.read(changed("{siren: idAttribuant}", "publisher")).binding is Binding.PUBLISHER


def test_what_changes_no_value_leaves_the_digest() -> None:
    first = recipe.read(GOOD).digest
    assert recipe.read(changed("Ce qui est versé.", "Mieux dit.")).digest == first
    assert recipe.read(changed("fr: Nature", "fr: La nature")).digest == first
    assert recipe.read(changed("montant > 0", "montant  >  0")).digest == first
    for before, after in (("montant > 0", "montant > 1"), ("[0, 1000]", "[0, 900]"), ("least: 3", "least: 4")):
        assert recipe.read(changed(before, after)).digest != first


FAULTS: list[tuple[str, str, int, int, str]] = [
    ("id: essai.montant-hab\n", "", 1, 1, "il manque la clé « id »"),
    ("id: essai.montant-hab", "id: Essai", 1, 5, "s’écrit famille.nom"),
    ("version: 2", "version: deux", 2, 10, "nombre entier"),
    ("version: 2", "version: 0", 2, 10, "à partir de 1"),
    ("version: 2", "vresion: 2", 2, 1, "Vouliez-vous dire « version »"),
    ("version: 2", "version: 2\nversion: 3", 3, 1, "écrite deux fois"),
    (", en: Grants per inhabitant", "", 3, 8, "il manque la clé « en »"),
    ("en: Grants per inhabitant", "es: Subvenciones", 3, 39, "la clé « es » n’existe pas ici"),
    ("theme: vie-associative", "theme: associations", 6, 8, "n’est pas connu pour « theme »"),
    ("unit: EUR/hab", "unit: EUR", 7, 7, "l’unité « € » ne le dit pas"),
    ("unit: EUR/hab", "unit: per-1000", 16, 9, "veut « factor: 1000 »"),
    ("unit: EUR/hab", "unit: '%'", 7, 7, "par habitant, et l’unité « % » ne le dit pas"),
    ("numerator: sum(montant)", "numerator: count()", 7, 7, "dit de l’argent, et le numérateur compte"),
    ("denominator: population", "denominator: sum(montant)", 7, 7, "divise par une population"),
    ("denominator: population", "denominator: 0", 15, 14, "plus grand que zéro"),
    ("denominator: population", "denominator: {population: légale}", 15, 27, "n’est pas une population"),
    ("sense: context", "sense: up", 8, 8, "higher, lower, context"),
    ("scdl/subventions", "scdl/subvention", 9, 9, "Vouliez-vous dire « scdl/subventions »"),
    ("annee: year(dateConvention)", "annee: year(dateConvetion)", 12, 17, "Vouliez-vous dire « dateConvention »"),
    ("annee: year(dateConvention)", "annee: annee + 1", 12, 12, "annee → annee"),
    ("annee: year(dateConvention)", "annee: b\n    b: c + 1\n    c: annee", 12, 12, "annee → b → c → annee"),
    ("annee: year(dateConvention)", "montant: 3", 12, 5, "est déjà une colonne"),
    ("derive:", "once_per: [idAttribuant\n  derive:", 12, 9, "ce n’est pas du YAML"),
    ("prepare:\n", "prepare:\n  keep: montant\n", 11, 3, "ajoutez « once_per »"),
    ("where:", "sound: {alone: montan, otherwise: {fr: a, en: b}}\nwhere:", 13, 16, "Vouliez-vous dire « montant »"),
    ("where:", "sound: {has: [montant], otherwise: {fr: a, en: b}}\nwhere:", 13, 15, "il faut ici"),
    ("where:", "sound: {alone: montant}\nwhere:", 13, 8, "il manque la clé « otherwise »"),
    ("where:", "sound: {only: montant, otherwise: {fr: a, en: b}}\nwhere:", 13, 9, "« only »"),
    ("montant > 0", "montant > ", 13, 17, "s’arrête trop tôt"),
    ("where: montant > 0", "where: >-\n  montant\n  > nb", 15, 5, "n’a pas de colonne « nb »"),
    ("where: montant > 0", "where: 'conditionsVersement = ''x'' and non'", 13, 41, "« non »"),
    ("where: montant > 0", 'where: "lower(nature) = \\"X\\""', 13, 26, "écrivez « x »"),
    ("where: montant > 0", "where: plain(nature) = 'don'", 13, 24, "ne prend jamais la valeur « don »"),
    ("numerator: sum(montant)", "numerator: montant", 14, 12, "sum(montant)"),
    ("period: annee", "period: dateConvention", 17, 9, "year(…)"),
    ("period: annee", "period: nature", 17, 9, "il faut ici nombre"),
    ("{siren: idAttribuant}", "{siret: idAttribuant}", 18, 13, "Vouliez-vous dire « siren »"),
    ("{siren: idAttribuant}", "{siren: montant}", 18, 20, "il faut ici texte"),
    ("  nature: {", "  natur: {", 20, 3, "Vouliez-vous dire « nature »"),
    ("together: ratio", "together: sum", 21, 11, "mettez « together: ratio »"),
    ("together: ratio", "together: mean", 21, 11, "ratio, sum, none"),
    ("sum(montant)", "median(montant)", 21, 11, "together: none"),
    ("[commune, epci]", "[commune, ville]", 22, 19, "n’est pas un échelon"),
    ("[0, 1000]", "[1000, 0]", 23, 12, "n’est pas sous la plus grande"),
    ("[0, 1000]", "1000", 23, 12, "~ pour aucune"),
    ("[0, 1000]", "[0, infini]", 23, 16, "une borne est un nombre"),
    ("[0, 1000]", "[0, inf]", 23, 16, "une borne est un nombre"),
    ("[0, 1000]", "[0, 30]", 25, 9, "hors des valeurs plausibles"),
    ("least: 3", "least: -3", 24, 8, "nombre entier"),
    ("least: 3", "versions: ['9']", 24, 11, "aucune version livrée"),
    ("least: 3", "least: --3", 24, 8, "nombre entier"),
    ("least: 3", "least: ٣", 24, 8, "nombre entier"),
    (", source: {fr: Le conseil, en: The council}", "", 25, 9, "il manque la clé « source »"),
    ('"2024": {', '"l’an": {', 27, 3, "n’est pas une année"),
    ("internal: no", "internal: peut-être", 29, 11, "true ou false"),
    ("factor: 1\n", "factor: 0\n", 16, 9, "toujours zéro"),
    ("factor: 1\n", "factor: 1,5\n", 16, 9, "avec un point"),
    ("words: [aides, associations]", "words: &a [aides]", 28, 8, "renvois YAML"),
    ("words: [aides, associations]", "words: !!python/name:os.system x", 28, 8, "types YAML"),
    ("internal: no\n", "internal: no\n---\nid: autre\n", 31, 1, "un seul document"),
    ("version: 2", "\tversion: 2", 2, 1, "ce n’est pas du YAML"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "message"),
    FAULTS,
    ids=[f"{each[2]}-{each[4]}-{each[1][:20]}" for each in FAULTS],
)
def test_a_fault_is_told_where_it_is(before: str, after: str, line: int, column: int, message: str) -> None:
    found = faults(changed(before, after))
    assert [each[:2] for each in found if message in each[2]] == [(line, column)], found


def test_all_faults_of_a_file_are_told_together_in_the_order_of_its_lines() -> None:
    text = changed("version: 2", "version: x").replace("sum(montant)", "sum(montan)").replace("[0, 1000]", "[5, 1]")
    text = text.replace("theme: vie-associative", "theme: rien")
    assert [line for line, _, _ in faults(text)] == [2, 6, 14, 23]


SHARE = (
    changed("unit: EUR/hab", "unit: '%'")
    .replace("denominator: population", "denominator: count()")
    .replace("sum(montant)", "count(where montant > 100)")
    .replace("factor: 1\n", "factor: 100\n")
    .replace("[0, 1000]", "[0, 100]")
)


def test_a_share_wants_a_hundred_bounds_and_one_sort_of_quantity() -> None:
    assert faults(SHARE) == []
    assert "factor: 100" in faults(SHARE.replace("factor: 100\n", "factor: 1\n"))[0][2]
    assert "plausible: [0, 100]" in faults(SHARE.replace("plausible: [0, 100]\n", ""))[0][2]
    assert "de l’argent" in faults(SHARE.replace("count(where montant > 100)", "sum(montant)"))[0][2]
    assert "rapporte à un ensemble" in "".join(each[2] for each in faults(SHARE.replace("count()", "10")))


def test_a_population_that_rows_say_divides_per_inhabitant() -> None:
    text = changed("scdl/subventions", "bouture/dechets-tonnages").replace("annee: year(dateConvention)", "an: annee")
    text = (
        text.replace("montant > 0", "tonnage > 0").replace("sum(montant)", "sum(tonnage)").replace("EUR/hab", "kg/hab")
    )
    text = (
        text.replace("period: annee", "period: an")
        .replace("idAttribuant", "collectivite_siren")
        .replace("  nature:", "  flux:")
    )
    text = text.replace("denominator: population", "denominator: max(population_desservie)").replace(
        "factor: 1\n", "factor: 1000\n"
    )
    assert faults(text) == []


def test_what_real_files_have_can_be_added_to_a_list() -> None:
    text = changed("where: montant > 0", "where: plain(nature) = 'don'\nbeyond: {nature: [Don]}")
    assert faults(text) == []
    assert faults(changed("where: montant > 0", "beyond: {montant: [3]}"))[0][:2] == (13, 10)


def test_a_derived_column_cannot_grow_without_end() -> None:
    doubled = "\n".join(f"    d{place}: d{place - 1} + d{place - 1}" for place in range(1, 30))
    found = faults(changed("    annee:", f"    d0: montant + 1\n{doubled}\n    annee:"))
    assert any("trop longue" in message for _, _, message in found)


@pytest.mark.parametrize("long", [20, 79])
def test_derived_columns_cannot_be_heaped_up(long: int) -> None:
    heap = "\n".join(f"    d{place}: d{place - 1}{' + 1' * long}" for place in range(1, 20))
    text = changed("    annee:", f"    d0: montant\n{heap}\n    annee:").replace("sum(montant)", "sum(d19 + 1)")
    assert any("trop longue" in message for _, _, message in faults(text))
    few = text.replace("sum(d19 + 1)", f"sum({'(' * 30}d1{' + 1' * 79}{')' * 30})")
    assert all(line > 12 for line, _, message in faults(few) if "trop longue" not in message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- b",
        "seul",
        "[" * 20_000,
        "a: " * 3,
        "{" * 20_000,
        "x: y\n" * 20_000,
        "\x00",
        "id: \x07",
        "? [a]\n: b",
        "%YAML 9.9",
    ],
    ids=["empty", "list", "text", "deep", "colons", "braces", "long", "nul", "bell", "key", "directive"],
)
def test_what_is_no_recipe_is_refused(text: str) -> None:
    assert len(faults(text)) >= 1


def test_a_folder_gives_what_is_good_and_tells_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.yaml").write_text(GOOD)
    (tmp_path / "a" / "twice.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(GOOD.replace("version: 2", "version: x"))
    (tmp_path / "latin.yaml").write_bytes("é".encode("latin-1"))
    (tmp_path / "note.txt").write_text("not a recipe")
    (tmp_path / "there.yaml").mkdir()
    recipes, errors = recipe.read_folder(tmp_path)
    assert list(recipes) == ["essai.montant-hab"]
    assert [error.name for error in errors] == ["a/twice.yaml", "bad.yaml", "latin.yaml", "there.yaml"]
    assert recipe.read_folder(tmp_path / "nowhere") == ({}, [])


def test_a_recipe_is_read_or_refused_with_its_first_fault() -> None:
    with pytest.raises(RecipeError, match="ligne 2, colonne 10"):
        recipe.read(GOOD.replace("version: 2", "version: x").replace("[0, 1000]", "[5, 1]"), "essai.yaml")


def test_the_recipes_of_the_product_are_good() -> None:
    recipes = recipe.shipped()
    assert len(recipes) >= 7
    assert recipe.shipped() is recipes
    for key, each in recipes.items():
        assert (recipe.SHIPPED / key.partition(".")[0] / f"{key.partition('.')[2]}.yaml").is_file(), key
        assert each.theme in THEMES
        assert schema(each.schema).by_name
        assert each.formula is not None
        assert any(bound is not None for bound in each.plausible), f"{key}: say between which values it is plausible"


LINES = GOOD.splitlines()
pieces = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from([f"{key}: {{a: [b, {{c: d}}]}}" for key in KEYS]),
    st.builds("{}: {}".format, st.sampled_from(KEYS), st.text(max_size=30)),
    st.text(max_size=20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=12), st.lists(st.sampled_from(LINES), unique=True))
@example(["numerator: sum(montant"], [])
@example(["territory: {siren: idAttribuant}", "territory:"], [])
def test_no_text_brings_the_reading_down(strange: list[str], rest: list[str]) -> None:
    text = "\n".join([*strange, *(line for line in LINES if line in rest)])
    found, errors = recipe.attempt(text, "strange.yaml")
    assert (found is None) == bool(errors)
    assert all(error.line >= 1 and error.column >= 1 for error in errors)
