"""A CSW 2.0.2 service that gives DCAT inside its answers, as GeoNetwork does (core-geonetwork #9252)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalogue.dcat import formats
from catalogue.dcat.profile import DCT
from catalogue.spoken import gettext_noop
from harvesters.base import Fetched, Harvester, Page, Unreadable
from harvesters.geo import asking, documents
from harvesters.graphs import Records
from harvesters.old_paths import Shows
from harvesters.options import option

# The mapping of 2024, then that of 2012, which GeoNetwork still gives to who asks for DCAT.
CORE, OLD = "http://www.w3.org/ns/dcat#core", "http://www.w3.org/ns/dcat#"


@dataclass(frozen=True)
class CswDcatOptions(asking.CswOptions):
    old: bool = option(
        False,
        gettext_noop("ancien DCAT"),
        gettext_noop(
            "Demander d’emblée l’ancienne forme (dcat#), pour un service qui tombe en panne quand on lui demande la nouvelle."
        ),
    )


class CswDcat(Harvester):
    kind = "csw-dcat"
    label = gettext_noop("Service CSW (DCAT)")
    address_help = gettext_noop("la même adresse, pour un service qui sait répondre en DCAT")
    reads = (
        "a CSW 2.0.2 service asked for DCAT, in GeoNetwork's newer form (`dcat#core`), then in the older one (`dcat#`): "
        "give `--kind csw-dcat`, since every service speaks ISO too; or an answer with RDF inside"
    )
    accept = asking.ACCEPT
    options_type = CswDcatOptions
    shows = (Shows("record", "/srv/metadata/{}", (DCT + "identifier",)),)

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        return asking.is_csw(head) and asking.holds_rdf(head)

    @property
    def _asked(self) -> CswDcatOptions:
        assert isinstance(self.options, CswDcatOptions)
        return self.options

    def start(self) -> str:
        return self._first(OLD if self._asked.old else CORE)

    def _first(self, schema: str) -> str:
        if "://" not in self.address:
            return self.address
        url = asking.get_records(self.address, schema, self._asked.constraint)
        return asking.NUMBERING.begin(url, self._asked.page_size)

    def otherwise(self, url: str) -> str:
        """The older form, when the service knows nothing of the newer one."""
        return self._first(OLD) if url == self._first(CORE) != self.address else ""

    def read(self, fetched: Fetched) -> Iterator[Page]:
        path, url = fetched.answer.path, fetched.requested
        if (older := self.otherwise(url)) and documents.refuses(path):
            yield Page(fetched, iter(()), older, given=0)
            return
        results = documents.read(path)
        met = asking.NUMBERING.offset(url, 0) + len(results.records)
        total = results.total if self._asked.trust_total else None
        more = bool(results.records) and "://" in url and (total is None or met < total or not results.end)
        next_url = asking.NUMBERING.after(url, met) if more else ""
        with tempfile.TemporaryDirectory(prefix="bouture-csw-") as folder:
            rdf = documents.as_rdf(results.records, Path(folder))
            content = hashlib.sha256(rdf.read_bytes()).hexdigest() if results.records else ""
            try:
                graph = formats.read(rdf, "rdfxml", self.base or fetched.answer.url or formats.NO_BASE)
            except formats.FormatError as error:
                raise Unreadable(error.message) from error
            with graph:
                records = Records(graph, self.address, self.space)
                notes = (*results.notes, *graph.notes)
                yield Page(
                    fetched,
                    iter(records),
                    next_url,
                    notes=notes,
                    left=records.left,
                    content=content,
                    total=total,
                    given=len(results.records),
                )
