"""The pages of harvests of a hub that follows fifty sources, many of them ill, with the names that people give."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from harvesters.models import HarvestPlan, HarvestRun, HarvestSource
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
Status = HarvestRun.Status
NAMES = (
    "Commune de {n}", "",
    "Syndicat mixte d’aménagement et de gestion des eaux du bassin versant de la rivière, secteur {n}, hors agglomération",
    "Anticonstitutionnellement" * 8 + "{n}",
)  # fmt: skip
WHY = (
    "Le serveur sig-mutualise-des-communautes-de-communes.interco-exemple.fr ne répond pas après trois essais. Prévenez qui le tient.",
    "La réponse est une page de connexion : l’adresse a peut-être changé, ou demande maintenant un compte.",
    "x" * 400,
)
STATES = (Status.DONE, Status.FAILED, Status.DONE, Status.STOPPED, Status.PARTIAL, Status.RUNNING, Status.KILLED)


def fill(site: Site) -> HarvestSource:
    """Gives one of them, in failure, with all its runs and a long rehearsal."""
    now = timezone.now()
    sources = HarvestSource.objects.bulk_create(
        HarvestSource(
            key=f"https://donnees-{number}.essai.example/{'catalogue/' * (number % 9)}dcat.jsonld?page=1",
            title=NAMES[number % len(NAMES)].format(n=number),
            kind=("ckan", "csw-dcat", "dcat", "")[number % 4],
            owner=site.samples.town,
            schedule="0 3 * * *",
            active=number % 11 != 5,
            trial=number % 13 == 7,
            next_at=now + timedelta(hours=number),
        )
        for number in range(50)
    )
    runs = []
    for number, source in enumerate(sources):
        for ago in range(number % 17):
            at = now - timedelta(days=ago, hours=1)
            status = STATES[number % len(STATES)] if ago < 2 else STATES[(number + ago) % 3]
            messages = [WHY[number % 3]] * (1 + number % 2) if status in HarvestRun.BAD else []
            times = {"started_at": at, "heartbeat_at": at, "ended_at": at + timedelta(seconds=number * 97)}
            runs.append(HarvestRun(source=source, status=status, found=12_345 * number, messages=messages, **times))
    HarvestRun.objects.bulk_create(runs)
    ill = sources[22]
    dry = HarvestRun.objects.create(
        source=ill,
        status=Status.DONE,
        dry=True,
        started_at=now,
        heartbeat_at=now,
        ended_at=now,
        created=600,
        updated=600,
    )
    long = [["description", "a" * 900, "Une description refaite. " * 60], ["keyword", "", "nature"]]
    HarvestPlan.objects.bulk_create(
        HarvestPlan(run=dry, verb=verb, kind="dataset", title=f"{NAMES[at % 4]} {at}"[:500], differences=long[: at % 3])
        for verb in ("created", "updated")
        for at in range(20)
    )
    return ill


def test_fifty_sources_are_read_as_well_as_three(site: Site, browser: Chromium, pictures: Path | None) -> None:
    ill = fill(site)
    cookie = site.cookie_of(site.samples.administrator)
    dry = ill.runs.get(dry=True)
    pages = {
        "moissons-50": ("/moissons/", 6),
        "moisson-en-panne": (f"/moissons/{ill.pk}/", 14),
        "repetition-longue": (f"/moissons/{ill.pk}/repetitions/{dry.pk}/", 6),
        "moisson-nouvelle-50": ("/moissons/nouvelle/", 5),
    }
    for name, (address, queries) in pages.items():
        report = browser.visit(site.address + address, cookie, pictures and pictures / name)
        assert (name, report.status, report.violations, report.too_wide) == (name, 200, [], [])
        assert report.queries <= queries, name
