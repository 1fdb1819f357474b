"""The feed read by a client that is not ours: npm `ldes-client`, from the root to the last page, then what is new."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from catalogue import publishing
from catalogue.feeding import tree
from catalogue.models import FeedMember
from tests import factories
from tests.conftest import missing
from tests.feeding.test_feed import follow, renamed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FOLDER = Path(__file__).parent / "client"
CLIENT = FOLDER / "node_modules" / ".bin" / "ldes-client"
OBJECT = re.compile(r"^<[^>]*/flux/a/\d+> <https://www\.w3\.org/ns/activitystreams#object> <([^>]*)>", re.MULTILINE)
VERB = re.compile(r"^<[^>]*/flux/a/\d+> <[^>]*#type> <https://www\.w3\.org/ns/activitystreams#(\w+)>", re.MULTILINE)
PATIENCE = 180  # seconds: Node.js on a machine at work
# One page at a time: of two pages whose links it reads at once, version 0.3.0 may give their children one number, count
# both as read when the first is, and end without the other's members.
ALONE = ("--concurrent", "1")


@pytest.fixture
def feed(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    if shutil.which("node") is None:
        missing("Node.js (apt-get install nodejs npm)")
    if not CLIENT.exists():
        missing("npm ci --prefix tests/feeding/client")
    settings.BOUTURE_URL = live_server.url
    monkeypatch.setattr(tree, "LEAF", 4)
    monkeypatch.setattr(tree, "FAN", 3)
    return f"{live_server.url}/flux/"


@pytest.mark.parametrize("leaf", [4, 250])
def test_it_counts_the_members_that_we_count(
    feed: str, tmp_path: Path, leaf: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "LEAF", leaf)
    rows = [factories.dataset() for _ in range(30)]
    follow()
    publishing.withdraw(rows[:2], "Non.")
    renamed(rows[5], "Revu")
    follow()
    command = [str(CLIENT), feed, "--no-shape", *ALONE]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    assert sorted(OBJECT.findall(told)) == sorted(FeedMember.objects.values_list("object", flat=True))
    assert sorted(VERB.findall(told)) == sorted(FeedMember.objects.values_list("activity", flat=True))
    assert "Revu" in told


def test_it_sees_what_changes_while_it_follows(feed: str, tmp_path: Path) -> None:
    rows = [factories.dataset() for _ in range(6)]
    follow()
    output = tmp_path / "told"
    command = [str(CLIENT), feed, "--no-shape", *ALONE, "--follow", "--poll-interval", "500"]
    with output.open("w") as told:
        client = subprocess.Popen(command, cwd=tmp_path, stdout=told, stderr=subprocess.STDOUT)
    try:
        _wait(output, len(rows) + 1)  # the catalogue
        renamed(rows[0], "Nouveau titre")
        publishing.withdraw(rows[1:2], "Non.")
        follow()
        _wait(output, len(rows) + 3)
    finally:
        client.terminate()
        client.wait(PATIENCE)
    said = output.read_text()
    assert "Nouveau titre" in said
    assert sorted(OBJECT.findall(said)[len(rows) + 1 :]) == sorted([rows[0].uri, rows[1].uri])
    assert sorted(VERB.findall(said)[len(rows) + 1 :]) == ["Delete", "Update"]


def _wait(output: Path, members: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(OBJECT.findall(output.read_text())) < members:
        assert time.monotonic() < end, output.read_text()[-2000:]
        time.sleep(0.1)
