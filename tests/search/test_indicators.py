"""Indicators as a kind of result: found by their names, apart from the list, under the rights of whoever asks; on both backends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from catalogue import log, permissions, publishing
from catalogue.indicators.contract import Recipe, Words
from catalogue.indicators.recipe import shipped
from catalogue.models import PUBLIC, Audience, Change, Dataset, Indicator, User
from catalogue.search import asked_figures, find
from catalogue.search.kinds import LISTED
from catalogue.search.settled import state
from tests import factories, observed
from tests.search.test_kinds import settle

pytestmark = pytest.mark.django_db
RUNNING, SAVING = "budget.depenses-fonctionnement-hab", "budget.taux-epargne-brute"
DRAFT = replace(
    shipped()[SAVING], key="essai.brouillon", title=Words("Épargne à venir", "Savings to come"), internal=True, words=()
)


def waste(key: str, title: str, *words: str) -> Recipe:
    return replace(shipped()[RUNNING], key=key, title=Words(title, ""), words=words, axes=())


WASTE = (
    waste("dechets.menagers-hab", "Déchets ménagers par habitant", "poids des poubelles"),
    waste("dechets.tri", "Taux de tri des déchets ménagers"),
)


def told(indicator: Indicator, *fields: str) -> None:
    """What the reader of the log says of an indicator."""
    with log.transaction() as entries:
        entries.append(log.Entry(Change.Verb.UPDATE, indicator.uuid, "indicator", Change.Kind.DERIVED, fields=fields))


@pytest.fixture
def world(searched: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Indicator]:
    """The accounts of a town and two of waste: what a question finds must not hang on which recipes we ship."""
    accounts = [recipe for recipe in shipped().values() if recipe.schema == "scdl/budget"]
    rows = observed.known(monkeypatch, *accounts, DRAFT, *WASTE)
    factories.bring_index_up_to_date()
    return {row.key: row for row in rows}


def titles(text: str, audience: Audience = PUBLIC, *kinds: str) -> list[str]:
    return ["".join(said for said, _ in hit.title) for hit in find(text, audience=audience, kinds=kinds).hits]


def test_an_indicator_is_found_by_what_it_is_called_in_both_languages_and_by_its_definition(
    world: dict[str, Indicator],
) -> None:
    recipe = shipped()[RUNNING]
    for text in ("dépenses de fonctionnement", recipe.words[0], recipe.title.en, f"titre:{recipe.title.fr.split()[0]}"):
        assert recipe.title.fr in titles(text, PUBLIC, "indicator"), text


def test_it_is_counted_beside_the_others_and_never_among_them(world: dict[str, Indicator]) -> None:
    row = factories.dataset("Dépenses de fonctionnement par habitant")
    factories.bring_index_up_to_date()
    page = find("dépenses de fonctionnement", kinds=LISTED, facets=("kind",))
    assert [hit.id for hit in page.hits] == [str(row.pk)]
    assert dict(page.facets[0].values)["indicator"] >= 1


def test_a_recipe_that_changes_or_leaves_is_found_as_it_is_now(
    world: dict[str, Indicator], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, recipe = world[RUNNING], shipped()[RUNNING]
    changed = replace(recipe, title=Words("Girouettes par habitant", "Weathercocks"))
    monkeypatch.setattr("catalogue.observing.recipes.known", lambda: observed.Known({RUNNING: changed}, {}, ()))
    assert titles("girouettes", PUBLIC, "indicator") == []
    told(row, "recipe")
    factories.bring_index_up_to_date()
    assert titles("girouettes", PUBLIC, "indicator") == ["Girouettes par habitant"]
    Indicator.objects.filter(pk=row.pk).update(problem="Défaut")
    told(row, "recipe")
    factories.bring_index_up_to_date()
    assert titles("girouettes", PUBLIC, "indicator") == []


@pytest.fixture
def draft(world: dict[str, Indicator]) -> Dataset:
    """The dataset that an internal indicator has a figure of."""
    made = factories.dataset("Budget à venir", private=True)
    observed.figure(world[DRAFT.key], observed.place("99001"), "2026", 1.0, made)
    told(world[DRAFT.key], "observations")
    factories.bring_index_up_to_date()
    return made


def people(draft: Dataset) -> dict[str, User]:
    return {
        "member": factories.person("reader", draft.owner),
        "colleague": factories.person("administrator", factories.body()),
        "stranger": factories.person(),
    }


def test_an_internal_one_is_found_by_the_members_of_its_body_alone(draft: Dataset) -> None:
    audiences = {who: permissions.audience_of(person) for who, person in people(draft).items()}
    for who, audience in {**audiences, "": PUBLIC, "administrator": Audience(everything=True)}.items():
        seen = ["Épargne à venir"] if who in ("member", "administrator") else []
        assert titles("épargne à venir", audience, "indicator")[:1] == seen or not seen
        assert ("Épargne à venir" in titles("épargne", audience, "indicator")) == bool(seen), who
        page = find("épargne", audience=audience, facets=("kind",))
        assert dict(page.facets[0].values)["indicator"] == 1 + bool(seen), who


def test_its_last_figure_takes_it_away_at_once(draft: Dataset) -> None:
    member = people(draft)["member"]
    permissions.remove_role(member, draft.owner)
    assert titles("venir", permissions.audience_of(member), "indicator") == []
    member = people(draft)["member"]
    audience = permissions.audience_of(member)
    assert titles("venir", audience, "indicator") == ["Épargne à venir"]
    draft.observations.all().delete()
    publishing.withdraw([draft], "Erreur.")
    assert titles("venir", audience, "indicator") == []


def asked(text: str, audience: Audience = PUBLIC) -> tuple[list[str], str]:
    found = asked_figures.asked(text, audience, state())
    return [row.key for row, _ in found.rows], found.place.code if found.place else ""


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("dépenses de fonctionnement par habitant", [RUNNING]),
        ("depense fonctionnement habitants", [RUNNING]),
        ("combien coûte la commune", [RUNNING]),
        ("taux d’épargne brute", [SAVING]),
        ("épargne brute", [SAVING]),
        ("déchets par habitant", ["dechets.menagers-hab"]),
        ("poids des poubelles", ["dechets.menagers-hab"]),
        ("poubelles par habitant", ["dechets.menagers-hab"]),
        # What seeks data, or something else, is left alone.
        ("bibliothèque", []),
        ("nombre de bibliothèques", []),
        ("dépenses", []),
        ("budget", []),
        ("calendrier de collecte des déchets", []),
        ("déchets", []),
        ("dépenses -fonctionnement par habitant", []),
        ("titre:dépenses par habitant", []),
        ("habitant", []),
        ("", []),
        ("de la", []),
    ],
)
def test_the_indicators_that_a_question_asks_for(world: dict[str, Indicator], text: str, keys: list[str]) -> None:
    assert asked(text) == (keys, "")


@pytest.mark.parametrize("text", ["calendrier de collecte des déchets", "zzz à Crac’h", "piste cyclable d’Auray", ""])
def test_where_no_indicator_is_called_so_nothing_is_asked(
    world: dict[str, Indicator], text: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = state()
    with django_assert_num_queries(0):
        assert asked_figures.asked(text, PUBLIC, now) == asked_figures.NONE


def test_a_place_may_follow(world: dict[str, Indicator]) -> None:
    settle("56046", "Crac’h")
    settle("76351", "Le Havre")
    settle("56007", "Auray")
    settle("200043123", "Auray Quiberon Terre Atlantique", "epci")
    for text, code in {
        "dépenses de fonctionnement par habitant à Crac’h": "56046",
        "dépenses de fonctionnement par habitant à crach": "",
        "dépenses de fonctionnement de Crac'h": "56046",
        "dépenses de fonctionnement par habitant 56046": "56046",
        "dépenses de fonctionnement du Havre ?": "76351",
        "dépenses de fonctionnement d’Auray": "56007",
        "dépenses de fonctionnement Auray": "56007",
        "dépenses de fonctionnement par habitant Auray Quiberon Terre Atlantique": "200043123",
    }.items():
        assert asked(text) == (([RUNNING], code) if code else ([], "")), text
    assert asked("voirie à Auray") == ([], "")


def test_an_internal_one_answers_to_nobody_else(draft: Dataset) -> None:
    assert asked("épargne à venir") == ([], "")
    assert asked("épargne à venir", permissions.audience_of(people(draft)["member"])) == ([DRAFT.key], "")
