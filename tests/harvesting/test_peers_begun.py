"""The first reading of a feed from one document that holds all of it, then the pages from where it stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalogue import keys
from catalogue.feeding.sealing import sealed
from catalogue.models import Dataset
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers import beginning
from harvesters.peers.ledger import Ledger
from harvesters.peers.models import PeerFeed, PeerPage
from harvesters.registry import home_body
from tests.harvesting.feeds import Home, dataset
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db
Follow = Callable[..., HarvestRun]
WHOLE = "/flux/dump.trig"


@pytest.fixture
def home(server: Server) -> Home:
    found = Home(server)
    for name in range(12):
        found.dataset(name)
    found.publish()
    found.offer(WHOLE)
    return found


@pytest.fixture
def follow(server: Server, make_client: Callable[..., Client]) -> Follow:
    def go(**options: Any) -> HarvestRun:
        source, _ = HarvestSource.objects.get_or_create(key=server.url("/flux/"), defaults={"owner": home_body()})
        return harvest(source, make_client(Limits(read=5, total=20, delay=0, retries=0)), **options)

    return go


def titles() -> dict[str, str]:
    return {row.uri.rpartition("/")[2]: row.title["fr"] for row in Dataset.objects.published()}


def asked(home: Home) -> list[str]:
    return [path for path, _ in home.answered]


def test_all_of_it_comes_from_one_document_then_only_what_is_new(home: Home, follow: Follow) -> None:
    run = follow()
    assert (run.status, run.created, len(run.messages)) == ("done", 12, 1)
    assert "en un seul document" in run.messages[0]
    # The pages that end before the document does are not asked for; the last one has no end.
    assert asked(home) == ["/flux/", WHOLE, "/flux/", "/flux/3"]
    assert PeerFeed.objects.get().read_until == home.every[-1].published

    home.dataset(3, "Revu", verb="Update")
    home.delete(4)
    home.publish()
    home.offer(WHOLE)
    run = follow()
    assert (run.status, run.created, run.updated, run.withdrawn, run.messages) == ("done", 0, 1, 1, [])
    assert WHOLE not in asked(home)[4:]
    assert (titles()["3"], "4" in titles()) == ("Revu", False)


@pytest.mark.parametrize("minutes", [1, 30])
def test_what_happened_since_the_document_was_made_is_not_lost(home: Home, follow: Follow, minutes: int) -> None:
    """The document is older than the tail, even when the latter is of the same minute."""
    older = home.pages[WHOLE]
    home.tell(5, "Update", dataset(home.uri(5), "Revu"), after=timedelta(minutes=minutes))
    home.delete(6)
    home.publish()
    home.offer(WHOLE)
    home.pages[WHOLE] = older
    assert follow().status == "done"
    assert (titles()["5"], len(titles())) == ("Revu", 11)


@pytest.mark.parametrize("cut", ["half", "last line", "one byte", "nothing"])
def test_a_document_that_is_not_whole_is_not_read_and_the_pages_are(home: Home, follow: Follow, cut: str) -> None:
    said = home.pages[WHOLE]
    at = len(said) // 2
    home.pages[WHOLE] = {
        "half": said[:at],
        "last line": said[: said.rindex(b"\n# ") + 1],
        "one byte": said.replace(b"Jeu 3", b"Jeu 8"),
        "nothing": b"",
    }[cut]
    run = follow()
    assert (run.status, run.created, titles()["3"]) == ("done", 12, "Jeu 3")
    assert "est coupé" in run.messages[0]
    assert asked(home).count("/flux/1") == 1


def pinned(home: Home, public: str) -> None:
    """A key of the instance is known, and its pages are not signed."""
    source = HarvestSource.objects.create(key=home.server.url("/flux/"), owner=home_body())
    key = {"kid": keys.thumbprint(public), "x": public}
    PeerFeed.objects.create(source=source, signed=PeerFeed.Signed.UNSIGNED, keys=[key])


def test_a_document_signed_by_a_key_that_is_not_the_peer_s_is_not_read(home: Home, follow: Follow) -> None:
    pinned(home, keys.encoded(bytes(32)))
    run = follow()
    assert (run.status, run.created) == ("done", 12)
    assert "n’est pas signé d’une clé que nous connaissons" in run.messages[0]


def test_a_document_signed_by_the_peer_s_key_is_read(home: Home, follow: Follow) -> None:
    pinned(home, keys.current().public)
    assert "en un seul document" in follow().messages[0]


def test_a_document_elsewhere_is_not_asked_for(home: Home, follow: Follow) -> None:
    home.publish()
    home.offer("https://ailleurs.example/dump.trig", made=False)
    run = follow()
    assert (run.status, run.created) == ("done", 12)
    assert "hors de l’instance" in run.messages[0]


def test_a_document_that_does_not_answer_costs_nothing(home: Home, follow: Follow, server: Server) -> None:
    del server.replies[WHOLE]
    run = follow()
    assert (run.status, run.created) == ("done", 12)
    assert "les pages l’ont été à sa place" in run.messages[0]


def test_killed_in_the_middle_of_it_the_next_run_begins_again(
    home: Home, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell, told = Ledger.tell, []

    def killed(self: Ledger, page: Any) -> Any:
        told.append(page)
        if len(told) == 3:
            raise KeyboardInterrupt
        return tell(self, page)

    monkeypatch.setattr(Ledger, "tell", killed)
    with pytest.raises(KeyboardInterrupt):
        follow()
    assert not PeerPage.objects.exists()
    assert PeerFeed.objects.filter(read_until__isnull=False).count() == 0
    monkeypatch.setattr(Ledger, "tell", tell)
    run = follow()
    assert (run.status, run.created) == ("done", 12)
    assert asked(home)[-4:] == ["/flux/", WHOLE, "/flux/", "/flux/3"]


def test_something_in_it_that_cannot_be_believed_has_every_page_asked_for(home: Home, follow: Follow) -> None:
    home.tell("x", "Create", "<https://ville.example/id/autre> a dcat:Dataset .")
    home.publish()
    home.offer(WHOLE)
    run = follow()
    assert (run.created, asked(home).count("/flux/1")) == (12, 1)
    assert PeerPage.objects.filter(tries=1).count() == 1


def test_a_dry_run_reads_pages_and_keeps_nothing(home: Home, follow: Follow) -> None:
    assert follow(dry=True).created == 12
    assert (WHOLE in asked(home), PeerFeed.objects.exists()) == (False, False)


def test_it_is_read_by_parts(home: Home, tmp_path: Any) -> None:
    path = tmp_path / "dump.trig"
    path.write_bytes(home.pages[WHOLE])
    found = list(beginning.parts(path, "https://ville.example/flux/dump.trig"))
    assert [len(part.activities) for part in found] == [2] * 6
    assert all(not part.faults for part in found)


def test_the_line_tells_every_byte_before_it(tmp_path: Any) -> None:
    path = tmp_path / "dump.trig"
    path.write_bytes(b"".join(sealed([b"a", b"", b"b"], "2026-03-01T08:00:00Z")))
    seal = beginning.seal_of(path)
    assert seal
    assert (seal.position, seal.keyid) == ("2026-03-01T08:00:00Z", keys.current().kid)
    assert seal.by(keys.current().public)
    assert not seal.by(keys.encoded(bytes(32)))
    moved = path.read_bytes().replace(b"08:00:00", b"09:00:00")
    path.write_bytes(moved)
    seal = beginning.seal_of(path)
    assert seal
    assert not seal.by(keys.current().public)
