"""`manage.py dump FORMAT [-o FILE]`: the whole public catalogue in one document."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.api.dumps import FORMATS, dump
from portal.api.profiles import DEFAULT
from portal.api.profiles import FORMS as PROFILES


class Command(BaseCommand):
    help = "Écrit tout le catalogue public en un document : sur la sortie standard, ou dans un fichier avec -o."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=sorted(FORMATS), metavar="FORMAT", help=", ".join(sorted(FORMATS)))
        parser.add_argument(
            "--profile", choices=list(PROFILES), default=DEFAULT.name, metavar="PROFIL", help=", ".join(PROFILES)
        )
        parser.add_argument("-o", "--output", type=Path, metavar="FICHIER", help="écrit quand tout est prêt")

    def handle(self, *args: Any, **options: Any) -> None:
        # Nothing that was loaded until here will go: walked at each collection, it takes a quarter of the time.
        gc.freeze()
        pieces = dump(options["format"], PROFILES[options["profile"]])
        target: Path | None = options["output"]
        if target is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        try:
            # Beside the file, then renamed: whoever reads it never meets half a catalogue.
            with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
                try:
                    file.writelines(pieces)
                    os.fchmod(file.fileno(), 0o644)
                    Path(file.name).replace(target)
                finally:
                    Path(file.name).unlink(missing_ok=True)
        except OSError as error:
            raise CommandError(
                f"{target} ne peut pas être écrit : {error.strerror}. Vérifiez le dossier et la place qui reste."
            ) from error
