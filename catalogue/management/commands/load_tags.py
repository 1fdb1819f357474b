"""Give territories the tags of a file: by the sea, in the mountains, of a charter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.comparing.tagging import TagFileError, load_tags


class Command(BaseCommand):
    help = "Charge les étiquettes des territoires d'un fichier CSV (colonnes code et tag), pour comparer entre eux ceux qui en partagent une."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path, help="CSV en UTF-8, avec les colonnes code et tag")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["fichier"]
        try:
            counts = load_tags(path.read_text("utf-8"))
        except OSError as error:
            raise CommandError(f"Le fichier {path} ne s'ouvre pas ({error.strerror}). Vérifiez son chemin.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"Le fichier {path} n'est pas en UTF-8. Enregistrez-le dans cet encodage.") from error
        except TagFileError as error:
            raise CommandError(error.message) from error
        told = ", ".join(f"{label} ({count})" for label, count in sorted(counts.items())) or "aucune"
        self.stdout.write(f"Étiquettes chargées : {told}.")
