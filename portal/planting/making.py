"""What planting writes in an empty base: the commune's body, then what a pack says there. One transaction.

A process that is killed leaves nothing of it, and who plants again finds either an empty base or one that is planted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.text import slugify

from catalogue import publishing
from catalogue.models import AppliedPack, DataService, Dataset, Organisation, Territory
from catalogue.models.territories import Level
from harvesters.models import HarvestSource
from portal.packs import swapping
from portal.packs.applying import apply
from portal.packs.format import HEAD, Pack, read
from portal.packs.places import place_of
from portal.packs.planning import Plan, plan
from portal.packs.refusals import PackRefused

SHIPPED: Final = Path(__file__).resolve().parent
NAME: Final = re.compile(r"[a-z][a-z0-9-]*")


class NotEmpty(ValueError):
    """The base has something already; the message is French, and says what and what to do."""


@dataclass(frozen=True)
class Planted:
    body: Organisation
    done: Plan


def pack_of(name: str) -> Pack:
    """A shipped pack by its name, trusted as the code that it stands in; or that of a folder, which is signed. Raises PackRefused."""
    shipped = SHIPPED / name
    if NAME.fullmatch(name) and (shipped / HEAD).is_file():
        return read(shipped, signed=False)
    if not (Path(name).expanduser() / HEAD).is_file():
        known = ", ".join(sorted(each.parent.name for each in SHIPPED.glob(f"*/{HEAD}")))
        raise PackRefused(
            f"Il n’y a pas de pack « {name[:200]} » : ni livré avec le logiciel ({known}), ni dossier qui contienne {HEAD}."
        )
    return read(Path(name).expanduser())


def is_planted(pack: Pack, commune: Territory) -> bool:
    """Whether this version of the pack stands here, for this commune."""
    applied = AppliedPack.objects.in_force(pack.name)
    return applied is not None and (applied.place, applied.version) == (commune.code, pack.version)


def check_empty(commune: Territory) -> None:
    """Raises NotEmpty."""
    body = Organisation.objects.filter(tenant=True, territory__level=Level.COMMUNE).order_by("pk").first()
    there = body.territory if body and HarvestSource.objects.filter(owner=body).exists() else None
    if there is not None and there != commune:
        raise NotEmpty(
            f"Cette base est déjà le portail {there.of()} ({there.code}) : rien n’a été fait. Pour "
            f"{commune.name}, indiquez une base neuve (BOUTURE_HOME=un-dossier-neuf, ou une autre DATABASE_URL)."
        )
    counts = {
        "jeu(x) de données": Dataset.objects.count(),
        "service(s) de données": DataService.objects.count(),
        "source(s) moissonnée(s)": HarvestSource.objects.count(),
        "organisation(s) qui travaillent ici": Organisation.objects.filter(tenant=True).count(),
    }
    if said := [f"{count} {what}" for what, count in counts.items() if count]:
        raise NotEmpty(
            f"Cette base n’est pas vide : {', '.join(said)}. Rien n’a été fait. Pour un portail neuf, indiquez une base "
            "neuve (BOUTURE_HOME=un-dossier-neuf, ou une autre DATABASE_URL) ; pour ajouter un pack à ce portail-ci, "
            "« manage.py pack plan DOSSIER » dit ce qui changerait."
        )


def planned(pack: Pack, commune: Territory, trusted: str = "") -> Plan:
    """What would be done. `trusted`: the key of who signed, vouched for by who plants. Raises PackRefused."""
    return plan(pack, place_of(commune.code), commune.code, trusted=trusted)


def make(pack: Pack, commune: Territory, trusted: str = "") -> Planted:
    """The body, which holds all that the pack brings; its sources are read as soon as a worker can. Raises NotEmpty and
    PackRefused, having written nothing.
    """
    with swapping.together():
        check_empty(commune)
        name = f"Commune {commune.of()}"
        # As the territory is called in an address, and no more: a pack made here then knows where to put another name.
        body = Organisation(slug=slugify(commune.name)[:110])
        publishing.change_body(body, name=name, siren=commune.siren, tenant=True, territory=commune)
        done = planned(pack, commune, trusted)
        apply(done)
        # The environment may not say yet whose portal this is, and a source takes its territory from there.
        HarvestSource.objects.filter(owner=body, territory=None).update(territory=commune)
    return Planted(body, done)
