"""Following the feed of another instance: what it tells happens here, once, whatever the order and the accidents."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyoxigraph as ox
import pytest
from django.utils import timezone

from catalogue.models import Change, Dataset
from harvesters.models import HarvestRun, PeerFeed, PeerObject
from harvesters.peers import ledger
from tests.harvesting.feeds import AS, BEGINNING, Home, Told, dataset, moment
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db
Follow = Callable[..., HarvestRun]


@pytest.fixture
def home(server: Server) -> Home:
    return Home(server)


def shown() -> dict[str, str]:
    """Address -> title of what is published."""
    return {row.uri: row.title["fr"] for row in Dataset.objects.published()}


@pytest.mark.parametrize("format", [ox.RdfFormat.TRIG, ox.RdfFormat.JSON_LD])
def test_datasets_come_change_and_go_with_their_home(home: Home, follow: Follow, format: ox.RdfFormat) -> None:
    home.format = format
    for name in range(10):
        home.dataset(name)
    home.publish()
    run = follow()
    assert (run.status, run.created, run.source.kind, run.messages) == ("done", 10, "peer", [])
    assert shown() == {home.uri(name): f"Jeu {name}" for name in range(10)}
    assert all((row.harvested, row.replicated) == (True, True) for row in Dataset.objects.all())
    assert Dataset.objects.get(uri=home.uri(3)).distributions.get().uri == f"{home.uri(3)}/csv"

    home.dataset(3, "Collecte des déchets", verb="Update")
    home.delete(4)
    home.publish()
    run = follow()
    assert (run.status, run.created, run.updated, run.withdrawn) == ("done", 0, 1, 1)
    assert shown()[home.uri(3)] == "Collecte des déchets"
    assert home.uri(4) not in shown()

    home.dataset(4, "Revenu", verb="Create")
    home.publish()
    assert follow().updated == 1
    assert shown()[home.uri(4)] == "Revenu"
    assert PeerFeed.objects.get().newest == home.every[-1].published


def test_a_second_run_asks_only_for_what_may_be_new(home: Home, follow: Follow) -> None:
    for name in range(20):
        home.dataset(name)
    home.publish()
    follow()
    assert [status for _, status in home.answered] == [200] * 6
    home.answered.clear()
    run = follow()
    assert home.answered == [("/flux/", 304), ("/flux/5", 304)]
    assert (run.status, run.found, run.created, run.updated) == ("done", 0, 0, 0)
    home.answered.clear()
    home.dataset(20)
    home.publish()
    assert follow().created == 1
    assert home.answered == [("/flux/", 200), ("/flux/5", 304), ("/flux/6", 200)]


def test_pages_without_bounds_are_all_asked_for_with_their_validators(home: Home, follow: Follow) -> None:
    home.bounds = False
    for name in range(9):
        home.dataset(name)
    home.publish()
    assert follow().created == 9
    home.answered.clear()
    follow()
    assert [status for _, status in home.answered] == [304] * 4


@pytest.mark.parametrize("at", range(7))
def test_killed_anywhere_it_goes_on_where_it_stopped(home: Home, follow: Follow, at: int) -> None:
    """`at`: of the beats of a run, one before each page and each batch; the process dies there."""
    for name in range(10):
        home.dataset(name)
    home.publish()
    follow()
    for name in range(5):
        home.delete(name)
    for name in range(5, 15):
        home.dataset(name, f"Jeu {name} revu", verb="Update")
    home.publish()
    beats = iter(range(at))

    def die(run: HarvestRun) -> None:
        if next(beats, None) is None:
            raise KeyboardInterrupt

    for _ in range(2):
        with contextlib.suppress(KeyboardInterrupt):
            follow(progress=die, max_withdrawn=1)
    run = follow(max_withdrawn=1)
    assert run.status == "done", run.messages
    assert shown() == {home.uri(name): f"Jeu {name} revu" for name in range(5, 15)}
    lines = Change.objects.count()
    assert Change.objects.filter(verb="create").count() == 15 + 1  # and the body that holds them
    assert Change.objects.filter(verb="withdraw").count() == 5
    follow()
    assert Change.objects.count() == lines
    assert not PeerObject.objects.filter(due=True).exists()


def test_what_is_older_or_told_again_has_no_effect(home: Home, follow: Follow) -> None:
    first, second = home.dataset(1, "Avant"), home.dataset(1, "Après", verb="Update")
    home.write("/flux/a", [second])
    home.write("/flux/b", [second, first])
    home.write("/flux/c", [second])
    home.pages["/flux/"] = home.node("/flux/", [(f"/flux/{name}", first.published, None) for name in "abc"])
    home.write_root()
    run = follow()
    assert (run.created, run.updated, shown()) == (1, 0, {home.uri(1): "Après"})
    lines = Change.objects.count()
    home.write("/flux/d", [first])
    home.pages["/flux/"] = home.node("/flux/", [(f"/flux/{name}", first.published, None) for name in "abcd"])
    run = follow()
    assert (run.status, run.updated, Change.objects.count()) == ("done", 0, lines)
    assert any("plus anciennes" in message for message in run.messages)


def test_a_deleted_object_stays_so_whatever_older_word_comes_after(home: Home, follow: Follow) -> None:
    made, gone = home.dataset(1), home.delete(1)
    home.write("/flux/a", [gone])
    home.pages["/flux/"] = home.node("/flux/", [("/flux/a", made.published, None)])
    home.write_root()
    assert follow().status == "done"
    home.write("/flux/b", [made])
    home.pages["/flux/"] = home.node("/flux/", [("/flux/a", made.published, None), ("/flux/b", made.published, None)])
    run = follow()
    assert (run.status, run.created, shown()) == ("done", 0, {})


class TestBadPages:
    """Refused by name, told to the administrator, nothing lost; the rest of the feed is followed."""

    @pytest.fixture(autouse=True)
    def followed(self, home: Home, follow: Follow) -> None:
        for name in range(8):
            home.dataset(name)
        home.publish()
        assert follow().created == 8
        home.dataset(8)
        home.dataset(0, "Premier revu", verb="Update")

    def mended(self, home: Home, follow: Follow) -> None:
        home.turned = lambda path, body: body
        home.publish()
        run = follow()
        assert run.status == "done", run.messages
        assert shown() == {home.uri(name): f"Jeu {name}" for name in range(1, 9)} | {home.uri(0): "Premier revu"}

    def test_a_page_cut_in_half(self, home: Home, follow: Follow) -> None:
        home.publish()
        home.turned = lambda path, body: body[: len(body) // 2] if path == "/flux/3" else body
        run = follow()
        assert (run.status, run.created, len(shown())) == ("failed", 0, 8)
        assert "/flux/3" in run.messages[0]
        self.mended(home, follow)

    def test_a_page_that_does_not_answer(self, home: Home, follow: Follow) -> None:
        home.publish()
        del home.pages["/flux/3"]
        assert (follow().status, len(shown())) == ("failed", 8)
        self.mended(home, follow)

    def test_a_root_that_went_back(self, home: Home, follow: Follow) -> None:
        home.publish(home.every[:5])
        run = follow()
        assert (run.status, run.withdrawn, len(shown())) == ("failed", 0, 8)
        assert "revenue en arrière" in run.messages[0]
        self.mended(home, follow)

    def test_everything_withdrawn_waits_for_somebody(self, home: Home, follow: Follow) -> None:
        for name in range(8):
            home.delete(name)
        home.publish()
        run = follow()
        assert (run.status, run.withdrawn, run.created, len(shown())) == ("stopped", 0, 1, 9)
        assert "8 jeux de données sur 9" in run.messages[-1]
        assert follow().status == "stopped"
        run = follow(max_withdrawn=1)
        assert (run.status, run.withdrawn, list(shown())) == ("done", 8, [home.uri(8)])

    def test_a_loop_of_pages(self, home: Home, follow: Follow) -> None:
        home.publish()
        home.pages["/flux/3"] += home.node("/flux/3", [("/flux/", BEGINNING, None), ("/flux/3", BEGINNING, None)])
        self.mended(home, follow)

    def test_a_page_elsewhere_is_not_followed(self, home: Home, follow: Follow) -> None:
        home.publish()
        relation = home.node("/flux/", [("/flux/3", BEGINNING, None)])
        home.pages["/flux/"] += relation.replace(b"127.0.0.1", b"ailleurs.example")
        run = follow()
        assert (run.status, run.created) == ("failed", 1)
        assert "ailleurs.example" in run.messages[0]
        self.mended(home, follow)

    def test_members_that_cannot_be_believed_are_set_aside_by_name(self, home: Home, follow: Follow) -> None:
        last = home.every[-1].published
        uri = home.uri
        home.every += [
            Told("https://ville.example/flux/a/51", uri(51), "Create", last, dataset(uri(99), "Un autre")),
            Told("https://ville.example/flux/a/52", uri(52), "Create", last, f'<{uri(52)}> dct:title "Sans sorte" .'),
            Told(
                "https://ville.example/flux/a/53", uri(1), "Update", last, f'<{uri(1)}> a foaf:Agent ; foaf:name "X" .'
            ),
            Told("https://ville.example/flux/a/54", uri(54), "Create", last, ""),
        ]
        home.publish()
        home.pages["/flux/3"] = (
            home.pages["/flux/3"]
            + f"<https://ville.example/flux/a/55> <{AS}object> _:b ; <{AS}published> {moment(last)} .\n".encode()
            + f"<https://ville.example/flux/a/56> <{AS}object> <{uri(56)}> .\n".encode()
            + f"<https://ville.example/flux/a/57> <{AS}object> <{uri(57)}>, <{uri(58)}> ; <{AS}published> {moment(last)} .\n".encode()
        )
        run = follow()
        assert (run.status, run.created, run.updated, run.quarantined) == ("partial", 1, 1, 7), run.messages
        for number in range(51, 58):
            assert any(f"/flux/a/{number} »" in message for message in run.messages), number
        assert follow().quarantined == 7
        del home.every[10:]
        self.mended(home, follow)

    def test_an_activity_without_a_type_is_believed(self, home: Home, follow: Follow) -> None:
        home.dataset(2, "Sans type", verb="")
        home.publish()
        follow()
        assert shown()[home.uri(2)] == "Sans type"


@pytest.mark.parametrize("minutes", [-9, 9])
def test_a_clock_some_minutes_off_is_tolerated_and_said(home: Home, follow: Follow, minutes: int) -> None:
    home.dataset(1, "Avant")
    home.every[0] = replace(home.every[0], published=timezone.now() + timedelta(minutes=minutes))
    home.publish()
    run = follow()
    assert (run.status, run.created) == ("done", 1)
    assert any("avance" in message for message in run.messages) is (minutes > 0)
    home.dataset(1, "Après", verb="Update")
    home.every[1] = replace(home.every[1], published=home.every[0].published + timedelta(seconds=5))
    home.publish()
    follow()
    assert shown() == {home.uri(1): "Après"}


def test_an_activity_of_tomorrow_waits_for_its_day_and_closes_no_door(
    home: Home, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.dataset(1)
    tomorrow = timezone.now() + timedelta(days=1)
    home.every.append(replace(home.dataset(2), published=tomorrow))
    del home.every[1]
    home.publish()
    for _ in range(7):
        run = follow()
        assert (run.status, list(shown())) == ("partial", [home.uri(1)])
    assert "que notre horloge n’a pas encore atteint" in run.messages[0]
    monkeypatch.setattr(ledger.timezone, "now", lambda: tomorrow)
    assert follow().created == 1


def test_an_object_of_another_home_is_left_to_it(home: Home, follow: Follow, server: Server) -> None:
    other = Home(server, path="/autre/", space="https://autre.example")
    other.dataset(1, "Chez elle")
    other.publish()
    assert follow("/autre/").created == 1
    home.every.append(replace(home.dataset(2), object=other.uri(1), payload=dataset(other.uri(1), "Usurpée")))
    del home.every[0]
    home.publish()
    follow()
    assert shown() == {other.uri(1): "Chez elle"}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(home: Home, follow: Follow) -> None:
    for name in range(6):
        home.dataset(name)
    home.publish()
    run = follow(dry=True)
    assert (run.created, Dataset.objects.count(), PeerObject.objects.count()) == (6, 0, 0)
    follow()
    home.dataset(1, "Revu", verb="Update")
    home.delete(2)
    home.publish()
    lines = Change.objects.count()
    run = follow(dry=True)
    assert (run.updated, run.withdrawn) == (1, 1)
    assert (Change.objects.count(), PeerObject.objects.filter(due=True).count()) == (lines, 0)
    run = follow()
    assert (run.updated, run.withdrawn) == (1, 1)
