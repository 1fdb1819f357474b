"""`manage.py audit verify | head | export | guard`: the trail is whole, where it ends, all that it tells, its triggers.

Exit status: 0 whole, 1 the chain is broken, 2 a wrong call.
"""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from catalogue.auditing import guards
from catalogue.auditing.chain import Head, head, verify
from catalogue.auditing.exporting import COLUMNS, as_plain, chosen
from catalogue.models import AuditEntry, Organisation


class Command(BaseCommand):
    help = "Vérifie la trace de ce que chacun a fait, dit où elle en est, ou l’exporte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("verify", help="relit toute la chaîne et nomme la première trace qui n’est pas intacte")
        check.add_argument("--noted", metavar="NUMÉRO:EMPREINTE", help="une fin de chaîne notée ailleurs auparavant")
        acts.add_parser("head", help="la fin de la chaîne, à noter ailleurs que sur ce serveur")
        acts.add_parser("guard", help="remet les déclencheurs par lesquels la base refuse qu’on y touche")
        export = acts.add_parser("export", help="toutes les traces, de la première à la dernière")
        export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
        export.add_argument("--organisation", metavar="NOM-COURT")
        export.add_argument("--since", metavar="JOUR", help="AAAA-MM-JJ, ce jour compris")
        export.add_argument("--until", metavar="JOUR", help="AAAA-MM-JJ, ce jour compris")
        export.add_argument("-o", "--output", type=Path, metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        {"verify": self._verify, "head": self._head, "export": self._export, "guard": self._guard}[options["act"]](
            options
        )

    def _verify(self, options: dict[str, Any]) -> None:
        if fault := verify(_noted(options["noted"])):
            raise CommandError(
                f"La chaîne est rompue : {fault.message}. Gardez une copie de la base telle qu’elle est, et comparez avec "
                "une sauvegarde antérieure."
            )
        if gone := guards.missing(connection):
            raise CommandError(
                f"La chaîne est intacte, mais la base ne la protège plus : il manque {', '.join(gone)}. "
                "Remettez ses déclencheurs : manage.py audit guard."
            )
        self.stdout.write(f"La chaîne est intacte. Fin : {head()}")

    def _head(self, _options: dict[str, Any]) -> None:
        self.stdout.write(str(head()))

    def _guard(self, _options: dict[str, Any]) -> None:
        guards.set_up(connection)
        self.stdout.write("La base refuse qu’on change ou efface une trace.")

    def _export(self, options: dict[str, Any]) -> None:
        rows = self._chosen(options)
        with ExitStack() as stack:
            path = options["output"]
            out = stack.enter_context(path.open("w", encoding="utf-8", newline="")) if path else sys.stdout
            if options["format"] == "csv":
                writer = csv.DictWriter(out, COLUMNS)
                writer.writeheader()
                writer.writerows(rows)
            else:
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        self.stderr.write(f"Fin de la chaîne : {head()}")

    def _chosen(self, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        entries = AuditEntry.objects.all()
        if slug := options["organisation"]:
            body = Organisation.objects.filter(slug=slug).first()
            if body is None:
                raise CommandError(f"Aucune organisation « {slug} ». « manage.py quota » les nomme toutes.")
            entries = entries.filter(body=body.pk)
        try:
            entries = chosen(entries, options["since"], options["until"])
        except ValueError as error:
            raise CommandError("Une date s’écrit AAAA-MM-JJ, comme 2026-11-26.", returncode=2) from error
        texts = options["format"] == "csv"
        return (as_plain(entry, texts=texts) for entry in entries.iterator(chunk_size=1_000))


def _noted(text: str | None) -> Head | None:
    if not text:
        return None
    number, _, seal = text.partition(":")
    if not number.isdigit() or len(seal) != 64:
        raise CommandError(
            "Une fin de chaîne s’écrit NUMÉRO:EMPREINTE, comme « manage.py audit head » la donne.", returncode=2
        )
    return Head(int(number), seal)
