"""`manage.py conformity`: the published records that are not DCAT-AP, by name and by field; `--recheck` checks them again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from catalogue import publishing
from catalogue.dcat.checks import VIOLATION
from catalogue.dcat.conformity import told
from catalogue.dcat.mapping import MODELS
from catalogue.models import Record


class Command(BaseCommand):
    help = "Nomme les fiches publiées qui ne sont pas conformes à DCAT-AP, champ par champ, avec ce qu’il faut faire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--recheck", action="store_true", help="vérifie d’abord à nouveau toutes les fiches")
        parser.add_argument("--advice", action="store_true", help="donne aussi les conseils, de toutes les fiches")
        parser.add_argument("--json", action="store_true", help="une fiche par ligne, pour un programme")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["recheck"]:
            changed = publishing.recheck()
            self.stderr.write(f"Fiches vérifiées à nouveau : le résultat a changé pour {changed}.")
        tell = self._as_json if options["json"] else self._in_words
        for row in _faulty(options["advice"]):
            tell(row, options["advice"])
        if not options["json"]:
            self._sum_up()

    def _as_json(self, row: Record, advice: bool) -> None:
        findings = [{**kept._asdict(), "message": kept.message} for kept in _chosen(row, advice)]
        told = {"kind": row.kind, "id": str(row.pk), "record": row.uri, "title": row.label, "conforms": row.conforms}
        self.stdout.write(json.dumps({**told, "findings": findings}, ensure_ascii=False))

    def _in_words(self, row: Record, advice: bool) -> None:
        self.stdout.write(f"« {row.label} » ({row.uri})")
        if row.conforms is None:
            self.stdout.write("  Jamais vérifiée : relancez avec --recheck.")
        for kept in _chosen(row, advice):
            again = f" (× {kept.times})" if kept.times > 1 else ""
            mark = "À corriger" if kept.severity == VIOLATION else "Conseil"
            self.stdout.write(f"  {mark} : {kept.message}{again}")

    def _sum_up(self) -> None:
        live = [model.objects.published() for model in MODELS.values()]  # type: ignore[attr-defined]
        total, faulty = (sum(found.count() for found in what) for what in (live, [q.not_conforming() for q in live]))
        self.stdout.write(f"{faulty} fiche{'s' * (faulty > 1)} à revoir sur {total}.")


def _faulty(advice: bool) -> Iterator[Record]:
    for model in MODELS.values():
        live = model.objects.published() if advice else model.objects.published().not_conforming()  # type: ignore[attr-defined]
        yield from live.order_by("uri").iterator(chunk_size=200)


def _chosen(row: Record, advice: bool) -> list[Any]:
    return [kept for kept in told(row.findings) if advice or kept.severity == VIOLATION]
