"""`manage.py import DIRECTORY`: takes in what `manage.py export` wrote, on an empty base (docs/leaving.md)."""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from catalogue.auditing import by_command
from catalogue.errors import Refused
from catalogue.table_sizes import count_tables
from portal.leaving import unfinished
from portal.leaving.files import Busy, alone
from portal.leaving.opening import open_export
from portal.leaving.restoring import restore


class Command(BaseCommand):
    help = "Reprend dans une base vide tout ce qu’un export contient, avec les mêmes adresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "export", type=Path, metavar="DOSSIER", help="le dossier ou le ZIP qu’a écrit manage.py export"
        )
        parser.add_argument("--key", default="", metavar="EMPREINTE", help="refuse ce que cette clé n’a pas signé")

    def check(self, *args: Any, **options: Any) -> None:
        """What it is here to finish is not in its way."""
        with unfinished.importing():
            super().check(*args, **options)

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        gc.freeze()
        try:
            with alone():
                self._import(options["export"], options["key"])
        except Busy:
            raise CommandError("Un autre import ou export de ce portail est en cours. Attendez sa fin.") from None
        except Refused as error:
            raise CommandError(error.message) from error

    def _import(self, path: Path, kid: str) -> None:
        opened = open_export(path, kid)
        try:
            done = restore(opened)
        finally:
            opened.close()
        count_tables()
        brought = f"{done.rows} rangs et {done.files} fichiers repris"
        if done.rows is None:
            brought = "Un import arrêté avait tout repris, rangs et fichiers : il ne restait que ce qui s’en déduit"
        self.stdout.write(f"{brought}, à la position {done.position} du journal ; signés par la clé {opened.kid}.")
        if done.moved:
            self.stdout.write(
                f"Les adresses de l’export sont celles de {done.moved} et le restent, alors que ce portail répond à "
                f"{settings.BOUTURE_URL}. Pour un déménagement, donnez à BOUTURE_URL la même valeur ; pour une copie, nommez l’ancien "
                "hôte dans BOUTURE_FORMER_HOSTS quand il ne répond plus."
            )
        call_command("index", rebuild=True, skip_checks=True, stdout=self.stdout)
        unfinished.end()
        self.stdout.write(
            "Chacun choisit un nouveau mot de passe (« Mot de passe oublié », ou manage.py account ADRESSE --reset-link) et "
            "enrôle de nouveau son téléphone. Lancez le portail ; le travail de fond reprend où l’autre en était."
        )
