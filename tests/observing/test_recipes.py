"""The indicators of the base in step with their recipes: no figure stays of one that changed, has a fault or is gone."""

from __future__ import annotations

import pytest

from catalogue.models import AskedReckoning, Change, FormerObservation, Indicator, Observation
from catalogue.observing import recipes
from tests.observing import made

pytestmark = pytest.mark.django_db
KEY = "essai.aides-hab"


def test_what_is_shipped_and_what_is_of_this_instance_become_indicators_once() -> None:
    made.recipe()
    recipes.sync()
    own = Indicator.objects.get(key=KEY)
    assert (own.title, own.schema, own.file, own.problem) == ("Aides par habitant", "scdl/budget", "essai.yaml", "")
    assert Indicator.objects.filter(file="").count() == len(recipes.known().recipes) - 1
    lines = Change.objects.filter(record_type="indicator").count()
    assert recipes.sync() == 0
    assert Change.objects.filter(record_type="indicator").count() == lines


def test_a_recipe_that_changes_makes_its_figures_anew_and_keeps_what_was_said() -> None:
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    made.recipe(made.RECIPE.replace("version: 1", "version: 2").replace("sum(BGT_MTREAL)", "sum(BGT_MTREAL) * 2"))
    made.worked()
    assert made.said() == [("99101", "2021", 10.0, "A")]
    [former] = made.own(FormerObservation.objects.all())
    assert (former.value, former.recipe_version, former.ending) == (5.0, 1, "La recette a changé")
    assert made.rows()[0].recipe_version == 2


def test_a_title_that_changes_asks_for_nothing() -> None:
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    made.recipe(made.RECIPE.replace("Aides par habitant", "Aides versées par habitant"))
    made.followed()
    assert Indicator.objects.get(key=KEY).title == "Aides versées par habitant"
    assert not AskedReckoning.objects.exists()


def test_no_figure_stays_of_a_recipe_that_has_a_fault_and_it_is_told_where() -> None:
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    made.recipe(made.RECIPE.replace("BGT_MTREAL", "BGT_MTREEL"))
    made.worked()
    assert not Observation.objects.filter(indicator__key=KEY).exists()
    row = Indicator.objects.get(key=KEY)
    assert "essai.yaml, ligne 10" in row.problem
    assert made.own(FormerObservation.objects.all()).get().ending == recipes.UNUSED
    made.recipe()
    made.worked()
    assert made.said() == [("99101", "2021", 5.0, "A")]
    assert Indicator.objects.get(key=KEY).problem == ""


def test_a_file_that_never_was_a_recipe_is_told_too_until_it_goes() -> None:
    path = made.recipe("id: [", "Cassée.yaml")
    recipes.sync()
    [row] = Indicator.objects.exclude(problem="")
    assert row.file == "Cassée.yaml" and "Cassée.yaml" in row.problem
    assert not Indicator.objects.in_use().filter(pk=row.pk).exists()
    path.unlink()
    recipes.sync()
    row.refresh_from_db()
    assert row.left_at is not None and row.problem == ""


def test_an_identifier_is_one_indicator_s_alone() -> None:
    shipped = next(iter(recipes.known().recipes))
    made.recipe(made.RECIPE.replace(KEY, shipped), "copie.yaml")
    made.recipe()
    made.recipe(name="une-autre.yaml")
    recipes.sync()
    assert Indicator.objects.get(key=shipped).problem == ""
    problems = dict(Indicator.objects.exclude(problem="").values_list("file", "problem"))
    assert set(problems) == {"copie.yaml", "une-autre.yaml"}
    assert "livré" in problems["copie.yaml"] and "une autre de vos recettes" in problems["une-autre.yaml"]


def test_a_recipe_that_is_taken_away_leaves_no_figure() -> None:
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    made.recipe().unlink()
    made.worked()
    assert not Observation.objects.filter(indicator__key=KEY).exists()
    assert Indicator.objects.get(key=KEY).left_at is not None
    made.recipe()
    made.worked()
    assert made.said() == [("99101", "2021", 5.0, "A")]
