"""Many records in one question: each line is what it would be alone, and a second sending does nothing twice."""

from __future__ import annotations

import json
from time import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from catalogue.accounts import tokens
from catalogue.models import AuditEntry, Dataset, Organisation, User
from portal.api.writing import access
from portal.api.writing import bulk as bulks
from tests import factories
from tests.api.test_writing import new

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def user(town: Organisation) -> User:
    return factories.person("publisher", town)


def send(user: User, lines: list[Any], query: str = "", media: str = bulks.MEDIA) -> Any:
    text = tokens.make(user, "essai", 30, publishes=True)[1] if not hasattr(user, "text") else user.text
    user.text = text  # type: ignore[attr-defined]
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return Client().generic("POST", f"/api/bulk{query}", data, media, headers={"authorization": f"Bearer {text}"})


def report(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return [json.loads(line) for line in b"".join(answer).splitlines()]


def making(town: Organisation, key: str, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "path": "/api/datasets", "key": key, "body": new(town, **more)}


def test_what_fails_leaves_the_others_and_nothing_is_done_twice(town: Organisation, user: User) -> None:
    found = factories.dataset("Arbres", town)
    change = {"method": "PATCH", "path": f"/api/datasets/{found.pk}", "if_match": '"1"', "body": {"title": {"fr": "B"}}}
    lines = [making(town, "a"), making(town, "b", title="faux"), {**change, "key": "c"}, b"{", making(town, "d")]
    first = report(send(user, lines))
    assert [(line["index"], line["status"]) for line in first] == [(0, 201), (1, 422), (2, 200), (3, 400), (4, 201)]
    assert first[1]["problem"]["errors"][0]["pointer"] == "/title" and first[2]["etag"] == '"2"'
    assert {entry.through for entry in AuditEntry.objects.filter(kind="dataset", actor_key=user.pk)} == {
        AuditEntry.Through.TOKEN
    }
    again = report(send(user, lines))
    assert [line.get("location") for line in again] == [line.get("location") for line in first]
    assert Dataset.objects.count() == 3


def test_each_line_is_tried(town: Organisation, user: User) -> None:
    [line] = report(send(user, [making(town, "a")], "?dry-run=1"))
    assert line["status"] == 200 and line["trial"]["would"] == "created" and not Dataset.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        {"method": "GET", "path": "/api/datasets"},
        {"method": "POST", "path": "/connexion/"},
        {"method": "POST", "path": "/api/bulk"},
        {"method": "POST", "path": "http://[::1"},
        {"method": 3, "path": "/api/datasets"},
        {"method": "POST", "path": "/api/datasets", "user": 1},
    ],
    ids=str,
)
def test_a_line_asks_only_what_writes_records(user: User, line: dict[str, Any]) -> None:
    [told] = report(send(user, [line]))
    assert (told["status"], told["problem"]["code"]) == (422, "invalid")


def test_the_longest_bulk_has_room_in_a_minute() -> None:
    assert bulks.MOST <= access.ROOM * access.LINES


def test_a_bulk_is_bounded(town: Organisation, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulks, "MOST", 2)
    assert send(user, [b"{}"] * 3).status_code == 413
    assert send(user, [b"{}"], media="application/json").status_code == 415
    assert Client().post("/api/bulk", b"{}", bulks.MEDIA).status_code == 401
    monkeypatch.setattr(bulks, "MOST", 10)
    monkeypatch.setattr(access, "ROOM", 1)
    within = time() + 60  # a minute that does not end meanwhile
    monkeypatch.setattr(access, "time", SimpleNamespace(time=lambda: within))
    told = report(send(user, [making(town, str(number)) for number in range(access.LINES + 1)]))
    assert [line["status"] for line in told] == [201] * access.LINES + [429] and told[-1]["retry-after"]
    monkeypatch.setattr(bulks, "LONGEST", 10)
    assert send(user, [b"{}" * 10]).status_code == 413
