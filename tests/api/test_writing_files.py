"""Files that programs deposit and replace: at one address, by what they hold, whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from catalogue.accounts import tokens
from catalogue.models import AuditEntry, Dataset, Distribution, KeptAnswer, Organisation, Table, TableVersion
from catalogue.tabling import following, keeping
from harvesters.tables import read_tables
from portal.api.writing import uploads
from portal.api.writing.problems import Wrong
from tests import factories
from tests.api.test_writing import Program, code
from tests.conftest import PROJECT, missing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
TREES = "num;espece\n01;Tilleul\n02;Hêtre\n".encode()
MORE = TREES + "03;Érable\n".encode()
CSV = "text/csv"


def kept(home: Path) -> list[bytes]:
    """What is on the disk and was not read yet, and nothing else."""
    return [path.read_bytes() for path in sorted((home / "tables").rglob("*")) if path.is_file()]


def add(program: Program, found: Dataset, data: bytes = TREES, query: str = "?name=arbres.csv", **headers: str) -> Any:
    return program("POST", f"/api/datasets/{found.pk}/files{query}", data, **{"content_type": CSV, **headers})


def put(program: Program, answer: Any, data: bytes = MORE, query: str = "", **headers: str) -> Any:
    given = {"content_type": CSV, "if_match": answer["ETag"], **headers}
    return program("PUT", f"/api/files/{answer.json()['id']}{query}", data, **given)


def test_a_file_is_deposited_read_replaced_and_taken_away(found: Dataset, publisher: Program, own_home: Path) -> None:
    made = add(publisher, found, query="?name=arbres.csv&title=Nos%20arbres")
    assert made.status_code == 201 and made["Location"] == f"/api/files/{made.json()['id']}", made.content
    assert (made.json()["state"], made.json()["waits"], made.json()["size"]) == ("waiting", "reading", len(TREES))
    file = Distribution.objects.get()
    assert (file.title, file.byte_size) == ({"fr": "Nos arbres"}, len(TREES)) and kept(own_home) == [TREES]
    assert read_tables(large=False) == 1
    read = publisher("GET", made["Location"])
    assert (read.json()["state"], read.json()["rows"], read.json()["version"]) == ("ready", 2, 1)
    assert read["ETag"] == made["ETag"] and read.json()["address"] == made.json()["address"]
    again = put(publisher, read)
    assert again.status_code == 202 and again.json()["state"] == "waiting" and again.json()["version"] == 1
    assert again["ETag"] != read["ETag"] and again.json()["address"] == read.json()["address"]
    assert read_tables(large=False) == 1
    last = publisher("GET", made["Location"]).json()
    assert last["rows"] == 3 and last["changed"] == ["1 ligne ajoutée."] and last["difference"]["added"] == 1
    assert publisher("GET", f"/api/datasets/{found.pk}/files").json() == {"files": [last]}
    gone = publisher("DELETE", made["Location"], if_match=again["ETag"])
    assert gone.status_code == 204 and not Distribution.objects.exists()
    assert code(publisher("GET", made["Location"])) == (404, "not-found")
    factories.follow(following.TableReader())
    assert publisher("GET", f"/api/datasets/{found.pk}/files").json() == {"files": []}
    told = set(AuditEntry.objects.filter(kind="dataset").values_list("through", flat=True))
    assert AuditEntry.Through.TOKEN in told


def test_the_same_bytes_again_are_no_version(found: Dataset, publisher: Program) -> None:
    made = add(publisher, found)
    assert put(publisher, made, TREES).status_code == 200
    read_tables(large=False)
    same = put(publisher, made, TREES, if_match="*")
    assert same.status_code == 200 and same.json()["state"] == "ready" and TableVersion.objects.count() == 1
    assert read_tables(large=False) == 0


def test_a_form_is_taken_as_well(found: Dataset, publisher: Program) -> None:
    for method in ("POST", "PUT"):
        data = TREES if method == "POST" else MORE
        text = encode_multipart(BOUNDARY, {"title": "Nos arbres", "file": _upload(data)})
        one = method == "PUT"
        address = f"/api/files/{Table.objects.get().pk}" if one else f"/api/datasets/{found.pk}/files"
        answer = publisher(method, address, text, content_type=MULTIPART_CONTENT, if_match="*" if one else "")
        assert answer.status_code in (201, 202), answer.content
        assert answer.json()["name"] == "arbres du port.csv" and answer.json()["size"] == len(data)
    assert Distribution.objects.get().title == {"fr": "Nos arbres"}


def _upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("arbres du port.csv", data)


def test_its_name_may_be_in_a_header(found: Dataset, publisher: Program) -> None:
    header = "attachment; filename*=UTF-8''arbres%20%C3%A0%20part.csv"
    assert add(publisher, found, query="", content_disposition=header).json()["name"] == "arbres à part.csv"
    assert code(add(publisher, found, query="")) == (400, "file-name")
    assert code(add(publisher, found, query="", content_disposition="a; filename*=nul''x")) == (400, "file-name")
    assert add(publisher, found, query="?name=..%2F..%2Fetc%2Fpasswd").json()["name"] == "passwd"


def test_versions_are_asked_and_compared(found: Dataset, publisher: Program) -> None:
    made = add(publisher, found)
    assert code(put(publisher, made, if_match="")) == (428, "precondition-required")
    assert code(put(publisher, made, if_match='"autre"')) == (412, "moved")
    assert code(publisher("DELETE", made["Location"])) == (428, "precondition-required")
    assert code(add(publisher, found, if_match='"1"')) == (412, "moved")  # the first deposit moved the record
    assert add(publisher, found, if_match='"2"').status_code == 201


def test_the_same_key_has_one_effect(found: Dataset, publisher: Program, own_home: Path) -> None:
    first = add(publisher, found, idempotency_key="a")
    again = add(publisher, found, idempotency_key="a", content_type="application/octet-stream")
    assert again.content == first.content and again["Idempotency-Replayed"] == "true"
    assert Table.objects.count() == 1 and kept(own_home) == [TREES]
    assert code(add(publisher, found, MORE, idempotency_key="a")) == (422, "key-reused")
    assert kept(own_home) == [TREES]


def test_a_dry_run_leaves_nothing(found: Dataset, publisher: Program, own_home: Path) -> None:
    answer = add(publisher, found, query="?name=a.csv&dry-run=1", idempotency_key="a")
    assert answer.status_code == 200 and answer.json()["would"] == "created"
    assert kept(own_home) == [] and not Table.objects.exists() and not KeptAnswer.objects.exists()
    made = add(publisher, found)
    assert put(publisher, made, query="?dry-run=1").json()["would"] == "replaced"
    assert put(publisher, made, TREES, query="?dry-run=1").json()["would"] == "unchanged"
    assert publisher("DELETE", made["Location"] + "?dry-run=1", if_match="*").json()["would"] == "removed"
    assert kept(own_home) == [TREES] and publisher("GET", made["Location"])["ETag"] == made["ETag"]


def test_rights_are_those_of_the_page(found: Dataset, town: Organisation, publisher: Program) -> None:
    made = add(publisher, found)
    contributor = Program(factories.person("contributor", town))
    assert code(add(contributor, found)) == (403, "forbidden")
    assert code(put(contributor, made, if_match="*")) == (403, "forbidden")
    assert code(contributor("DELETE", made["Location"], if_match="*")) == (403, "forbidden")
    draft = contributor("POST", "/api/datasets", {"owner": town.slug, "title": {"fr": "A"}}).json()["id"]
    assert add(contributor, Dataset.objects.get(pk=draft)).status_code == 201
    reads = Program(factories.person("publisher", town), publishes=False)
    assert code(add(reads, found)) == (403, "forbidden")
    stranger = Program(factories.person())
    assert code(add(stranger, found)) == (403, "forbidden")
    assert code(add(stranger, Dataset.objects.get(pk=draft))) == (404, "not-found")
    secret = Table.objects.get(dataset=draft).pk
    for method in ("GET", "PUT", "DELETE"):
        assert code(stranger(method, f"/api/files/{secret}", TREES, if_match="*")) == (404, "not-found")
    assert code(Client().post(f"/api/datasets/{found.pk}/files", TREES, CSV)) == (401, "unauthenticated")


def test_what_waits_tells_others_nothing_of_itself(found: Dataset, publisher: Program) -> None:
    made = add(publisher, found)
    Table.objects.update(reason="Ligne 3 : Dupont")
    answer: Any = Client().get(made["Location"])
    said = answer.json()
    assert said["waits"] == "reading" and "ETag" not in answer
    assert {said[name] for name in ("name", "size", "version", "rows", "checksum", "read_at", "difference")} == {None}
    assert said["reason"] == "" and publisher("GET", made["Location"]).json()["reason"]


def test_where_a_second_person_is_asked_files_come_and_do_not_go(
    found: Dataset, town: Organisation, publisher: Program
) -> None:
    Organisation.objects.filter(pk=town.pk).update(reviewed=True)
    made = add(publisher, found)
    assert made.status_code == 201 and put(publisher, made).status_code == 202  # as on the page
    assert code(publisher("DELETE", made["Location"], if_match="*")) == (403, "second-person")


def test_a_harvested_record_takes_files_beside_its_sources(town: Organisation, publisher: Program) -> None:
    found = factories.dataset("Arbres", town)
    Dataset.objects.update(harvested=True)
    made = add(publisher, found)
    assert made.status_code == 201 and Distribution.objects.count() == 2
    theirs = factories.table(found).pk
    assert code(publisher("PUT", f"/api/files/{theirs}", TREES, if_match="*")) == (422, "refused")
    assert code(publisher("DELETE", f"/api/files/{theirs}", if_match="*")) == (422, "refused")
    assert publisher("DELETE", made["Location"], if_match="*").status_code == 204
    assert [file.pk for file in Distribution.objects.all()] == [theirs]


def test_what_is_withdrawn_takes_none(found: Dataset, publisher: Program) -> None:
    publisher("DELETE", f"/api/datasets/{found.pk}?reason=r", if_match="*")
    assert code(add(publisher, found)) == (409, "withdrawn")


@pytest.mark.parametrize(
    ("data", "headers", "told"),
    [
        (b"", {"content_length": "0"}, (422, "refused")),
        (b"a=1&b=2", {"content_type": "application/x-www-form-urlencoded"}, (415, "file-body")),
        (b"rien", {"content_type": "multipart/form-data; boundary=x"}, (415, "file-body")),
        (b"rien", {"content_type": "multipart/form-data"}, (415, "file-body")),
        (b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n--x--\r\n',
         {"content_type": "multipart/form-data; boundary=x"}, (415, "file-body")),
    ],
)  # fmt: skip
def test_what_is_no_file_is_told(
    found: Dataset, publisher: Program, own_home: Path, data: bytes, headers: dict[str, str], told: tuple[int, str]
) -> None:
    assert code(add(publisher, found, data, **headers)) == told
    assert kept(own_home) == [] and not Table.objects.exists()


def test_bounds_are_told(
    found: Dataset, publisher: Program, own_home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add(publisher, found)
    settings.BOUTURE_TABLE_SIZE = 1
    monkeypatch.setattr(uploads, "AROUND", 10**9)
    large = b"a" * (2**20 + 1)
    assert code(add(publisher, found, large)) == (413, "file-too-large")
    form = encode_multipart(BOUNDARY, {"file": _upload(large)})
    answer = add(publisher, found, form, content_type=MULTIPART_CONTENT)
    assert code(answer) == (413, "file-too-large") and "1 Mio" in answer.json()["detail"]
    settings.BOUTURE_TABLES_QUOTA = 0
    assert code(put(publisher, made)) == (422, "no-room")
    assert kept(own_home) == [TREES]


def test_what_fails_after_it_came_leaves_the_disk_as_it_was(
    found: Dataset, publisher: Program, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add(publisher, found)

    def taken_over(*_: Any) -> None:
        raise Wrong("key-busy")

    monkeypatch.setattr("portal.api.writing.once._keep", taken_over)
    assert code(add(publisher, found, MORE, idempotency_key="a")) == (409, "key-busy")
    assert code(put(publisher, made, idempotency_key="b")) == (409, "key-busy")
    assert kept(own_home) == [TREES] and Table.objects.count() == 1


class _Cut:
    """A body that ends before its announced length."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        piece, self._data = self._data[:size], self._data[size:]
        return piece


@pytest.mark.parametrize("form", [False, True])
def test_half_a_file_is_none(found: Dataset, own_home: Path, form: bool, publisher: Program) -> None:
    data = encode_multipart(BOUNDARY, {"file": _upload(TREES)}) if form else TREES
    request = RequestFactory().generic("POST", "/", data, MULTIPART_CONTENT if form else CSV)
    request._stream = _Cut(data[: len(data) - (70 if form else 10)])  # type: ignore[assignment]
    with pytest.raises(Wrong) as told:
        list(uploads.sent(request).pieces)
    assert told.value.code == "unfinished"
    del request.META["CONTENT_LENGTH"]
    with pytest.raises(Wrong) as told:
        uploads.sent(request)
    assert told.value.code == "length-required"


def _lines() -> Iterator[str]:
    """The commands of the documentation that send a file."""
    text = (PROJECT / "docs" / "api-writing.md").read_text("utf-8")
    yield from (block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "-T arbres.csv" in block)


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_documentation_run(live_server: LiveServer, tmp_path: Path) -> None:
    """By curl, on a server that listens: deposited, replaced each night, then followed."""
    if shutil.which("curl") is None:
        missing("curl")
    town = factories.body("Ville d’essai")
    found = factories.dataset("Arbres", town, distribution=[])
    token = tokens.make(factories.person("publisher", town), "la nuit", 30, publishes=True)[1]
    first, nightly = _lines()
    assert "Idempotency" not in nightly

    def run(line: str, key: Any, data: bytes) -> Any:
        (tmp_path / "arbres.csv").write_bytes(data)
        line = line.replace("https://donnees.ville.example", live_server.url).replace("<uuid>", str(key))
        line = line.replace("curl ", "curl -w '\\n%{http_code}' ", 1)
        environment = {**os.environ, "JETON": token, "no_proxy": "*"}
        done = subprocess.run(
            ["bash", "-c", line], check=False, cwd=tmp_path, env=environment, capture_output=True, timeout=60
        )
        assert done.returncode == 0, (done.stdout, done.stderr)
        return int(done.stdout.rpartition(b"\n")[2])

    assert run(first, found.pk, TREES) == 201
    table = Table.objects.get()
    assert read_tables(large=False) == 1
    assert run(nightly, table.pk, TREES) == 200
    assert run(nightly, table.pk, MORE) == 202
    assert read_tables(large=False) == 1
    large = MORE + b"".join(b"%d;Ch\xc3\xaane\n" % number for number in range(200_000))
    assert run(nightly, table.pk, large) == 202
    assert keeping.deposit_of(table.deposit).read_bytes() == large  # type: ignore[arg-type]
    table.refresh_from_db()
    assert table.current is not None and (table.current.rows, table.current.number) == (3, 2)
