"""One file of the web as one dataset, described by its options: what an interface gives of one territory by its code.

National bases answer by an address with a code in it (a Base Adresse Locale, an export filtered on a column) and say nothing
of themselves there: who follows such an address says what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from catalogue.dcat import sniffing
from catalogue.dcat.profile import DCAT, DCT
from catalogue.spoken import gettext_noop
from harvesters.base import Answer, Unreadable
from harvesters.describing import About, Said
from harvesters.options import Options, option
from harvesters.records import JsonHarvester, Sheet


@dataclass(frozen=True)
class FileOptions(Options):
    title: str = option("", gettext_noop("titre"), gettext_noop("Vide : le nom du fichier."))
    description: str = option(
        "", gettext_noop("description"), gettext_noop("Ce que le fichier contient, et d’où il vient.")
    )
    publisher: str = option("", gettext_noop("producteur"), gettext_noop("Qui produit ces données."))
    licence: str = option("", gettext_noop("licence"), gettext_noop("Son nom ou son adresse."))
    format: str = option("", gettext_noop("format"), gettext_noop("CSV, GeoJSON… Vide : l’extension du nom."))
    schema: str = option(
        "",
        gettext_noop("schéma"),
        gettext_noop("Adresse du schéma que suit le fichier, par exemple de schema.data.gouv.fr."),
    )
    themes: tuple[str, ...] = option(
        (), gettext_noop("thèmes"), gettext_noop("Codes européens (TRAN, ENVI…), ou ce que vos règles en font.")
    )
    keywords: tuple[str, ...] = option(
        (), gettext_noop("mots-clés"), gettext_noop("Les mots par lesquels on le cherchera.")
    )
    frequency: str = option("", gettext_noop("fréquence"), gettext_noop("« annuelle », « mensuelle »…"))
    page: str = option("", gettext_noop("page"), gettext_noop("Adresse de la page qui le présente."))
    rows_needed: bool = option(
        False,
        gettext_noop("seulement s’il a des lignes"),
        gettext_noop(
            "Un fichier CSV sans ligne après ses titres ne donne aucun jeu de données : une base nationale qui n’a rien sur vous."
        ),
    )


class File(JsonHarvester):
    kind = "file"
    label = gettext_noop("Un seul fichier")
    address_help = gettext_noop("l’adresse du fichier, telle qu’on le télécharge")
    reads = (
        "one file of the web (an export, a download by the code of a commune): its address is one dataset, that its options "
        "describe; never recognised by itself, name it with `--kind file`"
    )
    seen_live = False
    accept = "text/csv, application/geo+json, application/json;q=0.9, */*;q=0.5"
    options_type = FileOptions

    @property
    def _said(self) -> FileOptions:
        assert isinstance(self.options, FileOptions)
        return self.options

    def load(self, answer: Answer) -> tuple[Any, tuple[str, ...]]:
        """Any document but none at all, and but a page for people, which is what a login or an outage answers."""
        with answer.path.open("rb") as file:
            text = sniffing.text_of(file.read(65_536)).lstrip("\ufeff \t\r\n")
        if self._said.rows_needed and "\n" not in text.strip():
            return [], ()
        if not text:
            raise Unreadable("La source a répondu par un fichier vide. Vérifiez son adresse, ou réessayez plus tard.")
        if sniffing.HTML.match(text):
            raise Unreadable(
                "La source a répondu par une page web, pas par un fichier : page de connexion, d’erreur ou de maintenance ? "
                "Ouvrez cette adresse et vérifiez ce qu’elle répond."
            )
        name = PurePosixPath(unquote(urlsplit(self.address).path)).name
        web = self.base if self.base.startswith(("http://", "https://")) else ""
        url = self.address if "://" in self.address else urljoin(f"{web.rstrip('/')}/", name) if web else ""
        return [{"name": name, "url": url, "size": answer.size, "modified": _day(answer.last_modified)}], ()

    def sheet(self, said: Any) -> Sheet:
        return Sheet(said, whole=True)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("url") or item.get("name") or "")

    def uri(self, item: dict[str, Any]) -> str:
        return f"{item['url']}#jeu" if item.get("url") else ""

    def describe(self, said: Said, about: About) -> None:
        given = self._said
        name, url, modified = said.word("name"), said.word("url"), said.take("modified")
        about.text(DCT + "title", given.title or name or url)
        about.text(DCT + "description", given.description)
        about.text(DCT + "modified", modified)
        about.text(DCT + "accrualPeriodicity", given.frequency)
        about.text(DCAT + "keyword", list(given.keywords))
        about.text(DCAT + "theme", list(given.themes))
        about.link(DCT + "license", given.licence)
        about.link(DCAT + "landingPage", given.page)
        about.agent(DCT + "publisher", given.publisher)
        file = about.inside(DCAT + "distribution", DCAT + "Distribution", url)
        file.link(DCAT + "accessURL", url)
        file.link(DCAT + "downloadURL", url)
        file.text(DCT + "title", given.title or name)
        file.text(DCT + "format", given.format or PurePosixPath(name).suffix.lstrip("."))
        file.text(DCAT + "byteSize", said.take("size"))
        file.text(DCT + "modified", modified)
        file.link(DCT + "conformsTo", given.schema)


def _day(header: str) -> str:
    """The moment of a Last-Modified (RFC 9110 §5.6.7) as xsd:dateTime; "" when it is none."""
    try:
        return parsedate_to_datetime(header).isoformat()
    except ValueError:
        return ""
