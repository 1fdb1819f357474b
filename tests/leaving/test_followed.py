"""Who follows an instance goes on with what an import made of it at the same address: two instances for real."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from catalogue.models import Dataset
from harvesters import http, schedule
from harvesters.base import Answer
from harvesters.models import HarvestRun, HarvestSource, PeerFeed
from harvesters.peers import keeping
from harvesters.peers.standing import peers
from harvesters.registry import client_for
from tests.harvesting.test_engine import catalogue
from tests.instances import Instance

DATASETS = 30


def read(source: HarvestSource) -> HarvestRun:
    keeping.sync(source)
    [run] = schedule.run_due(client_for)
    return run


@pytest.mark.slow
@pytest.mark.django_db
def test_a_follower_goes_on_after_export_and_import(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, given = Instance(tmp_path / "home"), tmp_path / "catalogue.ttl"
    settings.BOUTURE_PRIVATE_HOSTS = [home.host]
    given.write_bytes(catalogue(range(DATASETS)))
    home.manage("migrate")
    home.manage("harvest", str(given))
    home.manage("feed")
    with home.served():
        source = keeping.add(f"{home.url}/", trusted=True)
        assert read(source).created == DATASETS
        assert read(source).status == "done"
    before, held = PeerFeed.objects.get(), set(Dataset.objects.values_list("pk", "uri", "digest"))
    home.manage("export", "-o", str(tmp_path / "export"))

    moved = Instance(tmp_path / "moved", home.url)
    shutil.copytree(home.home / "keys", moved.home / "keys")
    shutil.rmtree(home.home)
    moved.manage("migrate")
    moved.manage("import", str(tmp_path / "export"))
    whole: list[str] = []
    fetch = http.Client.fetch

    def counted(self: http.Client, *words: object, **more: object) -> Answer:
        answer = fetch(self, *words, **more)  # type: ignore[arg-type]
        whole.extend([] if answer.not_modified else [answer.url])
        return answer

    monkeypatch.setattr(http.Client, "fetch", counted)
    with moved.served():
        run = read(source)
        assert (run.status, run.created, run.updated, run.withdrawn, run.messages) == ("done", 0, 0, 0, [])
        assert whole == []  # every page as it was
        [peer] = peers()
        assert (peer.state, peer.lag, peer.held) == ("fine", 0, DATASETS)
        assert set(Dataset.objects.values_list("pk", "uri", "digest")) == held
        assert [key["kid"] for key in PeerFeed.objects.get().keys] == [key["kid"] for key in before.keys]

        given.write_bytes(catalogue(range(DATASETS + 1)))
        moved.manage("harvest", str(given))
        moved.manage("feed")
        assert (read(source).created, Dataset.objects.published().count()) == (1, DATASETS + 1)
        assert peers()[0].alarm is None
