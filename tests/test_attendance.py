"""What is taken and asked is counted by day without anything of who did, and told month by month on a page and in a file."""

from __future__ import annotations

import csv
import importlib
import io
import uuid
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import use, used
from catalogue.accounts import tokens
from catalogue.buffering import Buffer
from catalogue.models import Dataset, DatasetViews, SearchTotal, Table, UseTotal
from catalogue.tabling.depositing import deposit
from catalogue.use import Used, What
from portal.counting import COUNTED
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples, everything, remember
from tests.photographs import photographed
from tests.test_access import get_resolver, names
from tests.test_use import FIREFOX

pytestmark = pytest.mark.django_db
PAGE, FILE = "/frequentation/", "/frequentation.csv"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture(autouse=True)
def counting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, and written only when a test says so."""
    settings.BOUTURE_USE_COUNTS = settings.BOUTURE_SEARCH_COUNTS = True
    monkeypatch.setattr(use, "_buffer", Buffer(Counter, lambda: None, every=0))


@pytest.fixture
def samples(db: None, home: Path) -> Samples:
    return photographed(everything)


def asked(address: str, browser: str = FIREFOX, client: Client | None = None, **headers: str) -> Counter[Used]:
    answer = (client or Client()).get(address, headers={"User-Agent": browser, **headers})
    b"".join(answer)  # type: ignore[arg-type]
    return use._buffer.take()


def test_every_address_that_counts_exists() -> None:
    assert set(COUNTED) <= set(names(get_resolver().url_patterns))


@pytest.mark.parametrize(
    ("address", "what", "of"),
    [
        ("/api/tables/{table}/rows", What.CALL, "table"),
        ("/api/tables/{table}", What.CALL, "table"),
        ("/api/tables/{table}/rows.csv", What.DOWNLOAD, "table"),
        ("/id/{dataset}.ttl", What.CALL, "dataset"),
        ("/api/datasets/{dataset}", What.CALL, "dataset"),
        ("/api/search?q=bornes", What.CALL, ""),
        ("/catalogue/tout.csv", What.DOWNLOAD, ""),
        ("/documents-principaux.csv", What.DOWNLOAD, ""),
        ("/jeux-de-donnees/{dataset}/", What.VIEW, "dataset"),
    ],
)
def test_each_is_counted_once_as_what_it_is(samples: Samples, address: str, what: What, of: str) -> None:
    keys = {"table": samples.table.pk, "dataset": samples.rich.pk, "": None}
    assert asked(address.format(**keys)) == Counter({Used(what, of, keys[of]): 1})


def test_a_deposited_file_counts_for_its_dataset(home: Path) -> None:
    found = factories.dataset("Arbres", factories.body("Ville"), distribution=[])
    table = Table.objects.get(pk=deposit(found, [b"nom;age\na;1\n"], "arbres.csv"))
    seen = Counter({Used(What.DOWNLOAD, "deposit", table.deposit): 2, Used(What.CALL, "table", table.pk): 1})
    use.keep(seen, date(2026, 11, 3))
    row = DatasetViews.objects.get(dataset=found)
    assert (row.views, row.downloads, row.calls) == (0, 2, 1)


@pytest.mark.parametrize("browser", ["curl/8.5.0", "python-requests/2.32", "", FIREFOX])
def test_programs_take_files_and_ask_the_api(samples: Samples, browser: str) -> None:
    assert asked(f"/api/tables/{samples.table.pk}/rows", browser).total() == 1


@pytest.mark.parametrize(
    ("browser", "headers"),
    [
        (GOOGLE, {}),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", {}),
        ("SomeCrawler/1.0", {}),
        (FIREFOX, {"DNT": "1"}),
        (FIREFOX, {"Sec-GPC": "1"}),
        (FIREFOX, {"Sec-Purpose": "prefetch"}),
    ],
)
def test_robots_and_who_asks_to_be_left_out_do_not_count(
    samples: Samples, browser: str, headers: dict[str, str]
) -> None:
    assert not asked(f"/api/tables/{samples.table.pk}/rows", browser, **headers)


def test_what_was_not_sent_does_not_count(samples: Samples, settings: Settings) -> None:
    address = f"/api/tables/{samples.table.pk}/rows"
    tag = Client().get(address)["ETag"]
    use._buffer.take()
    assert not asked(address, **{"If-None-Match": tag})  # they have it already
    assert not asked(f"{address}?page=x&inconnu=1")
    assert not asked(f"/api/tables/{uuid.uuid4()}/rows")
    Client().head(address, headers={"User-Agent": FIREFOX})
    assert not use._buffer.take()
    member = Client()
    member.force_login(samples.member)
    assert not asked(address, client=member)
    settings.BOUTURE_USE_COUNTS = False
    assert not asked(address)


def test_a_program_with_a_token_does_not_count(samples: Samples) -> None:
    text = tokens.make(samples.member, "essai", 30, publishes=False)[1]
    assert not asked(f"/api/tables/{samples.table.pk}/rows", "curl/8.5.0", Authorization=f"Bearer {text}")


def test_counting_does_not_make_an_answer_one_readers_own(samples: Samples) -> None:
    answer = Client().get("/catalogue/tout.csv", headers={"User-Agent": FIREFOX})
    assert use._buffer.take().total() == 1 and "Cookie" not in answer.get("Vary", "")


def test_nothing_of_who_asked_is_held(samples: Samples) -> None:
    [held] = asked(f"/api/tables/{samples.table.pk}/rows")
    assert held == (What.CALL, "table", samples.table.pk)
    assert {field.name for field in DatasetViews._meta.fields} == {"id", "dataset", "day", *What}
    assert {field.name for field in UseTotal._meta.fields} == {"id", "day", *What}


def test_days_add_up_and_the_total_is_their_sum(home: Path) -> None:
    town = factories.body("Ville")
    rows = [factories.dataset(f"Jeu {number}", town) for number in range(3)]
    private = factories.dataset("Secret", town, private=True)
    first = Counter({Used(what, "dataset", row.pk): 2 for what in What for row in rows})
    gone = Counter({Used(What.CALL, "table", uuid.uuid4()): 9, Used(What.VIEW, "dataset", private.pk): 9})
    use.keep(first + gone, date(2026, 11, 3))
    use.keep(first + Counter({Used(What.CALL): 5}), date(2026, 11, 3))
    use.keep(first, date(2026, 11, 4))
    assert list(UseTotal.objects.order_by("day").values_list(*What)) == [(12, 12, 17), (6, 6, 6)]
    assert DatasetViews.objects.filter(day=date(2026, 11, 3)).values_list(*What).distinct().get() == (4, 4, 4)
    assert not DatasetViews.objects.filter(dataset=private).exists()


def test_a_buffer_that_is_full_still_counts_the_total(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "BUFFERED", 2)
    town = factories.body("Ville")
    rows = [factories.dataset(f"Jeu {number}", town) for number in range(4)]
    for row in rows * 3:
        use.count(row.pk)
    use.flush()
    assert UseTotal.objects.get().views == 12 and DatasetViews.objects.count() == 2


def test_totals_of_before_there_were_totals_are_made(home: Path) -> None:
    town, day = factories.body("Ville"), date(2026, 10, 1)
    for name in ("Arbres", "Bancs"):
        DatasetViews.objects.create(dataset=factories.dataset(name, town), day=day, views=7)
    importlib.import_module("catalogue.migrations.0055_use_totals").fill(apps, None)
    assert list(UseTotal.objects.values_list("day", "views")) == [(day, 14)]


def month(ago: int = 0) -> date:
    found = timezone.localdate().replace(day=1)
    for _ in range(ago):
        found = used.before(found)
    return found


def test_a_month_tells_what_was_used_and_what_most(samples: Samples) -> None:
    seen = Counter({Used(What.VIEW, "dataset", samples.rich.pk): 1_234, Used(What.VIEW, "dataset", samples.poor.pk): 5})
    seen += Counter({Used(What.DOWNLOAD, "table", samples.table.pk): 17, Used(What.CALL): 321})
    use.keep(seen, month())
    use.keep(Counter({Used(What.VIEW, "dataset", samples.poor.pk): 77}), month(1))
    SearchTotal.objects.all().delete()
    SearchTotal.objects.create(day=month(), asked=60, unfound=11)
    page = said(Client().get(PAGE))
    for text in ("1 239", "77 le mois d’avant", ">17<", ">321<", ">60<", ">11<", "Le mois est en cours"):
        assert text in page
    assert page.index(samples.rich.label) < page.index(samples.poor.label[:60])
    older = said(Client().get(f"{PAGE}?mois={month(1):%Y-%m}"))
    assert samples.rich.label not in older and ">77<" in older and "en cours" not in older


def test_the_file_of_a_month_has_all_its_datasets(samples: Samples) -> None:
    use.keep(Counter({Used(What.VIEW, "dataset", samples.hostile.pk): 2, Used(What.CALL): 9}), month())
    use.keep(Counter({Used(What.DOWNLOAD, "dataset", samples.rich.pk): 3}), month())
    answer = Client().get(FILE)
    lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))  # type: ignore[attr-defined]
    told = {line["jeu_de_donnees"]: (line["lectures"], line["telechargements"], line["appels"]) for line in lines}
    assert told == {samples.hostile.label: ("2", "0", "0"), samples.rich.label: ("0", "3", "0")}
    assert {line["mois"] for line in lines} == {f"{month():%Y-%m}"}
    assert Client().head(FILE).status_code == 200


def test_what_is_hidden_leaves_at_once_and_totals_stay(samples: Samples) -> None:
    use.keep(Counter({Used(What.VIEW, "dataset", samples.rich.pk): 40}), month())
    Dataset.objects.filter(pk=samples.rich.pk).update(private=True)
    client = Client()
    client.force_login(samples.member)
    for address in (PAGE, FILE):
        assert samples.rich.label not in b"".join(client.get(address)).decode()
    assert ">40<" in said(Client().get(PAGE))


@pytest.mark.parametrize(
    "text", ["hier", "2026", "2026-13", "2026-00", "2999-01", "0001-01", "2026-1", "%00", "2026-W1", "x" * 5_000]
)
def test_what_is_no_month_is_told_and_the_current_one_shown(text: str) -> None:
    answer = Client().get(f"{PAGE}?mois={text}")
    assert answer.status_code == 400 and "Un mois s’écrit 2026-11" in said(answer)
    assert Client().get(f"{FILE}?mois={text}").status_code == 400


def test_a_portal_that_counts_nothing_says_so(settings: Settings) -> None:
    assert "Rien n’a été compté ce mois-là" in said(Client().get(PAGE))
    assert Client().get(f"{PAGE}?mois=2020-01").status_code == 200
    settings.BOUTURE_USE_COUNTS = settings.BOUTURE_SEARCH_COUNTS = False
    assert "Rien n’est compté sur ce portail" in said(Client().get(PAGE))


def test_months_follow_each_other_over_the_years() -> None:
    assert (used.before(date(2026, 1, 31)), used.after(date(2025, 12, 31))) == (date(2025, 12, 1), date(2026, 1, 1))
    firsts = [one.first for one in used.months(date(2026, 2, 10), 13)]
    assert firsts[0] == date(2026, 2, 1) and firsts[-1] == date(2025, 2, 1) and len(set(firsts)) == 13


def test_days_at_the_edges_of_a_month_are_of_their_month(home: Path) -> None:
    row = factories.dataset("Arbres", factories.body("Ville"))
    for day in (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)):
        use.keep(Counter({Used(What.VIEW, "dataset", row.pk): 1}), day)
    assert [one.views for one in used.months(date(2026, 12, 1), 3)] == [1, 2, 1]
    assert [one.views for one in used.every(date(2026, 11, 1))] == [2]


def test_the_page_asks_four_questions_however_many_were_read(
    samples: Samples, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    use.keep(Counter({Used(What.VIEW, "dataset", row.pk): 3 for row in Dataset.objects.all()}), month())
    use.keep(Counter({Used(What.VIEW, "dataset", samples.rich.pk): 3}), month() - timedelta(days=40))
    Client().get(PAGE)
    remember()
    with django_assert_max_num_queries(4):
        Client().get(PAGE)
