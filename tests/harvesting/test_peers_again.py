"""A home that was restored from a backup, and is read again in full because somebody asked for it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Dataset
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers.again import AGAIN, read_again
from harvesters.peers.models import PeerFeed
from harvesters.registry import home_body
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db
Follow = Callable[..., HarvestRun]


@pytest.fixture
def source(server: Server) -> HarvestSource:
    return HarvestSource.objects.create(key=server.url("/flux/"), owner=home_body())


@pytest.fixture
def follow(source: HarvestSource, make_client: Callable[..., Client]) -> Follow:
    def go(**options: Any) -> HarvestRun:
        source.refresh_from_db()
        return harvest(source, make_client(Limits(read=5, total=20, delay=0, retries=0)), **options)

    return go


@pytest.fixture
def restored(server: Server, follow: Follow) -> Home:
    """Ten records; then one changes and two are new; then the home goes back to the ten, and goes on with another."""
    home = Home(server)
    for name in range(10):
        home.dataset(name)
    backup = list(home.every)
    home.dataset(3, "Revu", verb="Update")
    home.dataset("neuf")
    home.dataset("autre")
    home.publish()
    assert follow().created == 12
    home.every = backup
    home.publish()
    return home


def titles() -> dict[str, str]:
    return {row.uri.rpartition("/")[2]: row.title["fr"] for row in Dataset.objects.published()}


def test_nothing_changes_until_somebody_says_so(restored: Home, follow: Follow) -> None:
    run = follow()
    assert (run.status, len(titles())) == ("failed", 12)
    assert "--again" in run.messages[0]


def test_then_each_word_is_believed_and_what_is_not_told_goes(
    restored: Home, follow: Follow, source: HarvestSource
) -> None:
    follow()
    read_again(source)
    assert len(titles()) == 12
    run = follow()
    assert (run.status, run.updated, run.withdrawn, run.created) == ("done", 1, 2, 0)
    assert titles() == {str(name): f"Jeu {name}" for name in range(10)}
    restored.dataset("neuf", "Refait")
    restored.publish()
    assert follow().status == "done"
    assert titles()["neuf"] == "Refait"


@pytest.mark.parametrize("at", range(1, 4))
def test_killed_meanwhile_the_next_run_ends_it(restored: Home, follow: Follow, source: HarvestSource, at: int) -> None:
    read_again(source)
    beats = iter(range(at))

    def die(run: HarvestRun) -> None:
        if next(beats, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        follow(progress=die)
    run = follow()
    assert (run.status, titles()) == ("done", {str(name): f"Jeu {name}" for name in range(10)})
    assert PeerFeed.objects.get().reading != AGAIN


def test_a_page_that_cannot_be_read_withdraws_nothing(restored: Home, follow: Follow, source: HarvestSource) -> None:
    read_again(source)
    restored.cut = "/flux/2"
    assert (follow().status, len(titles())) == ("failed", 12)
    restored.cut = ""
    run = follow()
    assert (run.status, run.withdrawn) == ("done", 2)


def test_more_than_the_share_waits(restored: Home, follow: Follow, source: HarvestSource) -> None:
    read_again(source)
    restored.every = restored.every[:4]
    restored.publish()
    assert (follow().status, len(titles())) == ("stopped", 12)
    assert (follow(max_withdrawn=1).status, len(titles())) == ("done", 4)


def test_the_command(server: Server, restored: Home, source: HarvestSource) -> None:
    call_command("harvest", source.key, "--again", "--json")
    assert len(titles()) == 10
    for wrong in ([source.key, "--again", "--dry-run"], ["--due", "--again"]):
        with pytest.raises(CommandError, match="--again") as refused:
            call_command("harvest", *wrong)
        assert refused.value.returncode == 2
    HarvestSource.objects.filter(pk=source.pk).update(kind="dcat")
    with pytest.raises(CommandError, match="n’est pas une instance suivie"):
        call_command("harvest", source.key, "--again")
