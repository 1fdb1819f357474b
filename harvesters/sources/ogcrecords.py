"""OGC API Records, part 1 (OGC 20-004r1): records as GeoJSON, page after page by the links to the next one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalogue.dcat.profile import DCAT, DCT, FOAF
from catalogue.spoken import gettext_noop
from harvesters.base import Unreadable
from harvesters.describing import About, Said
from harvesters.options import Paged
from harvesters.paging import with_query
from harvesters.records import JsonHarvester, Sheet, count_at, items_at

RECORD = {
    "title": DCT + "title",
    "description": DCT + "description",
    "keywords": DCAT + "keyword",
    "created": DCT + "issued",
    "updated": DCT + "modified",
}
SIGNS = re.compile(r'"(externalIds|contacts|themes|keywords|resourceLanguages|conformsTo)"\s*:')
FILES, PAGES = (
    frozenset({"item", "enclosure", "data", "items"}),
    frozenset({"describedby", "related", "about", "license"}),
)


@dataclass(frozen=True)
class Linked(Sheet):
    """A page and the link that it gives to the next one, "" without one."""

    next_url: str = ""


class OgcRecords(JsonHarvester):
    kind = "ogcrecords"
    label = gettext_noop("OGC API Records")
    address_help = gettext_noop("l’adresse d’une collection, ou de ses /items")
    reads = "a collection of OGC API Records: its address, or that of its `/items` (built from the published standard)"
    seen_live = False
    accept = "application/geo+json, application/json;q=0.9, */*;q=0.1"
    options_type = Paged

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        return head.lstrip()[:1] == "{" and '"FeatureCollection"' in head and bool(SIGNS.search(head))

    def first(self) -> str:
        parts = urlsplit(self.address)
        path = parts.path.rstrip("/")
        return self.address if path.endswith("/items") else parts._replace(path=f"{path}/items").geturl()

    def start(self) -> str:
        assert isinstance(self.options, Paged)
        return with_query(self.first(), limit=self.options.page_size) if "://" in self.address else self.address

    def sheet(self, said: Any) -> Sheet:
        items = items_at(said, "features", of="celle d’OGC API Records")
        links = said.get("links")
        found = (
            [one for one in links if isinstance(one, dict) and one.get("rel") == "next"]
            if isinstance(links, list)
            else []
        )
        total = count_at(said, "numberMatched")
        return Linked(items, total, next_url=str(found[0].get("href") or "") if found else "")

    def _next(self, url: str, sheet: Sheet) -> str:
        """The link says where in the list to go on; the host stays ours to choose: behind a proxy it names a private one."""
        assert isinstance(sheet, Linked)
        if not sheet.next_url or not sheet.items or "://" not in url:
            return ""
        try:
            here, there = urlsplit(url), urlsplit(urljoin(url, sheet.next_url))
        except ValueError as error:  # half of an IPv6 address
            raise Unreadable(
                "L’adresse de la page suivante est mal écrite : rien ne sera retiré. Signalez-le au gestionnaire de la source."
            ) from error
        return there._replace(scheme=here.scheme, netloc=here.netloc, fragment="").geturl()

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("id") or "")

    def describe(self, said: Said, about: About) -> None:
        properties, time = said.inside("properties"), said.inside("time")
        about.fill(properties, RECORD)
        language = properties.inside("language")
        about.text(DCT + "language", language.take("code") or properties.take("language"))
        about.link(DCT + "license", properties.take("license"))
        for theme in properties.each("themes"):
            for concept in theme.each("concepts"):
                about.text(DCAT + "keyword", concept.take("title", "id"))
        for number, one in enumerate(properties.each("contacts")):
            mails = [mail.word("value") for mail in one.each("emails")]
            name = one.take("organization", "name")
            about.contact(name, mails)
            if number == 0:
                about.agent(DCT + "publisher", name)
        geometry = said.take("geometry")
        if isinstance(geometry, dict):
            about.place(geometry)
        interval = time.take("interval")
        if isinstance(interval, list) and len(interval) == 2:
            about.period(*(None if end == ".." else end for end in interval))
        elif date := time.take("date"):
            about.period(date, date)
        for link in said.each("links"):
            self._link(link, about)
        properties.drop("type")
        about.keep(properties)
        said.drop("id", "type")
        about.keep(said)

    @staticmethod
    def _link(link: Said, about: About) -> None:
        rel, url, title = link.word("rel"), link.word("href"), link.take("title")
        if rel in FILES or (not rel and url):
            file = about.inside(DCAT + "distribution", DCAT + "Distribution")
            file.link(DCAT + "accessURL", url)
            file.text(DCT + "title", title)
            file.text(DCT + "format", link.take("type"))
        elif rel == "alternate" and "html" in link.word("type"):
            about.link(DCAT + "landingPage", url)
        elif rel == "license":
            about.link(DCT + "license", url)
        elif rel in PAGES:
            about.link(FOAF + "page", url)
