"""What may tell of persons: for its body alone until it decides, then as it decided, for every version to come."""

from __future__ import annotations

import uuid
from pathlib import Path

import duckdb
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from catalogue.errors import Refused
from catalogue.models import Dataset, Organisation, Table, TableDecision, TableVersion
from catalogue.permissions import PUBLIC, audience_of
from catalogue.tables.taking import take
from catalogue.tabling import deciding, keeping, queue, table_for
from catalogue.tabling.queue import Arrived
from tests import factories

pytestmark = pytest.mark.django_db
# Invented persons. A column of mobile telephones beside names: no body publishes that without thinking.
BIRTHS = "nom;prenom;date_naissance;montant\nMARTIGNAC;Léonie;02/05/1961;10\nKERVELLA;Yann;12/11/1984;20\n"


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: Path) -> None:
    settings.BOUTURE_HOME = str(tmp_path)


@pytest.fixture
def town() -> Organisation:
    return factories.body()


@pytest.fixture
def found(town: Organisation) -> Dataset:
    return factories.dataset(owner=town)


@pytest.fixture
def table(found: Dataset) -> Table:
    return factories.table(found, BIRTHS, "agents.csv")


def names(table: Table, audience: object = PUBLIC) -> list[str] | None:
    opened = table_for(table.pk, audience)  # type: ignore[arg-type]
    return [column.name for column in opened.columns] if opened else None


def test_births_beside_names_are_for_the_body_alone(table: Table, town: Organisation, client: Client) -> None:
    assert [one["code"] for one in table.current.suspicions] == ["birth"]  # type: ignore[union-attr]
    assert names(table) is None
    assert names(table, audience_of(factories.person("reader", town))) is not None
    addresses = [reverse(name, args=[table.pk]) for name in ("original", "table_reading")]
    assert [client.get(address).status_code for address in addresses] == [403, 404]
    assert "Regarder dedans" not in client.get(table.dataset.get_absolute_url()).content.decode()


def test_what_is_for_the_body_alone_is_kept_by_no_shared_cache(
    table: Table, town: Organisation, client: Client
) -> None:
    client.force_login(factories.person("reader", town))
    for name in ("original", "rows", "table", "table_api", "table_reading"):
        answer = client.get(reverse(name, args=[table.pk]))
        b"".join(answer)
        assert (answer.status_code, "private" in answer["Cache-Control"]) == (200, True), name
    answer = client.get(reverse("table_preview", args=[table.pk]), {"partie": ""})
    assert "private" in answer["Cache-Control"]


def decide(table: Table, choice: str, author: object = None) -> None:
    assert table.current is not None
    [said] = table.current.suspicions
    who = author or factories.person("publisher", table.dataset.owner)
    deciding.decide(table.current, said["code"], said["columns"], choice, "Accord écrit.", who)  # type: ignore[arg-type]
    table.refresh_from_db()


def test_published_as_it_is_when_the_body_says_so(table: Table) -> None:
    decide(table, "publish")
    assert names(table) == ["nom", "prenom", "date_naissance", "montant"]
    decision = TableDecision.objects.get()
    assert (decision.choice, decision.reason, decision.version) == ("publish", "Accord écrit.", 1)
    assert decision.author is not None


def test_a_dropped_column_is_in_no_version_and_the_original_is_for_the_body(
    table: Table, found: Dataset, town: Organisation, client: Client
) -> None:
    decide(table, "drop")
    assert names(table) is None  # not before it was read again
    table = factories.table(found, BIRTHS + "LE GOFF;Anaïs;01/01/1990;30\n", "agents.csv")
    assert names(table) == ["montant"]
    assert "MARTIGNAC" not in str(Table.objects.values().get()) + str(table.versions.values().first())
    refused = client.get(reverse("original", args=[table.pk]))
    assert refused.status_code == 403
    assert reverse("rows_as", args=[table.pk, "csv"]) in refused.content.decode()
    client.force_login(factories.person("publisher", town))
    answer = client.get(reverse("original", args=[table.pk]))
    assert b"LE GOFF" in b"".join(answer)
    assert "private" in answer["Cache-Control"]


def cells(home: Path) -> bytes:
    """All that lies on the disk of the rows, as text: what DuckDB reads of each Parquet file."""
    store = duckdb.connect()
    rows = [store.sql(f"from '{path}'").fetchall() for path in (home / "tables").rglob(keeping.ROWS)]
    return repr(rows).encode()


def test_the_rows_of_before_a_remedy_leave_the_disk_and_the_originals_stay(
    table: Table, found: Dataset, tmp_path: Path
) -> None:
    decide(table, "publish")
    table = factories.table(found, BIRTHS + "LE GOFF;Anaïs;01/01/1990;30\n", "agents.csv")
    assert b"MARTIGNAC" in cells(tmp_path)
    decide(table, "drop")
    assert names(table) is None  # what all could see a moment ago
    assert len(list((tmp_path / "tables").rglob(keeping.ROWS))) == 1
    factories.table(found, BIRTHS, "agents.csv")
    assert b"MARTIGNAC" not in cells(tmp_path)
    assert "MARTIGNAC" not in str(list(TableVersion.objects.values()))
    assert len(list((tmp_path / "tables").rglob(keeping.ORIGINAL))) == 3
    assert {version.room for version in TableVersion.objects.all()} == {
        keeping.weigh(keeping.folder_of(version)) for version in TableVersion.objects.all()
    }


def test_a_remedy_decided_while_the_file_is_read_is_not_outrun_by_its_rows(table: Table) -> None:
    decide(table, "publish")
    order = deciding.order_of(table)
    assert table.current is not None
    decide(table, "mask")
    with keeping.arriving(table.pk) as folder:
        keeping.lend(keeping.original_of(table.current), folder / keeping.ORIGINAL)
        taken = take(folder / keeping.ORIGINAL, folder, order)
        arrived = Arrived(table.current.checksum, table.current.size, "agents.csv")
        version = queue.accepted(table, folder, arrived, taken, order)
    assert version is not None
    assert version.withheld


def test_what_was_decided_and_taken_back_before_it_was_read_is_shown_again(table: Table) -> None:
    decide(table, "publish")
    decide(table, "drop")
    decide(table, "publish")
    queue.unchanged(table)
    assert names(table) == ["nom", "prenom", "date_naissance", "montant"]


def test_of_a_remedied_deposit_all_are_given_the_rows(table: Table, found: Dataset, client: Client) -> None:
    decide(table, "drop")
    Table.objects.update(deposit=uuid.uuid4())
    factories.table(found, BIRTHS, "agents.csv")
    page = client.get(found.get_absolute_url()).content.decode()
    assert f'href="{reverse("rows_as", args=[table.pk, "csv"])}"' in page


def test_another_decision_takes_the_place_of_the_first(table: Table) -> None:
    decide(table, "publish")
    decide(table, "withhold")
    assert names(table) is None
    assert TableDecision.objects.count() == 2


def test_a_new_column_that_tells_of_persons_waits_again(table: Table, found: Dataset) -> None:
    decide(table, "publish")
    more = "nom;prenom;naissance;date_naissance\nMARTIGNAC;Léonie;02/05/1961;02/05/1961\nKERVELLA;Yann;12/11/1984;12/11/1984\n"
    table = factories.table(found, more, "agents.csv")
    assert names(table) is None


@pytest.mark.parametrize(
    ("code", "columns", "choice"), [("nir", ["nom"], "drop"), ("birth", ["nom"], "drop"), ("", [], "publish")]
)
def test_what_is_not_suspected_is_not_decided(table: Table, code: str, columns: list[str], choice: str) -> None:
    assert table.current is not None
    with pytest.raises(Refused, match="a changé entre-temps"):
        deciding.decide(table.current, code, columns, choice, "", factories.person())


def test_the_page_takes_decisions_of_who_publishes(table: Table, town: Organisation, client: Client) -> None:
    address = reverse("table_reading", args=[table.pk])
    [said] = table.current.suspicions  # type: ignore[union-attr]
    sent = {"geste": "decider", "soupcon": said["code"], "colonne": said["columns"], "decision": "publish"}
    client.force_login(factories.person("reader", town))
    assert client.get(address).status_code == 200
    assert client.post(address, sent).status_code == 403
    client.force_login(factories.person("publisher", town))
    assert "Décidez" not in client.get(address).content.decode()
    for wrong in ({"geste": "x"}, {"decision": "aggregate-all"}, {"colonne": "nom"}):
        answer = client.post(address, sent | wrong)
        assert answer.status_code == 422
        assert "Rien n’a été changé" in answer.content.decode()
    assert client.post(address, sent).status_code == 302
    assert "publier tel quel" in client.get(address).content.decode()
    assert names(table) is not None


def test_a_file_is_read_again_as_who_publishes_says(table: Table, town: Organisation, client: Client) -> None:
    client.force_login(factories.person("publisher", town))
    said = {"geste": "relire", "separateur": ";", "encodage": "rot13", "entete": "99999999999", "feuille": "A"}
    assert client.post(reverse("table_reading", args=[table.pk]), said).status_code == 302
    table.refresh_from_db()
    assert table.options == {"separator": ";", "sheet": "A"}
    assert table.next_at is not None
