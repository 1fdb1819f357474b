"""What a record becomes on Elasticsearch. Text is analysed by `french` alone; it gets terms with spaces between."""

from __future__ import annotations

from typing import Any

from elasticsearch.dsl import Mapping

from catalogue.search.analysed import BOX, KEYS, read_document
from catalogue.search.contract import WINDOW
from catalogue.search.document import EXACT, FACETS, FIELD_WEIGHTS, Document

SETTINGS = {
    "number_of_shards": 1,  # of one catalogue; counts are exact and scores comparable
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # each write refreshes once
    "max_result_window": WINDOW,
    # Each write leaves a small segment, and the server's own rule keeps ten: each is asked in every phase of a question, and who
    # reads private records asks two indices. Merged by twos, with few of the documents written over left inside.
    "merge.policy.segments_per_tier": 2,
    "merge.policy.deletes_pct_allowed": 5,
}


def mapping() -> Mapping:
    made = Mapping()
    made.meta("dynamic", "strict")
    made.meta("_source", includes=["shown_*", "kind", "gist"])
    for name in ("shown_title", "shown_description", "gist"):
        made.field(name, "keyword", index=False, doc_values=False)
    for name in FIELD_WEIGHTS:
        made.field(name, "text", analyzer="whitespace", similarity="BM25")
    for name in (*EXACT, *FACETS):
        made.field(name, "keyword")
    made.field("by_title", "keyword", index=False)
    for name in KEYS:
        made.field(name, "long")
    for name in BOX:
        made.field(name, "double")
    made.field("by_key", "long")
    made.field("stamp", "keyword", index=False)
    return made


def source(document: Document) -> dict[str, Any]:
    read = read_document(document)
    return {
        "shown_title": read.title,
        "shown_description": read.description,
        **read.passages,
        **read.exact,
        "gist": read.gist,
        "by_title": read.by_title,
        **read.keys,
        **read.box,
        "by_key": read.by_key,
        "stamp": read.stamp,
    }
