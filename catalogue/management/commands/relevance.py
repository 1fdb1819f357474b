"""`manage.py relevance`: how well the search answers, on a catalogue of its own that is thrown away."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.search import BACKENDS, relevance, synonyms
from catalogue.search.contract import SearchError


class Command(BaseCommand):
    help = "Mesure la pertinence de la recherche : nDCG@10, MRR et succès à 3, sur un catalogue d’essai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queries", type=Path, default=relevance.QUERIES, help="colonnes query et expected (TSV)")
        parser.add_argument("--backend", choices=sorted(BACKENDS), default="embedded")
        parser.add_argument("--half", choices=relevance.HALVES, default="", help="celle que l’on règle, ou l’autre")
        parser.add_argument("--own-synonyms", action="store_true", help="avec les synonymes de cette instance")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            asked = relevance.questions(options["queries"], options["half"])
            with tempfile.TemporaryDirectory(prefix="bouture-") as folder:
                backend = BACKENDS[options["backend"]](Path(folder) / "index")
                relevance.fill(backend)
                marks = relevance.measure(backend, asked, synonyms.thesaurus() if options["own_synonyms"] else None)
        except (relevance.QueriesError, SearchError) as error:
            raise CommandError(str(error)) from error
        plain = relevance.measure_plain(asked)
        figures = {**marks.figures(), "backend": options["backend"], "plain_bm25": plain.figures()}
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, found in ((options["backend"], marks), ("BM25 seul", plain)):
            said = "   ".join(f"{figure} {value}" for figure, value in found.figures().items())
            self.stdout.write(f"{name:12} {said}")
