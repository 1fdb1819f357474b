"""What the columns of a table are by their names: whose name, whose birth, whose address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalogue.tables.contract import Column, Match, Type
from catalogue.tables.schemas.national import folded

GIVEN: Final = re.compile(r"(.*?)(prenoms?|firstname|givenname)(.*)")
FAMILY: Final = (
    "nom",
    "noms",
    "nomfamille",
    "nomdefamille",
    "nomusage",
    "nomdusage",
    "nomnaissance",
    "nomdenaissance",
    "lastname",
    "familyname",
    "name",
)
BIRTH: Final = re.compile(
    r"(date|annee|jour|an).*naiss|naiss.*(date|annee)|^naissance$|^ddn$|^dob$|birth(date|day|year)|^neele$|^nele$"
)
ADDRESS: Final = re.compile(r"adresse|address|domicile|^rue$|nomvoie|libellevoie")
NOT_ADDRESS: Final = re.compile(r"mail|courriel|electronique|web|url|site|ip$|cleinterop")
TELEPHONE: Final = re.compile(r"tel|phone|mobile|portable|gsm|numerodappel|noappel|contact")
# A person plays the part, unless the values say that it is an organisation.
PARTS: Final = re.compile(
    r"contact|referent|responsable|titulaire|demandeur|proprietaire|president|gerant|declarant|usager|habitant|agent"
    r"|eleve|beneficiaire|locataire|signataire|interlocuteur|correspondant|redacteur|auteur|parent|tuteur|defunt|concessionnaire"
)
BENEFICIARY: Final = re.compile(r"(nom|raisonsociale|libelle)?(du)?beneficiaire(nom)?")
ELECTED: Final = re.compile(r"mandat|groupepolitique|^elu|conseillermunicipal")
SENSITIVE: Final = re.compile(
    r"revenu|rsa|allocataire|handicap|chomage|demandeursemploi|maladie|pathologie|nationalite|religion|pauvrete|impot|foyersfiscaux|minima|aah|apa"
)
NUMBERS: Final = re.compile(
    r"^(nb|nbre|nombre|effectif|count|total)|(nb|nombre|effectif|effectifs|occurrences)$|nombre"
)


@dataclass(frozen=True)
class People:
    """A pair of columns that name persons: the given name's and the family name's."""

    given: str
    family: str


def people(columns: Iterable[Column]) -> tuple[People, ...]:
    """« prenom » goes with « nom », « porteurReferentPrenom » with « porteurReferentNom »."""
    by_name = {folded(column.name): column.name for column in columns}
    found = []
    for name, written in by_name.items():
        said = GIVEN.fullmatch(name)
        if said is None:
            continue
        before, _, after = said.groups()
        likely = [f"{before}{family}{after}" for family in FAMILY] + (list(FAMILY) if not before and not after else [])
        family = next((by_name[each] for each in likely if each in by_name), None)
        if family is not None:
            found.append(People(written, family))
    return tuple(found)


def named(columns: Iterable[Column], like: re.Pattern[str], unlike: re.Pattern[str] | None = None) -> list[str]:
    names = [(column.name, folded(column.name)) for column in columns]
    return [name for name, plain in names if like.search(plain) and not (unlike and unlike.search(plain))]


def of_elected(columns: Iterable[Column], match: Match | None) -> bool:
    """Whether the table is about elected people in office, whose name and mandate are public."""
    return bool(match and match.schema.endswith("/elus")) or bool(named(columns, ELECTED))


def texts(columns: Iterable[Column]) -> list[str]:
    """What may hold an address, a number, a name: texts, and figures that a long number was read as."""
    kept = {Type.TEXT, Type.EMAIL, Type.TELEPHONE, Type.LIST, Type.INTEGER, Type.DECIMAL}
    return [column.name for column in columns if column.type in kept]
