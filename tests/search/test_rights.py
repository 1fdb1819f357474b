"""Six people, both backends, every door of search: a private dataset shows in nothing to whom it is not for.

What a door answers to somebody who may not see it is compared with what it answered before the dataset existed: a hit, a
total, a count of a facet, a suggestion, a spelling proposed, an order changed would all be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from catalogue import permissions, publishing
from catalogue.models import PUBLIC, Dataset, Organisation, User
from catalogue.search.contract import Page
from catalogue.search.document import FACETS
from tests import factories
from tests.search import doors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Nothing public has these words: title, keyword, description, file, theme and format of the secret.
MARK = "Zygomatique"
QUESTIONS = ("", "zygomatique", "zygomatiqeu", "zygo", "halle", "chrysocale", "zinzolin")
FEW = ("", "zygomatique", "zygo", "halle")
PEOPLE = (
    "stranger",
    "agent of the body",
    "agent of another body",
    "granted",
    "member of a granted group",
    "administrator",
)
SEE = {"agent of the body", "granted", "member of a granted group", "administrator"}
Answers = dict[tuple[str, str], str]


@dataclass
class World:
    """What is there before the secret. `people`: None is who is not logged in."""

    body: Organisation
    people: dict[str, User | None]
    group: Group

    def secret(self, *, private: bool) -> Dataset:
        row = factories.dataset(
            f"{MARK} de la halle",
            self.body,
            private=private,
            keyword={"fr": ["chrysocale", "halle"]},
            description={"fr": "Psittacisme de la halle, en détail."},
            theme=[factories.EU + "data-theme/ENER"],
            distribution=[
                factories.file("zinzolin.ods", format=factories.EU + "file-type/ODS", title={"fr": "zinzolin"})
            ],
            modified="2026-02-03",
        )
        if private:
            for who in (self.people["granted"], self.group):
                publishing.grant(row, who)
        factories.bring_index_up_to_date()
        return row


@pytest.fixture
def world(searched: Path) -> World:
    body, other = factories.body("Ville du marché"), factories.body("Ville voisine")
    group = Group.objects.create(name="conseil")
    member = factories.person()
    member.groups.add(group)
    for number, owner in enumerate((body, body, other, other, other)):
        factories.dataset(f"Étals de la halle {number}", owner, modified=f"2025-0{number + 1}-01")
    factories.dataset("Marchés de la halle, en préparation", other, private=True)
    factories.bring_index_up_to_date()
    people = (
        None,
        factories.person("reader", body),
        factories.person("reader", other),
        factories.person(),
        member,
        factories.person(is_superuser=True),
    )
    return World(body, dict(zip(PEOPLE, people, strict=True)), group)


def ask(who: User | None, questions: tuple[str, ...] = QUESTIONS) -> Answers:
    """What every door answers to each question."""
    client = Client()
    if who:
        who = User.objects.get(pk=who.pk)  # no right remembered
        client.force_login(who)
    audience = permissions.audience_of(who) if who else PUBLIC
    answers = {}
    for question in questions:
        for name, address in doors.addresses(question, first=question == questions[0]).items():
            response = client.get(address)
            assert response.status_code == 200, (name, question)
            answers[name, question] = told(response.content.decode())
        for name, call in doors.CALLS.items():
            answers[name, question] = written(call(question, audience))
    return answers


def told(body: str) -> str:
    """Without what differs between two answers that say the same, and the hour at which the catalogue last changed: that
    something left it is told on purpose, so that clients read it again. Nor a cursor: a stranger’s holds a score of the public index
    of Elasticsearch, which counts for a while what was written over."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|\d{4}-\d\d-\d\dT[\d:]{8}(\+00:00|Z)|suite=[\w-]+', "", body)


def written(page: Page) -> str:
    """Scores are left out, and the keys that hold them: those of BM25 know how rare a word is among all records, and no door
    shows them."""
    return repr(replace(page, hits=tuple(replace(hit, score=0.0, key=()) for hit in page.hits)))


def differing(before: Answers, after: Answers) -> list[tuple[str, str]]:
    return [key for key in before if before[key] != after[key]]


def test_what_is_private_shows_in_nothing_to_others_and_in_every_door_to_those_it_is_for(world: World) -> None:
    before = {name: ask(who) for name, who in world.people.items()}
    world.secret(private=True)
    for name, who in world.people.items():
        after = ask(who)
        if name not in SEE:
            assert differing(before[name], after) == [], name
            assert not any(MARK in answer for answer in after.values())
            continue
        showing = {door for door, _ in differing(before[name], after)}
        assert showing == {*doors.ADDRESSES, *doors.CALLS}, name


def test_facets_count_it_for_those_it_is_for_alone(world: World) -> None:
    row = world.secret(private=True)
    for name, who in world.people.items():
        page = doors.CALLS["find"]("", permissions.audience_of(who) if who else PUBLIC)
        counted = {facet.name: dict(facet.values) for facet in page.facets}
        assert set(counted) == set(FACETS)
        assert (factories.EU + "data-theme/ENER" in counted["theme"]) is (name in SEE), name
        assert (str(row.pk) in {hit.id for hit in page.hits}) is (name in SEE), name


def made_private(row: Dataset, _: World) -> None:
    publishing.set_private(row, True)


def withdrawn(row: Dataset, _: World) -> None:
    publishing.withdraw([row], "Erreur.")


def rights_taken_back(row: Dataset, world: World) -> None:
    """Each in another way."""
    publishing.revoke(row, world.people["granted"])
    world.people["member of a granted group"].groups.clear()
    permissions.remove_role(world.people["agent of the body"], world.body)
    User.objects.filter(pk=world.people["administrator"].pk).update(is_superuser=False)


def group_revoked(row: Dataset, world: World) -> None:
    publishing.revoke(row, world.group)


Gesture = Callable[[Dataset, World], None]
# What happens, whether the dataset was private before, and for whom it is gone.
STOPPED: list[tuple[Gesture, bool, set[str]]] = [
    (made_private, False, {"stranger", "agent of another body"}),
    (withdrawn, False, {"stranger", "agent of the body"}),
    (withdrawn, True, SEE),
    (rights_taken_back, True, SEE),
    (group_revoked, True, {"member of a granted group"}),
]


@pytest.mark.parametrize(("happens", "private", "gone_for"), STOPPED)
def test_with_the_indexer_stopped_it_is_gone_at_the_next_request(
    world: World, happens: Gesture, private: bool, gone_for: set[str]
) -> None:
    before = {name: ask(world.people[name], FEW) for name in gone_for}
    row = world.secret(private=private)
    for name in gone_for:
        assert differing(before[name], ask(world.people[name], FEW)), f"{name} saw nothing: the test proves nothing"
    happens(row, world)
    for name in gone_for:
        answers = ask(world.people[name], FEW)
        assert not any(MARK in answer for answer in answers.values()), name
        if happens is not rights_taken_back or name == "granted":  # the others lost more than the secret
            assert differing(before[name], answers) == [], name
