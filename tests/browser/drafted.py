"""Drafts and proposals for the pages that show them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from catalogue import amending, reviewing
from catalogue import mandates as given
from catalogue.models import Dataset
from catalogue.publishing import Draft, drafts
from tests import factories
from tests.browser.conftest import Site


def draft(site: Site, state: str = "") -> Dataset:
    """Of the town, by a contributor of it; `state`: "submitted", "refused" or "scheduled"."""
    town = site.samples.town
    writer = factories.person("contributor", town, first_name="Ada", last_name="Kerouanton")
    said = {
        "title": {"fr": "Arbres remarquables des quais et des jardins"},
        "description": {"fr": "Chaque ligne est un arbre : son espèce, sa hauteur, l’année où il fut planté."},
        "distribution": [factories.file()],
    }
    made = Draft("dataset", said, town.pk, id=uuid.uuid4(), territory=town.territory_id, version=0)
    row = Dataset.objects.get(pk=drafts.keep_draft(made, writer).id)
    if state in ("submitted", "refused"):
        reviewing.submit(row, writer)
    if state == "refused":
        reviewing.refuse(row, "Le titre ne dit pas de quelle année. Ajoutez-la.", site.samples.administrator)
    if state == "scheduled":
        reviewing.schedule(row, timezone.now() + timedelta(days=3), site.samples.administrator)
    return row


def of(state: str, suffix: str) -> Callable[[Site], str]:
    return lambda site: draft(site, state).get_absolute_url() + suffix


def listed(site: Site) -> str:
    for state in ("", "submitted", "refused", "scheduled"):
        draft(site, state)
    proposal(site)
    return "/brouillons/"


def proposal(site: Site) -> str:
    row = factories.dataset("Bancs publics", site.samples.town, keyword={"fr": ["banc", "mobilier"]})
    author = factories.person("contributor", site.samples.town, first_name="Ada", last_name="Kerouanton")
    values = {
        **amending.values_of(row),
        "title": {"fr": "Bancs publics et tables de pique-nique"},
        "keyword": {"fr": ["banc", "table"]},
    }
    made = amending.propose(row, values, author)
    assert made
    return f"/propositions/{made.pk}/"


def mandated(site: Site) -> str:
    """Where the town publishes, that others let publish in their name."""
    for name in ("Communauté de communes des Embruns", "Syndicat du port"):
        given.give(site.samples.town, factories.body(name), site.samples.administrator)
    return f"{site.samples.town.get_absolute_url()}publier/"


def mandates(site: Site) -> str:
    administrator = site.samples.administrator
    given.give(factories.body("Communauté de communes des Embruns"), site.samples.town, administrator)
    given.give(site.samples.town, factories.body("Syndicat du port"), administrator)
    return f"/organisations/{site.samples.town.slug}/mandats/"
