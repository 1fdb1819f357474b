"""`manage.py searches [--days 90] [--forget WORDS]`: what is searched and not found, as CSV on the standard output."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import astuple
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.search import tallies
from portal.csv_lines import csv_line

HEAD = ("recherche", "fois", "sans réponse", "premier jour", "dernier jour")


class Command(BaseCommand):
    help = "Écrit en CSV ce qui est cherché et pas trouvé ; ou oublie une question."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=90, help="combien de jours en arrière (90)")
        parser.add_argument("--forget", metavar="WORDS", help="oublie cette question, ses mots et ses nombres")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["forget"]:
            if not tallies.forget_question(options["forget"]):
                raise CommandError(f"« {options['forget']} » n’est pas une question qui soit gardée.")
            self.stdout.write("Oubliée.")
            return
        if not 1 <= options["days"] <= tallies.KEPT.days:
            raise CommandError(f"De 1 à {tallies.KEPT.days} jours : rien n’est gardé plus longtemps.")
        since = timezone.localdate() - timedelta(days=options["days"])
        self.stdout.write(csv_line(HEAD).decode(), ending="")
        for row in tallies.questions(since):
            self.stdout.write(csv_line([str(each) for each in astuple(row)]).decode(), ending="")
