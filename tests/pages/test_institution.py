"""Pages that a public portal must have: what is known is said, what is not is asked of who can, what a territory wrote comes first."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import pages, reusing
from catalogue.errors import Conflict
from catalogue.models import AuditEntry, Notice, User
from catalogue.pages import Written
from portal import VERSION, institution, notices
from portal.notices import NoticesRefused, Said
from tests import factories
from tests.conftest import PROJECT
from tests.pages.conftest import filled, said
from tests.pages.samples import Samples, remember

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
ASKED = "Qui n’administre pas ce portail ne voit pas cette note"
ADDRESSES = {
    "a-propos": "/a-propos/",
    "mentions-legales": "/mentions-legales/",
    "accessibilite": "/accessibilite/",
    "confidentialite": "/confidentialite/",
}
FORM = "/mentions/"
DONE = Said(
    publisher="Commune de Port-Lanvern",
    address="1, place de l’Hôtel-de-Ville",
    phone="02 99 00 00 01",
    email="mairie@ville.example",
    director="Anne Le Goff, maire",
    host_name="Syndicat numérique du Lan",
    host_address="4, quai des Radeliers",
    host_phone="02 99 00 00 02",
    officer="dpo@syndicat.example",
    state="partiel",
    audited_on="2026-09-14",
    audited_by="un cabinet",
    rate="78",
    unmet="- Les plans n’ont pas de description.",
)


def foot(client: Client) -> list[str]:
    return [str(link["href"]) for link in BeautifulSoup(client.get("/").content, "html.parser").select("footer a")]


def test_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_about_says_whose_it_is_and_which_software(
    samples: Samples, settings: Settings, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.BOUTURE_TERRITORY = "99001"
    remember()
    with django_assert_max_num_queries(5):
        page = said(client.get("/a-propos/"))
    assert "Ville de Port-Lanvern" in page and "219900011" in page and "mailto:ici@ville.example" in page
    assert f"Bouture, version {VERSION}" in page and ASKED not in page
    assert "Projet secret" not in page


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "", "data:text/html,x"])
def test_about_links_to_nothing_that_is_no_site(client: Client, homepage: str) -> None:
    body = factories.body("<b>Ville</b>")
    body.homepage = homepage
    body.save()
    page = client.get("/a-propos/").content.decode()
    assert "&lt;b&gt;Ville&lt;/b&gt;" in page and "javascript:" not in page and "data:text" not in page


def test_what_is_not_known_is_asked_of_who_runs_the_instance_alone(as_: As) -> None:
    factories.body("Ville")
    assert ASKED not in said(as_(None).get("/a-propos/"))
    assert ASKED not in said(as_(factories.person()).get("/a-propos/"))
    assert ASKED in said(as_(factories.person(is_superuser=True)).get("/a-propos/"))


def test_the_body_of_the_territory_answers_else_the_only_one(samples: Samples, settings: Settings) -> None:
    assert institution.publisher().name == ""  # two work here
    for code in ("99001", "219900011"):
        settings.BOUTURE_TERRITORY = code
        assert institution.publisher().body == samples.town
    settings.BOUTURE_TERRITORY = "99777"
    assert institution.publisher().body is None


@pytest.mark.parametrize("slug", ADDRESSES)
def test_a_territorys_own_page_takes_the_place(client: Client, slug: str) -> None:
    address, own = ADDRESSES[slug], f"/pages/{slug}/"
    assert address in foot(client) and own not in foot(client)
    page = pages.keep(None, Written("La nôtre", slug, "Texte.", published=False))
    assert client.get(address).status_code == 200  # a draft is nobody's yet
    pages.keep(page, Written("La nôtre", slug, "Texte.", published=True))
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, own)
    assert own in foot(client) and address not in foot(client)


@pytest.fixture
def admin(as_: As) -> Client:
    return as_(User.objects.create_superuser("chef@ville.example", "x"))


def test_all_that_the_law_asks_is_said_where_it_is_asked(client: Client) -> None:
    factories.body("Ville")
    notices.keep(DONE)
    legal = said(client.get("/mentions-legales/"))
    for text in (DONE.publisher, DONE.address, DONE.phone, DONE.email, DONE.director, DONE.host_name, DONE.host_phone):
        assert text in legal
    assert DONE.host_address in legal and "pas encore indiqué" not in legal
    privacy = said(client.get("/confidentialite/"))
    assert f"mailto:{DONE.officer}" in privacy and "CNIL" in privacy
    accessibility = said(client.get("/accessibilite/"))
    assert "est partiellement conforme" in accessibility and "14 septembre 2026" in accessibility
    assert "78 % des critères" in accessibility and "<li>Les plans n’ont pas de description.</li>" in accessibility
    assert "Défenseur des droits" in accessibility and f"mailto:{DONE.email}" in accessibility


def test_what_nobody_said_is_said_to_be_unknown(client: Client) -> None:
    factories.body("Ville")
    assert said(client.get("/mentions-legales/")).count("pas encore indiqué") == 7
    accessibility = said(client.get("/accessibilite/"))
    assert "Audit non réalisé." in accessibility and "partiellement" not in accessibility
    assert "totalement conforme" not in accessibility


def test_the_foot_says_the_state_of_accessibility(client: Client) -> None:
    assert "Accessibilité : audit non réalisé" in said(client.get("/"))
    notices.keep(DONE)
    assert "Accessibilité : partiellement conforme" in said(client.get("/"))


def test_how_long_things_are_kept_is_what_erases_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reusing, "REFUSED_KEPT", timedelta(days=321))
    assert "321 jours après un refus" in said(client.get("/confidentialite/"))


def test_a_reader_gets_no_cookie_as_the_page_says(samples: Samples, client: Client) -> None:
    for address in ("/", "/jeux-de-donnees/?q=bornes", samples.rich.get_absolute_url(), *ADDRESSES.values()):
        client.get(address)
    assert not client.cookies


def test_pages_of_the_law_ask_the_base_little(
    samples: Samples, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")
    remember()
    for address in ("/mentions-legales/", "/accessibilite/", "/confidentialite/"):
        with django_assert_max_num_queries(3):
            client.get(address)


def test_mentions_are_written_told_and_read_again(admin: Client) -> None:
    page = admin.get(FORM).content.decode()
    answer = admin.post(FORM, filled(page, "enregistrer", **asdict(DONE)))
    assert (answer.status_code, answer["Location"]) == (302, "/mentions-legales/")
    assert notices.current() == (DONE, 1)
    entry = AuditEntry.objects.get(action="notices.change")
    assert DONE.director in entry.after and DONE.director not in entry.before
    again = admin.get(FORM).content.decode()
    admin.post(FORM, filled(again, "enregistrer"))
    assert notices.current() == (DONE, 1) and AuditEntry.objects.filter(action="notices.change").count() == 1


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"publisher": "é" * 161}, "publisher", "160 signes au plus"),
        ({"director": "Anne\u202e Le Goff"}, "director", "caractères invisibles"),
        ({"unmet": "a\x07b"}, "unmet", "caractères invisibles"),
        ({"unmet": "x" * 1_000_000}, "unmet", "10000 signes au plus"),
        ({"siren": "21990001"}, "siren", "neuf chiffres"),
        ({"siren": "٢١٩٩٠٠٠١١"}, "siren", "neuf chiffres"),
        ({"email": "mairie"}, "email", "adresse électronique"),
        ({"officer": "javascript:alert(1)"}, "officer", "adresse électronique"),
        ({"state": "parfait"}, "state", "de la liste"),
        ({"state": ""}, "state", "ou ôtez sa date"),
        ({"audited_on": ""}, "audited_on", "après lui"),
        ({"audited_on": "2026-W10-1"}, "audited_on", "après lui"),
        ({"audited_on": "2026-02-31"}, "audited_on", "après lui"),
        ({"audited_on": "2999-01-01"}, "audited_on", "pas encore venue"),
        ({"rate": ""}, "rate", "de 0 à 100"),
        ({"rate": "²"}, "rate", "de 0 à 100"),
        ({"rate": "-5"}, "rate", "de 0 à 100"),
        ({"rate": "100"}, "rate", "de 50 à 99"),
        ({"rate": "49"}, "rate", "de 50 à 99"),
        ({"state": "total"}, "rate", "d’un taux de 100."),
        ({"state": "non"}, "rate", "de 0 à 49"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(admin: Client, given: dict[str, str], field: str, words: str) -> None:
    with pytest.raises(NoticesRefused) as refused:
        notices.keep(replace(DONE, **given))
    assert words in refused.value.faults[field]
    answer = admin.post(FORM, filled(admin.get(FORM).content.decode(), "enregistrer", **asdict(DONE) | given))
    assert answer.status_code == 422 and f'href="#c-{field}"' in said(answer)
    assert not Notice.objects.exists()


def test_no_audit_needs_no_rate_and_spaces_of_a_siren_are_left_out() -> None:
    notices.keep(replace(DONE, siren="219 900\u00a0011", state="non", rate=""))
    assert notices.current()[0].siren == "219900011"


def test_two_people_at_once_lose_nothing(admin: Client) -> None:
    page = admin.get(FORM).content.decode()
    notices.keep(DONE)
    with pytest.raises(Conflict):
        notices.keep(replace(DONE, phone="0"), before=0)
    answer = admin.post(FORM, filled(page, "enregistrer", director="Paul Martin"))
    assert answer.status_code == 409 and DONE.director in said(answer) and "Paul Martin" in said(answer)
    assert notices.current()[0] == DONE
    admin.post(FORM, filled(answer.content.decode(), "enregistrer"))
    assert notices.current()[0].director == "Paul Martin"


def test_what_was_typed_outlives_the_session(admin: Client) -> None:
    sent = filled(admin.get(FORM).content.decode(), "enregistrer", director="Anne Le Goff")
    admin.logout()
    assert admin.post(FORM, sent, headers={"Origin": "http://testserver"}).status_code == 302
    admin.force_login(User.objects.get(email="chef@ville.example"))
    again = said(admin.get(FORM))
    assert "Voici ce que vous aviez écrit" in again and "Anne Le Goff" in again


def test_only_who_runs_the_instance_writes(client: Client) -> None:
    client.force_login(factories.person("administrator", factories.body("Ville")))
    assert client.post(FORM, {"geste": "enregistrer", "director": "Moi"}).status_code == 403
    assert not Notice.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"geste": "autre"}, {"geste": "enregistrer", "avant": "x" * 50}])
def test_hand_made_posts_write_nothing(admin: Client, sent: dict[str, str]) -> None:
    assert admin.post(FORM, sent).status_code in (302, 400)
    assert not AuditEntry.objects.filter(action="notices.change").exists()


def test_texts_of_an_administrator_run_nothing(client: Client) -> None:
    notices.keep(replace(DONE, publisher="<b>x</b>", unmet="<script>alert(1)</script> [a](javascript:alert(1))"))
    for address in ADDRESSES.values():
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and 'href="javascript:' not in page and "<b>x</b>" not in page


def test_an_old_audit_is_told_to_who_can_have_another_made(as_: As) -> None:
    day = timezone.localdate() - timedelta(days=3 * 365 + 2)
    notices.keep(replace(DONE, audited_on=day.isoformat()))
    assert "plus de trois ans" not in said(as_(None).get("/accessibilite/"))
    assert "plus de trois ans" in said(as_(factories.person(is_superuser=True)).get("/accessibilite/"))


def test_another_process_follows_within_a_minute(client: Client) -> None:
    client.get("/")
    Notice.objects.create(state="total")
    assert "audit non réalisé" in said(client.get("/"))
    cache.clear()
    assert "Accessibilité : totalement conforme" in said(client.get("/"))
