"""What is typed when a session ends comes back to who typed it, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from catalogue import unsent
from catalogue.models import Dataset, Organisation, Unsent, User
from tests import factories
from tests.pages.conftest import said
from tests.pages.test_editing import Fields, filled

pytestmark = pytest.mark.django_db
SELF = {"origin": "http://testserver"}


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def agent(town: Organisation) -> User:
    return factories.person("publisher", town)


@pytest.fixture
def row(town: Organisation) -> Dataset:
    return factories.dataset("Arbres", town)


def page_of(row: Dataset) -> str:
    return f"{row.get_absolute_url()}modifier/"


def opened(client: Client, agent: User, row: Dataset) -> Fields:
    """The form, as it was before the session ended, with another title typed."""
    client.force_login(agent)
    return filled(client.get(page_of(row))) | {"title.fr": ["Les arbres de rue"]}


def expired(client: Client, agent: User, row: Dataset) -> HttpResponse:
    sent = opened(client, agent, row)
    client.logout()
    return client.post(page_of(row), sent)


def test_a_session_that_ends_while_one_types(row: Dataset, agent: User) -> None:
    client = Client()
    answer = expired(client, agent, row)
    assert answer["Location"].startswith("/connexion/?next=/jeux-de-donnees/")
    cookie = answer.cookies["ecrit"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not Unsent.objects.filter(digest=cookie.value).exists()  # the key itself is nowhere but in the browser
    client.force_login(agent)
    form = client.get(page_of(row))
    assert "Les arbres de rue" in said(form)
    assert "Voici ce que vous aviez écrit" in said(form)
    assert client.post(page_of(row), filled(form)).status_code == 302
    row.refresh_from_db()
    assert row.label == "Les arbres de rue"
    assert not Unsent.objects.exists()


def test_nothing_is_saved_before_it_is_sent_again(row: Dataset, agent: User) -> None:
    expired(Client(), agent, row)
    row.refresh_from_db()
    assert row.label == "Arbres"


def test_what_somebody_else_wrote_meanwhile_is_shown_too(row: Dataset, agent: User, town: Organisation) -> None:
    client, other = Client(), Client()
    expired(client, agent, row)
    other.force_login(factories.person("publisher", town))
    other.post(page_of(row), filled(other.get(page_of(row))) | {"title.fr": ["Arbres et haies"]})
    client.force_login(agent)
    form = said(client.get(page_of(row)))
    assert "Quelqu’un d’autre" in form
    assert "Arbres et haies" in form
    assert "Les arbres de rue" in form


def test_it_is_of_one_person_one_browser_one_page(row: Dataset, agent: User, town: Organisation) -> None:
    client = Client()
    expired(client, agent, row)
    client.force_login(factories.person("publisher", town))  # somebody else, at the same desk
    assert "Les arbres de rue" not in said(client.get(page_of(row)))
    elsewhere = Client()
    elsewhere.force_login(agent)
    assert "Les arbres de rue" not in said(elsewhere.get(page_of(row)))
    client.force_login(agent)
    assert "Les arbres de rue" not in said(client.get(page_of(factories.dataset("Bancs", town))))


def test_it_is_kept_an_hour(row: Dataset, agent: User) -> None:
    client = Client()
    expired(client, agent, row)
    Unsent.objects.update(at=timezone.now() - timedelta(minutes=61))
    client.force_login(agent)
    assert "Les arbres de rue" not in said(client.get(page_of(row)))
    unsent.forget()
    assert not Unsent.objects.exists()


@pytest.mark.parametrize("mark", ["", "1:abc", "x" * 5000])
def test_a_stranger_cannot_have_anything_kept(row: Dataset, agent: User, mark: str) -> None:
    sent = opened(Client(), agent, row) | {"qui": [mark]}
    answer = Client().post(page_of(row), sent)
    assert answer.status_code == 302
    assert "ecrit" not in answer.cookies
    assert not Unsent.objects.exists()


def test_too_much_is_not_kept(row: Dataset, agent: User) -> None:
    mark = unsent.mark_of(agent)
    assert not unsent.keep("/", mark, {"a": ["x" * unsent.MOST]})
    for _ in range(unsent.EACH):
        assert unsent.keep("/", mark, {"a": ["x"]})
    assert not unsent.keep("/", mark, {"a": ["x"]})


class TestToken:
    """The form's own token died, as it does when one logs in again in another tab."""

    def test_it_is_refused_and_what_was_typed_is_kept(self, row: Dataset, agent: User) -> None:
        client = Client(enforce_csrf_checks=True)
        sent = opened(client, agent, row) | {"csrfmiddlewaretoken": ["x" * 64]}
        answer = client.post(page_of(row), sent, headers=SELF)
        assert answer.status_code == 403
        assert "Reprendre ce que j’avais écrit" in said(answer)
        row.refresh_from_db()
        assert row.label == "Arbres"
        assert "Les arbres de rue" in said(client.get(page_of(row)))

    @pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", "http://testserver.ailleurs.example"])
    def test_what_another_site_sends_is_not(self, row: Dataset, agent: User, origin: str) -> None:
        client = Client(enforce_csrf_checks=True)
        answer = client.post(page_of(row), opened(client, agent, row), headers={"origin": origin})
        assert answer.status_code == 403
        assert "ecrit" not in answer.cookies
        assert not Unsent.objects.exists()
