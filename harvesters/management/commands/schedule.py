"""`manage.py schedule [URL-or-FILE]`: when each source is harvested; with options, changes it for one source.

Exit status: 0 done, 2 a wrong call.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.auditing import by_command
from harvesters import schedule
from harvesters.following import follow_again, leave
from harvesters.keeping import BY_HAND, OTHER, Keeping
from harvesters.lease import closed
from harvesters.models import HarvestSource
from harvesters.options import BadOption
from harvesters.registry import BadSource, find_or_make
from harvesters.telling import told

KEPT: Final = ("title", "zone", "spread", "contact", "grace_days")


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
        parser.add_argument("--title", metavar="NOM", help="comment les pages la nomment ; vide : son adresse")
        parser.add_argument(
            "--grace-days",
            metavar="JOURS",
            help="une fiche perdue reste autant en ligne ; vide : comme tout le portail",
        )
        parser.add_argument(
            "--max-withdrawn", type=float, metavar="PART", help="part des fiches à retirer au plus, de 0 à 1"
        )
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--pause", action="store_true", help="plus aucune moisson ne part d’elle-même")
        what.add_argument("--resume", action="store_true", help="reprend le rythme")
        what.add_argument(
            "--leave",
            choices=("keep", "withdraw"),
            help="ne plus suivre la source : ses fiches restent en ligne, ou sont retirées ; --resume la suit de nouveau",
        )
        what.add_argument("--now", action="store_true", help="à moissonner à la prochaine ronde")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        changes = [options[name] for name in ("cron", "max_withdrawn", *KEPT)]
        acts = [options[name] for name in ("pause", "resume", "now", "leave")]
        asked = any(acts) or any(change is not None for change in changes)
        if asked and not options["address"]:
            raise CommandError("Donnez l’adresse de la source à changer.", returncode=2)
        if options["address"]:
            try:
                source = find_or_make(options["address"], trusted=True)
                if source.closed_at and asked:
                    raise CommandError(closed(source))
                if not source.closed_at:
                    with told(source, None, "source.leave" if options["leave"] else "source.set"):
                        self._change(source, options)
            except (BadSource, schedule.BadSchedule) as error:
                raise CommandError(str(error), returncode=2) from error
            except BadOption as error:
                raise CommandError(error.reason, returncode=2) from error
            sources = [source]
        else:
            sources = list(HarvestSource.objects.order_by("key"))
        self._tell(sources, options["json"])

    def _change(self, source: HarvestSource, options: dict[str, Any]) -> None:
        share = options["max_withdrawn"]
        if share is not None and not 0 <= share <= 1:
            raise BadOption("--max-withdrawn est une part, de 0 à 1.")
        values = vars(Keeping.of(source)) | {name: options[name] for name in KEPT if options[name] is not None}
        if options["cron"] is not None:
            cron = options["cron"].strip()
            values |= {"rhythm": OTHER if cron else BY_HAND, "cron": cron}
        Keeping.read(values).keep(source)
        if share is not None:
            source.max_withdrawn = share
            source.save(update_fields=["max_withdrawn"])
        if options["pause"]:
            schedule.pause(source)
        if options["leave"]:
            leave(source, withdraw=options["leave"] == "withdraw")
        if options["resume"]:
            (follow_again if source.left_at else schedule.resume)(source)
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


def _when(source: HarvestSource) -> str:
    if source.closed_at:
        return f"reprise par ce portail le {timezone.localtime(source.closed_at):%d/%m/%Y}, plus jamais moissonnée"
    if source.left_at:
        return "n’est plus suivie"
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
        "left_at": source.left_at.isoformat() if source.left_at else None,
        "closed_at": source.closed_at.isoformat() if source.closed_at else None,
        "contact": source.contact,
        "title": source.title,
        "grace_days": source.grace_days,
        "max_withdrawn": source.max_withdrawn,
        "next_at": source.next_at.isoformat() if source.next_at else None,
        "last": {"status": last.status, "at": last.started_at.isoformat()} if last else None,
    }
