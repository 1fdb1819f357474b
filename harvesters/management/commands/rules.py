"""`manage.py rules URL-or-FILE [RULES.json]`: the rules of reception of a source: shown, tried, or set from a file.

Exit status: 0 done, 1 a source that nobody knows or rules that others changed meanwhile, 2 a wrong call or a rule that
does not hold.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from catalogue.auditing import by_command
from harvesters.models import HarvestSource
from harvesters.options import BadOption
from harvesters.receiving import set_rules
from harvesters.registry import BadSource, key_of
from harvesters.rules import Rules
from harvesters.telling import told as told_to_the_trail
from harvesters.trying import Trial, try_out

SHOWN: Final = 50
LARGEST: Final = 1_000_000  # bytes of a file of rules


class Command(BaseCommand):
    help = (
        "Montre les règles de réception d’une source ; avec un fichier JSON, les essaie (--preview) ou les enregistre."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="URL-ou-FICHIER", help="adresse d’une source connue")
        parser.add_argument("file", nargs="?", metavar="REGLES.json", help="« - » : l’entrée standard")
        parser.add_argument("--preview", action="store_true", help="dit ce qui changerait, n’enregistre rien")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source = HarvestSource.objects.filter(key=key_of(options["address"])).first()
            if source is None:
                raise CommandError("Cette source n’est pas connue : moissonnez-la d’abord (manage.py harvest).")
            rules = Rules.read(_read(options["file"]) if options["file"] else source.rules)
            trial = try_out(source, rules) if options["preview"] else None
            if options["file"] and trial is None:
                with told_to_the_trail(source, None, "source.rules"):
                    set_rules(source, rules, before=source.rules)
        except (BadOption, BadSource) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            told = {"source": source.key, "rules": rules.stored(), **({"preview": trial.told()} if trial else {})}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        elif trial:
            self._tell(trial)
        elif options["file"]:
            self.stdout.write(f"{source} : règles enregistrées. La prochaine moisson relira tout.")
        else:
            self.stdout.write(json.dumps(rules.stored(), ensure_ascii=False, indent=2))

    def _tell(self, trial: Trial) -> None:
        if trial.nothing_left:
            self.stdout.write("Attention : ces règles ne laisseraient rien de cette source.")
        self.stdout.write(trial.summary)
        for each in trial.rows[:SHOWN]:
            self.stdout.write(f"  {each.word.capitalize()} : {each.title}{f' ({each.reason})' if each.reason else ''}")
            for field in each.differences:
                self.stdout.write(f"      {field.label} : « {field.before} » → « {field.after} »")
        if len(trial.rows) > SHOWN:
            self.stdout.write("  … La suite avec --json.")


def _read(name: str) -> Any:
    """Raises CommandError."""
    try:
        if name != "-" and Path(name).stat().st_size > LARGEST:
            raise CommandError(f"« {name} » est trop gros pour des règles.", returncode=2)
        text = sys.stdin.read(LARGEST) if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"« {name} » n’est pas un fichier JSON lisible : {error}", returncode=2) from error
