"""What a record becomes in tantivy. Text is analysed by `french` alone; tantivy gets terms with spaces between."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import tantivy

from catalogue.search.analysed import BOX, KEYS, read_document
from catalogue.search.document import EXACT, FACETS, FIELD_WEIGHTS, PUBLIC, Document, key_of
from catalogue.search.embedded.coding import CODED, column

TITLE_PARTS: Final = (
    "title_1",
    "title_2",
    "title_3",
)  # the first letters of "by_title", since only numbers have ranges
HIDDEN: Final = "1"  # the term of "hidden": what strangers do not see has it
WIDTH: Final = 7  # bytes of each


def title_numbers(by_title: str) -> list[int]:
    """In the order of the texts, but that of two with the same first letters."""
    letters = by_title.encode("utf-8", "replace")[: WIDTH * len(TITLE_PARTS)].ljust(WIDTH * len(TITLE_PARTS), b"\0")
    return [int.from_bytes(letters[at : at + WIDTH], "big") for at in range(0, len(letters), WIDTH)]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("shown_title", "shown_description", "gist", "stamp"):
        builder.add_bytes_field(name, stored=True)  # a text field would be indexed too
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FIELD_WEIGHTS:
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in FACETS:
        stored = name == "kind"  # given with each hit
        fast = name not in CODED
        builder.add_text_field(name, fast=fast, stored=stored, tokenizer_name="raw", index_option="basic")
    for name in CODED:
        builder.add_integer_field(column(name), fast=True)
    for name in EXACT:
        builder.add_text_field(name, stored=name == "audience", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("hidden", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("by_key", fast=True)
    builder.add_text_field("by_title", fast=True, tokenizer_name="sorted", index_option="basic")
    for name in (*KEYS, *TITLE_PARTS):
        builder.add_integer_field(name, fast=True)
    for name in BOX:
        builder.add_float_field(name, fast=True)
    return builder.build()


SCHEMA = _schema()


def make(folder: Path) -> tantivy.Index:
    tantivy.Index(SCHEMA, str(folder))
    return opened(folder)


def opened(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    whitespace, nothing, whole = tantivy.Tokenizer.whitespace(), tantivy.Tokenizer.regex("$^"), tantivy.Tokenizer.raw()
    index.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(whitespace).build())
    index.register_tokenizer("sorted", tantivy.TextAnalyzerBuilder(nothing).build())  # kept in a column, never sought
    index.register_fast_field_tokenizer("sorted", tantivy.TextAnalyzerBuilder(whole).build())
    return index


def made(document: Document) -> tantivy.Document:
    row = tantivy.Document()
    read = read_document(document)
    row.add_bytes("shown_title", read.title.encode())
    row.add_bytes("shown_description", read.description.encode())
    row.add_text("id", read.id)
    for name, passages in read.passages.items():
        for passage in passages:
            row.add_text(name, passage)
    for name, values in read.exact.items():
        for value in values:
            row.add_text(name, value)
    if PUBLIC not in document.audience:
        row.add_text("hidden", HIDDEN)
    for name in CODED:
        for value in read.exact[name]:
            row.add_integer(column(name), key_of(value))
    row.add_text("by_title", read.by_title)
    numbers = zip(TITLE_PARTS, title_numbers(read.by_title), strict=True)
    for name, key in (*read.keys.items(), *numbers):
        row.add_integer(name, key)
    for name, degrees in read.box.items():
        row.add_float(name, degrees)
    row.add_integer("by_key", read.by_key)
    row.add_bytes("gist", read.gist.encode())
    row.add_bytes("stamp", read.stamp.encode())
    return row
