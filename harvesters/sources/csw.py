"""A CSW 2.0.2 service that gives ISO 19139, the tongue that every one of them speaks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from catalogue.dcat.profile import DCAT, DCT
from catalogue.spoken import gettext_noop
from harvesters.base import Answer
from harvesters.describing import About, Said
from harvesters.geo import asking, documents, mapping
from harvesters.old_paths import Shows
from harvesters.recognition import identifier, key
from harvesters.records import JsonHarvester, Kind, Sheet

GEONETWORK = re.compile(r".*/srv/[a-z]{3}/(?=csw\b)")  # its page of a record stands beside its service


class Csw(JsonHarvester):
    kind = "csw"
    label = gettext_noop("Service CSW (ISO 19139)")
    address_help = gettext_noop("l’adresse d’un service de catalogue (GeoNetwork, geOrchestra, pycsw…)")
    reads = (
        "a CSW 2.0.2 service (GeoNetwork, geOrchestra, pycsw…): give the service's address, with or without its "
        "parameters; or a file of ISO 19139 records"
    )
    accept = asking.ACCEPT
    options_type = asking.CswOptions
    numbering = asking.NUMBERING
    shows = (Shows("record", "/srv/metadata/{}", (DCT + "identifier",)),)

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        return asking.is_csw(head) and not asking.holds_rdf(head)

    def first(self) -> str:
        if "://" not in self.address:
            return self.address
        return asking.get_records(self.address, asking.ISO, self._asked.constraint)

    @property
    def _asked(self) -> asking.CswOptions:
        assert isinstance(self.options, asking.CswOptions)
        return self.options

    def load(self, answer: Answer) -> tuple[Any, tuple[str, ...]]:
        from harvesters.geo import iso  # OWSLib and requests with it: not in a process that harvests nothing

        results = documents.read(answer.path)
        items = [
            iso.plain(one) if documents.local(one) in iso.RECORDS else documents.local(one) for one in results.records
        ]
        return Sheet(items, results.total, end=results.end), results.notes

    def sheet(self, said: Any) -> Sheet:
        assert isinstance(said, Sheet)
        return said

    def _next(self, url: str, sheet: Sheet) -> str:
        """Counters of servers lie: a nextRecord of 0 is believed once the total has been met."""
        met = asking.NUMBERING.offset(url, 0) + len(sheet.items)
        missing = not self._asked.trust_total or sheet.total is None or met < sheet.total
        return super()._next(url, replace(sheet, end=sheet.end and not missing))

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("fileIdentifier") or "")

    def kind_of(self, item: dict[str, Any]) -> Kind:
        return "service" if item.get("service") else "dataset"

    def describe(self, said: Said, about: About) -> None:
        name = said.word("fileIdentifier")
        if not said.has("page") and name and (site := GEONETWORK.match(self.address)):
            about.link(DCAT + "landingPage", f"{site[0]}catalog.search#/metadata/{name}")
        mapping.describe(said, about, self._coupled)

    def _coupled(self, data: dict[str, str]) -> str:
        """Records of the same service are named by us, from their identifier alone: whatever page they are on."""
        if self.space and data["id"] and (not data["href"] or data["href"].startswith(f"{self.site}/")):
            return f"{self.space}/id/{identifier(self.address, 'dataset', key('id', data['id']))}"
        return data["href"]
