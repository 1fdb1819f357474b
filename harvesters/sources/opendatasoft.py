"""An Opendatasoft portal: the catalogue of Explore 2.1 (help.opendatasoft.com/apis/ods-explore-v2), of 2.0, and that of
the older search 1.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from catalogue.dcat.profile import DCAT, DCT, FOAF
from catalogue.spoken import gettext_noop
from harvesters.base import Unreadable
from harvesters.describing import About, Said
from harvesters.old_paths import Shows
from harvesters.options import Options, Paged, option
from harvesters.paging import Numbering, with_query
from harvesters.records import JsonHarvester, Sheet, count_at, items_at

METAS = {
    "title": DCT + "title",
    "description": DCT + "description",
    "keyword": DCAT + "keyword",
    "theme": DCAT + "theme",
    "language": DCT + "language",
    "modified": DCT + "modified",
    "issued": DCT + "issued",
    "created": DCT + "issued",
    "spatial": DCT + "spatial",
    "granularity": DCAT + "spatialResolutionInMeters",
}
FORMATS = tuple((code, code.upper()) for code in ("csv", "json", "xlsx", "geojson", "shp", "parquet"))
MAPS = frozenset({"geojson", "shp"})
OLD = Numbering("start", "rows")


@dataclass(frozen=True)
class OpendatasoftOptions(Paged):
    page_size: int = option(
        100,
        gettext_noop("fiches par page"),
        gettext_noop("Opendatasoft n’en donne pas plus de 100."),
        least=1,
        most=100,
    )
    where: str = option(
        "", gettext_noop("filtre"), gettext_noop('En ODSQL, par exemple : publisher = "Ville". Explore 2 seulement.')
    )
    formats: tuple[str, ...] = option(
        ("csv", "json", "geojson"),
        gettext_noop("exports"),
        gettext_noop("Ceux que l’on annonce comme fichiers ; les formats de carte, où il y en a une."),
        choices=FORMATS,
    )


class Opendatasoft(JsonHarvester):
    kind = "opendatasoft"
    label = gettext_noop("Portail Opendatasoft")
    address_help = gettext_noop("l’adresse du portail")
    reads = (
        "an Opendatasoft portal by its catalogue: Explore 2.1 and 2.0 (built from their documentation, pas encore vus en "
        "vrai), or the older search 1.0"
    )
    options_type = OpendatasoftOptions
    shows = (Shows("record", "/explore/dataset/{}", (DCT + "identifier",)),)
    fronts = {"/explore": "search"}

    def __init__(self, address: str, base: str = "", options: Options | None = None, space: str = "") -> None:
        super().__init__(address, base, options, space)
        self.numbering = OLD if "/api/datasets/1.0" in address else Numbering("offset", "limit")

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        explore = '"total_count"' in head and re.search(r'"dataset_?id"', head)
        return head.lstrip()[:1] == "{" and bool(explore or ('"nhits"' in head and '"datasets"' in head))

    def first(self) -> str:
        options, parts = self.options, urlsplit(self.address)
        assert isinstance(options, OpendatasoftOptions)
        if self.numbering is OLD or not parts.netloc:
            return self.address
        found = re.search(r"/api/(?:explore/)?v2(?:\.\d)?", parts.path)
        query = f"?{parts.query}" if found and parts.query else ""
        url = f"{self.site}{found[0] if found else '/api/explore/v2.1'}/catalog/datasets{query}"
        return with_query(url, where=options.where) if options.where else url

    def order(self) -> dict[str, str]:
        """By identifier, a field of the catalogue itself: `dataset_id` in Explore 2.1, `datasetid` in 2.0."""
        if self.numbering is OLD:
            return {}
        return {"order_by": "dataset_id" if re.search(r"/v2\.[1-9]", self.first()) else "datasetid"}

    def sheet(self, said: Any) -> Sheet:
        if isinstance(said, dict) and ("error_code" in said or "error" in said) and "results" not in said:
            raise Unreadable(
                f"Opendatasoft répond par une erreur ({str(said)[:200]}). Vérifiez l’adresse et le filtre."
            )
        if isinstance(said, dict) and "metas" in said:
            return Sheet([said], whole=True)
        name = "results" if isinstance(said, dict) and "results" in said else "datasets"
        items = items_at(said, name, of="celle d’un Opendatasoft")
        # Explore 2.0 wraps each dataset with its links.
        items = [
            item["dataset"] if isinstance(item, dict) and isinstance(item.get("dataset"), dict) else item
            for item in items
        ]
        total = count_at(said, "total_count")
        return Sheet(items, count_at(said, "nhits") if total is None else total)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("dataset_id") or item.get("datasetid") or "")

    def uri(self, item: dict[str, Any]) -> str:
        """As its DCAT export says it."""
        name = self.name(item)
        return f"{self.site}/api/v2/catalog/datasets/{quote(name)}" if name and self.site else ""

    def wanted(self, item: dict[str, Any]) -> bool:
        metas = item.get("metas")
        return not (isinstance(metas, dict) and metas.get("visibility") == "restricted")

    def describe(self, said: Said, about: About) -> None:
        name = said.word("dataset_id", "datasetid")
        metas = said.inside("metas")
        groups = [metas.inside(group) for group in ("default", "dcat", "dcat_ap")]
        metas.drop("explore", "domain", "visibility")  # counters, and where it is stored
        merged = Said({})
        for group in [*groups, metas]:
            merged.join(group)
        merged.drop(
            "records_count",
            "metadata_processed",
            "data_processed",
            "popularity_score",
            "download_count",
            "api_call_count",
        )
        about.fill(merged, METAS)
        about.link(DCAT + "landingPage", f"{self.site}/explore/dataset/{quote(name)}/" if self.site and name else None)
        about.link(DCT + "license", merged.take("license_url") or merged.take("license"))
        about.text(DCT + "accrualPeriodicity", merged.take("accrualperiodicity", "update_frequency", "frequency"))
        about.agent(DCT + "publisher", merged.take("publisher"))
        about.agent(DCT + "creator", merged.take("creator"))
        about.contact(merged.take("contact_name"), merged.take("contact_email"))
        about.link(FOAF + "page", merged.take("references"))
        about.text(DCT + "spatial", merged.take("territory"))
        box = merged.take("bbox")
        about.place(box.get("geometry", box) if isinstance(box, dict) else box)
        about.link(DCT + "source", merged.take("source"))
        self._files(name, said, about)
        said.drop("has_records", "data_visible", "dataset_uid")
        about.keep(merged, "metas")
        about.keep(said)

    def _files(self, name: str, said: Said, about: About) -> None:
        options = self.options
        assert isinstance(options, OpendatasoftOptions)
        features = said.take("features")
        maps = isinstance(features, list) and "geo" in features
        old = f"{self.site}/api/datasets/1.0/{quote(name)}"
        if name and self.site and said.word("has_records") == "true":
            for code in options.formats:
                if maps or code not in MAPS:
                    url = f"{self.site}/api/explore/v2.1/catalog/datasets/{quote(name)}/exports/{code}"
                    self._file(about, url, f"Export {code.upper()}", code)
        for export in said.each("alternative_exports"):
            url = f"{old}/alternative_exports/{quote(export.word('id'))}/"
            self._file(about, url, export.word("title"), export.word("mimetype"), export.word("description"))
        about.link(FOAF + "page", [f"{old}/attachments/{quote(one.word('id'))}/" for one in said.each("attachments")])

    @staticmethod
    def _file(about: About, url: str, title: str, code: str, description: str = "") -> None:
        file = about.inside(DCAT + "distribution", DCAT + "Distribution")
        file.link(DCAT + "accessURL", url)
        file.link(DCAT + "downloadURL", url)
        file.text(DCT + "title", title)
        file.text(DCT + "format", code)
        file.text(DCT + "description", description)
