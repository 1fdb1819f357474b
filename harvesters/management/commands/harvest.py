"""`manage.py harvest [URL-or-FILE | --due]`: runs one source, or all that are due.

Exit status: 0 done (a record in quarantine included), 1 a run failed or stopped, 2 a wrong call. `--due` writes one line,
and on stderr why each run that failed did: the system's cron mails that, and nothing else.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.errors import NotAlone, Refused
from catalogue.granting import take_over
from catalogue.reviewing import bring_out_due
from harvesters import alerts
from harvesters.engine import harvest
from harvesters.lease import Closed
from harvesters.models import HarvestPlan, HarvestRun, HarvestSource
from harvesters.options import BadOption, typed
from harvesters.peers.again import read_again
from harvesters.planning import planned
from harvesters.registry import BadSource, client_for, find_or_make
from harvesters.results import report
from harvesters.schedule import run_due

SHOWN = 100  # records of a dry run


class Command(BaseCommand):
    help = "Moissonne une source (adresse ou fichier), ou toutes celles dont l’heure est venue (--due)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", metavar="URL-ou-FICHIER")
        parser.add_argument("--due", action="store_true", help="toutes les sources dont l’heure est venue")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’écrit rien")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")
        parser.add_argument(
            "--again",
            action="store_true",
            help="relit toute une instance suivie, restaurée d’une sauvegarde par exemple",
        )
        parser.add_argument("--kind", default="", help="sorte de source, quand le contenu ne suffit pas")
        parser.add_argument("--base", default="", help="base des adresses relatives d’un fichier (http, https, urn)")
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NOM=VALEUR",
            help="option de cette sorte de source, retenue",
        )
        parser.add_argument(
            "--max-withdrawn", type=float, metavar="PART", help="part des fiches que l’on accepte de retirer, de 0 à 1"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["address"]) == options["due"]:
            raise CommandError("Donnez une adresse ou un fichier, ou bien --due.", returncode=2)
        if options["again"] and (options["due"] or options["dry_run"]):
            raise CommandError("--again demande une adresse, et ne se répète pas à blanc.", returncode=2)
        share = options["max_withdrawn"]
        if share is not None and not 0 <= share <= 1:
            raise CommandError("--max-withdrawn est une part, de 0 à 1.", returncode=2)
        if options["due"]:
            take_over()
            bring_out_due()  # the same cron serves what is to be published at an hour that was set
        runs = run_due(client_for) if options["due"] else [self._one(options)]
        if options["json"]:
            reports = [{**report(run), **_plan(run)} for run in runs]
            self.stdout.write(json.dumps(reports if options["due"] else reports[0], ensure_ascii=False))
        elif options["due"]:
            self._sum_up(runs)
        else:
            self._tell(runs[0])
        if any(run.status in HarvestRun.BAD for run in runs):
            sys.exit(1)

    def _one(self, options: dict[str, Any]) -> HarvestRun:
        try:
            given = typed(options["option"])
            source = find_or_make(
                options["address"], kind=options["kind"], base=options["base"], options=given, trusted=True
            )
            if options["again"]:
                read_again(source)
            bar = self._bar if sys.stderr.isatty() and not options["json"] else _quiet
            with client_for(source) as client:
                run = harvest(
                    source, client, dry=options["dry_run"], max_withdrawn=options["max_withdrawn"], progress=bar
                )
            alerts.after(run)
            if source.trial and not run.dry:
                HarvestSource.objects.filter(pk=source.pk).update(trial=False)
            return run
        except Refused as error:
            raise CommandError(error.message, returncode=2) from error
        except (BadSource, BadOption) as error:
            raise CommandError(str(error), returncode=2) from error
        except (NotAlone, Closed) as error:
            raise CommandError(error.message) from error

    def _bar(self, run: HarvestRun) -> None:
        self.stderr.write(
            f"\r{run.found} fiches lues : {run.created} nouvelles, {run.updated} modifiées, {run.unchanged} inchangées",
            ending="",
        )

    def _sum_up(self, runs: list[HarvestRun]) -> None:
        for run in runs:
            if run.status in HarvestRun.BAD:
                self.stderr.write(f"{run.source} : {run.get_status_display()}. {' '.join(run.messages)}")
        counts = Counter(run.get_status_display() for run in runs)
        detail = ", ".join(f"{count} {status}" for status, count in counts.items()) or "rien à faire"
        changed = sum(run.created + run.updated + run.withdrawn for run in runs)
        self.stdout.write(f"Moissons dues : {len(runs)} ({detail}) ; fiches changées : {changed}.")

    def _tell(self, run: HarvestRun) -> None:
        told = report(run)
        self.stdout.write(f"{run.source} : {run.get_status_display()}, en {told['seconds']} s.")
        self.stdout.write(
            f"  {run.found} jeux de données trouvés : {run.created} créés, {run.updated} modifiés, {run.unchanged} inchangés, "
            f"{run.withdrawn} retirés, {run.followed} suivis, {run.quarantined} mis de côté, {run.left_out} écartés par vos règles."
        )
        if run.services.get("found"):
            count = run.services["found"]
            self.stdout.write(f"  {count} service{'s' if count > 1 else ''} de données.")
        for name, count in told["repairs"].items():
            self.stdout.write(f"  Réparé {count} fois : {name}.")
        for count, each in enumerate(planned(run)):
            if count == SHOWN:
                self.stdout.write("  … La suite avec --json.")
                break
            self.stdout.write(f"  {HarvestPlan.Verb(each.verb).label.capitalize()} : {each.title}")
            for field in each.differences:
                self.stdout.write(f"      {field.label} : « {field.before} » → « {field.after} »")
        for message in run.messages:
            (self.stderr if run.status in HarvestRun.BAD else self.stdout).write(f"  {message}")


def _plan(run: HarvestRun) -> dict[str, Any]:
    """What a dry run would do, record by record; nothing more of another."""
    if not run.dry:
        return {}
    return {"plan": [{**asdict(each), "record": each.record and str(each.record)} for each in planned(run)]}


def _quiet(run: HarvestRun) -> None:
    """No bar: not a terminal."""
