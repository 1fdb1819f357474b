"""`manage.py validate URL-or-FILE`: what is wrong with a catalogue, ours or another's, and what to do. Writes nothing.

Exit status: 0 no violation (warnings included), 1 some, or it cannot be read, 2 a wrong call.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from catalogue.dcat.checks import VIOLATION
from catalogue.dcat.formats import FormatError
from catalogue.dcat.shapes import Result
from harvesters.base import HarvestError
from harvesters.http import Client
from harvesters.registry import BadSource, agent, host_of, key_of
from harvesters.validation import Checked, TooLarge, Validation, official

KINDS = {"dataset": "jeu de données", "service": "service", "catalogue": "catalogue"}
SHOWN = 20  # findings of one record in the report; --json gives all


class Command(BaseCommand):
    help = "Vérifie un catalogue DCAT (adresse ou fichier) et dit quoi corriger. N’écrit rien."
    requires_system_checks: list[str] = []  # neither base nor key: it runs before the instance is set up

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="URL-ou-FICHIER")
        parser.add_argument("--shapes", default="", metavar="FICHIER", help="règles SHACL officielles à passer en plus")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")
        parser.add_argument("--base", default="", help="base des adresses relatives d’un fichier (http, https, urn)")

    def handle(self, *args: Any, **options: Any) -> None:
        shapes = Path(options["shapes"]).expanduser() if options["shapes"] else None
        validation = self._prepared(options["address"], options["base"], shapes)
        host = host_of(validation.address)
        results: list[Result] = []
        try:
            with Client(trusted=frozenset({host} - {""}), agent=agent()) as client:
                validation.run(client)
            if shapes:
                results = self._official(validation, shapes)
        except HarvestError as error:
            raise CommandError(error.message) from error
        except TooLarge as error:
            raise CommandError(str(error)) from error
        told = summary(validation, results)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(validation, results, told)
        if told["violations"] or told["official_violations"]:
            sys.exit(1)

    def _prepared(self, address: str, base: str, shapes: Path | None) -> Validation:
        try:
            key = key_of(address)
        except BadSource as error:
            raise CommandError(str(error), returncode=2) from error
        if base and urlsplit(base).scheme not in ("http", "https", "urn"):
            raise CommandError(
                "La base des adresses relatives doit commencer par http://, https:// ou urn:.", returncode=2
            )
        if shapes and not shapes.is_file():
            raise CommandError(f"Le fichier de règles {shapes} n’existe pas. Vérifiez son chemin.", returncode=2)
        return Validation(key, base, keep=shapes is not None)

    def _official(self, validation: Validation, shapes: Path) -> list[Result]:
        try:
            return official(validation, shapes)
        except (OSError, ValueError, FormatError) as error:
            raise CommandError(
                f"Le fichier de règles {shapes} ne peut pas servir ({error}). Donnez un fichier SHACL complet.",
                returncode=2,
            ) from error

    def _tell(self, validation: Validation, results: list[Result], told: dict[str, Any]) -> None:
        write = self.stdout.write
        if not validation.checked:
            write("Aucun jeu de données, service ni catalogue dans ce document : est-ce bien un catalogue DCAT ?")
        for record in sorted(validation.checked, key=lambda record: -record.violations):
            if record.findings:
                self._tell_record(record)
        for result in results:
            mark = "À corriger" if result.severity == VIOLATION else "Conseil"
            write(
                f"Règles officielles, {mark.lower()} : {result.focus} {result.path} [{result.component}] {result.message}"
            )
        write(
            f"{told['records']} fiches lues : {told['violations']} erreurs à corriger, {told['warnings']} conseils ; "
            f"{told['clean']} fiches sans erreur."
        )
        if told["official"] is not None:
            write(f"Règles officielles : {told['official_violations']} erreurs.")

    def _tell_record(self, record: Checked) -> None:
        self.stdout.write(f"{KINDS[record.kind].capitalize()} « {record.title or record.address} » ({record.address})")
        counts = Counter((finding.severity, finding.message) for finding in record.findings)
        ordered = sorted(counts.items(), key=lambda item: item[0][0] != VIOLATION)
        for (severity, message), times in ordered[:SHOWN]:
            again = f" (× {times})" if times > 1 else ""
            self.stdout.write(f"  {'À corriger' if severity == VIOLATION else 'Conseil'} : {message}{again}")
        if len(ordered) > SHOWN:
            self.stdout.write(f"  … et {len(ordered) - SHOWN} autres ; --json les donne tous.")
        self.stdout.write("")


def summary(validation: Validation, results: list[Result]) -> dict[str, Any]:
    """The whole report, for machines. `official` is None when no shapes were given."""
    findings = [finding for record in validation.checked for finding in record.findings]
    violations = sum(finding.severity == VIOLATION for finding in findings)
    return {
        "address": validation.address,
        "records": len(validation.checked),
        "clean": sum(not record.violations for record in validation.checked),
        "violations": violations,
        "warnings": len(findings) - violations,
        "notes": sorted(validation.notes),
        "official": [asdict(result) for result in results] if validation.keep else None,
        "official_violations": sum(result.severity == VIOLATION for result in results),
        "findings": [
            {"kind": record.kind, "record": record.address, **finding._asdict(), "message": finding.message}
            for record in validation.checked
            for finding in record.findings
        ],
    }
