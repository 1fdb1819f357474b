"""The simplified catalogue of the French national schemas, as CSV: scdl/catalogue 0.1.3 (schema.data.gouv.fr), and
Etalab's schema-catalogue-donnees, which names the same things otherwise. One line is one dataset.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from catalogue.dcat.profile import ADMS, DCAT, DCT, FOAF, SKOS
from catalogue.spoken import gettext_noop
from harvesters.base import Answer, Unreadable
from harvesters.delimited import Records
from harvesters.describing import About, Said
from harvesters.records import JsonHarvester, Sheet, bytes_of, check_kind, decoded

NAMES = {
    "nom_orga": "producteur_nom",
    "siret_orga": "producteur_siret",
    "couv_geo": "couv_spat_nom",
    "date_pub": "date_publ",
    "format": "format_ressources",
}
FIELDS = {
    "titre": DCT + "title",
    "description": DCT + "description",
    "theme": DCAT + "theme",
    "date_publ": DCT + "issued",
    "date_maj": DCT + "modified",
    "freq_maj": DCT + "accrualPeriodicity",
}
SIGNS = frozenset({"titre", "description", "url", "licence", "date_maj", "freq_maj", "mots_cles"})
LONGEST = 1_000_000  # characters of a record


class Scdl(JsonHarvester):
    kind = "scdl"
    label = gettext_noop("Catalogue simplifié (CSV du SCDL)")
    address_help = gettext_noop("l’adresse d’un tableau CSV qui suit le schéma national « catalogue »")
    reads = "a catalogue as CSV after the national schema `scdl/catalogue`, or Etalab's `schema-catalogue-donnees`: a URL or a file"
    accept = "text/csv, */*;q=0.1"

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        return len(SIGNS & set(_columns(head))) >= len(SIGNS) - 1

    def load(self, answer: Answer) -> tuple[Any, tuple[str, ...]]:
        data = bytes_of(answer)
        check_kind(data[:65_536], "un catalogue CSV")
        text, notes = decoded(data)
        columns = _columns(text)
        if len(SIGNS & set(columns)) < 3:
            raise Unreadable(
                "Ce CSV n’est pas un catalogue simplifié : ses colonnes ne sont pas celles du schéma scdl/catalogue. "
                "Comparez sa première ligne avec le schéma."
            )
        rows = Records(io.StringIO(text.replace("\0", "")), LONGEST, delimiter=_delimiter(text))
        try:
            next(rows)
            return [dict(zip(columns, row, strict=False)) for row in rows if any(cell.strip() for cell in row)], notes
        except csv.Error as error:
            raise Unreadable(
                f"Le CSV de la source est mal formé (ligne {rows.line}). Demandez à son gestionnaire de le corriger."
            ) from error

    def sheet(self, said: Any) -> Sheet:
        return Sheet(said, whole=True)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("id") or "").strip()

    def describe(self, said: Said, about: About) -> None:
        about.fill(said, FIELDS)
        said.drop("id")
        about.text(DCAT + "keyword", _split(said.word("mots_cles")))
        producer = about.agent(DCT + "publisher", said.take("producteur_nom", "coll_nom"))
        producer.text(DCT + "identifier", said.take("producteur_siret"))
        about.text(DCT + "spatial", said.take("couv_spat_nom"))
        about.period(said.take("couv_temp_debut"), said.take("couv_temp_fin"))
        licence = said.word("licence")
        about.link(DCT + "license", None if licence == "Spécifique ou autre" else licence)
        about.contact(said.take("service"), said.word("contact_service") or said.word("contact_personne"))
        if other := said.word("id_alt_orga"):
            about.inside(ADMS + "identifier", ADMS + "Identifier").text(SKOS + "notation", other)
        url = said.word("url")
        about.link(DCAT + "landingPage", url)
        for code in _split(said.word("format_ressources")) or [""]:
            file = about.inside(DCAT + "distribution", DCAT + "Distribution")
            file.link(DCAT + "accessURL", url)
            file.text(DCT + "format", code)
        about.link(FOAF + "page", said.take("documentation"))
        about.keep(said)


def _split(text: str) -> list[str]:
    """Several values in a cell: the schema wants `;`, people write commas too."""
    return [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff").partition("\n")[0]
    return max(",;\t|", key=first.count)


def _columns(text: str) -> list[str]:
    first = text.lstrip("\ufeff").partition("\n")[0][:5_000]
    names = [name.strip().strip('"').strip().lower() for name in first.split(_delimiter(text))]
    return [NAMES.get(name, name) for name in names]
