"""The backend: one writer at a time, any number of reading processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import tantivy
from tantivy import Order
from tantivy import Query as Clause

from catalogue.search import french
from catalogue.search.clauses import Clauses, answer
from catalogue.search.contract import REBUILD, Facet, Held, Hit, IndexBroken, Page, Query, SearchBackend
from catalogue.search.document import Document, sound
from catalogue.search.embedded import inventory
from catalogue.search.embedded.folder import IndexFolder, Stamp
from catalogue.search.embedded.queries import Tantivy
from catalogue.search.embedded.schema import made, make
from catalogue.search.embedded.schema import opened as open_index

FORMAT = "5"  # raise it whenever the schema or the analysis in `french` changes: older folders are then rebuilt
HEAP = 48_000_000  # bytes of the writer, given back after each commit
EVERY_VALUE = 60_000  # per part of the index; with less, a value rare in each part could be lost from the sum
REMEMBERED = 200  # sets of facets kept with one picture of the index: a page or a sort changes none of them

Values = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Opened:
    """One picture of the index. `stamp` tells, without reading, whether another commit has come since."""

    identity: str
    stamp: Stamp
    index: tantivy.Index
    searcher: tantivy.Searcher
    facets: dict[object, tuple[Facet, ...]] = field(default_factory=dict)


class EmbeddedBackend(SearchBackend):
    supports_deep_pages = True
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
        with _Faults():
            best = answer(
                lambda unseen: Clauses(query, question, algebra, unseen),
                lambda clauses, words: _find(searcher, query, question, clauses.whole(words)),
                lambda clause: _total(searcher.search(clause, limit=1)),
            )
            answers = french.answering(question, best.clauses.misspelt)
            hits = tuple(_hit(key, searcher.doc(address), answers, question.sayings) for key, address in best.found)
            facets = _facets(opened, query, best.clauses, best.words)
        return Page(
            hits,
            best.total,
            facets,
            relaxed=best.total > best.complete,
            complete=best.complete,
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
        with _Faults():
            return inventory.under((self._opened or self._open()).searcher, ids)

    def part(self, number: int, parts: int) -> list[Held]:
        with _Faults():
            return inventory.inside((self._opened or self._open()).searcher, number, parts)

    def count(self) -> int:
        return (self._opened or self._open()).searcher.num_docs

    def _open(self) -> _Opened:
        identity = self._folder.identity()
        stamp = self._folder.stamp(identity)  # before reading: a commit in between is then seen once more, not missed
        known = self._opened
        with _Faults():
            same = known is not None and known.identity == identity
            index = known.index if known and same else open_index(self._folder.inside(identity))
            index.reload()
            self._opened = opened = _Opened(identity, stamp, index, index.searcher())
        return opened


def _write(index: tantivy.Index, add: Iterable[Document], remove: Iterable[str] = (), *, new: bool = False) -> None:
    """One commit. Of a `new` index each document comes once: nothing is there to be replaced."""
    with _Faults():
        writer = index.writer(HEAP, 1)
    try:
        for document in add:
            if not new:
                writer.delete_documents_by_term("id", sound(document.id))
            writer.add_document(made(document))
        for gone in remove:
            writer.delete_documents_by_term("id", sound(gone))
        with _Faults():
            writer.commit()
    finally:
        # Without a commit this drops what was added; with one, it lets merges end. It frees tantivy's own lock.
        writer.wait_merging_threads()


def _find(
    searcher: tantivy.Searcher, query: Query, question: french.Question, clause: Clause
) -> tuple[int, list[tuple[Any, tantivy.DocAddress]]]:
    """The total, and the page's addresses each with what it was sorted by."""
    size = min(query.size, searcher.num_docs)
    if not size or query.offset >= searcher.num_docs:  # tantivy makes room for offset + limit, whatever there is
        return _total(searcher.search(clause, limit=1)), []
    if query.sort == "title":
        result = searcher.search(clause, size, order_by_field="by_title", offset=query.offset, order=Order.Asc)
    elif query.sort == "modified" or not question.needs:
        result = searcher.search(clause, size, order_by_field="by_modified", offset=query.offset)
    else:
        result = searcher.search(clause, size, offset=query.offset)
    return _total(result), result.hits


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # tantivy 0.27 has it and its stub forgets it


def _hit(score: object, document: tantivy.Document, answers: french.Answers, sayings: french.Sayings) -> Hit:
    shown = document.to_dict()
    return Hit(
        id=shown["id"][0],
        kind=shown["kind"][0],
        score=score if isinstance(score, float) else 0.0,
        title=french.mark(bytes(shown["shown_title"][0]).decode(), answers, sayings),
        extract=french.extract(bytes(shown["shown_description"][0]).decode(), answers, sayings),
    )


def _facets(opened: _Opened, query: Query, clauses: Clauses[Clause], words: Clause) -> tuple[Facet, ...]:
    filters = tuple(sorted((name, tuple(values)) for name, values in query.chosen.items()))
    # All that the counts depend on, the reader's rights first.
    key = (
        query.audience,
        query.excluded,
        clauses.question,
        filters,
        query.near,
        query.only,
        query.facets,
        query.facet_size,
    )
    known = opened.facets.get(key)
    if known is None:
        free = [name for name in query.facets if not query.chosen.get(name)]
        found = _counts(opened.searcher, clauses.whole(words), free, query.facet_size)
        for name in set(query.facets) - set(free):
            found |= _counts(opened.searcher, clauses.whole(words, without=(name,)), [name], query.facet_size)
        known = tuple(Facet(name, found[name]) for name in query.facets)
        if len(opened.facets) >= REMEMBERED:
            opened.facets.clear()
        opened.facets[key] = known
    return known


def _counts(searcher: tantivy.Searcher, clause: Clause, names: list[str], size: int) -> dict[str, Values]:
    wanted = {name: {"terms": {"field": name, "size": size, "segment_size": EVERY_VALUE}} for name in names}
    counted = searcher.aggregate(clause, wanted) if wanted else {}
    values = {name: [(each["key"], each["doc_count"]) for each in found["buckets"]] for name, found in counted.items()}
    return {name: tuple(sorted(each, key=lambda value: (-value[1], value[0]))) for name, each in values.items()}


class _Faults:
    """tantivy's errors, and its panics, which are no Exception and would end the process.

    Its queries are all built here, never parsed, so each of these speaks of the files.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and (issubclass(kind, ValueError | OSError) or kind.__name__ == "PanicException"):
            raise IndexBroken(f"L'index de recherche est endommagé, ou le disque est plein. {REBUILD}") from error
