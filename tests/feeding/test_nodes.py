"""What records describe that has an address of its own, and the catalogue: objects of the feed beside the records."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from catalogue import publishing
from catalogue.feeding.nodes import described
from catalogue.models import Dataset, FeedMember
from catalogue.publishing import Draft
from tests import factories
from tests.feeding.test_feed import follow
from tests.feeding.walked import walk

pytestmark = pytest.mark.django_db
HALL = "https://mairie.example/"
NAME = "http://xmlns.com/foaf/0.1/name"


def hall(name: str = "Mairie") -> dict[str, Any]:
    return {"uri": HALL, "name": {"fr": name}, "homepage": ["https://mairie.example/accueil"]}


def written(row: Dataset, **values: Any) -> None:
    given = {"title": row.title, "description": row.description, "distribution": [factories.file()], **values}
    publishing.publish([Draft("dataset", given, row.owner_id, id=row.pk)])


def named(client: Client) -> list[str]:
    payload = walk(client).now[HALL].payload
    return [triple.split(" ", 2)[2] for triple in payload if f"<{NAME}>" in triple]


def test_an_agent_comes_before_the_records_that_name_it(client: Client) -> None:
    rows = [factories.dataset(publisher=hall()) for _ in range(2)]
    follow()
    said = [(one.verb, one.object) for one in walk(client).activities]
    assert said[0] == ("Create", HALL)
    assert {thing for _, thing in said[1:]} == {row.uri for row in rows}
    payload = " ".join(walk(client).now[HALL].payload)
    assert "https://mairie.example/accueil" in payload
    assert not any(row.uri in payload for row in rows)


def test_it_stays_while_one_record_names_it_and_is_gone_with_the_last(client: Client) -> None:
    first, second = (factories.dataset(publisher=hall()) for _ in range(2))
    follow()
    for row in (first, second):
        assert HALL in walk(client).now
        publishing.withdraw([row], "Non.")
        follow()
    assert [one.object for one in walk(client).activities][-1] == HALL
    assert walk(client).now == {}


def test_it_is_hidden_with_the_only_record_that_names_it(client: Client) -> None:
    row = factories.dataset(publisher=hall())
    follow()
    publishing.set_private(row, True)
    assert walk(client).activities == []
    publishing.set_private(row, False)
    follow()
    assert [one.object for one in walk(client).activities] == [HALL, row.uri]


def test_who_speaks_of_it_goes_on_speaking(client: Client) -> None:
    """Two records that name one body in two ways do not announce it again and again in turns."""
    rows = sorted(
        (factories.dataset(publisher=hall(f"Mairie {number}")) for number in range(3)), key=lambda row: row.pk
    )
    follow()
    assert named(client) == ['"Mairie 0"@fr'] or FeedMember.objects.get(object=HALL).record == rows[0].pk
    before = FeedMember.objects.get(object=HALL)
    written(rows[2], publisher=hall("Mairie nouvelle"))
    follow()
    assert FeedMember.objects.get(object=HALL).position == before.position
    written(rows[0], publisher=hall("Mairie renommée"))
    follow()
    assert named(client) == ['"Mairie renommée"@fr']
    publishing.withdraw(rows[:1], "Non.")
    follow()
    assert FeedMember.objects.get(object=HALL).record in {rows[1].pk, rows[2].pk}
    assert len(named(client)) == 1


def test_what_a_record_alone_has_stays_in_it(client: Client) -> None:
    row = factories.dataset(publisher={"name": {"fr": "Sans adresse"}}, contact_point=[{"name": {"fr": "Accueil"}}])
    follow()
    assert set(walk(client).now) == {row.uri}


def test_a_licence_that_everybody_knows_is_only_referred_to(client: Client) -> None:
    row = factories.dataset(license=factories.OPEN_LICENCE)
    follow()
    assert set(walk(client).now) == {row.uri}


def test_an_address_longer_than_an_index_holds_stays_in_its_record(client: Client) -> None:
    row = factories.dataset(publisher={"uri": f"https://mairie.example/{'é' * 1500}", "name": {"fr": "Mairie"}})
    follow()
    assert set(walk(client).now) == {row.uri}


def test_an_address_that_a_record_bears_is_that_record_s(client: Client) -> None:
    row = factories.dataset()
    follow()
    factories.dataset(publisher={"uri": row.uri, "name": {"fr": "Qui se dit un jeu"}})
    follow()
    assert FeedMember.objects.get(object=row.uri).kind == "dataset"
    assert len(walk(client).now) == 2


def test_killed_in_the_middle_nothing_is_half_said(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    row = factories.dataset(publisher=hall())
    follow()
    publishing.withdraw([row], "Non.")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("catalogue.feeding.reader.tell", killed)
        with pytest.raises(KeyboardInterrupt):
            follow()
    follow()
    assert walk(client).now == {}
    assert [one.verb for one in walk(client).activities] == ["Delete", "Delete"]


def test_the_catalogue_is_an_object_and_follows_the_environment(client: Client, settings: Settings) -> None:
    follow()
    [one] = walk(client).everything
    assert one.object == f"{settings.BOUTURE_URL}/catalogue"
    assert any("#Catalog" in triple for triple in one.payload)
    settings.BOUTURE_NAME = "Portail d’essai"
    assert walk(client).everything == []
    follow()
    [two] = walk(client).everything
    assert (two.verb, two.published > one.published) == ("Update", True)
    assert any("Portail d’essai" in triple for triple in two.payload)


def test_a_text_without_any_costs_nothing() -> None:
    assert (
        described(f'<{settings.BOUTURE_URL}/x> <http://a.example/p> "<http://xmlns.com/foaf/0.1/Agent> ." .\n', "x")
        == {}
    )
