"""Whole journeys in a real Chromium, on a phone and on a screen, by what a person sees and presses; the pictures of docs/screens.

SCREENS names the folder of the pictures (`benchmarks/screens.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from catalogue.indicators.computing import reckoned
from catalogue.models import Organisation
from catalogue.observing.following import IndicatorReader
from catalogue.observing.reckoning import reckon_asked
from catalogue.quality.reader import ScoreReader
from catalogue.reference import loader
from catalogue.tabling.following import TableReader
from harvesters import schedule
from harvesters.models import HarvestSource
from harvesters.peers import keeping
from harvesters.registry import client_for
from harvesters.tables import read_tables
from portal import settings as product
from tests import factories
from tests.browser.album import WIDTHS, Album
from tests.browser.chromium import Chromium
from tests.browser.conftest import served, session_of
from tests.browser.journeys import Walk
from tests.browser.planted import planting
from tests.browser.test_dropping import signs_in, worker
from tests.harvesting.servers import Server
from tests.harvesting.signing import SignedHome
from tests.photographs import photographed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("width", WIDTHS)]


def demonstrated() -> None:
    """Port-Lanvern, as « make run » shows it, with all that the worker makes of it."""
    loader.load_vocabularies()
    call_command("demo", verbosity=0)
    factories.follow(TableReader())
    read_tables(large=False)
    factories.follow(IndicatorReader())
    reckon_asked(compute=reckoned)
    factories.follow(ScoreReader())
    factories.bring_index_up_to_date()


@pytest.fixture
def lanvern(transactional_db: None, home: Path, static_files: Path, settings: Settings) -> Iterator[str]:
    """The address of the demonstration."""
    settings.STATIC_ROOT, settings.STORAGES = static_files, product.STORAGES
    settings.BOUTURE_TERRITORY, settings.BOUTURE_DEMO, settings.BOUTURE_TABLES = "99001", True, "all"
    with served() as address:
        settings.BOUTURE_URL = address
        photographed(demonstrated)
        yield address


PEER: Final = "Le Roz-Vian Communauté"
HOME: Final = "donnees.roz-vian.exemple"
POOL: Final = "Horaires de la piscine intercommunale"
POOL_SAID: Final = f"""
<piscine> a dcat:Dataset ; dct:title "{POOL}"@fr ; dct:publisher <communaute> ;
  dct:description "Heures d’ouverture de chaque bassin, en période scolaire et pendant les vacances."@fr ;
  dcat:keyword "piscine"@fr, "horaires"@fr ; dcat:distribution <piscine/csv> .
<communaute> a foaf:Agent ; foaf:name "{PEER}"@fr .
<piscine/csv> a dcat:Distribution ; dcat:accessURL <https://{HOME}/fichiers/piscine.csv> ; dct:license
  <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> .
"""


@pytest.fixture
def down(lanvern: str, settings: Settings) -> str:
    """The address of a peer of the demonstration that was read once, then answers no more."""
    with Server() as server:
        host = server.url("").partition("://")[2].rstrip("/")
        settings.BOUTURE_PRIVATE_HOSTS = [host]
        home = SignedHome.at(server)
        home.space = f"https://{HOME}"
        home.harvests = [f"{home.space}/"]
        home.tell("piscine", "Create", POOL_SAID)
        home.publish()
        peer = HarvestSource.objects.filter(pk=keeping.add(server.url("/"), trusted=True).pk)
        peer.update(title=PEER)
        assert [run.status for run in schedule.run_due(client_for)] == ["done"]
    peer.update(next_at=timezone.now())
    assert [run.status for run in schedule.run_due(client_for)] == ["failed"]
    factories.follow(ScoreReader())
    factories.bring_index_up_to_date()
    return host


def administrator(address: str) -> dict[str, Any]:
    """The session of one, who gave the code of a telephone."""
    client = Client()
    client.force_login(factories.person(is_superuser=True))
    return session_of(client, address)


def test_a_citizen_finds_when_the_bins_are_collected(lanvern: str, browser: Chromium, album: Album, width: int) -> None:
    def act(page: Page) -> Walk:
        walk = Walk(page, width, pictured=album.open)
        page.goto(lanvern)
        walk.sees("The front page of the town: one question, and what there is.", "Les données de Port-Lanvern")
        walk.asks("poubelle")
        walk.sees("“poubelle” finds the calendar first.", "Calendrier de collecte des poubelles", "pour « poubelle »")
        walk.presses("link", "Calendrier de collecte des poubelles")
        walk.sees(
            "What it is, who answers for it, and its file.",
            "Calendrier de collecte des poubelles",
            "Licence Ouverte",
            "Lanvern Agglomération",
        )
        walk.presses("link", "Regarder dedans")
        walk.sees("Its rows, street by street.", "Quai des Dundees", "semaines impaires")
        walk.page.get_by_label("Colonne", exact=True).select_option("rue")
        walk.types("Valeur", "Rue de la Criée")
        walk.presses("button", "Ajouter le filtre")
        walk.sees("Those of one street: what is taken, which day, at what hour.", "3 lignes", "lundi")
        if width == WIDTHS[0]:
            assert walk.hidden() == []
            # What is empty takes no line: two of the three days have nothing to say of the bin.
            shown = page.locator("td[data-l=consigne]").evaluate_all("all => all.map(one => one.offsetHeight > 0)")
            assert shown == [False, True, False]
        return walk

    album.keep("citizen", width, browser.drive(act), browser)


def test_an_elected_person_prints_the_waste_of_each_inhabitant(
    lanvern: str, browser: Chromium, album: Album, width: int
) -> None:
    def act(page: Page) -> Walk:
        walk = Walk(page, width, pictured=album.open)
        page.goto(lanvern)
        walk.asks("déchets par habitant")
        walk.sees("The figure is the first answer, with its place and its year.", "kg/hab")
        walk.presses("link", "Ordures ménagères résiduelles par habitant")
        walk.sees(
            "The indicator: its value, its course, how it is reckoned and from which rows.",
            "Lanvern Agglomération",
            "Valeur limite : 254 kg/hab. Source",
        )
        walk.presses("link", "Mettre dans un tableau de bord")
        walk.sees("A dashboard that holds in its address.", "Tableau de bord", "Ordures ménagères")
        walk.types("Titre", "Conseil du 3 mars")
        walk.presses("button", "Donner ce titre")
        walk.sees_printed("The same on paper, with a title.", "Conseil du 3 mars", "Ordures ménagères")
        return walk

    album.keep("elected", width, browser.drive(act), browser)


def test_an_agent_publishes_a_file_that_had_faults(
    lanvern: str, browser: Chromium, album: Album, width: int, shared_data: Path
) -> None:
    agent = factories.person("publisher", Organisation.objects.get(name="Ville de Port-Lanvern"))
    file = shared_data / "samples" / "subventions__invalide_cellules.csv"

    def act(page: Page) -> Walk:
        walk = Walk(page, width, pictured=album.open)
        page.goto(lanvern)
        walk.presses("link", "Se connecter")
        signs_in(walk, agent.email)
        walk.presses("link", "Publier")
        walk.sees("One file, or its address: nothing else is asked.", "Publier un fichier", "Déposer")
        walk.chooses(file)
        walk.presses("button", "Déposer")
        page.locator("button[value=publier]").wait_for(timeout=50_000)
        walk.sees(
            "The national schema is recognised; what departs from it is told cell by cell.", "Subventions", "À corriger"
        )
        assert walk.hidden() == []
        walk.presses("button", "Tout corriger d’un coup")
        page.locator("button[value=publier]").wait_for(timeout=50_000)
        walk.types("pourcentageSubvention, ligne 2", "1")
        walk.presses("button", "Corriger ces cellules")
        page.locator("button[value=publier]").wait_for(timeout=50_000)
        walk.sees("Dates and numbers are corrected at once; the rest is for a person.", "Subventions")
        walk.presses("button", "Publier")
        walk.sees("Published: the page that everybody reads.", "Subventions", "Ville de Port-Lanvern")
        return walk

    with worker():
        album.keep("agent", width, browser.drive(act), browser)


def test_an_integrator_sees_what_a_pack_planted(
    transactional_db: None, home: Path, static_files: Path, settings: Settings, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, browser: Chromium, album: Album, width: int,
) -> None:  # fmt: skip
    with planting("40192", static_files, settings, tmp_path, monkeypatch) as address:
        cookie = administrator(address)

        def act(page: Page) -> Walk:
            walk = Walk(page, width, pictured=album.open)
            page.goto(address)
            walk.sees(
                "The portal of a commune, a minute after its pack was planted.", "Mont-de-Marsan", "données d’essai"
            )
            walk.presses("link", "Les moissons")
            walk.sees(
                "The sources that came with the pack, read once.", "Moissons", "Mont-de-Marsan", "données d’essai"
            )
            assert walk.hidden() == []
            return walk

        album.keep("integrator", width, browser.drive(act, cookie), browser)


def test_a_hub_tells_which_peer_is_down_and_what_to_do(
    lanvern: str, browser: Chromium, album: Album, width: int, down: str
) -> None:
    cookie = administrator(lanvern)

    def act(page: Page) -> Walk:
        walk = Walk(page, width, pictured=album.open)
        walk.called = {down: HOME}
        page.goto(lanvern)
        walk.presses("link", "Les instances suivies")
        walk.sees("Which peer is down, since when, and what to do.", PEER, "Depuis le", "1 demande votre attention")
        walk.presses("link", "Voir ses lectures")
        walk.sees("Its readings, the last that came and the one that failed.", PEER)
        walk.presses("link", "Port-Lanvern")
        walk.asks("piscine intercommunale")
        walk.sees("What it gave is still found here.", POOL)
        walk.presses("link", POOL)
        walk.sees(
            "The page of its record leads to its home.", f"Répliqué de l’instance {PEER}", "voir la fiche d’origine"
        )
        return walk

    album.keep("hub", width, browser.drive(act, cookie), browser)
