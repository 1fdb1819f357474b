"""An ArcGIS Hub, through its search: version 3 of the datasets API (JSON:API), and the newer search/v1 (GeoJSON)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from catalogue.dcat.profile import DCAT, DCT
from catalogue.spoken import gettext_noop
from harvesters.describing import KEPT, About, Said
from harvesters.old_paths import Shows
from harvesters.options import Options, Paged
from harvesters.paging import Numbering
from harvesters.records import JsonHarvester, Sheet, count_at, items_at

DATASET = {
    "name": DCT + "title",
    "description": DCT + "description",
    "tags": DCAT + "keyword",
    "created": DCT + "issued",
    "modified": DCT + "modified",
    "culture": DCT + "language",
}
SERVED = ("layer", "layers", "server", "fields", "fieldNames", "advancedQueryCapabilities", "statistics", "boundary")
PASSING = (
    "composedAt",
    "composeStatus",
    "errors",
    "enrichQuality",
    "recordCount",
    "views",
    "size",
    "numViews",
    "thumbnailUrl",
)


class ArcgisHub(JsonHarvester):
    kind = "arcgis"
    label = gettext_noop("ArcGIS Hub (recherche)")
    address_help = gettext_noop("une adresse de /api/v3/datasets, ou de /api/search/v1/collections/…/items")
    reads = (
        "an ArcGIS Hub by its search: an address of `/api/v3/datasets`, or of `/api/search/v1/collections/…/items` (this one "
        "built from its documentation, pas encore vue en vrai)"
    )
    options_type = Paged
    shows = (Shows("record", "/datasets/{}", (DCT + "identifier", KEPT + "arcgis:slug")),)
    fronts = {"/search": "search"}

    def __init__(self, address: str, base: str = "", options: Options | None = None, space: str = "") -> None:
        super().__init__(address, base, options, space)
        newer = "/api/search/v1/" in address
        self.numbering = (
            Numbering("startindex", "limit", first=1)
            if newer
            else Numbering("page__number", "page__size", by_page=True)
        )

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        hub = ('"attributes"' in head or '"properties"' in head) and ('"orgId"' in head or '"itemExtent"' in head)
        return head.lstrip()[:1] == "{" and hub

    def first(self) -> str:
        return self.address if "/api/" in urlsplit(self.address).path else f"{self.site}/api/v3/datasets"

    def order(self) -> dict[str, str]:
        """By name: by default version 3 gives first what it finds the most relevant, then what changed last."""
        return {} if "/api/search/v1/" in self.address else {"sort": "name"}

    def sheet(self, said: Any) -> Sheet:
        if isinstance(said, dict) and "features" in said:
            items = items_at(said, "features", of="celle d’un ArcGIS Hub")
            return Sheet(items, count_at(said, "numberMatched"))
        return Sheet(items_at(said, "data", of="celle d’un ArcGIS Hub"), count_at(said, "meta", "stats", "totalCount"))

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("id") or "")

    def uri(self, item: dict[str, Any]) -> str:
        """Where the hub shows it."""
        return f"{self.site}/datasets/{self.name(item)}" if self.name(item) and self.site else ""

    def wanted(self, item: dict[str, Any]) -> bool:
        attributes = item.get("attributes") or item.get("properties")
        return not isinstance(attributes, dict) or attributes.get("access", "public") == "public"

    def describe(self, said: Said, about: About) -> None:
        attributes, links = said.inside("attributes"), said.inside("links")
        attributes.join(said.inside("properties"))
        attributes.drop(*SERVED, *PASSING, "access", "id")
        if attributes.has("title") and not attributes.has("name"):
            about.text(DCT + "title", attributes.take("title"))
        about.fill(attributes, DATASET)
        licence = attributes.inside("structuredLicense")
        about.link(DCT + "license", licence.take("url") or attributes.take("licenseInfo", "license"))
        about.agent(DCT + "publisher", attributes.take("source", "orgName", "organization", "owner"))
        about.contact(attributes.take("orgName"), attributes.take("orgContactEmail"))
        about.link(DCAT + "landingPage", attributes.take("landingPage") or links.take("itemPage"))
        corners = attributes.take("itemExtent")
        if (
            isinstance(corners, list)
            and len(corners) == 2
            and all(isinstance(c, list) and len(c) == 2 for c in corners)
        ):
            about.place([*corners[0], *corners[1]])
        if url := attributes.take("url"):
            file = about.inside(DCAT + "distribution", DCAT + "Distribution")
            file.link(DCAT + "accessURL", url)
            file.text(DCT + "title", attributes.take("type", "hubType"))
        about.keep(attributes)
        said.drop("id", "type", "meta")
        about.keep(said)
