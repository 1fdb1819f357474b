"""A udata portal (data.gouv.fr), all of it or one organisation, through its API 1 (guides.data.gouv.fr, "API")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from catalogue.dcat.profile import DCAT, DCT, FOAF, SPDX
from catalogue.dcat.sniffing import HTML
from catalogue.dcat.terms import XSD
from catalogue.spoken import gettext_noop
from harvesters.describing import KEPT, About, Said
from harvesters.old_paths import Shows
from harvesters.options import Paged, option
from harvesters.paging import Numbering, with_query
from harvesters.records import JsonHarvester, Sheet, count_at, items_at

DATASET = {
    "title": DCT + "title",
    "description": DCT + "description",
    "tags": DCAT + "keyword",
    "created_at": DCT + "issued",
    "last_modified": DCT + "modified",
    "frequency": DCT + "accrualPeriodicity",
}
RESOURCE = {
    "title": DCT + "title",
    "description": DCT + "description",
    "format": DCT + "format",
    "mime": DCAT + "mediaType",
    "filesize": DCAT + "byteSize",
    "published": DCT + "issued",
    "last_modified": DCT + "modified",
}
ZONE = re.compile(r"fr:(commune|epci|departement|region):([0-9AB]{2,9})(@[\d-]+)?\Z")
INSEE = "http://id.insee.fr/geo/"
FRANCE = "http://publications.europa.eu/resource/authority/country/FRA"


@dataclass(frozen=True)
class UdataOptions(Paged):
    organization: str = option(
        "",
        gettext_noop("organisation"),
        gettext_noop("Son identifiant ou son nom court : seulement ses jeux de données."),
    )
    tag: str = option("", gettext_noop("mot-clé"), gettext_noop("Seulement les jeux de données qui le portent."))


class Udata(JsonHarvester):
    kind = "udata"
    label = gettext_noop("Portail udata (data.gouv.fr)")
    address_help = gettext_noop("l’adresse du portail, ou de la page d’une organisation")
    reads = "a udata portal: give its address, that of an organisation's page, or an address of `/api/1/datasets`"
    options_type = UdataOptions
    numbering = Numbering("page", "page_size", by_page=True)
    shows = (
        Shows("record", "/datasets/{}", (DCT + "identifier", KEPT + "udata:slug")),
        Shows("file", "/datasets/r/{}", (KEPT + "udata:resource:id",)),
        Shows("body", "/organizations/{}", (KEPT + "udata:organization:slug", KEPT + "udata:organization:id")),
    )
    fronts = {"/datasets": "search", "/organizations": "search", "/search": "search", "/catalog": "catalogue"}

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        # A page of data.gouv.fr for people; its catalogues in RDF are DCAT.
        page = urlsplit(address).hostname in ("www.data.gouv.fr", "data.gouv.fr") and HTML.match(head)
        listed = head.lstrip()[:1] == "{" and '"next_page"' in head and '"previous_page"' in head
        single = '"acronym"' in head[:5_000] and '"archived"' in head[:5_000]
        # The list ends with its counters, which a long page keeps out of sight.
        long = re.match(r'\s*\{\s*"data"\s*:\s*\[\s*\{', head) and '"acronym"' in head and '"badges"' in head
        return bool(page or listed or single or long)

    def first(self) -> str:
        options = self.options
        assert isinstance(options, UdataOptions)
        parts = urlsplit(self.address)
        found = re.search(r"/organizations/([^/?#]+)", parts.path)
        body = options.organization or (found[1] if found else "")
        if not parts.netloc or self._single():
            return self.address
        if body:
            return f"{self.site}/api/1/organizations/{quote(body, safe='')}/datasets/"
        query = f"?{parts.query}" if "/api/1/datasets" in parts.path and parts.query else ""
        chosen = f"{self.site}/api/1/datasets/{query}"
        return with_query(chosen, tag=options.tag) if options.tag else chosen

    def order(self) -> dict[str, str]:
        """Both lists know it, that of the portal and that of an organisation."""
        return {} if self._single() else {"sort": "created"}

    def start(self) -> str:
        return self.first() if self._single() else super().start()

    def _single(self) -> bool:
        return bool(re.search(r"/api/1/datasets/[^/?#]+/?\Z", urlsplit(self.address).path))

    def sheet(self, said: Any) -> Sheet:
        if isinstance(said, dict) and "resources" in said and "data" not in said:
            return Sheet([said], whole=True)
        items = items_at(said, "data", of="celle d’un udata")
        end = said.get("next_page", "") is None
        return Sheet(items, count_at(said, "total"), size=count_at(said, "page_size") or 0, end=end)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("id") or item.get("slug") or "")

    def uri(self, item: dict[str, Any]) -> str:
        """That of the portal it was harvested from, where udata keeps it; else its own."""
        harvest = item.get("harvest")
        return str((harvest.get("uri") if isinstance(harvest, dict) else "") or item.get("uri") or "")

    def wanted(self, item: dict[str, Any]) -> bool:
        return not (item.get("private") or item.get("deleted") or item.get("archived"))

    def describe(self, said: Said, about: About) -> None:
        said.drop(
            "metrics", "quality", "id", "private", "deleted", "archived", "permissions", "last_update", "internal"
        )
        about.fill(said, DATASET)
        about.link(DCAT + "landingPage", said.take("page"))
        if (licence := said.word("license")) != "notspecified":
            about.link(DCT + "license", licence)
        period = said.inside("temporal_coverage")
        about.period(period.take("start"), period.take("end"))
        self._place(said.inside("spatial"), about)
        body, owner = said.inside("organization"), said.inside("owner")
        person = " ".join(filter(None, (owner.word("first_name"), owner.word("last_name"))))
        about.agent(DCT + "publisher", body.take("name") or person or None, body.take("page"))
        body.drop("logo", "logo_thumbnail", "metrics")
        about.keep(body, "organization")
        for card in [*said.each("contact_points"), said.inside("contact_point")]:
            about.contact(card.take("name"), card.take("email"), card.take("contact_form"))
        harvest = said.inside("harvest")
        harvest.drop("last_update", "backend", "source_id", "domain")
        about.keep(harvest, "harvest")
        for resource in said.each("resources"):
            self._file(resource, about)
        about.keep(said)

    @staticmethod
    def _place(said: Said, about: About) -> None:
        zones = said.take("zones")
        for zone in zones if isinstance(zones, list) else [zones]:
            if zone == "country:fr":
                about.link(DCT + "spatial", FRANCE)
            elif found := ZONE.match(str(zone)):
                path = "intercommunalite" if found[1] == "epci" else found[1]
                about.link(DCT + "spatial", f"{INSEE}{path}/{found[2]}")
            else:
                about.text(about.kept("spatial", "zones"), zone)
        about.place(said.take("geom"))
        about.keep(said, "spatial")

    @staticmethod
    def _file(said: Said, about: About) -> None:
        file = about.inside(DCAT + "distribution", DCAT + "Distribution", said.word("latest"))
        address = said.take("url")
        file.link(DCAT + "accessURL", address)
        file.link(DCAT + "downloadURL", address if said.word("filetype") == "file" else None)
        file.fill(said, RESOURCE)
        schema, checksum = said.inside("schema"), said.inside("checksum")
        file.link(DCT + "conformsTo", schema.take("url"))
        file.keep(schema, "schema")
        if algorithm := checksum.word("type"):
            sum_ = file.inside(SPDX + "checksum", SPDX + "Checksum")
            sum_.link(SPDX + "algorithm", f"{SPDX}checksumAlgorithm_{algorithm.lower()}")
            sum_.typed(SPDX + "checksumValue", checksum.word("value"), XSD + "hexBinary")
        if said.word("type") == "documentation":
            about.link(FOAF + "page", address)
        said.drop("metrics", "preview_url", "extras", "internal", "harvest")  # extras: what its link checker noted
        file.keep(said, "resource")
