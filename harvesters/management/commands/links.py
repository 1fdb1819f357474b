"""`manage.py links`: what became of the addresses that the records give; `--now` looks at those that are due.

Exit status: 0 whatever the addresses answer, 2 a wrong call.
"""

from __future__ import annotations

import json
import math
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Count, Min

from catalogue.models import LinkCheck, LinkHost
from harvesters.links import USUAL, cadence, check_due, client


class Command(BaseCommand):
    help = "Dit ce que répondent les adresses que donnent les fiches ; --now vérifie d’abord celles dont l’heure est venue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now", action="store_true", help="vérifie maintenant ce qui doit l’être, même si c’est long"
        )
        parser.add_argument("--failing", action="store_true", help="nomme chaque adresse qui ne répond pas")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        looks = self._look() if options["now"] else 0
        told = summary(looks)
        failing = list(LinkCheck.objects.failing().order_by("host", "address")) if options["failing"] else []
        if options["json"]:
            named = {"failing_addresses": [described(link) for link in failing]} if options["failing"] else {}
            self.stdout.write(json.dumps({**told, **named}, ensure_ascii=False))
            return
        self._tell(told)
        for link in failing:
            since = f" depuis le {link.since:%Y-%m-%d}" if link.since else ""
            self.stdout.write(f"  {link.status or '—'} {link.address} : {link.reason}{since}")

    def _look(self) -> int:
        if LinkCheck.objects.due().exists():
            self.stderr.write(
                f"Adresses à vérifier : {LinkCheck.objects.due().count()}, sans presser leurs serveurs. Ctrl-C pour arrêter : "
                "ce qui est vérifié est gardé."
            )
        with client() as asking:
            return check_due(asking, cadence() or USUAL, seconds=math.inf)

    def _tell(self, told: dict[str, Any]) -> None:
        every = told["every_days"]
        pace = f"chaque adresse tous les {every} jours" if every else "arrêtée (BOUTURE_LINK_CHECKS=0)"
        self.stdout.write(
            f"Vérification des liens : {pace}. Adresses : {told['addresses']} ; serveurs : {told['servers']}."
        )
        self.stdout.write(
            f"  Répondent : {told['answering']} ; ne répondent pas : {told['failing']} ; "
            f"pas encore vérifiées : {told['unknown']}. À vérifier maintenant : {told['due']}."
        )
        for status, count in told["by_status"].items():
            if not status.startswith("2"):
                name = "Sans réponse" if status == "0" else f"Erreur {status}"
                self.stdout.write(f"  {name} : {count}.")
        if told["checked"]:
            self.stdout.write(f"  Vérifications faites à l’instant : {told['checked']}.")
        if told["failing"]:
            self.stdout.write("  Pour les connaître : « manage.py links --failing ». Prévenez qui les publie.")


def summary(looks: int) -> dict[str, Any]:
    """As `--json` prints it; `next_at` in ISO 8601, None when there is no address."""
    every, links = cadence(), LinkCheck.objects.all()
    counts = links.exclude(status=None).values_list("status").annotate(count=Count("pk")).order_by("status")
    soonest = links.aggregate(soonest=Min("next_at"))["soonest"]
    return {
        "every_days": every.days if every else 0,
        "addresses": links.count(),
        "servers": LinkHost.objects.count(),
        "answering": links.answering().count(),
        "failing": links.failing().count(),
        "unknown": links.filter(status=None).count(),
        "due": links.due().count(),
        "next_at": soonest.isoformat() if soonest else None,
        "by_status": {str(status): count for status, count in counts},
        "checked": looks,
    }


def described(link: LinkCheck) -> dict[str, Any]:
    """An address that does not answer, and the records that give it."""
    return {
        "address": link.address,
        "status": link.status,
        "since": link.since.isoformat() if link.since else None,
        "reason": link.reason,
        "records": [str(record) for record in link.uses.order_by("pk").values_list("record", flat=True)],
    }
