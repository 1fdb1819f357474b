"""`manage.py late`: datasets older than the rhythm that they state; `--mail` tells who publishes them.

Exit status: 0 whatever is late, 2 a wrong call (`--mail` on an instance that does not want it or cannot).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.late import late, mail_late, rhythms
from catalogue.models import Dataset


class Command(BaseCommand):
    help = "Nomme les jeux de données plus anciens que leur rythme annoncé ; --mail l’écrit à qui les publie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", action="store_true", help="écrit à ceux qui ne l’ont pas su depuis un mois")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON par jeu")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["mail"]:
            for name in ("BOUTURE_LATE_MAILS", "BOUTURE_MAIL"):
                if not getattr(settings, name):
                    wanted = "BOUTURE_LATE_MAILS=1" if name == "BOUTURE_LATE_MAILS" else "BOUTURE_MAIL_URL"
                    raise CommandError(f"Rien n’a été envoyé : il faut d’abord {wanted}.", returncode=2)
            self.stderr.write(f"Courriels partis : {mail_late()}.")
        names = rhythms()
        found = (
            late(Dataset.objects.published(), timezone.now()).select_related("published_by").order_by("modified", "pk")
        )
        count = 0
        for row in found.iterator(chunk_size=200):
            count += 1
            rhythm = names.get(row.frequency, row.frequency)
            if options["json"]:
                told = {"id": str(row.pk), "title": row.label, "publisher": row.published_by.name}
                self.stdout.write(
                    json.dumps({**told, "frequency": row.frequency, "modified": row.modified}, ensure_ascii=False)
                )
            else:
                self.stdout.write(f"{row.modified[:10]}, {rhythm} : « {row.label} » ({row.published_by.name})")
        if not options["json"]:
            self.stdout.write(f"En retard sur leur rythme annoncé : {count}.")
