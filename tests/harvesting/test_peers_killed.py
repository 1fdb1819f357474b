"""A process that follows a feed, killed outright at moments of its own life: the next one ends with what its home shows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalogue.models import Change, Dataset
from harvesters.models import HarvestRun, PeerObject
from tests.conftest import PROJECT
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server
from tests.test_tasks import environment

COUNT = 600
PATIENCE = 60  # seconds


def met(count: int) -> bool:
    """Whether as many objects were believed; once all are, as many records published."""
    return PeerObject.objects.count() >= min(count, COUNT) and Dataset.objects.count() >= count - COUNT


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_outright_it_goes_on_where_it_stopped(home: Path, server: Server) -> None:
    town = Home(server, size=50)
    for name in range(COUNT):
        town.dataset(name)
    town.publish()
    command = [sys.executable, "manage.py", "harvest", server.url("/flux/"), "--kind", "peer", "--json"]
    for count in (50, COUNT, COUNT + 200):
        follower = subprocess.Popen(command, cwd=PROJECT, env=environment(home), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        try:
            while not met(count):
                assert time.monotonic() < deadline, "nothing came in time"
                time.sleep(0.02)
        finally:
            follower.kill()
            follower.wait(timeout=20)
    done = subprocess.run(
        command, cwd=PROJECT, env=environment(home), capture_output=True, check=True, timeout=PATIENCE
    )
    assert json.loads(done.stdout)["status"] == "done"
    assert HarvestRun.objects.filter(status=HarvestRun.Status.KILLED).exists()
    assert {row.uri for row in Dataset.objects.published()} == {town.uri(name) for name in range(COUNT)}
    assert Change.objects.filter(record_type="dataset", verb="create").count() == COUNT
    assert not PeerObject.objects.filter(due=True).exists()
    pages = [path for path, status in town.answered if status == 200]
    assert len(pages) < 3 * len(set(pages))
