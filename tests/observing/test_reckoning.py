"""From a published file to the figures of its territory: the whole way, and what ends it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from catalogue import publishing
from catalogue.indicators.beside import FELL, Fields
from catalogue.indicators.computing import reckoned
from catalogue.indicators.contract import Recipe, Reckoned
from catalogue.models import AskedReckoning, Change, FormerObservation, Observation, Reckoning, Table, TableVersion
from catalogue.observing.reckoning import reckon_asked
from catalogue.tables.contract import TooMuch, Unreadable
from tests import factories
from tests.observing import made

pytestmark = pytest.mark.django_db
KEY = "budget.depenses-fonctionnement-hab"


def test_a_real_budget_gives_the_figure_computed_by_hand(shared_data: Path) -> None:
    crach = made.commune("56046", "Crac'h", siren="215600461")
    made.inhabitants(crach, 3_458)
    path = shared_data / "samples" / "budget__crach_ca2021.csv"
    made.published(made.town(crach), path.read_bytes(), path.name)
    assert made.worked() == 1
    [(code, period, value, status)] = made.said(KEY)
    assert (code, period, status) == ("56046", "2021", "A")
    assert value == pytest.approx(659.42, abs=0.005)
    row = Observation.objects.get(indicator__key=KEY, axis="")
    assert row.numerator == pytest.approx(2_280_279.65)
    assert (row.denominator, row.population_year, row.population_source) == (3_458, 2021, "essai")
    assert not AskedReckoning.objects.exists()
    assert made.worked() == 0


def test_new_rows_give_new_values_at_once_and_what_was_said_is_kept() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000), (kerlann.siren, 2020, 4_000)))
    made.worked()
    assert made.said() == [("99101", "2020", 4.0, "E"), ("99101", "2021", 5.0, "A")]
    before = {row.period: row.computed_at for row in made.rows()}
    made.again(table, made.budget((kerlann.siren, 2021, 6_000), (kerlann.siren, 2020, 4_000)))
    made.worked()
    assert made.said() == [("99101", "2020", 4.0, "E"), ("99101", "2021", 6.0, "A")]
    [former] = FormerObservation.objects.filter(indicator__key="essai.aides-hab")
    assert (former.period, former.value, former.numerator) == ("2021", 5.0, 5_000)
    assert former.ending == "Le fichier a changé (version 2)"
    after = {row.period: (row.table_version, row.computed_at) for row in made.rows()}
    assert after["2020"] == (1, before["2020"])  # the same figure is not written again
    assert after["2021"][0] == 2
    assert Reckoning.objects.get(indicator__key="essai.aides-hab").table_version == 2


def test_the_log_tells_what_changed_and_nothing_when_nothing_did() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    told = [change for change in Change.objects.all() if "observations" in change.fields]
    assert {(change.record_type, change.kind) for change in told} == {("dataset", "derived"), ("indicator", "derived")}
    made.again(table, made.budget((kerlann.siren, 2021, 5_000)))
    assert made.worked() == 1
    assert len([change for change in Change.objects.all() if "observations" in change.fields]) == len(told)
    assert made.worked() == 0  # what the figures tell the log asks for nothing


def test_a_merged_commune_is_the_one_of_today_and_both_parts_are_added() -> None:
    former = [{"code": code, "name": "", "kind": "ancienne"} for code in ("99201", "99202")]
    lanvern = made.commune("99201", "Lanvern", former_communes=former)
    made.inhabitants(lanvern, 1_000)
    made.recipe(made.COUNTED)
    text = made.counted(("99201", 3), ("99202", 4), ("99999", 1))
    made.published(factories.body("Département"), text, "parking.csv", modified="2024-05-01")
    made.worked()
    assert made.said("essai.places") == [("99201", "2024", 7.0, "A")]
    reckoning = Reckoning.objects.get(indicator__key="essai.places")
    assert (reckoning.unknown, reckoning.unknown_codes, reckoning.outside) == (1, ["99999"], 0)


def test_what_is_said_of_no_known_territory_says_so() -> None:
    made.recipe(made.COUNTED)
    made.published(factories.body("Département"), made.counted(("99998", 3)), "parking.csv")
    made.worked()
    assert made.said("essai.places") == []
    assert "99998" in Reckoning.objects.get(indicator__key="essai.places").problem


def test_an_indicator_is_said_of_the_levels_that_it_names_alone() -> None:
    kerlann, body = made.kerlann(made.RECIPE + "levels: [epci]\n")
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    assert made.said() == []
    reckoning = Reckoning.objects.get(indicator__key="essai.aides-hab")
    assert reckoning.outside == 1
    assert "niveau" in reckoning.problem


def test_rows_that_name_no_territory_are_of_the_body_that_publishes() -> None:
    own = made.RECIPE.replace("territory: {siren: BGT_SIRET}", "territory: publisher")
    _, body = made.kerlann(own)
    made.published(body, made.budget(("999999999", 2021, 5_000)))
    stranger = made.published(
        factories.body("Un organisme sans territoire"), made.budget(("999999999", 2021, 1)), "b.csv"
    )
    made.worked()
    assert made.said() == [("99101", "2021", 5.0, "A")]
    assert "organisme" in Reckoning.objects.get(indicator__key="essai.aides-hab", table=stranger).problem
    # Once somebody says of which territory it is, the figures come.
    lanvern = made.commune("99102", "Lanvern")
    made.inhabitants(lanvern, 10)
    publishing.change_body(stranger.dataset.published_by, territory=lanvern)
    made.worked()
    assert made.said()[1:] == [("99102", "2021", 0.1, "A")]


def test_a_file_that_lacks_a_column_gives_no_figure_and_says_which() -> None:
    kerlann, body = made.kerlann()
    text = made.budget((kerlann.siren, 2021, 5_000)).replace("BGT_MTREAL", "MONTANT")
    made.published(body, text, conforms_to=["https://gitlab.com/opendatafrance/scdl/budget"])
    made.worked()
    assert made.said() == []
    assert "BGT_MTREAL" in Reckoning.objects.get(indicator__key="essai.aides-hab").problem


def test_a_column_that_breaks_its_schema_gives_no_figure_where_the_recipe_needs_it() -> None:
    kerlann, body = made.kerlann()
    made.recipe(made.RECIPE.replace("aides-hab", "autre").replace("BGT_MTREAL", "BGT_MTPREV"), "autre.yaml")
    good, bad = made.budget((kerlann.siren, 2021, 5_000)), made.budget((kerlann.siren, 2021, 7_000)).splitlines()[1]
    made.published(body, good + bad.replace("7000", "sept mille") + "\n")
    made.worked()
    assert made.said() == []
    assert "BGT_MTREAL" in Reckoning.objects.get(indicator__key="essai.aides-hab").problem
    assert made.said("essai.autre") == [("99101", "2021", 0.0, "A")]


def test_too_few_units_are_a_secret_of_which_nothing_is_kept() -> None:
    kerlann, body = made.kerlann(made.RECIPE + "least: 5\n")
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    [row] = made.rows()
    assert (row.value, row.status, row.numerator, row.denominator, row.rows) == (None, "Q", None, None, 0)
    assert row.reason


def test_what_waits_for_a_decision_about_persons_gives_nothing() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    TableVersion.objects.update(withheld=True)
    made.worked()
    assert made.said() == []
    TableVersion.objects.update(withheld=False)
    made.told(table)
    made.worked()
    assert made.said() == [("99101", "2021", 5.0, "A")]
    TableVersion.objects.update(withheld=True)
    made.told(table)
    made.worked()
    assert made.said() == []


def test_killed_in_the_middle_nothing_is_half_and_the_rest_is_done_later() -> None:
    kerlann, body = made.kerlann()
    made.recipe(made.RECIPE.replace("aides-hab", "autre"), "autre.yaml")
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))

    class Killed(BaseException):
        pass

    def killed(path: Path, fields: Fields, recipes: Sequence[Recipe], lines: int) -> Iterator[Reckoned]:
        for number, one in enumerate(reckoned(path, fields, recipes, lines)):
            if number == 1:
                raise Killed
            yield one

    with pytest.raises(Killed):
        made.worked(killed)
    assert AskedReckoning.objects.count() == 1
    assert Reckoning.objects.count() == 1
    assert made.worked() == 1
    assert made.said() == made.said("essai.autre") == [("99101", "2021", 5.0, "A")]


def test_a_fault_of_ours_leaves_no_figure_says_so_and_is_tried_again_later() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()

    def falling(path: Path, fields: Fields, recipes: Sequence[Recipe], lines: int) -> list[Reckoned]:
        raise Unreadable(FELL, "fell: 1")

    made.told(table)
    made.worked(falling)
    assert made.said() == []
    assert Reckoning.objects.get(indicator__key="essai.aides-hab").problem == FELL
    asked = AskedReckoning.objects.get()
    assert asked.failures == 1
    AskedReckoning.objects.update(asked_at=table.dataset.created_at)
    made.worked()
    assert made.said() == [("99101", "2021", 5.0, "A")]


def test_what_is_too_busy_is_asked_again_and_what_was_said_stands() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()

    def busy(path: Path, fields: Fields, recipes: Sequence[Recipe], lines: int) -> list[Reckoned]:
        raise TooMuch("Trop de demandes.", "busy")

    made.told(table)
    made.worked(busy)
    assert made.said() == [("99101", "2021", 5.0, "A")]
    assert AskedReckoning.objects.get().failures == 1


def test_the_computing_is_done_in_a_process_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)  # where files of a moment go is asked for again
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.published(body, made.budget((kerlann.siren, 2020, 2_000)), "autre.csv")
    made.followed()
    assert reckon_asked() == 2
    assert made.said() == [("99101", "2020", 2.0, "E"), ("99101", "2021", 5.0, "A")]
    assert list(scratch.iterdir()) == []


def test_one_process_reckons_at_a_time() -> None:
    from catalogue import log
    from catalogue.observing.reckoning import LANE

    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    log.take_lease(LANE, "other:1:x")
    assert made.worked() == 0
    log.release(LANE, "other:1:x")
    assert made.worked() == 1


def test_a_withdrawn_record_takes_its_figures_with_it_and_brings_them_back() -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    made.worked()
    publishing.withdraw([table.dataset], "Essai")
    assert not Observation.objects.visible_to(publishing.permissions.PUBLIC).exists()
    made.worked()
    assert not Observation.objects.exists()
    assert not Reckoning.objects.exists()
    Table.objects.update(left_at=None)
    made.republished(table)
    made.worked()
    assert made.said() == [("99101", "2021", 5.0, "A")]
