"""Each kind of result: found in one ranking, counted, under the rights of whoever asks, on both backends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from catalogue import permissions, publishing
from catalogue.models import PUBLIC, Audience, DataService, Dataset, Organisation, Territory, User
from catalogue.models.territories import sort_key
from catalogue.search import find
from tests import factories
from tests.photographs import photographed

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


def lanterns() -> World:
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


@pytest.fixture
def world(searched: Path) -> World:
    return photographed(lanterns)


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


def bodies(text: str, audience: Audience = PUBLIC) -> set[str]:
    found = find(text, audience=audience, kinds=("organisation",), facets=("kind",))
    assert found.total == len(found.hits) == dict(found.facets[0].values).get("organisation", 0)
    return {"".join(said for said, _ in hit.title) for hit in found.hits}


HIDDEN = "Bureau des lanternes"


@pytest.mark.parametrize("who", ["", *SIX])
def test_a_body_of_private_records_alone_is_found_by_who_sees_one(world: World, who: str) -> None:
    audience = world.audience(who)
    assert bodies("bureau lanternes", audience) == ({HIDDEN} if who in DATASETS else set())
    assert bodies("Brumelande", audience) == {"Ville de Brumelande"}  # it works here
    assert bodies("", audience) == {"Ville de Brumelande", "Ville d’Ailleurs"} | (
        {HIDDEN} if who in DATASETS else set()
    )


@pytest.mark.parametrize("who", ["granted", "of a granted group", "member"])
def test_a_body_goes_with_the_right_that_showed_it(world: World, who: str) -> None:
    if who == "member":
        permissions.remove_role(world.people[who], world.town)
    elif who == "granted":
        publishing.revoke(world.secret, world.people[who])
    else:
        publishing.revoke(world.secret, Group.objects.get())
    for _ in range(2):
        assert bodies("bureau", world.audience(who)) == set()
        factories.bring_index_up_to_date()


def lone(name: str, private: bool = False) -> Dataset:
    """The only record of a body that does not work here."""
    return factories.dataset("Une donnée", factories.body(), private=private, publisher={"name": {"fr": name}})


@pytest.mark.parametrize("how", ["private", "withdrawn"])
def test_a_body_goes_at_once_with_its_last_public_record(world: World, how: str) -> None:
    first, second = lone("Régie des phares"), lone("Régie des phares")
    factories.bring_index_up_to_date()

    def hide(row: Dataset) -> None:
        publishing.set_private(row, True) if how == "private" else publishing.withdraw([row], "Erreur.")

    before = find("", facets=("kind",)).total
    hide(first)
    assert bodies("phares") == {"Régie des phares"}
    assert find("").total == before - 1
    hide(second)
    assert bodies("phares") == set()
    assert find("").total == before - 3
    assert find("phares").total == 0
    assert find("phare", audience=world.audience("stranger")).total == 0
    factories.bring_index_up_to_date()
    assert bodies("phares") == set()
    assert bodies("phares", world.audience("administrator")) == ({"Régie des phares"} if how == "private" else set())


def test_a_body_goes_at_once_with_a_record_that_left_it_for_another(world: World) -> None:
    row = lone("Régie des phares")
    factories.bring_index_up_to_date()
    values = {"title": row.title, "publisher": {"name": {"fr": "Capitainerie"}}}
    publishing.publish([publishing.Draft("dataset", values, row.owner_id, id=row.pk)])
    publishing.set_private(Dataset.objects.get(pk=row.pk), True)
    assert bodies("phares") == bodies("capitainerie") == set()
    factories.bring_index_up_to_date()
    assert bodies("phares") == bodies("capitainerie") == set()
    assert bodies("capitainerie", world.audience("administrator")) == {"Capitainerie"}


def test_a_body_made_by_a_harvest_comes_with_its_first_record(world: World) -> None:
    assert bodies("phares") == set()
    lone("Régie des phares")
    factories.bring_index_up_to_date()
    assert bodies("phares") == {"Régie des phares"}


def test_a_renamed_body_is_found_by_its_new_name_alone_and_so_are_its_records(world: World) -> None:
    assert publishing.change_body(world.town, name="Commune nouvelle du Grand-Pré") == ["name", "folded"]
    assert publishing.change_body(world.town, name="Commune nouvelle du Grand-Pré") == []
    factories.bring_index_up_to_date()
    assert bodies("Brumelande") == set()
    assert bodies("grand pré") == {"Commune nouvelle du Grand-Pré"}
    assert ids("producteur:brumelande") == []
    assert str(world.open.pk) in ids("producteur:pré")
    assert find("lanternes Brumelande", kinds=("service",)).complete == 0


def test_a_body_that_ceases_to_work_here_goes_at_once(world: World) -> None:
    made = Organisation(slug="musee-des-vents")
    publishing.change_body(made, name="Musée des vents", tenant=True)
    factories.bring_index_up_to_date()
    assert bodies("vents") == {"Musée des vents"}
    publishing.change_body(made, tenant=False)
    for _ in range(2):
        assert bodies("vents") == set()
        factories.bring_index_up_to_date()


def test_a_body_with_thousands_of_records_changes_its_name_in_several_commits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.search.reader.MOST", 1)
    publishing.change_body(world.town, name="Grand-Pré")
    factories.bring_index_up_to_date()
    assert {str(world.open.pk), str(world.service.pk)} <= set(ids("pré"))


def settle(code: str, name: str, level: str = "commune", parent: Territory | None = None) -> Territory:
    place = Territory.objects.create(level=level, code=code, name=name, sort_name=sort_key(name))
    if parent:
        place.parents.add(parent)
    return place


def at(row: Dataset, place: Territory | None) -> str:
    """Puts the record there, as a harvest does."""
    given = {"title": row.title, "distribution": [factories.file()]}
    draft = publishing.Draft("dataset", given, row.owner_id, id=row.pk, territory=place.pk if place else None)
    publishing.publish([draft])
    return str(row.pk)


@dataclass
class Atlas:
    department: Territory
    town: Territory
    village: Territory


@pytest.fixture
def atlas(world: World) -> Atlas:
    """The town has a public dataset, the village a private one."""
    department = settle("98", "Haute-Brume", "departement")
    made = Atlas(
        department, settle("98001", "Brumelande", parent=department), settle("98002", "Fontcreuse", parent=department)
    )
    at(world.open, made.town)
    at(world.secret, made.village)
    factories.bring_index_up_to_date()
    return made


def placed(text: str, audience: Audience = PUBLIC) -> set[str]:
    found = find(text, audience=audience, kinds=("territory",), facets=("kind",))
    assert found.total == len(found.hits) == dict(found.facets[0].values).get("territory", 0)
    return {"".join(said for said, _ in hit.title) for hit in found.hits}


@pytest.mark.parametrize("who", ["", *SIX])
def test_places_are_found_where_the_reader_sees_a_record(world: World, atlas: Atlas, who: str) -> None:
    audience = world.audience(who)
    assert placed("", audience) == {"Haute-Brume", "Brumelande"} | ({"Fontcreuse"} if who in DATASETS else set())
    assert placed("fontcreuse", audience) == ({"Fontcreuse"} if who in DATASETS else set())
    assert placed("98001", audience) == placed("brumelande", audience) == {"Brumelande"}
    assert placed("haute brume", audience) == {"Haute-Brume"}  # not all that it contains


def test_a_place_goes_at_once_with_its_last_public_record(world: World, atlas: Atlas) -> None:
    publishing.set_private(world.open, True)
    for _ in range(2):
        assert placed("") == set()
        assert placed("", world.audience("granted")) == {"Haute-Brume", "Fontcreuse"}
        assert placed("", world.audience("member")) == {"Haute-Brume", "Brumelande", "Fontcreuse"}
        factories.bring_index_up_to_date()


def test_a_place_that_its_last_record_left_is_no_longer_there(world: World, atlas: Atlas) -> None:
    at(world.open, atlas.village)
    factories.bring_index_up_to_date()
    assert placed("") == {"Haute-Brume", "Fontcreuse"}
    at(world.open, None)
    factories.bring_index_up_to_date()
    assert placed("") == set()


def test_a_body_that_moves_takes_with_it_what_has_no_place_of_its_own(world: World, atlas: Atlas) -> None:
    publishing.change_body(world.town, territory=atlas.village)
    factories.bring_index_up_to_date()
    assert placed("") == {"Haute-Brume", "Brumelande", "Fontcreuse"}  # its service
    at(world.open, None)
    factories.bring_index_up_to_date()
    assert placed("") == {"Haute-Brume", "Fontcreuse"}
    publishing.change_body(world.town, territory=None)
    factories.bring_index_up_to_date()
    assert placed("") == set()


def test_a_place_that_is_asked_alone_comes_before_what_is_there(world: World, atlas: Atlas) -> None:
    for number in range(30):
        at(factories.dataset(f"Brumelande, relevé {number}", world.town), atlas.town)
    factories.bring_index_up_to_date()
    assert ids("Brumelande")[0] == f"territory:{atlas.town.token}"
    assert not ids("relevés de Brumelande")[0].startswith("territory:")


def test_a_place_is_the_filter_of_its_own_results(world: World, atlas: Atlas) -> None:
    for place in (atlas.town, atlas.department):
        inside = find("", filters={"territory": (place.token,)}, kinds=("dataset",))
        assert [hit.id for hit in inside.hits] == [str(world.open.pk)]


def test_a_new_index_holds_every_kind(world: World, atlas: Atlas) -> None:
    from catalogue.log import forget
    from catalogue.search.reader import READER

    before = {who: (sorted(ids("", world.audience(who))), counts("", world.audience(who))) for who in ("", *SIX)}
    forget(READER)
    factories.bring_index_up_to_date()
    assert before == {
        who: (sorted(ids("", world.audience(who))), counts("", world.audience(who))) for who in ("", *SIX)
    }
