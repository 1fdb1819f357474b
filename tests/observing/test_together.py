"""What an EPCI has from its communes, and what cannot be said of a territory and why."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Organisation, Territory
from catalogue.observing import recipes
from catalogue.observing.missing import missing_for
from catalogue.observing.together import together
from catalogue.permissions import audience_of
from tests import factories
from tests.observing import made
from tests.photographs import photographed

pytestmark = pytest.mark.django_db
KEY = "essai.aides-hab"


def agglomeration() -> Territory:
    """Of three communes, of which two publish."""
    made.recipe()
    found = Territory.objects.create(level="epci", code="200000001", siren="200000001", name="Agglo", sort_name="agglo")
    for code, people, amount in (("99101", 1_000, 5_000), ("99102", 3_000, 3_000), ("99103", 1_000, None)):
        place = made.commune(code, f"Commune {code}")
        made.inhabitants(place, people)
        found.members.add(place)
        if amount is not None:
            made.published(made.town(place), made.budget((place.siren, 2021, amount)), f"{code}.csv")
    made.worked()
    return found


@pytest.fixture
def epci() -> Territory:
    return photographed(agglomeration)


def test_both_parts_are_added_and_never_the_ratios(
    epci: Territory, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    recipe = recipes.known().recipes[KEY]
    with django_assert_max_num_queries(4):
        found = together(recipe, epci, "2021")
    assert found.figure.value == 2.0  # 8,000 over 4,000 people; the mean of the ratios would be 3
    assert (found.numerator, found.denominator, found.own) == (8_000, 4_000, False)
    assert found.told == "partiel (2/3 communes, 80 % de la population)"
    assert together(recipe, epci, "2020").figure.value is None


def test_its_own_figure_wins(epci: Territory) -> None:
    made.inhabitants(epci, 5_000)
    body = made.town(epci)
    made.published(body, made.budget((epci.siren, 2021, 50_000)), "agglo.csv")
    made.worked()
    found = together(recipes.known().recipes[KEY], epci, "2021")
    assert (found.figure.value, found.own) == (10.0, True)


def test_what_is_private_is_in_no_sum_for_strangers(epci: Territory) -> None:
    place = Territory.objects.get(code="99103")
    body = made.town(place)
    made.published(body, made.budget((place.siren, 2021, 7_000)), "prive.csv", private=True)
    made.worked()
    recipe = recipes.known().recipes[KEY]
    member, colleague = factories.person("reader", body), factories.person("reader", factories.body())
    told = {who: together(recipe, epci, "2021", audience_of(who)).communes for who in (member, colleague)}
    assert told == {member: 3, colleague: 2}
    assert together(recipe, epci, "2021", audience_of(AnonymousUser())).communes == 2


def test_what_cannot_be_had_from_communes_says_so(epci: Territory) -> None:
    made.recipe(made.RECIPE.replace("together: ratio", "together: none"))
    made.worked()
    found = together(recipes.known().recipes[KEY], epci, "2021")
    assert (found.figure.value, found.figure.reason) == (None, "Cet indicateur ne se déduit pas de celui des communes.")


def test_what_is_missing_says_which_schema_to_publish_or_what_to_mend(epci: Territory) -> None:
    place = Territory.objects.get(code="99103")

    def lacking() -> dict[str, str]:
        return {one.key: one.reason for one in missing_for(place)}

    assert "« scdl/budget »" in lacking()[KEY]
    assert KEY not in {one.key for one in missing_for(Territory.objects.get(code="99101"))}
    body = made.town(place)
    table = made.published(body, made.budget(("999999999", 2021, 7_000)), "budget.csv")
    made.worked()
    assert "999999999" in lacking()[KEY]
    [one] = [each for each in missing_for(place) if each.key == KEY]
    assert (one.table, one.dataset) == (table.pk, table.dataset_id)
    made.again(table, made.budget((place.siren, 2021, 7_000)))
    made.worked()
    assert KEY not in lacking()


def test_what_is_missing_of_a_private_file_is_for_its_readers(epci: Territory) -> None:
    place = Territory.objects.get(code="99103")
    body: Organisation = made.town(place)
    made.published(body, made.budget(("999999999", 2021, 7_000)), "prive.csv", private=True)
    made.worked()
    reasons = {
        who: {one.key: one.reason for one in missing_for(place, audience_of(who))}[KEY]
        for who in (factories.person("reader", body), factories.person("reader", factories.body()))
    }
    assert [("999999999" in reason) for reason in reasons.values()] == [True, False]


def test_an_internal_indicator_is_missing_for_nobody_who_may_not_know_of_it(epci: Territory) -> None:
    made.recipe(made.RECIPE + "internal: true\n")
    made.worked()
    assert KEY not in {one.key for one in missing_for(Territory.objects.get(code="99103"))}
