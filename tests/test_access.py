"""Every address × every kind of person -> expected status. A new address without a line here fails."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from catalogue import amending, pages, publishing
from catalogue.accounts import tokens
from catalogue.models import AuditEntry, Change, Dataset, Organisation, Record, Table, TableVersion, User
from catalogue.pages import Written
from catalogue.publishing import Draft, drafts
from catalogue.quality.reader import ScoreReader
from catalogue.tables.schemas import schema
from catalogue.tabling.depositing import deposit
from catalogue.tabling.dropping import drop_file
from catalogue.tabling.sheets import blank
from harvesters.models import HarvestRun, HarvestSource
from portal.api.tokens import OPEN
from tests import factories
from tests.photographs import photographed

pytestmark = [pytest.mark.django_db, pytest.mark.each]
PEOPLE = ("anonymous", "stranger", "reader", "contributor", "publisher", "administrator")

# name -> (what it is asked for, the six statuses in the order of PEOPLE). "private" is a private dataset of the body in
# which four of the people have a role; "withdrawn" was public.
ALL_200 = (200,) * 6
MEMBERS = (404, 404, 200, 200, 200, 200)
WRITERS = (404, 404, 404, 200, 200, 200)
TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("home", ""): ALL_200,
    ("search", ""): ALL_200,
    ("search_map", ""): ALL_200,
    ("proposals", ""): ALL_200,
    ("suggestions", ""): ALL_200,
    ("style", ""): ALL_200,
    ("topics", ""): ALL_200,
    ("topic", "envi"): (404,) * 6,  # no vocabulary is loaded here: tests/pages/test_topics.py
    ("opensearch", ""): ALL_200,
    ("feed", ""): (303,) * 6,
    ("feed_as", "trig"): ALL_200,
    ("feed_as", "unknown extension"): (404,) * 6,
    ("feed_dump", "trig"): ALL_200,
    ("feed_dump", "unknown extension"): (404,) * 6,
    ("feed_leaf", "unknown"): (404,) * 6,  # nothing is announced here: tests/feeding
    ("feed_leaf_as", "unknown"): (404,) * 6,
    ("feed_node", "unknown"): (404,) * 6,
    ("feed_node_as", "unknown"): (404,) * 6,
    ("search_feed", ""): ALL_200,
    ("api_search", ""): ALL_200,
    ("api_indicators", ""): ALL_200,
    ("indicators_openapi", ""): ALL_200,
    ("indicators_schema", ""): ALL_200,
    ("indicators_units", ""): ALL_200,
    # Who sees which is in tests/api/test_indicators.py.
    ("api_indicator", ""): (404,) * 6,
    ("observations", ""): (404,) * 6,
    ("observations_as", ""): (404,) * 6,
    ("national_layout", ""): (404,) * 6,
    ("dataset", "public"): ALL_200,
    ("dataset", "private"): MEMBERS,
    ("dataset", "withdrawn"): (410,) * 6,
    ("dataset", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    ("drop", ""): (302, 403, 403, 200, 200, 200),
    # Who drops a file there has a draft: for those who write in its body.
    ("dropped", "draft"): (302, 404, 404, 200, 200, 200),
    ("dropped", "public"): (302, 302, 302, 302, 302, 302),
    ("dropped", "private"): (302, 404, 302, 302, 302, 302),
    ("type_new", "town"): (302, 403, 403, 200, 200, 200),
    ("type_new", "hidden"): (404,) * 6,
    ("typed", "typed table"): (404, 404, 404, 200, 200, 200),
    ("typed", "private table"): (404, 404, 403, 403, 422, 422),  # of no schema
    ("typed", "withdrawn table"): (404,) * 6,
    # Nothing waits there: to how the file was read (tests/pages/drops/test_replacing.py has one that waits).
    ("replacement", "table"): (302, 403, 403, 403, 302, 302),
    ("replacement", "private table"): (404, 404, 403, 403, 302, 302),
    ("replacement", "withheld table"): (404, 404, 403, 403, 302, 302),
    ("replacement", "withdrawn table"): (404,) * 6,
    ("replacement", "draft table"): (404, 404, 404, 302, 302, 302),
    ("deposit_file", "public"): (302, 403, 403, 403, 200, 200),
    ("deposit_file", "private"): (404, 404, 403, 403, 200, 200),
    ("deposit_file", "withdrawn"): (410,) * 6,
    ("deposit_file", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    ("table_reading", "table"): ALL_200,
    ("table_reading", "private table"): MEMBERS,
    ("table_reading", "withheld table"): MEMBERS,
    ("table_reading", "withdrawn table"): (404,) * 6,
    ("table_api", "table"): ALL_200,
    ("table_api", "private table"): MEMBERS,
    ("table_api", "withheld table"): MEMBERS,
    ("table_api", "withdrawn table"): (404,) * 6,
    ("table_openapi", "table"): ALL_200,
    ("table_openapi", "private table"): MEMBERS,
    ("table_openapi", "withheld table"): MEMBERS,
    ("table_openapi", "withdrawn table"): (404,) * 6,
    ("rows", "table"): ALL_200,
    ("rows", "private table"): MEMBERS,
    ("rows", "withheld table"): MEMBERS,
    ("rows", "withdrawn table"): (404,) * 6,
    ("rows_as", "table"): ALL_200,
    ("rows_as", "private table"): MEMBERS,
    ("rows_as", "withheld table"): MEMBERS,
    ("rows_as", "withdrawn table"): (404,) * 6,
    ("rows_as", "unknown extension"): (404,) * 6,
    ("table", "table"): ALL_200,
    ("table", "private table"): MEMBERS,
    ("table", "withheld table"): MEMBERS,
    ("table", "withdrawn table"): (404,) * 6,
    ("table_embed", "table"): ALL_200,
    ("table_embed", "private table"): MEMBERS,
    ("table_embed", "withheld table"): MEMBERS,
    ("table_embed", "withdrawn table"): (404,) * 6,
    ("table_preview", "table"): (302,) * 6,
    ("table_preview", "private table"): (404, 404, 302, 302, 302, 302),
    ("table_preview", "withheld table"): (404, 404, 302, 302, 302, 302),
    ("table_preview", "withdrawn table"): (404,) * 6,
    ("original", "table"): ALL_200,
    ("original", "private table"): MEMBERS,
    ("original", "withheld table"): (
        403,
        403,
        200,
        200,
        200,
        200,
    ),  # its record names it: it is no secret that it exists
    ("original", "withdrawn table"): (404,) * 6,
    ("deposit", "deposit"): ALL_200,
    ("deposit", "waiting deposit"): (403, 403, 200, 200, 200, 200),
    ("deposit", "private deposit"): MEMBERS,
    ("table_reading", "waiting table"): MEMBERS,
    ("deposit", "table"): (404,) * 6,
    ("service", "service"): ALL_200,
    ("service", "private service"): MEMBERS,
    ("service", "withdrawn service"): (410,) * 6,
    ("service", "public"): (404,) * 6,
    ("similar", "public"): ALL_200,
    ("similar", "private"): MEMBERS,
    ("similar", "withdrawn"): ALL_200,  # what may take the place of what was public
    ("similar", "withdrawn private"): (404,) * 6,
    # A contributor proposes.
    ("edit", "public"): (302, 403, 403, 200, 200, 200),
    ("edit", "private"): (404, 404, 403, 200, 200, 200),
    ("edit", "draft"): WRITERS,
    ("dataset", "draft"): WRITERS,
    ("deposit_file", "draft"): WRITERS,
    ("draft", "draft"): WRITERS,
    ("draft", "public"): (404, 404, 404, 302, 302, 302),
    ("draft", "withdrawn"): (404,) * 6,
    ("drafts", ""): (302, 200, 200, 200, 200, 200),
    # The contributor among these people is the author of the first; of the other somebody else is.
    ("proposal", "proposal"): WRITERS,
    ("proposal", "other proposal"): (404, 404, 404, 404, 200, 200),
    ("withdrawal", "public"): (403, 403, 403, 403, 200, 200),
    ("withdrawal", "private"): (404, 404, 403, 403, 200, 200),
    ("withdrawal", "withdrawn"): (403, 403, 403, 403, 200, 200),
    ("withdrawal", "withdrawn private"): (404, 404, 403, 403, 200, 200),
    ("withdrawal", "draft"): (404,) * 6,
    ("table_reading", "draft table"): WRITERS,
    ("table_api", "draft table"): WRITERS,
    ("rows", "draft table"): WRITERS,
    ("rows_as", "draft table"): WRITERS,
    ("table", "draft table"): WRITERS,
    ("table_embed", "draft table"): WRITERS,
    ("original", "draft table"): WRITERS,
    ("record", "draft"): (404,) * 6,
    ("record_as", "draft"): (404,) * 6,
    ("record_quality", "draft"): (404,) * 6,
    ("similar", "draft"): (404,) * 6,
    ("edit", "withdrawn"): (410,) * 6,
    ("edit", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    # Who is a member of the body that holds it; who publishes there puts back.
    # Who administers the body that holds it.
    ("dataset_access", "public"): (302, 403, 403, 403, 403, 200),
    ("dataset_access", "private"): (302, 404, 403, 403, 403, 200),
    ("dataset_access", "withdrawn"): (302, 403, 403, 403, 403, 410),
    ("body_groups", "town"): (302, 403, 403, 403, 403, 200),
    ("body_groups", "hidden"): (302, 404, 404, 404, 404, 404),
    # tests/pages/test_accesses.py has an internal one.
    ("indicator_access", "unknown"): (302, 404, 404, 404, 404, 404),
    ("record_past", "public"): (302, 403, 200, 200, 200, 200),
    ("record_past", "private"): (302, 404, 200, 200, 200, 200),
    ("record_past", "withdrawn"): (302, 403, 200, 200, 200, 200),
    ("service_past", "service"): (302, 403, 200, 200, 200, 200),
    ("service_past", "private service"): (302, 404, 200, 200, 200, 200),
    ("service_past", "withdrawn service"): (302, 403, 200, 200, 200, 200),
    ("service_past", "public"): (302, 404, 404, 404, 404, 404),
    ("service_before", "edited service"): (302, 403, 403, 403, 200, 200),
    ("service_before", "private service"): (302, 404, 403, 403, 404, 404),
    ("record_before", "edited"): (302, 403, 403, 403, 200, 200),
    ("record_before", "private"): (302, 404, 403, 403, 404, 404),
    # Who administers a body reads what was done there; the instance's administrator, all.
    ("trail", ""): (302, 403, 403, 403, 403, 200),
    ("trail_as", "csv"): (302, 403, 403, 403, 403, 200),
    ("trail_as", "unknown extension"): (302, 404, 404, 404, 404, 404),
    ("publish", "town"): (302, 403, 403, 200, 200, 200),
    ("publish", "hidden"): (404,) * 6,
    ("mandates", "town"): (302, 403, 403, 403, 403, 200),
    ("mandates", "hidden"): (404,) * 6,
    ("organisation", "town"): ALL_200,
    ("organisation", "hidden"): (404, 404, 404, 404, 404, 404),
    ("quality", ""): ALL_200,
    ("main_documents", ""): ALL_200,
    ("main_documents_csv", ""): ALL_200,
    ("attendance", ""): ALL_200,
    ("attendance_csv", ""): ALL_200,
    ("about", ""): ALL_200,
    ("legal", ""): ALL_200,
    ("accessibility", ""): ALL_200,
    ("privacy", ""): ALL_200,
    ("notices", ""): (302, 403, 403, 403, 403, 403),
    # tests/pages/indicators has the internal ones.
    ("indicators", ""): ALL_200,
    ("indicator", "unknown"): (404,) * 6,
    ("indicator_embed", "unknown"): (404,) * 6,
    ("indicator_figures", "unknown"): (404,) * 6,
    ("indicator_drawing", "unknown"): (404,) * 6,
    ("alert_ask", "unknown"): (405,) * 6,
    ("follow", ""): ALL_200,
    ("reuses", "public"): ALL_200,
    ("reuses", "private"): MEMBERS,
    ("reuses", "withdrawn"): (404,) * 6,
    ("reuses", "draft"): (404,) * 6,
    ("reuse_declare", "public"): ALL_200,
    ("reuse_declare", "private"): (404,) * 6,
    ("reuse_declare", "withdrawn"): (404,) * 6,
    ("reuses_shown", ""): ALL_200,
    ("reuses_review", ""): (302, 200, 200, 200, 200, 200),
    # Who opens the link of one that was taken away learns nothing.
    ("reuse", "unknown"): ALL_200,
    ("questions", "public"): ALL_200,
    ("questions", "private"): MEMBERS,
    ("questions", "withdrawn"): (404,) * 6,
    ("questions", "draft"): (404,) * 6,
    ("question_ask", "public"): ALL_200,
    ("question_ask", "private"): MEMBERS,
    ("question_ask", "withdrawn"): (410,) * 6,
    ("question_ask", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    ("question_ask", "draft"): (404,) * 6,
    # Who publishes nowhere finds it empty (tests/test_questioning.py).
    ("questions_review", ""): (302, 200, 200, 200, 200, 200),
    # Who opens the link of one that was erased learns nothing.
    ("question", "unknown"): ALL_200,
    # Who opens the link of one that is stopped already learns nothing.
    ("followed", "unknown"): ALL_200,
    ("alerts", ""): (302, 200, 200, 200, 200, 200),
    # Who opens the link of one that is stopped already learns nothing.
    ("alert_stop", "unknown"): ALL_200,
    ("territory", "unknown"): (404,) * 6,
    ("side_by_side", ""): ALL_200,
    ("boards", ""): ALL_200,
    ("board_keep", ""): (405,) * 6,
    ("board", "unknown"): (404,) * 6,
    ("board_change", "unknown"): (405,) * 6,
    ("help", ""): ALL_200,
    ("help_page", "chercher"): ALL_200,
    ("help_page", "unknown"): (404,) * 6,
    ("page", "published page"): ALL_200,
    ("page", "draft page"): (404,) * 6,
    # The instance's administrators alone, who are none of these people.
    ("pages", ""): (302, 403, 403, 403, 403, 403),
    ("identity", ""): (302, 403, 403, 403, 403, 403),
    ("tile", "3 4 2"): (404,) * 6,  # no server is named (tests/test_tiles.py)
    ("logo", "1"): (404,) * 6,  # nobody gave one (tests/pages/test_identity.py)
    ("themes", ""): (302, 403, 403, 403, 403, 403),
    ("page_new", ""): (302, 403, 403, 403, 403, 403),
    ("page_edit", "draft page"): (302, 403, 403, 403, 403, 403),
    ("searches", ""): (302, 403, 403, 403, 403, 403),
    ("harvests", ""): (302, 200, 200, 200, 200, 200),
    ("harvest", "source"): (302, 404, 404, 404, 200, 200),
    ("harvest", "other source"): (302, 404, 404, 404, 404, 404),
    ("harvest_new", ""): (302, 403, 403, 403, 200, 200),
    ("rules", "source"): (302, 404, 404, 404, 200, 200),
    ("rules", "other source"): (302, 404, 404, 404, 404, 404),
    ("rehearsal", "source"): (302, 404, 404, 404, 200, 200),
    ("rehearsal", "other source"): (302, 404, 404, 404, 404, 404),
    ("late", ""): (302, 200, 200, 200, 200, 200),
    # Who administers the instance, and not only a body, gets it (tests/pages/test_synonyms.py).
    ("synonyms", ""): (302, 403, 403, 403, 403, 403),
    # Who administers a body, of that body; who runs the instance, of all (tests/pages/test_sharing.py).
    ("sharing", ""): (302, 403, 403, 403, 403, 200),
    ("instances", ""): (302, 403, 403, 403, 403, 403),  # tests/pages/test_instances.py
    ("recipes", ""): (302, 403, 403, 403, 403, 403),  # tests/pages/indicators/test_recipes.py
    # Without its token; this instance has none.
    ("metrics", ""): (404,) * 6,
    ("login", ""): ALL_200,
    # This instance names no provider of identities (tests/accounts/test_openid.py).
    ("external", ""): (404,) * 6,
    ("external_back", ""): (400,) * 6,
    ("external_link", ""): (302,) * 6,
    ("forgotten", ""): ALL_200,
    ("reset_confirm", "unknown"): ALL_200,
    ("invitation", "unknown"): (404,) * 6,
    ("members", "town"): (302, 403, 403, 403, 403, 200),
    ("members", "hidden"): (404,) * 6,
    # Nobody is on the way in (tests/pages/test_second_step.py).
    ("second_step", ""): (302,) * 6,
    ("second_step_first", ""): (302,) * 6,
    ("account", ""): (302, 200, 200, 200, 200, 200),
    ("own_code", ""): (302, 200, 200, 200, 200, 200),
    ("password", ""): (302, 200, 200, 200, 200, 200),
    ("sessions", ""): (405,) * 6,
    ("tokens", ""): (302, 200, 200, 200, 200, 200),
    ("logout", ""): (405,) * 6,
    ("territory_style", ""): ALL_200,
    ("language", "fr"): (302,) * 6,
    ("language", "xx"): (404,) * 6,
    ("health", ""): ALL_200,
    # This instance is not a demonstration.
    ("demonstration_catalogue", ""): (404,) * 6,
    ("demonstration_file", "file"): (404,) * 6,
    ("record", "public"): (303,) * 6,
    ("record", "private"): (404, 404, 303, 303, 303, 303),
    ("record", "withdrawn"): (410,) * 6,
    ("record", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    ("record_as", "public"): ALL_200,
    ("record_as", "private"): MEMBERS,
    ("record_as", "withdrawn"): (410,) * 6,
    ("record_as", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    ("record_as", "unknown extension"): (404,) * 6,
    ("record_quality", "public"): ALL_200,
    ("record_quality", "private"): MEMBERS,
    ("record_quality", "withdrawn"): (410,) * 6,
    ("record_quality", "withdrawn private"): (404, 404, 410, 410, 410, 410),
    ("record_quality_as", "public"): ALL_200,
    ("record_quality_as", "private"): MEMBERS,
    ("record_quality_as", "withdrawn"): (410,) * 6,
    ("record_quality_as", "unknown extension"): (404,) * 6,
    ("schemas", ""): ALL_200,
    ("api_openapi", ""): ALL_200,
    ("api_bulk", ""): (405,) * 6,
    ("api_datasets", ""): (405,) * 6,
    ("api_services", ""): (405,) * 6,
    ("api_dataset", "public"): ALL_200,
    ("api_dataset", "private"): MEMBERS,
    ("api_dataset", "draft"): WRITERS,
    ("api_dataset", "withdrawn"): (410, 410, 410, 200, 200, 200),
    ("api_dataset", "withdrawn private"): (404, 404, 410, 200, 200, 200),
    ("api_dataset", "service"): (404,) * 6,
    ("api_dataset_state", "public"): (405,) * 6,
    ("api_dataset_files", "public"): ALL_200,
    ("api_dataset_files", "private"): MEMBERS,
    ("api_dataset_files", "draft"): WRITERS,
    ("api_dataset_files", "withdrawn"): (410, 410, 410, 200, 200, 200),
    ("api_file", "table"): ALL_200,
    ("api_file", "private table"): MEMBERS,
    ("api_file", "withheld table"): ALL_200,  # that it waits; tests/api/test_writing_files.py
    ("api_file", "waiting table"): ALL_200,
    ("api_file", "draft table"): WRITERS,
    ("api_file", "withdrawn table"): (410, 410, 410, 200, 200, 200),
    ("api_service", "service"): ALL_200,
    ("api_service", "private service"): MEMBERS,
    ("api_service", "withdrawn service"): (410, 410, 410, 200, 200, 200),
    ("api_service_state", "service"): (405,) * 6,
    ("schema", "dataset"): ALL_200,
    ("schema", "unknown"): (404,) * 6,
    ("catalogue", ""): (303,) * 6,
    ("catalogue_as", "ttl"): ALL_200,
    ("catalogue_as", "unknown extension"): (404,) * 6,
    ("dump", "ttl"): ALL_200,
    ("dump", "csv"): ALL_200,
    ("dump", "unknown extension"): (404,) * 6,
    ("body", "town"): (303,) * 6,
    ("body", "hidden"): (404,) * 6,
    ("body_as", "town"): ALL_200,
    ("body_as", "hidden"): (404,) * 6,
    ("sitemap", ""): ALL_200,
    ("sitemap_part", "1"): ALL_200,
    ("sitemap_part", "2"): (404,) * 6,
    ("robots", ""): ALL_200,
    ("peer_card", ""): ALL_200,
    ("security", ""): (404,) * 6,  # this instance names nobody (tests/security)
}


def names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_address_has_its_lines() -> None:
    assert set(names(get_resolver().url_patterns)) == {name for name, _ in TABLE}


def dropped(town: Organisation) -> dict[str, Any]:
    """A file that nobody reads here, and a table that is typed."""
    draft = drop_file(town, [b"nom;age"], "a.csv", 7, uuid.uuid4())
    Table.objects.filter(dataset=draft).update(state=Table.State.REFUSED)
    sheet = drop_file(town, [blank(schema("bouture/elus")).content], "elus.csv", 9, uuid.uuid4())
    return {"draft": draft, "typed table": Table.objects.get(dataset=sheet).pk}


def served_otherwise(town: Organisation, author: User | None) -> dict[str, Any]:
    """A data service that somebody changed."""
    found = factories.service("Service modifié", town)
    said = {"title": {"fr": "Service corrigé"}, "endpoint_url": ["https://services.essai.example/wfs"]}
    publishing.publish([Draft("service", said, town.pk, id=found.pk)], author)
    return {"edited service": found, "service number": AuditEntry.objects.latest("number").number}


def made() -> dict[str, Any]:
    town = factories.body("Ville d’essai")
    elsewhere = factories.body("Ailleurs")
    things: dict[str, Any] = {
        "public": factories.dataset("Public", town),
        "private": factories.dataset("Secret", town, private=True),
        "withdrawn": factories.dataset("Retiré", town),
        "withdrawn private": factories.dataset("Retiré secret", town, private=True),
        "service": factories.service("Service", town),
        "private service": factories.service("Service secret", town, private=True),
        "withdrawn service": factories.service("Service retiré", town),
        "town": town.slug,
        "source": HarvestSource.objects.create(key="https://a.example", owner=town).pk,
        "other source": HarvestSource.objects.create(key="https://b.example", owner=elsewhere).pk,
        "hidden": factories.dataset(
            "Caché", private=True, publisher={"name": {"fr": "Bureau caché"}}
        ).published_by.slug,
    }
    said = {"title": {"fr": "Brouillon secret"}, "distribution": [factories.file()]}
    kept = drafts.keep_draft(Draft("dataset", said, town.pk))
    things["draft"] = Dataset.objects.get(pk=kept.id)
    tables = {
        "draft table": factories.table(things["draft"]),
        "table": factories.table(things["public"]),
        "private table": factories.table(things["private"]),
        "withdrawn table": factories.table(things["withdrawn"]),
        "withheld table": factories.table(factories.dataset("Personnes", town)),
    }
    TableVersion.objects.filter(table=tables["withheld table"]).update(withheld=True)
    things |= {name: table.pk for name, table in tables.items()}
    things["deposit"] = uuid.uuid4()
    Table.objects.filter(pk=tables["table"].pk).update(deposit=things["deposit"])
    for name, private in (("waiting", False), ("private", True)):
        key = deposit(factories.dataset(f"Déposé, {name}", town, private=private), [b"nom;age"], "a.csv")
        things |= {f"{name} deposit": Table.objects.get(pk=key).deposit}
        things.setdefault("waiting table", key)
    things |= dropped(town)
    now = timezone.now()
    for what in ("source", "other source"):
        HarvestRun.objects.create(pk=things[what], source_id=things[what], started_at=now, heartbeat_at=now, dry=True)
    gone = [things[name] for name in ("withdrawn", "withdrawn private", "withdrawn service")]
    publishing.withdraw(gone, "Remplacé.")
    people: dict[str, User | None] = {"anonymous": None, "stranger": factories.person()}
    people |= {role: factories.person(role, town) for role in PEOPLE[2:]}
    people |= {name: factories.person() for name in ("granted", "granted by group")}
    people["elsewhere"] = factories.person("administrator", elsewhere)
    people["instance"] = factories.person(is_superuser=True)
    group = Group.objects.create(name="Voisins")
    people["granted by group"].groups.add(group)
    for who in (people["granted"], group):
        for name in ("private", "withdrawn private"):
            publishing.grant(things[name], who)
    things["edited"] = factories.dataset("Modifié", town)
    draft = Draft("dataset", {"title": {"fr": "Corrigé"}}, town.pk, id=things["edited"].pk)
    publishing.publish([draft], people["publisher"])
    things["number"] = AuditEntry.objects.latest("number").number
    for name, slug in (("published page", "nos-engagements"), ("draft page", "brouillon")):
        things[name] = pages.keep(None, Written(name, slug, "Un texte.", published=slug != "brouillon")).slug
    things |= served_otherwise(town, people["publisher"])
    for name, author in (("proposal", people["contributor"]), ("other proposal", people["stranger"])):
        changed = {**amending.values_of(things["public"]), "title": {"fr": "Autrement"}}
        assert author
        made = amending.propose(things["public"], changed, author)
        assert made
        things[name] = made.pk
    factories.follow(ScoreReader())
    factories.bring_index_up_to_date()
    return {**things, "people": people}


@pytest.fixture
def world(searched: Path) -> dict[str, Any]:
    return photographed(made)


# What tests/pages/indicators makes.
UNKNOWN = (
    *("indicator", "indicator_embed", "indicator_figures", "indicator_drawing", "alert_ask", "alert_stop", "territory"),
    *("followed", "reuse", "question", "board", "board_change", "api_indicator", "observations", "national_layout"),
)


def address(name: str, what: str, world: dict[str, Any]) -> str:
    if name in ("record_as", "record_quality_as"):
        thing = world["public" if what == "unknown extension" else what]
        return reverse(name, args=[thing.pk, "exe" if what == "unknown extension" else "ttl"])
    if name == "rows_as":
        unknown = what == "unknown extension"
        return reverse(name, args=[world["table" if unknown else what], "exe" if unknown else "csv"])
    given = {
        "demonstration_file": ["arbres.csv"],
        "body_as": [world.get(what), "ttl"],
        "sitemap_part": [what],
        "observations_as": ["rien", "csv"],
        "schema": [what],
        "help_page": [what],
        "logo": [what],
        "tile": what.split(),
        "topic": [what],
        "language": [what],
    }
    given |= {one: ["rien"] for one in UNKNOWN}
    given |= {
        "feed_leaf": [1, 250],
        "feed_leaf_as": [1, 250, "trig"],
        "feed_node": [1, 0],
        "feed_node_as": [1, 0, "trig"],
    }
    given["reset_confirm"] = ["MQ", "rien-rien"]
    given["invitation"] = ["rien"]
    given["indicator_access"] = ["rien", "rien"]
    given["type_new"] = [world.get(what), "bouture/elus"]
    given["rehearsal"] = [world.get(what), world.get(what)]
    given |= {
        one: ["exe" if what == "unknown extension" else what]
        for one in ("catalogue_as", "dump", "trail_as", "feed_as", "feed_dump")
    }
    if name in given or not what:
        return reverse(name, args=given.get(name))
    if name in ("record_before", "service_before"):
        number = world["number" if name == "record_before" else "service number"]
        return reverse(name, args=[world[what].pk, number])
    thing = world[what]
    return reverse(name, args=[thing.pk if isinstance(thing, Record) else thing])


@pytest.mark.parametrize("person", PEOPLE)
def test_who_gets_what(world: dict[str, Any], person: str, client: Client) -> None:
    user = world["people"][person]
    if user:
        client.force_login(user)
    assert not different(client, world, {key: line[PEOPLE.index(person)] for key, line in TABLE.items()})


# Who else there is: whose column they share, of what they share a reader's, and where they differ from both.
GRANTED = ("private", "withdrawn private", "private table")
OF_MEMBERS = {("record_past", "private"): 403}
ELSEWHERE = {
    ("trail", ""): 200,
    ("trail_as", "csv"): 200,
    ("harvest_new", ""): 200,  # of their own body
    ("drop", ""): 200,
    ("sharing", ""): 200,
    **{(name, "other source"): 200 for name in ("harvest", "rules", "rehearsal")},
}
INSTANCE = {
    **{
        (name, ""): 200
        for name in (
            "searches",
            "synonyms",
            "recipes",
            "sharing",
            "instances",
            "pages",
            "page_new",
            "themes",
            "identity",
            "notices",
        )
    },
    **{(name, "draft page"): 200 for name in ("page", "page_edit")},
    **{(name, "other source"): 200 for name in ("harvest", "rules", "rehearsal")},
    **{(name, "hidden"): 200 for name in ("organisation", "members", "body_as")},
    ("body", "hidden"): 303,
}
OTHERS: dict[str, tuple[str, tuple[str, ...], dict[tuple[str, str], int]]] = {
    "granted": ("stranger", GRANTED, OF_MEMBERS),
    "granted by group": ("stranger", GRANTED, OF_MEMBERS),
    "elsewhere": ("stranger", (), ELSEWHERE),
    "instance": ("administrator", (), INSTANCE),
}


@pytest.mark.parametrize("other", OTHERS)
def test_who_else_gets_what(world: dict[str, Any], other: str, client: Client) -> None:
    """Who holds a grant, who administers another body, who administers the instance."""
    client.force_login(world["people"][other])
    alike, read, apart = OTHERS[other]
    columns = {key: PEOPLE.index("reader" if key[1] in read else alike) for key in TABLE}
    assert not different(client, world, {key: line[columns[key]] for key, line in TABLE.items()} | apart)


@pytest.mark.parametrize("person", ["stranger", "reader", "publisher", "administrator"])
@pytest.mark.parametrize("publishes", [False, True])
def test_what_a_token_opens(world: dict[str, Any], person: str, publishes: bool, client: Client) -> None:
    """The addresses of programs, as its person; no page of persons, whatever its scope."""
    text = tokens.make(world["people"][person], "essai", 30, publishes=publishes)[1]
    expected = {}
    for (name, what), line in TABLE.items():
        opened = resolve(address(name, what, world)).func.__module__.startswith(OPEN)
        # One that only reads does not see what waits to be written, nor what was withdrawn.
        to_write = "draft" in what or (name.startswith("api_") and "withdrawn" in what)
        column = "reader" if to_write and not publishes and person != "stranger" else person
        expected[name, what] = line[PEOPLE.index(column)] if opened else 403
    assert not different(client, world, expected, authorization=f"Bearer {text}")


def different(
    client: Client, world: dict[str, Any], expected: dict[tuple[str, str], int], **more: str
) -> dict[Any, Any]:
    wrong = {}
    for (name, what), status in expected.items():
        answer = client.get(address(name, what, world), headers={"accept": "text/html", **more})
        b"".join(answer)  # a file that is sent is closed by whoever reads it
        if answer.status_code != status:
            wrong[name, what] = (answer.status_code, status)
    return wrong


# The link of a message is the key: programs of mail stop what it speaks of without having opened a page (RFC 8058).
STOPPED = ("alert_stop", "followed")


@pytest.mark.parametrize("person", [None, "publisher", "instance"])
def test_nothing_is_done_without_the_token_of_a_form(world: dict[str, Any], person: str | None) -> None:
    """Every address there is, pages that only show included: a site that somebody visits sends nothing in their name."""
    browser = Client(enforce_csrf_checks=True)
    if person:
        browser.force_login(world["people"][person])
    before = written()
    asked = {
        key: browser.post(address(*key, world), {"geste": "x"}).status_code for key in TABLE if key[0] not in STOPPED
    }
    # Addresses where programs write ask for a token first, and for a method that they have.
    programs = [key for key in TABLE if key[0].startswith(("api_dataset", "api_file", "api_service", "api_bulk"))]
    assert {key for key in programs if asked.pop(key) not in (401, 403, 405)} == set()
    assert {key: status for key, status in asked.items() if status != 403} == {}
    assert written() == before


@pytest.mark.parametrize("person", ["stranger", "granted", "elsewhere", "reader"])
def test_who_may_not_write_changes_nothing(world: dict[str, Any], person: str, client: Client) -> None:
    """Another body's keys, sent to every address that has one: refused, and nothing is written."""
    client.force_login(world["people"][person])
    before, wrong = written(), {}
    for name, what in TABLE:
        # The other source is a body's of one of them; anybody declares a reuse or asks a question.
        if what in world and what != "other source" and name not in ("reuse_declare", "question_ask"):
            answer = client.post(address(name, what, world), {"geste": "publier", "reason": "x", "agree": "on"})
            if answer.status_code not in (403, 404, 405, 410, 415):
                wrong[name, what] = answer.status_code
    assert wrong == {}
    assert written() == before


def written() -> tuple[int, int]:
    return AuditEntry.objects.count(), Change.objects.count()


EXPORTS = ("/catalogue.{}", "/catalogue.{}?profile=source", "/catalogue/tout.{}")


@pytest.mark.parametrize("person", PEOPLE)
def test_no_export_tells_what_its_reader_may_not_know(world: dict[str, Any], person: str, client: Client) -> None:
    user = world["people"][person]
    if user:
        client.force_login(user)
    addresses = [ask.format(extension) for ask in EXPORTS for extension in ("ttl", "rdf", "jsonld", "nt")]
    addresses += ["/catalogue/tout.csv", "/catalogue/tout.jsonl", "/sitemap.xml", "/catalogue.nt?q=secret"]
    addresses += ["/jeux-de-donnees.atom?q=secret", "/jeux-de-donnees.atom", "/api/search?q=secret"]
    addresses += ["/api/search?facettes=organisme,sujet,territoire&taille=0"]
    secrets = {"Secret", str(world["private"].pk), world["private"].uri}
    for address in addresses:
        text = b"".join(client.get(address)).decode()
        for word in (
            "Caché",
            "Brouillon",
            str(world["draft"].pk),
            world["hidden"],
            str(world["withdrawn"].pk),
            str(world["withdrawn private"].pk),
        ):
            assert word not in text, (address, word)
        member = PEOPLE.index(person) >= 2 and address.startswith(
            ("/catalogue.", "/jeux-de-donnees.atom", "/api/search")
        )
        assert [word for word in secrets if word in text and not member] == [], address


HIDDEN = (
    "/jeux-de-donnees/{}/",
    "/jeux-de-donnees/{}/modifier/",
    "/jeux-de-donnees/{}/proches/",
    "/jeux-de-donnees/{}/questions/",
    "/jeux-de-donnees/{}/questions/nouvelle/",
    "/id/{}",
    "/id/{}.ttl",
    "/id/{}.json",
    "/id/{}/quality",
    "/api/datasets/{}",
)


@pytest.mark.parametrize("ask", HIDDEN)
def test_what_is_hidden_looks_like_what_does_not_exist(world: dict[str, Any], ask: str, client: Client) -> None:
    hidden = client.get(ask.format(world["private"].pk))
    absent = client.get(ask.format("00000000-0000-4000-8000-000000000000"))
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
