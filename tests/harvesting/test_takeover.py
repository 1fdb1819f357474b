"""`manage.py takeover`: what an old portal published becomes ours, and each of its addresses leads to the right page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from catalogue import additions, publishing
from catalogue.additions import Wish
from catalogue.models import Addition, Change, Dataset, Distribution, FormerPath, Organisation
from catalogue.publishing import Draft
from harvesters import following, schedule
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.lease import Closed
from harvesters.models import HarvestSource
from harvesters.registry import find_or_make
from harvesters.takeover import NotReady, take_over
from tests import factories
from tests.harvesting.servers import Server, reply
from tests.harvesting.test_real_answers import LARGE
from tests.harvesting.towns import (
    ArcgisTown,
    CkanTown,
    CswTown,
    DataJsonTown,
    DcatTown,
    OpendatasoftTown,
    Record,
    Town,
    UdataTown,
    records,
)

pytestmark = pytest.mark.django_db
MakeClient = Callable[..., Client]
OUR = "http://127.0.0.1:8000"
PAGE = {"headers": {"accept": "text/html"}}


def taken_in(source: HarvestSource, client: Client) -> HarvestSource:
    run = harvest(source, client)
    assert run.status == "done", run.messages
    source.refresh_from_db()
    return source


def leads(browser: Browser, path: str, row: Dataset, part: str = "") -> None:
    answer = browser.get(path, **PAGE)  # type: ignore[arg-type]
    wanted = (301, f"{OUR}{row.get_absolute_url()}{part}")
    assert (answer.status_code, answer.headers.get("Location")) == wanted, path


@pytest.fixture
def town(server: Server, tmp_path: Path) -> CkanTown:
    town = CkanTown(server, tmp_path)
    town.publish(records(7))
    return town


@pytest.fixture
def source(town: CkanTown, make_client: MakeClient) -> HarvestSource:
    return taken_in(find_or_make(town.address, kind="ckan", options=town.options), make_client())


SHOWN: list[tuple[type[Town], list[str]]] = [
    (
        CkanTown,
        [
            "/dataset/{name}",
            "/fr/dataset/{name}/",
            "/dataset/{name}.ttl",
            "/dataset/x/resource/r{number}",
            "/dataset/activity/{name}",
        ],
    ),
    (UdataTown, ["/datasets/{name}/", "/fr/datasets/{name}/", "/en/datasets/{name}/discussions"]),
    (
        OpendatasoftTown,
        ["/explore/dataset/{name}/", "/explore/dataset/{name}/table/", "/explore/embed/dataset/{name}/map/"],
    ),
    (ArcgisTown, ["/datasets/{name}", "/datasets/{name}/explore", "/maps/{name}/about"]),
    (CswTown, ["/geonetwork/srv/api/records/{name}", "/geonetwork/srv/fre/metadata/{name}"]),
    (DcatTown, ["/{page}", "/{page}/"]),
    (DataJsonTown, ["/{page}", "/{page}/"]),
]


@pytest.mark.parametrize(("kind", "paths"), SHOWN, ids=[kind.kind for kind, _ in SHOWN])
def test_each_kind_of_portal_leads_to_its_records(
    kind: type[Town], paths: list[str], server: Server, tmp_path: Path, make_client: MakeClient, client: Browser
) -> None:
    town = kind(server, tmp_path)
    published = [Record(one.number, one.title, page=server.url(f"/pages/le-{one.name}")) for one in records(4)]
    town.publish(published)
    source = taken_in(find_or_make(town.address, kind=kind.kind, options=town.options), make_client())
    taken = take_over(source)
    assert (taken.datasets, taken.adopted, taken.elsewhere, taken.ours) == (4, 4, [], [])
    assert not Dataset.objects.filter(harvested=True).exists()
    for one in published:
        [row] = [row for row in Dataset.objects.all() if row.label == one.title]
        for path in paths:
            asked = path.format(name=one.name, number=one.number, page=f"pages/le-{one.name}")
            answer = client.get(asked + "?tri=date", **PAGE)  # type: ignore[arg-type]
            assert answer.status_code == 301, asked
            end = "#fichiers" if "resource" in asked else ""
            assert answer["Location"] in (
                f"{OUR}{row.get_absolute_url()}{end}",
                f"{OUR}/id/{row.pk}.ttl",
            )


def test_every_address_of_birmingham_leads_to_the_right_page(
    shared_data: Path, server: Server, make_client: MakeClient, client: Browser, settings: Settings
) -> None:
    said = json.loads((shared_data / "catalogues" / "ckan-birmingham" / "package_search.json").read_bytes())
    said["result"]["count"] = 10
    server.replies["/api/3/action/package_search"] = reply(json.dumps(said).encode(), content_type="application/json")
    source = taken_in(find_or_make(server.url("/api/3/action/package_search")), make_client(LARGE))
    settings.BOUTURE_FORMER_HOSTS = ["data.birmingham.gov.uk"]
    taken = take_over(source, hosts=["data.birmingham.gov.uk"])
    uploads = [r for p in said["result"]["results"] for r in p["resources"] if "data.birmingham.gov.uk" in r["url"]]
    assert (taken.datasets, taken.files, taken.there) == (10, 54, len(uploads))
    for package in said["result"]["results"]:
        row = _titled(package["title"])
        for name in (package["id"], package["name"]):
            for path in ("/dataset/{}", "/dataset/{}/", "/fr/dataset/{}?x=1", "/dataset/groups/{}"):
                leads(client, path.format(name), row)
            for resource in package["resources"]:
                leads(client, f"/dataset/{name}/resource/{resource['id']}", row, "#fichiers")
                if resource in uploads:  # the old portal held it: a person sees the page, a program is told
                    path = urlsplit(resource["url"]).path
                    answer = client.get(path, **PAGE)  # type: ignore[arg-type]
                    assert (answer.status_code, answer["Location"].endswith("#fichiers")) == (302, True)
                    assert client.get(path, headers={"accept": "*/*"}).status_code == 404
        body = package["organization"]
        for name in (body["name"], body["id"]):
            answer = client.get(f"/organization/{name}")
            assert answer["Location"] == OUR + row.published_by.get_absolute_url()


def test_every_address_of_data_gouv_leads_to_the_right_page(
    shared_data: Path, server: Server, make_client: MakeClient, client: Browser
) -> None:
    folder = shared_data / "catalogues" / "datagouv-api-2022" / "datasets"
    items = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    said = {"data": items, "next_page": None, "previous_page": None, "page_size": 100, "total": len(items)}
    server.replies["/api/1/datasets/"] = reply(json.dumps(said).encode(), content_type="application/json")
    source = taken_in(find_or_make(server.url("/api/1/datasets/")), make_client(LARGE))
    take_over(source, hosts=["www.data.gouv.fr"])
    rows = {identifier: row for row in Dataset.objects.all() for identifier in row.identifier}
    for item in items:
        row = rows[item["id"]]
        for path in (item["page"], f"/datasets/{item['slug']}", f"/fr/datasets/{item['id']}/", item["uri"]):
            leads(client, urlsplit(path).path, row)
        for resource in item["resources"]:
            answer = client.get(f"/fr/datasets/r/{resource['id']}", **PAGE)  # type: ignore[arg-type]
            assert answer.status_code in (301, 302)
            if answer.status_code == 301:
                assert Distribution.objects.filter(
                    dataset=row, access_url__icontains=urlsplit(answer["Location"]).netloc
                )
        if item["organization"]:
            for name in ("slug", "id"):
                answer = client.get(f"/fr/organizations/{item['organization'][name]}/")
                assert answer["Location"] == OUR + row.published_by.get_absolute_url()


def test_every_address_of_two_hubs_leads_to_the_right_page(
    shared_data: Path, server: Server, make_client: MakeClient, client: Browser
) -> None:
    """One by its search, one by its data.json, whose landing pages are those of the hub."""
    folder = shared_data / "catalogues"
    said = json.loads((folder / "od-scotland" / "tests" / "mock_data" / "arcgis" / "moray.json").read_bytes())
    said["meta"]["stats"]["totalCount"] = len(said["data"])
    server.replies["/api/v3/datasets"] = reply(json.dumps(said).encode(), content_type="application/json")
    take_over(taken_in(find_or_make(server.url("/api/v3/datasets")), make_client(LARGE)))
    rows = {identifier: row for row in Dataset.objects.all() for identifier in row.identifier}
    for item in said["data"]:
        for path in (f"/datasets/{item['id']}", f"/datasets/{item['attributes']['slug']}/explore?location=1,2,3"):
            leads(client, path, rows[item["id"]])
    body = (folder / "geobtaa-arcgis-hub" / "jsons" / "07c-01_20211231.json").read_bytes()
    server.replies["/data.json"] = reply(body, content_type="application/json")
    source = taken_in(find_or_make(server.url("/data.json")), make_client(LARGE))
    taken = take_over(source, hosts=["data.detroitmi.gov"])
    assert (taken.datasets, taken.elsewhere) == (160, [])
    for item in json.loads(body)["dataset"]:
        row = Dataset.objects.get(uri=item["identifier"])
        leads(client, urlsplit(item["landingPage"]).path + "/about", row)


def test_every_address_of_an_opendatasoft_leads_to_the_right_page(
    shared_data: Path, server: Server, make_client: MakeClient, client: Browser
) -> None:
    folder = shared_data / "catalogues" / "udata-ods" / "tests" / "data"
    names = ("test-a", "test-b", "with-attachments")
    items = [json.loads((folder / f"{name}.json").read_bytes()) for name in names]
    said = {"nhits": len(items), "parameters": {"rows": 100}, "datasets": items}
    server.replies["/api/datasets/1.0/search"] = reply(json.dumps(said).encode(), content_type="application/json")
    take_over(taken_in(find_or_make(server.url("/api/datasets/1.0/search")), make_client(LARGE)))
    rows = {identifier: row for row in Dataset.objects.all() for identifier in row.identifier}
    for item in items:
        for tab in ("", "information/", "table/", "export/?flg=fr", "map", "analyze/", "api/"):
            leads(client, f"/explore/dataset/{item['datasetid']}/{tab}", rows[item["datasetid"]])
    assert client.get("/explore/?q=arbres&sort=modified")["Location"] == f"{OUR}/jeux-de-donnees/?q=arbres"


def _titled(title: str) -> Dataset:
    [row] = [row for row in Dataset.objects.select_related("published_by") if row.label == title]
    return row


def test_records_become_ours_and_say_what_they_said(source: HarvestSource) -> None:
    before = {row.pk: (row.uri, row.digest, row.said, row.updated_at) for row in Dataset.objects.with_forms()}
    taken = take_over(source)
    rows = list(Dataset.objects.with_forms())
    assert (taken.datasets, taken.adopted, len(rows)) == (7, 7, 7)
    assert {row.pk: (row.uri, row.digest, row.said, row.updated_at) for row in rows} == before
    assert not any(row.harvested for row in rows)
    told = Change.objects.filter(fields=["harvested"], verb=Change.Verb.UPDATE)
    assert set(told.values_list("record", flat=True)) == set(before)


def test_a_source_that_was_taken_over_is_never_harvested_again(
    source: HarvestSource, make_client: MakeClient, town: CkanTown
) -> None:
    schedule.set_rhythm(source, "* * * * *", "", 0)
    take_over(source)
    source.refresh_from_db()
    town.publish(records(9, description="Autre chose."))
    with pytest.raises(Closed, match="a pris la suite"):
        harvest(source, make_client())
    with pytest.raises(CommandError, match="a pris la suite") as refused:
        call_command("harvest", source.key)
    assert refused.value.returncode == 1
    schedule.resume(source)
    assert not schedule.run_soon(source) and not schedule.accept(source)
    assert schedule.due(timezone.now()) == [] and schedule.run_due(lambda _: make_client()) == []
    assert Dataset.objects.count() == 7 and source.runs.count() == 1


def test_starting_it_twice_changes_nothing(source: HarvestSource) -> None:
    first = take_over(source)
    state = (list(FormerPath.objects.order_by("pk").values()), Change.objects.count())
    closed_at = HarvestSource.objects.get().closed_at
    again = take_over(HarvestSource.objects.get())
    assert (again.adopted, again.datasets, again.paths) == (0, first.datasets, first.paths)
    assert (list(FormerPath.objects.order_by("pk").values()), Change.objects.count()) == state
    assert HarvestSource.objects.get().closed_at == closed_at


def test_a_dry_run_writes_nothing_and_tells_the_same(source: HarvestSource) -> None:
    state = (Change.objects.count(), list(HarvestSource.objects.values()))
    dry = take_over(source, dry=True)
    assert (Change.objects.count(), list(HarvestSource.objects.values())) == state
    assert not FormerPath.objects.exists() and Dataset.objects.filter(harvested=True).count() == 7
    done = take_over(source)
    assert {**dry.told(), "dry": False} == done.told()


def test_a_source_that_was_never_read_to_its_end_is_refused(town: CkanTown, make_client: MakeClient) -> None:
    source = find_or_make(town.address, kind="ckan", options=town.options)
    with pytest.raises(NotReady, match="jusqu’au bout"):
        take_over(source)
    town.publish(records(7), "last-page-missing")
    assert harvest(source, make_client()).status == "failed"
    with pytest.raises(NotReady, match=r"manage\.py harvest"):
        take_over(source)
    source.refresh_from_db()
    assert source.closed_at is None and source.holder == ""


def test_records_aside_or_absent_stop_it_until_somebody_accepts(
    source: HarvestSource, make_client: MakeClient, town: CkanTown
) -> None:
    source.grace_days = 30
    source.save(update_fields=["grace_days"])
    left = records(7)[1:]
    town.publish([*left, Record(8, "Mauvais", broken=True)])
    harvest(source, make_client())
    with pytest.raises(NotReady, match=r"mises de côté.* : 1\. .*manquaient au dernier passage : 1\."):
        take_over(source)
    with pytest.raises(NotReady, match="manquaient"):
        take_over(source, even_so=["aside"])
    assert take_over(source, even_so=["aside", "absent"]).adopted == 7


def test_a_run_that_waits_for_a_decision_stops_it(
    source: HarvestSource, make_client: MakeClient, town: CkanTown
) -> None:
    town.publish(records(2))
    assert harvest(source, make_client()).status == "stopped"
    with pytest.raises(NotReady, match="attendent que vous décidiez"):
        take_over(source)
    assert take_over(source, even_so=["stopped"]).adopted == 7


def test_one_whose_records_somebody_wants_withdrawn_is_refused(
    source: HarvestSource, make_client: MakeClient, client: Browser
) -> None:
    following.leave(source, withdraw=True)
    with pytest.raises(NotReady, match="retrait"):
        take_over(source)
    schedule.run_due(lambda _: make_client())
    assert take_over(source).withdrawn == 7  # they were: their addresses say so
    assert client.get("/dataset/jeu-1", **PAGE).status_code == 410  # type: ignore[arg-type]


def test_one_that_is_followed_no_more_can_be_taken_over(source: HarvestSource) -> None:
    following.leave(source, withdraw=False)
    assert take_over(source).adopted == 7


def test_one_that_runs_now_is_refused(source: HarvestSource) -> None:
    later = timezone.now() + timedelta(minutes=5)
    HarvestSource.objects.update(holder="ailleurs:1:x", held_until=later)
    with pytest.raises(CommandError, match="déjà en cours") as refused:
        call_command("takeover", source.key)
    assert refused.value.returncode == 1
    assert Dataset.objects.filter(harvested=True).count() == 7


@pytest.mark.parametrize(
    "typed",
    [
        ["https://ailleurs.example/"],
        ["99999"],
        ["a\0b"],
        ["/nulle/part"],
        ["--even-so", "tout"],
        ["--host", "http://x"],
    ],
)
def test_a_wrong_call_is_told(source: HarvestSource, typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    given = [source.key, *typed] if typed[0].startswith("-") else typed
    with pytest.raises((CommandError, SystemExit)) as refused:
        call_command("takeover", *given)
    assert getattr(refused.value, "returncode", None) == 2 or "even-so" in str(refused.value)
    assert HarvestSource.objects.get().closed_at is None


def test_the_command_tells_what_it_did(source: HarvestSource, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("takeover", str(source.pk), "--dry-run", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["datasets"], told["adopted"], told["dry"]) == (7, 7, True)
    call_command("takeover", source.key, "--host", "fichiers.ville.example")
    told = capsys.readouterr().out
    assert "Fiches reprises : 7 " in told and "Fichiers encore chez l’ancien portail : 7 sur 7." in told


def killed_at(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """The process dies after that many batches."""
    adopt, done = publishing.adopt, [0]

    def dying(*args: Any) -> int:
        if done[0] == batch:
            raise KeyboardInterrupt
        done[0] += 1
        return adopt(*args)

    monkeypatch.setattr(publishing, "adopt", dying)


@pytest.mark.parametrize("batch", [0, 1, 2])
def test_killed_on_the_way_it_does_the_rest_when_started_again(
    batch: int, source: HarvestSource, monkeypatch: pytest.MonkeyPatch, client: Browser
) -> None:
    monkeypatch.setattr(publishing, "BATCH", 3)
    with monkeypatch.context() as patched:
        killed_at(patched, batch)
        with pytest.raises(KeyboardInterrupt):
            take_over(source)
    row = HarvestSource.objects.get()
    assert row.closed_at and not row.closing
    ours = Dataset.objects.filter(harvested=False)
    assert ours.count() == max(0, batch - 1) * 3
    for dataset in ours:  # none is ours without its old addresses
        assert FormerPath.objects.filter(record=dataset.pk).exists()
    left = 7 - ours.count()
    assert take_over(row).adopted == left
    assert not Dataset.objects.filter(harvested=True).exists()
    assert HarvestSource.objects.get().closing["datasets"] == 7
    assert Change.objects.filter(fields=["harvested"]).count() == 7


def test_another_catalogue_changes_nothing_of_what_became_ours(
    source: HarvestSource, make_client: MakeClient, town: CkanTown
) -> None:
    """Nor does it withdraw it."""
    take_over(source)
    row = Dataset.objects.with_forms().order_by("pk").first()
    assert row is not None
    draft = Draft("dataset", {"title": {"fr": "Autre"}}, row.owner_id, id=row.pk, harvested=True)
    [outcome] = publishing.publish([draft])
    assert outcome.verb == "unchanged"
    assert Dataset.objects.get(pk=row.pk).title == row.title


def _but_for(path: str, answer: HttpResponse) -> str:
    """What a page says besides the address that was asked, whose last words it offers to search."""
    words = path.rstrip("/").rpartition("/")[2].replace("-", " ")
    return str(answer.content.decode().replace(path, "").replace(f'value="{words}"', ""))


def test_what_is_withdrawn_is_gone_and_what_is_private_is_unknown(source: HarvestSource, client: Browser) -> None:
    gone, hidden, both = list(Dataset.objects.order_by("pk")[:3])
    publishing.withdraw([gone, both], "Plus à jour.")
    publishing.set_private(hidden, True)
    publishing.set_private(both, True)
    taken = take_over(source)
    assert (taken.withdrawn, taken.private) == (2, 2)
    path = {row.pk: f"/fr/dataset/{row.identifier[0]}/" for row in (gone, hidden, both)}
    answer = client.get(path[gone.pk], **PAGE)  # type: ignore[arg-type]
    assert answer.status_code == 410 and "Plus à jour." in answer.content.decode()
    unknown = client.get("/fr/dataset/rien/", **PAGE)  # type: ignore[arg-type]
    for row in (hidden, both):
        answer = client.get(path[row.pk], **PAGE)  # type: ignore[arg-type]
        assert (answer.status_code, "Location" in answer.headers) == (404, False)
        assert _but_for(path[row.pk], answer) == _but_for("/fr/dataset/rien/", unknown)
        assert client.get(f"{path[row.pk]}resource/r{row.identifier[0][4:]}").status_code == 404
    client.force_login(factories.person("reader", hidden.owner))
    answer = client.get(path[hidden.pk], **PAGE)  # type: ignore[arg-type]
    assert (answer.status_code, answer["Cache-Control"]) == (301, "private, no-store")
    assert client.get(path[both.pk], **PAGE).status_code == 410  # type: ignore[arg-type]


def test_what_a_nearer_source_speaks_for_is_left_to_it(source: HarvestSource, client: Browser) -> None:
    row = source.records.order_by("pk").first()
    assert row is not None and row.record
    source.records.filter(pk=row.pk).update(follows=True)
    dry, taken = take_over(source, dry=True), take_over(source)
    assert (taken.adopted, taken.followed, taken.datasets) == (6, 1, 6) and dry.followed == 1
    theirs = Dataset.objects.get(harvested=True)
    assert theirs.pk == row.record
    leads(client, f"/fr/dataset/{row.key.removeprefix('id:')}/", theirs)


def test_another_route_to_what_became_ours_follows_it(server: Server, tmp_path: Path, make_client: MakeClient) -> None:
    town = DcatTown(server, tmp_path, size=10)
    town.publish(records(5))
    take_over(taken_in(find_or_make(town.address, kind="dcat"), make_client()))
    before = list(Dataset.objects.order_by("pk").values_list("pk", "version", "description", "status"))
    with Server() as second:
        other = DcatTown(second, tmp_path, size=10)
        source = find_or_make(other.address, kind="dcat")
        for published in (records(5, description="Autre chose."), records(4)):
            other.publish(published)
            run = harvest(source, make_client(trusted=second.trusted), max_withdrawn=1.0)
            assert (run.created, run.updated, run.withdrawn) == (0, 0, 0), run.messages
            assert list(Dataset.objects.order_by("pk").values_list("pk", "version", "description", "status")) == before


def test_two_portals_with_the_same_names_keep_theirs(
    source: HarvestSource, make_client: MakeClient, tmp_path: Path, client: Browser
) -> None:
    take_over(source)
    with Server() as second:
        town = CkanTown(second, tmp_path)
        town.publish(records(3, description="D’à côté."))
        HarvestSource.objects.update(key="https://donnees.ville.example/")
        FormerPath.objects.update(host="donnees.ville.example")
        other = find_or_make(town.address, kind="ckan", options=town.options)
        taken = take_over(taken_in(other, make_client(trusted=second.trusted)))
    assert "/dataset/jeu-1" in taken.elsewhere and taken.adopted == 3
    rows = FormerPath.objects.filter(path="/dataset/jeu-1").order_by("pk")
    assert [row.host for row in rows] == ["donnees.ville.example", "127.0.0.1"]
    first, second_row = (Dataset.objects.get(pk=row.record) for row in rows)
    assert second_row.description == {"": "D’à côté."} != first.description
    leads(client, "/dataset/jeu-1", first)


def test_a_page_of_several_records_leads_to_none_and_one_s_own_address_to_itself(
    server: Server, tmp_path: Path, make_client: MakeClient, client: Browser
) -> None:
    town = DcatTown(server, tmp_path)
    there = "https://ville.example"
    pages = {5: "", 0: f"{there}/toutes", 1: f"{there}/toutes", 2: f"{there}/une", 3: f"{there}/", 4: f"{there}/jeu-5"}
    town.publish([Record(one.number, one.title, page=pages[one.number]) for one in records(6)])
    take_over(taken_in(find_or_make(town.address, kind="dcat"), make_client()), hosts=["ville.example"])
    kept = set(FormerPath.objects.filter(kind="dataset").values_list("path", flat=True))
    assert kept == {*(f"/jeu-{number}" for number in range(6)), "/une"}
    leads(client, "/une/", _titled("Jeu 2"))
    leads(client, "/jeu-5", _titled("Jeu 5"))


def test_records_take_addresses_of_ours_when_asked(source: HarvestSource, settings: Settings, client: Browser) -> None:
    with pytest.raises(NotReady, match="BOUTURE_URL"):
        take_over(source, new_addresses=True)
    assert HarvestSource.objects.get().closed_at is None
    settings.BOUTURE_URL = "https://donnees.ville.example"
    old = "https://ancien.example/fiches/{}"
    for number, row in enumerate(Dataset.objects.order_by("pk")):
        Dataset.objects.filter(pk=row.pk).update(uri=old.format(number))
    gone, *left = Dataset.objects.order_by("pk")
    publishing.withdraw([gone], "Périmé.")
    take_over(source, hosts=["ancien.example"], new_addresses=True)
    for row in Dataset.objects.with_forms().exclude(pk=gone.pk):
        assert row.uri == f"https://donnees.ville.example/id/{row.pk}"
        assert row.former_uris == [one.uri for one in left if one.pk == row.pk]
        assert f'"{row.former_uris[0]}"' in row.repaired and row.uri in row.repaired and row.said
        assert client.get(urlsplit(row.former_uris[0]).path, **PAGE).status_code == 301  # type: ignore[arg-type]
    gone.refresh_from_db()
    assert (gone.status, gone.uri) == ("withdrawn", old.format(0))
    state = Change.objects.count()
    take_over(source, hosts=["ancien.example"], new_addresses=True)
    assert Change.objects.count() == state


def test_what_was_added_here_becomes_the_record_s_own(source: HarvestSource) -> None:
    row = Dataset.objects.order_by("pk").first()
    assert row is not None
    file = {"access_url": ["https://fichiers.ville.example/de-plus.csv"], "title": {"fr": "De plus"}}
    additions.lay(
        row,
        [
            Wish("correct", "title", "Un meilleur titre", "fr"),
            Wish("add", "keyword", "eau", "fr"),
            Wish("add", "distribution", file),
            Wish("note", "", "À vérifier en mai."),
        ],
    )
    title, count = Dataset.objects.get(pk=row.pk).title, row.distributions.count()
    take_over(source)
    now = Dataset.objects.get(pk=row.pk)
    assert (now.title, now.title["fr"], now.distributions.count()) == (title, "Un meilleur titre", count)
    assert not now.distributions.filter(origin=Distribution.Origin.LOCAL).exists()
    assert [one.value for one in Addition.objects.all()] == ["À vérifier en mai."]


def test_a_body_that_is_but_a_name_in_private_records_is_unknown(source: HarvestSource, client: Browser) -> None:
    take_over(source)
    body = factories.body("Service caché", tenant=False)
    FormerPath.objects.create(path="/organization/cache", host="", kind="body", body=body)
    assert client.get("/organization/cache").status_code == 404
    factories.dataset("Caché", publisher={"name": {"fr": body.name}}, private=True)
    assert client.get("/organization/cache").status_code == 404
    factories.dataset("Ouvert", publisher={"name": {"fr": body.name}})
    assert client.get("/organization/cache")["Location"].endswith(body.get_absolute_url())
    assert Organisation.objects.filter(name=body.name).count() == 1
