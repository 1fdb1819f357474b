"""Pages kept for strangers: given again as they were sent, and never one moment after the log says otherwise."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from catalogue import publishing, use
from catalogue.log import Entry, transaction
from catalogue.models import Change
from portal.kept_pages import LASTS, kept
from tests import factories
from tests.pages.samples import remember

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}


@pytest.fixture(autouse=True)
def _keeping(settings: Settings) -> Iterator[None]:
    settings.BOUTURE_KEPT_PAGES = 500
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def page(client: Client, address: str, **more: Any) -> str:
    response = client.get(address, **more)
    assert response.status_code == 200
    return str(response.content.decode())


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as told:
        page(client, address)
    return len(told)


def test_a_page_is_given_again_for_two_questions(client: Client) -> None:
    address = f"/jeux-de-donnees/{factories.dataset('Budget 2026').pk}/"
    first = page(client, address)
    with CaptureQueriesContext(connection) as told:
        assert page(client, address) == first
    assert len(told) == 2


@pytest.mark.parametrize("address", ["/", "/indicateurs/", "/qualite/", "/aide/"])
def test_so_are_the_others_that_strangers_read(client: Client, address: str) -> None:
    assert asked(client, address) >= asked(client, address) == 2


def test_what_changes_is_there_at_the_next_look(client: Client) -> None:
    row = factories.dataset("Budget 2026")
    address = f"/jeux-de-donnees/{row.pk}/"
    page(client, address), page(client, "/")
    publishing.publish([publishing.Draft("dataset", {"title": {"fr": "Budget voté"}}, row.owner_id, id=row.pk)])
    assert "Budget voté" in page(client, address) and "Budget voté" in page(client, "/")


def test_what_is_withdrawn_or_made_private_is_kept_by_nobody(client: Client) -> None:
    gone, hidden = factories.dataset("Parti"), factories.dataset("Caché")
    addresses = [f"/jeux-de-donnees/{row.pk}/" for row in (gone, hidden)]
    for _ in range(2):
        assert [client.get(address).status_code for address in addresses] == [200, 200]
    publishing.withdraw([gone], "Remplacé")
    publishing.set_private(hidden, True)
    for _ in range(2):
        assert [client.get(address).status_code for address in addresses] == [410, 404]
        assert "Caché" not in page(client, "/")


def test_a_score_that_is_worked_out_later_is_told(client: Client) -> None:
    row = factories.dataset()
    remember()
    page(client, f"/jeux-de-donnees/{factories.dataset().pk}/")  # the names of what both say are remembered too
    before = asked(client, f"/jeux-de-donnees/{row.pk}/")
    with transaction() as entries:
        entries.append(Entry(Change.Verb.UPDATE, row.pk, kind=Change.Kind.DERIVED, fields=("score",)))
    assert asked(client, f"/jeux-de-donnees/{row.pk}/") == before


def test_who_is_logged_in_neither_gets_nor_leaves_one(client: Client) -> None:
    row = factories.dataset()
    address = f"/jeux-de-donnees/{row.pk}/"
    member = Client()
    member.force_login(factories.person("reader", row.owner))
    theirs = page(member, address)
    ours = page(client, address)
    assert page(client, address) == ours and "/compte/" not in ours
    assert all("/compte/" in each for each in (theirs, page(member, address)))


def test_it_is_compressed_for_who_takes_that(client: Client) -> None:
    address = f"/jeux-de-donnees/{factories.dataset().pk}/"
    plain = page(client, address)
    for _ in range(2):
        response = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert response["Content-Encoding"] == "gzip" and gzip.decompress(response.content).decode() == plain
        assert "Accept-Encoding" in response["Vary"] and int(response["Content-Length"]) == len(response.content)
    assert "Content-Encoding" not in client.get(address) and client.head(address).content == b""


def test_the_same_address_under_another_name_is_another_page(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    addresses = [page(client, "/", headers={"Host": host}) for host in ("a.example", "b.example")]
    assert addresses == [page(client, "/", headers={"Host": host}) for host in ("a.example", "b.example")]
    part = client.get("/", headers={"Host": "a.example", "HX-Request": "true"})
    assert part.status_code == 200 and len(caches["pages"]._cache) == 3  # type: ignore[attr-defined]


def test_it_is_a_minute_old_at_most(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/jeux-de-donnees/{factories.dataset().pk}/"
    remember()
    page(client, f"/jeux-de-donnees/{factories.dataset().pk}/")  # the names of what both say are remembered too
    whole = asked(client, address)
    assert asked(client, address) == 2
    import django.core.cache.backends.locmem as store

    now = store.time.time()
    monkeypatch.setattr(store.time, "time", lambda: now + LASTS + 1)
    remember()  # which Redis does still, and the memory of a process does not
    assert asked(client, address) == whole


def test_looks_are_counted_all_the_same(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BOUTURE_USE_COUNTS = True
    seen: list[Any] = []
    monkeypatch.setattr(use, "count", seen.append)
    row = factories.dataset()
    for _ in range(3):
        client.get(f"/jeux-de-donnees/{row.pk}/", headers=BROWSER)
    client.get(f"/jeux-de-donnees/{row.pk}/", headers={**BROWSER, "DNT": "1"})
    assert seen == [row.pk] * 3


def test_what_is_not_for_all_is_not_kept(settings: Settings) -> None:
    """A form's secret, a cookie, a word about caches, another status, a question to be written, a long address."""

    def with_form(request: HttpRequest) -> HttpResponse:
        return HttpResponse(get_token(request))

    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("lu")
        response.set_cookie("choix", "1")
        return response

    def closed(request: HttpRequest) -> HttpResponse:
        return HttpResponse("pour vous", headers={"Cache-Control": "private, no-store"})

    def gone(request: HttpRequest) -> HttpResponse:
        return HttpResponse("retiré", status=410)

    ask = RequestFactory()
    for view in (with_form, with_cookie, closed, gone):
        kept(view)(ask.get("/"))
    plain = kept(lambda request: HttpResponse("lu"))
    plain(ask.post("/"))
    plain(ask.get("/", {"q": "a" * 600}))
    for request in (ask.get("/"), ask.get("/"), ask.get("/")):
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
        plain(request)
    plain(ask.get("/", headers={"Authorization": "Bearer x"}))
    settings.BOUTURE_KEPT_PAGES = 0
    plain(ask.get("/"))
    assert not caches["pages"]._cache  # type: ignore[attr-defined]


def test_a_search_is_given_again_and_counted_each_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[tuple[str, bool]] = []
    monkeypatch.setattr("portal.pages.browse.count", lambda text, *, found: counted.append((text, found)))
    factories.dataset("Bornes de recharge")
    factories.bring_index_up_to_date()
    for question in ("bornes", "zzyzx"):
        address = f"/jeux-de-donnees/?q={question}"
        first = page(client, address)
        assert asked(client, address) == 2
        assert page(client, address) == first
    assert counted == [("bornes", True)] * 3 + [("zzyzx", False)] * 3


def test_a_search_finds_what_was_published_since(client: Client) -> None:
    factories.dataset("Bornes de recharge")
    factories.bring_index_up_to_date()
    assert "de vélos" not in page(client, "/jeux-de-donnees/?q=bornes")
    factories.dataset("Bornes de vélos")
    factories.bring_index_up_to_date()
    assert "de vélos" in page(client, "/jeux-de-donnees/?q=bornes")


def test_a_search_that_asks_peers_is_kept_by_nobody(client: Client, settings: Settings) -> None:
    """What changes there, no log of ours tells."""
    factories.dataset("Bornes de recharge")
    factories.bring_index_up_to_date()
    settings.BOUTURE_PEER_CLUSTERS = (("https://donnees.voisine.example", "es.voisine.example:9300"),)
    assert asked(client, "/jeux-de-donnees/?q=bornes") > 2
    assert asked(client, "/jeux-de-donnees/?q=bornes") > 2
