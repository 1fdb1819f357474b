"""`manage.py schedule [URL-or-FILE]`: when each source is harvested; with options, changes it for one source.

Exit status: 0 done, 2 a wrong call.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from harvesters import schedule
from harvesters.models import HarvestSource
from harvesters.registry import BadSource, find_or_make


class Command(BaseCommand):
    help = "Dit quand chaque source est moissonnée ; avec une adresse, change son rythme, la met en pause ou la lance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", metavar="URL-ou-FICHIER", help="enregistrée si elle ne l’est pas")
        parser.add_argument(
            "--cron", metavar="RYTHME", help="« 0 3 * * * » : chaque nuit à 3 heures ; vide : à la main"
        )
        parser.add_argument("--zone", help="fuseau horaire du rythme (Europe/Paris) ; vide : celui du portail")
        parser.add_argument("--spread", type=int, metavar="MINUTES", help="décalage au plus, le même à chaque fois")
        parser.add_argument(
            "--contact", metavar="ADRESSE", help="qui prévenir quand les moissons échouent ; vide : personne"
        )
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--pause", action="store_true", help="plus aucune moisson ne part d’elle-même")
        what.add_argument("--resume", action="store_true", help="reprend le rythme")
        what.add_argument("--now", action="store_true", help="à moissonner à la prochaine ronde")

    def handle(self, *args: Any, **options: Any) -> None:
        changes = [options[name] for name in ("cron", "zone", "spread", "contact")]
        acts = [options[name] for name in ("pause", "resume", "now")]
        if not options["address"] and (any(acts) or any(change is not None for change in changes)):
            raise CommandError("Donnez l’adresse de la source à changer.", returncode=2)
        if options["address"]:
            try:
                source = find_or_make(options["address"], trusted=True)
                self._change(source, options)
            except (BadSource, schedule.BadSchedule) as error:
                raise CommandError(str(error), returncode=2) from error
            sources = [source]
        else:
            sources = list(HarvestSource.objects.order_by("key"))
        self._tell(sources, options["json"])

    def _change(self, source: HarvestSource, options: dict[str, Any]) -> None:
        if options["contact"] is not None:
            source.contact = _mail(options["contact"])
            source.save(update_fields=["contact"])
        names = {"cron": "schedule", "zone": "zone", "spread": "spread"}
        if any(options[name] is not None for name in names):
            wanted = {
                field: getattr(source, field) if options[name] is None else options[name]
                for name, field in names.items()
            }
            schedule.set_rhythm(source, **wanted)
        if options["pause"]:
            schedule.pause(source)
        if options["resume"]:
            schedule.resume(source)
        if options["now"] and not schedule.run_soon(source):
            raise schedule.BadSchedule("Cette source est en pause : reprenez-la d’abord (--resume).")
        source.refresh_from_db()

    def _tell(self, sources: list[HarvestSource], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([described(source) for source in sources], ensure_ascii=False))
            return
        for source in sources:
            self.stdout.write(f"{source} : {source.schedule or 'à la main'}, {_when(source)}.")
        if not sources:
            self.stdout.write("Aucune source. Ajoutez-en une : manage.py schedule ADRESSE --cron « 0 3 * * * ».")


def _mail(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise schedule.BadSchedule(f"« {text} » n’est pas une adresse électronique.") from error
    return text


def _when(source: HarvestSource) -> str:
    if not source.active:
        return "en pause"
    if source.next_at is None:
        return "aucun passage prévu"
    there = timezone.localtime(source.next_at)
    return f"prochain passage le {there:%d/%m/%Y à %H:%M}"


def described(source: HarvestSource) -> dict[str, Any]:
    """As `--json` prints it; `next_at` in ISO 8601, minutes for the spread and the source's own share of it."""
    last = source.runs.first()
    return {
        "source": source.key,
        "schedule": source.schedule,
        "zone": source.zone,
        "spread": source.spread,
        "shift": int(schedule.shift_of(source).total_seconds() // 60),
        "active": source.active,
        "contact": source.contact,
        "next_at": source.next_at.isoformat() if source.next_at else None,
        "last": {"status": last.status, "at": last.started_at.isoformat()} if last else None,
    }
