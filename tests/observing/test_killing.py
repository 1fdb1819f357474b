"""A worker killed outright while it keeps figures: no territory is half, and the next one ends with the same as without."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from catalogue.models import AskedReckoning, Indicator, Observation, Reckoning
from catalogue.observing import recipes
from tests.conftest import PROJECT
from tests.observing import made
from tests.test_tasks import environment

COMMUNES = 300
YEARS = (2021, 2022)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_while_it_keeps_figures(home: Path) -> None:
    made.recipe()
    places = [made.commune(f"99{number:03}", f"Commune {number}", f"21990{number:04}") for number in range(COMMUNES)]
    for place in places:
        made.inhabitants(place, 1_000)
    lines = [(place.siren, year, 5_000.0) for place in places for year in YEARS]
    made.published(made.town(places[0]), made.budget(*lines))
    made.followed()
    held = Indicator.objects.in_use().filter(schema="scdl/budget").count()
    command = [sys.executable, "manage.py", "indicators", "compute"]
    for kills in range(1, 4):
        worker = subprocess.Popen(command, cwd=PROJECT, env=environment(home))
        try:
            await_(lambda least=kills: Observation.objects.count() >= least * COMMUNES // 2 or not asked())
        finally:
            worker.kill()
            worker.wait(timeout=20)
        for indicator in Indicator.objects.in_use():
            told = list(Observation.objects.filter(indicator=indicator).values_list("territory", "period"))
            assert len(told) == len(YEARS) * len({territory for territory, _ in told})
    made.worked()
    assert not asked()
    assert len(made.said()) == COMMUNES * len(YEARS)
    assert (
        Reckoning.objects.count()
        == held
        == sum(one.schema == "scdl/budget" for one in recipes.known().recipes.values())
    )


def asked() -> bool:
    return AskedReckoning.objects.exists()


def await_(what: Any, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(0.02)
