"""The backend: one writer at a time, any number of reading processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Query as Clause

from catalogue.search import french
from catalogue.search.asked import Asked, answered, similar
from catalogue.search.contract import Held, Page, Query, SearchBackend
from catalogue.search.document import Document, sound
from catalogue.search.embedded import inventory
from catalogue.search.embedded.coding import Codes
from catalogue.search.embedded.engine import Picture
from catalogue.search.embedded.faults import Faults
from catalogue.search.embedded.folder import IndexFolder, Stamp
from catalogue.search.embedded.paging import Found
from catalogue.search.embedded.queries import Tantivy
from catalogue.search.embedded.schema import made, make
from catalogue.search.embedded.schema import opened as open_index

FORMAT = "10"  # raise it whenever the schema or the analysis in `french` changes: older folders are then rebuilt
HEAP = 48_000_000  # bytes of the writer, given back after each commit


@dataclass(frozen=True)
class _Opened:
    """One picture of the index. `stamp` tells, without reading, whether another commit has come since."""

    identity: str
    stamp: Stamp
    index: tantivy.Index
    searcher: tantivy.Searcher
    picture: Picture


class EmbeddedBackend(SearchBackend):
    supports_all_by_relevance = False
    supports_exact_facets = True
    supports_one_picture = True
    supports_wiping_by_others = True

    def __init__(self, folder: Path) -> None:
        self._folder = IndexFolder(folder, FORMAT)
        self._opened: _Opened | None = None
        self._codes = Codes()

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        with self._folder.alone():
            _write(self._open().index, add, remove)

    def search(self, query: Query) -> Page:
        with Faults():
            return answered(query, self._asked)

    def similar(self, id: str, query: Query) -> Page:
        with Faults():
            return similar(id, query, self._asked)

    def _asked(self, query: Query) -> Asked[Clause, Found]:
        opened = self._opened or self._open()
        question = french.parse(query.text, query.thesaurus, query.typing)
        return Asked(query, question, Tantivy(opened.searcher), opened.picture)

    def refresh(self) -> None:
        opened = self._opened
        identity = self._folder.identity()
        if opened is None or (opened.identity, opened.stamp) != (identity, self._folder.stamp(identity)):
            self._open()

    def replace(self, documents: Iterable[Document]) -> None:
        with self._folder.alone():
            self._folder.begin(lambda folder: _write(make(folder), documents, new=True))
            self._open()

    def identity(self) -> str:
        return self._folder.identity()

    def held(self, ids: Sequence[str]) -> list[Held]:
        with Faults():
            return inventory.under((self._opened or self._open()).searcher, ids)

    def part(self, number: int, parts: int) -> list[Held]:
        with Faults():
            return inventory.inside((self._opened or self._open()).searcher, number, parts)

    def count(self) -> int:
        return (self._opened or self._open()).searcher.num_docs

    def _open(self) -> _Opened:
        identity = self._folder.identity()
        stamp = self._folder.stamp(identity)  # before reading: a commit in between is then seen once more, not missed
        known = self._opened
        with Faults():
            same = known is not None and known.identity == identity
            index = known.index if known and same else open_index(self._folder.inside(identity))
            index.reload()
            searcher = index.searcher()
            opened = _Opened(identity, stamp, index, searcher, Picture(searcher, self._codes))
            self._opened = opened
        return opened


def _write(index: tantivy.Index, add: Iterable[Document], remove: Iterable[str] = (), *, new: bool = False) -> None:
    """One commit. Of a `new` index each document comes once: nothing is there to be replaced."""
    with Faults():
        writer = index.writer(HEAP, 1)
    try:
        for document in add:
            if not new:
                writer.delete_documents_by_term("id", sound(document.id))
            writer.add_document(made(document))
        for gone in remove:
            writer.delete_documents_by_term("id", sound(gone))
        with Faults():
            writer.commit()
    finally:
        # Without a commit this drops what was added; with one, it lets merges end. It frees tantivy's own lock.
        writer.wait_merging_threads()
