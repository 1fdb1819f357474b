"""A search as an Atom feed: read by a real reader of feeds, paged, asked again, and under each reader's rights."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import Dataset
from portal.api.feed import ATOM
from tests import factories
from tests.photographs import photographed

pytestmark = pytest.mark.django_db
ENVI = factories.EU + "data-theme/ENVI"
FEED = "/jeux-de-donnees.atom"
NAMES = {"a": ATOM}


def planted() -> list[Dataset]:
    """Forty-five datasets on trees, the first the oldest, and one on budgets."""
    town = factories.body("Ville d’essai")
    rows = [
        factories.dataset(f"Arbres {number:02}", town, theme=[ENVI], modified=f"2024-01-{number // 2 + 1:02}")
        for number in range(45)
    ]
    factories.dataset(
        "Budget <i>primitif</i> & \x02annexes", factories.body("Syndicat"), license=factories.OPEN_LICENCE
    )
    factories.bring_index_up_to_date()
    return rows


@pytest.fixture
def trees(searched: Path) -> list[Dataset]:
    return photographed(planted)


def feed(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return feedparser.parse(answer.content)


def link(parsed: Any, rel: str) -> str:
    return next((each["href"] for each in parsed.feed.links if each["rel"] == rel), "")


def test_a_reader_of_feeds_reads_it(trees: list[Dataset], client: Client, settings: Settings) -> None:
    parsed = feed(client, f"{FEED}?q=arbres")
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    assert parsed.feed.id == f"{settings.BOUTURE_URL}{FEED}?q=arbres"
    assert parsed.feed.os_totalresults == "45"
    latest = parsed.entries[0]
    row = max(trees, key=lambda row: row.modified)
    assert latest.title.startswith("Arbres 4")
    by_title = {entry.title: entry for entry in parsed.entries}
    entry = by_title[row.label]
    assert entry.id == row.uri
    assert entry.link == settings.BOUTURE_URL + row.get_absolute_url()
    assert entry.author == "Ville d’essai"
    assert entry.tags[0].term == ENVI
    assert entry.published_parsed[:3] == timezone.now().utctimetuple()[:3]
    assert link(parsed, "alternate") == f"{settings.BOUTURE_URL}/jeux-de-donnees/?q=arbres"


def test_each_feed_has_what_the_standard_asks(trees: list[Dataset], client: Client) -> None:
    """RFC 4287 §4.1.1 and §4.1.2: what must be there, once."""
    for address in (FEED, f"{FEED}?page=3", f"{FEED}?q=rien+de+tel", f"{FEED}?organisme=syndicat"):
        root = ET.fromstring(client.get(address).content)
        assert root.tag == f"{{{ATOM}}}feed"
        for node in (root, *root.findall("a:entry", NAMES)):
            for name in ("id", "title", "updated", "author"):
                assert len(node.findall(f"a:{name}", NAMES)) == 1, (address, name)
            assert all(author.findtext("a:name", "", NAMES) for author in node.findall("a:author", NAMES))
            kinds = [
                (each.get("type"), each.get("hreflang")) for each in node.findall("a:link[@rel='alternate']", NAMES)
            ]
            assert len(set(kinds)) == len(kinds)
        ids = [entry.findtext("a:id", "", NAMES) for entry in root.findall("a:entry", NAMES)]
        assert len(set(ids)) == len(ids)
        assert all(":" in each for each in ids)


def test_pages_lead_to_every_entry_once(trees: list[Dataset], client: Client, settings: Settings) -> None:
    seen: list[str] = []
    address = f"{FEED}?q=arbres"
    while address:
        parsed = feed(client, address.removeprefix(settings.BOUTURE_URL))
        assert link(parsed, "first") == parsed.feed.id
        seen += [entry.id for entry in parsed.entries]
        address = link(parsed, "next")
    assert sorted(seen) == sorted(row.uri for row in trees)
    dates = [Dataset.objects.get(uri=uri).modified for uri in seen]
    assert dates == sorted(dates, reverse=True)
    assert link(parsed, "previous").endswith("page=2")
    assert client.get(f"{FEED}?q=arbres&page=4").status_code == 404


def test_hostile_texts_stay_texts(trees: list[Dataset], client: Client) -> None:
    parsed = feed(client, f"{FEED}?organisme=syndicat")
    [entry] = parsed.entries
    assert not parsed.bozo
    assert entry.title_detail.type == "text/plain"
    assert entry.title_detail.value.startswith("Budget <i>primitif</i> & ")
    assert entry.rights


def test_asking_again_costs_nothing_until_something_changes(trees: list[Dataset], client: Client) -> None:
    first = client.get(f"{FEED}?q=arbres")
    assert client.get(f"{FEED}?q=arbres", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get(f"{FEED}?q=arbres", headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    Dataset.objects.filter(pk=trees[-1].pk).update(updated_at=timezone.now() + timedelta(seconds=5))
    publishing.withdraw([trees[-1]], "Remplacé.")
    changed = client.get(f"{FEED}?q=arbres", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert b"Arbres 44" not in changed.content


def test_while_the_index_is_behind_no_moment_is_said(trees: list[Dataset], client: Client) -> None:
    factories.dataset("Arbres tout neufs", trees[0].owner)
    assert "Last-Modified" not in client.get(f"{FEED}?q=arbres")
    factories.bring_index_up_to_date()
    answer = client.get(f"{FEED}?q=arbres")
    assert b"tout neufs" in answer.content
    assert "Last-Modified" in answer


def test_what_is_private_is_in_its_members_feeds_alone(trees: list[Dataset], client: Client) -> None:
    publishing.set_private(trees[0], private=True)  # the worker is stopped
    open_to_all = feed(client, f"{FEED}?q=arbres&page=3")
    assert open_to_all.feed.os_totalresults == "44"
    client.force_login(factories.person("reader", trees[0].owner))
    factories.bring_index_up_to_date()
    answer = client.get(f"{FEED}?q=arbres&page=3")
    assert answer["Cache-Control"] == "private, no-store"
    assert feedparser.parse(answer.content).feed.os_totalresults == "45"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("q=" + "x" * 10_000, "q"),
        ("page=0", "page"),
        ("page=1000000", "page"),
        ("page=zz", "page"),
        ("tri=hasard", "tri"),
        ("genre=service", "genre"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_words(
    trees: list[Dataset], client: Client, query: str, parameter: str
) -> None:
    answer = client.get(f"{FEED}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    said = json.loads(answer.content)
    assert [each["parameter"] for each in said["errors"]] == [parameter]
    assert said["detail"]


def test_without_an_index_it_says_so(db: None, home: Path, client: Client) -> None:
    answer = client.get(FEED)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_pages_lead_to_their_feed(trees: list[Dataset], client: Client) -> None:
    page = client.get("/jeux-de-donnees/?q=arbres&format=CSV&page=2").content.decode()
    assert f'href="{FEED}?q=arbres&amp;format=CSV"' in page
    page = client.get("/jeux-de-donnees/?q=arbres&genre=dataset").content.decode()
    assert page.count(f'href="{FEED}?q=arbres"') == 2
    assert 'href="/api/search?q=arbres&amp;genre=dataset"' in page
    page = client.get("/organisations/syndicat/").content.decode()
    assert f'href="{FEED}?organisme=syndicat"' in page


def test_its_queries_do_not_depend_on_its_length(
    trees: list[Dataset], client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(10):
        client.get(f"{FEED}?q=arbres")
