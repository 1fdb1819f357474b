"""The themes as the territory shows them: on the front page and in the search, never in the data; decided by who runs it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from catalogue import themes
from catalogue.errors import Conflict
from catalogue.models import AuditEntry, Dataset, ShownTheme, User
from catalogue.themes import Choice, ThemesRefused
from tests import factories
from tests.pages.conftest import filled, said
from tests.pages.samples import Samples

As = Callable[[User | None], Client]
PAGE = "/themes/"
ENVI, TRAN, GOVE, EDUC = (f"{factories.EU}data-theme/{code}" for code in ("ENVI", "TRAN", "GOVE", "EDUC"))
OURS = {
    GOVE: Choice("Vie de la mairie", "Délibérations, élus, budget.", 1),
    TRAN: Choice(place=2),
    EDUC: Choice(shown=False),
}


@pytest.fixture
def admin(samples: Samples, as_: As) -> Client:
    return as_(User.objects.create_superuser("chef@ville.example", "x"))


def shown(client: Client) -> list[str]:
    found = BeautifulSoup(client.get("/").content, "html.parser").select("#h-sujets + p, .index .t")
    return [one.get_text(" ", strip=True) for one in found if "jeu" not in one.text]


def in_search(client: Client, asked: str = "") -> list[str]:
    soup = BeautifulSoup(client.get(f"/jeux-de-donnees/?{asked}").content, "html.parser")
    return [str(one.find(string=True)).strip() for one in soup.select("[aria-label=Sujet] li a > span:first-child")]


def test_the_front_page_shows_them_as_the_territory_says(samples: Samples, client: Client) -> None:
    before = shown(client)
    assert "Gouvernement et secteur public" in before and "Éducation, culture et sport" in before
    themes.keep(OURS)
    after = shown(client)
    assert after[:2] == ["Vie de la mairie Délibérations, élus, budget.", "Transports"]
    assert "Éducation, culture et sport" not in after
    assert "Environnement" in after  # of which nothing was decided: it follows
    themes.keep({})
    assert shown(client) == before


def test_so_does_the_search_and_what_was_chosen_can_be_left(samples: Samples, client: Client) -> None:
    themes.keep(OURS)
    assert in_search(client)[:2] == ["Vie de la mairie", "Transports"]
    assert "Éducation, culture et sport" not in in_search(client)
    assert "Éducation, culture et sport" in in_search(client, f"sujet={EDUC}")
    facets = client.get("/api/search?facettes=sujet").json()["facets"]["sujet"]
    assert {"Vie de la mairie", "Éducation, culture et sport"} <= {one["label"] for one in facets}
    assert Dataset.objects.filter(theme=[EDUC]).exists()


def test_they_are_decided_on_a_page_and_told(admin: Client) -> None:
    page = admin.get(PAGE).content.decode()
    given = filled(page, "enregistrer", nom__ENVI=" Eau et\u00a0air ", rang__ENVI="1", montre__EDUC=None)
    assert admin.post(PAGE, given).status_code == 302
    assert themes.current()[ENVI] == Choice("Eau et air", "", 1)
    assert not themes.current()[EDUC].shown
    entry = AuditEntry.objects.get(action="themes.change")
    assert (
        entry.actor == "chef@ville.example"
        and "rang 1, Eau et air" in entry.after
        and "sous son nom européen, caché" in json.loads(entry.after)["EDUC"]
    )
    assert admin.post(PAGE, filled(admin.get(PAGE).content.decode(), "remettre")).status_code == 302
    assert not ShownTheme.objects.exists()


def test_two_people_at_once_lose_nothing(admin: Client) -> None:
    mine = filled(admin.get(PAGE).content.decode(), "enregistrer", nom__ENVI="Mon nom")
    themes.keep({ENVI: Choice("Son nom")})
    answer = admin.post(PAGE, mine)
    assert answer.status_code == 409
    assert "Mon nom" in said(answer) and "Son nom" in said(answer)
    assert themes.current()[ENVI].label == "Son nom"
    assert admin.post(PAGE, filled(answer.content.decode(), "enregistrer")).status_code == 302
    assert themes.current()[ENVI].label == "Mon nom"
    with pytest.raises(Conflict):
        themes.keep({}, before="autre")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice("é" * 61), "60 signes au plus"),
        (Choice("A", "é" * 161), "160 signes au plus"),
        (Choice("A\u202eB"), "caractères invisibles"),
        (Choice(place=1_000), "de 0 à 999"),
    ],
)
def test_what_is_wrong_is_told_at_its_theme(admin: Client, choice: Choice, words: str) -> None:
    with pytest.raises(ThemesRefused, match=words):
        themes.keep({ENVI: choice})
    given = {"nom__ENVI": choice.label, "texte__ENVI": choice.text, "rang__ENVI": str(choice.place)}
    answer = admin.post(PAGE, filled(admin.get(PAGE).content.decode(), "enregistrer", **given))
    assert answer.status_code == 422
    assert words in said(answer) and 'href="#c-ENVI"' in said(answer)
    assert not ShownTheme.objects.exists()


def test_a_theme_that_europe_does_not_have_is_refused(samples: Samples) -> None:
    with pytest.raises(ThemesRefused, match="« MAGIE » n’est pas un thème européen"):
        themes.keep({f"{factories.EU}data-theme/MAGIE": Choice("Magie")})


@pytest.mark.parametrize("given", [{}, {"geste": "effacer"}])
def test_hand_made_posts_are_answered_and_write_nothing(admin: Client, given: dict[str, str]) -> None:
    assert admin.post(PAGE, given).status_code == 400
    assert not ShownTheme.objects.exists()
