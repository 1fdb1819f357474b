"""The front page, the results, an organisation: what each reader finds there, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import Dataset, Indicator, Territory
from catalogue.models.territories import Level
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples, remember

As = Callable[[Any], Client]
SECRET = "Projet secret de la halle"


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return said(response)


@pytest.mark.parametrize("address", ["/", "/jeux-de-donnees/?q=halle", "/organisations/ville-de-port-lanvern/"])
@pytest.mark.parametrize(
    ("reader", "sees"), [(None, False), ("stranger", False), ("member", True), ("administrator", True)]
)
def test_a_private_dataset_is_listed_for_those_who_may_see_it(
    samples: Samples, as_: As, address: str, reader: str | None, sees: bool
) -> None:
    page = text_of(as_(reader and getattr(samples, reader)), address)
    assert (SECRET in page) is sees


def test_someone_with_a_grant_finds_that_dataset_and_no_other(samples: Samples, as_: As) -> None:
    other = factories.dataset("Autre projet de la halle", samples.town, private=True)
    publishing.grant(samples.private, samples.stranger)
    factories.bring_index_up_to_date()
    page = text_of(as_(samples.stranger), "/jeux-de-donnees/?q=halle")
    assert SECRET in page
    assert other.label not in page


def test_a_group_with_a_grant_finds_it_too(samples: Samples, as_: As) -> None:
    group = Group.objects.create(name="conseil")
    samples.stranger.groups.add(group)
    publishing.grant(samples.private, group)
    factories.bring_index_up_to_date()
    assert SECRET in text_of(as_(samples.stranger), "/jeux-de-donnees/?q=halle")


def test_what_is_made_private_leaves_every_page_at_once(samples: Samples, as_: As) -> None:
    """The worker is stopped: the index still holds it as public."""
    publishing.set_private(samples.rich, private=True)
    client = as_(None)
    for address in ("/", "/jeux-de-donnees/?q=bornes", "/organisations/ville-de-port-lanvern/"):
        assert "Bornes et bacs" not in text_of(client, address)
    assert text_of(client, samples.rich.get_absolute_url(), 404)


@pytest.mark.parametrize(
    ("reader", "address", "queries"),
    [
        (None, "/", 10),
        (None, "/jeux-de-donnees/", 9),
        (None, "/jeux-de-donnees/?q=dechets&sujet=x&organisme=y&territoire=commune:99001", 9),
        (None, "/organisations/ville-de-port-lanvern/", 7),
        ("member", "/", 15),
        ("member", "/jeux-de-donnees/", 15),
        ("administrator", "/jeux-de-donnees/", 11),
    ],
)
def test_the_number_of_queries_does_not_depend_on_how_much_there_is(
    samples: Samples,
    as_: As,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    reader: str | None,
    address: str,
    queries: int,
) -> None:
    client = as_(reader and getattr(samples, reader))
    remember()
    with django_assert_max_num_queries(queries):
        client.get(address)


def test_the_front_page_counts_what_this_reader_sees(samples: Samples, as_: As) -> None:
    visible = Dataset.objects.published().filter(private=False).count()
    page = text_of(as_(None), "/")
    assert f"{visible} jeux de données publiés par 2 organisations" in page
    assert "Les données" in page
    assert "Environnement" in page
    assert "Anciens tarifs" not in page


def test_an_empty_portal_says_what_to_do_next(db: None, home: Path, client: Client) -> None:
    page = text_of(client, "/")
    assert "Aucun jeu de données pour l’instant" in page
    assert "connectez-vous" in page


def test_without_an_index_the_front_page_stands_and_the_search_says_so(db: None, home: Path, client: Client) -> None:
    factories.dataset("Arrêts de bus")
    assert "Arrêts de bus" in text_of(client, "/")
    page = text_of(client, "/jeux-de-donnees/?q=bus", 503)
    assert "La recherche ne répond pas" in page
    assert 'value="bus"' in page


@pytest.mark.parametrize(
    ("name", "shown"), [("", "de Port-Lanvern"), ("Le Pré", "de Le Pré"), ("Orvault", "d’Orvault")]
)
def test_the_portal_bears_the_name_of_its_territory(
    db: None, home: Path, client: Client, settings: Settings, name: str, shown: str
) -> None:
    Territory.objects.create(
        level=Level.COMMUNE, code="99001", name="Port-Lanvern", sort_name="port-lanvern", liaison=0
    )
    settings.BOUTURE_TERRITORY, settings.BOUTURE_NAME = "99001", name
    assert f"Les données {shown}" in text_of(client, "/")


@pytest.mark.parametrize(
    ("demo", "territory", "invented"), [(True, "", True), (False, "99001", True), (False, "44184", False)]
)
def test_an_invented_territory_says_so_on_each_page(
    samples: Samples, client: Client, settings: Settings, demo: bool, territory: str, invented: bool
) -> None:
    settings.BOUTURE_DEMO, settings.BOUTURE_TERRITORY = demo, territory
    for address in ("/", "/jeux-de-donnees/", samples.rich.get_absolute_url(), "/connexion/", "/organisations/x/"):
        assert ("Commune inventée" in client.get(address).content.decode()) is invented


def test_a_trial_for_a_real_commune_does_not_pass_for_its_portal(
    samples: Samples, client: Client, settings: Settings
) -> None:
    Territory.objects.create(level=Level.COMMUNE, code="40192", name="Mont-de-Marsan", sort_name="mont", liaison=0)
    settings.BOUTURE_DEMO, settings.BOUTURE_TERRITORY = True, "40192"
    page = text_of(client, "/")
    assert "données d’essai : ce n’est pas celui de Mont-de-Marsan" in page
    assert "Commune inventée" not in page


def test_filters_are_links_that_toggle_and_chips_that_go(samples: Samples, client: Client) -> None:
    page = text_of(client, "/jeux-de-donnees/?q=les&sujet=" + factories.EU + "data-theme/TRAN")
    assert "Filtres choisis" in page
    assert "Transports" in page
    assert "ôter ce filtre" in page
    assert "Tout ôter" in page


def test_a_page_of_results_keeps_words_filters_and_sort(samples: Samples, client: Client) -> None:
    page = text_of(client, "/jeux-de-donnees/?organisme=ville-de-port-lanvern&organisme=x&tri=titre")
    assert 'name="organisme" value="ville-de-port-lanvern"' in page
    assert 'name="organisme" value="x"' in page
    first = text_of(client, "/jeux-de-donnees/?tri=titre")
    assert "?tri=titre&amp;page=2" in first
    second = text_of(client, "/jeux-de-donnees/?tri=titre&page=2")
    assert 'rel="prev"' in second
    assert "page 2" in second


def test_what_answers_the_question_is_marked(samples: Samples, client: Client) -> None:
    assert "<mark>déchets</mark>" in client.get("/jeux-de-donnees/?q=dechet").content.decode()


def test_a_question_too_narrow_is_relaxed_and_says_so(samples: Samples, client: Client) -> None:
    page = text_of(client, "/jeux-de-donnees/?q=bornes+anticonstitutionnel+zzzzz")
    assert "Aucun résultat n’a tous ces mots" in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("page=abc", "Cette page de résultats n’existe pas"),
        ("page=-1", "Cette page de résultats n’existe pas"),
        ("page=0", "Cette page de résultats n’existe pas"),
        ("page=1000000000", "Cette page de résultats n’existe pas"),
        ("page=400", "Cette page de résultats n’existe pas"),
        ("page=%D9%A3", "Cette page de résultats n’existe pas"),
        ("tri=prix", "Ce tri n’existe pas"),
        ("q=" + "mot+" * 2500, "Votre recherche était très longue"),
        ("q=" + "x" * 10_000, "Votre recherche était très longue"),
        ("q=d%00chets", "d chets"),
        ("q=%ff%fe", "Résultats"),
        ("q=%22%28AND+OR+NOT+title%3A%5B*+TO", "Résultats"),
        ("sujet=%00", "résultats"),
        ("sujet=" + "x" * 5000, "résultats"),
        ("&".join(f"format=f{n}" for n in range(500)), "Aucun résultat"),
        ("inconnu=1&sort=1", "résultats"),
        ("territoire=commune&territoire=:&territoire=a:b:c", "Aucun résultat"),
        ("q=%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;"),
    ],
)
def test_whatever_is_typed_gives_an_honest_page(samples: Samples, client: Client, query: str, says: str) -> None:
    page = text_of(client, f"/jeux-de-donnees/?{query}")
    assert says in page
    assert "<script>alert" not in page


def test_nothing_found_says_what_to_try(samples: Samples, client: Client) -> None:
    page = text_of(client, "/jeux-de-donnees/?q=zzzzzz&format=CSV")
    assert "Nous n’avons rien trouvé pour « zzzzzz » avec ces filtres" in page
    assert "Chercher sans filtre" in page


def test_a_body_known_by_private_records_alone_does_not_exist_for_a_stranger(samples: Samples, as_: As) -> None:
    hidden = factories.body("Cabinet très discret", tenant=False)
    factories.dataset("Note", samples.town, private=True, publisher={"name": {"fr": hidden.name}})
    factories.bring_index_up_to_date()
    address = hidden.get_absolute_url()
    assert hidden.name not in text_of(as_(None), address, 404)
    assert hidden.name not in text_of(as_(None), f"/jeux-de-donnees/?organisme={hidden.slug}")
    assert hidden.name in text_of(as_(samples.member), address)


def test_a_tenant_without_data_has_its_page(samples: Samples, client: Client) -> None:
    assert "n’a rien publié" in text_of(client, factories.body("Médiathèque").get_absolute_url())


def test_who_administers_a_body_finds_its_groups(samples: Samples, as_: As) -> None:
    link = f'href="{samples.town.get_absolute_url()}groupes/"'
    chief = factories.person("administrator", samples.town)
    for person, offered in ((chief, True), (samples.member, False), (None, False)):
        assert (link in as_(person).get(samples.town.get_absolute_url()).content.decode()) is offered


def test_an_organisation_s_list_has_pages(samples: Samples, client: Client) -> None:
    for number in range(20):
        factories.dataset(f"Série {number}", samples.town)
    first = text_of(client, samples.town.get_absolute_url())
    assert f'{samples.town.get_absolute_url()}?page=2"' in first
    for page in ("2", "99", "abc", "-1"):
        assert text_of(client, f"{samples.town.get_absolute_url()}?page={page}")


def test_what_the_portal_reckons_by_itself_is_no_news(samples: Samples, client: Client) -> None:
    reckoned = factories.dataset("Indicateur : eau par habitant", samples.town)
    assert "Indicateur : eau par habitant" in news(client)
    Indicator.objects.create(key="essai.eau", uuid=reckoned.pk, version=1, title="Eau par habitant")
    assert news(client) and "Indicateur : eau par habitant" not in news(client)


def news(client: Client) -> list[str]:
    soup = BeautifulSoup(client.get("/").content, "html.parser")
    return [one.get_text() for one in soup.select("section[aria-labelledby=h-neuf] .stem div > a")]
