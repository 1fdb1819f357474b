"""`manage.py synonyms [--load FILE | --restore]`: shows, replaces or restores the table of synonyms."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.search import synonyms


class Command(BaseCommand):
    help = "Montre les synonymes de la recherche ; les remplace par ceux d’un fichier, ou remet ceux du logiciel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--load", metavar="FILE", help="une règle par ligne, « a, b » ou « a => b » ; - : l’entrée")
        what.add_argument("--restore", action="store_true", help="remet les synonymes livrés avec le logiciel")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restore"]:
            synonyms.restore()
        elif options["load"]:
            self._load(options["load"])
        else:
            self.stdout.write(synonyms.current(), ending="")
            return
        self.stdout.write("Fait : les recherches s’en servent dès maintenant, sans refaire l’index.")

    def _load(self, name: str) -> None:
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{name} ne se lit pas comme un fichier de texte en UTF-8 : vérifiez-le.") from error
        try:
            synonyms.replace(text)
        except synonyms.SynonymsRefused as error:
            raise CommandError(f"Rien n’a changé. À corriger :\n{error}") from error
