"""Who may know of an indicator, and of its figures."""

from __future__ import annotations

import pytest

from catalogue import permissions
from catalogue.models import PUBLIC, Audience, Indicator, Observation
from tests import factories, observed

pytestmark = pytest.mark.django_db


def test_an_internal_indicator_is_there_for_members_of_a_body_that_has_figures_of_it() -> None:
    town, other = factories.body(), factories.body()
    budget, place = factories.dataset("Budget", town), observed.place("99001")
    open_one, draft = observed.indicator("essai.ouvert"), observed.indicator("essai.interne", internal=True)
    for each in (open_one, draft):
        observed.figure(each, place, "2021", 1.0, budget)
    member, colleague = factories.person("reader", town), factories.person("administrator", other)
    seen = {
        "member": permissions.audience_of(member),
        "colleague": permissions.audience_of(colleague),
        "stranger": PUBLIC,
        "administrator": Audience(everything=True),
    }
    for who, audience in seen.items():
        wanted = {"essai.ouvert", "essai.interne"} if who in ("member", "administrator") else {"essai.ouvert"}
        assert set(Indicator.objects.visible_to(audience).values_list("key", flat=True)) == wanted, who
        figures = Observation.objects.visible_to(audience).values_list("indicator__key", flat=True)
        assert set(figures) == wanted, who
