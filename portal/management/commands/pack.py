"""`manage.py pack build|verify|plan|apply|upgrade|rollback|list`: territory packs (docs/pack.md).

Exit status: 0 done, 1 refused and nothing changed, 2 a wrong call.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalogue.auditing import by_command
from catalogue.errors import CatalogueError
from catalogue.models import AppliedPack
from portal.packs import swapping
from portal.packs.applying import apply, roll_back
from portal.packs.building import build
from portal.packs.format import order, read, write
from portal.packs.merging import Take
from portal.packs.places import place_of
from portal.packs.planning import TAKE, Plan, plan
from portal.packs.refusals import PackRefused, Unfinished

RETIRED: Final = "retirer"  # what is told of most parts that go


class Command(BaseCommand):
    help = (
        "Packs de territoire : en faire un de ce portail, en vérifier un, voir et faire ce qu’il changerait, revenir."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
        made = verbs.add_parser("build", help="fait un pack signé de ce portail")
        made.add_argument("folder", metavar="DOSSIER")
        made.add_argument("--name", required=True, help="minuscules et tirets ; le même d’une version à l’autre")
        made.add_argument("--title", default="")
        made.add_argument("--pack-version", default="1.0.0", metavar="VERSION")
        made.add_argument(
            "--without", action="append", default=[], metavar="PARTIE/CLÉ", help="élément à laisser de côté"
        )
        _place(made)
        verbs.add_parser("verify", help="dit si un pack est entier, et qui l’a signé").add_argument(
            "folder", metavar="DOSSIER"
        )
        for verb, said in (
            ("plan", "dit ce qui serait créé, modifié, retiré ou mis en pause ; n’écrit rien"),
            ("apply", "applique un pack"),
            ("upgrade", "passe à une version plus récente d’un pack déjà appliqué"),
        ):
            taken = verbs.add_parser(verb, help=said)
            taken.add_argument("folder", metavar="DOSSIER")
            taken.add_argument("--take", choices=["pack", "local"], default="", help="quel côté prennent les conflits")
            taken.add_argument(
                "--trust", default="", metavar="CLÉ", help="la clé de qui publie ce pack, vérifiée par vous"
            )
            taken.add_argument("--json", action="store_true", help="imprime un objet JSON")
            _place(taken)
        verbs.add_parser("rollback", help="reprend la dernière application d’un pack").add_argument(
            "name", metavar="NOM"
        )
        verbs.add_parser("list", help="les packs appliqués ici")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in swapping.settle():
                self.stderr.write(line)
            getattr(self, f"_{options['verb']}")(options)
        except Unfinished as error:
            raise CommandError(str(error)) from error
        except PackRefused as error:
            raise CommandError(f"Rien n’a changé.\n{error}") from error
        except CatalogueError as error:
            raise CommandError(str(error)) from error

    def _build(self, options: dict[str, Any]) -> None:
        place = place_of(options["place"] or settings.BOUTURE_TERRITORY)
        made, notes = build(options["name"], options["title"], options["pack_version"], place, options["without"])
        signer = write(made, Path(options["folder"]))
        for note in notes:
            self.stdout.write(note)
        counts = ", ".join(f"{part} {len(items)}" for part, items in made.items.items()) or "vide"
        self.stdout.write(
            f"Pack {made.name} {made.version} écrit dans {options['folder']} ({counts}).\nSigné par {signer.kid}."
        )

    def _verify(self, options: dict[str, Any]) -> None:
        found = read(Path(options["folder"]))
        self.stdout.write(
            f"Pack {found.name} {found.version} : entier.\nSigné par {found.signer and found.signer.kid}."
        )

    def _plan(self, options: dict[str, Any]) -> None:
        self._tell(self._planned(options), options)

    def _apply(self, options: dict[str, Any]) -> None:
        made = self._planned(options)
        apply(made)
        self._tell(made, options)
        if not options["json"]:
            self.stdout.write(f"Fait : {made.pack.name} {made.pack.version}.")

    def _upgrade(self, options: dict[str, Any]) -> None:
        found = read(Path(options["folder"]))
        applied = AppliedPack.objects.in_force(found.name)
        if applied is None:
            raise PackRefused(
                f"Le pack « {found.name} » n’est pas appliqué ici. D’abord : manage.py pack apply {options['folder']}."
            )
        if order(found.version) <= order(applied.version):
            raise PackRefused(f"La version {applied.version} est déjà là : {found.version} n’est pas plus récente.")
        self._apply(options | {"place": options["place"] or applied.place})

    def _rollback(self, options: dict[str, Any]) -> None:
        row, steps = roll_back(options["name"])
        for step in steps:
            for line in step.lines():
                self.stdout.write(line)
        kept = row.previous.version if row.previous else "aucune"
        self.stdout.write(f"Fait : {row} est repris. Version en place : {kept}. Ce qui a été publié reste en ligne.")

    def _list(self, options: dict[str, Any]) -> None:
        for row in AppliedPack.objects.order_by("pk"):
            state = f", repris le {row.rolled_back_at:%Y-%m-%d}" if row.rolled_back_at else ""
            self.stdout.write(
                f"{row} pour {row.place}, le {row.applied_at:%Y-%m-%d}, clé {row.kid or 'du logiciel'}{state}"
            )

    def _planned(self, options: dict[str, Any]) -> Plan:
        code = options["place"] or settings.BOUTURE_TERRITORY
        return plan(read(Path(options["folder"])), place_of(code), code, Take(options["take"]), options["trust"])

    def _tell(self, made: Plan, options: dict[str, Any]) -> None:
        if options["json"]:
            said = [{"part": one.part, "key": one.key, "verb": one.verb, "conflicts": [c.field for c in one.conflicts]} for one in made.steps]  # fmt: skip
            self.stdout.write(json.dumps({"steps": said, "aside": made.aside}, ensure_ascii=False))
            return
        for line in [*(line for step in made.steps for line in step.lines()), *made.aside]:
            self.stdout.write(line)
        verbs = [step.verb for step in made.steps]
        gone = [step.spoken for step in made.steps if step.verb == "remove"]
        others = "".join(f"à {said} : {gone.count(said)} ; " for said in sorted({*gone} - {RETIRED}))
        self.stdout.write(
            f"À créer : {verbs.count('create')} ; à modifier : {verbs.count('change')} ; à {RETIRED} : {gone.count(RETIRED)} ; {others}"
            f"sans changement : {verbs.count('keep')} ; conflits : {made.conflicts}."
        )
        if made.conflicts:
            self.stdout.write(TAKE)


def _place(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--place", default="", metavar="CODE", help="code INSEE du territoire ; sinon BOUTURE_TERRITORY"
    )
