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
from portal.leaving.opening import open_export
from portal.leaving.restoring import restore


class Command(BaseCommand):
    help = "Reprend dans une base vide tout ce qu’un export contient, avec les mêmes adresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "export", type=Path, metavar="DOSSIER", help="le dossier ou le ZIP qu’a écrit manage.py export"
        )
        parser.add_argument("--key", default="", metavar="EMPREINTE", help="refuse ce que cette clé n’a pas signé")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        gc.freeze()
        try:
            opened = open_export(options["export"], options["key"])
            try:
                done = restore(opened)
            finally:
                opened.close()
        except Refused as error:
            raise CommandError(error.message) from error
        count_tables()
        self.stdout.write(
            f"{done.rows} rangs et {done.files} fichiers repris, à la position {done.position} du journal ; signés par la clé "
            f"{opened.kid}."
        )
        if done.moved:
            self.stdout.write(
                f"Les adresses de l’export sont celles de {done.moved} et le restent, alors que ce portail répond à "
                f"{settings.BOUTURE_URL}. Pour un déménagement, donnez à BOUTURE_URL la même valeur ; pour une copie, nommez l’ancien "
                "hôte dans BOUTURE_FORMER_HOSTS quand il ne répond plus."
            )
        call_command("index", rebuild=True, stdout=self.stdout)
        self.stdout.write(
            "Chacun choisit un nouveau mot de passe (« Mot de passe oublié », ou manage.py account ADRESSE --reset-link) et "
            "enrôle de nouveau son téléphone. Lancez le portail ; le travail de fond reprend où l’autre en était."
        )
