"""A planted portal on its first day, against the national bases of this machine: sources, indicators, pages; nothing new at night."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from pytest_django import Settings

from catalogue.models import Dataset, Indicator, Observation, Organisation, Territory
from harvesters.models import HarvestRun, HarvestSource
from tests.plant.national import POINTS, TRIED
from tests.plant.test_plant import SORTS, SOURCES, plant

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize("code", ["40192", "69123", "05048"])
def test_it_is_a_working_portal_on_its_first_day(code: str, pack: str, settings: Settings, client: Browser) -> None:
    """Le Havre's pack is the same: what differs is the code."""
    plant(code, pack)
    settings.BOUTURE_TERRITORY = code
    settings.BOUTURE_NAME = SORTS[code] + TRIED
    call_command("work", once=True)
    runs = HarvestRun.objects.all()
    assert [run.messages for run in runs if run.status != "done"] == []
    assert len(runs) == len(SOURCES)
    # A village of which most national bases know nothing has its addresses and what data.gouv.fr tells of it.
    expected = 8 if code in POINTS else 4
    assert Dataset.objects.published().filter(title__icontains="essai").count() == expected
    figures = {
        one.indicator.key: one.value
        for one in Observation.objects.filter(territory__code=code).select_related("indicator")
    }
    if code in POINTS:
        people = Territory.objects.get(level="commune", code=code).inhabitants
        assert people
        assert figures["recharge.points-10000hab"] == pytest.approx(POINTS[code] * 10_000 / people)
        assert figures["covoiturage.places-1000hab"] == pytest.approx(40_000 / people)
    else:
        assert figures == {}
    body = Organisation.objects.get(tenant=True)
    pages = ["/", "/jeux-de-donnees/?q=arbres", f"/territoires/{code}/", body.get_absolute_url()]
    pages += [row.get_absolute_url() for row in Dataset.objects.published()]
    pages += [f"/indicateurs/{key}/" for key in figures]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == HTTPStatus.OK, page
        assert TRIED.strip(" ()") in answer.content.decode(), page
    assert "arbres" in client.get("/jeux-de-donnees/?q=arbres").content.decode().lower()
    # The second night finds nothing new.
    HarvestSource.objects.update(next_at=runs[0].started_at)
    call_command("work", once=True)
    assert not HarvestRun.objects.exclude(pk__in=[run.pk for run in runs]).exclude(created=0, updated=0).exists()
    assert Indicator.objects.exists()
