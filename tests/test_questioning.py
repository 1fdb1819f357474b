"""Questions and errors reported: written without an account, confirmed by mail, answered by the body, shown if it wishes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue import publishing, questioning
from catalogue.models import AuditEntry, Dataset, Organisation, Question, User
from catalogue.questioning import mailing
from tests import factories
from tests.test_following import stamped

pytestmark = pytest.mark.django_db
TYPED = {
    "nature": "erreur",
    "texte": "L’arbre du mail est un tilleul, <script>alert(1)</script> et non un hêtre.",
    "auteur": "Élise",
    "email": "elise@essai.example",
}
SAYS = "L’arbre du mail est un tilleul"
ANSWER = "Merci : c’est corrigé, voir https://ville.essai.example/arbres."


@pytest.fixture(autouse=True)
def sending(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def form_of(dataset: Dataset) -> str:
    return f"{dataset.get_absolute_url()}questions/nouvelle/"


def asks(client: Client, dataset: Dataset, **more: str) -> str:
    address = form_of(dataset)
    return client.post(address, {**TYPED, "cachet": stamped(client, address), **more}).content.decode()


def asked(client: Client, dataset: Dataset, **more: str) -> str:
    """The author's link, before it is confirmed."""
    assert "Regardez votre messagerie" in asks(client, dataset, **more)
    assert mailing.mail_authors() == 1
    message = mail.outbox.pop()
    link = re.search(r"/questions/[^/]+/", str(message.body))
    assert link and message.to == [TYPED["email"]] and "tilleul" not in str(message.body)
    return link[0]


def confirmed(client: Client, dataset: Dataset, **more: str) -> str:
    link = asked(client, dataset, **more)
    assert SAYS in client.get(link).content.decode()
    assert client.post(link, {"faire": "confirmer"}).status_code == 200
    return link


def listed(dataset: Dataset, client: Client | None = None) -> str:
    return (client or Client()).get(f"{dataset.get_absolute_url()}questions/").content.decode()


def agent_of(body: Organisation, role: str = "publisher") -> tuple[Client, User]:
    client, person = Client(), factories.person(role, body)
    client.force_login(person)
    return client, person


def settles(client: Client, faire: str = "repondre", **more: Any) -> Any:
    """What the inbox answers about the one question that there is."""
    given = {"question": str(Question.objects.get().pk), "faire": faire, "reponse": ANSWER, **more}
    return client.post("/questions/", given, follow=True)


def test_it_is_answered_by_mail_and_shown_when_the_body_wishes(client: Client) -> None:
    dataset = factories.dataset()
    link = confirmed(client, dataset)
    agent, publisher = agent_of(dataset.owner)
    page = agent.get("/questions/").content.decode()
    assert "1 à répondre" in page and SAYS in page and "<script>alert" not in page and TYPED["email"] not in page
    assert SAYS not in listed(dataset) and mail.outbox == []
    assert "C’est répondu" in settles(agent, afficher="oui").content.decode() and mail.outbox == []
    assert mailing.mail_authors() == 1 and mailing.mail_authors() == 0
    assert mail.outbox[0].to == [TYPED["email"]] and ANSWER in str(mail.outbox[0].body)
    shown = listed(dataset)
    assert SAYS in shown and "Élise" in shown and TYPED["email"] not in shown and "<script>alert" not in shown
    assert '<a href="https://ville.essai.example/arbres" rel="nofollow">' in shown
    assert "y a répondu" in client.get(link).content.decode()
    settles(agent, "masquer")
    assert SAYS not in listed(dataset)
    settles(agent, "afficher")
    entries = list(AuditEntry.objects.filter(action__startswith="question.").order_by("number"))
    assert [entry.action for entry in entries] == ["question.answer", "question.show", "question.show"]
    assert {entry.actor_key for entry in entries} == {publisher.pk}
    assert SAYS not in str([entry.__dict__ for entry in entries])
    client.post(link, {"faire": "retirer"})
    assert not Question.objects.exists() and SAYS not in listed(dataset)
    assert "n’est plus là" in client.get(link).content.decode()


def test_closed_with_a_reason_or_as_spam(client: Client) -> None:
    dataset = factories.dataset()
    link = confirmed(client, dataset)
    agent, _ = agent_of(dataset.owner)
    refused = settles(agent, "clore", reponse=" ")
    assert refused.status_code == 422 and "Dites pourquoi" in refused.content.decode()
    settles(agent, "clore", reponse="Ce n’est pas nous.", afficher="oui")
    assert mailing.mail_authors() == 1 and "Ce n’est pas nous." in str(mail.outbox.pop().body)
    assert "Ce n’est pas nous." in client.get(link).content.decode() and SAYS not in listed(dataset)
    Question.objects.update(state="waiting", answer="")
    settles(agent, "indesirable")
    assert Question.objects.get().answer == "" and mailing.mail_authors() == 0
    assert SAYS not in agent.get("/questions/").content.decode()


def test_two_who_answer_at_once_send_one_message_and_no_text_is_lost(client: Client) -> None:
    dataset = factories.dataset()
    confirmed(client, dataset)
    first, second = agent_of(dataset.owner), agent_of(dataset.owner)
    late = Question.objects.select_related("dataset").get()
    settles(first[0], reponse="La première.")
    answer = settles(second[0], reponse="La seconde.")
    page = answer.content.decode()
    assert answer.status_code == 409 and "avant vous" in page and "La seconde." in page
    assert not questioning.settle(late, "closed", "La troisième.", second[1])
    assert mailing.mail_authors() == 1 and Question.objects.get().answer == "La première."
    assert AuditEntry.objects.filter(action__startswith="question.").count() == 1


def test_an_answer_that_is_too_long_or_absent_stays_in_its_field(client: Client) -> None:
    dataset = factories.dataset()
    confirmed(client, dataset)
    agent, _ = agent_of(dataset.owner)
    long = "Une réponse. " * 400
    answer = settles(agent, reponse=long, afficher="oui")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Raccourcissez-le à 4 000" in page and long.strip() in page
    assert 'value="oui" checked' in page and "Écrivez votre réponse" in settles(agent, reponse="").content.decode()
    assert Question.objects.get().state == "waiting"


def test_what_was_typed_when_a_session_ended_comes_back(client: Client) -> None:
    dataset = factories.dataset()
    confirmed(client, dataset)
    agent, person = agent_of(dataset.owner)
    page = agent.get("/questions/").content.decode()
    mark = re.search('name="qui" value="([^"]+)"', page)
    agent.cookies.pop("sessionid")
    assert mark
    sent = {"question": str(Question.objects.get().pk), "faire": "repondre", "reponse": ANSWER, "qui": mark[1]}
    assert agent.post("/questions/", sent).status_code == 302
    agent.force_login(person)
    assert ANSWER in agent.get("/questions/").content.decode()


@pytest.mark.parametrize("role", ["reader", "contributor"])
def test_who_does_not_publish_there_neither_sees_nor_answers(client: Client, role: str) -> None:
    dataset = factories.dataset()
    confirmed(client, dataset)
    for agent, _ in (agent_of(dataset.owner, role), agent_of(factories.body())):
        assert SAYS not in agent.get("/questions/").content.decode()
        assert settles(agent).status_code == 404 and settles(agent, "indesirable").status_code == 404
    assert Question.objects.get().state == "waiting" and not AuditEntry.objects.filter(action__startswith="question")


def test_a_private_dataset_is_asked_about_by_who_sees_it(client: Client) -> None:
    private = factories.dataset("Secret", private=True)
    absent = client.get("/jeux-de-donnees/00000000-0000-4000-8000-000000000000/questions/nouvelle/")
    hidden = client.get(form_of(private))
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert client.post(form_of(private), TYPED).status_code == 404
    reader, _ = agent_of(private.owner, "reader")
    link = confirmed(reader, private)
    stranger = client.get(link).content.decode()
    assert SAYS in stranger and "Secret" not in stranger
    agent, _ = agent_of(private.owner)
    settles(agent, afficher="oui")
    mailing.mail_authors()
    assert "Secret" not in str(mail.outbox[-1].body) and "Secret" not in mail.outbox[-1].subject
    assert client.get(f"{private.get_absolute_url()}questions/").status_code == 404
    assert SAYS in listed(private, reader)


def test_what_is_withdrawn_is_asked_nothing_more(client: Client) -> None:
    dataset = factories.dataset()
    link = asked(client, dataset)
    publishing.withdraw([dataset], "Remplacé.")
    answer = client.post(link, {"faire": "confirmer"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "ne sont plus en ligne" in page and SAYS in page
    assert Question.objects.get().confirmed_at is None
    assert client.get(form_of(dataset)).status_code == 410


def test_confirming_twice_changes_nothing_and_an_expired_link_says_so(client: Client) -> None:
    dataset = factories.dataset()
    link = confirmed(client, dataset)
    before = Question.objects.get().confirmed_at
    assert client.post(link, {"faire": "confirmer"}).status_code == 200 and mailing.mail_authors() == 0
    assert Question.objects.get().confirmed_at == before
    other = asked(client, dataset)
    mailing.forget(timezone.now() + timedelta(days=8))
    assert Question.objects.count() == 1
    assert "n’est plus là" in client.post(other, {"faire": "confirmer"}).content.decode()


def test_an_error_is_reported_from_the_rows_that_one_looks_at(client: Client) -> None:
    dataset = factories.dataset()
    table = factories.table(dataset)
    page = client.get(f"/tables/{table.pk}/?espece=Tilleul").content.decode()
    link = re.search(r'href="([^"]+/questions/nouvelle/[^"]+)"', page)
    assert link
    opened = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert 'value="erreur" checked' in opened and '<option value="espece">' in opened
    sent = {"table": str(table.pk), "vue": "espece=Tilleul", "ligne": "01", "colonne": "espece"}
    confirmed(client, dataset, **sent)
    found = Question.objects.get()
    assert (found.file, found.row, found.column) == ("arbres.csv", "01", "espece")
    assert client.get(found.rows).status_code == 200
    agent, _ = agent_of(dataset.owner)
    inbox = agent.get("/questions/").content.decode()
    assert (
        f'href="/tables/{table.pk}/?espece=Tilleul"' in inbox
        and "ligne\N{NO-BREAK SPACE}: 01, colonne\N{NO-BREAK SPACE}: espece" in inbox
    )


def test_a_table_of_another_dataset_or_that_is_closed_is_not_told_of(client: Client) -> None:
    public, private = factories.dataset(), factories.dataset(private=True)
    table = factories.table(private, name="agents.csv")
    for key in (str(table.pk), "rien", ""):
        page = client.get(form_of(public), {"table": key, "vue": "\0"}).content.decode()
        assert "agents.csv" not in page and 'name="fichier"' in page
    asks(client, public, table=str(table.pk), ligne="1")
    assert (Question.objects.get().file, Question.objects.get().rows) == ("", "")


def test_a_file_is_chosen_among_those_of_the_dataset(client: Client) -> None:
    dataset, other = factories.dataset(distribution=[factories.file(title={"fr": "Les arbres"})]), factories.dataset()
    asks(client, dataset, fichier=str(other.distributions.get().pk))
    asks(client, dataset, fichier=str(dataset.distributions.get().pk))
    assert [found.file for found in Question.objects.order_by("made_at")] == ["", "Les arbres"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"nature": "rien"}, "Dites si vous posez"),
        ({"texte": "Faux."}, "une phrase ou deux"),
        ({"texte": "https://a.example https://b.example"}, "une phrase ou deux"),
        ({"texte": "Trois liens http://a.example http://b.example http://c.example"}, "une phrase ou deux"),
        ({"texte": "Un texte long. " * 200}, "Votre texte a 2999 caractères"),
        ({"texte": "Un texte trop long. " * 1500}, "Raccourcissez"),
        ({"auteur": "Voir www.essai.example"}, "votre nom, ou un pseudonyme"),
        ({"auteur": ""}, "votre nom, ou un pseudonyme"),
        ({"email": "x@y.example\nBcc: z@y.example"}, "votre adresse électronique"),
        ({"email": f"{'a' * 250}@essai.example"}, "votre adresse électronique"),
        ({"cachet": "faux"}, "ouverte depuis longtemps"),
        ({"site": "https://a.example"}, "Regardez votre messagerie"),
    ],
)
def test_machines_and_mistakes_keep_nothing_here_and_all_in_the_page(
    given: dict[str, str], said: str, client: Client
) -> None:
    page = asks(client, factories.dataset(), **given)
    assert said in page and not Question.objects.exists()
    assert "Regardez votre messagerie" in page or given.get("texte", SAYS).strip()[:2000] in page


def test_a_text_of_ten_megabytes_is_refused_in_words(client: Client) -> None:
    answer = client.post(form_of(factories.dataset()), {**TYPED, "texte": "a" * 10_000_000})
    assert answer.status_code in (400, 413) and "trop long" in answer.content.decode()
    assert not Question.objects.exists()


def test_what_cannot_be_printed_makes_no_header_and_no_failure(client: Client) -> None:
    dataset = factories.dataset()
    odd = {"auteur": "Élise\r\nBcc: z@y.example\0", "texte": f"{SAYS}\0\x1b, dit\r\nla plaque."}
    link = asked(client, dataset, **odd)
    client.post(link, {"faire": "confirmer"})
    found = Question.objects.get()
    assert found.author == "Élise Bcc: z@y.example" and found.text == f"{SAYS}  , dit\nla plaque."
    agent, _ = agent_of(dataset.owner)
    settles(agent, reponse="Oui.\0\r\nBcc: z@y.example")
    mailing.mail_authors()
    assert mail.outbox[0].recipients() == [TYPED["email"]] and "\n" not in mail.outbox[0].subject


def test_an_address_that_confirms_nothing_is_written_to_five_times_at_most(client: Client) -> None:
    dataset = factories.dataset()
    for _ in range(7):
        assert "Regardez votre messagerie" in asks(client, dataset)
    assert mailing.mail_authors() == 5 == Question.objects.count()


def test_its_forms_are_counted_with_the_others(client: Client, settings: Settings) -> None:
    settings.BOUTURE_LIMITS = 1
    address = form_of(factories.dataset())
    sent = [client.post(address, {}, REMOTE_ADDR="192.88.99.1").status_code for _ in range(61)]
    assert sent[0] == 200 and sent[-1] == 429


def test_a_portal_without_mail_says_whom_to_write_to(client: Client, settings: Settings) -> None:
    settings.BOUTURE_MAIL = False
    dataset = factories.dataset()
    page = client.post(form_of(dataset), TYPED).content.decode()
    assert "Ce portail n’envoie pas de courriel" in page and not Question.objects.exists()
