"""Four territories with their true codes, and a pack built in the first."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from pytest_django import Settings

from catalogue.models import AppliedPack, Organisation, SynonymTable, Territory
from catalogue.models.territories import Level, sort_key
from harvesters.models import HarvestSource
from harvesters.registry import find_or_make

# insee, name, article, SIREN, postcode, département, région, EPCI
TOWNS = (
    ("76351", "Le Havre", 2, "217603513", "76600", "76", "28", ("200084952", "Le Havre Seine Métropole")),
    ("40192", "Mont-de-Marsan", 0, "214001927", "40000", "40", "75", ("244000808", "Mont de Marsan Agglomération")),
    ("69123", "Lyon", 0, "216901231", "69001", "69", "84", ("200046977", "Métropole de Lyon")),
    ("48152", "Sainte-Eulalie", 0, "214801524", "48120", "48", "76", None),
)
NATIONAL = "https://www.data.gouv.fr/api/1/datasets/"


@pytest.fixture(autouse=True)
def towns(db: None, home: Path, settings: Settings) -> None:
    for insee, name, article, siren, postcode, departement, region, epci in TOWNS:
        town = _made(Level.COMMUNE, insee, name, siren=siren, liaison=article, postcodes=[postcode])
        town.parents.add(_made(Level.DEPARTEMENT, departement, f"D{departement}"))
        town.parents.add(_made(Level.REGION, region, f"R{region}"))
        if epci:
            town.parents.add(_made(Level.EPCI, epci[0], epci[1], siren=epci[0]))
    settings.BOUTURE_TERRITORY = "76351"


def _made(level: Level, code: str, name: str, **values: object) -> Territory:
    defaults = {"name": name, "sort_name": sort_key(name), **values}
    return Territory.objects.get_or_create(level=level, code=code, defaults=defaults)[0]


@pytest.fixture
def elsewhere(settings: Settings) -> Callable[[str], None]:
    """Another instance, empty, for this commune; the keys of the folder are the same, which no test rests on but its own."""

    def move(code: str) -> None:
        for model in (AppliedPack, HarvestSource, SynonymTable):
            model.objects.all().delete()
        Organisation.objects.all().delete()
        cache.clear()
        settings.BOUTURE_TERRITORY = code

    return move


@pytest.fixture
def havre() -> HarvestSource:
    source = find_or_make(
        f"{NATIONAL}?geozone=fr:commune:76351",
        kind="udata",
    )
    source.title, source.schedule = "Jeux nationaux du Havre", "0 3 * * *"
    source.rules = {"concerns": ["76351", "200084952", "76"], "publisher": "Ville du Havre"}
    source.save()
    return source


def pack(*words: str) -> str:
    out = StringIO()
    call_command("pack", *words, stdout=out)
    return out.getvalue()


def built(folder: Path, *more: str, version: str = "1.0.0") -> Path:
    pack("build", str(folder), "--name", "commune", "--pack-version", version, *more)
    return folder
