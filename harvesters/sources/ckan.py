"""A CKAN portal, through its action API (docs.ckan.org, "API guide"): package_search page by page, or one package_show.

Custom fields and extras are read under the names that ckanext-dcat and ckanext-spatial give them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from catalogue.dcat.profile import ADMS, DCAT, DCATAP, DCT, FOAF, OWL, SPDX
from catalogue.dcat.terms import XSD
from catalogue.spoken import gettext_noop
from harvesters.base import Unreadable
from harvesters.describing import KEPT, About, Said
from harvesters.old_paths import Shows
from harvesters.options import Paged, option
from harvesters.paging import Numbering, with_query
from harvesters.records import JsonHarvester, Sheet, count_at, items_at

DATASET = {
    "title": DCT + "title",
    "notes": DCT + "description",
    "version": DCAT + "version",
    "version_notes": ADMS + "versionNotes",
    "provenance": DCT + "provenance",
    "lineage": DCT + "provenance",
    "alternate_identifier": DCT + "identifier",
}
RESOURCE = {
    "name": DCT + "title",
    "description": DCT + "description",
    "format": DCT + "format",
    "mimetype": DCAT + "mediaType",
    "size": DCAT + "byteSize",
    "created": DCT + "issued",
    "status": ADMS + "status",
    "availability": DCATAP + "availability",
    "rights": DCT + "rights",
}
LINKS = {
    "url": DCAT + "landingPage",
    "theme": DCAT + "theme",
    "language": DCT + "language",
    "conforms_to": DCT + "conformsTo",
    "access_rights": DCT + "accessRights",
    "documentation": FOAF + "page",
    "hvd_category": DCATAP + "hvdCategory",
    "applicable_legislation": DCATAP + "applicableLegislation",
    "has_version": DCAT + "hasVersion",
    "source": DCT + "source",
    "is_version_of": OWL + "sameAs",
}
BOX = ("bbox-west-long", "bbox-south-lat", "bbox-east-long", "bbox-north-lat")
NO_DATASETS = frozenset({"harvest", "showcase", "application"})


@dataclass(frozen=True)
class CkanOptions(Paged):
    organization: str = option(
        "", gettext_noop("organisation"), gettext_noop("Son nom court : seulement ses jeux de données.")
    )
    group: str = option("", gettext_noop("groupe"), gettext_noop("Son nom court : seulement ses jeux de données."))


class Ckan(JsonHarvester):
    kind = "ckan"
    label = gettext_noop("Portail CKAN")
    address_help = gettext_noop("l’adresse du portail, ou celle d’une recherche (package_search)")
    reads = (
        "a CKAN portal by its action API: give the portal's address, `package_search` with a filter, or `package_show`"
    )
    options_type = CkanOptions
    numbering = Numbering("start", "rows")
    shows = (
        Shows("record", "/dataset/{}", (DCT + "identifier", KEPT + "ckan:name")),
        Shows("body", "/organization/{}", (KEPT + "ckan:organization:name", KEPT + "ckan:organization:id")),
    )
    fronts = {"/dataset": "search", "/organization": "search", "/group": "search", "/catalog": "catalogue"}

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        said = re.match(r'\s*\{\s*"(help|success)"\s*:', head) and '"success"' in head
        return bool(said or re.search(r'<meta name="generator" content="ckan', head, re.I))

    def first(self) -> str:
        parts = urlsplit(self.address)
        if "package_show" in parts.path or not parts.netloc:
            return self.address
        query = parts.query if "package_search" in parts.path else ""
        search = f"{self.site}/api/3/action/package_search" + (f"?{query}" if query else "")
        options = self.options
        assert isinstance(options, CkanOptions)
        chosen = {"organization": options.organization, "groups": options.group}
        if filters := " ".join(f'{name}:"{value}"' for name, value in chosen.items() if value):
            search = with_query(search, fq=filters)
        return with_query(search, sort="id asc")  # an order that holds while we turn the pages

    @property
    def site(self) -> str:
        """Where CKAN is, which may be a folder of its host."""
        parts = urlsplit(self.base or self.address)
        root = re.split(r"/(?:api|dataset|organization|group)(?:/|$)", parts.path)[0].rstrip("/")
        return f"{parts.scheme}://{parts.netloc}{root}" if parts.netloc else ""

    def start(self) -> str:
        return self.first() if "package_show" in self.address else super().start()

    def sheet(self, said: Any) -> Sheet:
        if isinstance(said, dict) and said.get("success") is False:
            raise Unreadable(f"CKAN répond par une erreur ({str(said.get('error'))[:200]}). Vérifiez l’adresse.")
        result = said.get("result") if isinstance(said, dict) else None
        if isinstance(result, dict) and "resources" in result:
            return Sheet([result], whole=True)
        return Sheet(items_at(said, "result", "results", of="celle d’un CKAN"), count_at(said, "result", "count"))

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("id") or item.get("name") or "")

    def uri(self, item: dict[str, Any]) -> str:
        """As ckanext-dcat says it, so that the same dataset has one address by both ways."""
        said = next((extra["value"] for extra in _extras(item) if extra["key"] == "uri"), item.get("uri"))
        return str(said or f"{self.site}/dataset/{self.name(item)}")

    def wanted(self, item: dict[str, Any]) -> bool:
        return (
            not item.get("private") and item.get("state", "active") == "active" and item.get("type") not in NO_DATASETS
        )

    def describe(self, said: Said, about: About) -> None:
        said.spread("extras", "key", "value")
        said.drop("tracking_summary", "private", "state", "num_resources", "num_tags", "uri", "id")
        said.drop("harvest_object_id", "harvest_source_id", "harvest_source_title")
        about.fill(said, DATASET)
        for name, predicate in LINKS.items():
            about.link(predicate, _listed(said.take(name)))
        about.text(DCT + "identifier", said.take("identifier", "guid"))
        about.text(DCT + "issued", said.take("issued", "metadata_created"))
        about.text(DCT + "modified", said.take("modified", "metadata_modified"))
        about.link(DCT + "accrualPeriodicity", said.take("frequency", "frequency-of-update"))
        about.text(DCAT + "keyword", [tag.take("display_name", "name") for tag in said.each("tags")])
        groups = [group.take("title", "display_name", "name") for group in said.each("groups")]
        about.text(DCAT + "theme", groups)
        about.text(DCAT + "keyword", groups)
        licence = said.take("license_url") or said.take("license_id", "license_title") or _listed(said.take("licence"))
        about.link(DCT + "license", licence)
        about.period(said.take("temporal_start"), said.take("temporal_end"))
        box = [said.take(name) for name in BOX]
        about.place(_listed(said.take("spatial")) or (box if all(box) else None), uri=said.word("spatial_uri"))
        about.contact(
            said.take("contact_name", "maintainer", "author"),
            said.take("contact_email", "contact-email", "maintainer_email", "author_email"),
            said.take("contact_uri"),
        )
        body = said.inside("organization")
        publisher = about.agent(
            DCT + "publisher", said.take("publisher_name") or body.take("title") or body.take("name")
        )
        publisher.link(FOAF + "homepage", said.take("publisher_url"))
        publisher.text(FOAF + "mbox", said.take("publisher_email"))
        publisher.text(DCT + "type", said.take("publisher_type"))
        publisher.keep(body, "organization")
        for resource in said.each("resources"):
            self._file(resource, about)
        about.keep(said)

    def _file(self, said: Said, about: About) -> None:
        if said.word("state") not in ("", "active"):
            return
        name = said.word("id")
        uri = f"{self.site}/dataset/{said.word('package_id')}/resource/{name}" if name and self.site else ""
        file = about.inside(DCAT + "distribution", DCAT + "Distribution", said.word("uri") or uri)
        address = said.take("url", "access_url")
        file.link(DCAT + "accessURL", address)
        file.link(
            DCAT + "downloadURL", said.take("download_url"), address if said.word("url_type") == "upload" else None
        )
        file.fill(said, RESOURCE)
        file.text(DCT + "modified", said.take("modified", "last_modified", "metadata_modified"))
        file.link(DCT + "license", said.take("license"))
        file.link(DCT + "conformsTo", _listed(said.take("conforms_to")))
        if algorithm := said.word("hash_algorithm"):
            checksum = file.inside(SPDX + "checksum", SPDX + "Checksum")
            checksum.link(SPDX + "algorithm", algorithm)
            checksum.typed(SPDX + "checksumValue", said.word("hash"), XSD + "hexBinary")
        said.drop("tracking_summary", "package_id", "position", "cache_last_updated")
        file.keep(said, "resource")


def _extras(item: dict[str, Any]) -> list[dict[str, Any]]:
    extras = item.get("extras")
    found = extras if isinstance(extras, list) else []
    return [extra for extra in found if isinstance(extra, dict) and {"key", "value"} <= extra.keys()]


def _listed(value: Any) -> Any:
    """What an extra holds: extras are texts, even when they are lists or geometries."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
