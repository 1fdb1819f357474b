"""The feed from the record to its page: what is announced, in which order, and what is hidden at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyoxigraph as ox
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from catalogue import log, publishing
from catalogue.feeding import reader, tree, writing
from catalogue.feeding.reader import FeedReader
from catalogue.models import Change, Dataset, FeedMember
from catalogue.publishing import Draft, drafts
from tests import factories
from tests.feeding.walked import walk

pytestmark = pytest.mark.django_db


def follow() -> None:
    """What the worker does."""
    factories.follow(FeedReader())


def renamed(row: Dataset, title: str) -> Dataset:
    values = {"title": {"fr": title}, "description": {"fr": "Autre."}, "distribution": [factories.file()]}
    publishing.publish([Draft("dataset", values, row.owner_id, id=row.pk)])
    return Dataset.objects.get(pk=row.pk)


def stored(row: Any) -> frozenset[str]:
    text = type(row).objects.with_forms().get(pk=row.pk).repaired
    return frozenset(str(quad.triple) for quad in ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES))


def test_every_public_record_is_there_with_its_own_words(client: Client) -> None:
    rows = [factories.dataset() for _ in range(3)]
    api = factories.service()
    factories.dataset(private=True)
    publishing.withdraw([factories.dataset()], "Remplacé.")
    Dataset.objects.filter(pk=factories.dataset().pk).update(status=Dataset.Status.DRAFT)
    follow()
    found = walk(client).now
    assert {name: one.payload for name, one in found.items()} == {row.uri: stored(row) for row in (*rows, api)}


def test_one_activity_an_object_in_strict_order(client: Client) -> None:
    first, second = factories.dataset(), factories.dataset()
    follow()
    renamed(first, "Autre titre")
    follow()
    said = walk(client).activities
    assert [(one.verb, one.object) for one in said] == [("Create", second.uri), ("Update", first.uri)]
    assert said[0].published < said[1].published
    assert said[1].payload == stored(first)


@pytest.mark.parametrize("gesture", ["withdraw", "private"])
def test_what_is_hidden_leaves_at_once_and_its_deletion_stays(client: Client, gesture: str) -> None:
    row, other = factories.dataset("Le secret"), factories.dataset()
    follow()
    if gesture == "withdraw":
        publishing.withdraw([row], "Une erreur.")
    else:
        publishing.set_private(row, True)
    stopped = walk(client)
    assert [one.object for one in stopped.activities] == [other.uri]
    assert not any("Le secret" in str(quad) or row.uri in str(quad) for page in stopped.pages.values() for quad in page)
    follow()
    assert [(one.verb, one.object, bool(one.payload)) for one in walk(client).activities] == [
        ("Create", other.uri, True),
        ("Delete", row.uri, False),
    ]
    follow()
    if gesture == "withdraw":
        drafts.bring_back(row)
    else:
        publishing.set_private(row, False)
    follow()
    assert [(one.verb, one.object) for one in walk(client).activities] == [("Create", other.uri), ("Create", row.uri)]


def test_what_was_changed_is_left_out_until_its_successor_is_written(client: Client) -> None:
    row = factories.dataset()
    follow()
    renamed(row, "Autre titre")
    assert walk(client).activities == []
    follow()
    assert [one.verb for one in walk(client).activities] == ["Update"]


def test_who_came_while_a_record_was_hidden_is_told_of_it_again(client: Client) -> None:
    """Between the two gestures the record was on no page: whoever read them then must find it further on."""
    row, other = factories.dataset(), factories.dataset()
    follow()
    before = FeedMember.objects.get(object=row.uri).position
    publishing.set_private(row, True)
    publishing.set_private(row, False)
    follow()
    assert [one.object for one in walk(client).activities] == [other.uri, row.uri]
    assert FeedMember.objects.get(object=row.uri).position > before


def test_a_line_that_changes_nothing_of_the_text_announces_nothing() -> None:
    row = factories.dataset()
    follow()
    before = list(FeedMember.objects.values())
    with log.transaction() as entries:
        entries.append(log.Entry(Change.Verb.UPDATE, row.pk, fields=("territory",)))
    follow()
    assert list(FeedMember.objects.values()) == before


def test_a_record_that_leaves_its_address_is_gone_under_it(client: Client) -> None:
    row = factories.dataset()
    follow()
    old = row.uri
    values = {"title": row.title, "description": row.description, "distribution": [factories.file()]}
    publishing.publish([Draft("dataset", values, row.owner_id, id=row.pk, uri="https://ailleurs.example/jeu")])
    follow()
    said = [(one.verb, one.object) for one in walk(client).activities]
    assert said == [("Delete", old), ("Create", "https://ailleurs.example/jeu")]


def test_an_address_that_one_record_leaves_and_another_takes_is_not_gone(client: Client) -> None:
    row = factories.dataset()
    factories.leave(row, "https://ailleurs.example/jeu")
    Dataset.objects.filter(pk=row.pk).update(uri="https://ailleurs.example/jeu")
    follow()
    values = {"title": row.title, "description": row.description, "distribution": [factories.file()]}
    publishing.publish([Draft("dataset", values, row.owner_id, id=row.pk, uri="https://ailleurs.example/autre")])
    body = row.owner_id
    publishing.publish([Draft("dataset", values, body, uri="https://ailleurs.example/jeu")])
    follow()
    assert set(walk(client).now) == {"https://ailleurs.example/jeu", "https://ailleurs.example/autre"}


def test_a_clock_set_back_changes_no_order(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = factories.dataset()
    follow()
    past = timezone.now() - timedelta(days=400)
    monkeypatch.setattr(writing.timezone, "now", lambda: past)
    second = factories.dataset()
    follow()
    said = walk(client).activities
    assert [one.object for one in said] == [first.uri, second.uri]
    assert said[0].published < said[1].published


def test_killed_between_effect_and_cursor_it_writes_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.dataset()
    follow()
    factories.dataset()
    publishing.withdraw([factories.dataset()], "Non.")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    holder = log.holder_name()
    with monkeypatch.context() as patch:
        patch.setattr(log, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            log.drain(FeedReader(), holder)
    log.release("feed", holder)
    before = list(FeedMember.objects.order_by("pk").values())
    follow()
    assert list(FeedMember.objects.order_by("pk").values()) == before


def test_made_again_it_keeps_the_place_of_what_did_not_change(client: Client) -> None:
    kept, lost = factories.dataset(), factories.dataset()
    hidden = factories.dataset()
    follow()
    before = dict(FeedMember.objects.values_list("object", "position"))
    FeedMember.objects.filter(object=lost.uri).delete()
    Dataset.objects.filter(pk=hidden.pk).update(private=True)  # not by the product's verbs: a restored base
    call_command("feed", "--rebuild", verbosity=0)
    now = {one.object: one for one in walk(client).activities}
    assert {name: one.verb for name, one in now.items()} == {
        kept.uri: "Create",
        lost.uri: "Create",
        hidden.uri: "Delete",
    }
    after = dict(FeedMember.objects.values_list("object", "position"))
    assert after[kept.uri] == before[kept.uri]
    assert min(after[lost.uri], after[hidden.uri]) > max(before.values())


def test_two_writers_give_no_number_twice() -> None:
    rows = [factories.dataset() for _ in range(reader.BATCH // 50)]
    follow()
    assert writing.tell([writing.Said(row.uri, "dataset", row.pk, "autre", 10**6) for row in rows]) == len(rows)
    positions = list(FeedMember.objects.values_list("position", flat=True))
    assert len(set(positions)) == len(positions) == len(rows) + 1  # the catalogue
    assert tree.last_position() == 2 * len(rows) + 1
