"""What the index holds, for who compares it with the base."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

from catalogue.search.contract import Held
from catalogue.search.document import range_of, sound
from catalogue.search.embedded.schema import SCHEMA


def under(searcher: tantivy.Searcher, ids: Sequence[str]) -> list[Held]:
    return _held(searcher, tantivy.Query.term_set_query(SCHEMA, "id", [sound(each) for each in ids]))


def inside(searcher: tantivy.Searcher, number: int, parts: int) -> list[Held]:
    kind = tantivy.FieldType.Integer
    return _held(searcher, tantivy.Query.range_query(SCHEMA, "by_key", kind, *range_of(number, parts)))


def _held(searcher: tantivy.Searcher, query: tantivy.Query) -> list[Held]:
    total = searcher.search(query, 1).count  # type: ignore[attr-defined]  # tantivy 0.27 has it and its stub forgets it
    if not total:
        return []
    rows = (searcher.doc(address).to_dict() for _, address in searcher.search(query, total, count=False).hits)
    return [
        Held(row["id"][0], row["kind"][0], frozenset(row.get("audience", ())), bytes(row["stamp"][0]).decode())
        for row in rows
    ]
