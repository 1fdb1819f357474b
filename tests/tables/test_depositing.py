"""Files that are deposited here: kept byte for byte, given to their dataset, downloaded by whoever may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from catalogue import publishing
from catalogue.errors import Refused
from catalogue.models import Dataset, Organisation, Table, TableDecision, User
from catalogue.publishing import Draft
from catalogue.tabling import coming, deciding, keeping
from catalogue.tabling.depositing import deposit, deposit_again
from catalogue.tabling.tabular import deposit_address
from tests import factories
from tests.tables.test_following import follow

pytestmark = pytest.mark.django_db
BYTES = "num;nom\r\n01;Tilleul\r\n".encode("utf-16")


@pytest.fixture
def town() -> Organisation:
    return factories.body()


@pytest.fixture
def found(town: Organisation) -> Dataset:
    return factories.dataset(owner=town, distribution=[])


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: Path) -> None:
    settings.BOUTURE_HOME = str(tmp_path)
    settings.BOUTURE_TABLES = "all"


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "tables").rglob("*") if path.is_file())


def status_for(client: Client, table: Table, who: User | None = None) -> int:
    """Of a download, by anybody or by this person."""
    if who:
        client.force_login(who)
    else:
        client.logout()
    answer = client.get(reverse("deposit", args=[table.deposit]))
    b"".join(answer)
    assert answer.status_code != 403 or "no-store" in answer["Cache-Control"]
    return int(answer.status_code)


def test_it_is_given_to_the_record_and_is_for_its_body_alone_until_it_is_read(
    found: Dataset, town: Organisation, client: Client
) -> None:
    key = deposit(found, [BYTES[:5], BYTES[5:]], "Arbres d’alignement.csv", "Arbres")
    [file] = found.distributions.all()
    table = Table.objects.due().get()
    assert (file.pk, file.title, file.byte_size) == (key, {"fr": "Arbres"}, len(BYTES))
    assert file.download_url == [deposit_address(table.deposit)]  # type: ignore[arg-type]
    for who in (None, factories.person(), factories.person("publisher", factories.body())):
        assert status_for(client, table, who) == 403
    assert "en cours de lecture" in client.get(reverse("deposit", args=[table.deposit])).content.decode()
    assert client.get(reverse("table_reading", args=[key])).status_code == 404
    for who in (factories.person("reader", town), factories.person(is_superuser=True)):
        assert status_for(client, table, who) == 200
    answer = client.get(reverse("deposit", args=[table.deposit]))
    assert b"".join(answer) == BYTES
    assert "Arbres%20d%E2%80%99alignement.csv" in answer["Content-Disposition"]
    assert "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]
    again = client.get(reverse("deposit", args=[table.deposit]), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_its_dataset_says_that_it_is_being_read_and_gives_no_address(
    found: Dataset, town: Organisation, client: Client
) -> None:
    deposit(found, [BYTES], "arbres.csv")
    page = client.get(found.get_absolute_url()).content.decode()
    assert "En cours de lecture" in page
    assert "/fichiers/" not in page
    client.force_login(factories.person("publisher", town))
    page = client.get(found.get_absolute_url()).content.decode()
    assert "pour votre organisme seul" in page
    assert "/fichiers/" in page


@pytest.fixture
def unread(found: Dataset) -> Table:
    """A deposit that could not be read."""
    deposit(found, [BYTES], "courrier.pdf")
    Table.objects.update(state=Table.State.REFUSED, reason="Un PDF n’est pas une table.")
    return Table.objects.get()


def test_what_cannot_be_read_is_for_all_when_its_body_says_so_and_as_long_as_it_does(
    unread: Table, town: Organisation, client: Client
) -> None:
    agent = factories.person("publisher", town)
    address = reverse("table_reading", args=[unread.pk])
    assert status_for(client, unread) == 403
    client.force_login(agent)
    assert "Publier tel quel" in client.get(address).content.decode()
    for choice, status in (("publish", 200), ("withhold", 403), ("publish", 200)):
        client.force_login(agent)
        assert client.post(address, {"geste": "publier", "decision": choice, "pourquoi": "Ne nomme personne."})
        assert client.get(address).status_code == 200
        assert status_for(client, unread) == status
    decisions = TableDecision.objects.values_list("code", "version", "choice", "author", "reason")
    assert list(decisions[:2]) == [
        (TableDecision.UNREAD, 0, choice, agent.pk, "Ne nomme personne.") for choice in ("publish", "withhold")
    ]
    assert "/fichiers/" in client.get(unread.dataset.get_absolute_url()).content.decode()


def test_what_was_said_of_some_bytes_is_not_said_of_those_that_take_their_place(
    unread: Table, town: Organisation, client: Client
) -> None:
    deciding.publish_unread(unread, "publish", "", factories.person("publisher", town))
    assert status_for(client, unread) == 200
    deposit_again(unread, [b"nom\nHetre\n"], "arbres 2026.csv")
    assert status_for(client, unread) == 403
    assert not deciding.standing(unread)


def test_a_new_version_that_cannot_be_kept_closes_nothing(unread: Table, town: Organisation, client: Client) -> None:
    deciding.publish_unread(unread, "publish", "", factories.person("publisher", town))
    with pytest.raises(Refused):
        deposit_again(unread, [], "arbres 2026.csv")
    assert status_for(client, unread) == 200


@pytest.mark.parametrize("choice", ["publish", "drop", ""])
def test_what_is_not_to_be_decided_is_not(found: Dataset, town: Organisation, choice: str) -> None:
    deposit(found, [BYTES], "arbres.csv")  # not read yet: nobody knows whether it can be
    table = Table.objects.get()
    with pytest.raises(Refused, match="Rechargez"):
        deciding.publish_unread(table, choice, "", factories.person("publisher", town))
    table.state = Table.State.REFUSED
    if choice != "publish":
        with pytest.raises(Refused, match="Choisissez"):
            deciding.publish_unread(table, choice, "", factories.person("publisher", town))


def test_who_only_reads_decides_nothing(unread: Table, town: Organisation, client: Client) -> None:
    client.force_login(factories.person("reader", town))
    address = reverse("table_reading", args=[unread.pk])
    assert "Publier tel quel" not in client.get(address).content.decode()
    assert client.post(address, {"geste": "publier", "decision": "publish"}).status_code == 403


def test_the_reader_of_the_log_changes_nothing_of_it(found: Dataset) -> None:
    deposit(found, [BYTES], "arbres.csv")
    [before] = Table.objects.values()
    follow()
    [after] = Table.objects.values()
    assert before | {"next_at": None} == after | {"next_at": None}


def test_killed_before_it_is_in_the_queue_the_reader_of_the_log_finds_it(found: Dataset) -> None:
    key = deposit(found, [BYTES], "arbres.csv")
    before = Table.objects.get()
    Table.objects.all().delete()
    follow()
    after = Table.objects.due().get()
    assert (after.pk, after.deposit) == (key, before.deposit)


def test_a_harvested_record_takes_it_in_its_layer(town: Organisation) -> None:
    values = {"title": {"fr": "Moissonné"}, "distribution": [factories.file()]}
    [outcome] = publishing.publish([Draft("dataset", values, town.pk, harvested=True)])
    found = Dataset.objects.get(pk=outcome.id)
    deposit(found, [BYTES], "arbres.csv")
    publishing.publish([Draft("dataset", {**values, "keyword": {"fr": ["a"]}}, town.pk, id=found.pk, harvested=True)])
    assert Table.objects.get().pk in {file.pk for file in found.distributions.all()}


@pytest.mark.parametrize(
    ("pieces", "said"),
    [([], "vide"), ([b""], "vide"), ([b"x" * 2**20, b"x" * 2**20], "dépasse 1")],
)
def test_what_cannot_be_kept_leaves_nothing(
    found: Dataset, settings: Settings, tmp_path: Path, pieces: list[bytes], said: str
) -> None:
    settings.BOUTURE_TABLE_SIZE = 1
    with pytest.raises(Refused, match=said):
        deposit(found, pieces, "arbres.csv")
    assert kept(tmp_path) == []
    assert not found.distributions.exists()


def test_a_body_that_filled_its_room_is_told(found: Dataset, settings: Settings, tmp_path: Path) -> None:
    settings.BOUTURE_TABLES_QUOTA = 0
    with pytest.raises(Refused, match="rempli la place"):
        deposit(found, [BYTES], "arbres.csv")
    assert kept(tmp_path) == []


def test_a_body_may_have_more_room_than_the_others_or_less(
    found: Dataset, town: Organisation, settings: Settings, client: Client
) -> None:
    settings.BOUTURE_TABLES_QUOTA = 1
    address = reverse("deposit_file", args=[found.pk])
    client.force_login(factories.person("publisher", town))
    for own, left in ((None, "il reste 1 Mo"), (3, "il reste 3,1 Mo"), (0, "il ne reste pas de place")):
        Organisation.objects.filter(pk=town.pk).update(tables_quota=own)
        for page in (address, town.get_absolute_url()):
            text = client.get(page).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
            assert left in text
    with pytest.raises(Refused, match="rempli la place"):
        deposit(Dataset.objects.get(), [BYTES], "arbres.csv")
    Organisation.objects.filter(pk=town.pk).update(tables_quota=1)
    deposit(Dataset.objects.get(), [BYTES], "arbres.csv")
    town.refresh_from_db()
    assert keeping.room_of(town) == keeping.Room(len(BYTES), 2**20)
    client.logout()
    assert "Les fichiers de cette organisation" not in client.get(town.get_absolute_url()).content.decode()


def test_a_disk_that_fails_in_the_middle_leaves_nothing(found: Dataset, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield BYTES
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        deposit(found, pieces(), "arbres.csv")
    assert kept(tmp_path) == []


def test_a_new_version_keeps_the_address(found: Dataset, town: Organisation, client: Client) -> None:
    deposit(found, [BYTES], "arbres.csv")
    table = Table.objects.get()
    deposit_again(table, [b"nom\nHetre\n"], "arbres 2026.csv")
    client.force_login(factories.person("reader", town))
    assert b"".join(client.get(reverse("deposit", args=[table.deposit]))) == b"nom\nHetre\n"
    assert found.distributions.count() == 1


def test_a_file_from_elsewhere_is_not_replaced_here(found: Dataset) -> None:
    table = Table.objects.create(dataset=found, address="https://a.example/a.csv")
    with pytest.raises(Refused, match="ailleurs"):
        deposit_again(table, [BYTES], "arbres.csv")


class TestThePage:
    """`/jeux-de-donnees/<uuid>/deposer/`."""

    def test_an_agent_deposits_and_is_led_to_how_it_was_read(
        self, found: Dataset, town: Organisation, client: Client
    ) -> None:
        client.force_login(factories.person("publisher", town))
        address = reverse("deposit_file", args=[found.pk])
        assert client.get(address).status_code == 200
        answer = client.post(address, {"fichier": SimpleUploadedFile("arbres.csv", BYTES), "titre": "Arbres"})
        table = Table.objects.get()
        assert answer["Location"] == reverse("table_reading", args=[table.pk])
        assert "Nous lisons le fichier" in client.get(answer["Location"]).content.decode()

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({}, "Aucun fichier n’est arrivé"),
            ({"fichier": "arbres.csv"}, "Aucun fichier n’est arrivé"),
            ({"remplace": "00000000-0000-4000-8000-000000000000", "fichier": "file"}, "n’est plus dans cette fiche"),
            ({"remplace": "'; DROP TABLE", "fichier": "file"}, "n’est plus dans cette fiche"),
            ({"fichier": "empty"}, "vide"),
        ],
    )
    def test_what_is_wrong_is_told(
        self, found: Dataset, town: Organisation, client: Client, sent: dict[str, object], said: str
    ) -> None:
        client.force_login(factories.person("publisher", town))
        files = {"file": SimpleUploadedFile("a.csv", BYTES), "empty": SimpleUploadedFile("a.csv", b"")}
        given = {name: files.get(str(value), value) for name, value in sent.items()}
        answer = client.post(reverse("deposit_file", args=[found.pk]), given)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Table.objects.exists()


def test_the_files_of_a_private_dataset_are_for_its_members(town: Organisation, client: Client) -> None:
    hidden = factories.dataset(owner=town, private=True, distribution=[])
    key = deposit(hidden, [BYTES], "secret.csv")
    table = Table.objects.get()
    addresses = [reverse("deposit", args=[table.deposit]), reverse("table_reading", args=[key])]
    for who in (None, factories.person(), factories.person("publisher", factories.body())):
        if who:
            client.force_login(who)
        assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(factories.person("reader", town))
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "private" in answers[0]["Cache-Control"]
    b"".join(answers[0])


def test_nothing_else_of_the_disk_can_be_had(client: Client) -> None:
    for address in ("/fichiers/..%2f..%2fsecret.key", "/tables/../secret.key", "/fichiers/deposits"):
        assert client.get(address).status_code == 404
    assert keeping.root().name == "tables"


def test_what_a_kill_left_half_way_goes_after_a_day_and_nothing_else(found: Dataset) -> None:
    deposit(found, [BYTES], "arbres.csv")
    folder = keeping.root() / "deposits"
    whole = list(folder.iterdir())
    halves = [folder / f"{name}{suffix}" for name in ("un", "deux") for suffix in (".coming", ".before")]
    now = timezone.now()
    for half in halves:
        half.write_bytes(b"num;n")
    for old in (*whole, *halves[:2]):
        os.utime(old, times=((now - timedelta(days=2)).timestamp(),) * 2)
    assert coming.forget(now) == 2
    assert sorted(folder.iterdir()) == sorted([*whole, *halves[2:]])
