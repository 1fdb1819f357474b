"""Every page that lists, for four people: at most ten questions to the base, and no more for thirty rows than for three."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from catalogue import amending, granting, permissions, publishing
from catalogue.accounts import invitations, tokens
from catalogue.granting import Opened
from catalogue.models import (
    Dataset,
    FigureAlert,
    Mandate,
    Organisation,
    Question,
    Reuse,
    ReusedDataset,
    Territory,
    User,
)
from catalogue.models.territories import Level
from catalogue.publishing import Draft, drafts
from harvesters.models import HarvestRun, HarvestSource
from portal.pages.indicators import known
from tests import factories
from tests.pages.indicators import invented
from tests.pages.samples import concepts
from tests.photographs import photographed
from tests.test_access import TABLE

MOST: Final = 10  # session, account and rights among them
FEW, MANY = 3, 30
RECIPES: Final = {**invented.ALL} | {
    key: replace(invented.SHARE, key=key, threshold=None) for key in (f"essai.part{n}" for n in range(MANY))
}

LISTS: Final = {
    "home": "/",
    "search": "/jeux-de-donnees/",
    "search, asked": "/jeux-de-donnees/?q=liste",
    "search_map": "/jeux-de-donnees/carte/",
    "search_map, asked": "/jeux-de-donnees/carte/?q=liste&cadre=-5,42,8,51",
    "search_map, part": "/jeux-de-donnees/carte/?q=liste&partie=",
    "search_feed": "/jeux-de-donnees.atom",
    "proposals": "/jeux-de-donnees/propositions/?q=lis",
    "suggestions": "/suggestions?q=lis",
    "api_search": "/api/search?q=liste",
    "organisation": "/organisations/{town}/",
    "main_documents": "/documents-principaux/",
    "main_documents_csv": "/documents-principaux.csv",
    "similar": "/jeux-de-donnees/{dataset}/proches/",
    "drafts": "/brouillons/",
    "reuses": "/jeux-de-donnees/{dataset}/reutilisations/",
    "reuses_review": "/reutilisations/",
    "reuses_shown": "/reutilisations/affichees/",
    "questions": "/jeux-de-donnees/{dataset}/questions/",
    "questions_review": "/questions/",
    "record_past": "/jeux-de-donnees/{dataset}/historique/",
    "service_past": "/services/{service}/historique/",
    "dataset_access": "/jeux-de-donnees/{private}/acces/",
    "indicator_access": "/indicateurs/essai.interne/acces/{town}/",
    "body_groups": "/organisations/{town}/groupes/",
    "members": "/organisations/{town}/membres/",
    "mandates": "/organisations/{town}/mandats/",
    "trail": "/traces/",
    "sharing": "/partage/",
    "instances": "/instances/",
    "harvests": "/moissons/",
    "harvest": "/moissons/{source}/",
    "harvest_new": "/moissons/nouvelle/",
    "late": "/retards/",
    "drop": "/deposer/",
    "account": "/compte/",
    "tokens": "/compte/jetons/",
    "alerts": "/alertes/",
    "indicators": "/indicateurs/",
    "api_indicators": "/api/indicateurs",
    "territory": "/territoires/99001/",
    "side_by_side": "/comparer/",
    "boards": "/tableaux-de-bord/",
    "searches": "/recherches/",
    "attendance": "/frequentation/",
    "attendance_csv": "/frequentation.csv",
    "synonyms": "/synonymes/",
    "pages": "/pages/",
    "themes": "/themes/",
    "topics": "/sujets/",
    "topic": "/sujets/envi/",
    "recipes": "/recettes/",
    "schemas": "/api/schemas",
    "help": "/aide/",
    "sitemap": "/sitemap.xml",
}
# What shows one thing, asks for something, does something, or is a file.
OTHERS: Final = frozenset(
    """
    about accessibility legal notices privacy
    alert_ask alert_stop api_bulk api_dataset api_dataset_state api_dataset_files api_datasets api_file api_indicator api_openapi api_service
    api_service_state api_services board board_change board_keep body body_as catalogue catalogue_as dataset
    demonstration_catalogue demonstration_file deposit deposit_file draft dropped dump edit external external_back
    external_link feed feed_as feed_dump feed_leaf feed_leaf_as feed_node feed_node_as follow followed forgotten health
    help_page identity indicator indicator_drawing indicator_embed indicator_figures indicators_openapi indicators_schema
    indicators_units invitation language login logo logout metrics national_layout observations observations_as opensearch
    original own_code page page_edit page_new password peer_card proposal publish quality question question_ask record record_as record_before record_quality
    record_quality_as rehearsal replacement reset_confirm reuse reuse_declare robots rows rows_as rules schema
    second_step second_step_first security service service_before sessions sitemap_part style table table_api
    table_embed table_openapi table_preview table_reading territory_style tile trail_as type_new typed withdrawal
    """.split()
)


def test_every_address_is_a_list_or_not() -> None:
    lists = {name.split(",")[0] for name in LISTS}
    assert not lists & OTHERS
    assert lists | OTHERS == {name for name, _ in TABLE}


def few() -> dict[str, Any]:
    return made(FEW)


def many() -> dict[str, Any]:
    return made(MANY)


def made(rows: int) -> dict[str, Any]:
    town = factories.body("Ville d’essai")
    chief, member = factories.person("administrator", town), factories.person()
    concepts()
    theme = [f"{factories.EU}data-theme/ENVI"]
    datasets = [factories.dataset(f"Liste {number}", town, theme=theme) for number in range(rows)]
    service = factories.service("Service de liste", town)
    for number in range(rows):
        one_more(town, chief, datasets, number)
        said = {"title": {"fr": f"Titre {number}"}, "endpoint_url": ["https://services.essai.example/ows"]}
        publishing.publish([Draft("service", said, town.pk, id=service.pk)], chief)
    private = [factories.dataset(f"Liste réservée {number}", town, private=True) for number in range(rows)]
    groups = [granting.make_group(town, f"Groupe {number}", chief) for number in range(rows)]
    for group in groups[:2]:
        granting.add_member(group, member.email)
    for number, row in enumerate(private):
        granting.give(Opened(town, dataset=row), groups[number % 2].group, "essai", None, chief)
        granting.give(Opened(town, dataset=private[0]), f"voisin{number}@essai.example", "essai", None, chief)
        granting.add_member(groups[0], f"membre{number}@essai.example")
    measured(town, member, rows)
    granted = User.objects.get(pk=member.pk)
    factories.bring_index_up_to_date()
    people = {"stranger": None, "member": granted, "chief": chief, "instance": factories.person(is_superuser=True)}
    for person in filter(None, people.values()):
        for number in range(min(rows, tokens.MOST)):
            tokens.make(person, f"jeton {number}", 30, publishes=False)
    named = {"town": town.slug, "dataset": datasets[0].pk, "private": private[0].pk, "service": service.pk}
    return {**named, "source": HarvestSource.objects.earliest("pk").pk, "people": people}


def one_more(town: Organisation, chief: User, datasets: list[Dataset], number: int) -> None:
    """A line more of each list that a body has."""
    now, elsewhere, agent = timezone.now(), factories.body(), factories.person("contributor", town)
    factories.dataset(f"Liste d’ailleurs {number}", elsewhere)
    factories.service(f"Liste servie {number}", town)
    drafts.keep_draft(Draft("dataset", {"title": {"fr": f"Brouillon {number}"}}, town.pk), agent)
    amending.propose(datasets[number], {**amending.values_of(datasets[number]), "title": {"fr": "Autre"}}, agent)
    Mandate.objects.create(by=elsewhere, on_behalf_of=town, given_by=chief, given_at=now)
    invitations.invite(town, f"invite{number}@essai.example", "reader", chief)
    permissions.assign_role(chief, elsewhere, "administrator")
    source = HarvestSource.objects.create(key=f"https://s{number}.example", owner=town, title=f"Source {number}")
    first = HarvestSource.objects.earliest("pk")
    for held in {source, first}:
        HarvestRun.objects.create(source=held, started_at=now, heartbeat_at=now, ended_at=now)
    use = Reuse.objects.create(
        title=f"Carte {number}", address="https://x.example", kind="article", author="Elle", description="Une carte.",
        email="elle@essai.example", confirmed_at=now,
    )  # fmt: skip
    for dataset, status in ((datasets[0], ReusedDataset.Status.SHOWN), (datasets[1], ReusedDataset.Status.WAITING)):
        ReusedDataset.objects.create(reuse=use, dataset=dataset, status=status)
    for state in (Question.State.WAITING, Question.State.ANSWERED):
        Question.objects.create(
            dataset=datasets[0], kind="question", text="Pourquoi ?", email="elle@essai.example", confirmed_at=now,
            state=state, done_at=now, public=True, answer="Parce que." if state == Question.State.ANSWERED else "",
        )  # fmt: skip
    said = {"title": {"fr": f"Liste 0, version {number}"}, "distribution": [factories.file()]}
    publishing.publish([Draft("dataset", said, town.pk, id=datasets[0].pk)], chief)


def measured(town: Organisation, member: User, rows: int) -> None:
    """Figures, internal ones that a group reads among them, and alerts on one."""
    found = invented.everything(town)
    for number in range(rows):
        code = f"98{number:03}"
        place = Territory.objects.create(
            code=code, level=Level.COMMUNE, name=f"Commune {code}", sort_name=f"commune {code}"
        )
        invented.said(found.indicators[invented.SPENDING.key], place, found.table, "2023", 900.0 + number)
        one = invented.indicator(RECIPES[f"essai.part{number}"])
        invented.said(one, found.home, found.table, "2023", 10.0 + number)
        FigureAlert.objects.create(person=member, indicator=one, territory=found.home, bound=number, above=True)
        granting.give(Opened(town, indicator=found.indicators[invented.DRAFT.key]), f"v{number}@essai.example", "essai")


@pytest.fixture
def figures(db: None, home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BOUTURE_TERRITORY = "99001"
    monkeypatch.setattr(known, "recipes", lambda: RECIPES)


def asked(client: Client, address: str) -> tuple[int, list[str]]:
    """The status, and what is asked of the base once the process has kept what it keeps."""
    b"".join(client.get(address))
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        b"".join(answer)
    return answer.status_code, [query["sql"] for query in queries.captured_queries]


def counted(world: dict[str, Any], client: Client, person: str, names: Iterable[str] = LISTS) -> dict[str, int]:
    """By list, of those that open for this person."""
    user = world["people"][person]
    client.logout() if user is None else client.force_login(user)
    found = {name: asked(client, address.format(**world)) for name, address in LISTS.items() if name in names}
    assert not [name for name, (status, _) in found.items() if status not in (200, 302, 403, 404)]
    return {name: len(queries) for name, (status, queries) in found.items() if status == 200}


# How many lists open for each: one that answers something else must not pass unseen.
OPENED: Final = {"stranger": 29, "member": 37, "chief": 49, "instance": 55}


@pytest.mark.parametrize("person", OPENED)
def test_a_list_asks_ten_questions_at_most_however_long(figures: None, client: Client, person: str) -> None:
    """A short one may ask more than a long one: what is found too rarely is looked for in other words."""
    with transaction.atomic():
        short = counted(photographed(few), client, person)
        transaction.set_rollback(True)
    world = photographed(many)
    long = counted(world, client, person)
    # What is asked once a minute may have fallen due there; what a list asks for each row is asked again.
    long |= counted(world, client, person, [name for name, count in long.items() if count > short[name]])
    assert {name: count for name, count in (short | long).items() if count > MOST} == {}
    assert {name: (short[name], count) for name, count in long.items() if count > short[name]} == {}
    assert len(long) == OPENED[person]
