"""How well a table follows its schema: frictionless agrees cell for cell, and people are told what to do."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import frictionless
import pytest

from catalogue.tables.contract import Finding, Level, Match, Raw, Type, Verdict
from catalogue.tables.intake import read
from catalogue.tables.schemas import schema
from catalogue.tables.schemas.checks import KNOWN
from catalogue.tables.schemas.repairs import DONE
from catalogue.tables.schemas.validation import check
from tests.tables.followed import FOLLOWED, LEVELS, rows_of
from tests.tables.written import raw

COLUMN_RULES = {"missing-label", "extra-label", "incorrect-label", "column-order"}
CUSTOM_RULES = {"siret", "siren", "one-of", "compare", "sum", "together", "years"}
# Frictionless reads by place, and says nothing of a cell whose column is not where it should be.
BY_PLACE = {name for name in LEVELS if name.startswith(("aire_livraison", "covoiturage", "acceslibre_s"))}


def follows(key: str) -> Match:
    return Match(key, schema(key).version, 1.0)


def cells(verdict: Verdict) -> Counter[str]:
    """How many cells break each rule of Table Schema."""
    found: Counter[str] = Counter()
    for (rule, _), count in verdict.counts.items():
        if rule not in COLUMN_RULES | CUSTOM_RULES:
            found[rule] += count
    return found


@pytest.fixture
def samples(shared_data: Path) -> Path:
    return shared_data / "samples"


@pytest.mark.parametrize("name", sorted(LEVELS))
def test_each_sample_has_the_level_that_is_expected(name: str, samples: Path, tmp_path: Path) -> None:
    verdict = check(read(samples / name, tmp_path / "raw.parquet"), follows(FOLLOWED[name]))
    level, wrong = LEVELS[name]
    assert verdict.level == level
    assert sum(count for (rule, _), count in verdict.counts.items() if rule not in COLUMN_RULES) == wrong
    assert len(verdict.found) <= 1000
    assert bool(verdict.recovered) == any(finding.recovered for finding in verdict.found)


def test_every_csv_sample_of_a_schema_that_we_have_is_expected_of() -> None:
    assert set(LEVELS) == {name for name, key in FOLLOWED.items() if key and name.endswith(".csv")}


@pytest.mark.parametrize("name", sorted(set(LEVELS) - BY_PLACE))
def test_frictionless_agrees_cell_for_cell(name: str, shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "samples" / name
    owner, _, title = FOLLOWED[name].partition("/")
    folder = f"_propositions/{title}" if owner == "bouture" else f"{owner}__{title}"
    said = json.loads((shared_data / "schemas" / folder / "schema.json").read_text("utf-8"))
    judge = frictionless.Schema.from_descriptor({**said, "fieldsMatch": "subset"})
    rows = [row for row in rows_of(path) if row]
    report = frictionless.Resource(data=rows, schema=judge).validate(limit_errors=100_000)
    theirs = {
        (error.row_number, error.field_name, error.type)
        for task in report.tasks
        for error in task.errors
        if isinstance(error, frictionless.errors.CellError)
    }
    verdict = check(read(path, tmp_path / "raw.parquet"), follows(FOLLOWED[name]))
    ours = {
        (finding.line, finding.column, "type-error" if finding.rule == "type" else "constraint-error")
        for finding in verdict.found
        if finding.rule not in COLUMN_RULES | CUSTOM_RULES
    }
    assert ours == theirs


def test_what_is_valid_to_the_letter_is_what_frictionless_finds_valid(samples: Path) -> None:
    """../shared/data/samples/VALIDATION.md has what it found, by place and with every column."""
    lines = (samples / "VALIDATION.md").read_text("utf-8").splitlines()
    told = {line.split("|")[1].strip(): line.split("|")[5].strip() for line in lines if line.startswith("| ")}
    for name, (level, _) in LEVELS.items():
        if told.get(name) == "OK":
            assert level != Level.INVALID, name
        elif name in told:
            assert level != Level.VALID, name


@pytest.mark.parametrize("name", sorted(name for name in LEVELS if name.startswith("budget")))
def test_a_real_budget_is_usable_and_says_what_was_done(name: str, samples: Path, tmp_path: Path) -> None:
    verdict = check(read(samples / name, tmp_path / "raw.parquet"), follows("scdl/budget"))
    assert {(note.code, note.column) for note in verdict.recovered} == {
        ("choice", "BGT_NATDEC"),
        ("empty", "BGT_CONTNAT"),
        ("empty", "BGT_CONTNAT_LABEL"),
        ("empty", "BGT_SECTION"),
    }
    assert verdict.types["BGT_NATURE"] == Type.TEXT
    assert verdict.types["BGT_SIRET"] == Type.SIRET
    assert verdict.types["BGT_MTREAL"] == Type.DECIMAL
    grouped = {note.column: note for note in verdict.grouped}
    assert grouped["BGT_NATDEC"].count == verdict.counts["enum", "BGT_NATDEC"]
    assert "lu quand même" in grouped["BGT_NATDEC"].text


# A small schema is enough for the rest: SCDL subventions.
NAMES = [field.name for field in schema("scdl/subventions").fields]
GOOD = {
    "nomAttribuant": "Valbelle", "idAttribuant": "13002526500013", "dateConvention": "2025-01-31", "nomBeneficiaire": "Club",
    "idBeneficiaire": "13002526500013", "objet": "Fonctionnement", "montant": "1250.50", "nature": "aide en numéraire",
    "conditionsVersement": "unique", "datesPeriodeVersement": "2025-02-01", "notificationUE": "non", "pourcentageSubvention": "1",
}  # fmt: skip


def subsidies(folder: Path, *changes: dict[str, str], names: list[str] | None = None) -> Raw:
    lines = [{**GOOD, **change} for change in changes]
    written = names or NAMES
    return raw(folder, written, [[line.get(field, "") for field in NAMES[: len(written)]] for line in lines])


def findings(raw: Raw) -> tuple[Verdict, list[Finding]]:
    verdict = check(raw, follows("scdl/subventions"))
    return verdict, list(verdict.found)


@pytest.mark.parametrize(
    ("column", "written", "code", "remedy"),
    [
        ("dateConvention", "31/12/2025", "date", "Écrivez « 2025-12-31 »."),
        ("dateConvention", "1er janvier 2025", "date", "Écrivez « 2025-01-01 »."),
        ("dateConvention", "31-12-2025", "date", "Écrivez « 2025-12-31 »."),
        ("dateConvention", "20251231", "date", "Écrivez « 2025-12-31 »."),
        ("dateConvention", "2025-12-31 00:00:00", "date", "Écrivez « 2025-12-31 »."),
        ("dateConvention", " 2025-12-31 ", "spaces", "Écrivez « 2025-12-31 »."),
        ("dateConvention", "NC", "nothing", "Laissez la cellule vide, ou écrivez la valeur."),
        ("montant", "1 250,50", "figure", "Écrivez « 1250.50 »."),
        ("montant", "1\xa0250,50 €", "figure", "Écrivez « 1250.50 »."),
        ("montant", "1.250,50", "figure", "Écrivez « 1250.50 »."),
        ("montant", "1,250.50", "figure", "Écrivez « 1250.50 »."),
        ("montant", "n.c.", "nothing", "Laissez la cellule vide, ou écrivez la valeur."),
        ("notificationUE", "OUI", "yes-no", "Écrivez « oui »."),
        ("notificationUE", "faux", "yes-no", "Écrivez « non »."),
        ("nature", "Aide en numeraire", "choice", "Écrivez « aide en numéraire »."),
        ("nature", "AIDE EN NATURE ", "choice", "Écrivez « aide en nature »."),
        ("idAttribuant", "130 025 265 00013", "closed", "Écrivez « 13002526500013 »."),
        ("rnaBeneficiaire", "w123456789", "capitals", "Écrivez « W123456789 »."),
    ],
)
def test_what_people_write_is_read_all_the_same(
    column: str, written: str, code: str, remedy: str, tmp_path: Path
) -> None:
    verdict, (finding,) = findings(subsidies(tmp_path, {}, {column: written}))
    assert verdict.level == Level.RECOVERABLE
    assert (finding.line, finding.column, finding.value, finding.recovered) == (3, column, written, True)
    assert finding.remedy == remedy
    assert finding.message.startswith(f"Ligne 3, colonne « {column} » : « ")
    assert [note.code for note in verdict.recovered] == [code]
    assert "(1 cellule)" in verdict.recovered[0].text


@pytest.mark.parametrize(
    ("column", "written", "rule", "said"),
    [
        ("dateConvention", "31/12/25", "type", "n’est pas une date écrite comme la norme le demande"),
        ("dateConvention", "31/02/2025", "type", "n’est pas une date"),
        ("dateConvention", "", "required", "la cellule est vide, et la norme demande une valeur"),
        ("montant", "mille", "type", "n’est pas un nombre"),
        ("montant", "", "required", "est vide"),
        ("nature", "prêt", "enum", "n’est pas dans la liste de la norme"),
        ("notificationUE", "peut-être", "type", "n’est pas un oui ou un non"),
        ("pourcentageSubvention", "80", "maximum", "dépasse 1"),
        ("idAttribuant", "2,19900E+13", "pattern", "est un code dont un tableur a fait une puissance de dix"),
        ("idAttribuant", "13002", "pattern", "n’est pas un SIRET"),
        ("objet", "x" * 300, "maxLength", "a trop de caractères"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    column: str, written: str, rule: str, said: str, tmp_path: Path
) -> None:
    verdict, (finding,) = findings(subsidies(tmp_path, {}, {}, {column: written}))
    assert verdict.level == Level.INVALID
    assert (finding.rule, finding.line, finding.column, finding.recovered) == (rule, 4, column, False)
    assert said in finding.message
    assert finding.remedy.endswith((".", "?"))
    assert verdict.counts == {(rule, column): 1}


def test_a_text_that_describes_may_be_empty_unless_all_of_the_column_is(tmp_path: Path) -> None:
    verdict, _ = findings(subsidies(tmp_path, {}, {"objet": ""}))
    assert verdict.level == Level.RECOVERABLE
    verdict, found = findings(subsidies(tmp_path, {"objet": ""}, {"objet": ""}))
    assert verdict.level == Level.INVALID
    assert [finding.line for finding in found] == [2, 3]


def test_names_written_otherwise_are_recovered(tmp_path: Path) -> None:
    names = ["\ufeffNom Attribuant", "ID_ATTRIBUANT", *NAMES[2:]]
    verdict, found = findings(subsidies(tmp_path, {}, names=names))
    assert verdict.level == Level.RECOVERABLE
    assert verdict.fields["ID_ATTRIBUANT"] == "idAttribuant"
    assert [finding.remedy for finding in found] == ["Nommez-la « nomAttribuant ».", "Nommez-la « idAttribuant »."]
    assert [note.code for note in verdict.recovered] == ["renamed"]


def test_a_column_that_is_absent_is_read_as_empty_when_it_is_optional(tmp_path: Path) -> None:
    verdict, _ = findings(subsidies(tmp_path, {}, names=NAMES[:-1]))
    assert (verdict.level, verdict.counts) == (Level.RECOVERABLE, {("missing-label", "dispositifAide"): 1})
    verdict, found = findings(subsidies(tmp_path, {}, names=NAMES[:-2]))
    assert verdict.level == Level.INVALID
    assert found[0].message == "La colonne « pourcentageSubvention » manque, et la norme la demande."


def test_the_order_of_columns_and_others_beside_them(tmp_path: Path) -> None:
    names = [*NAMES[1::-1], *NAMES[2:], "quartier"]
    table = raw(tmp_path, names, [[GOOD.get(name, "") for name in names]])
    verdict, found = findings(table)
    assert verdict.level == Level.RECOVERABLE
    assert {finding.rule for finding in found} == {"column-order", "extra-label"}
    assert "Mettez-la en premier." in {finding.remedy for finding in found}


def test_the_first_line_of_the_file_is_counted(tmp_path: Path) -> None:
    table = subsidies(tmp_path, {}, {"montant": "?x"})
    moved = Raw(table.path, table.names, table.written, table.rows, "csv", first_line=7)
    assert [finding.line for finding in check(moved, follows("scdl/subventions")).found] == [8]
    spaced = replace(moved, gaps=((1, 3),))  # three blank lines before the second row
    assert [finding.line for finding in check(spaced, follows("scdl/subventions")).found] == [11]


def test_a_thousand_findings_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    changes = [{"montant": f"faux {number}", "dateConvention": "31/12/2025"} for number in range(3000)]
    verdict, found = findings(subsidies(tmp_path, *changes))
    assert verdict.counts == {("type", "montant"): 3000, ("type", "dateConvention"): 3000}
    assert len(found) == 1000
    assert not found[0].recovered
    assert {finding.column for finding in found} == {"montant", "dateConvention"}
    assert {note.column: note.count for note in verdict.grouped} == {"montant": 3000, "dateConvention": 3000}
    assert "dans 3000 cellules (lignes 2, 3, 4, 5, 6…)" in verdict.grouped[0].text


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"idBeneficiaire": "13002526500014"}, "siret"),
        ({"idBeneficiaire": ""}, "one-of"),
    ],
)
def test_a_line_that_a_check_doubts_is_used_all_the_same(changes: dict[str, str], rule: str, tmp_path: Path) -> None:
    verdict, (finding,) = findings(subsidies(tmp_path, changes))
    assert (verdict.level, finding.rule, finding.recovered) == (Level.RECOVERABLE, rule, True)
    assert verdict.recovered[0].code == "doubtful"


def test_la_poste_has_a_key_of_its_own(tmp_path: Path) -> None:
    verdict, _ = findings(
        subsidies(tmp_path, {"idBeneficiaire": "35600000000048"}, {"idBeneficiaire": "35600000049837"})
    )
    assert verdict.level == Level.VALID


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"VOTE_POUR": "20"}, {"compare", "sum"}),
        ({"VOTE_ABSTENTION": "1"}, {"sum"}),
        ({"VOTE_ABSTENTION": ""}, {"together"}),
        ({"PREF_DATE": "2024-12-31"}, {"compare"}),
        ({"BUDGET_ANNEE": "2025/2024", "BUDGET_NOM": "Budget"}, {"years"}),
    ],
)
def test_the_columns_of_a_deliberation_go_together(changes: dict[str, str], rule: set[str], tmp_path: Path) -> None:
    line = {
        "COLL_NOM": "Valbelle", "COLL_SIRET": "13002526500013", "DELIB_ID": "1", "DELIB_DATE": "2025-01-01", "DELIB_MATIERE_CODE": "1.1",
        "DELIB_MATIERE_NOM": "Commande publique", "DELIB_OBJET": "Marché", "PREF_DATE": "2025-01-02", "VOTE_EFFECTIF": "19",
        "VOTE_REEL": "15", "VOTE_POUR": "15", "VOTE_CONTRE": "0", "VOTE_ABSTENTION": "0",
    }  # fmt: skip
    names = [field.name for field in schema("scdl/deliberations").fields]
    for wanted, said in ((set(), line), (rule, {**line, **changes})):
        verdict = check(raw(tmp_path, names, [[said.get(name, "") for name in names]]), follows("scdl/deliberations"))
        assert {name for name, _ in verdict.counts} == wanted


def test_every_check_of_a_shipped_schema_is_known_or_left_aside_by_name() -> None:
    from catalogue.tables.schemas import schemas

    asked = {name for each in schemas() for name, _ in each.checks}
    assert asked - set(KNOWN) == {"nomenclature-actes-value", "opening-hours-value"}


def test_a_key_that_comes_back_is_told_where_it_does(tmp_path: Path) -> None:
    names = [field.name for field in schema("bouture/dechets-tonnages").fields]
    line = ["200099999", "CC", "2022", "verre", "apport volontaire", "12.5", "31250", ""]
    rows = [line, [*line[:2], "2023", *line[3:]], line, line]
    verdict = check(raw(tmp_path, names, rows), follows("bouture/dechets-tonnages"))
    found = [(finding.rule, finding.line) for finding in verdict.found if finding.rule == "primary-key"]
    assert found == [("primary-key", 4), ("primary-key", 5)]
    assert verdict.level == Level.INVALID


def test_zeros_that_a_spreadsheet_took_are_put_back(tmp_path: Path) -> None:
    names = [field.name for field in schema("etalab/schema-comptage-mobilites-site").fields]
    line = {"site_id": "1", "site_name": "Pont", "fr_insee_code": "6004", "xlong": "7.1", "ylat": "43.5"}
    table = raw(tmp_path, names, [[line.get(name, "") for name in names]])
    verdict = check(table, follows("etalab/schema-comptage-mobilites-site"))
    assert (verdict.level, [note.code for note in verdict.recovered]) == (Level.RECOVERABLE, ["zeros"])
    assert verdict.found[0].remedy == "Écrivez « 06004 »."
    assert verdict.types["fr_insee_code"] == Type.COMMUNE


def test_the_financial_account_that_the_law_made_since_is_kept(tmp_path: Path) -> None:
    names = [field.name for field in schema("scdl/budget").fields]
    line = {
        "BGT_NATDEC": "Compte financier unique", "BGT_ANNEE": "2024", "BGT_SIRET": "13002526500013", "BGT_NOM": "Valbelle",
        "BGT_CONTNAT": "012", "BGT_CONTNAT_LABEL": "Charges", "BGT_NATURE": "6413", "BGT_NATURE_LABEL": "Personnel",
        "BGT_SECTION": "fonctionnement", "BGT_OPBUDG": "réel", "BGT_CODRD": "dépense",
    }  # fmt: skip
    verdict = check(raw(tmp_path, names, [[line.get(name, "") for name in names]]), follows("scdl/budget"))
    assert (verdict.level, [note.code for note in verdict.recovered]) == (Level.RECOVERABLE, ["later"])


def test_a_geojson_table_is_checked_by_its_properties(tmp_path: Path) -> None:
    names = ["id", "date_debut", "vp_critair", "geometry"]
    rows = [["200046977-ZFE-001", "2019-07-01", "V4", "{}"], ["200046977-ZFE-002", "01/07/2019", "V9", "{}"]]
    table = raw(tmp_path, names, rows, {"geometry": Type.GEOMETRY})
    verdict = check(table, follows("etalab/schema-zfe"))
    assert {(finding.rule, finding.column, finding.recovered) for finding in verdict.found if finding.line} == {
        ("type", "date_debut", True),
        ("enum", "vp_critair", False),
    }
    assert not any(finding.column == "geometry" for finding in verdict.found)


@pytest.mark.parametrize(
    "names",
    [["x'; DROP TABLE t", 'montant"', "c0", "n", "file_row_number"], ["line", "cell", "repair", "MONTANT", "montant"]],
)
def test_names_of_columns_are_nothing_to_a_statement(names: list[str], tmp_path: Path) -> None:
    verdict = check(raw(tmp_path, names, [["1", "2", "3", "4", "5"]]), follows("scdl/subventions"))
    assert verdict.level == Level.INVALID


def test_a_table_without_rows_or_without_one_known_column(tmp_path: Path) -> None:
    assert check(raw(tmp_path, NAMES, []), follows("scdl/subventions")).level == Level.VALID
    verdict = check(raw(tmp_path, ["a"], [["1"]]), follows("scdl/subventions"))
    assert verdict.level == Level.INVALID
    with pytest.raises(KeyError):
        check(raw(tmp_path, ["a"], [["1"]]), Match("scdl/nothing", "1", 1.0))


def test_each_repair_says_what_it_did() -> None:
    assert all(said and not said.endswith(".") for said in DONE.values())
