"""`manage.py quota`: what the files of each body take, and how much they may."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.auditing import by_command
from catalogue.models import Organisation
from catalogue.publishing import change_body
from catalogue.tabling.keeping import room_of

MOST = 10_000_000  # MiB, as of BOUTURE_TABLES_QUOTA


class Command(BaseCommand):
    help = "Dit la place que prennent les fichiers de chaque organisation, ou en donne une autre à l’une d’elles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "organisation", nargs="?", metavar="NOM-COURT", help="sans lui, toutes celles de l’instance"
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--set", type=int, metavar="MIO", dest="mebibytes", help="sa place, en mébioctets")
        what.add_argument("--default", action="store_true", help="la place de toutes : BOUTURE_TABLES_QUOTA")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        slug, wanted = options["organisation"], options["mebibytes"]
        if not slug and (wanted is not None or options["default"]):
            raise CommandError("Nommez l’organisation dont la place change.", returncode=2)
        if wanted is not None and not 0 <= wanted <= MOST:
            raise CommandError(f"La place se compte en mébioctets, de 0 à {MOST}.", returncode=2)
        bodies = Organisation.objects.filter(slug=slug) if slug else Organisation.objects.filter(tenant=True)
        if slug and not bodies:
            raise CommandError(f"Aucune organisation « {slug} ». « manage.py quota » les nomme toutes.")
        if wanted is not None or options["default"]:
            change_body(bodies[0], tables_quota=wanted)
        for body in bodies.all():
            self.stdout.write(_line(body))


def _line(body: Organisation) -> str:
    room = room_of(body)
    own = ", comme toutes" if body.tables_quota is None else ""
    return f"{body.slug} : {room.taken / 2**20:.1f} Mio sur {room.quota // 2**20}{own}, reste {room.left / 2**20:.1f}."
