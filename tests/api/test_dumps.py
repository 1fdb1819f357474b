"""The whole catalogue: each format, by command and by address, and what must not be in it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue import publishing
from catalogue.models import Dataset
from catalogue.publishing import Draft
from portal.api import dumps
from portal.api.dumps import FORMATS, dump
from tests import factories
from tests.pages.samples import remember

pytestmark = pytest.mark.django_db
PARSERS = {
    "turtle": ox.RdfFormat.TURTLE,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ntriples": ox.RdfFormat.N_TRIPLES,
}


def triples(format: str, document: bytes) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(document, PARSERS[format])}


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> list[Dataset]:
    """More than one batch, and three records that are nobody's business."""
    monkeypatch.setattr(dumps, "BATCH", 2)
    town = factories.body("Ville d’essai")
    rows = [factories.dataset(f"Jeu public {number}", town) for number in range(5)]
    factories.dataset("Secret", town, private=True)
    publishing.withdraw([factories.dataset("Retiré", town)], "Remplacé.")
    Dataset.objects.filter(pk=factories.dataset("Brouillon", town).pk).update(status=Dataset.Status.DRAFT)
    return rows


def test_the_four_forms_say_the_same(several: list[Dataset]) -> None:
    said = [triples(code, b"".join(dump(code))) for code in PARSERS]
    assert said[0] == said[1] == said[2] == said[3]
    text = " ".join(said[0])
    assert all(row.uri in text for row in several)
    assert not any(word in text for word in ("Secret", "Retiré", "Brouillon"))


def test_a_line_for_each_dataset_as_csv(several: list[Dataset]) -> None:
    lines = list(csv.DictReader(io.StringIO(b"".join(dump("csv")).decode(), newline="")))
    assert {line["titre"] for line in lines} == {f"Jeu public {number}" for number in range(5)}
    assert {line["organisation"] for line in lines} == {"Ville d’essai"}
    assert {(line["formats"], line["fichiers"]) for line in lines} == {("CSV", "1")}


def test_a_cell_is_never_a_formula() -> None:
    factories.dataset("=HYPERLINK(1)", description={"fr": "@SUM(A1)"})
    [line] = csv.DictReader(io.StringIO(b"".join(dump("csv")).decode(), newline=""))
    assert (line["titre"], line["description"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")


def test_an_object_for_each_dataset_as_jsonl(several: list[Dataset]) -> None:
    objects = [json.loads(line) for line in b"".join(dump("jsonl")).splitlines()]
    assert {found["id"] for found in objects} == {str(row.pk) for row in several}
    assert objects[0]["distribution"][0]["access_url"] == ["https://fichiers.essai.example/donnees.csv"]


@pytest.mark.parametrize("format", FORMATS)
def test_the_address_gives_what_the_command_writes(
    several: list[Dataset], client: Client, tmp_path: Path, format: str, capfdbinary: Any
) -> None:
    target = tmp_path / "catalogue"
    target.write_text("ancien")
    call_command("dump", format, "-o", str(target))
    written = target.read_bytes()
    response = client.get(f"/catalogue/tout.{FORMATS[format]}")
    assert response.streaming
    assert b"".join(response) == written
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue"]
    call_command("dump", format)
    assert capfdbinary.readouterr().out == written


def test_it_is_compressed_when_that_is_accepted(several: list[Dataset], client: Client) -> None:
    response = client.get("/catalogue/tout.nt", headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(b"".join(response)) == b"".join(dump("ntriples"))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        call_command("dump", "csv", "-o", str(tmp_path / "absent" / "x.csv"))
    with pytest.raises(CommandError):
        call_command("dump", "xlsx")


def test_unknown_extension(client: Client) -> None:
    assert client.get("/catalogue/tout.exe").status_code == 404


def test_batches_cost_the_same_number_of_questions_each(several: list[Dataset]) -> None:
    remember()
    with CaptureQueriesContext(connection) as few:
        list(dump("turtle"))
    for number in range(4):
        factories.dataset(f"Encore {number}")
    with CaptureQueriesContext(connection) as more:
        list(dump("turtle"))
    assert len(more) - len(few) == 2


@pytest.mark.parametrize("format", ["turtle", "rdfxml", "jsonld", "csv", "jsonl"])
def test_memory_stays_flat(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred records more add little to what is held, whatever they add to what is written."""
    monkeypatch.setattr(dumps, "BATCH", 20)
    town = factories.body()
    peaks, sizes = [], []
    for more in (100, 200):
        said = {"description": {"fr": "Long. " * 5000}, "distribution": [factories.file()]}
        publishing.publish(
            [Draft("dataset", {"title": {"fr": f"Jeu {more}, {number}"}, **said}, town.pk) for number in range(more)]
        )
        size, peak = measured(format)
        sizes.append(size)
        # The lower of two: what is loaded once, or by another thread of the run, is not held by the dump.
        peaks.append(min(peak, measured(format)[1]))
    assert peaks[1] - peaks[0] < (sizes[1] - sizes[0]) / 4


def measured(format: str) -> tuple[int, int]:
    """Bytes written, and bytes held at the highest."""
    tracemalloc.start()
    try:
        return sum(map(len, dump(format))), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
