"""The page of a data service: what a program may call, what it gives, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalogue import publishing
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples


def test_it_says_what_it_is_where_it_is_and_who_publishes_it(samples: Samples, client: Client) -> None:
    page = said(client.get(samples.service.get_absolute_url()))
    for text in (
        "Service de données",
        "Couches géographiques de la commune",
        "Sans clé d’accès",
        "https://cartes.ville.example/ows?request=GetCapabilities",
        "Ville de Port-Lanvern",
        "<dt>Parle</dt><dd>GeoJSON, ",
        "4 mai 2026",
        "Licence Ouverte",
        "cartes@ville.example",
        "Bornes et bacs de collecte des déchets",
        f"/id/{samples.service.pk}.ttl",
        '"@type":"WebAPI"',
    ):
        assert text in page, text
    assert 'href="javascript:' not in page


def test_a_private_dataset_that_it_serves_is_named_to_members_alone(
    samples: Samples, as_: Callable[[Any], Client]
) -> None:
    address = samples.service.get_absolute_url()
    assert "Projet secret" not in said(as_(None).get(address))
    assert "Projet secret" not in said(as_(samples.stranger).get(address))
    assert "Projet secret" in said(as_(samples.member).get(address))


@pytest.mark.parametrize("served", [[], ["https://ailleurs.example/jeu"]])
def test_with_little_to_say(samples: Samples, client: Client, served: list[str]) -> None:
    row = factories.service("Presque rien", endpoint_url=[], serves_dataset=served)
    page = said(client.get(row.get_absolute_url()))
    assert "ne donne pas l’adresse du service" in page
    assert "ne nomme aucun jeu de données de ce portail" in page
    assert "ailleurs.example" not in page


def test_withdrawn_it_says_why(samples: Samples, client: Client) -> None:
    publishing.withdraw([samples.service], "Remplacé par un autre.")
    answer = client.get(samples.service.get_absolute_url())
    assert answer.status_code == 410
    assert "Service de données" in said(answer) and "Remplacé par un autre." in said(answer)


def test_hidden_it_looks_like_what_does_not_exist(samples: Samples, client: Client) -> None:
    publishing.set_private(samples.service, True)
    hidden = client.get(samples.service.get_absolute_url())
    absent = client.get("/services/00000000-0000-4000-8000-000000000000/")
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_its_address_as_linked_data_leads_people_to_its_page(samples: Samples, client: Client) -> None:
    answer = client.get(f"/id/{samples.service.pk}", headers={"accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (303, samples.service.get_absolute_url())
    assert client.get(f"/id/{samples.service.pk}", headers={"accept": "text/turtle"}).status_code == 200
