"""Reuses: declared without an account, confirmed by mail, shown once accepted, withdrawn by either side."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue import posting, reusing
from catalogue.models import AuditEntry, Dataset, Reuse, ReusedDataset
from tests import factories
from tests.test_following import stamped

pytestmark = pytest.mark.django_db
TYPED = {
    "titre": "La carte de l’ombre",
    "adresse": "https://carte.essai.example/",
    "nature": "visualisation",
    "auteur": "Élise",
    "description": "Où s’asseoir à l’ombre, <script>alert(1)</script> **rue par rue**.",
    "email": "elise@essai.example",
}


@pytest.fixture(autouse=True)
def sending(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def declares(client: Client, dataset: Dataset, **more: str) -> str:
    address = f"{dataset.get_absolute_url()}reutilisations/declarer/"
    return client.post(address, {**TYPED, "cachet": stamped(client, address), **more}).content.decode()


def confirmed(client: Client, dataset: Dataset, **more: str) -> str:
    """The declarer's link."""
    assert "Regardez votre messagerie" in declares(client, dataset, **more)
    assert reusing.mail_declarations() == 1
    body = str(mail.outbox.pop().body)
    link = re.search(r"/reutilisations/[^/]+/", body)
    assert link and "ombre" not in body
    assert "Confirmer" in client.get(link[0]).content.decode()
    client.post(link[0], {"faire": "confirmer"})
    return link[0]


def listed(dataset: Dataset) -> str:
    return Client().get(f"{dataset.get_absolute_url()}reutilisations/").content.decode()


def test_it_is_shown_once_confirmed_and_accepted_and_erased_by_its_link(client: Client) -> None:
    town = factories.body()
    publisher = factories.person("publisher", town)
    dataset = factories.dataset(owner=town)
    link = confirmed(client, dataset)
    posting.deliver()
    assert mail.outbox[-1].to == [publisher.email] and TYPED["titre"] not in listed(dataset)
    agent = Client()
    agent.force_login(publisher)
    assert TYPED["titre"] in agent.get("/reutilisations/").content.decode()
    agent.post("/reutilisations/", {"usage": ReusedDataset.objects.get().pk, "faire": "shown"})
    posting.deliver()
    page = listed(dataset)
    assert TYPED["titre"] in page and "<strong>rue par rue</strong>" in page and "<script>alert" not in page
    assert "affichée" in mail.outbox[-1].subject and mail.outbox[-1].to == [TYPED["email"]]
    assert AuditEntry.objects.filter(action="reuse.review").count() == 1
    client.post(link, {"faire": "retirer"})
    assert not Reuse.objects.exists() and TYPED["titre"] not in listed(dataset)


def test_each_body_answers_for_its_own_dataset_and_no_other(client: Client) -> None:
    ours, theirs = factories.dataset(), factories.dataset()
    confirmed(client, ours, autres=f"https://donnees.essai.example{theirs.get_absolute_url()}")
    other = ReusedDataset.objects.get(dataset=theirs)
    client.force_login(factories.person("publisher", ours.owner))
    assert client.post("/reutilisations/", {"usage": other.pk, "faire": "shown"}).status_code == 404
    mine = {"usage": ReusedDataset.objects.get(dataset=ours).pk, "faire": "refused"}
    assert "Dites pourquoi" in client.post("/reutilisations/", mine, follow=True).content.decode()
    client.post("/reutilisations/", {**mine, "motif": "Ne s’ouvre pas."})
    posting.deliver()
    assert "Ne s’ouvre pas." in str(mail.outbox[-1].body)
    assert {use.status for use in ReusedDataset.objects.all()} == {"refused", "waiting"}


def test_what_was_shown_is_withdrawn_with_a_reason(client: Client) -> None:
    dataset = factories.dataset()
    link = confirmed(client, dataset)
    use = ReusedDataset.objects.select_related("reuse", "dataset").get()
    person = factories.person("publisher", dataset.owner)
    assert reusing.review(use, "shown", "", person) and not reusing.review(use, "refused", "Non.", person)
    client.force_login(person)
    client.post("/reutilisations/", {"usage": use.pk, "faire": "withdrawn", "motif": "Le site a fermé."})
    assert TYPED["titre"] not in listed(dataset) and "Le site a fermé." in client.get(link).content.decode()


def test_what_is_not_public_cannot_be_told_of(client: Client) -> None:
    public, private = factories.dataset(), factories.dataset(private=True)
    assert client.get(f"{private.get_absolute_url()}reutilisations/declarer/").status_code == 404
    assert "une adresse de jeu de données" in declares(client, public, autres=private.get_absolute_url())
    assert not Reuse.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"titre": "Voir www.essai.example"}, "Donnez un titre"),
        ({"adresse": "javascript:alert(1)"}, "où la voir"),
        ({"description": "https://a.example https://b.example"}, "une phrase ou deux"),
        ({"description": "Trois liens http://a.example http://b.example http://c.example"}, "une phrase ou deux"),
        ({"nature": "rien"}, "Choisissez ce que c’est"),
        ({"email": "x@y.example\nBcc: z@y.example"}, "votre adresse électronique"),
        ({"autres": "n’importe quoi"}, "une adresse de jeu de données"),
        ({"cachet": "faux"}, "ouverte depuis longtemps"),
        ({"site": "https://a.example"}, "Regardez votre messagerie"),
    ],
)
def test_machines_and_mistakes_keep_nothing(given: dict[str, str], said: str, client: Client) -> None:
    assert said in declares(client, factories.dataset(), **given)
    assert not Reuse.objects.exists()


def test_what_is_never_confirmed_or_was_refused_is_erased(client: Client) -> None:
    dataset = factories.dataset()
    declares(client, dataset)
    assert reusing.mail_declarations(timezone.now() + timedelta(days=8)) == 0 and not Reuse.objects.exists()
    confirmed(client, dataset)
    use = ReusedDataset.objects.select_related("reuse", "dataset").get()
    reusing.review(use, "refused", "Non.", factories.person("publisher", dataset.owner))
    reusing.mail_declarations(timezone.now() + timedelta(days=181))
    assert not Reuse.objects.exists()


ALL = "/reutilisations/affichees/"


def shown(*datasets: Dataset, title: str = "Une carte", days: int = 0, **more: str) -> Reuse:
    now = timezone.now() - timedelta(days=days)
    given = {"address": "https://x.example", "kind": "article", "author": "Elle", "description": "Une **carte**."}
    reuse = Reuse.objects.create(title=title, email="elle@essai.example", confirmed_at=now, **given | more)
    for each in datasets:
        ReusedDataset.objects.create(reuse=reuse, dataset=each, status="shown", reviewed_at=now)
    return reuse


def titles(client: Client, asked: str = "") -> list[str]:
    return re.findall(r'nofollow ugc noopener">([^<]+)</a>', client.get(ALL + asked).content.decode())


def test_all_see_what_was_made_the_last_accepted_first_with_its_datasets(client: Client) -> None:
    trees, benches = factories.dataset("Arbres"), factories.dataset("Bancs")
    shown(trees, title="Ancienne", days=3)
    shown(trees, benches, title="Récente")
    waiting = shown(trees, title="En attente")
    waiting.uses.update(status="waiting")
    assert titles(client) == ["Récente", "Ancienne"]
    page = client.get(ALL).content.decode()
    assert trees.get_absolute_url() in page and benches.get_absolute_url() in page
    assert "<strong>carte</strong>" in page and "elle@essai.example" not in page and waiting.link not in page


def test_what_a_hidden_dataset_was_used_for_is_not_told(client: Client) -> None:
    open_, private, withdrawn = (
        factories.dataset("Ouvert"),
        factories.dataset("Secret", private=True),
        factories.dataset("Retiré"),
    )
    Dataset.objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    shown(private, title="Du secret")
    shown(withdrawn, title="Du retiré")
    shown(open_, private, title="Des deux")
    client.force_login(factories.person("publisher", private.owner))
    assert titles(client) == ["Des deux"]
    assert "Secret" not in client.get(ALL).content.decode()


def test_the_list_is_narrowed_leafed_through_and_never_broken(client: Client) -> None:
    dataset = factories.dataset("Arbres")
    for number in range(23):
        shown(dataset, title=f"N° {number}", days=number, kind="application" if number == 4 else "article")
    assert len(titles(client)) == 20 and titles(client, "?page=2") == ["N° 20", "N° 21", "N° 22"]
    assert titles(client, "?nature=application") == ["N° 4"]
    assert 'href="?nature=article&amp;page=2"' in client.get(ALL + "?nature=article").content.decode()
    for asked in ("?page=99", "?page=-1", "?nature=<script>", "?nature=%00&page=x"):
        assert titles(client, asked) == titles(client)
    assert "Aucune" in client.get(ALL + "?nature=study").content.decode()


def test_texts_of_declarers_run_nothing(client: Client) -> None:
    shown(
        factories.dataset("Arbres"),
        title="<script>alert(1)</script>",
        description="<img src=x onerror=alert(1)> [a](javascript:alert(1))",
    )
    page = client.get(ALL).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page and 'href="javascript:' not in page


def test_who_examines_is_where_they_were_and_a_link_of_a_declarer_too(client: Client) -> None:
    dataset = factories.dataset()
    link = confirmed(client, dataset)
    assert client.get(link).status_code == 200
    assert client.get("/reutilisations/")["Location"] == "/connexion/?next=/reutilisations/"
