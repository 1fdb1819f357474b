"""A person is told once for each time that a figure passes the bound that they gave."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from catalogue.alerting import mail_alerts
from catalogue.figures import NARROW
from catalogue.models import FigureAlert, Observation, User
from catalogue.observing import recipes
from tests import factories, observed

pytestmark = pytest.mark.django_db
KEY = "budget.depenses-fonctionnement-hab"


@pytest.fixture
def figure(settings: Settings) -> Observation:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    recipe = recipes.known().recipes[KEY]
    about = observed.indicator(KEY, title=recipe.title.fr, version=recipe.version)
    return observed.figure(about, observed.place("99001", "Port-Lanvern"), "2023", 900.0, factories.dataset())


def becomes(figure: Observation, value: float) -> int:
    Observation.objects.filter(pk=figure.pk).update(value=value)
    return mail_alerts()


def alert(person: User, figure: Observation, bound: float = 1000.0, *, above: bool = True) -> FigureAlert:
    return FigureAlert.objects.create(
        person=person, indicator=figure.indicator, territory=figure.territory, above=above, bound=bound
    )


def test_one_message_a_passing(figure: Observation) -> None:
    alert(factories.person(), figure)
    assert mail_alerts() == 0
    assert (becomes(figure, 1100.0), becomes(figure, 1200.0)) == (1, 0)
    assert (becomes(figure, 800.0), becomes(figure, 1300.0)) == (0, 1)
    first, second = mail.outbox
    assert "1 100 €/hab." in first.subject  # of a subject each space is a plain one
    assert f"au-dessus de 1{NARROW}000" in first.body
    assert f"1{NARROW}300" in second.body and "/alertes/" in second.body


def test_what_its_person_may_not_see_tells_nothing(figure: Observation) -> None:
    town = figure.dataset.owner
    member, stranger = factories.person("reader", town), factories.person()
    for person in (member, stranger):
        alert(person, figure)
    type(figure.dataset).objects.filter(pk=figure.dataset_id).update(private=True)
    assert becomes(figure, 1500.0) == 1
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_a_message_that_does_not_leave_is_tried_again(figure: Observation, settings: Settings) -> None:
    kept = alert(factories.person(), figure)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    assert becomes(figure, 1500.0) == 0
    kept.refresh_from_db()
    assert not kept.beyond
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_alerts() == 1


def test_one_asks_on_the_page_and_stops_by_the_link(figure: Observation, client: Client) -> None:
    person = factories.person()
    client.force_login(person)
    asked = {"sens": "dessous", "borne": "1 000,5"}
    response = client.post(f"/indicateurs/{KEY}/avertir/?territoire=99001", asked, follow=True)
    kept = FigureAlert.objects.get()
    assert (kept.bound, kept.above, kept.beyond) == (1000.5, False, True)
    assert "Il l’est déjà" in response.content.decode()
    assert "au-dessous de" in client.get("/alertes/").content.decode()
    client.post(f"/indicateurs/{KEY}/avertir/?territoire=99001", {"borne": "beaucoup"})
    assert FigureAlert.objects.count() == 1
    client.logout()
    stop = f"/alertes/{kept.link}/"
    assert client.get(stop).status_code == 200
    assert FigureAlert.objects.exists()  # who only opens the link stops nothing
    assert "ne recevrez plus" in client.post(stop).content.decode()
    assert not FigureAlert.objects.exists()
    assert client.get(stop).status_code == 200


def test_without_a_server_of_mail_nothing_is_looked_at(figure: Observation, settings: Settings) -> None:
    settings.BOUTURE_MAIL = False
    alert(factories.person(), figure)
    assert becomes(figure, 1500.0) == 0
    assert not FigureAlert.objects.get().beyond
