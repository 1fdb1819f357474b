"""`manage.py quality [--organisation SLUG] [--rebuild]`: the averages, and what would raise them the most."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.errors import NotAlone
from catalogue.log import drain, holder_name, release, take_lease
from catalogue.models import PUBLIC, Cursor, Dataset, Organisation, Score
from catalogue.models.datasets import RecordQuerySet
from catalogue.quality.averages import levers
from catalogue.quality.metrics import V2, VERSIONS
from catalogue.quality.reader import READER, ScoreReader
from catalogue.quality.scoring import figure

SHOWN = 15


class Command(BaseCommand):
    help = "Dit la qualité européenne (MQA) des jeux publics, et ce qui la ferait le plus monter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", default="", metavar="NOM", help="seulement celle-là (fin de son adresse)")
        parser.add_argument("--rebuild", action="store_true", help="recalcule toutes les notes d’abord")

    def handle(self, *args: Any, **options: Any) -> None:
        self._follow(rebuild=options["rebuild"])
        datasets = Dataset.objects.visible_to(PUBLIC)
        if slug := options["organisation"]:
            if not Organisation.objects.filter(slug=slug).exists():
                raise CommandError(f"Aucune organisation « {slug} » : donnez la fin de l’adresse de sa page.")
            datasets = datasets.filter(published_by__slug=slug)
        self._tell(datasets)

    def _follow(self, *, rebuild: bool) -> None:
        holder, started = holder_name(), time.monotonic()
        try:
            take_lease(READER, holder)
            if rebuild:
                Cursor.objects.filter(reader=READER).update(state="")
            lines = drain(ScoreReader(), holder)
        except NotAlone as error:
            if rebuild:
                raise CommandError(f"{error.message} Arrêtez « manage.py work », puis recommencez.") from error
            return
        finally:
            release(READER, holder)
        self.stdout.write(f"{lines} lignes du journal lues en {time.monotonic() - started:.1f} s.")

    def _tell(self, datasets: RecordQuerySet) -> None:
        means, total = Score.objects.averages(datasets), datasets.count()
        if not means["count"]:
            self.stdout.write("Aucun jeu de données public n’a encore de note.")
            return
        self.stdout.write(f"Jeux de données publics notés : {means['count']} sur {total}.")
        for code, version in VERSIONS.items():
            mean = means[code]
            self.stdout.write(
                f"{version.name} : {figure(mean, version.decimals)} sur {figure(version.most)}, qualité {version.band(mean)}."
            )
        found = levers(V2, datasets)[:SHOWN]
        if found:
            self.stdout.write(f"\nCe qui ferait le plus monter la moyenne ({V2.name}) :")
        for lever in found:
            state = " (pas encore vérifié)" if lever.pending else ""
            where = f"{lever.datasets} {'jeu' if lever.datasets == 1 else 'jeux'}"
            self.stdout.write(
                f"  + {figure(lever.gain, 3)}  {lever.metric.field}{state} : {lever.metric.advice} ({where})"
            )
