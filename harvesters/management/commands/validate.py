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
from catalogue.dcat.profile import CLASSES
from catalogue.dcat.shapes import Result
from catalogue.dcat.wording import of_shape
from harvesters.base import HarvestError
from harvesters.faults import REPAIRS
from harvesters.http import Client
from harvesters.registry import BadSource, agent, host_of, key_of
from harvesters.validation import Checked, TooLarge, Validation, official

KINDS = {"dataset": "jeu de données", "service": "service", "catalogue": "catalogue"}
# What the report shows, for somebody to read it; --json gives all.
DETAILED = 50  # records
SHOWN = 20  # findings of one record
OFTEN = 10  # kinds of errors


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
        if "://" not in key and Path(key).is_dir():
            raise CommandError(f"{key} est un dossier. Donnez le fichier du catalogue.", returncode=2)
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
        for note in sorted(validation.notes):
            write(f"Remarque : {REPAIRS.get(note, note)}.")
        if not validation.checked:
            write("Aucun jeu de données, service ni catalogue dans ce document : est-ce bien un catalogue DCAT ?")
        faulty = sorted((record for record in validation.checked if record.findings), key=lambda r: -r.violations)
        for record in faulty[:DETAILED]:
            self._tell_record(record)
        if len(faulty) > DETAILED:
            write(f"… et {len(faulty) - DETAILED} autres fiches ; --json les donne toutes.\n")
        self._tell_official(results)
        self._tell_most_frequent(validation)
        read, clean = told["records"], told["clean"]
        write(
            f"{counted(read, 'fiche lue', 'fiches lues')} : {counted(told['violations'], 'erreur', 'erreurs')} à corriger, "
            f"{counted(told['warnings'], 'conseil', 'conseils')} ; {counted(clean, 'fiche', 'fiches')} sans erreur."
        )
        if told["official"] is not None:
            write(f"Règles officielles : {counted(told['official_violations'], 'erreur', 'erreurs')}.")

    def _tell_official(self, results: list[Result]) -> None:
        """One line for all that are alike, with one example."""
        alike: dict[tuple[bool, str, str], list[Result]] = {}
        for result in results:
            alike.setdefault((result.severity != VIOLATION, result.path, result.component), []).append(result)
        for (advice, path, component), same in sorted(alike.items()):
            sentence = of_shape(component, named_by(path), path, same[0].value)
            where = f"{same[0].focus}{f' et {len(same) - 1} autres' if len(same) > 1 else ''}"
            self.stdout.write(f"Règles officielles, {'conseil' if advice else 'à corriger'} : {sentence} Voir {where}.")

    def _tell_most_frequent(self, validation: Validation) -> None:
        """Where to begin: what one correction in the tool that makes the catalogue would mend everywhere."""
        kinds: dict[tuple[str, str], list[str]] = {}
        for record in validation.checked:
            first = {(f.code, f.path): f.message for f in reversed(record.findings) if f.severity == VIOLATION}
            for kind, message in first.items():
                kinds.setdefault(kind, []).append(message)
        often = sorted((same for same in kinds.values() if len(same) > 1), key=lambda same: -len(same))
        if often:
            self.stdout.write("À corriger d’abord, car ces erreurs se répètent :")
        for same in often[:OFTEN]:
            self.stdout.write(f"  {len(same)} fiches : {same[0]}")

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


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {many if number > 1 else one}"


def named_by(predicate: str) -> str:
    """The term of the profile with this predicate, "" when it has none."""
    return next((term.name for each in CLASSES for term in each.terms if term.predicate == predicate), "")


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
