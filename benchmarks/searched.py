"""A base with its index, filled with what citizens look for, for benchmarks that ask the doors of search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from instance import EU
from invented import documents

if TYPE_CHECKING:
    from catalogue.search.document import Document

TOWN = "40192"  # from where is asked
THEMES = (
    "ENVI",
    "TRAN",
    "ECON",
    "GOVE",
    "EDUC",
    "HEAL",
    "REGI",
    "SOCI",
    "ENER",
    "AGRI",
    "TECH",
    "JUST",
    "INTR",
    "OP_DATPRO",
)
FORMATS = ("CSV", "GEOJSON", "XLSX", "JSON", "ODS", "PDF", "SHP", "ZIP")
OPEN_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"


def fill(count: int, bodies: int = 50) -> None:
    """The 3,122 datasets that relevance is measured on, then invented ones, public, of fifty bodies; then the index."""
    from django.core.management import call_command

    from catalogue import publishing
    from catalogue.batching import batches
    from catalogue.models import Organisation
    from catalogue.named import folded
    from catalogue.search.relevance.catalogue import listed

    call_command("load_reference", verbosity=0)
    owners = [
        Organisation.objects.create(name=f"Ville {n}", slug=f"ville-{n}", folded=folded(f"Ville {n}"), tenant=True).pk
        for n in range(bodies)
    ]
    started = time.perf_counter()
    made: Iterator[Document] = chain((each.document for each in listed()), documents(count))
    drafts = (
        publishing.Draft("dataset", values(number, document), owners[number % bodies])
        for number, document in enumerate(islice(made, count))
    )
    for some in batches(drafts, publishing.BATCH):
        publishing.publish(some)
    print(f"{count} datasets published in {time.perf_counter() - started:.0f} s", flush=True)
    started = time.perf_counter()
    call_command("index", "--rebuild", verbosity=0)
    seconds = time.perf_counter() - started
    print(f"index made from the base: {count / seconds:.0f} datasets/s", flush=True)


def values(number: int, document: Document) -> dict[str, Any]:
    """Of the profile."""
    file = {
        "title": {"fr": " ".join(document.texts[:1])},
        "access_url": [f"https://fichiers.banc.example/{number}.csv"],
        "format": f"{EU}file-type/{FORMATS[number % len(FORMATS)]}",
        "license": OPEN_LICENCE,
    }
    return {
        "title": {"fr": document.title},
        "description": {"fr": document.description or document.title},
        "keyword": {"fr": list(document.keywords)},
        "theme": [f"{EU}data-theme/{THEMES[number % len(THEMES)]}"],
        "modified": document.modified[:10],
        "distribution": [file],
    }
