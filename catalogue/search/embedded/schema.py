"""What a record becomes in tantivy. Text is analysed by `french` alone; tantivy gets terms with spaces between."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import tantivy

from catalogue.search import french
from catalogue.search.document import FACETS, FIELD_WEIGHTS, Document

SHOWN = 5_000  # characters of a description kept to cut extracts from
EXACT = ("audience", "said", "merit")  # fields of terms that are found only whole


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("shown_title", "shown_description"):
        builder.add_bytes_field(name, stored=True)  # a text field would be indexed too
    for name in ("id", "kind"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in FIELD_WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in EXACT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("by_title", fast=True, tokenizer_name="sorted", index_option="basic")
    builder.add_integer_field("by_modified", fast=True)
    return builder.build()


SCHEMA = _schema()


def make(folder: Path) -> tantivy.Index:
    return tantivy.Index(SCHEMA, str(folder))


def opened(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    whitespace, nothing, whole = tantivy.Tokenizer.whitespace(), tantivy.Tokenizer.regex("$^"), tantivy.Tokenizer.raw()
    index.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(whitespace).build())
    index.register_tokenizer("sorted", tantivy.TextAnalyzerBuilder(nothing).build())  # kept in a column, never sought
    index.register_fast_field_tokenizer("sorted", tantivy.TextAnalyzerBuilder(whole).build())
    return index


def sound(text: str) -> str:
    """Without lone surrogates, which JSON lets through and UTF-8 does not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def said(field: str, term: str) -> str:
    """The exact term of a word in a field that a question may name."""
    return f"{field}:{term}"


def made(document: Document) -> tantivy.Document:
    row = tantivy.Document()
    title, description = (
        " ".join(french.tidy(each[:SHOWN]).split()) for each in (document.title, document.description)
    )
    row.add_bytes("shown_title", title.encode())
    row.add_bytes("shown_description", description.encode())
    row.add_text("id", sound(document.id))
    row.add_text("kind", sound(document.kind))
    terms: dict[str, list[str]] = {}  # of each passage: most stand in several fields
    for name, passages in document.passages().items():
        for passage in passages:
            row.add_text(name, " ".join(_analysed(passage, terms)))
    for name in FACETS:
        for value in dict.fromkeys(getattr(document, name)):
            row.add_text(name, sound(value))
    for token in document.audience:
        row.add_text("audience", sound(token))
    for merit in document.merits():
        row.add_text("merit", merit)
    for name, texts in document.said().items():
        for term in {term for text in texts for term in _analysed(text, terms)}:
            row.add_text("said", said(name, term))
    # The id makes every key different, so that pages never overlap.
    row.add_text("by_title", sound(f"{french.fold(title)}\0{document.id}"))
    row.add_integer("by_modified", document.moment() << 20 | crc32(document.id.encode("utf-8", "replace")) >> 12)
    return row


def _analysed(passage: str, known: dict[str, list[str]]) -> list[str]:
    if passage not in known:
        known[passage] = french.indexed(passage)
    return known[passage]
