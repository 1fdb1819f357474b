"""`manage.py relevance`: how well the search answers, on a catalogue of its own that is thrown away."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalogue.search import relevance, synonyms
from catalogue.search.contract import SearchBackend, SearchError
from catalogue.search.embedded import EmbeddedBackend


class Command(BaseCommand):
    help = "Mesure la pertinence de la recherche : nDCG@10, MRR et succès à 3, sur un catalogue d’essai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queries", type=Path, default=relevance.QUERIES, help="colonnes query et expected (TSV)")
        parser.add_argument("--backend", choices=("embedded", "elastic"), default="embedded")
        parser.add_argument("--half", choices=relevance.HALVES, default="", help="celle que l’on règle, ou l’autre")
        parser.add_argument("--own-synonyms", action="store_true", help="avec les synonymes de cette instance")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asked = relevance.questions(options["queries"], options["half"])
            with _empty(options["backend"]) as backend:
                relevance.fill(backend)
                marks = relevance.measure(backend, asked, synonyms.thesaurus() if options["own_synonyms"] else None)
        except (relevance.QueriesError, SearchError) as error:
            raise CommandError(str(error)) from error
        others = {"plain_bm25": relevance.measure_plain(asked)}
        if options["backend"] == "elastic":
            others["french_analyzer"] = relevance.measure_french(asked, settings.ELASTICSEARCH_URL)
        if options["json"]:
            beside = {name: found.figures() for name, found in others.items()}
            self.stdout.write(json.dumps({**marks.figures(), "backend": options["backend"], **beside}))
            return
        for name, found in {options["backend"]: marks, **others}.items():
            said = "   ".join(f"{figure} {value}" for figure, value in found.figures().items())
            self.stdout.write(f"{name:16} {said}")


@contextmanager
def _empty(name: str) -> Iterator[SearchBackend]:
    """A backend of this measure alone, gone at its end. Raises CommandError."""
    if name == "embedded":
        with tempfile.TemporaryDirectory(prefix="bouture-") as folder:
            yield EmbeddedBackend(Path(folder) / "index")
        return
    if not settings.ELASTICSEARCH_URL:
        raise CommandError("ELASTICSEARCH_URL ne nomme aucun serveur : donnez-la, ou mesurez avec --backend embedded.")
    from catalogue.search.elastic import ElasticBackend

    backend = ElasticBackend(settings.ELASTICSEARCH_URL, f"bouture-measure-{uuid4().hex}")
    try:
        yield backend
    finally:
        backend.remove_all()
