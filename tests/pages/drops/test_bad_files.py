"""What agents really drop: each bad file, and each address that gives none, is told in French with what to do next."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalogue.models import Dataset, Submission, Table, User
from harvesters.http import Client as Asking
from harvesters.http import Limits
from harvesters.tables import read_tables
from tests import factories
from tests.harvesting.servers import Server, reply
from tests.pages.conftest import said
from tests.pages.drops.hands import ELUS, drop, read, sent
from tests.tables.books import compound, sheet, xlsx, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TREES = "num;espece\n1;Tilleul\n2;Hêtre\n"


def text_of(page: str) -> str:
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


def encrypted() -> bytes:
    """The flag of an entry that a password closes (APPNOTE.TXT 4.4.4), in both of its headers."""
    made = bytearray(zipped({"arbres.csv": TREES}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + place] |= 1
    return bytes(made)


def workbook(**sheets: list[list[object]]) -> bytes:
    return xlsx({name: sheet(rows) for name, rows in sheets.items()})


def with_macros() -> bytes:
    """A workbook that holds a program, which nothing here runs."""
    made = io.BytesIO(workbook(Arbres=[["num", "espece"], [1, "Tilleul"], [2, "Hêtre"]]))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    return made.getvalue()


WIDE = ";".join(f"c{number}" for number in range(1200)) + "\n" + ";".join("1" * 1200) + "\n"
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zip bomb": ("bombe.zip", lambda: zipped({"t.csv": b"0;0\n" * 10_000_000}), "une fois décomprimé"),
    "encrypted zip": ("arbres.zip", encrypted, "mot de passe"),
    "zip without a table": (
        "photos.zip",
        lambda: zipped({"a.jpg": b"\xff\xd8"}),
        "ne contient pas de tableau",
    ),
    "zip in a zip": ("deux.zip", lambda: zipped({"un.zip": zipped({"t.csv": TREES})}), "en contient une autre"),
    "workbook with a password": (
        "elus.xlsx",
        lambda: compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x"}),
        "mot de passe",
    ),
    "pdf": ("budget.pdf", lambda: b"%PDF-1.7\n\0", "un PDF, pas un tableau"),
    "pdf called csv": ("budget.csv", lambda: b"%PDF-1.7\n\0", "un PDF, pas un tableau"),
    "image": ("carte.png", lambda: b"\x89PNG\r\n\x1a\n\0\0", "une image, pas un tableau"),
    "html": ("export.xls", lambda: b"<!doctype html><table><tr><td>1</td></tr></table>", "une page HTML"),
}
READ: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "workbook with macros": ("arbres.xlsm", with_macros, "2 lignes, 2 colonnes"),
    "csv called xlsx": ("arbres.xlsx", TREES.encode, "2 lignes, 2 colonnes"),
    "workbook called csv": ("a.csv", lambda: workbook(A=[["num", "nom"], [1, "If"]]), "1 ligne, 2 colonnes"),
    "header alone": ("vide.csv", lambda: b"num;espece\n", "0 ligne, 2 colonnes"),
    "header that repeats": ("t.csv", lambda: b"nom;nom;age\na;b;1\nc;d;2\n", "2 lignes, 3 colonnes"),
    "utf-16": ("t.csv", lambda: TREES.encode("utf-16"), "2 lignes, 2 colonnes"),
    "two encodings": ("t.csv", lambda: TREES.encode() + "3;Chêne\n".encode("cp1252"), "3 lignes, 2 colonnes"),
    "1,200 columns": ("large.csv", WIDE.encode, "1 ligne, 1 200 colonnes"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_says_what_to_do_and_can_be_replaced(client: Client, agent: User, name: str) -> None:
    called, made, told = REFUSED[name]
    where = drop(client, made(), called)
    page = read(client, where)
    assert told in text_of(page)
    assert "Ce fichier n’a pas pu être lu" in page
    # What was typed meanwhile is kept, whatever is still missing.
    gesture = {**sent(page, "remplacer"), "title.fr": "Mes arbres", "description.fr": ""}
    client.post(where["Location"], {**gesture, "fichier": SimpleUploadedFile("arbres.csv", TREES.encode())})
    read_tables(large=False)
    page = said(client.get(where["Location"]))
    assert "2 lignes, 2 colonnes" in page
    assert "Mes arbres" in page


@pytest.mark.parametrize("name", READ)
def test_what_is_odd_is_read_all_the_same(client: Client, agent: User, name: str) -> None:
    called, made, told = READ[name]
    page = read(client, drop(client, made(), called))
    assert told in text_of(page)
    assert "Publier" in page


def test_one_of_several_sheets_is_chosen(client: Client, agent: User) -> None:
    content = workbook(Notice=[["num", "espece"], [1, "If"]], Arbres=[["id", "nom", "age"], [1, "a", 2], [2, "b", 3]])
    where = drop(client, content, "arbres.xlsx")
    page = read(client, where)
    assert "plusieurs tableaux" in page
    first = "1 ligne, 2 colonnes" in text_of(page)
    wanted, told = ("Arbres", "2 lignes, 3 colonnes") if first else ("Notice", "1 ligne, 2 colonnes")
    client.post(where["Location"], {**sent(page, "relire"), "feuille": wanted})
    read_tables(large=False)
    page = said(client.get(where["Location"]))
    assert told in text_of(page)
    # And it stays chosen when something else is asked.
    client.post(where["Location"], sent(page, "relire"))
    read_tables(large=False)
    assert told in text_of(said(client.get(where["Location"])))


def test_one_of_several_tables_of_an_archive_is_chosen(client: Client, agent: User) -> None:
    where = drop(client, zipped({"grand.csv": TREES * 3, "petit.csv": "a;b;c\n1;2;3\n"}), "deux.zip")
    page = read(client, where)
    assert "plusieurs tableaux" in page
    client.post(where["Location"], {**sent(page, "relire"), "feuille": "petit.csv"})
    read_tables(large=False)
    assert "1 ligne, 3 colonnes" in text_of(said(client.get(where["Location"])))


@pytest.mark.parametrize("role", ["contributor", "publisher"])
def test_a_draft_is_read_again_or_replaced_before_it_is_looked_at(client: Client, agent: User, role: str) -> None:
    where = drop(client, TREES.encode("cp1252"), "arbres.csv")
    town = Dataset.objects.get().owner
    writer = factories.person(role, town)
    client.force_login(writer)
    page = read(client, where)
    client.post(where["Location"], {**sent(page, "relire"), "entete": "0", "title.fr": "Arbres"})
    read_tables(large=False)
    assert "3 lignes, 2 colonnes" in text_of(said(client.get(where["Location"])))
    assert Dataset.objects.get().title == {"fr": "Arbres"}
    Submission.objects.update(state=Submission.State.SUBMITTED)
    page = said(client.get(where["Location"]))
    client.post(
        where["Location"], {**sent(page, "remplacer"), "fichier": SimpleUploadedFile("elus.csv", ELUS.encode())}
    )
    # It is no longer what was to be looked at.
    assert Submission.objects.get().state == Submission.State.WRITING
    address = reverse("table_reading", args=[Table.objects.get().pk])
    assert client.post(address, {"geste": "relire", "encodage": "utf-8", "entete": ""}).status_code == 302
    client.post(where["Location"], {"geste": "x"})
    read_tables(large=False)
    assert "3 lignes" in text_of(said(client.get(where["Location"])))


# Addresses


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


def endless(_: Any) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n"
    yield from itertools.repeat(b"1;2;3\n" * 10_000)


ANSWERS: dict[str, tuple[object, str]] = {
    "404": (reply(status=404), "n’existe pas ou n’existe plus (HTTP 404)"),
    "500": (reply(status=500), "en panne ou en maintenance (HTTP 500)"),
    "password": (reply(status=401), "demande une autorisation (HTTP 401)"),
    "html": (reply(b"<!doctype html><title>x</title>", content_type="text/html"), "une page HTML"),
    "empty": (reply(b"", content_type="text/csv"), "est vide"),
    "endless": (endless, "dépasse la taille permise"),
    "private": (reply(status=302, Location="http://10.0.0.1/x.csv"), "réseau privé"),
    "loop": (reply(status=302, Location="/a.csv"), "renvoie sans fin"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_address_that_gives_no_table_says_what_to_do(
    client: Client, agent: User, server: Server, monkeypatch: pytest.MonkeyPatch, settings: Any, name: str
) -> None:
    answer, told = ANSWERS[name]
    server.replies["/a.csv"] = answer
    monkeypatch.setattr("catalogue.tabling.dropping.is_private", lambda address: False)
    settings.BOUTURE_TABLE_SIZE = 2
    where = drop(client, b"", adresse=server.url("/a.csv"))
    assert where.status_code == 302
    with Asking(server.trusted, Limits(max_bytes=2 * 2**20, total=20, delay=0.0, retries=0)) as asking:
        read_tables(large=False, asking=asking)
        read_tables(large=True, asking=asking)
    page = said(client.get(where["Location"])).replace("&#x27;", "’")
    assert told in text_of(page)
    for word in ("catalogue", "moisson"):
        assert word not in Table.objects.get().reason
    assert Dataset.objects.get().status == "draft"
    server.replies["/a.csv"] = reply(TREES.encode(), content_type="text/csv")
    client.post(where["Location"], sent(page, "relire"))
    with Asking(server.trusted, Limits(delay=0.0)) as asking:
        read_tables(large=False, asking=asking)
        read_tables(large=True, asking=asking)
    assert "2 lignes, 2 colonnes" in said(client.get(where["Location"]))
