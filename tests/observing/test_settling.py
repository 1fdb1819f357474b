"""Several files of one figure: one is said of it, or that they differ; and nothing private shows by what is public."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from catalogue import publishing
from catalogue.models import FormerObservation, Observation, Organisation, User
from catalogue.permissions import PUBLIC, audience_of
from tests import factories
from tests.observing import made

pytestmark = pytest.mark.django_db


def test_two_files_that_say_the_same_are_one_figure_of_the_territory_s_own_body() -> None:
    kerlann, body = made.kerlann()
    made.published(factories.body("Département"), made.budget((kerlann.siren, 2021, 5_000)), "ailleurs.csv")
    own = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.published(factories.body("Région"), made.budget((kerlann.siren, 2021, 5_000)), "plus-recent.csv")
    made.worked()
    assert [(row.value, row.shown, row.table_id == own.pk) for row in made.rows() if row.shown] == [(5.0, True, True)]
    assert len(made.rows()) == 3


def test_two_files_that_differ_give_no_figure_until_one_is_mended() -> None:
    kerlann, body = made.kerlann()
    first = made.published(body, made.budget((kerlann.siren, 2021, 5_000)), "un.csv", title="Budget ancien")
    made.worked()
    made.published(body, made.budget((kerlann.siren, 2021, 6_000)), "deux.csv", title="Budget nouveau")
    made.worked()
    assert made.said() == [("99101", "2021", None, "N")]
    [shown] = [row for row in made.rows() if row.shown]
    for named in ("un.csv", "deux.csv", "Budget ancien", "Budget nouveau", "retirez"):
        assert named in shown.reason
    [former] = made.own(FormerObservation.objects.all())
    assert (former.value, former.period) == (5.0, "2021")
    publishing.withdraw([first.dataset], "Essai")
    made.worked()
    assert made.said() == [("99101", "2021", 6.0, "A")]


def test_what_is_private_settles_nothing_of_what_is_public() -> None:
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)), "public.csv")
    secret = made.published(body, made.budget((kerlann.siren, 2021, 6_000)), "brouillon.csv", private=True)
    made.worked()
    member, colleague, stranger = readers(body)
    for reader, values in ((member, [5.0, 6.0]), (colleague, [5.0]), (stranger, [5.0])):
        rows = made.own(Observation.objects.shown_to(audience_of(reader))).order_by("value")
        assert list(rows.values_list("value", flat=True)) == values
        assert not rows.exclude(reason="").exists()
    # Opened, it is settled with the others; closed again, it is gone from what they say, before anything is reckoned.
    publishing.set_private(secret.dataset, False)
    made.worked()
    assert made.said() == [("99101", "2021", None, "N")]
    publishing.set_private(secret.dataset, True)
    made.followed()
    shown = made.own(Observation.objects.shown_to(PUBLIC))
    assert list(shown.values_list("value", "reason")) == [(5.0, "")]


def test_what_was_said_of_a_private_dataset_is_for_its_readers_too() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)), private=True)
    made.worked()
    made.again(table, made.budget((kerlann.siren, 2021, 6_000)))
    made.worked()
    for reader, count in zip(readers(body), (1, 0, 0), strict=True):
        assert made.own(FormerObservation.objects.visible_to(audience_of(reader))).count() == count


def test_an_internal_indicator_is_for_the_members_of_the_body() -> None:
    kerlann, body = made.kerlann(made.RECIPE + "internal: true\n")
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    for reader, count in zip(readers(body), (1, 0, 0), strict=True):
        assert made.own(Observation.objects.shown_to(audience_of(reader))).count() == count


def readers(body: Organisation) -> tuple[User | AnonymousUser, ...]:
    """A member of the body, somebody of another body, a stranger."""
    return factories.person("reader", body), factories.person("reader", factories.body()), AnonymousUser()
