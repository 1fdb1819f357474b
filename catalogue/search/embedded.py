"""The index in a folder of the instance, by tantivy: one writer at a time, any number of reading processes.

The folder holds `current`, which names the sub-folder in use. That name is the identity: FORMAT and a random part.
`clear()` makes a new sub-folder and then renames `current` over the old one, so that a process killed at any moment
leaves either index whole. Text is analysed by `french` alone; tantivy gets terms with spaces between.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import tantivy
from tantivy import Occur, Order
from tantivy import Query as Clause

from catalogue.search import french
from catalogue.search.contract import Facet, Hit, IndexBroken, IndexBusy, Page, Query, SearchBackend
from catalogue.search.document import FACETS, WEIGHTS, Document

FORMAT = "1"  # raise it whenever the schema below or the analysis in `french` changes: older folders are then rebuilt
HEAP = 48_000_000  # bytes of the writer, given back after each commit
SHOWN = 5_000  # characters of a description kept to cut extracts from
EVERY_VALUE = 60_000  # per part of the index; with less, a value rare in each part could be lost from the sum

REBUILD = "Reconstruisez-le avec « manage.py index --rebuild » ; les fiches elles-mêmes sont intactes."


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("title", "description"):
        builder.add_text_field(f"shown_{name}", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("id", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in (*FACETS, "by_title", "by_modified"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = _schema()


@dataclass(frozen=True)
class _Opened:
    """One picture of the index. `stamp` tells, without reading, whether another commit has come since."""

    identity: str
    stamp: tuple[int, int, int]
    index: tantivy.Index
    searcher: tantivy.Searcher


class EmbeddedBackend(SearchBackend):
    supports_deep_pages = True
    supports_exact_facets = True
    supports_wiping_by_others = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: _Opened | None = None

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        with self._alone():
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
        searcher = (self._opened or self._open()).searcher
        question = french.parse(query.text)
        clauses = _Clauses(query, question)
        with _Faults():
            words, relaxed = clauses.all_words(), False
            total, found = _find(searcher, query, question, clauses.whole(words))
            if not total and len(question.wanted) > 1:
                words = clauses.some_words()
                total, found = _find(searcher, query, question, clauses.whole(words))
                relaxed = total > 0
            terms = frozenset(question.wanted)
            hits = tuple(_hit(key, searcher.doc(address), terms) for key, address in found)
            facets = _facets(searcher, query, clauses, words)
        return Page(hits, total, facets, relaxed, question.shortened)

    def refresh(self) -> None:
        opened = self._opened
        if opened is None or (opened.identity, opened.stamp) != (identity := self.identity(), self._stamp(identity)):
            self._open()

    def clear(self) -> None:
        with self._alone():
            identity = f"{FORMAT}-{uuid4().hex}"
            folder = self._folder / identity
            folder.mkdir()
            tantivy.Index(SCHEMA, str(folder))
            pointer = self._folder / "current.new"
            pointer.write_text(identity)
            pointer.replace(self._folder / "current")
            for old in self._folder.iterdir():
                if old.is_dir() and old.name != identity:
                    shutil.rmtree(old, ignore_errors=True)
            self._open()

    def identity(self) -> str:
        try:
            identity = (self._folder / "current").read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexBroken(f"L'index de recherche n'existe pas ou n'est pas lisible. {REBUILD}") from error
        if not identity.startswith(f"{FORMAT}-") or not (self._folder / identity).is_dir():
            raise IndexBroken(f"L'index de recherche est incomplet ou d'une autre version de Bouture. {REBUILD}")
        return identity

    def count(self) -> int:
        return (self._opened or self._open()).searcher.num_docs

    def _open(self) -> _Opened:
        identity = self.identity()
        stamp = self._stamp(identity)  # before reading: a commit in between is then seen as new once more, not missed
        with _Faults():
            known = self._opened
            index = known.index if known and known.identity == identity else self._index(identity)
            index.reload()
            self._opened = opened = _Opened(identity, stamp, index, index.searcher())
        return opened

    def _index(self, identity: str) -> tantivy.Index:
        index = tantivy.Index.open(str(self._folder / identity))
        index.config_reader("manual")
        whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("whitespace", whitespace)
        return index

    def _stamp(self, identity: str) -> tuple[int, int, int]:
        """Each commit renames a new meta.json into place."""
        try:
            found = (self._folder / identity / "meta.json").stat()
        except OSError as error:
            raise IndexBroken(f"L'index de recherche est incomplet. {REBUILD}") from error
        return found.st_ino, found.st_mtime_ns, found.st_size

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The kernel frees the lock of a killed process. tantivy's own would not span a `clear()`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy("L'index de recherche est en cours d'écriture. Réessayez dans un instant.") from error
            yield


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
    title = " ".join(french.tidy(document.titles[0] if document.titles else "").split())
    made.add_text("shown_title", title)
    made.add_text("shown_description", " ".join(french.tidy(document.description[:SHOWN]).split()))
    made.add_text("id", _sound(document.id))
    made.add_text("kind", document.kind)
    passages = {"everything": document.everything(), "title": document.titles, "keywords": document.keywords}
    for name in WEIGHTS:
        for passage in passages[name]:
            made.add_text(name, " ".join(french.tokens(passage)))
    for name in FACETS:
        for value in dict.fromkeys(getattr(document, name)):
            made.add_text(name, _sound(value))
    for token in document.audience:
        made.add_text("audience", token)
    # The id makes every key different, so that pages never overlap.
    made.add_text("by_title", _sound(f"{french.fold(title)}\0{document.id}"))
    made.add_text("by_modified", _sound(f"{document.modified}\0{document.id}"))
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


def _hit(score: float | str, document: tantivy.Document, terms: frozenset[str]) -> Hit:
    return Hit(
        id=str(document.get_first("id")),
        kind=str(document.get_first("kind")),
        score=score if isinstance(score, float) else 0.0,
        title=french.mark(str(document.get_first("shown_title")), terms),
        extract=french.extract(str(document.get_first("shown_description")), terms),
    )


def _facets(searcher: tantivy.Searcher, query: Query, clauses: _Clauses, words: Clause) -> tuple[Facet, ...]:
    free = [name for name in query.facets if not query.filters.get(name)]
    found = _counts(searcher, clauses.whole(words), free, query.facet_size)
    for name in query.facets:
        if name not in free:
            found |= _counts(searcher, clauses.whole(words, without=name), [name], query.facet_size)
    return tuple(Facet(name, found[name]) for name in query.facets)


def _counts(
    searcher: tantivy.Searcher, clause: Clause, names: Iterable[str], size: int
) -> dict[str, tuple[tuple[str, int], ...]]:
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
