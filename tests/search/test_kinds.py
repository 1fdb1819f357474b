"""Each kind of result: found in one ranking, counted, under the rights of whoever asks, on both backends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from catalogue import permissions, publishing
from catalogue.models import PUBLIC, Audience, DataService, Dataset, Organisation, User
from catalogue.search import find
from tests import factories

pytestmark = pytest.mark.django_db


def ids(text: str, audience: Audience = PUBLIC, *kinds: str) -> list[str]:
    return [hit.id for hit in find(text, audience=audience, kinds=kinds).hits]


def counts(text: str, audience: Audience = PUBLIC, *kinds: str) -> dict[str, int]:
    page = find(text, audience=audience, facets=("kind",), kinds=kinds)
    return dict(page.facets[0].values)


@dataclass
class World:
    town: Organisation
    open: Dataset
    secret: Dataset
    service: DataService
    secret_service: DataService
    people: dict[str, User]

    def audience(self, name: str) -> Audience:
        return permissions.audience_of(User.objects.get(pk=self.people[name].pk)) if name else PUBLIC


@pytest.fixture
def world(searched: Path) -> World:
    town, other = factories.body("Ville de Brumelande"), factories.body("Ville d’Ailleurs")
    hidden = {"publisher": {"name": {"fr": "Bureau des lanternes"}}}
    made = World(
        town=town,
        open=factories.dataset("Lanternes des rues", town),
        secret=factories.dataset("Lanternes à venir", town, private=True, **hidden),
        service=factories.service("Carte des lanternes", town),
        secret_service=factories.service("Carte des lanternes à venir", town, private=True),
        people={
            "stranger": factories.person(),
            "member": factories.person("reader", town),
            "of another body": factories.person("administrator", other),
            "granted": factories.person(),
            "of a granted group": factories.person(),
            "administrator": factories.person(is_superuser=True),
        },
    )
    group = Group.objects.create(name="Éclairage")
    made.people["of a granted group"].groups.add(group)
    publishing.grant(made.secret, made.people["granted"])
    publishing.grant(made.secret, group)
    factories.bring_index_up_to_date()
    return made


SIX = ("stranger", "member", "of another body", "granted", "of a granted group", "administrator")
SERVICES = {"member": 2, "administrator": 2}
DATASETS = {"member": 2, "granted": 2, "of a granted group": 2, "administrator": 2}


@pytest.mark.parametrize("who", ["", *SIX])
def test_services_are_found_and_counted_under_the_rights_of_who_asks(world: World, who: str) -> None:
    audience = world.audience(who)
    found = counts("lanternes", audience)
    assert found["dataset"] == DATASETS.get(who, 1)
    assert found["service"] == SERVICES.get(who, 1)
    assert len(ids("lanternes", audience, "service")) == SERVICES.get(who, 1)
    assert counts("lanternes", audience, "service") == found


def test_a_service_made_private_or_withdrawn_is_gone_with_the_worker_stopped(world: World) -> None:
    assert ids("carte") == [str(world.service.pk)]
    publishing.set_private(world.service, True)
    assert ids("carte") == []
    assert set(ids("carte", world.audience("member"))) == {str(world.secret_service.pk)}
    publishing.set_private(world.service, False)
    factories.bring_index_up_to_date()
    publishing.withdraw([world.service], "Fermé.")
    assert ids("carte") == []
    factories.bring_index_up_to_date()
    assert ids("carte", Audience(everything=True)) == [str(world.secret_service.pk)]


def test_a_new_index_holds_every_kind(world: World) -> None:
    from catalogue.log import forget
    from catalogue.search.reader import READER

    before = {who: (sorted(ids("", world.audience(who))), counts("", world.audience(who))) for who in ("", *SIX)}
    forget(READER)
    factories.bring_index_up_to_date()
    assert before == {
        who: (sorted(ids("", world.audience(who))), counts("", world.audience(who))) for who in ("", *SIX)
    }
