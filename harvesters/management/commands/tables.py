"""`manage.py tables`: which files are read as tables, which are not and why; `--now` reads those that are due.

Exit status: 0 whatever the files are, 2 a wrong call.
"""

from __future__ import annotations

import json
import math
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Sum
from django.utils import timezone

from catalogue.models import Table, TableVersion
from harvesters.tables import read_tables


class Command(BaseCommand):
    help = "Dit quels fichiers sont lus comme des tables ; --now lit d’abord ceux dont l’heure est venue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", action="store_true", help="lit maintenant ce qui doit l’être, même si c’est long")
        parser.add_argument("--again", action="store_true", help="fait relire ceux qui n’ont pas pu l’être")
        parser.add_argument(
            "--refused", action="store_true", help="nomme chaque fichier qui ne se lit pas, et pourquoi"
        )
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            again = Table.objects.filter(state=Table.State.REFUSED, left_at=None)
            again.update(next_at=timezone.now(), etag="", last_modified="")
        read = sum(read_tables(large=large, seconds=math.inf) for large in (False, True)) if options["now"] else 0
        told = {**summary(), "read": read}
        refused = Table.objects.filter(state=Table.State.REFUSED, left_at=None).order_by("dataset", "name")
        named = [
            {"table": str(table.pk), "name": table.name, "address": table.address, "reason": table.reason}
            for table in (refused if options["refused"] else ())
        ]
        if options["json"]:
            self.stdout.write(json.dumps({**told, "refused_tables": named}, ensure_ascii=False))
            return
        self.stdout.write(
            f"Tables lues : {told['ready']} ({told['rows']} lignes, {told['room'] // 2**20} Mio sur le disque) ; en attente : "
            f"{told['waiting']} ; à réessayer : {told['later']} ; illisibles : {told['refused']}. À lire maintenant : {told['due']}."
        )
        if told["withheld"]:
            self.stdout.write(f"  Attendent une décision sur des données personnelles : {told['withheld']}.")
        for one in named:
            self.stdout.write(f"  {one['name']} ({one['address'] or one['table']}) : {one['reason']}")


def summary() -> dict[str, int]:
    """How many tables are in each state, and what they hold. `room`: bytes of all versions."""
    shown = Table.objects.filter(left_at=None)
    states = dict(shown.order_by().values_list("state").annotate(Count("pk")))
    current = TableVersion.objects.filter(shown_by__left_at=None)
    return {
        **{state: states.get(state, 0) for state in Table.State.values},
        "due": shown.due().count(),
        "withheld": current.filter(withheld=True).count(),
        "rows": current.aggregate(Sum("rows"))["rows__sum"] or 0,
        "room": TableVersion.objects.aggregate(Sum("room"))["room__sum"] or 0,
    }
