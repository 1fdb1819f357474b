"""TOTEM budgets. Documents are made from the tables that a conversion of real ones gave, in the reverse way."""

import csv
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from catalogue.tables.contract import Type, Unreadable
from catalogue.tables.intake.totem import COLUMNS, NAMESPACE, WORDS
from tests.tables.taken import codes, taken

REAL = ["001", "annexe_bp2022", "annexe_ca2021", "ca2021", "dm2_2021", "dm3_2021"]
LABELS = {name for name in COLUMNS if name.endswith("_LABEL")}
HEADERS = {"BGT_NATDEC", "BGT_ANNEE", "BGT_SIRET", "BGT_NOM"}


def code(element: str, text: str) -> str:
    return next((code for code, word in WORDS.get(element, {}).items() if word == text.lower()), text)


def document(rows: list[dict[str, str]], sections: bool = True, root: str = "DocumentBudgetaire") -> str:
    first = rows[0]
    lines = []
    for row in rows:
        said = {
            element: code(element, row[name]) for name, element in COLUMNS.items() if element and name not in HEADERS
        }
        section = said.pop("Section")
        cells = "".join(f"<{element} V={quoteattr(value)}/>" for element, value in said.items() if value)
        more = f'<CaracSup V="{section}" Code="Section"/>' if section and sections else ""
        lines.append(f'<LigneBudget>{cells}<MtSup V="9.00" Code="BudgetHorsRAR"/>{more}</LigneBudget>')
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE[1:-1]}"><VersionSchema V="100"/>'
        f"<EnTeteDocBudgetaire><LibelleColl V={quoteattr(first['BGT_NOM'])}/><IdColl V='1'/></EnTeteDocBudgetaire><Budget>"
        f'<EnTeteBudget><IdEtab V="{first["BGT_SIRET"]}"/></EnTeteBudget><BlocBudget>'
        f'<NatDec V="{code("NatDec", first["BGT_NATDEC"])}"/><Exer V="{first["BGT_ANNEE"]}"/></BlocBudget>\n'
        + "\n".join(lines)
        + f'<Annexes><DATA_EMPRUNT><EMPRUNT><CodTypEmpr V="01"/></EMPRUNT></DATA_EMPRUNT></Annexes></Budget></{root}>'
    )


def sample(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data / "samples" / f"budget__crach_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", REAL)
def test_a_budget_becomes_the_national_table(tmp_path: Path, shared_data: Path, name: str) -> None:
    rows = sample(shared_data, name)
    raw, read = taken(tmp_path, document(rows), name="budget.xml")
    assert (raw.format, raw.names) == ("totem", tuple(COLUMNS))
    assert raw.known["BGT_SIRET"] is Type.SIRET and raw.known["BGT_MTPREV"] is Type.DECIMAL
    for line, row in zip(read, rows, strict=True):
        for column, cell in zip(raw.names, line, strict=True):
            if column == "BGT_SECTION" and not row[column]:
                assert cell in {"investissement", "fonctionnement"}
            else:
                assert (cell or "") == (
                    "" if column in LABELS else code("", row[column].lower()) if column == "BGT_NATDEC" else row[column]
                )


ROW = dict.fromkeys(COLUMNS, "") | {
    "BGT_NATDEC": "budget primitif",
    "BGT_ANNEE": "2025",
    "BGT_SIRET": "21560046100010",
    "BGT_NOM": "CRAC’H & CIE",
    "BGT_CODRD": "dépense",
    "BGT_OPBUDG": "réel",
    "BGT_MTPREV": "12.50",
}


@pytest.mark.parametrize(
    ("nature", "section"),
    [
        ("6413", "fonctionnement"),
        ("7588", "fonctionnement"),
        ("002", "fonctionnement"),
        ("2117", "investissement"),
        ("001", "investissement"),
        ("1641", "investissement"),
    ],
)
def test_a_section_that_is_missing_comes_from_the_class_of_the_account(
    tmp_path: Path, nature: str, section: str
) -> None:
    raw, rows = taken(tmp_path, document([ROW | {"BGT_NATURE": nature}]))
    assert rows[0][raw.names.index("BGT_SECTION")] == section
    assert "section" in codes(raw)


def test_totals_are_left_out_and_told(tmp_path: Path) -> None:
    total = ROW | {"BGT_OPBUDG": "T", "BGT_NATURE": "6413"}
    raw, rows = taken(tmp_path, document([ROW | {"BGT_NATURE": "6413"}, total]))
    assert len(rows) == 1
    assert "totals" in codes(raw)


def test_the_budget_inside_a_single_financial_account(tmp_path: Path) -> None:
    inside = document([ROW | {"BGT_NATURE": "6413"}]).partition("?>\n")[2]
    raw, rows = taken(
        tmp_path,
        f'<doccfu:CompteFinancierUnique xmlns:doccfu="x"><Autre><Nature V="1"/></Autre>{inside}</doccfu:CompteFinancierUnique>',
    )
    assert (raw.format, rows[0][3]) == ("totem", "CRAC’H & CIE")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (document([ROW])[:-60], "coupé ou incorrect à la ligne 3"),
        (document([ROW]).replace("LigneBudget", "Autre"), "aucune ligne de budget"),
        (
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + document([ROW])[38:],
            "DOCTYPE",
        ),
        ('<?xml version="1.0"?><autre/>', "n’est pas un budget TOTEM"),
    ],
)
def test_what_is_none_is_told(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        taken(tmp_path, content)
