"""Two workers at once on what was set for an hour: each draft is published once, on both bases."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from catalogue import reviewing
from catalogue.models import Change, Dataset, Record, Submission
from tests import factories
from tests.conftest import PROJECT
from tests.test_drafts import draft
from tests.test_tasks import environment

DRAFTS = 12
# Each says that it is ready, waits for the word, and takes what it finds.
WORKER = """
import sys
import django; django.setup()
from django.db import connection
from catalogue import reviewing
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
print(reviewing.bring_out_due())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_each_draft_once(home: Path) -> None:
    town = factories.body()
    who = factories.person("publisher", town)
    rows = [draft(town, who, title={"fr": f"Brouillon {number}"}) for number in range(DRAFTS)]
    for row in rows:
        reviewing.schedule(row, timezone.now() + timedelta(hours=1), who)
    Submission.objects.update(scheduled_for=timezone.now() - timedelta(seconds=1))
    connections.close_all()
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=PROJECT,
            env=environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    brought = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert sum(brought) == DRAFTS
    assert Dataset.objects.filter(status=Record.Status.PUBLISHED).count() == DRAFTS
    lines = list(Change.objects.filter(kind=Change.Kind.RECORD, record_type="dataset").values_list("record", flat=True))
    assert sorted(lines) == sorted(row.pk for row in rows)
    assert reviewing.bring_out_due() == 0
