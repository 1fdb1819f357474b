"""What is counted of searches: numbers alone, words only once enough was asked, nothing that looks personal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue.models import SearchDay, SearchTally, SearchTotal
from catalogue.search import tallies
from catalogue.search.personal import countable, same
from catalogue.search.tallies import Buffer, Counted, Counts
from tests import factories
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def counting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, and written only when a test says so."""
    settings.BOUTURE_SEARCH_COUNTS = True
    monkeypatch.setattr(tallies, "_buffer", Buffer(lambda: None, every=0))


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def keep(text: str, times: int, on: date, unfound: int = 0) -> None:
    tallies.keep(Counts(Counted(times, unfound), {text: Counted(times, unfound)} if text else {}), on)


def kept() -> dict[str, tuple[int, int]]:
    return {row.text: (row.times, row.missed) for row in tallies.questions(day(-400))}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Poubelles", "poubelles"),
        ("  Collecte des  déchets ? ", "collecte des déchets"),
        ("budget 2024", "budget 2024"),
        ("code postal 40100", "code postal 40100"),
        ("l’eau à saint-vincent", "l’eau à saint-vincent"),
        ("jeanne.martin@exemple.fr", ""),
        ("https://exemple.fr/moi", ""),
        ("06 12 34 56 78", ""),
        ("appeler 0612345678", ""),
        ("né le 31/05/1974", ""),
        ("1 85 05 78 006 084 36", ""),
        ("12 bis rue des Lilas", ""),
        ("12, avenue Foch", ""),
        ("Madame Martin", ""),
        ("m. martin permis", ""),
        ("AB-123-CD", ""),
        ("un deux trois quatre cinq six sept", ""),
        ("x" * 61, ""),
        ("?!", ""),
        ("", ""),
    ],
)
def test_what_looks_like_somebody_s_own_is_not_counted(text: str, counted: str) -> None:
    assert countable(text) == counted


def test_two_spellings_are_one_question() -> None:
    assert same("collecte des déchets") == same("Collecte des Dechets")


def test_words_are_kept_only_once_enough_was_asked_on_several_days() -> None:
    keep("dechets verts", tallies.TIMES * 3, day(0))
    assert kept() == {}
    assert list(SearchTally.objects.values_list("text", flat=True)) == [""]
    keep("déchets verts", 1, day(1), unfound=1)
    assert kept() == {"déchets verts": (1, 1)}
    for number in (2, 3):
        keep("piscine", 1, day(number))
    assert "piscine" not in kept()


def test_a_digest_does_not_say_its_words(settings: Settings) -> None:
    keep("piscine", 1, day(0))
    digest = SearchTally.objects.get().digest
    settings.SECRET_KEY = "another" * 10
    assert tallies._digest("piscine") != digest


def test_all_is_forgotten_in_time() -> None:
    keep("piscine", 5, day(0))
    keep("piscine", 5, day(1))
    keep("jamais plus", 1, day(1))
    keep("", 1, day(1 + tallies.WAITING.days + 1))
    assert SearchTally.objects.count() == 1
    assert kept()
    keep("", 1, day(1 + tallies.KEPT.days + 1))
    assert not SearchTally.objects.exists()
    assert not SearchDay.objects.exists()
    assert SearchTotal.objects.count() == 2


def test_a_buffer_loses_nothing_between_threads_and_stays_small() -> None:
    buffer = Buffer(lambda: None, every=0)
    threads = [Thread(target=lambda: [buffer.add(f"q{n % 7}", found=n % 2 == 0) for n in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = buffer.take()
    assert (counts.total.asked, counts.total.unfound) == (2000, 1000)
    assert sum(each.asked for each in counts.questions.values()) == 2000
    for number in range(tallies.BUFFERED * 3):
        buffer.add(f"question {number}", found=True)
    counts = buffer.take()
    assert len(counts.questions) == tallies.BUFFERED
    assert counts.total.asked == tallies.BUFFERED * 3
    assert buffer.take() == Counts()


def test_what_was_counted_is_due_once_a_while_after() -> None:
    due, calls = Event(), []

    def write() -> None:
        calls.append(buffer.take().total.asked)
        due.set()

    buffer = Buffer(write, every=0.05)
    for _ in range(3):
        buffer.add("piscine", found=True)
    assert due.wait(5)
    assert calls == [3]


def test_a_base_that_cannot_be_written_loses_counts_and_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise DatabaseError("locked")

    tallies.count("piscine", found=True)
    monkeypatch.setattr(tallies, "keep", fail)
    tallies.flush()
    monkeypatch.undo()
    assert not SearchTotal.objects.exists()


@pytest.fixture
def portal(home: Path) -> Callable[[str, Any], int]:
    """Asks the search page, as somebody; gives how many searches were counted of it."""
    factories.dataset("Arbres remarquables")
    factories.dataset("Projet secret", private=True)
    factories.bring_index_up_to_date()

    def ask(query: str, user: Any = None) -> int:
        client = Client()
        if user:
            client.force_login(user)
        assert client.get(f"/jeux-de-donnees/?{query}").status_code == 200
        return tallies._buffer.take().total.asked

    return ask


def test_only_what_strangers_ask_in_words_counts(portal: Callable[..., int]) -> None:
    assert portal("q=arbres") == 1
    for query in ("", "q=arbres&page=2", "q=arbres&format=CSV", "q=arbres&depuis=2024", "q=arbres&suite=abc"):
        assert portal(query) == 0
    for user in (factories.person(), factories.person(is_superuser=True)):
        assert portal("q=projet+secret", user) == 0


def test_a_search_writes_nothing_and_is_counted_once_a_while(
    portal: Callable[..., int], django_assert_num_queries: DjangoAssertNumQueries, client: Client
) -> None:
    client.get("/jeux-de-donnees/?q=arbres")
    client.get("/jeux-de-donnees/?q=licornes")
    assert not SearchTotal.objects.exists()
    tallies.flush()
    total = SearchTotal.objects.get()
    assert (total.day, total.asked, total.unfound) == (timezone.localdate(), 2, 1)
    with django_assert_num_queries(0):
        tallies.flush()


def test_who_sees_the_page(home: Path, client: Client, settings: Settings) -> None:
    keep("licornes", 5, timezone.localdate() - timedelta(days=1), unfound=5)
    keep("licornes", 5, timezone.localdate(), unfound=5)
    keep("arbres", 5, timezone.localdate() - timedelta(days=1))
    keep("arbres", 5, timezone.localdate())
    link = 'href="/recherches/"'
    assert client.get("/recherches/").status_code == 302
    assert link not in client.get("/").content.decode()
    client.force_login(factories.person("administrator", factories.body()))
    assert client.get("/recherches/").status_code == 403
    settings.BOUTURE_SEARCH_COUNTS_PUBLIC = True
    page = said(client.get("/recherches/"))
    assert "licornes" in page
    assert "arbres" not in page
    assert link in Client().get("/").content.decode()
    client.force_login(factories.person(is_superuser=True))
    page = said(client.get("/recherches/?jours=30"))
    assert "licornes" in page
    assert "arbres" in page
    assert said(client.get("/recherches/?jours=<b>")).count("<b aria-current") == 1


def test_the_command_writes_csv_and_forgets() -> None:
    keep("=somme", 5, timezone.localdate() - timedelta(days=1), unfound=2)
    keep("=somme", 5, timezone.localdate(), unfound=1)
    out = io.StringIO()
    call_command("searches", stdout=out)
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[1][:3] == ["'=somme", "5", "1"]
    call_command("searches", forget="=somme", stdout=out)
    assert kept() == {}
    with pytest.raises(CommandError, match="pas une question"):
        call_command("searches", forget="=somme", stdout=out)
    with pytest.raises(CommandError, match="365"):
        call_command("searches", days=4000, stdout=out)
