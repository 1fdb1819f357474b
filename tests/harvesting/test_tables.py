"""Files fetched from elsewhere and read: what changed, what did not, what cannot be read, who waits for whom."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue.models import Change, Dataset, Table
from catalogue.permissions import PUBLIC
from catalogue.tables.contract import Type
from catalogue.tabling import deciding, keeping, queue, table_for
from catalogue.tabling.depositing import deposit, deposit_again
from harvesters import tables
from harvesters.http import Client
from harvesters.tables import read_tables
from tests import factories
from tests.harvesting.conftest import HURRY
from tests.harvesting.servers import Server, reply
from tests.tables.test_following import follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Make = Callable[..., Client]
TREES = "num;espece;hauteur\n01;Tilleul;12,5\n02;Hêtre;8,0\n".encode()


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: Path) -> None:
    settings.BOUTURE_HOME = str(tmp_path)
    settings.BOUTURE_TABLES = "all"


@pytest.fixture
def found(server: Server) -> Dataset:
    server.replies["/arbres.csv"] = reply(TREES, content_type="text/csv", ETag='"1"')
    address = server.url("/arbres.csv")
    return factories.dataset(distribution=[{"access_url": [address], "download_url": [address]}])


@pytest.fixture
def read(make_client: Make) -> Callable[..., int]:
    """A round of one lane; whatever was asked is due now."""

    def a_round(*, large: bool = False) -> int:
        follow()
        Table.objects.filter(left_at=None).update(next_at=timezone.now())
        return read_tables(large=large, asking=make_client())

    return a_round


def kept(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in (home / "tables").rglob("*") if path.is_file())


def test_a_file_from_elsewhere_becomes_rows(found: Dataset, read: Callable[..., int]) -> None:
    assert read() == 1
    table = Table.objects.get()
    opened = table_for(table.pk, PUBLIC)
    assert opened is not None
    assert (opened.rows, [column.type for column in opened.columns]) == (2, [Type.TEXT, Type.TEXT, Type.DECIMAL])
    assert keeping.original_of(opened.said).read_bytes() == TREES
    assert opened.path.is_file()
    told = Change.objects.filter(kind=Change.Kind.DERIVED, record=found.pk).latest("number")
    assert told.fields == [deciding.FIELD]
    assert (table.holder, table.state, table.next_at is not None) == ("", Table.State.READY, True)


def test_what_did_not_change_is_not_read_again(found: Dataset, server: Server, read: Callable[..., int]) -> None:
    read()
    server.replies["/arbres.csv"] = reply(status=304)
    read()
    assert server.asked[-1].headers.get("if-none-match") == '"1"'
    server.replies["/arbres.csv"] = reply(TREES, content_type="text/csv", ETag='"2"')
    read()
    table = Table.objects.get()
    assert (table.versions.count(), table.etag) == (1, '"2"')


@pytest.mark.parametrize("answer", [reply(status=304), reply(TREES, content_type="text/csv")], ids=["304", "again"])
def test_what_did_not_change_is_read_anew_when_it_is_to_be_read_otherwise(
    found: Dataset, server: Server, read: Callable[..., int], answer: bytes
) -> None:
    people = b"nom;naissance;montant\nMARTIGNAC;02/05/1961;10\nKERVELLA;12/11/1984;20\n"
    server.replies["/arbres.csv"] = reply(people, content_type="text/csv", ETag='"1"')
    read()
    table = Table.objects.get()
    assert table.current is not None
    [said] = table.current.suspicions
    deciding.decide(table.current, said["code"], said["columns"], "drop", "", factories.person())
    server.replies["/arbres.csv"] = answer if answer.startswith(b"HTTP/1.1 304") else reply(people, ETag='"1"')
    read()
    opened = table_for(table.pk, PUBLIC)
    assert opened is not None
    assert ([column.name for column in opened.columns], opened.version) == (["montant"], "2")
    read()
    assert Table.objects.get().versions.count() == 2


def test_a_new_version_takes_the_place_and_old_ones_go(
    found: Dataset, server: Server, read: Callable[..., int], tmp_path: Path
) -> None:
    for number in range(keeping.KEPT + 2):
        server.replies["/arbres.csv"] = reply(TREES + f"0{number};If;{number},0\n".encode(), content_type="text/csv")
        read()
    table = Table.objects.get()
    assert [version.number for version in table.versions.all()] == [5, 4, 3]
    assert len(kept(tmp_path)) == 2 * keeping.KEPT
    opened = table_for(table.pk, PUBLIC)
    assert opened is not None
    assert opened.version == "5"


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (reply(b"%PDF-1.7 \x00\x01\x02" * 50, content_type="text/csv"), Table.State.REFUSED, ""),
        (reply(b"", content_type="text/csv"), Table.State.REFUSED, ""),
        (reply(status=404), Table.State.REFUSED, "404"),
        (reply(status=403), Table.State.REFUSED, "autorisation"),
        (reply(status=503), Table.State.LATER, ""),
    ],
)
def test_what_cannot_be_read_is_told_and_the_version_before_stays(
    found: Dataset,
    server: Server,
    read: Callable[..., int],
    tmp_path: Path,
    answer: bytes,
    state: Table.State,
    said: str,
) -> None:
    read()
    before = kept(tmp_path)
    server.replies["/arbres.csv"] = answer
    read()
    table = Table.objects.get()
    assert (table.state, table.failures) == (state, 1)
    assert said in table.reason
    assert table.next_at is not None
    assert table.next_at > timezone.now()
    opened = table_for(table.pk, PUBLIC)
    assert opened is not None
    assert opened.rows == 2
    assert kept(tmp_path) == before


def test_a_large_file_goes_by_the_other_lane_and_holds_nobody_up(
    found: Dataset, server: Server, read: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SMALL", 50)
    Table.objects.all().delete()
    follow()
    table = Table.objects.get()
    queue.too_large(table, 51)
    assert queue.next_due(large=False) is None
    assert (one := queue.next_due(large=True)) is not None
    assert one.pk == table.pk
    assert queue.next_due(large=True) is None  # held


def test_one_whose_size_nobody_said_is_found_out_to_be_large(
    found: Dataset, server: Server, make_client: Make, settings: Settings
) -> None:
    follow()
    table = queue.next_due(large=False)
    assert table is not None
    with queue.held(table):
        tables.read_one(table, make_client(replace(HURRY, max_bytes=10)), large=False)
    assert queue.next_due(large=False) is None
    assert queue.next_due(large=True) == table


def test_a_file_larger_than_this_instance_takes_is_refused(found: Dataset, make_client: Make) -> None:
    follow()
    table = queue.next_due(large=False)
    assert table is not None
    with queue.held(table):
        tables.read_one(table, make_client(replace(HURRY, max_bytes=10)), large=True)
    assert "taille permise" in Table.objects.get().reason


def test_a_body_without_room_is_told(
    found: Dataset, read: Callable[..., int], settings: Settings, tmp_path: Path
) -> None:
    settings.BOUTURE_TABLES_QUOTA = 0
    read()
    assert "rempli la place" in Table.objects.get().reason
    assert kept(tmp_path) == []


def test_a_lease_that_ran_out_is_taken_over(found: Dataset) -> None:
    follow()
    assert queue.next_due(large=False) is not None
    assert queue.next_due(large=False) is None
    Table.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert queue.next_due(large=False) is not None


def test_asked_anew_while_it_was_read_it_is_due_again(found: Dataset) -> None:
    follow()
    table = queue.next_due(large=False)
    assert table is not None
    hour = timezone.now() + timedelta(seconds=1)
    Table.objects.update(next_at=hour)
    queue.unchanged(table)
    assert Table.objects.get().next_at == hour


def test_the_command_tells_what_is_read_and_what_is_not(
    found: Dataset, server: Server, read: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    server.replies["/vide.csv"] = reply(b"", content_type="text/csv")
    address = server.url("/vide.csv")
    factories.dataset(distribution=[{"access_url": [address], "download_url": [address]}])
    read()
    call_command("tables", "--refused", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["ready"], told["refused"], told["rows"], told["due"], told["withheld"]) == (1, 1, 2, 0, 0)
    [refused] = told["refused_tables"]
    assert (refused["name"], refused["reason"] != "") == ("vide.csv", True)
    call_command("tables", "--again", "--refused")
    out = capsys.readouterr().out
    assert "Tables lues : 1 (2 lignes" in out
    assert "À lire maintenant : 1." in out
    assert f"vide.csv ({address})" in out


def test_a_remedy_waits_for_no_server_that_is_away(
    read: Callable[..., int], found: Dataset, server: Server, tmp_path: Path
) -> None:
    births = b"nom;prenom;date_naissance;montant\nMARTIGNAC;Leonie;02/05/1961;10\nKERVELLA;Yann;12/11/1984;20\n"
    server.replies["/arbres.csv"] = reply(births, content_type="text/csv")
    read()
    table = Table.objects.get()
    assert table.current is not None
    [said] = table.current.suspicions
    agent = factories.person("publisher", table.dataset.owner)
    deciding.decide(table.current, said["code"], said["columns"], "drop", "", agent)
    server.replies["/arbres.csv"] = reply(b"", status=503)
    read()
    opened = table_for(table.pk, PUBLIC)
    assert opened is not None
    assert [column.name for column in opened.columns] == ["montant"]
    read()
    table.refresh_from_db()
    assert table.state == Table.State.LATER


def test_a_deposit_is_read_then_lies_in_its_version_alone(read: Callable[..., int], tmp_path: Path) -> None:
    found = factories.dataset(distribution=[])
    deposit(found, [TREES], "arbres.csv")
    read()
    table = Table.objects.get()
    assert table.state == Table.State.READY
    assert [path.rsplit("/", 1)[-1] for path in kept(tmp_path)] == [keeping.ORIGINAL, keeping.ROWS]
    deposit_again(table, [TREES + b"03;If;1,0\n"], "arbres.csv")
    read()
    opened = table_for(table.pk, PUBLIC)
    assert opened is not None
    assert (opened.rows, opened.version) == (3, "2")


def test_a_deposit_that_cannot_be_read_is_still_there(read: Callable[..., int], tmp_path: Path) -> None:
    found = factories.dataset(distribution=[])
    deposit(found, [b"\x00\x01\x02"], "arbres.csv")
    read()
    table = Table.objects.get()
    assert table.state == Table.State.REFUSED
    assert table.deposit is not None
    assert keeping.deposit_of(table.deposit).read_bytes() == b"\x00\x01\x02"
