"""What Prometheus reads: true, in its own format, for who has the token alone, and of nobody."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue.models import IndexCheck
from catalogue.search.reader import READER, IndexReader
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import home_body
from tests import factories

pytestmark = pytest.mark.django_db
TOKEN = "jeton-d-essai-" + "0" * 32


@pytest.fixture
def token(settings: Settings) -> str:
    settings.BOUTURE_METRICS_TOKEN = TOKEN
    return f"Bearer {TOKEN}"


def scrape(client: Client, token: str) -> dict[tuple[str, ...], float]:
    """By the name of each figure and its labels, in the order of their names."""
    answer = client.get("/metrics", headers={"authorization": token})
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.content.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer faux", f"Basic {TOKEN}", f"Bearer {TOKEN}é", TOKEN])
def test_who_has_no_token_reads_nothing(client: Client, token: str, given: str) -> None:
    answer = client.get("/metrics", headers={"authorization": given})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')
    assert b"bouture_" not in answer.content


def test_an_instance_without_a_token_has_no_metrics(client: Client) -> None:
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def source(name: str, **fields: object) -> HarvestSource:
    return HarvestSource.objects.create(
        key=f"https://u:secret@h.example/{name}", kind="dcat", owner=home_body(), **fields
    )  # type: ignore[misc]


def ran(of: HarvestSource, status: str, hours: int) -> None:
    at = timezone.now() - timedelta(hours=hours)
    HarvestRun.objects.create(
        source=of, status=status, started_at=at, heartbeat_at=at, ended_at=at + timedelta(seconds=90)
    )


def test_the_figures_are_those_of_the_base(client: Client, token: str, home: Path) -> None:
    well = source("bien", contact="agent@ville.example", title="Titre secret", schedule="0 3 * * *")
    ill, new = source("mal", next_at=timezone.now() - timedelta(hours=2)), source("neuve", active=False)
    ran(well, "done", 2)
    ran(ill, "partial", 9)
    ran(ill, "failed", 1)
    row = factories.dataset("Arbres", private=True)
    HarvestRecord.objects.create(source=well, key="a", record=row.pk)
    HarvestRecord.objects.create(source=well, key="b", quarantine="sans titre")
    HarvestRecord.objects.create(source=well, key="c", left_out="un autre territoire")
    found = scrape(client, token)
    one, two, three = (str(row.pk) for row in (well, ill, new))
    assert (found["bouture_source_last_run_ok", one], found["bouture_source_last_run_ok", two]) == (1, 0)
    assert ("bouture_source_last_run_ok", three) not in found
    assert (found["bouture_source_active", "dcat", one], found["bouture_source_active", "dcat", three]) == (1, 0)
    assert 7000 < found["bouture_source_last_success_age_seconds", one] < 7300
    assert 32_000 < found["bouture_source_last_success_age_seconds", two] < 32_500
    assert found["bouture_source_last_run_seconds", two] == 90
    assert 7100 < found["bouture_source_overdue_seconds", two] < 7300
    assert (found["bouture_source_records", one, "live"], found["bouture_source_records", one, "quarantined"]) == (1, 1)
    assert found["bouture_source_records", one, "left_out"] == 1
    assert (found["bouture_runs_kept", "failed"], found["bouture_runs_kept", "done"]) == (1, 1)
    assert found["bouture_records", "dataset", "true", "published"] == 1
    assert found["bouture_reader_lag_lines", READER] >= 1
    factories.follow(IndexReader())
    assert scrape(client, token)["bouture_reader_lag_lines", READER] == 0
    assert {state for name, *labels in found if name == "bouture_links" for state in labels} == {
        "answering",
        "failing",
        "unknown",
        "due",
    }
    text = client.get("/metrics", headers={"authorization": token}).content.decode()
    assert not [word for word in ("secret", "agent@", "h.example", "Titre") if word in text]


def test_what_the_last_comparison_found_is_told(client: Client, token: str) -> None:
    now = timezone.now()
    IndexCheck.objects.create(started_at=now - timedelta(days=1), ended_at=now - timedelta(days=1), missing=9)
    IndexCheck.objects.create(started_at=now - timedelta(hours=1), ended_at=now - timedelta(hours=1), exposed=2)
    IndexCheck.objects.create(started_at=now)  # goes on
    found = scrape(client, token)
    assert (found["bouture_index_drift", "exposed"], found["bouture_index_drift", "missing"]) == (2, 0)
    assert 3500 < found["bouture_index_check_age_seconds",] < 3700


def test_queries_do_not_grow_with_the_sources(
    client: Client, token: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        ran(source(str(number)), "done", 1)
    with django_assert_max_num_queries(11):
        scrape(client, token)
