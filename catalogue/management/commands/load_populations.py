"""`manage.py load_populations FILE`: other populations than those that are shipped; what was divided by them is made again."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.observing.populations import COLUMNS, PopulationsRefused, load


class Command(BaseCommand):
    help = "Charge des populations d’un CSV (code, year, kind, value, source) ; les indicateurs qui s’en servent sont refaits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help=f"un CSV de colonnes {', '.join(COLUMNS)} ; - : l’entrée")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{name} ne se lit pas comme un fichier de texte en UTF-8 : vérifiez-le.") from error
        try:
            changed = load(text)
        except PopulationsRefused as error:
            raise CommandError(f"Rien n’a changé. À corriger :\n{error}") from error
        self.stdout.write(f"Fait. Territoires dont une population est nouvelle ou autre : {changed}.")
