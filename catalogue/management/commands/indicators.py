"""`manage.py indicators sync|list|compute|explain`: the recipes of this instance, their figures, and how each was made.

Exit status: 1 when a recipe has a fault (sync, list) or when nothing is said of what is asked (explain).
"""

from __future__ import annotations

import math
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Q

from catalogue.models import Indicator, Observation, Territory
from catalogue.observing import queue, recipes
from catalogue.observing.explaining import explained
from catalogue.observing.queue import Cause
from catalogue.observing.reckoning import reckon_asked

ACTIONS: Final = {
    "sync": "met les indicateurs en accord avec leurs recettes",
    "list": "nomme chaque indicateur, et combien de territoires en ont une valeur",
    "compute": "fait maintenant les calculs qui sont demandés",
    "explain": "dit comment la valeur d’un territoire a été calculée",
}


class Command(BaseCommand):
    help = "Les indicateurs : leurs recettes, leurs valeurs, et comment chacune a été calculée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        told = " ; ".join(f"{name} : {what}" for name, what in ACTIONS.items())
        parser.add_argument("action", choices=list(ACTIONS), metavar="ACTION", help=told)
        parser.add_argument("key", nargs="?", metavar="KEY", help="explain : l’identifiant de l’indicateur")
        parser.add_argument("territory", nargs="?", metavar="TERRITORY", help="explain : un code INSEE ou un SIREN")
        parser.add_argument("--all", action="store_true", help="compute : refait tout, même ce qui n’a pas changé")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _sync(self, options: dict[str, Any]) -> None:
        changed = recipes.sync()
        self.stdout.write(f"Recettes lues : {Indicator.objects.in_use().count()} indicateurs, {changed} changés.")
        self._blame()

    def _list(self, options: dict[str, Any]) -> None:
        valued = Count("observations__territory", distinct=True, filter=Q(observations__value__isnull=False))
        for row in Indicator.objects.in_use().annotate(territories=valued):
            self.stdout.write(
                f"{row.key} (v{row.version}, {row.schema}) : {row.title} — territoires : {row.territories}"
            )
        self._blame()

    def _compute(self, options: dict[str, Any]) -> None:
        recipes.sync()
        if options["all"]:
            queue.ask_of_schemas(set(Indicator.objects.in_use().values_list("schema", flat=True)), Cause.RECIPE)
        done = reckon_asked(seconds=math.inf)
        count = Observation.objects.count()
        self.stdout.write(f"Tables calculées : {done} ; observations gardées : {count}.")

    def _explain(self, options: dict[str, Any]) -> None:
        indicator = Indicator.objects.filter(key=options["key"] or "").first()
        if indicator is None:
            raise CommandError("Donnez l’identifiant d’un indicateur : « manage.py indicators list » les nomme.")
        territory = Territory.objects.resolve(options["territory"] or "")
        if territory is None:
            raise CommandError("Donnez un code INSEE, un SIREN, un département, ou « R » et une région.")
        lines = explained(indicator, territory)
        if not lines:
            raise CommandError(
                f"Rien n’est dit de {territory} pour cet indicateur : publiez un fichier {indicator.schema}."
            )
        self.stdout.write("\n".join(lines))

    def _blame(self) -> None:
        faulty = list(Indicator.objects.exclude(problem="").filter(left_at=None))
        for row in faulty:
            self.stderr.write(row.problem)
        if faulty:
            raise CommandError(f"Recettes qui ont un défaut et ne donnent aucune valeur : {len(faulty)}. Corrigez-les.")
