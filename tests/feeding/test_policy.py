"""What an instance lets no other follow: by theme, body and record, at once and then announced."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.feeding import policy
from catalogue.models import AuditEntry, FeedMember, Withheld
from tests import factories
from tests.feeding.test_feed import follow, renamed
from tests.feeding.walked import walk

pytestmark = pytest.mark.django_db
ENVI, TRAN = (f"{factories.EU}data-theme/{code}" for code in ("ENVI", "TRAN"))


@pytest.mark.parametrize("by", ["theme", "owner", "publisher", "record"])
def test_what_is_withheld_leaves_at_once_then_is_announced_as_gone(client: Client, by: str) -> None:
    actor = factories.person(is_superuser=True)
    row = factories.dataset("Retenu", theme=[ENVI, TRAN], publisher={"name": {"fr": "Régie"}})
    other = factories.dataset(theme=[TRAN])
    follow()

    def turn(held: bool) -> None:
        if by == "theme":
            policy.set_themes([ENVI] if held else [], actor)
        elif by == "record":
            policy.set_record(row, held, actor)
        else:
            policy.set_body(row.owner if by == "owner" else row.published_by, held, actor)

    turn(True)
    assert [one.object for one in walk(client).activities] == [other.uri]
    follow()
    assert [(one.verb, one.object) for one in walk(client).activities] == [("Create", other.uri), ("Delete", row.uri)]
    renamed(row, "Changé") if by in ("owner", "record") else None
    follow()
    assert set(walk(client).now) == {other.uri}
    turn(False)
    follow()
    assert set(walk(client).now) == {other.uri, row.uri}
    assert not Withheld.objects.exists()
    actions = list(AuditEntry.objects.filter(action__startswith="sharing.").values_list("action", flat=True))
    assert sorted(actions) == ["sharing.hold", "sharing.share"]


def test_who_came_while_it_was_withheld_is_told_of_it(client: Client) -> None:
    """Held and let out again before the worker saw either: on no page in between."""
    actor = factories.person(is_superuser=True)
    row, other = factories.dataset(), factories.dataset()
    follow()
    policy.set_record(row, True, actor)
    policy.set_record(row, False, actor)
    follow()
    assert [one.object for one in walk(client).activities] == [other.uri, row.uri]
    before = list(FeedMember.objects.values())
    follow()
    assert list(FeedMember.objects.values()) == before


def test_done_twice_it_is_told_once() -> None:
    actor = factories.person(is_superuser=True)
    row = factories.dataset()
    for held in (True, True, False, False):
        policy.set_record(row, held, actor)
    assert AuditEntry.objects.filter(action__startswith="sharing.").count() == 2


def test_a_body_may_give_a_record_to_one_that_shares_nothing(client: Client) -> None:
    row, closed = factories.dataset(), factories.body()
    policy.set_body(closed, True, factories.person(is_superuser=True))
    follow()
    assert set(walk(client).now) == {row.uri}
    type(row).objects.filter(pk=row.pk).update(owner=closed)
    assert walk(client).now == {}
