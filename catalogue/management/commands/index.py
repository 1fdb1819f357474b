"""`manage.py index [--rebuild | --check [--json]]`: brings the search index to the end of the log, makes it anew, or compares
it with the base and repairs it.

Exit status of `--check`: 0 index and base agreed, 1 they did not (they do now), 2 they could not be compared.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.errors import NotAlone
from catalogue.log import drain, forget, holder_name, release, take_lease
from catalogue.models import IndexCheck
from catalogue.search.comparing import Verdict, check
from catalogue.search.contract import SearchError
from catalogue.search.instance import backend
from catalogue.search.nightly import keep, told
from catalogue.search.reader import READER, IndexReader
from catalogue.table_sizes import count_tables


class Command(BaseCommand):
    help = "Met l’index de recherche à jour ; avec --rebuild, le refait en entier ; avec --check, le compare à la base."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="fait un index neuf à côté de l’ancien, qui sert jusque-là, puis le met à sa place",
        )

        parser.add_argument("--check", action="store_true", help="compare l’index à la base et répare ce qui diffère")
        parser.add_argument("--json", action="store_true", help="avec --check, imprime un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"] and not options["check"]:
            raise CommandError("--json va avec --check.", returncode=2)
        if options["check"]:
            self._check(as_json=options["json"])
        else:
            self._follow(rebuild=options["rebuild"])

    def _check(self, *, as_json: bool) -> None:
        row = IndexCheck(started_at=timezone.now())
        try:
            findings = check(holder_name())
        except (NotAlone, SearchError) as error:
            raise CommandError(error.message, returncode=2) from error
        keep(row, findings)
        seconds = (row.ended_at - row.started_at).total_seconds() if row.ended_at else 0.0
        if as_json:
            figures = {each.value: findings.counts[each] for each in Verdict}
            examples = [{"id": key, "verdict": found.value} for found, key in findings.examples]
            told_all = {"documents": findings.documents, **figures, "rebuilt": findings.rebuilt, "examples": examples}
            self.stdout.write(json.dumps({**told_all, "seconds": round(seconds, 1)}))
        else:
            for line in told(findings):
                self.stdout.write(f"Différences réparées, {line}.")
            if not findings.drift:
                self.stdout.write("L’index dit la même chose que la base.")
            self.stdout.write(
                f"{findings.documents} fiches comparées en {seconds:.1f} s, {findings.counts[Verdict.DERIVED]} notes mises à jour."
            )
        if findings.drift:
            sys.exit(1)

    def _follow(self, *, rebuild: bool) -> None:
        holder, started = holder_name(), time.monotonic()
        try:
            take_lease(READER, holder)
            if rebuild:
                forget(READER)
            lines = drain(IndexReader(), holder)
            count_tables()
            backend().refresh()
        except (NotAlone, SearchError) as error:
            raise CommandError(error.message) from error
        finally:
            release(READER, holder)
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{lines} lignes du journal lues, {backend().count()} documents dans l’index, en {seconds:.1f} s."
        )
