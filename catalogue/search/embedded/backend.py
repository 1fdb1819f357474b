"""The backend: one writer at a time, any number of reading processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from catalogue.search import french
from catalogue.search.answering import answer
from catalogue.search.clauses import Clauses
from catalogue.search.contract import Held, Hit, Page, Query, SearchBackend
from catalogue.search.document import Document, sound
from catalogue.search.embedded import inventory
from catalogue.search.embedded.counting import Counts
from catalogue.search.embedded.faults import Faults
from catalogue.search.embedded.folder import IndexFolder, Stamp
from catalogue.search.embedded.paging import Pages
from catalogue.search.embedded.queries import Tantivy
from catalogue.search.embedded.schema import made, make
from catalogue.search.embedded.schema import opened as open_index

FORMAT = "6"  # raise it whenever the schema or the analysis in `french` changes: older folders are then rebuilt
HEAP = 48_000_000  # bytes of the writer, given back after each commit


@dataclass(frozen=True)
class _Opened:
    """One picture of the index. `stamp` tells, without reading, whether another commit has come since."""

    identity: str
    stamp: Stamp
    index: tantivy.Index
    searcher: tantivy.Searcher
    pages: Pages
    counts: Counts


class EmbeddedBackend(SearchBackend):
    supports_all_by_relevance = False
    supports_exact_facets = True
    supports_one_picture = True
    supports_wiping_by_others = True

    def __init__(self, folder: Path) -> None:
        self._folder = IndexFolder(folder, FORMAT)
        self._opened: _Opened | None = None

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        with self._folder.alone():
            _write(self._open().index, add, remove)

    def search(self, query: Query) -> Page:
        opened = self._opened or self._open()
        question = french.parse(query.text, query.thesaurus, query.typing)
        algebra, searcher = Tantivy(opened.searcher), opened.searcher
        with Faults():
            best = answer(lambda unseen: Clauses(query, question, algebra, unseen), opened.pages)
            answers = french.answering(question, best.clauses.misspelt)
            found = best.found
            hits = tuple(_hit(key, searcher.doc(address), answers, question.sayings) for key, address in found.hits)
            facets = opened.counts.facets(best.clauses, best.words)
        return Page(
            hits,
            best.total,
            facets,
            relaxed=best.total > best.complete,
            complete=best.complete,
            next=found.next,
            shortened=question.shortened,
        )

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
            opened = _Opened(identity, stamp, index, searcher, Pages(searcher), Counts(searcher))
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


def _hit(score: object, document: tantivy.Document, answers: french.Answers, sayings: french.Sayings) -> Hit:
    shown = document.to_dict()
    return Hit(
        id=shown["id"][0],
        kind=shown["kind"][0],
        score=score if isinstance(score, float) else 0.0,
        title=french.mark(bytes(shown["shown_title"][0]).decode(), answers, sayings),
        extract=french.extract(bytes(shown["shown_description"][0]).decode(), answers, sayings),
    )
