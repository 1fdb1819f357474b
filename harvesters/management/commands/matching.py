"""`manage.py matching URL-or-FILE…`: the share of each property's values that our vocabularies know. Writes nothing.

Exit status: 0 done, 1 a catalogue cannot be read, 2 a wrong call.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from harvesters.base import HarvestError
from harvesters.http import Client
from harvesters.reading import load_repairs
from harvesters.registry import BadSource, agent, host_of, key_of
from harvesters.shares import PROPERTIES, Measure, Share


class Command(BaseCommand):
    help = "Dit quelle part des formats, licences, fréquences, thèmes, langues et droits d’accès d’un catalogue est reconnue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="URL-ou-FICHIER", nargs="+", help="un catalogue, ou plusieurs")
        parser.add_argument(
            "--unknown", type=int, default=0, metavar="N", help="montre aussi les N valeurs inconnues les plus dites"
        )
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON par catalogue")

    def handle(self, *args: Any, **options: Any) -> None:
        mender = load_repairs()
        total = {name: Share() for name in PROPERTIES}
        failed = []
        if not options["json"]:
            self._row("catalogue", list(PROPERTIES))
        for address in options["address"]:
            measure = Measure(_key(address), mender=mender)
            try:
                with Client(trusted=frozenset({host_of(measure.address)} - {""}), agent=agent()) as client:
                    measure.run(client)
            except HarvestError as error:
                failed.append(f"{address} : {error.message}")
                continue
            if options["json"]:
                self._as_json(address, measure)
            else:
                self._tell(address, measure, options["unknown"])
            for name, share in measure.shares.items():
                total[name].fates += share.fates
        if len(options["address"]) > 1 and not options["json"]:
            self._row("ensemble", [_said(total[name]) for name in PROPERTIES])
        if failed:
            raise CommandError("\n".join(failed))

    def _tell(self, address: str, measure: Measure, shown: int) -> None:
        self._row("/".join(Path(address).parts[-3:])[-44:], [_said(measure.shares[name]) for name in PROPERTIES])
        for name, share in measure.shares.items():
            for said, times in share.unknown.most_common(shown):
                self.stdout.write(f"    {name} : « {said} » (× {times})")

    def _row(self, first: str, cells: list[str]) -> None:
        self.stdout.write("  ".join([f"{first:44}", *(f"{cell:>17}" for cell in cells)]).rstrip())

    def _as_json(self, address: str, measure: Measure) -> None:
        told = {
            name: {"values": share.values, **share.fates, "unknown": dict(share.unknown.most_common())}
            for name, share in measure.shares.items()
        }
        self.stdout.write(json.dumps({"address": address, "records": measure.records, **told}, ensure_ascii=False))


def _key(address: str) -> str:
    try:
        return key_of(address)
    except BadSource as error:
        raise CommandError(str(error), returncode=2) from error


def _said(share: Share) -> str:
    """« 96 % (1204/1250) »: the known, then of how many."""
    return f"{share.known / share.values:4.0%} ({share.known}/{share.values})" if share.values else "–"
