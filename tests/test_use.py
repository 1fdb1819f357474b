"""What is looked at is counted without anything of who looked, and helps the search within its own territory alone."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import use
from catalogue.buffering import Buffer
from catalogue.models import Change, Dataset, DatasetUse, DatasetViews, Organisation, Score, Territory
from catalogue.quality.reader import ScoreReader
from catalogue.search.instance import backend
from catalogue.search.kinds.datasets import Datasets
from catalogue.use import Used, What
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def counting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, and written only when a test says so."""
    settings.BOUTURE_USE_COUNTS = True
    monkeypatch.setattr(use, "_buffer", Buffer(Counter, lambda: None, every=0))


@pytest.fixture
def town(home: Path) -> Organisation:
    return factories.body("Ville")


def views(times: dict[uuid.UUID, int]) -> dict[Used, int]:
    return {Used(What.VIEW, "dataset", key): count for key, count in times.items()}


def look(row: Dataset, user: Any = None, **headers: str) -> int:
    client = Client()
    if user:
        client.force_login(user)
    answer = client.get(row.get_absolute_url(), headers={"User-Agent": FIREFOX, **headers})
    assert answer.status_code == 200
    return use._buffer.take().total()


def test_a_person_counts_and_costs_no_write(town: Organisation) -> None:
    row = factories.dataset("Arbres", town)
    assert look(row) == 1
    assert not DatasetViews.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "Mozilla/5.0 HeadlessChrome/130.0"},
        {"User-Agent": ""},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_programs_and_who_asks_to_be_left_out_do_not_count(town: Organisation, headers: dict[str, str]) -> None:
    assert look(factories.dataset("Arbres", town), **headers) == 0


def test_members_private_records_and_a_switched_off_count_do_not_count(town: Organisation, settings: Settings) -> None:
    member = factories.person("reader", town)
    row = factories.dataset("Arbres", town)
    assert look(row, member) == 0
    assert look(factories.dataset("Secret", town, private=True), member) == 0
    Client().head(row.get_absolute_url(), headers={"User-Agent": FIREFOX})
    assert use._buffer.take().total() == 0
    settings.BOUTURE_USE_COUNTS = False
    assert look(row) == 0


def test_counts_add_up_by_day_and_what_is_gone_is_left_out(town: Organisation) -> None:
    row, other = factories.dataset("Arbres", town), factories.dataset("Bancs", town)
    use.keep(views({row.pk: 3, other.pk: 1, uuid.uuid4(): 9}), TODAY)
    use.keep(views({row.pk: 2}), TODAY)
    use.keep(views({row.pk: 1}), TODAY + timedelta(days=1))
    found = set(DatasetViews.objects.values_list("dataset", "day", "views"))
    assert found == {(row.pk, TODAY, 5), (other.pk, TODAY, 1), (row.pk, TODAY + timedelta(days=1), 1)}


def test_what_is_counted_is_written_in_few_queries(
    town: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [factories.dataset(f"Jeu {number}", town) for number in range(20)]
    for row in rows:
        use.count(row.pk)
    with django_assert_max_num_queries(8):
        use.flush()
    assert DatasetViews.objects.count() == 20


def test_a_base_that_cannot_be_written_loses_counts_and_no_page(
    town: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = factories.dataset("Arbres", town)

    def fail(*_: Any) -> None:
        raise DatabaseError("locked")

    use.count(row.pk)
    monkeypatch.setattr(use, "keep", fail)
    use.flush()
    assert look(row) == 1


def test_a_buffer_stays_small_and_loses_nothing_between_threads() -> None:
    keys = [uuid.uuid4() for _ in range(7)]
    threads = [threading.Thread(target=lambda: [use.count(keys[n % 7]) for n in range(700)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(use._buffer.take().values()) == {400}
    for _ in range(use.BUFFERED + 50):
        use.count(uuid.uuid4())
    taken = use._buffer.take()
    assert len(taken) == use.BUFFERED + 1 and taken[Used(What.VIEW)] == 50  # these in the total alone


def test_a_share_is_beside_the_others_of_the_same_territory(home: Path) -> None:
    city, village = factories.body("Grande ville"), factories.body("Village")
    rows = {
        name: factories.dataset(name, body)
        for name, body in {"métro": city, "bus": city, "école": village, "puits": village, "mairie": village}.items()
    }
    for names, code in ((("métro", "bus"), "40192"), (("école", "puits", "mairie"), "40088")):
        place = Territory.objects.create(level="commune", code=code, name=code, sort_name=code)
        Dataset.objects.filter(pk__in=[rows[name].pk for name in names]).update(territory=place)
    use.keep(views({rows["métro"].pk: 100_000, rows["bus"].pk: 300, rows["école"].pk: 40, rows["puits"].pk: 2}), TODAY)
    shares = use.shares(TODAY)
    assert shares[rows["école"].pk] == shares[rows["métro"].pk] == 1.0
    assert 0 < shares[rows["puits"].pk] < shares[rows["bus"].pk] < 1
    assert rows["mairie"].pk not in shares
    assert use.shares(TODAY + use.WEIGHED) == {}


def test_shares_are_told_to_the_log_when_they_change_and_once_a_day(town: Organisation) -> None:
    row, other = factories.dataset("Arbres", town), factories.dataset("Bancs", town)
    use.keep(views({row.pk: 50, other.pk: 1}), TODAY)
    assert use.weigh(TODAY) == 2
    assert use.weigh(TODAY) == 0
    told = Change.objects.filter(kind=Change.Kind.DERIVED, fields=[use.USE])
    assert set(told.values_list("record", flat=True)) == {row.pk, other.pk}
    assert use.weigh(TODAY + timedelta(days=1)) == 0  # nothing changed
    use.keep(views({other.pk: 49}), TODAY + timedelta(days=1))
    assert use.weigh(TODAY + timedelta(days=2)) == 1
    assert use.weigh(TODAY + timedelta(days=200)) == 2  # long since looked at
    assert not DatasetUse.objects.exists()
    use.weigh(TODAY + timedelta(days=500))
    assert not DatasetViews.objects.exists()


def test_a_weighing_that_was_killed_is_made_again(town: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [factories.dataset(f"Jeu {number}", town) for number in range(3)]
    use.keep(views({row.pk: 9 for row in rows}), TODAY)
    monkeypatch.setattr(use, "BATCH", 1)
    write, done = use._write, []

    def killed(*given: Any) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(write(*given))

    monkeypatch.setattr(use, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        use.weigh(TODAY)
    monkeypatch.undo()
    assert use.weigh(TODAY) == 2
    assert DatasetUse.objects.count() == 3


def test_the_index_learns_it_and_scores_are_not_made_again(town: Organisation, searched: Path) -> None:
    row = factories.dataset("Arbres", town)
    factories.follow(ScoreReader())
    factories.bring_index_up_to_date()
    before = Score.objects.get(pk=row.pk).at
    use.keep(views({row.pk: 50}), TODAY)
    use.weigh(TODAY)
    factories.follow(ScoreReader())
    factories.bring_index_up_to_date()
    assert Score.objects.get(pk=row.pk).at == before
    now = Datasets().derived([str(row.pk)])[str(row.pk)]
    index = backend()
    index.refresh()
    [held] = index.held([str(row.pk)])
    assert held.stamp.endswith(f".{now}")
    [document] = Datasets().documents([str(row.pk)])
    assert document.use == 1.0
