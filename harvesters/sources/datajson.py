"""A data.json file (DCAT-US 1.1, resources.data.gov/resources/dcat-us), as ArcGIS Hub and others give it."""

from __future__ import annotations

import re
from typing import Any

from catalogue.dcat.profile import DCAT, DCT, FOAF
from catalogue.spoken import gettext_noop
from harvesters.describing import About, Said
from harvesters.records import JsonHarvester, Sheet, items_at

DATASET = {
    "title": DCT + "title",
    "description": DCT + "description",
    "keyword": DCAT + "keyword",
    "issued": DCT + "issued",
    "modified": DCT + "modified",
    "theme": DCAT + "theme",
    "language": DCT + "language",
    "accrualPeriodicity": DCT + "accrualPeriodicity",
    "rights": DCT + "rights",
    "spatial": DCT + "spatial",
}
LINKS = {
    "landingPage": DCAT + "landingPage",
    "license": DCT + "license",
    "conformsTo": DCT + "conformsTo",
    "references": FOAF + "page",
    "describedBy": FOAF + "page",
}
FILE = {
    "title": DCT + "title",
    "description": DCT + "description",
    "format": DCT + "format",
    "mediaType": DCAT + "mediaType",
}


class DataJson(JsonHarvester):
    kind = "datajson"
    label = gettext_noop("Fichier data.json (DCAT-US)")
    address_help = gettext_noop("l’adresse d’un fichier data.json")
    reads = "a `data.json` file (DCAT-US 1.1): ArcGIS Hub's `/data.json` or `/api/feed/dcat-us/1.1.json`"

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        return head.lstrip()[:1] == "{" and bool(re.search(r'"https?://project-open-data', head[:20_000]))

    def sheet(self, said: Any) -> Sheet:
        return Sheet(items_at(said, "dataset", of="un data.json"), whole=True)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("identifier") or "")

    def uri(self, item: dict[str, Any]) -> str:
        said = str(item.get("@id") or self.name(item))
        return said if said.startswith(("http://", "https://")) else ""

    def wanted(self, item: dict[str, Any]) -> bool:
        return str(item.get("accessLevel") or "public") == "public"

    def describe(self, said: Said, about: About) -> None:
        said.drop("@type", "@id", "identifier", "accessLevel")
        about.fill(said, DATASET)
        for name, predicate in LINKS.items():
            about.link(predicate, said.take(name))
        start, _, end = said.word("temporal").partition("/")
        about.period(start, end)
        publisher = said.inside("publisher")
        about.agent(DCT + "publisher", publisher.take("name") or said.take("publisher"))
        card = said.inside("contactPoint")
        about.contact(card.take("fn"), card.take("hasEmail"))
        for file in said.each("distribution"):
            node = about.inside(DCAT + "distribution", DCAT + "Distribution", file.word("@id"))
            node.link(DCAT + "accessURL", file.take("accessURL", "accessUrl"))
            node.link(DCAT + "downloadURL", file.take("downloadURL", "downloadUrl"))
            node.fill(file, FILE)
            node.link(DCT + "conformsTo", file.take("conformsTo"))
            file.drop("@type")
            node.keep(file, "distribution")
        about.keep(said)
