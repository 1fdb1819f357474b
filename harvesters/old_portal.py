"""What an old portal called the things that it published, as `FormerPath` rows that lead to ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from catalogue.addressing import minted
from catalogue.dcat.formats import from_canonical
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.profile import DCAT, DCT, FOAF
from catalogue.dcat.statements import Statements
from catalogue.models import Dataset, Distribution, FormerPath, Record
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.newcomers import node_of
from harvesters.old_paths import filled, host_name, spelt
from harvesters.recognition import ADDRESSES, FILES, links, texts
from harvesters.sources import KINDS

CHUNK = 2_000
# "/" is everybody's, and what programs call is not where people read.
NOBODYS = ("", "/")


@dataclass
class OldPortal:
    """One source as the portal that it was. `hosts`: every name it went by, the first as people knew it."""

    source: HarvestSource
    hosts: tuple[str, ...]
    shared: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, source: HarvestSource, others: Iterable[str] = ()) -> OldPortal:
        hosts = [*(host_name(f"//{name}") for name in others), host_name(source.key), host_name(source.base)]
        portal = cls(source, tuple(dict.fromkeys(filter(None, hosts))))
        portal.shared = portal._shared()
        return portal

    @property
    def host(self) -> str:
        return self.hosts[0] if self.hosts else ""

    def _shared(self) -> frozenset[str]:
        """What several records give as their page, or one as its page and another as its address."""
        counts: Counter[str] = Counter()
        for kind, model in MODELS.items():
            keys = self.source.records.filter(kind=kind, record__isnull=False).values("record")
            rows = model.objects.filter(pk__in=keys).order_by().values_list("uri", "landing_page")  # type: ignore[attr-defined]
            counts.update(path for uri, given in rows.iterator(CHUNK) for path in set(map(self._path, [uri, *given])))
        return frozenset(path for path, count in counts.items() if count > 1)

    def fronts(self) -> Iterator[FormerPath]:
        """Its lists and its catalogue, to be kept before any record claims their path."""
        for path, front in KINDS[self.source.kind].fronts.items():
            address = spelt(path or self.source.key)
            if address not in NOBODYS:
                yield FormerPath(path=address, host=self.host, kind=front)

    def paths_of(self, row: Record) -> Iterator[FormerPath]:
        """Each path once. `row` has its forms, and its files at hand."""
        triples = from_canonical(row.said)
        node = node_of(triples, row.uri, minted(row.pk))
        said = Statements(triples)
        files = list(row.distributions.all()) if isinstance(row, Dataset) else []
        found: dict[str, FormerPath] = {}
        for path, target in (
            *((path, {"kind": row.kind, "record": row.pk}) for path in self._of_record(row, said, node)),
            *((path, {"kind": "body", "body_id": row.published_by_id}) for path in self._of_body(said, node)),
            *((path, _to(file, row)) for path, file in self._of_files(said, node, files)),
        ):
            if path not in NOBODYS:
                found.setdefault(path, FormerPath(path=path, host=self.host, **target))
        yield from found.values()

    def paths_of_route(self, row: HarvestRecord) -> Iterator[FormerPath]:
        """Of a record that another source speaks for: from the key that it has here, and its page."""
        kind, _, name = row.key.partition(":")
        shown = [shows.path for shows in KINDS[self.source.kind].shows if shows.what == "record" and kind == "id"]
        paths = [
            *map(self._path, [name] if kind == "iri" else []),
            *(spelt(path) for template in shown for path in filled(template, iter([name]))),
            *self._alone(row.page),
        ]
        for path in dict.fromkeys(paths):
            if path not in NOBODYS:
                yield FormerPath(path=path, host=self.host, kind=row.kind, record=row.record)

    def holds(self, file: Distribution) -> bool:
        """Whether the file itself is still at the old portal, and goes away with it."""
        return bool(self.hosts) and host_name(file.address) in self.hosts

    def _path(self, address: str) -> str:
        return spelt(address) if host_name(address) in self.hosts else ""

    def _alone(self, *addresses: str) -> Iterator[str]:
        """The paths that are about one record."""
        return (path for path in map(self._path, addresses) if path not in self.shared)

    def _of_record(self, row: Record, said: Statements, node: Any) -> Iterator[str]:
        yield from map(self._path, [row.uri, *row.former_uris, *_iris(node)])
        yield from self._shown("record", said, node)
        yield from self._alone(*row.landing_page, *links(said, node, DCAT + "landingPage"))

    def _of_body(self, said: Statements, node: Any) -> Iterator[str]:
        bodies = said.objects(node, (DCT + "publisher",))
        for body in bodies:
            yield from map(self._path, [*_iris(body), *links(said, body, FOAF + "homepage")])
        yield from self._shown("body", said, node, *bodies)

    def _of_files(
        self, said: Statements, node: Any, files: list[Distribution]
    ) -> Iterator[tuple[str, Distribution | None]]:
        by_address = {address: file for file in files for address in (*file.access_url, *file.download_url)}
        by_uri = {file.uri: file for file in files}
        for each in said.objects(node, FILES):
            iris, given = _iris(each), links(said, each, *ADDRESSES)
            file = next(filter(None, [*map(by_uri.get, iris), *map(by_address.get, given)]), None)
            direct = [address for address in given if not urlsplit(address).path.startswith("/api/")]
            for path in (*map(self._path, iris), *self._alone(*direct), *self._shown("file", said, each)):
                yield path, file

    def _shown(self, what: str, said: Statements, *nodes: Any) -> Iterator[str]:
        for shows in KINDS[self.source.kind].shows:
            if shows.what == what:
                names = (text for node in nodes for text in texts(said, node, *shows.said))
                yield from map(spelt, filled(shows.path, names))


def _to(file: Distribution | None, row: Record) -> dict[str, Any]:
    """A file that is no more leads to what is said of it."""
    if file is None:
        return {"kind": row.kind, "record": row.pk}
    return {"kind": "file", "record": row.pk, "file": file.pk}


def _iris(node: Any) -> list[str]:
    return [node.value] if isinstance(node, ox.NamedNode) else []
