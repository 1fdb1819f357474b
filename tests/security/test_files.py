"""Files that people send: judged by what they hold, and given back so that no browser runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalogue.models import Table
from catalogue.tables.contract import Options, Order, TableError
from catalogue.tables.taking import take
from catalogue.tabling.depositing import deposit
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.each]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
HOSTILE = {
    "photo.gif": b"GIF89a/*\x00\x01*/=1;alert(1)//" + b"\x00" * 50,
    "plan.svg": SVG,
    "plan.csv": SVG,
    "page.html": PAGE,
    "page.csv": PAGE,
    "page.json": PAGE,
    "outil.csv": b"MZ\x90\x00" + b"\x00" * 200,
    "lettre.csv": b"%PDF-1.7\n" + b"\x00" * 200,
    "entites.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_table_is_refused_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(TableError) as refused:
        take(path, tmp_path, Order(Options(name=name), (), ()))
    assert "root:" not in refused.value.message


NAMES = (
    "a\r\nX-Evil: 1.csv",
    'a"; filename="b.exe',
    "../../etc/passwd",
    "..\\..\\a.svg",
    "é\u202egpj.exe",
    "a.html",
    "\u0001.csv",
)


@pytest.mark.parametrize("name", [*HOSTILE, *NAMES])
def test_what_is_given_back_runs_nowhere(name: str, client: Client) -> None:
    town = factories.body()
    deposit(factories.dataset("Dépôt", town), [HOSTILE.get(name, PAGE)], name)
    table = Table.objects.get()
    client.force_login(factories.person("publisher", town))
    runs_nowhere(client, table, HOSTILE.get(name, PAGE))


def runs_nowhere(client: Client, table: Table, content: bytes) -> None:
    answer = client.get(reverse("deposit", args=[table.deposit]))
    assert b"".join(answer) == content  # type: ignore[arg-type]
    said = answer["Content-Disposition"]
    assert (
        said.startswith("attachment") and "\r" not in said and "\n" not in said and "/" not in said.partition("''")[2]
    )
    assert answer["Content-Type"] in ("application/octet-stream", "text/csv", "application/json")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize("door", ["deposit_file", "drop"])
@pytest.mark.parametrize("name", [*HOSTILE, *NAMES, "a\0.csv"])
def test_neither_page_that_takes_a_file_makes_it_run(door: str, name: str, client: Client) -> None:
    town = factories.body()
    client.force_login(factories.person("publisher", town))
    address = reverse(door, args=[factories.dataset("Dépôt", town).pk] if door == "deposit_file" else [])
    content = HOSTILE.get(name, PAGE)
    sent = {"fichier": SimpleUploadedFile("x", content), "organisme": town.slug}
    sent["fichier"].name = name  # type: ignore[union-attr]
    assert client.post(address, sent).status_code == 302
    runs_nowhere(client, Table.objects.get(), content)
