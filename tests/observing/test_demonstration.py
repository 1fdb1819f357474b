"""The invented communes have figures to compare, from the files that the demonstration serves."""

from __future__ import annotations

import pytest

from catalogue.models import Organisation, Territory
from portal.demonstration.catalogue import body_uri, files, said
from portal.demonstration.places import make_places
from tests.observing import made

pytestmark = pytest.mark.django_db


def test_the_accounts_of_seven_communes_give_figures_for_four_years() -> None:
    home = make_places()
    make_places()
    body = Organisation.objects.get(uri=body_uri("agglomeration"))
    assert body.territory and body.territory.members.count() == len(said()["communes"])
    assert (home.code, Territory.objects.filter(level="commune").count()) == ("99001", 7)
    for name in ("comptes-des-communes.csv", "compte-administratif-2025.csv"):
        table = made.published(body, files()[name].read_bytes(), name)
        assert table.current and table.current.level == "valid"
    made.worked()
    found = made.said("budget.depenses-fonctionnement-hab")
    assert {(code, period) for code, period, *_ in found} == {
        (one["code"], str(year)) for one in said()["communes"] for year in range(2022, 2026)
    }
    assert all(value is not None and 500 < value < 1_500 for *_, value, _ in found)
    savings = made.said("budget.taux-epargne-brute")
    assert all(value is not None and 0 < value < 30 for *_, value, _ in savings)


def test_the_agglomeration_has_its_waste_by_inhabitant() -> None:
    make_places()
    body = Organisation.objects.get(uri=body_uri("agglomeration"))
    made.published(body, files()["tonnages-agglomeration.csv"].read_bytes(), "tonnages-agglomeration.csv")
    made.worked()
    found = made.said("dechets.dma-hab")
    assert [(code, period) for code, period, *_ in found] == [("249900010", str(year)) for year in range(2019, 2025)]
    assert all(value is not None and 100 < value < 600 for *_, value, _ in found)
