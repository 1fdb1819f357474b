"""`manage.py feed [--rebuild]`: brings the feed for other portals to the end of the log, or looks at every record again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.errors import NotAlone
from catalogue.feeding.reader import FeedReader
from catalogue.feeding.tree import last_position
from catalogue.feeding.writing import READER
from catalogue.log import drain, forget, holder_name, release, take_lease
from catalogue.models import FeedMember


class Command(BaseCommand):
    help = "Met à jour le flux que suivent les autres portails ; avec --rebuild, compare chaque fiche à ce qui en est annoncé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="regarde toutes les fiches ; ce qui est annoncé comme il faut garde sa place",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        holder, started, before = holder_name(), time.monotonic(), last_position()
        try:
            take_lease(READER, holder)
            if options["rebuild"]:
                forget(READER)
            lines = drain(FeedReader(), holder)
        except NotAlone as error:
            raise CommandError(error.message) from error
        finally:
            release(READER, holder)
        there = FeedMember.objects.exclude(digest="").count()
        self.stdout.write(
            f"{lines} lignes du journal lues, {last_position() - before} activités écrites, {there} objets dans le flux,"
            f" en {time.monotonic() - started:.1f} s."
        )
