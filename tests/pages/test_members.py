"""Members of a body and invitations into it, by an administrator who may be hostile."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue import permissions, posting
from catalogue.accounts import invitations, members, second_step
from catalogue.errors import Refused
from catalogue.models import AuditEntry, Invitation, Organisation, User
from tests import factories
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe d’essai"
NEW = "quatre mots sans lien"


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def chief(town: Organisation) -> User:
    return factories.person("administrator", town)


@pytest.fixture
def page(town: Organisation) -> str:
    return f"/organisations/{town.slug}/membres/"


@pytest.fixture
def office(chief: User) -> Client:
    """The browser of the administrator."""
    client = Client()
    client.force_login(chief)
    return client


def invite(office: Client, page: str, email: str, role: str = "publisher") -> str:
    """The link that the administrator is given where no message leaves."""
    found = re.search(r'value="[^"]*(/invitation/[\w-]+/)"', office.post(page, typed(email, role)).content.decode())
    assert found
    return found[1]


def typed(email: str, role: str = "publisher") -> dict[str, str]:
    return {"geste": "inviter", "email": email, "role": role}


def test_the_page_says_who_is_there(office: Client, page: str, town: Organisation) -> None:
    reader = factories.person("reader", town, first_name="Léa", last_name="Roux")
    User.objects.filter(pk=reader.pk).update(last_login=timezone.now() - timedelta(days=400))
    told = said(office.get(page))
    assert "2 personnes" in told and "Léa Roux" in told and "Lecture. Dernière connexion le" in told
    assert factories.person().email not in told


@pytest.mark.parametrize(("role", "status"), [("", 403), ("reader", 403), ("publisher", 403), ("administrator", 200)])
def test_only_who_administers_it_opens_it(page: str, town: Organisation, role: str, status: int) -> None:
    client = Client()
    assert client.get(page).status_code == 302
    client.force_login(factories.person(role, town) if role else factories.person())
    assert client.get(page).status_code == status
    assert client.post(page, typed("a@b.example")).status_code == status
    assert Client().get("/organisations/rien/membres/").status_code == 404


def test_a_role_changes_and_a_member_goes_at_once(office: Client, page: str, town: Organisation, chief: User) -> None:
    agent, private = factories.person("reader", town), factories.dataset("Secret", town, private=True)
    browser = Client()
    browser.force_login(agent)
    address = private.get_absolute_url()
    assert browser.get(address).status_code == 200
    office.post(page, {"geste": "role", "personne": agent.pk, "role": "publisher"})
    assert permissions.role_of(agent, town) == "publisher"
    office.post(page, {"geste": "retirer", "personne": agent.pk})
    assert browser.get(address).status_code == 404
    told = AuditEntry.objects.filter(key=str(agent.pk), actor_key=chief.pk).order_by("number")
    assert [entry.action for entry in told] == ["role.give", "role.take"]


@pytest.mark.parametrize("gesture", [{"geste": "retirer"}, {"geste": "role", "role": "publisher"}])
def test_the_last_administrator_stays(
    office: Client, page: str, town: Organisation, chief: User, gesture: dict[str, Any]
) -> None:
    closed = factories.person("administrator", town, is_active=False)
    answer = office.post(page, {**gesture, "personne": chief.pk})
    assert "Il faut toujours quelqu’un" in said(answer)
    assert permissions.role_of(chief, town) == "administrator"
    other = factories.person("administrator", town)
    office.post(page, {"geste": "retirer", "personne": closed.pk})
    assert office.post(page, {**gesture, "personne": chief.pk})["Location"] == town.get_absolute_url()
    assert permissions.role_of(chief, town) != "administrator"
    with pytest.raises(Refused):
        members.remove(town, other, chief)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "0"])
def test_nobody_outside_is_touched(office: Client, page: str, number: str) -> None:
    other = factories.body()
    stranger = factories.person("reader", other)
    for given in (number, str(stranger.pk)):
        for gesture in ({"geste": "retirer"}, {"geste": "role", "role": "administrator"}):
            assert "n’est plus dans l’organisation" in said(office.post(page, {**gesture, "personne": given}))
    assert permissions.role_of(stranger, other) == "reader"


@pytest.mark.parametrize("role", ["", "chief", "administer_in"])
def test_a_role_that_is_none_is_refused(office: Client, page: str, town: Organisation, role: str) -> None:
    agent = factories.person("reader", town)
    office.post(page, {"geste": "role", "personne": agent.pk, "role": role})
    assert "Choisissez un rôle" in said(office.post(page, typed("a@b.example", role)))
    assert permissions.role_of(agent, town) == "reader" and not Invitation.objects.exists()


def test_who_becomes_administrator_without_a_second_step_is_logged_out(
    office: Client, page: str, town: Organisation
) -> None:
    agent, safe = factories.person("publisher", town), factories.person("publisher", town)
    second_step.SecondStep.objects.create(person=safe, sealed="x")
    browsers = {}
    for one in (agent, safe):
        browsers[one.pk] = Client()
        browsers[one.pk].force_login(one)
        office.post(page, {"geste": "role", "personne": one.pk, "role": "administrator"})
    assert browsers[agent.pk].get("/compte/").status_code == 302
    assert browsers[safe.pk].get("/compte/").status_code == 200


def test_an_invitation_makes_an_account_in_the_body_once(office: Client, page: str, town: Organisation) -> None:
    link = invite(office, page, "Nouvelle@Ville.example")
    fields = {"prenom": "Ana", "nom": "Le Goff", "password": NEW}
    browser = Client()
    told = browser.get(link)
    assert "nouvelle@ville.example" in said(told) and "publie, retire et moissonne" in said(told)
    assert (told["Referrer-Policy"], "no-store" in told["Cache-Control"]) == ("same-origin", True)
    assert browser.post(link, fields)["Location"] == town.get_absolute_url()
    made = User.objects.get(email="nouvelle@ville.example")
    assert made.check_password(NEW) and str(made) == "Ana Le Goff"
    assert permissions.role_of(made, town) == "publisher"
    assert browser.get("/compte/").status_code == 200
    assert Client().get(link).status_code == Client().post(link, fields).status_code == 404


def test_a_new_administrator_sets_the_second_step_up_first(office: Client, page: str) -> None:
    link = invite(office, page, "chef@ville.example", "administrator")
    answer = Client().post(link, {"prenom": "Ana", "nom": "Le Goff", "password": NEW})
    assert answer["Location"] == "/connexion/protection/"


def test_whoever_has_an_account_joins_with_it(office: Client, page: str, town: Organisation) -> None:
    agent, other = factories.person(), factories.person()
    link = invite(office, page, agent.email)
    wrong, right = Client(), Client()
    wrong.force_login(other)
    assert "pour une autre adresse" in said(wrong.get(link))
    assert "ne vaut plus" in said(wrong.post(link))
    assert permissions.role_of(other, town) == ""
    right.force_login(agent)
    assert right.post(link)["Location"] == town.get_absolute_url()
    assert permissions.role_of(agent, town) == "publisher"


def test_an_invitation_takes_no_account_over(office: Client, page: str) -> None:
    agent = factories.person()
    link = invite(office, page, agent.email)
    answer = Client().post(link, {"prenom": "A", "nom": "B", "password": NEW})
    assert "ne peut pas ouvrir un compte de plus" in said(answer)
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD) and Invitation.objects.get().used_at is None


def test_to_invite_tells_nothing_of_the_account(office: Client, page: str, settings: Settings) -> None:
    settings.BOUTURE_MAIL = True
    known = factories.person().email
    said_of = {}
    for email in (known, "inconnue@ville.example"):
        answer = office.post(page, typed(email), follow=True)
        said_of[email] = re.sub(r'value="\w{64}"|name="invitation" value="\d+"', "", said(answer)).replace(email, "X")
        assert posting.deliver() == 1
        Invitation.objects.all().delete()
    assert said_of[known] == said_of["inconnue@ville.example"]
    assert [sorted(message.to) for message in mail.outbox] == [[known], ["inconnue@ville.example"]]
    assert "/invitation/" not in said_of[known] and "/invitation/" in mail.outbox[0].body


@pytest.mark.parametrize("end", ["expired", "cancelled", "replaced", "unauthorised", "closed"])
def test_an_invitation_that_ended_opens_nothing(
    office: Client, page: str, town: Organisation, chief: User, end: str
) -> None:
    link = invite(office, page, "a@ville.example")
    if end == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif end == "cancelled":
        office.post(page, {"geste": "annuler", "invitation": Invitation.objects.get().pk})
    elif end == "replaced":
        invite(office, page, "A@ville.example")
        assert Invitation.objects.count() == 1
    elif end == "unauthorised":
        permissions.remove_role(chief, town)
    else:
        User.objects.filter(pk=chief.pk).update(is_active=False)
    answer = Client().get(link)
    assert answer.status_code == 404 and "Demandez-en une autre" in said(answer)
    assert Client().post(link, {"prenom": "A", "nom": "B", "password": NEW}).status_code == 404
    assert not User.objects.filter(email="a@ville.example").exists()


def test_the_secret_of_a_link_is_not_kept(office: Client, page: str) -> None:
    secret = invite(office, page, "a@ville.example").split("/")[2]
    assert secret not in str(Invitation.objects.values().get())
    assert secret not in office.get(page).content.decode()
    assert invitations.find(secret) and not invitations.find(secret[:-1])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"prenom": ""}, "Indiquez votre prénom"),
        ({"nom": " \x00"}, "Indiquez votre nom"),
        ({"password": "court"}, "trop court"),
        ({"password": ""}, "douze signes"),
        ({"password": "a@ville.example"}, "semblable"),
    ],
)
def test_what_is_missing_is_told_beside_its_field(office: Client, page: str, fields: dict[str, str], says: str) -> None:
    link = invite(office, page, "a@ville.example")
    answer = Client().post(link, {"prenom": "Ana", "nom": "Le Goff", "password": NEW, **fields})
    assert says in said(answer) or "trop" in said(answer)
    assert not User.objects.filter(email="a@ville.example").exists()


@pytest.mark.parametrize("email", ["", "rien", "a@b\nBcc: c@d.example", "a" * 300 + "@b.example"])
def test_what_is_no_address_is_not_invited(office: Client, page: str, email: str) -> None:
    assert "Écrivez une adresse électronique" in said(office.post(page, typed(email)))
    assert not Invitation.objects.exists()


def test_an_invitation_is_forgotten_a_month_after_its_end(office: Client, page: str) -> None:
    invite(office, page, "a@ville.example")
    assert invitations.forget(timezone.now() + timedelta(days=36)) == 0
    assert invitations.forget(timezone.now() + timedelta(days=38)) == 1


def test_one_s_own_account_says_one_s_roles(town: Organisation, client: Client) -> None:
    agent = factories.person("publisher", town)
    permissions.assign_role(agent, factories.body("Musée"), "reader")
    client.force_login(agent)
    told = said(client.get("/compte/"))
    assert told.index("Musée") < told.index("Ville d’essai")
    assert "Publication : publie, retire et moissonne." in told and "Lecture : lit" in told
