"""The addresses to check: the list follows the records, and what is found is told to those who give the address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalogue import publishing
from catalogue.links import AGAIN, Finding, LinkReader, conclude
from catalogue.log import drain
from catalogue.models import Change, Dataset, Distribution, LinkCheck, LinkHost, LinkUse
from catalogue.models.links import CHUNK
from catalogue.publishing import Draft
from tests import factories

WEEK = timedelta(days=7)
pytestmark = pytest.mark.django_db


def follow() -> None:
    drain(LinkReader(), "essai")


def addresses() -> set[str]:
    return set(LinkCheck.objects.values_list("address", flat=True))


def rewrite(dataset: Dataset, **values: object) -> None:
    given = {"title": {"fr": "Autre"}, "description": {"fr": "Autre."}, **values}
    publishing.publish([Draft("dataset", given, dataset.owner_id, id=dataset.pk)])


def one_link(address: str = "https://a.example/1.csv") -> LinkCheck:
    factories.dataset(distribution=[{"access_url": [address]}])
    follow()
    return LinkCheck.objects.get()


def test_the_addresses_of_a_record_are_to_be_checked_at_once() -> None:
    page, way, file = "https://a.example/page", "https://b.example/acces", "HTTP://B.example:8080/f.csv"
    factories.dataset(
        landing_page=[page],
        distribution=[{"access_url": [way], "download_url": [file]}, {"access_url": [way, "ftp://c.example/x"]}],
    )
    follow()
    assert addresses() == {page, way, file}
    assert set(LinkHost.objects.values_list("name", flat=True)) == {"a.example", "b.example"}
    assert not LinkCheck.objects.exclude(status=None).exists()
    assert not LinkCheck.objects.filter(next_at__gt=timezone.now()).exists()


def test_an_address_that_nobody_gives_any_more_is_forgotten_with_its_server() -> None:
    one, other = "https://a.example/1", "https://b.example/2"
    both = factories.dataset(distribution=[{"access_url": [one]}, {"access_url": [other]}])
    lone = factories.dataset(distribution=[{"access_url": [other]}])
    follow()
    rewrite(both, distribution=[{"access_url": [one]}])
    follow()
    assert addresses() == {one, other}
    publishing.withdraw([lone], "Retiré.")
    follow()
    assert addresses() == {one}
    assert list(LinkHost.objects.values_list("name", flat=True)) == ["a.example"]
    rewrite(lone, distribution=[{"access_url": [other]}])
    follow()
    assert addresses() == {one, other}


def test_reading_a_change_twice_is_the_same_as_once() -> None:
    factories.dataset(landing_page=["https://a.example/"], distribution=[factories.file()])
    follow()
    before = list(LinkCheck.objects.values()), list(LinkUse.objects.values())
    LinkReader().handle(list(Change.objects.all()))
    assert (list(LinkCheck.objects.values()), list(LinkUse.objects.values())) == before


def test_long_and_badly_written_addresses_are_kept_like_the_others() -> None:
    long = f"https://a.example/{'x' * 20_000}"
    bad = ["http://[oups/", "https://", f"http://{'n' * 500}.example/", "http://a.example:99999999/"]
    factories.dataset(distribution=[{"access_url": [long]}])
    # No record is published with these; an older base may hold them all the same.
    Distribution.objects.update(access_url=[long, *bad, "", "mailto:a@b.example"])
    follow()
    assert addresses() == {long, *bad}


def test_more_addresses_than_a_query_can_hold(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    many = [f"https://a.example/{number}" for number in range(2 * CHUNK + 1)]
    dataset = factories.dataset(distribution=[{"access_url": [address]} for address in many])
    follow()
    assert addresses() == set(many)
    LinkCheck.objects.update(status=200)
    with django_assert_max_num_queries(3):
        assert len(LinkCheck.objects.statuses(many)) == len(many)
    rewrite(dataset, distribution=[])
    follow()
    assert addresses() == set()
    assert not LinkHost.objects.exists()


def test_what_was_not_checked_has_no_status() -> None:
    one, other = "https://a.example/1", "https://a.example/2"
    factories.dataset(distribution=[{"access_url": [one, other]}])
    follow()
    LinkCheck.objects.filter(address=one).update(status=0)
    assert LinkCheck.objects.statuses([one, other, "https://ailleurs.example/"]) == {one: 0}
    assert LinkCheck.objects.statuses([]) == {}


def told() -> list[tuple[str, str, list[str]]]:
    lines = Change.objects.filter(kind=Change.Kind.DERIVED).order_by("number")
    return [(line.verb, str(line.record), line.fields) for line in lines]


def test_the_records_hear_of_a_new_state_and_not_of_the_same_again() -> None:
    link = one_link()
    other = factories.dataset(distribution=[{"access_url": [link.address]}])
    follow()
    conclude(link, Finding(200), WEEK)
    assert {record for _, record, _ in told()} == {str(pk) for pk in Dataset.objects.values_list("pk", flat=True)}
    assert ("update", str(other.pk), ["links"]) in told()
    conclude(link, Finding(200), WEEK)
    assert len(told()) == 2
    link.refresh_from_db()
    assert (link.status, link.answers, link.failures) == (200, True, 0)
    assert link.checked_at is not None and link.since is not None and link.checked_at > link.since
    conclude(link, Finding(404, "introuvable"), WEEK)
    assert len(told()) == 4
    assert LinkCheck.objects.statuses([link.address]) == {link.address: 404}


def test_a_passing_fault_is_believed_the_second_time() -> None:
    link = one_link()
    conclude(link, Finding(200), WEEK)
    since = link.since
    conclude(link, Finding(0, "sans réponse", passing=True), WEEK)
    link.refresh_from_db()
    assert (link.status, link.since, link.failures, link.reason) == (200, since, 1, "sans réponse")
    conclude(link, Finding(0, "sans réponse", passing=True), WEEK)
    link.refresh_from_db()
    assert (link.status, link.failures, link.answers) == (0, 2, False)
    conclude(link, Finding(200), WEEK)
    link.refresh_from_db()
    assert (link.status, link.failures, link.reason) == (200, 0, "")


def test_being_asked_to_wait_says_nothing_of_the_address() -> None:
    link = one_link()
    for _ in range(5):
        conclude(link, Finding(None, "attendre", wait=timedelta(days=3)), WEEK)
    assert (link.status, link.checked_at, told()) == (None, None, [])
    assert link.next_at > timezone.now() + timedelta(days=2)


@pytest.mark.parametrize("asked", [timedelta(days=400), timedelta(days=10**6), timedelta(0)])
def test_no_server_makes_us_wait_for_ever(asked: timedelta) -> None:
    link = one_link()
    conclude(link, Finding(None, wait=asked), WEEK)
    assert timezone.now() + AGAIN[0] - timedelta(minutes=1) < link.next_at <= timezone.now() + WEEK


def test_an_address_that_fails_is_looked_at_sooner_then_less_and_less() -> None:
    link, waits = one_link(), []
    for _ in range(8):
        conclude(link, Finding(404), timedelta(days=3))
        waits.append(link.next_at - timezone.now())
    assert waits[0] < timedelta(hours=1) <= waits[1] < waits[2] < waits[3]
    assert max(waits) <= timedelta(days=3)
    conclude(link, Finding(200), WEEK)
    assert timedelta(days=6) < link.next_at - timezone.now() <= WEEK


def test_what_is_found_of_an_address_that_went_is_told_to_nobody() -> None:
    link = one_link()
    publishing.withdraw(list(Dataset.objects.all()), "Retiré.")
    follow()
    conclude(link, Finding(404), WEEK)
    assert told() == []
    assert addresses() == set()
