"""Pages that the territory writes: shown clean, found, told, lost by nobody; and what is wrong refused by its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import get_resolver

from catalogue import pages
from catalogue.errors import Conflict
from catalogue.models import AuditEntry, Page, User
from catalogue.pages import RESERVED, PageRefused, Written
from catalogue.search import find
from tests import factories
from tests.pages.conftest import filled, said

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
NEW = "/pages/nouvelle/"
HOSTILE = (
    "## Titre\n\n<script>alert(1)</script>\n\n[clic](javascript:alert(1)) [clac](data:text/html,x) "
    "![image](https://ailleurs.example/i.png)\n\n<p style='color:red' onclick=alert(1)>p</p>"
)
CHIEF = "chef@ville.example"


@pytest.fixture
def admin(as_: As) -> Client:
    return as_(User.objects.create_superuser(CHIEF, "x"))


def written(**more: object) -> Page:
    given = {"title": "Mentions légales", "body": "Éditeur : la ville.", "published": True, **more}
    return pages.keep(None, Written(**given))  # type: ignore[arg-type]


def form(client: Client, address: str = NEW) -> str:
    return client.get(address).content.decode()


def test_a_page_is_written_seen_before_it_is_kept_then_published(admin: Client, as_: As, client: Client) -> None:
    text = "# Éditeur\n\nLa **ville**.\n\n# Hébergeur\n\nLa ville aussi."
    seen = admin.post(NEW, filled(form(admin), "voir", titre="Mentions légales", texte=text))
    assert "<h2>Éditeur</h2>" in said(seen) and "<strong>ville</strong>" in said(seen)
    assert not Page.objects.exists()
    kept = admin.post(NEW, filled(seen.content.decode(), "enregistrer"))
    assert (kept.status_code, kept["Location"]) == (302, "/pages/mentions-legales/")
    assert "Cette page est un brouillon" in said(admin.get("/pages/mentions-legales/"))
    stranger = Client()
    assert stranger.get("/pages/mentions-legales/").status_code == 404
    assert "/pages/mentions-legales/" not in stranger.get("/").content.decode()
    edit = "/pages/mentions-legales/modifier/"
    assert admin.post(edit, filled(form(admin, edit), "enregistrer", publiee="oui")).status_code == 302
    shown = stranger.get("/pages/mentions-legales/")
    assert "<h2>Éditeur</h2>" in said(shown)
    assert "Modifier cette page" not in said(shown)
    foot = BeautifulSoup(stranger.get("/").content, "html.parser").select_one(
        "footer a[href='/pages/mentions-legales/']"
    )
    assert foot is not None and foot.text == "Mentions légales"
    assert "/pages/mentions-legales/</loc><lastmod>" in stranger.get("/sitemap.xml").getvalue().decode()  # type: ignore[attr-defined]


def test_what_would_harm_is_shown_as_words_or_not_at_all(client: Client) -> None:
    written(body=HOSTILE)
    main = BeautifulSoup(client.get("/pages/mentions-legales/").content, "html.parser").select_one("main .prose")
    assert main is not None
    assert main.select("script, img, iframe, [style], [onclick], [src]") == []
    assert [link.get("href") for link in main.select("a")] == []
    assert "<script>alert(1)</script>" in main.text


def test_text_from_right_to_left_keeps_its_direction(client: Client) -> None:
    written(title="إشعارات قانونية", slug="mentions", body="الناشر: المدينة")
    page = client.get("/pages/mentions/").content.decode()
    assert '<h1 dir="auto">إشعارات قانونية</h1>' in page
    assert '<div class="prose own" dir="auto">' in page
    assert "<bdi>إشعارات قانونية</bdi>" in page


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": " \n "}, "title", "Donnez un titre"),
        ({"title": "é" * 121}, "title", "120 signes au plus"),
        ({"title": "Mentions \u202elegales"}, "title", "caractères invisibles"),
        ({"title": "إشعارات"}, "slug", "en lettres sans accent"),
        ({"slug": "Mentions Légales"}, "slug", "minuscules sans accent"),
        ({"slug": "../admin"}, "slug", "minuscules sans accent"),
        ({"slug": "a" * 61}, "slug", "60 au plus"),
        ({"slug": "nouvelle"}, "slug", "est déjà l’adresse d’une page de ce logiciel"),
        ({"slug": "prise"}, "slug", "Une page a déjà cette adresse"),
        ({"body": "x" * 1_000_000}, "body", "Ce texte a 1000000 signes"),
        ({"body": "a\x07b"}, "body", "caractères invisibles"),
        ({"body": " \n"}, "body", "Une page publiée a un texte"),
        ({"place": 1_000}, "place", "de 0 à 999"),
        ({"place": -1}, "place", "de 0 à 999"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(admin: Client, given: dict[str, object], field: str, words: str) -> None:
    written(title="Prise", slug="prise")
    with pytest.raises(PageRefused) as refused:
        written(**given)
    assert words in refused.value.faults[field]
    names = {"title": "titre", "slug": "adresse", "body": "texte", "place": "rang"}
    typed = {"titre": "Mentions légales", "texte": "Texte.", "publiee": "oui"}
    typed |= {names[name]: str(value) for name, value in given.items()}
    answer = admin.post(NEW, filled(form(admin), "enregistrer", **typed))
    assert answer.status_code == 422
    assert f'href="#c-{field}"' in said(answer)
    assert Page.objects.count() == 1


def test_addresses_of_the_software_under_that_of_pages_are_nobody_elses() -> None:
    ours = [re.match(r"pages/([a-z-]+)/", str(each.pattern)) for each in get_resolver().url_patterns]
    assert {found[1] for found in ours if found} == RESERVED


def test_its_address_stays_whatever_its_title_becomes() -> None:
    page = written()
    pages.keep(page, Written("Tout autre chose", "ailleurs", "Texte."))
    assert Page.objects.get().slug == "mentions-legales"


def test_two_people_at_once_lose_nothing(admin: Client) -> None:
    page, edit = written(), "/pages/mentions-legales/modifier/"
    mine = filled(form(admin, edit), "enregistrer", texte="Mon texte.")
    pages.keep(page, Written(page.title, body="Le texte de l’autre.", published=True))
    answer = admin.post(edit, mine)
    assert answer.status_code == 409
    assert "Quelqu’un d’autre a enregistré cette page" in said(answer)
    assert "Mon texte." in said(answer) and "Le texte de l’autre." in said(answer)
    assert Page.objects.get().body == "Le texte de l’autre."
    assert admin.post(edit, filled(answer.content.decode(), "enregistrer")).status_code == 302
    assert Page.objects.get().body == "Mon texte."
    with pytest.raises(Conflict):
        pages.remove(page, before=1)


def test_what_was_typed_outlives_its_session(as_: As) -> None:
    chief = User.objects.create_superuser(CHIEF, "x")
    admin = as_(chief)
    typed = filled(form(admin), "enregistrer", titre="Longue page", texte="Une heure de travail.")
    admin.logout()
    assert admin.post(NEW, typed).status_code == 302
    admin.force_login(chief)
    answer = admin.get(NEW)
    assert "Votre session s’était terminée" in said(answer)
    assert "Une heure de travail." in said(answer)


def test_each_act_is_told_with_what_changed(admin: Client) -> None:
    edit = "/pages/mentions-legales/modifier/"
    typed = {"titre": "Mentions légales", "texte": "Un mot.", "publiee": "oui"}
    admin.post(NEW, filled(form(admin), "enregistrer", **typed))
    admin.post(edit, filled(form(admin, edit), "enregistrer", texte="Un autre mot."))
    page = said(admin.get(edit))
    assert "Page ajoutée" in page and "Page modifiée" in page
    assert '<ins><span class="vh">ajouté : </span>autre</ins>' in page
    assert "par chef@ville.example" in page
    refused = admin.post(edit, filled(form(admin, edit), "supprimer"))
    assert refused.status_code == 422 and Page.objects.exists()
    admin.post(edit, filled(form(admin, edit), "supprimer", sur="oui"))
    assert not Page.objects.exists()
    entry = AuditEntry.objects.get(action="page.remove")
    assert entry.actor == CHIEF and "Un autre mot." in entry.before
    assert admin.get("/pages/mentions-legales/").status_code == 404


def test_a_text_that_does_not_change_tells_nothing() -> None:
    page = written()
    pages.keep(page, Written.of(page))
    assert AuditEntry.objects.count() == page.version == 1


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"geste": "effacer"}, 400),
        ({"geste": "supprimer", "sur": "oui"}, 400),
        ({"geste": "enregistrer"}, 422),
        ({"geste": "enregistrer", "titre": "A", "rang": "²", "avant": "x"}, 422),
        ({"geste": "voir", "texte": ">" * 50_000}, 200),
    ],
)
def test_hand_made_posts_are_answered_and_write_nothing(admin: Client, given: dict[str, str], status: int) -> None:
    assert admin.post(NEW, given).status_code == status
    assert not Page.objects.exists()


def test_only_who_runs_the_instance_may(as_: As) -> None:
    page, town = written(), factories.body("Ville")
    for role in ("reader", "publisher", "administrator"):
        client = as_(factories.person(role, town))
        for address in (NEW, f"{page.get_absolute_url()}modifier/"):
            assert client.post(address, {"geste": "enregistrer", "titre": "Pris"}).status_code == 403
    assert Page.objects.get().title == "Mentions légales"


def test_it_is_found_while_it_is_published_and_not_a_moment_longer(searched: Path) -> None:
    page = written(body="Le délégué à la **trottinettologie** répond sous un mois.")
    factories.bring_index_up_to_date()
    hit = find("trottinettologie").hits[0]
    assert (hit.id, hit.kind) == (f"page:{page.pk}", "page")
    again = pages.keep(page, Written(page.title, body="Le délégué à la skatologie.", published=True))
    factories.bring_index_up_to_date()
    assert find("trottinettologie").total == 0
    assert find("skatologie").total == 1
    pages.keep(again, Written(page.title, body="Le délégué à la skatologie."))
    for _ in range(2):  # before the worker has read the log, and after
        assert find("skatologie").total == find("mentions", kinds=("page",)).total == 0
        factories.bring_index_up_to_date()
    pages.remove(pages.keep(again, Written(page.title, body="Skatologie.", published=True)))
    factories.bring_index_up_to_date()
    assert find("skatologie").total == 0


def test_the_search_page_leads_to_it(searched: Path, client: Client) -> None:
    written(body="Le délégué à la trottinettologie répond sous un mois.")
    factories.bring_index_up_to_date()
    for address in ("/jeux-de-donnees/?q=trottinettologie", "/suggestions?q=mentions"):
        assert "mentions-legales/" in client.get(address).content.decode(), address
    page = said(client.get("/jeux-de-donnees/?q=trottinettologie"))
    assert "Page du portail" in page or "page du portail" in page
    assert client.get("/api/search?q=trottinettologie").json()["total"] == 0  # for people
    (found,) = client.get("/api/search?q=trottinettologie&genre=page").json()["results"]
    assert found["page"].endswith("/pages/mentions-legales/")
