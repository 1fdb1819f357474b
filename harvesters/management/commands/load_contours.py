"""`manage.py load_contours FILE-or-URL`: the outlines that maps draw, which the product does not ship.

Exit status: 0 loaded, 1 the file cannot be read or used (nothing was changed), 2 a wrong call.
"""

from __future__ import annotations

import json
import resource
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from catalogue.contours import ContoursError, Loaded, load
from catalogue.models.territories import Level
from harvesters.base import HarvestError
from harvesters.http import Client
from harvesters.registry import BadSource, agent, host_of, key_of

ACCEPT: Final = "application/geo+json, application/json;q=0.9, application/gzip;q=0.8, */*;q=0.5"
SHOWN: Final = 20  # codes of a kind; --json gives all
LEVELS: Final = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION)
PLURALS: Final = {
    Level.COMMUNE: "communes",
    Level.EPCI: "intercommunalités",
    Level.DEPARTEMENT: "départements",
    Level.REGION: "régions",
}


class Command(BaseCommand):
    help = "Charge les contours de communes, d’intercommunalités, de départements ou de régions (GeoJSON ou TopoJSON)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="FICHIER-ou-URL", help="GeoJSON ou TopoJSON, compressé par gzip ou non")
        parser.add_argument(
            "--level", choices=[one.value for one in LEVELS], help="le niveau, quand le fichier ne le dit pas"
        )
        parser.add_argument("--json", action="store_true", help="imprime un objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        level = Level(options["level"]) if options["level"] else None
        try:
            loaded = self._load(key_of(options["address"]), level)
        except BadSource as error:
            raise CommandError(str(error), returncode=2) from error
        except (ContoursError, HarvestError) as error:
            raise CommandError(error.message) from error
        seconds = round(time.monotonic() - start, 1)
        if options["json"]:
            self.stdout.write(
                json.dumps({**asdict(loaded), "seconds": seconds, "mebibytes": peak()}, ensure_ascii=False)
            )
        else:
            for line in report(loaded, seconds):
                self.stdout.write(line)

    def _load(self, key: str, level: Level | None) -> Loaded:
        if "://" not in key:
            return load(Path(key), level, Path(key).name)
        with Client(trusted=frozenset({host_of(key)} - {""}), agent=agent()) as client:
            return load(client.fetch(key, accept=ACCEPT).path, level, key)


def report(loaded: Loaded, seconds: float) -> list[str]:
    points = f"de {_number(loaded.vertices)} points réduits à {_number(loaded.left)}"
    cost = f"en {f'{seconds:.1f}'.replace('.', ',')} s et {peak()} Mio de mémoire"
    what = f"Contours lus : {_number(loaded.read)} ({PLURALS[loaded.level]}) ; gardés : {_number(loaded.kept)}"
    told = [f"{what}, {points} ({_number(loaded.weight // 1024)} Kio), {cost}."]
    if loaded.unknown:
        told.append(f"Codes qu’aucun territoire ne porte, laissés de côté : {_listed(loaded.unknown)}.")
    if loaded.flat:
        told.append(f"Sans surface dans ce fichier, laissés de côté : {_listed(loaded.flat)}.")
    if loaded.without:
        told.append(
            f"Encore sans contour à ce niveau : {_listed(loaded.without)}. Les cartes les montrent par un point ; "
            "un autre fichier peut les compléter."
        )
    return told


def peak() -> int:
    """Memory in use at most since the process began, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _listed(codes: Sequence[str]) -> str:
    more = f" et {_number(len(codes) - SHOWN)} de plus (--json les donne tous)" if len(codes) > SHOWN else ""
    return f"{_number(len(codes))}, {', '.join(codes[:SHOWN])}{more}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
