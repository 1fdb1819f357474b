"""The promises of every kind of source, over a real server. What a kind cannot do wrong, it does not list."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.models import Change, Dataset
from harvesters.base import Fetched
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from harvesters.options import Paged
from harvesters.paging import walk
from harvesters.registry import find_or_make
from harvesters.sources import KINDS
from tests.harvesting.servers import Asked, Server, reply
from tests.harvesting.towns import TOWNS, Record, Town, records

pytestmark = pytest.mark.django_db
MALICES = sorted((kind, malice) for kind, town in TOWNS.items() for malice in town.malices)
SEVERAL = [kind for kind, town in TOWNS.items() if not town.single]
COUNT = 8  # records: three pages of three, the last one short


def test_every_kind_keeps_the_promises() -> None:
    # One that tells what changed keeps others: `test_peers.py`.
    assert set(TOWNS) == {kind for kind, source in KINDS.items() if not source.tells_changes} == set(KINDS) - {"peer"}


@pytest.fixture
def settle(server: Server, tmp_path: Path) -> Callable[[str], Town]:
    return lambda kind: TOWNS[kind](server, tmp_path)


@pytest.fixture
def run(make_client: Callable[..., Client]) -> Callable[[Town], HarvestRun]:
    def go(town: Town) -> HarvestRun:
        kind = town.kind if town.named else ""
        return harvest(find_or_make(town.address, kind=kind, options=town.options), make_client())

    return go


Settle, Run = Callable[[str], Town], Callable[[Town], HarvestRun]


def counts(run: HarvestRun) -> tuple[str, int, int, int, int]:
    return run.status, run.found, run.created, run.updated, run.withdrawn


@pytest.mark.parametrize("kind", TOWNS)
class TestPromises:
    def test_the_first_run_creates_the_second_writes_nothing(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        count = 1 if town.single else COUNT
        town.publish(records(count))
        first = run(town)
        assert counts(first) == ("done", count, count, 0, 0), first.messages
        assert {row.title[""] for row in Dataset.objects.published()} == {town.titled(f"Jeu {n}") for n in range(count)}
        lines, rows = Change.objects.count(), list(HarvestRecord.objects.order_by("pk").values())
        second = run(town)
        assert counts(second) == ("done", count, 0, 0, 0), second.messages
        assert (Change.objects.count(), list(HarvestRecord.objects.order_by("pk").values())) == (lines, rows)

    def test_the_answer_tells_the_kind(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish(records(COUNT))
        run(town)
        assert HarvestSource.objects.get().kind == kind
        # Any document could be a file: none is taken for one unless somebody says so.
        assert not (town.named and KINDS[kind].recognises("code;nom\n40192;Jeu\n", town.address))

    def test_one_record_changed_is_one_update(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        count, at = (1, 0) if town.single else (COUNT, 4)
        town.publish(records(count))
        run(town)
        was = Dataset.objects.get(title={"": town.titled(f"Jeu {at}")})
        town.publish([Record(at, "Jeu changé") if one.number == at else one for one in records(count)])
        assert counts(run(town)) == ("done", count, 0, 1, 0)
        assert Dataset.objects.get(title={"": town.titled("Jeu changé")}).pk == was.pk

    def test_what_nobody_knows_is_kept_as_it_was_said(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish(records(1))
        run(town)
        row = Dataset.objects.get()
        assert ("gardé" in row.said) is town.knows_rest
        assert "gardé" not in row.repaired

    def test_private_addresses_are_no_public_links(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish([Record(1, "Jeu", file="http://10.0.0.4/jeu.csv", page="http://catalogue.intranet/jeu")])
        first = run(town)
        assert first.created == 1, first.messages
        row = Dataset.objects.get()
        assert "10.0.0.4" in row.said
        assert not [word for word in ("10.0.0.4", "intranet", "file:") if word in row.repaired]

    def test_memory_holds_a_page_and_no_more(
        self, kind: str, settle: Settle, make_client: Callable[..., Client]
    ) -> None:
        town = settle(kind)
        if not issubclass(KINDS[kind].options_type, Paged) and kind != "dcat":
            town.publish(records(COUNT))  # in one document, read in a stream or within the limit of one answer
            return
        town.publish(records(60, description="x" * 50_000))
        client = make_client()
        source = KINDS[kind](town.address, "", KINDS[kind].options_type.read(town.options))

        def peak() -> int:
            tracemalloc.start()
            try:
                pages = walk(source, lambda url: Fetched(url, client.fetch(url)))
                assert sum(bool(found.title) for page in pages for found in page.records) == 60
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        # All that was said takes 3 MB of text alone. The town's own server is counted when it is late: then once more.
        assert any(peak() < 2_500_000 for _ in range(3))


@pytest.mark.parametrize("kind", SEVERAL)
class TestPromisesOfSeveral:
    """What a source keeps that gives more than one dataset."""

    def test_one_bad_record_is_set_aside(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish([*records(4), Record(4, "", broken=True), *[Record(n, f"Jeu {n}") for n in range(5, COUNT)]])
        first = run(town)
        assert (first.status, first.created, first.quarantined) == ("partial", COUNT - 1, 1), first.messages
        again = run(town)
        assert (again.created, again.updated, again.unchanged, again.quarantined) == (0, 0, COUNT - 1, 1)

    def test_identities_hold_when_pages_move(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish(records(COUNT))
        run(town)
        were = {row.title[""]: row.pk for row in Dataset.objects.all()}
        town.publish([Record(100, "Un nouveau"), *reversed(records(COUNT))])
        moved = run(town)
        assert counts(moved) == ("done", COUNT + 1, 1, 0, 0), moved.messages
        assert {row.title[""]: row.pk for row in Dataset.objects.exclude(title={"": "Un nouveau"})} == were

    def test_what_is_gone_is_withdrawn(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish(records(COUNT))
        run(town)
        town.publish(records(COUNT - 1))
        assert counts(run(town)) == ("done", COUNT - 1, 0, 0, 1)


@pytest.mark.parametrize(("kind", "malice"), MALICES)
def test_malice_is_refused_by_name_and_withdraws_nothing(kind: str, malice: str, settle: Settle, run: Run) -> None:
    town = settle(kind)
    town.publish(records(COUNT))
    assert run(town).status == "done"
    were = set(Dataset.objects.published().values_list("pk", flat=True))
    town.publish([Record(0, "Jeu zéro"), *records(COUNT)[1:]], malice)
    failed = run(town)
    assert (failed.status, failed.complete, failed.withdrawn) == ("failed", False, 0)
    assert failed.messages
    assert not any("défaut du logiciel" in message for message in failed.messages)
    assert set(Dataset.objects.published().values_list("pk", flat=True)) == were
    town.publish(records(COUNT))
    healed = run(town)
    assert healed.status == "done", healed.messages


@pytest.mark.parametrize("kind", [kind for kind, town in TOWNS.items() if "total-high" in town.malices])
@pytest.mark.parametrize("malice", ["total-low", "total-high"])
def test_a_source_that_counts_badly_can_be_taken_as_it_is(kind: str, malice: str, settle: Settle, run: Run) -> None:
    town = settle(kind)
    town.options["trust_total"] = False
    town.publish(records(COUNT), malice)
    assert counts(run(town)) == ("done", COUNT, COUNT, 0, 0)
    town.publish(records(COUNT - 1), malice)
    assert counts(run(town)) == ("done", COUNT - 1, 0, 0, 1)


@pytest.mark.parametrize("kind", [kind for kind, town in TOWNS.items() if "loop" in town.malices])
class TestAListThatMoves:
    """Pages shift while they are read: a record comes twice, another never, and the total is right."""

    def test_what_it_hid_is_withdrawn_only_when_the_next_run_misses_it_too(
        self, kind: str, settle: Settle, run: Run
    ) -> None:
        town = settle(kind)
        town.publish(records(COUNT))
        run(town)
        town.publish([*records(COUNT - 1), records(1)[0]])
        moved = run(town)
        assert (moved.status, moved.complete, moved.withdrawn) == ("done", True, 0), moved.messages
        assert any("a bougé" in message and "prochaine moisson" in message for message in moved.messages)
        assert Dataset.objects.published().count() == COUNT
        town.publish(records(COUNT))
        assert counts(run(town)) == ("done", COUNT, 0, 0, 0)
        # Back for good, so that another run has to miss it twice again. One that always repeats blocks nothing for ever.
        town.publish([*records(COUNT - 1), records(1)[0]])
        assert run(town).withdrawn == 0
        town.publish([*records(COUNT - 1), records(2)[1]])
        assert run(town).withdrawn == 1

    def test_on_a_page_that_is_read_and_one_that_did_not_change(self, kind: str, settle: Settle, run: Run) -> None:
        town = settle(kind)
        town.publish(records(COUNT))
        run(town)
        town.publish([records(COUNT)[-1], *records(COUNT)[1:]])
        moved = run(town)
        assert (moved.complete, moved.withdrawn) == (True, 0), moved.messages
        assert Dataset.objects.published().count() == COUNT


ORDERS = {"ckan": "sort=id+asc", "udata": "sort=created", "opendatasoft": "order_by=dataset_id", "arcgis": "sort=name"}


@pytest.mark.parametrize("kind", ORDERS)
def test_an_order_that_holds_is_asked_for_on_every_page(kind: str, settle: Settle, run: Run) -> None:
    town = settle(kind)
    town.publish(records(COUNT))
    assert run(town).status == "done"
    pages = [one.path for one in town.server.asked if "=3" in one.path]
    assert len(pages) == 3
    assert all(ORDERS[kind] in page for page in pages)


@pytest.mark.parametrize("kind", [kind for kind in ORDERS if kind != "ckan"])
def test_an_interface_that_does_not_know_the_order_is_asked_without(kind: str, settle: Settle, run: Run) -> None:
    town = settle(kind)
    town.publish(records(COUNT))
    path = town.path  # type: ignore[attr-defined]
    answer = town.server.replies[path]
    town.server.replies[path] = lambda asked: reply(status=400) if ORDERS[kind] in asked.path else answer(asked)  # type: ignore[operator]
    first = run(town)
    assert counts(first) == ("done", COUNT, COUNT, 0, 0), first.messages
    assert sum(ORDERS[kind] in one.path for one in town.server.asked) == 1
    town.server.replies[path] = reply(status=400)
    failed = run(town)
    assert (failed.status, failed.withdrawn) == ("failed", 0)
    assert "HTTP 400" in failed.messages[0]


@pytest.mark.parametrize("unchanged", [False, True], ids=["read", "same-bytes"])
@pytest.mark.parametrize("kind", [kind for kind, town in TOWNS.items() if "total-high" in town.malices])
def test_a_record_taken_back_while_pages_are_read_hides_another(
    kind: str, unchanged: bool, settle: Settle, run: Run
) -> None:
    """Each total is right when it is given, and nothing comes twice: the total alone tells, from one page to the next."""
    town = settle(kind)
    town.publish(records(COUNT))
    run(town)
    path = town.path  # type: ignore[attr-defined]
    if not unchanged:
        town.publish([Record(0, "Jeu zéro"), *records(COUNT)[1:]])
    before = town.server.replies[path]
    town.publish([one for one in records(COUNT) if one.number != 1])
    after = town.server.replies[path]
    asked: list[str] = []

    def moving(one: Asked) -> bytes:
        answer = after if any(each != one.path and "dcat%23core" not in each for each in asked) else before
        asked.append(one.path)
        return answer(one)  # type: ignore[operator, no-any-return]

    town.server.replies[path] = moving
    moved = run(town)
    assert (moved.status, moved.found, moved.withdrawn) == ("done", COUNT - 1, 0), moved.messages
    assert any("a changé pendant la lecture" in message for message in moved.messages)
    town.server.replies[path] = after
    assert run(town).withdrawn == 1
    assert not Dataset.objects.published().filter(title={"": "Jeu 1"}).exists()


@pytest.mark.parametrize("kind", [kind for kind, town in TOWNS.items() if "total-high" in town.malices])
def test_a_last_page_that_is_full(kind: str, settle: Settle, run: Run) -> None:
    town = settle(kind)
    town.publish(records(2 * town.size))
    assert counts(run(town)) == ("done", 2 * town.size, 2 * town.size, 0, 0)
