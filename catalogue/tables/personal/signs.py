"""What a cell may say of a natural person, as SQL that is true of such a cell. A cell is an SQL expression of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catalogue.tables.personal.given_names import GIVEN_NAMES
from catalogue.tables.schemas.bound import Bound
from catalogue.tables.store import folded as plain

# Thirteen characters and a key of two digits: sex, year, month (from 20 on when it is unknown), département, commune…
NIR: Final = r"[12]\d{2}(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)(?:\d{2}|2[AB])\d{3}\d{3}\d{2}"
IBAN: Final = r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}"
EMAIL: Final = r"[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
MOBILE: Final = r"(?:\+33|0033|0)[67]\d{8}"
# As nobody writes an identifier: in pairs, or with the country's number.
WRITTEN_MOBILE: Final = r"(?:\+33|0033)[ .()0-]*[67](?:[ .-]?\d{2}){4}|0[67](?:[ .-]\d{2}){4}"
# Providers of private persons' mail: the domain says nothing of an organisation.
PROVIDERS: Final = """gmail.com googlemail.com orange.fr wanadoo.fr free.fr laposte.net hotmail.com hotmail.fr outlook.com outlook.fr live.fr
    live.com msn.com yahoo.fr yahoo.com ymail.com sfr.fr neuf.fr club-internet.fr bbox.fr numericable.fr icloud.com me.com aol.com protonmail.com
    proton.me gmx.fr gmx.com aliceadsl.fr cegetel.net""".split()
# Of a service, an office, a group: nobody's own. Found anywhere in what stands before the @.
SHARED_BOXES: Final = """contact mairie accueil info secretar commune ville communaute agglo metropole departement region service direction dgs
    culture sport jeunesse enfance scolaire ecole periscolaire creche mediatheque bibliotheque musee theatre tourisme office camping piscine
    urbanisme technique voirie dechet eau assainissement etatcivil etat-civil election cimetiere police ccas social sante emploi marche achat
    compta finance budget facture rh presse communication com.web webmaster admin support aide noreply no-reply rgpd dpo elus cabinet
    asso club comite amicale union ligue foot rugby judo tennis basket hand gym danse musique chorale theatr festival fete jardin
    entreprise boutique magasin garage hotel restaurant gite agence cabinet pharmacie syndic reservation commande vente
    responsable inventaire observatoire geomatique sig opendata donnees data collectif maison centre foyer residence""".split()
# In the name of an organisation: it is no person's. Folded, whole words.
ORGANISATIONS: Final = """association asso assoc club comite union amicale societe ecole college lycee foyer fondation federation syndicat commune
    mairie ville departement region communaute agglomeration metropole sas sasu sarl sa eurl scop scic sci gie gaec earl ei groupe groupement
    centre maison institut office ligue entente sporting football rugby judo tennis basket handball gymnastique danse musique theatre cie
    compagnie ensemble orchestre chorale collectif atelier ateliers amis anciens parents jeunes collectivite etablissement hopital clinique
    residence cooperative mutuelle caisse banque entreprise entreprises services service conseil cinema festival editions radio secours
    croix restos musee bibliotheque mediatheque parc jardin jardins sport sports athletisme cycliste cyclo velo natation nautique voile
    chasse peche boules petanque racing olympique stade us as ac fc rc tc ass les des aux et saint sainte notre dame place rue avenue""".split()
CIVILITY: Final = r"(?i)(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.?\s+\S.*"
NAMED: Final = r"\b(?:M\.|Mme|Mlle|MM\.|Monsieur|Madame|Mademoiselle)\s+(?:[A-ZÉÈÎÔ][\p{L}'’-]*\.?\s*)+"


def closed(cell: str) -> str:
    """In capitals, without the marks that people put between figures."""
    return f"upper(regexp_replace({cell}, '[\\s\\x{{A0}}\\x{{202F}}.\\-()]', '', 'g'))"


def has_at(cell: str) -> str:
    return f"contains({cell}, '@')"


def has_figures(cell: str) -> str:
    """Nine figures or more, with marks between them or capitals before: what a number of a person or an account has."""
    return f"(length({cell}) BETWEEN 10 AND 45 AND regexp_matches({cell}, '(?:[0-9][^0-9a-z]{{0,2}}[A-B]?){{9}}'))"


def nir(cell: str, bound: Bound) -> str:
    """A social security number whose key is right: 97 less the remainder by 97 (Corsica's 2A is 19, 2B is 18)."""
    number = closed(cell)
    digits = f"try_cast(replace(replace({number}[:13], '2A', '19'), '2B', '18') AS BIGINT)"
    # Most cells are no number of that length: nothing dear is done to them.
    written = (
        f"CASE WHEN length({cell}) BETWEEN 15 AND 30 THEN regexp_full_match({number}, {bound(NIR)}) ELSE false END"
    )
    return f"CASE WHEN {written} THEN 97 - {digits} % 97 = try_cast({number}[14:] AS INTEGER) ELSE false END"


def iban(cell: str, bound: Bound) -> str:
    """An account whose key is right (ISO 13616: its head at its end and its letters as figures, it is 1 modulo 97)."""
    number = closed(cell)
    figures = f"regexp_split_to_array({number}[5:] || {number}[:4], '')"
    value = "CASE WHEN x BETWEEN '0' AND '9' THEN ord(x) - 48 ELSE ord(x) - 55 END"
    step = "lambda a, x: CASE WHEN x > 9 THEN (a * 100 + x) % 97 ELSE (a * 10 + x) % 97 END"
    right = f"list_reduce(list_transform({figures}, lambda x: {value}), {step}, 0) = 1"
    written = (
        f"CASE WHEN length({cell}) BETWEEN 15 AND 45 THEN regexp_full_match({number}, {bound(IBAN)}) ELSE false END"
    )
    return f"CASE WHEN {written} THEN {right} ELSE false END"


def mobile(cell: str, bound: Bound, *, told: bool) -> str:
    """A mobile number (06, 07). `told`: the column's name says telephone, so that ten figures in a row are one."""
    written = f"regexp_full_match(trim({cell}), {bound(WRITTEN_MOBILE)})"
    if told:
        written = f"({written} OR regexp_full_match({closed(cell)}, {bound(MOBILE)}))"
    return f"CASE WHEN length({cell}) BETWEEN 10 AND 25 THEN {written} ELSE false END"


def email(cell: str, bound: Bound, own: Sequence[str]) -> str:
    """An address that one person reads. `own`: the domains of whoever publishes, whose addresses are the office's."""
    found = f"regexp_extract_all(lower({cell}), {bound(EMAIL)})"
    head, domain = "split_part(x, '@', 1)", "split_part(x, '@', 2)"
    shared = f"regexp_matches({head}, {bound('|'.join(SHARED_BOXES))})"
    words = f"regexp_split_to_array({head}, '[._-]')"
    given = f"list_has_any({words}, {bound(sorted(GIVEN_NAMES))})"
    initial = f"regexp_full_match({head}, '[a-z][._-][a-z]{{3,}}')"
    several = f"len({words}) > 1"
    private = f"list_contains({bound(PROVIDERS)}, {domain})"
    ours = f"list_contains({bound([each.lower() for each in own])}, {domain})"
    personal = f"NOT {shared} AND NOT {ours} AND ({private} OR {initial} OR ({given} AND {several}))"
    return f"CASE WHEN {has_at(cell)} THEN len(list_filter({found}, lambda x: {personal})) > 0 ELSE false END"


def person(cell: str, bound: Bound) -> str:
    """A text that reads as the name of a person: a civility, or two to four words of which one is a first name and none an organisation's."""
    words = f"regexp_split_to_array(trim(regexp_replace({plain(cell)}, '[^\\p{{L}}]+', ' ', 'g')), ' ')"
    given = f"(list_contains({bound(sorted(GIVEN_NAMES))}, {words}[1]) OR list_contains({bound(sorted(GIVEN_NAMES))}, {words}[-1]))"
    organised = f"list_has_any({words}, {bound(ORGANISATIONS)})"
    figures = f"regexp_matches({cell}, '[\\d@]')"
    named = f"len({words}) BETWEEN 2 AND 4 AND {given} AND NOT {organised} AND NOT {figures}"
    return f"coalesce(regexp_full_match({cell}, {bound(CIVILITY)}) OR ({named}), false)"


def names_somebody(cell: str, bound: Bound) -> str:
    """A text in which somebody is named, with a civility."""
    return f"regexp_matches({cell}, {bound(NAMED)})"
