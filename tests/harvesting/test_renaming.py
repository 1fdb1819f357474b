"""Sources that rename their records: pages, histories and keys stay; what cannot be told apart is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.renaming import replay
from catalogue.models import Change, Dataset, Distribution
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestLeftover, HarvestPage, HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import home_body
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
HEAD = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
Run = Callable[..., HarvestRun]


def said(number: int, *, site: str = "vieux", title: str = "", file: str = "", page: str = "") -> str:
    base = f"https://{site}.example/jeux/{site}-{number}"
    file = file or f"https://sig.example/rest/services/{number}/FeatureServer/0"
    landing = f"; dcat:landingPage <{page}>" if page else ""
    return (
        f'<{base}> a dcat:Dataset ; dct:identifier "{site}-{number}" ; dct:title "{title or f"Jeu {number}"}" {landing} ; '
        f"dcat:distribution <{base}/service> .\n<{base}/service> a dcat:Distribution ; dcat:accessURL <{file}> .\n"
    )


@pytest.fixture
def run(server: Server, make_client: Callable[..., Client]) -> Run:
    def go(*records: str, more: str = "", **options: Any) -> HarvestRun:
        server.replies["/catalogue.ttl"] = reply((HEAD + "".join(records) + more).encode())
        source, _ = HarvestSource.objects.get_or_create(
            key=server.url("/catalogue.ttl"), defaults={"owner": home_body()}
        )
        return harvest(source, make_client(), **options)

    return go


def ids() -> dict[str, Any]:
    return {row.label: row.pk for row in Dataset.objects.published()}


def counts(run: HarvestRun) -> tuple[str, int, int, int, int]:
    return run.status, run.created, run.updated, run.withdrawn, run.recognised


def test_everything_renamed_overnight_keeps_its_page_and_its_files(run: Run) -> None:
    run(*map(said, range(30)))
    before, files = ids(), set(Distribution.objects.values_list("pk", flat=True))
    renamed = run(*(said(n, site="neuf") for n in range(30)))
    assert counts(renamed) == ("done", 0, 30, 0, 30), renamed.messages
    assert ids() == before
    assert set(Distribution.objects.values_list("pk", flat=True)) == files
    assert Change.objects.filter(record=before["Jeu 7"]).count() == 2
    row = Dataset.objects.get(pk=before["Jeu 7"])
    assert row.uri == "https://neuf.example/jeux/neuf-7" and row.former_uris == ["https://vieux.example/jeux/vieux-7"]
    lines = Change.objects.count()
    assert run(*(said(n, site="neuf") for n in range(30))).unchanged == 30
    assert run(*(said(n, site="neuf") for n in range(29, -1, -1))).unchanged == 30
    assert Change.objects.count() == lines
    assert HarvestRecord.objects.count() == 30


def test_some_renamed_some_new_some_gone_are_told_apart(run: Run) -> None:
    run(*map(said, range(20)))
    before = ids()
    told = run(*map(said, range(15)), *(said(n, site="neuf") for n in (15, 16, 17)), said(99, site="neuf"))
    assert counts(told) == ("done", 1, 3, 2, 3), told.messages
    assert ids()["Jeu 16"] == before["Jeu 16"] and "Jeu 18" not in ids() and "Jeu 99" in ids()
    assert "3 fiches ont changé d’identifiant" in told.messages[0]


def test_a_copy_under_another_name_takes_nothing_from_the_original(run: Run) -> None:
    """The original may come later in the source: only what is missing may have been renamed."""
    run(*map(said, range(10)))
    before = ids()
    told = run(said(9, site="copie"), *map(said, range(10)))
    assert counts(told) == ("done", 1, 0, 0, 0)
    assert before["Jeu 9"] in set(Dataset.objects.published().values_list("pk", flat=True))


def test_same_titles_are_told_apart_by_their_addresses(run: Run) -> None:
    run(*(said(n, title="Compte rendu") for n in range(10)))
    before = dict(HarvestRecord.objects.values_list("key", "record"))
    told = run(*(said(n, site="neuf", title="Compte rendu") for n in range(9, -1, -1)))
    assert counts(told) == ("done", 0, 10, 0, 10)
    after = dict(HarvestRecord.objects.values_list("key", "record"))
    assert {key.replace("vieux", "neuf"): record for key, record in before.items()} == after


def test_a_new_title_too_is_recognised_by_an_address_that_nobody_else_has(run: Run) -> None:
    shared = {"file": "https://sig.example/wms"}
    run(*map(said, range(10)), said(10, title="Cadastre", **shared), said(11, title="Zonage", **shared))
    before = ids()
    told = run(
        *map(said, range(9)), said(9, site="neuf", title="Nouveau titre"), said(11, title="Zonage", **shared),
        said(12, site="neuf", title="Plan des réseaux", **shared),
    )  # fmt: skip
    # The service of everyone tells nothing: the plan of networks is not the land register.
    assert counts(told) == ("done", 1, 1, 1, 1), told.messages
    assert ids()["Nouveau titre"] == before["Jeu 9"]
    assert ids()["Plan des réseaux"] != before["Cadastre"]


def test_titles_alone_are_enough_only_when_everything_changes_at_once(run: Run) -> None:
    run(*map(said, range(20)))
    before = ids()
    one = run(*map(said, range(19)), said(19, site="neuf", file="https://autre.example/19.csv"))
    assert counts(one) == ("done", 1, 0, 1, 0)
    all_of_them = run(*(said(n, site="ods", file=f"https://ods.example/{n}/exports/csv") for n in range(19)))
    assert (all_of_them.status, all_of_them.recognised, all_of_them.created) == ("done", 19, 0), all_of_them.messages
    assert all(ids()[f"Jeu {n}"] == before[f"Jeu {n}"] for n in range(19))


def test_strangers_in_place_of_everything_stop_the_run_until_somebody_accepts(run: Run) -> None:
    run(*map(said, range(20)))
    before = ids()
    strangers = [said(n, site="neuf", title=f"Autre {n}", file=f"https://autre.example/{n}.csv") for n in range(20)]
    for _ in range(2):
        stopped = run(*strangers)
        assert counts(stopped) == ("stopped", 0, 0, 0, 0)
        assert "20 jeux de données sur 20" in stopped.messages[0] and "--max-withdrawn 1" in stopped.messages[0]
        assert ids() == before
    accepted = run(*strangers, max_withdrawn=1)
    assert counts(accepted) == ("done", 20, 0, 20, 0)
    assert run(*strangers).unchanged == 20


def test_a_withdrawn_record_that_returns_under_another_name_is_itself_again(run: Run) -> None:
    run(*map(said, range(10)))
    before = ids()["Jeu 9"]
    assert run(*map(said, range(9))).withdrawn == 1
    told = run(*map(said, range(9)), said(9, site="neuf"))
    assert counts(told) == ("done", 0, 1, 0, 1)
    assert ids()["Jeu 9"] == before


def test_records_without_an_address_keep_ours(run: Run) -> None:
    def blank(number: int, site: str) -> str:
        name = f'dct:identifier "{site}-{number}" ; dct:title "Jeu {number}"'
        files = f"[ a dcat:Distribution ; dcat:accessURL <https://sig.example/{number}> ]"
        return f"[] a dcat:Dataset ; {name} ; dcat:distribution {files} .\n"

    catalogue = "<https://c.example/> a dcat:Catalog ; dcat:dataset ?x .\n".replace("?x", "<https://c.example/x>")
    run(*(blank(n, "vieux") for n in range(8)), more=catalogue)
    before = {row.pk: row.uri for row in Dataset.objects.all()}
    told = run(*(blank(n, "neuf") for n in range(8)), more=catalogue)
    assert counts(told) == ("done", 0, 8, 0, 8)
    assert {row.pk: row.uri for row in Dataset.objects.all()} == before
    assert all(uri in row.said for row in Dataset.objects.with_forms() for uri in [row.uri])
    assert HarvestLeftover.objects.count() == 1
    assert run(*(blank(n, "neuf") for n in range(7, -1, -1)), more=catalogue).unchanged == 8


def test_a_reading_that_fails_takes_in_the_new_and_leaves_the_renamed_for_later(server: Server, run: Run) -> None:
    run(*map(said, range(10)))
    before = ids()
    more = f"<{server.url('/x')}> hydra:next <{server.url('/absente.ttl')}> .\n"
    renamed = [*(said(n, site="neuf") for n in range(5)), *map(said, range(5, 10)), said(50)]
    failed = run(*renamed, more=more)
    assert counts(failed) == ("failed", 1, 0, 0, 0)
    assert {title: pk for title, pk in ids().items() if title != "Jeu 50"} == before
    assert counts(run(*renamed)) == ("done", 0, 5, 0, 5)
    assert HarvestPage.objects.filter(run__complete=True).latest("pk").datasets == 11


def test_a_dry_run_says_who_would_be_recognised_and_writes_nothing(run: Run) -> None:
    run(*map(said, range(10)))
    rows = list(HarvestRecord.objects.order_by("pk").values())
    dry = run(*(said(n, site="neuf") for n in range(10)), dry=True)
    assert counts(dry) == ("done", 0, 10, 0, 10)
    assert list(HarvestRecord.objects.order_by("pk").values()) == rows


def test_grace_days_leave_time_to_come_back(run: Run, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from django.utils import timezone

    settings.BOUTURE_GRACE_DAYS = 3
    run(*map(said, range(10)))
    before = ids()
    spared = run(*map(said, range(9)))
    assert spared.withdrawn == 0 and ids() == before and "grâce : 1" in spared.messages[0]
    since = HarvestRecord.objects.get(absent_since__isnull=False).absent_since
    run(*map(said, range(8, -1, -1)))
    assert HarvestRecord.objects.get(absent_since__isnull=False).absent_since == since
    assert counts(run(*map(said, range(10)))) == ("done", 0, 0, 0, 0)
    assert not HarvestRecord.objects.filter(absent_since__isnull=False).exists()
    run(*map(said, range(9)))
    HarvestRecord.objects.filter(absent_since__isnull=False).update(absent_since=timezone.now() - timedelta(days=3))
    assert run(*map(said, range(9))).withdrawn == 1
    HarvestSource.objects.update(grace_days=0)
    assert run(*map(said, range(8))).withdrawn == 1


def test_the_snapshots_of_a_real_hub_keep_their_pages(shared_data: Path, tmp_path: Path) -> None:
    """Between the first two dates every identifier changed, between the last two nine in ten."""
    steps = list(replay(shared_data / "catalogues" / "geobtaa-arcgis-hub" / "jsons", "07c-01", tmp_path))
    assert [step.datasets for step in steps] == [160, 158, 159, 164]
    assert [step.same_identifiers for step in steps[1:]] == [0, 158, 15]
    for step in steps[1:]:
        assert step.run.status == "done", step.run.messages
        assert step.remain >= 151
        assert step.kept >= 0.95 * step.remain
        assert step.made_again == 0
