"""The page of synonyms: nothing typed is lost, nothing is kept unseen, and what is kept acts at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from catalogue.models import SynonymTable, User
from catalogue.search import find, synonyms
from catalogue.search.french import read_synonyms, shipped_text
from tests import factories
from tests.pages.conftest import filled, said

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
PAGE = "/synonymes/"


@pytest.fixture
def admin(as_: As) -> Client:
    return as_(User.objects.create_superuser("chef@ville.example", "x"))


def shown(client: Client) -> str:
    return client.get(PAGE).content.decode()


def compared(client: Client, text: str, page: str | None = None) -> str:
    answer = client.post(PAGE, filled(page or shown(client), "comparer", regles=text))
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_who_runs_the_instance_may(as_: As) -> None:
    town = factories.body("Ville")
    for role in ("reader", "publisher", "administrator"):
        client = as_(factories.person(role, town))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"geste": "enregistrer", "regles": "a, b"}).status_code == 403
    client.logout()
    assert client.post(PAGE, {"geste": "enregistrer", "regles": "a, b"}).status_code == 302
    assert not SynonymTable.objects.exists()


def test_a_text_is_compared_then_kept_and_acts_at_once(admin: Client, searched: Path) -> None:
    factories.dataset("Conteneurs à verre", factories.body("Ville"))
    factories.bring_index_up_to_date()
    assert find("bouteillophage").total == 0
    page = compared(admin, f"{shipped_text()}\nbouteillophage => conteneur à verre\n")
    assert "1 règle ajoutée" in page
    assert "règle retirée" not in page
    assert not SynonymTable.objects.exists()
    answer = admin.post(PAGE, filled(page, "enregistrer"))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert find("bouteillophage").total == 1
    assert "Celles de ce portail." in shown(admin)


def test_mistakes_are_told_with_their_line_and_nothing_is_lost(admin: Client) -> None:
    text = "benne, conteneur\nseule\n=> rien\n<b>, !"
    answer = admin.post(PAGE, filled(shown(admin), "comparer", regles=text, question="benne"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ligne 2</a> (<code>seule</code>)" in page
    assert "Ligne 3</a> (<code>=&gt; rien</code>)" in page
    assert "&lt;b&gt;, !" in page
    assert "<b>, !" not in page
    again = filled(page, "comparer")
    assert (again["regles"].strip(), again["question"]) == (text, "benne")
    assert admin.post(PAGE, {**again, "geste": "enregistrer"}).status_code == 422
    assert not SynonymTable.objects.exists()


def test_what_was_changed_after_the_comparison_is_compared_again(admin: Client) -> None:
    page = compared(admin, "benne, conteneur")
    answer = admin.post(PAGE, filled(page, "enregistrer", regles="benne, poubelle"))
    assert answer.status_code == 200
    assert "Le texte a changé depuis la comparaison" in said(answer)
    assert not SynonymTable.objects.exists()
    admin.post(PAGE, filled(answer.content.decode(), "enregistrer"))
    assert synonyms.current() == "benne, poubelle"


def test_two_people_at_once_lose_nothing(admin: Client) -> None:
    synonyms.replace("benne, conteneur")
    mine = compared(admin, "benne, conteneur\nmare, étang")
    synonyms.replace("benne, conteneur\nbac, caisse")
    answer = admin.post(PAGE, filled(mine, "enregistrer"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Quelqu’un d’autre a changé les synonymes" in page
    assert "<ins>mare, étang</ins>" in page
    assert "<del>bac, caisse</del>" in page
    assert synonyms.current() == "benne, conteneur\nbac, caisse"
    both = compared(admin, "benne, conteneur\nmare, étang\nbac, caisse", page)
    assert admin.post(PAGE, filled(both, "enregistrer")).status_code == 302
    assert "bac, caisse" in synonyms.current()


def test_a_question_is_tried_under_the_rules_of_the_page(admin: Client, searched: Path) -> None:
    town = factories.body("Ville")
    factories.dataset("Conteneurs à verre", town)
    factories.dataset("Secret des conteneurs", town, private=True)
    factories.bring_index_up_to_date()
    text = "bouteillophage, conteneur\nabc"
    question = 'Les bouteillophages de la "ville" -titre:budget'
    answer = admin.post(PAGE, filled(shown(admin), "essayer", regles=text, question=question))
    page = said(answer)
    assert answer.status_code == 200
    assert "« bouteillophages », ou bien : conteneur" in page
    assert "sans « budget »" in page
    assert "« ville » (compte, sans être exigé)" in page
    assert "1 résultat public" in page
    assert "Nouveau avec ces règles" in page
    assert "Secret" not in page
    assert "Ligne 2</a>" in page  # told, and the rules that make sense are tried
    assert not SynonymTable.objects.exists()


def test_a_question_must_be_written(admin: Client) -> None:
    answer = admin.post(PAGE, filled(shown(admin), "essayer", question=" "))
    assert answer.status_code == 422
    assert "Écrivez d’abord une question" in said(answer)


def test_the_shipped_rules_come_back_once_seen(admin: Client) -> None:
    synonyms.replace("benne, conteneur")
    answer = admin.post(PAGE, filled(shown(admin), "remettre"))
    assert SynonymTable.objects.exists()
    assert "règles ajoutées" in said(answer)
    assert admin.post(PAGE, filled(answer.content.decode(), "enregistrer")).status_code == 302
    assert not SynonymTable.objects.exists()  # a later version of the software brings its own
    assert "livrées avec le logiciel" in shown(admin)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"geste": "effacer", "regles": "a, b"}, 400),
        ({"geste": "enregistrer"}, 200),
        ({"geste": "enregistrer", "regles": "a, b", "vu": "x", "avant": "y"}, 422),
        ({"geste": "comparer", "regles": "benne, conteneur\n" * 40_000}, 422),
        ({"geste": "comparer", "regles": "\x00\x07, \u202e\n(((((((a*)*)*)*"}, 422),
        ({"geste": "essayer", "question": "*" * 10_000}, 200),
    ],
)
def test_hand_made_posts_are_answered_and_write_nothing(
    admin: Client, searched: Path, given: dict[str, str], status: int
) -> None:
    assert admin.post(PAGE, given).status_code == status
    assert not SynonymTable.objects.exists()


def test_a_table_may_be_emptied(admin: Client) -> None:
    page = compared(admin, "")
    assert admin.post(PAGE, filled(page, "enregistrer")).status_code == 302
    assert read_synonyms(synonyms.current())[0].entries == {}
