"""`manage.py export [-o NAME]`: everything that the instance holds, in open formats, in a folder or a ZIP (docs/leaving.md)."""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.auditing import by_command
from catalogue.errors import Refused
from portal.leaving.writing import export
from portal.packs import swapping


class Command(BaseCommand):
    help = "Écrit tout ce que tient ce portail, le privé compris et sans aucun secret, dans un dossier ou un ZIP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-o",
            "--output",
            type=Path,
            metavar="DOSSIER",
            help="un nom qui n’existe pas encore ; en .zip, un seul fichier (par défaut export-AAAA-MM-JJ)",
        )

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        gc.freeze()  # as in `dump`: what was loaded until here will not go
        for line in swapping.settle():
            self.stderr.write(line)
        try:
            written = export(options["output"] or Path(f"export-{timezone.localdate().isoformat()}"))
        except Refused as error:
            raise CommandError(error.message) from error
        for name in written.missing:
            self.stderr.write(f"Absent du disque, donc de l’export : {name}")
        self.stdout.write(
            f"{written.target} : {written.rows} rangs et {written.files} fichiers, {written.size} octets, à la position "
            f"{written.position} du journal, signés par la clé {written.kid}.\n"
            "Il contient tout, le privé compris : gardez-le comme la base. Aucun mot de passe, jeton ni clé n’y est."
        )
