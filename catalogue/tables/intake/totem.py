"""TOTEM: the XML in which local authorities send their budgets to the State (DocumentBudgetaire, "actes budgétaires"; also inside a
CompteFinancierUnique), as the table of the national schema scdl/budget: one row per LigneBudget.

What the document does not carry stays empty: labels of accounts and functions are in the chart of accounts of each year. Its annexes
(loans, grants, staff…) are other tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from catalogue.sizes import in_words
from catalogue.tables.contract import Note, Options, TooMuch, Type, Unreadable
from catalogue.tables.intake.reading import Found, Row

MARK: Final = b"DocumentBudgetaire"
NAMESPACE: Final = "{http://www.minefi.gouv.fr/cp/demat/docbudgetaire}"
# What each column of scdl/budget is in the document: an element of the line, or of the headers above it. "": not there.
COLUMNS: Final[Mapping[str, str]] = {
    "BGT_NATDEC": "NatDec",
    "BGT_ANNEE": "Exer",
    "BGT_SIRET": "IdEtab",
    "BGT_NOM": "LibelleColl",
    "BGT_CONTNAT": "ContNat",
    "BGT_CONTNAT_LABEL": "",
    "BGT_NATURE": "Nature",
    "BGT_NATURE_LABEL": "",
    "BGT_FONCTION": "Fonction",
    "BGT_FONCTION_LABEL": "",
    "BGT_OPERATION": "Operation",
    "BGT_SECTION": "Section",
    "BGT_OPBUDG": "OpBudg",
    "BGT_CODRD": "CodRD",
    "BGT_MTREAL": "MtReal",
    "BGT_MTBUDGPREC": "MtBudgPrec",
    "BGT_MTRARPREC": "MtRARPrec",
    "BGT_MTPROPNOUV": "MtPropNouv",
    "BGT_MTPREV": "MtPrev",
    "BGT_CREDOUV": "CredOuv",
    "BGT_MTRAR3112": "MtRAR3112",
    "BGT_ARTSPE": "ArtSpe",
}
# Codes of the document, in the words of the schema.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "NatDec": {
        "01": "budget primitif",
        "02": "décision modificative",
        "03": "budget supplémentaire",
        "09": "compte administratif",
    },
    "OpBudg": {"0": "réel", "1": "ordre"},
    "CodRD": {"R": "recette", "D": "dépense"},
    "ArtSpe": {"true": "spécialisé", "false": "non spécialisé", "1": "spécialisé", "0": "non spécialisé"},
    "Section": {"I": "investissement", "F": "fonctionnement"},
}
HEADERS: Final = frozenset({"EnTeteDocBudgetaire", "EnTeteBudget", "BlocBudget"})
DEEPEST: Final = 100  # elements in elements; a budget has seven
MOST: Final = 128 * 2**20  # bytes: the budget of a region takes 20
TOTAL: Final = "T"  # an OpBudg that marks a sum of other lines
# Where a line has no section of its own: accounts of classes 6 and 7, and these, are of running costs (M14, M57).
RUNNING: Final = ("6", "7", "002", "022", "023")


def read(path: Path, _: Options) -> Found:
    """Raises Unreadable: XML that is broken, that defines entities, or that holds no line of budget."""
    if path.stat().st_size > MOST:
        raise TooMuch(
            f"Ce document budgétaire dépasse {in_words(MOST)} : il n’est pas lu. Exportez un budget par document.",
            "size",
        )
    notes: list[Note] = []
    known = {name: Type.DECIMAL for name, element in COLUMNS.items() if element.startswith(("Mt", "CredOuv"))}
    known["BGT_ANNEE"], known["BGT_SIRET"] = Type.YEAR, Type.SIRET
    unsaid = frozenset(name for name, element in COLUMNS.items() if not element)
    return Found(_rows(path, notes), "totem", list(COLUMNS), notes=notes, known=known, unsaid=unsaid)


def _rows(path: Path, notes: list[Note]) -> Iterator[Row]:
    above: dict[str, str] = {}
    totals = count = deduced = 0
    for name, element in _elements(path):
        if name in HEADERS:
            above.update(_values(element))
            continue
        line = _values(element)
        if line.get("OpBudg") == TOTAL:
            totals += 1
            continue
        if "Section" not in line and (nature := line.get("Nature")):
            line["Section"] = "F" if nature.startswith(RUNNING) else "I"
            deduced += 1
        count += 1
        yield [_word(each, line.get(each) or above.get(each)) for each in COLUMNS.values()]
    if not count:
        raise Unreadable(
            "Ce document budgétaire ne contient aucune ligne de budget. Exportez le flux complet depuis votre logiciel de finances.",
            "empty",
        )
    notes.extend(_told(totals, deduced))


def _elements(path: Path) -> Iterator[tuple[str, Element]]:
    """The headers and lines of the document, each whole, then forgotten."""
    try:
        with path.open("rb") as file:
            ancestors: list[Element] = []
            for event, element in ElementTree.iterparse(file, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    ancestors.append(element)
                    if len(ancestors) > DEEPEST:
                        raise Unreadable(
                            "Ce document XML est imbriqué à l’infini : ce n’est pas un budget TOTEM.", "xml"
                        )
                    continue
                ancestors.pop()
                name = element.tag.removeprefix(NAMESPACE)
                if name in HEADERS or name == "LigneBudget":
                    yield name, element
                if ancestors and not (_kept(ancestors)):
                    ancestors[-1].remove(element)
    except ParseError as error:
        raise Unreadable(
            f"Ce document XML est coupé ou incorrect à la ligne {error.position[0]}. Exportez-le de nouveau depuis votre logiciel.",
            "xml",
        ) from error
    except DefusedXmlException as error:
        raise Unreadable(
            "Ce document XML contient des définitions (DOCTYPE) qu’un budget n’a jamais : il n’est pas lu. Exportez-le de nouveau.",
            "entities",
        ) from error


def _kept(ancestors: list[Element]) -> bool:
    """Is the element inside a header or a line that is not whole yet?"""
    return any(each.tag.removeprefix(NAMESPACE) in HEADERS | {"LigneBudget"} for each in ancestors[-2:])


def _values(element: Element) -> dict[str, str]:
    """The values of an element's children (`<Exer V="2022"/>`); those of CaracSup by their codes."""
    found: dict[str, str] = {}
    for child in element:
        name = child.tag.removeprefix(NAMESPACE)
        value = child.get("V", "").strip()
        if name == "CaracSup":
            name = child.get("Code", "")
        if value and name != "MtSup":
            found.setdefault(name, value)
    return found


def _word(name: str, value: str | None) -> str | None:
    """A code that is not known stays as it is."""
    return WORDS.get(name, {}).get(value, value) if value else None


def _told(totals: int, deduced: int) -> Iterator[Note]:
    yield Note(
        "totem",
        "Le budget TOTEM a été mis en table selon le schéma national des budgets. Les libellés des comptes et des fonctions n’y sont "
        "pas : ils sont dans le plan de comptes. Les annexes (emprunts, subventions, personnel) ne sont pas lues.",
    )
    if totals:
        yield Note("totals", "Des lignes de total ont été laissées de côté : elles répètent les autres.", count=totals)
    if deduced:
        yield Note(
            "section",
            "La section de certaines lignes manquait : elle vient de la classe de leur compte.",
            count=deduced,
        )
