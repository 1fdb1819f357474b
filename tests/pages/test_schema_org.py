"""What search engines read in each page: one block of JSON-LD that no text of a record can end."""

from __future__ import annotations

import json
import re
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Reuse, ReusedDataset
from tests.pages.conftest import said
from tests.pages.samples import Samples

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def read(client: Client, address: str) -> dict[str, Any]:
    """The one block of the page; of schema.org, and without an empty value."""
    (text,) = BLOCK.findall(said(client.get(address)))
    block: dict[str, Any] = json.loads(text)
    assert block.pop("@context") == "https://schema.org/"
    assert all(value not in ("", None, [], {}) for value in block.values())
    return block


def test_a_dataset_says_what_its_record_says(samples: Samples, client: Client) -> None:
    block = read(client, samples.rich.get_absolute_url())
    assert block["@type"] == "Dataset"
    assert block["@id"] == samples.rich.uri
    assert block["name"] == "Bornes et bacs de collecte des déchets"
    assert block["temporalCoverage"] == ["2019/2026"]
    assert block["license"].startswith("http")
    assert block["distribution"][0]["encodingFormat"] == "CSV"
    assert block["publisher"]["url"] == read(client, samples.town.get_absolute_url())["url"]


def test_a_body_says_who_it_is(samples: Samples, client: Client) -> None:
    assert read(client, samples.town.get_absolute_url()) == {
        "@type": "Organization",
        "name": "Ville de Port-Lanvern",
        "url": settings.BOUTURE_URL + samples.town.get_absolute_url(),
        "description": "La commune, ses services et ses régies.",
        "identifier": {"@type": "PropertyValue", "propertyID": "SIREN", "value": "219900011"},
        "email": "ici@ville.example",
        "sameAs": "https://ville.example",
        "areaServed": {"@type": "Place", "name": "Port-Lanvern"},
    }


def test_the_front_page_says_the_catalogue_that_datasets_name_and_how_to_search_it(
    samples: Samples, client: Client
) -> None:
    block = read(client, reverse("home"))
    assert block["@type"] == "DataCatalog"
    assert block["@id"] == read(client, samples.rich.get_absolute_url())["includedInDataCatalog"]["url"]
    template = block["potentialAction"]["target"]["urlTemplate"]
    found = client.get(template.replace("{search_term_string}", "bornes").removeprefix(settings.BOUTURE_URL))
    assert "Bornes et bacs de collecte" in said(found)


def test_no_text_ends_the_block_and_no_script_is_an_address(samples: Samples, client: Client) -> None:
    block = read(client, samples.hostile.get_absolute_url())
    assert block["name"] == '"><script>alert(1)</script> & « titre »'
    assert "license" not in block
    assert "javascript:" not in json.dumps(block.get("distribution", []))
    samples.town.name, samples.town.homepage = "</script><script>alert(1)</script>", "javascript:alert(1)"
    samples.town.save()
    body = read(client, samples.town.get_absolute_url())
    assert body["name"] == "</script><script>alert(1)</script>"
    assert "sameAs" not in body


def test_reuses_that_were_accepted_are_based_on_it(samples: Samples, client: Client) -> None:
    said = {"address": "https://carte.essai.example/", "kind": "article", "author": "Élise", "email": "e@essai.example"}
    for title, status in (("Affichée", "shown"), ("En attente", "waiting")):
        reuse = Reuse.objects.create(title=title, confirmed_at=timezone.now(), **said)
        ReusedDataset.objects.create(reuse=reuse, dataset=samples.rich, status=status)
    stored = client.get(f"/id/{samples.rich.pk}.ttl").content
    block = read(client, samples.rich.get_absolute_url())
    assert block["@reverse"] == {
        "isBasedOn": [{"@type": "Article", "name": "Affichée", "url": "https://carte.essai.example/"}]
    }
    assert "@reverse" not in read(client, samples.poor.get_absolute_url())
    assert b"carte.essai.example" not in stored  # the record stays what its source said
