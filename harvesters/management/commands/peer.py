"""`manage.py peer add URL | list | sync [NAME [--again]] | pause NAME | resume NAME | pin NAME | revoke NAME | forget NAME`: the instances that are followed.

Exit status: 0 done, 1 what was asked could not be done (the reason on stderr), 2 a wrong call.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from catalogue.auditing import by_command
from catalogue.errors import CatalogueError
from harvesters import alerts
from harvesters.base import HarvestError
from harvesters.engine import harvest
from harvesters.leaving import withdraw_all
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers import keeping
from harvesters.peers.standing import GONE, Peer, peers
from harvesters.peers.trust import pinning
from harvesters.peers.trust.showing import Trust
from harvesters.registry import BadSource, client_for
from harvesters.results import report

SURE: Final = (
    "« {} » : {} fiches venues d’elle seule seraient retirées, et ce que l’on sait de son flux effacé. Ce qu’une autre source "
    "donne reste. Pour le faire, ajoutez --yes."
)
ACTS: Final = {
    "sync": "lit maintenant ce que l’instance annonce, ou ce que toutes annoncent",
    "pause": "ne la lit plus d’elle-même ; ses fiches restent",
    "resume": "reprend son rythme",
    "pin": "dit qui elle est : sa clé, comparée de vive voix, ou qu’elle ne signe pas",
    "revoke": "ne la croit plus, où qu’elle soit : ce qui n’est venu que d’elle est retiré",
    "forget": "ne la suit plus : ce qui n’est venu que d’elle est retiré",
}


class Command(BaseCommand):
    help = "Suit d’autres instances : les ajoute, dit où elles en sont, les lit, les met en pause, les oublie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="GESTE")
        add = acts.add_parser("add", help="suit l’instance de cette adresse, ou de ce flux")
        add.add_argument("address", metavar="ADRESSE")
        listed = acts.add_parser("list", help="où en est chaque instance suivie")
        for name, told in ACTS.items():
            act = acts.add_parser(name, help=told)
            act.add_argument(
                "name", metavar="NOM", nargs="?" if name == "sync" else None, help="son nom, hôte ou adresse"
            )
            if name == "pin":
                how = act.add_mutually_exclusive_group(required=True)
                how.add_argument("--key", metavar="EMPREINTE", help="celle que dit « manage.py keys » chez elle")
                how.add_argument("--unsigned", action="store_true", help="elle ne signe pas, et est suivie ainsi")
                act.add_argument(
                    "--prefix", default="", metavar="PRÉFIXE", help="début des adresses dont elle peut parler"
                )
            if name in ("forget", "revoke"):
                act.add_argument("--yes", action="store_true", help="sans demander confirmation")
        acts.choices["sync"].add_argument(
            "--again", action="store_true", help="la relit en entier : elle a été restaurée d’une sauvegarde"
        )
        for one in (add, listed, acts.choices["sync"]):
            one.add_argument("--json", action="store_true", help="imprime un objet JSON")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['act']}")(options)
        except BadSource as error:
            raise CommandError(str(error), returncode=2) from error
        except (CatalogueError, HarvestError) as error:
            raise CommandError(error.message) from error

    def _add(self, options: dict[str, Any]) -> None:
        source = keeping.add(options["address"], trusted=True)
        if options["json"]:
            self._print(one_of(source).told())
        else:
            self.stdout.write(
                f"« {source.name} » est suivie, à {source.public_address}. Elle sera lue à la prochaine ronde."
            )

    def _list(self, options: dict[str, Any]) -> None:
        found = peers()
        if options["json"]:
            self._print([peer.told() for peer in found])
            return
        for peer in found:
            self.stdout.write(f"{peer.name} ({peer.address}) : {peer.word}")
            self.stdout.write(
                f"  fiches {peer.held}, de côté {peer.aside}, retirées {peer.withdrawn}, en attente {peer.waiting} ; "
                f"lue {_seconds(peer.since_success)}, retard {_seconds(peer.lag, ago=False)}"
            )
            for line in trusted(peer.trust):
                self.stdout.write(f"  {line}")
            if peer.alarm:
                self.stdout.write(
                    f"  {peer.alarm.name}, depuis le {peer.alarm.since:%d/%m/%Y %H:%M} UTC : {peer.alarm.reason}"
                )
        if not found:
            self.stdout.write(
                "Aucune instance n’est suivie. Ajoutez-en une : manage.py peer add https://donnees.ville.fr/"
            )

    def _sync(self, options: dict[str, Any]) -> None:
        if options["name"]:
            runs = [self._read(keeping.named(options["name"]), again=options["again"])]
        elif options["again"]:
            raise CommandError("--again demande le nom d’une instance.", returncode=2)
        else:
            runs = [self._read(peer.source) for peer in peers() if peer.source.active and peer.state not in GONE]
        if options["json"]:
            found = [report(run) for run in runs]
            self._print(found[0] if options["name"] else found)
        for run in [] if options["json"] else runs:
            self.stdout.write(
                f"{run.source.name} : {run.get_status_display()}, {run.created} nouvelles, {run.updated} modifiées, "
                f"{run.withdrawn} retirées."
            )
        for run in runs:
            if run.status in HarvestRun.BAD:
                self.stderr.write(f"{run.source.name} : {' '.join(run.messages)}")
        if any(run.status in HarvestRun.BAD for run in runs):
            sys.exit(1)

    def _read(self, source: HarvestSource, *, again: bool = False) -> HarvestRun:
        (keeping.again if again else keeping.sync)(source)
        with client_for(source) as client:
            run = harvest(source, client)
        alerts.after(run)
        return run

    def _pause(self, options: dict[str, Any]) -> None:
        source = keeping.named(options["name"])
        keeping.pause(source)
        self.stdout.write(f"« {source.name} » est en pause. Ce qui est venu d’elle reste.")

    def _resume(self, options: dict[str, Any]) -> None:
        source = keeping.named(options["name"])
        keeping.resume(source)
        self.stdout.write(f"« {source.name} » est suivie à son rythme.")

    def _forget(self, options: dict[str, Any]) -> None:
        self._leave(options, keeping.forget, "n’est plus suivie")

    def _pin(self, options: dict[str, Any]) -> None:
        source = keeping.named(options["name"])
        if options["unsigned"]:
            pinning.unsigned(source, options["prefix"])
            self.stdout.write(
                f"« {source.name} » est suivie sans signature, pour {options['prefix'] or 'toute adresse'}."
            )
            return
        with client_for(source) as client:
            pinning.pin(source, options["key"], client)
        self.stdout.write(f"« {source.name} » est désormais qui tient la clé {options['key']}.")

    def _revoke(self, options: dict[str, Any]) -> None:
        self._leave(options, pinning.revoke, "est révoquée")

    def _leave(self, options: dict[str, Any], verb: Callable[[HarvestSource], object], told: str) -> None:
        source = keeping.named(options["name"])
        if not options["yes"]:
            raise CommandError(SURE.format(source.name, one_of(source).held), returncode=2)
        verb(source)
        source.refresh_from_db()
        withdrawn = withdraw_all(source).withdrawn if source.leaving else 0
        self.stdout.write(f"« {source.name} » {told}. Fiches retirées : {withdrawn}.{keeping.still_asked(source)}")

    def _print(self, told: object) -> None:
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def one_of(source: HarvestSource) -> Peer:
    return next(peer for peer in peers(every=True) if peer.source.pk == source.pk)


def trusted(trust: Trust) -> list[str]:
    """Whom it is held to be, a line each."""
    lines = []
    if trust.signed == "signed":
        for key in trust.keys:
            since = f", connue depuis le {key.since:%d/%m/%Y}" if key.since else ""
            until = f", remplacée, admise jusqu’au {key.until:%d/%m/%Y}" if key.until else ""
            lines.append(f"signée, clé {key.kid}{since}{until}")
    elif trust.signed:
        lines.append(f"non signée, {f'pour les adresses en {trust.prefix}' if trust.prefix else 'sans préfixe'}")
    if trust.says:
        software = " ".join(filter(None, (trust.says.get("software"), trust.says.get("version"))))
        held = trust.says.get("withheld", {})
        lines.append(
            f"elle dit : {software or 'logiciel inconnu'} ; retient {held.get('themes', 0)} thèmes, "
            f"{held.get('organisations', 0)} organisations, {held.get('records', 0)} fiches"
        )
    lines += [f"clé vue et refusée : {kid}" for kid in trust.seen]
    if trust.revoked_at:
        lines.append(f"révoquée le {trust.revoked_at:%d/%m/%Y}, clés {', '.join(trust.revoked) or 'aucune'}")
    return lines


def _seconds(count: int | None, *, ago: bool = True) -> str:
    if count is None:
        return "jamais" if ago else "inconnu"
    return f"il y a {count} s" if ago else f"{count} s"
