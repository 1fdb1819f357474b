"""`manage.py index [--rebuild]`: brings the search index to the end of the log, or makes it anew."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.errors import NotAlone
from catalogue.log import drain, forget, holder_name, release, take_lease
from catalogue.search.contract import SearchError
from catalogue.search.instance import backend
from catalogue.search.reader import READER, IndexReader


class Command(BaseCommand):
    help = "Met l’index de recherche à jour ; avec --rebuild, le refait en entier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="fait un index neuf à côté de l’ancien, qui sert jusque-là, puis le met à sa place",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        holder, started = holder_name(), time.monotonic()
        try:
            take_lease(READER, holder)
            if options["rebuild"]:
                forget(READER)
            lines = drain(IndexReader(), holder)
            backend().refresh()
        except (NotAlone, SearchError) as error:
            raise CommandError(error.message) from error
        finally:
            release(READER, holder)
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{lines} lignes du journal lues, {backend().count()} fiches dans l’index, en {seconds:.1f} s."
        )
