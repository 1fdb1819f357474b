"""What happens before the first page: the start script, the preparation, the hours of the workers."""

import os
import socket
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from catalogue.models import Organisation, Territory
from catalogue.reference.loader import vocabularies_are_current
from harvesters.models import HarvestSource
from portal.celery import app

PROJECT = Path(__file__).resolve().parent.parent


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | variables
    return subprocess.run(["deploy/run.sh"], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = start(PORT=port)
    assert run.returncode == 1
    assert f"Le port {port} est déjà pris" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_port_is_a_number() -> None:
    run = start(PORT="huit mille")
    assert run.returncode == 2
    assert "huit mille" in run.stderr


@pytest.mark.django_db
def test_prepare_says_whether_there_is_a_source() -> None:
    # Its territories are there: the seconds that all of them take to load belong to their own test.
    Territory.objects.create(level="commune", code="99001", name="Ville")
    assert call_command("prepare", stdout=StringIO(), stderr=StringIO()) == "vide"
    assert Territory.objects.count() == 1
    assert vocabularies_are_current()
    owner = Organisation.objects.create(slug="ville", name="Ville", folded="ville", tenant=True)
    HarvestSource.objects.create(key="https://donnees.exemple.fr/catalogue.ttl", owner=owner)
    out = StringIO()
    call_command("prepare", stdout=out, stderr=StringIO())
    assert out.getvalue() == "garnie\n"


def test_each_hour_of_celery_calls_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    app.autodiscover_tasks(force=True)
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
