"""Each indicator with public values is a dataset of our own catalogue: what it says, when it is written again, who made it go."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue import publishing
from catalogue.dcat.formats import from_canonical
from catalogue.feeding.reader import FeedReader
from catalogue.indicators.contract import Axis, Words
from catalogue.indicators.recipe import shipped
from catalogue.models import Change, Dataset, Distribution, Indicator, Observation, Organisation, Record, Release
from catalogue.releasing import rounds
from catalogue.releasing.rounds import release_indicators
from catalogue.tabling.following import TableReader
from catalogue.tabling.tabular import address_of
from tests import factories, observed
from tests.feeding.walked import walk

pytestmark = pytest.mark.django_db
RECIPE = replace(shipped()["budget.depenses-fonctionnement-hab"], axes=(Axis("nature", Words("Nature", "Kind")),))
DRAFT = replace(RECIPE, key="essai.brouillon", internal=True)
STAT = "http://data.europa.eu/s1n/"


@pytest.fixture
def town(settings: Settings) -> Organisation:
    settings.BOUTURE_TERRITORY = "200043123"
    rounds.forget()
    return factories.body("Ville d’Essai")


@pytest.fixture
def budget(town: Organisation) -> Dataset:
    return factories.dataset("Budget", town, license=factories.OPEN_LICENCE)


@pytest.fixture
def row(town: Organisation, budget: Dataset, monkeypatch: pytest.MonkeyPatch) -> Indicator:
    made, draft = observed.known(monkeypatch, RECIPE, DRAFT)
    group = observed.place("200043123", "Auray Quiberon", "epci")
    for code in ("56046", "56007"):
        place = observed.place(code, parent=group)
        for year in ("2019", "2020", "2021"):
            observed.figure(made, place, year, 659.42, budget)
    observed.figure(made, place, "2021", 100.0, budget, axis="nature", member="60")
    observed.figure(draft, place, "2026", 1.0, budget)
    return made


def record(row: Indicator) -> Dataset:
    return Dataset.objects.with_forms().get(pk=row.uuid)


def triples(row: Indicator) -> list[tuple[str, str]]:
    found: Any = from_canonical(record(row).repaired)
    return [(each.predicate.value, each.object.value) for each in found]


def lines_of(row: Indicator) -> int:
    return Change.objects.filter(record=row.uuid, kind=Change.Kind.RECORD, record_type="dataset").count()


def test_a_record_says_what_it_is_of_whom_when_and_where_from(row: Indicator, budget: Dataset, client: Client) -> None:
    assert release_indicators() == 1
    made = record(row)
    assert made.title["fr"] == f"Indicateur : {RECIPE.title.fr}"
    assert made.published_by == budget.owner
    assert (made.source, made.license) == ([budget.uri], factories.OPEN_LICENCE)
    assert made.temporal == [{"start": "2019", "end": "2021"}]
    assert made.frequency.endswith("/ANNUAL")
    assert made.spatial == [{"uri": "http://id.insee.fr/geo/intercommunalite/200043123"}]
    assert made.territory is not None and made.territory.code == "200043123"
    assert made.conforms, made.findings
    said = triples(row)
    assert (STAT + "numSeries", "3") in said
    dimensions = {value for predicate, value in said if predicate == STAT + "dimension"}
    assert {each.rpartition("#")[2] for each in dimensions} == {"refArea", "refPeriod", "axe-nature"}
    assert len([1 for predicate, _ in said if predicate == STAT + "attribute"]) == 4
    [unit] = [value for predicate, value in said if predicate == STAT + "statUnitMeasure"]
    assert unit.endswith(f"/unites#{RECIPE.unit.code}")
    for file in Distribution.objects.filter(dataset=made):
        assert client.get(urlsplit(file.address).path).status_code == 200
    text = client.get(f"/id/{row.uuid}.ttl").content.decode()
    assert "stat:numSeries" in text
    assert "stat:statUnitMeasure" in text


def test_its_checksum_is_that_of_the_file_that_everybody_gets(row: Indicator, client: Client) -> None:
    release_indicators()
    [file] = [each for each in Distribution.objects.filter(dataset=row.uuid) if each.address.endswith(".csv")]
    answer: Any = client.get(f"/api/indicateurs/{RECIPE.key}/observations.csv")
    content = b"".join(answer.streaming_content)
    assert file.checksum["checksum_value"] == hashlib.sha256(content).hexdigest()
    assert file.byte_size == len(content)


def test_nothing_is_written_while_the_figures_are_the_same(row: Indicator) -> None:
    release_indicators()
    before = lines_of(row)
    for _ in range(2):
        assert release_indicators() == 0
        rounds.forget()
    # Made again, the same: their moment alone changes.
    Observation.objects.update(computed_at=timezone.now())
    assert release_indicators() == 0
    assert lines_of(row) == before


def test_a_figure_that_changes_is_another_content_and_another_date(row: Indicator) -> None:
    release_indicators()
    Release.objects.update(changed_at="2020-01-01T00:00:00Z")
    before = record(row)
    figure = Observation.objects.filter(indicator=row, axis="").first()
    assert figure is not None
    Observation.objects.filter(pk=figure.pk).update(value=1.0, computed_at=timezone.now())
    rounds.forget()
    assert release_indicators() == 1
    after = record(row)
    assert after.modified > before.modified[:10]
    assert after.version == before.version + 1
    assert after.digest != before.digest


def test_a_recipe_said_otherwise_is_another_record_and_the_same_content(
    row: Indicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_indicators()
    digest, modified = Release.objects.get().digest, record(row).modified
    said = {RECIPE.key: replace(RECIPE, title=Words("Dépenses courantes", "Current spending"))}
    monkeypatch.setattr("catalogue.observing.recipes.known", lambda: observed.Known(said, {}, ()))
    rounds.forget()
    assert release_indicators() == 1
    assert record(row).title["fr"] == "Indicateur : Dépenses courantes"
    assert (Release.objects.get().digest, record(row).modified) == (digest, modified)


@pytest.mark.parametrize("how", ["private", "no value", "left", "internal"])
def test_it_goes_with_its_last_public_value_and_comes_back(row: Indicator, budget: Dataset, how: str) -> None:
    release_indicators()
    if how == "private":
        publishing.set_private(budget, True)
    elif how == "no value":
        Observation.objects.filter(indicator=row).update(value=None)
    elif how == "left":
        Indicator.objects.filter(pk=row.pk).update(problem="Défaut")
    else:
        Indicator.objects.filter(pk=row.pk).update(internal=True)
    rounds.forget()
    assert release_indicators() == 1
    assert record(row).status == Record.Status.WITHDRAWN
    rounds.forget()
    assert release_indicators() == 0
    publishing.set_private(Dataset.objects.get(pk=budget.pk), False)
    Observation.objects.filter(indicator=row).update(value=1.0)
    Indicator.objects.filter(pk=row.pk).update(problem="", internal=False)
    rounds.forget()
    assert release_indicators() == 1
    assert record(row).status == Record.Status.PUBLISHED


def test_internal_ones_and_figures_of_private_datasets_are_never_in_it(row: Indicator, town: Organisation) -> None:
    secret = factories.dataset("À venir", town, private=True)
    observed.figure(row, observed.place("56007"), "2030", 3.0, secret)
    release_indicators()
    assert Dataset.objects.filter(title__fr__startswith="Indicateur").count() == 1
    made = record(row)
    assert made.temporal == [{"start": "2019", "end": "2021"}]
    assert secret.uri not in made.repaired


def test_what_somebody_took_away_stays_away(row: Indicator) -> None:
    release_indicators()
    publishing.withdraw([record(row)], "Chiffre contesté.")
    Observation.objects.filter(indicator=row).update(value=2.0)
    for _ in range(2):
        rounds.forget()
        assert release_indicators() == 0
    assert record(row).withdrawn_reason == "Chiffre contesté."


@pytest.mark.parametrize("written", [False, True])
def test_a_round_that_is_killed_is_made_again(row: Indicator, monkeypatch: pytest.MonkeyPatch, written: bool) -> None:
    """Before its record, or between that and what is kept of the round: whatever the second, it is one record, with one date."""
    publish = publishing.publish

    def killed(drafts: Any) -> Any:
        if written:
            publish(drafts)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("catalogue.releasing.rounds.publishing.publish", killed)
        with pytest.raises(KeyboardInterrupt):
            release_indicators()
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr("catalogue.releasing.rounds.timezone.now", lambda: later)
    assert release_indicators() == int(not written)
    [kept] = Release.objects.all()
    assert kept.stamp
    assert kept.changed_at < later
    assert record(row).modified == kept.changed_at.isoformat()
    assert lines_of(row) == 1
    rounds.forget()
    assert release_indicators() == 0


def test_it_is_no_table_again(row: Indicator) -> None:
    release_indicators()
    assert [address_of(file) for file in Distribution.objects.filter(dataset=row.uuid)] == ["", "", ""]
    factories.follow(TableReader())
    assert not record(row).tables.exists()


def test_an_instance_where_no_body_works_publishes_nothing(row: Indicator) -> None:
    Organisation.objects.update(tenant=False)
    assert release_indicators() == 0
    assert not Dataset.objects.filter(pk=row.uuid).exists()


def test_it_is_in_the_feed_for_other_portals_and_leaves_it_with_its_figures(row: Indicator, client: Client) -> None:
    """With its CSV and the digest of that: another portal compares its own figures with ours."""
    release_indicators()
    factories.follow(FeedReader())
    made = record(row)
    payload = " ".join(walk(client).now[made.uri].payload)
    assert f"/api/indicateurs/{RECIPE.key}/observations.csv" in payload
    assert Release.objects.get(indicator=row).digest in payload
    assert not any(DRAFT.key in " ".join(one.payload) for one in walk(client).now.values())
    Observation.objects.all().delete()
    rounds.forget()
    release_indicators()
    factories.follow(FeedReader())
    assert made.uri not in walk(client).now
