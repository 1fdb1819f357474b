"""Which territory of today the code of a row means, and how many people live there."""

from __future__ import annotations

import pytest

from catalogue.models import Organisation, Territory
from catalogue.observing.headcounts import Headcounts
from catalogue.observing.places import places_of, publisher_of
from tests import factories
from tests.observing import made

pytestmark = pytest.mark.django_db


def level(kind: str, code: str, siren: str = "") -> Territory:
    return Territory.objects.create(level=kind, code=code, name=code, sort_name=code, siren=siren)


def test_codes_of_every_sort_in_bulk() -> None:
    former = [{"code": "99202", "name": "", "kind": "ancienne"}, {"code": "99203", "name": "", "kind": "ancienne"}]
    lanvern = made.commune("99201", "Lanvern", siren="219920101", former_communes=former)
    made.commune("99301", "Ailleurs", former_communes=[{"code": "99203", "name": "", "kind": "ancienne"}])
    paris = made.commune("75056", "Paris", siren="217500016", former_communes=[
        {"code": "75104", "name": "", "kind": "arrondissement"}])  # fmt: skip
    epci, department = level("epci", "200000001", "200000001"), level("departement", "2A")
    overseas = level("collectivite", "975")
    syndicat = level("syndicat", "250000001", "250000001")
    gone = made.commune("99400", "Disparue", siren="219940000")
    Territory.objects.filter(pk=gone.pk).update(current=False)
    wanted = {
        "99201": lanvern, "99202": lanvern, "219920101": lanvern, "21992010100012": lanvern, " 99201 ": lanvern,
        "75104": paris, "200000001": epci, "2A": department, "2a": department, "975": overseas, "250000001": syndicat,
    }  # fmt: skip
    unknown = {"99203", "99400", "219940000", "99999", "", "x", "1", "123456789", "99201000"}
    found = places_of(wanted.keys() | unknown, None)
    assert {code: place.pk for code, place in found.items()} == {code: place.pk for code, place in wanted.items()}


def test_the_territory_of_who_publishes() -> None:
    lanvern = made.commune("99201", "Lanvern", siren="219920101")
    body = factories.body()
    table = made.published(body, "a,b\n1,2\n", "a.csv")
    # What a harvest says of its source's territory proves nothing.
    type(table.dataset).objects.filter(pk=table.dataset_id).update(territory=lanvern)

    def now() -> int | None:
        table.refresh_from_db()
        found = publisher_of(table)
        return found.pk if found else None

    assert now() is None
    Organisation.objects.filter(pk=body.pk).update(siren="219920101")
    assert now() == lanvern.pk
    Organisation.objects.filter(pk=body.pk).update(siren="", territory=made.commune("99301", "Ailleurs"))
    assert now() not in {None, lanvern.pk}
    Organisation.objects.filter(pk=body.pk).update(territory=None)
    type(table.dataset).objects.update(spatial=["http://id.insee.fr/geo/commune/99201"])
    assert now() == lanvern.pk


def test_the_nearest_year_of_the_population_and_the_later_of_two() -> None:
    lanvern = made.commune()
    for year, value in ((2018, 900), (2022, 1_000)):
        made.inhabitants(lanvern, value, year)
    people = Headcounts([lanvern.pk], "municipale")
    found = {year: people.of(lanvern.pk, year) for year in (2018, 2019, 2020, 2030)}
    assert {year: (one.value, one.year, one.estimated) for year, one in found.items() if one} == {
        2018: (900, 2018, False),
        2019: (900, 2018, True),
        2020: (1_000, 2022, True),
        2030: (1_000, 2022, True),
    }
    assert Headcounts([lanvern.pk], "totale").of(lanvern.pk, 2022) is None


def test_of_an_epci_without_figures_its_communes_are_added_where_all_are_counted() -> None:
    epci = level("epci", "200000001", "200000001")
    one, two = made.commune("99101"), made.commune("99102", "Lanvern")
    epci.members.set([one, two])
    made.inhabitants(one, 1_000, 2020)
    made.inhabitants(two, 500, 2020)
    made.inhabitants(one, 1_100, 2021)
    found = Headcounts([epci.pk], "municipale").of(epci.pk, 2021)
    assert found and (found.value, found.year, found.estimated) == (1_500, 2020, True)
    assert "communes" in found.source
    made.inhabitants(epci, 1_700, 2021)
    found = Headcounts([epci.pk], "municipale").of(epci.pk, 2021)
    assert found and (found.value, found.estimated) == (1_700, False)
