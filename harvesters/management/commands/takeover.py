"""`manage.py takeover SOURCE`: this portal becomes the home of what an old portal published (docs/takeover.md).

Exit status: 0 done, 1 refused (the reason on stderr), 2 a wrong call.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.auditing import by_command
from catalogue.errors import CatalogueError
from harvesters.base import HarvestError
from harvesters.models import HarvestSource
from harvesters.takeover import OBSTACLES, SHOWN, Taken, take_over


class Command(BaseCommand):
    help = (
        "Fait de ce portail le foyer de ce qu’un ancien portail publiait : ses fiches deviennent les nôtres, ses adresses "
        "mènent ici."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help="son adresse, son chemin, ou son numéro dans /moissons/")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui changerait, n’écrit rien")
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")
        parser.add_argument(
            "--host", action="append", default=[], metavar="NOM", help="un autre nom de l’ancien portail (répétable)"
        )
        parser.add_argument(
            "--new-addresses",
            action="store_true",
            help="chaque fiche prend une adresse de ce portail comme donnée liée ; l’ancienne y mène",
        )
        parser.add_argument(
            "--even-so",
            action="append",
            default=[],
            choices=sorted(OBSTACLES),
            help="passe outre les fiches mises de côté (aside) ou absentes (absent), ou un passage qui attend votre avis (stopped)",
        )

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        source = _named(options["source"])
        for name in options["host"]:
            if not name or set(name) & set("/:@?# \0"):
                raise CommandError(f"« {name} » n’est pas un nom d’hôte. Exemple : donnees.ville.fr", returncode=2)
        try:
            taken = take_over(
                source,
                hosts=options["host"],
                even_so=options["even_so"],
                dry=options["dry_run"],
                new_addresses=options["new_addresses"],
            )
        except (CatalogueError, HarvestError) as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps(taken.told(), ensure_ascii=False))
        else:
            self._tell(source, taken)

    def _tell(self, source: HarvestSource, taken: Taken) -> None:
        self.stdout.write(f"{source}{', à blanc : rien n’est écrit' if taken.dry else ''}.")
        self.stdout.write(
            f"  Fiches reprises : {taken.datasets + taken.services} ({taken.datasets} de jeux de données, {taken.services} de "
            f"services) ; pas encore nôtres : {taken.adopted}."
        )
        self.stdout.write(f"  Anciens chemins qui mènent ici : {taken.paths}.")
        if taken.withdrawn or taken.private:
            self.stdout.write(f"  Retirées : {taken.withdrawn} ; privées : {taken.private}.")
        if taken.followed:
            self.stdout.write(
                f"  Fiches dont une source plus proche de leur origine parle : {taken.followed}. Elles lui sont laissées, et les "
                "anciens chemins y mènent."
            )
        if taken.there:
            self.stdout.write(
                f"  Fichiers encore chez l’ancien portail : {taken.there} sur {taken.files}. Copiez-les ailleurs et corrigez leur "
                "adresse avant de l’éteindre."
            )
        self._list("Ces chemins sont déjà ceux de ce portail, qui les garde", taken.ours)
        self._list("Ces chemins mènent déjà ailleurs", taken.elsewhere)

    def _list(self, said: str, paths: list[str]) -> None:
        if paths:
            more = f" et {len(paths) - SHOWN} autres" if len(paths) > SHOWN else ""
            self.stdout.write(f"  {said} : {', '.join(paths[:SHOWN])}{more}.")


def _named(text: str) -> HarvestSource:
    """The source of that number, address or path. Raises CommandError (2) when there is none: nothing is made here."""
    known = HarvestSource.objects.all()
    found = known.filter(key=text).first() if "\0" not in text else None
    if found is None and text.isascii() and text.isdigit() and len(text) < 10:
        found = known.filter(pk=int(text)).first()
    if found is None and "://" not in text and "\0" not in text:
        found = known.filter(key=str(Path(text).expanduser().absolute())).first()
    if found is None:
        raise CommandError(
            f"Aucune source ne s’appelle « {text} ». « manage.py schedule » les nomme toutes.".replace("\0", " "),
            returncode=2,
        )
    return found
