"""The index in a folder of the instance, by tantivy: one writer at a time, any number of reading processes.

Text is analysed by `french` alone; tantivy gets terms with spaces between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

import tantivy
from tantivy import Occur, Order
from tantivy import Query as Clause

from catalogue.search import french
from catalogue.search.contract import Facet, Hit, IndexBroken, Page, Query, SearchBackend
from catalogue.search.document import FACETS, WEIGHTS, Document
from catalogue.search.folder import REBUILD, IndexFolder, Stamp

FORMAT = "2"  # raise it whenever the schema below or the analysis in `french` changes: older folders are then rebuilt
HEAP = 48_000_000  # bytes of the writer, given back after each commit
SHOWN = 5_000  # characters of a description kept to cut extracts from
EVERY_VALUE = 60_000  # per part of the index; with less, a value rare in each part could be lost from the sum
REMEMBERED = 200  # sets of facets kept with one picture of the index: a page or a sort changes none of them

Values = tuple[tuple[str, int], ...]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("shown_title", "shown_description"):
        builder.add_bytes_field(name, stored=True)  # a text field would be indexed too
    for name in ("id", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("by_title", fast=True, tokenizer_name="sorted", index_option="basic")
    builder.add_integer_field("by_modified", fast=True)
    return builder.build()


SCHEMA = _schema()


def _make(folder: Path) -> tantivy.Index:
    return tantivy.Index(SCHEMA, str(folder))


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
    supports_wiping_by_others = True

    def __init__(self, folder: Path) -> None:
        self._folder = IndexFolder(folder, FORMAT)
        self._opened: _Opened | None = None

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        with self._folder.alone():
            opened = self._open()
            with _Faults():
                writer = opened.index.writer(HEAP, 1)
            try:
                for document in add:
                    writer.delete_documents_by_term("id", _sound(document.id))
                    writer.add_document(_document(document))
                for gone in remove:
                    writer.delete_documents_by_term("id", _sound(gone))
                with _Faults():
                    writer.commit()
            finally:
                # Without a commit this drops what was added; with one, it lets merges end. It frees tantivy's own lock.
                writer.wait_merging_threads()

    def search(self, query: Query) -> Page:
        opened = self._opened or self._open()
        question = french.parse(query.text)
        clauses = _Clauses(query, question)
        with _Faults():
            words, relaxed = clauses.all_words(), False
            total, found = _find(opened.searcher, query, question, clauses.whole(words))
            if not total and len(question.wanted) > 1:
                words = clauses.some_words()
                total, found = _find(opened.searcher, query, question, clauses.whole(words))
                relaxed = total > 0
            terms = frozenset(question.wanted)
            hits = tuple(_hit(key, opened.searcher.doc(address), terms) for key, address in found)
            facets = _facets(opened, query, clauses, words)
        return Page(hits, total, facets, relaxed, question.shortened)

    def refresh(self) -> None:
        opened = self._opened
        identity = self._folder.identity()
        if opened is None or (opened.identity, opened.stamp) != (identity, self._folder.stamp(identity)):
            self._open()

    def clear(self) -> None:
        with self._folder.alone():
            self._folder.begin(_make)
            self._open()

    def identity(self) -> str:
        return self._folder.identity()

    def count(self) -> int:
        return (self._opened or self._open()).searcher.num_docs

    def _open(self) -> _Opened:
        identity = self._folder.identity()
        stamp = self._folder.stamp(identity)  # before reading: a commit in between is then seen once more, not missed
        known = self._opened
        with _Faults():
            same = known is not None and known.identity == identity
            index = known.index if known and same else _index(self._folder.inside(identity))
            index.reload()
            self._opened = opened = _Opened(identity, stamp, index, index.searcher())
        return opened


def _index(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    whitespace, nothing, whole = tantivy.Tokenizer.whitespace(), tantivy.Tokenizer.regex("$^"), tantivy.Tokenizer.raw()
    index.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(whitespace).build())
    index.register_tokenizer("sorted", tantivy.TextAnalyzerBuilder(nothing).build())  # kept in a column, never sought
    index.register_fast_field_tokenizer("sorted", tantivy.TextAnalyzerBuilder(whole).build())
    return index


class _Clauses:
    """The parts of one query, in tantivy's terms. Only words and titles give a score; the rest lets through or not."""

    def __init__(self, query: Query, question: french.Question) -> None:
        self.query = query
        self.question = question

    def all_words(self) -> Clause:
        question = self.question
        if not question.words and not question.phrases:
            return Clause.all_query() if question.blank or question.refused else Clause.empty_query()
        needed = [*((word,) for word in question.words), *question.phrases]
        return Clause.boolean_query([(Occur.Must, _phrase(each)) for each in needed] + self._bonuses())

    def some_words(self) -> Clause:
        some = Clause.boolean_query([(Occur.Should, _term("everything", word)) for word in self.question.wanted])
        return Clause.boolean_query([(Occur.Must, some), *self._bonuses()])

    def whole(self, words: Clause, without: str = "") -> Clause:
        """The words with all that bounds them, but for the filter of one facet."""
        query = self.query
        bounds = [_any(name, values) for name, values in query.filters.items() if values and name != without]
        if query.kinds:
            bounds.append(_any("kind", query.kinds))
        if query.audience is not None:
            bounds.append(_any("audience", query.audience))
        never = [_phrase(each) for each in self.question.refused]
        if query.excluded:
            never.append(_any("id", query.excluded))
        parts = [(Occur.Must, words), *((Occur.Must, Clause.const_score_query(each, 0.0)) for each in bounds)]
        return Clause.boolean_query(parts + [(Occur.MustNot, each) for each in never])

    def _bonuses(self) -> list[tuple[Occur, Clause]]:
        return [
            (Occur.Should, Clause.boost_query(_term(name, word), weight))
            for name, weight in WEIGHTS.items()
            if name != "everything"
            for word in self.question.wanted
        ]


def _term(field: str, value: str) -> Clause:
    return Clause.term_query(SCHEMA, field, value)


def _phrase(terms: tuple[str, ...]) -> Clause:
    if len(terms) == 1:
        return _term("everything", terms[0])
    return Clause.phrase_query(SCHEMA, "everything", list(terms))


def _any(field: str, values: Iterable[str]) -> Clause:
    sound = [_sound(each) for each in values]
    return _term(field, sound[0]) if len(sound) == 1 else Clause.term_set_query(SCHEMA, field, sound)


def _sound(text: str) -> str:
    """Without lone surrogates, which JSON lets through and UTF-8 does not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _document(document: Document) -> tantivy.Document:
    made = tantivy.Document()
    title, description = (
        " ".join(french.tidy(each[:SHOWN]).split()) for each in (document.title, document.description)
    )
    made.add_bytes("shown_title", title.encode())
    made.add_bytes("shown_description", description.encode())
    made.add_text("id", _sound(document.id))
    made.add_text("kind", _sound(document.kind))
    for name, passages in document.passages().items():
        for passage in passages:
            made.add_text(name, " ".join(french.tokens(passage)))
    for name in FACETS:
        for value in dict.fromkeys(getattr(document, name)):
            made.add_text(name, _sound(value))
    for token in document.audience:
        made.add_text("audience", _sound(token))
    # The id makes every key different, so that pages never overlap.
    made.add_text("by_title", _sound(f"{french.fold(title)}\0{document.id}"))
    made.add_integer("by_modified", document.moment() << 20 | crc32(document.id.encode("utf-8", "replace")) >> 12)
    return made


def _find(
    searcher: tantivy.Searcher, query: Query, question: french.Question, clause: Clause
) -> tuple[int, list[tuple[Any, tantivy.DocAddress]]]:
    """The total, and the page's addresses each with what it was sorted by."""
    size = min(query.size, searcher.num_docs)
    if not size or query.offset >= searcher.num_docs:  # tantivy makes room for offset + limit, whatever there is
        return _total(searcher.search(clause, limit=1)), []
    if query.sort == "title":
        result = searcher.search(clause, size, order_by_field="by_title", offset=query.offset, order=Order.Asc)
    elif query.sort == "modified" or not question.wanted:
        result = searcher.search(clause, size, order_by_field="by_modified", offset=query.offset)
    else:
        result = searcher.search(clause, size, offset=query.offset)
    return _total(result), result.hits


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # tantivy 0.27 has it and its stub forgets it


def _hit(score: object, document: tantivy.Document, terms: frozenset[str]) -> Hit:
    shown = document.to_dict()
    return Hit(
        id=shown["id"][0],
        kind=shown["kind"][0],
        score=score if isinstance(score, float) else 0.0,
        title=french.mark(bytes(shown["shown_title"][0]).decode(), terms),
        extract=french.extract(bytes(shown["shown_description"][0]).decode(), terms),
    )


def _facets(opened: _Opened, query: Query, clauses: _Clauses, words: Clause) -> tuple[Facet, ...]:
    filters = tuple(sorted((name, tuple(values)) for name, values in query.filters.items()))
    # All that the counts depend on, the reader's rights first.
    key = (query.audience, query.excluded, clauses.question, filters, query.kinds, query.facets, query.facet_size)
    known = opened.facets.get(key)
    if known is None:
        free = [name for name in query.facets if not query.filters.get(name)]
        found = _counts(opened.searcher, clauses.whole(words), free, query.facet_size)
        for name in set(query.facets) - set(free):
            found |= _counts(opened.searcher, clauses.whole(words, without=name), [name], query.facet_size)
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
