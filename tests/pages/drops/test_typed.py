"""Short sets that are typed row by row: the form of a schema, its rules, what is kept, two people at once."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from catalogue.errors import Refused
from catalogue.models import Dataset, Organisation, Table, User
from catalogue.tables.schemas import schema, schemas
from catalogue.tables.schemas.rows import judged
from catalogue.tabling import sheets
from harvesters.tables import read_tables
from portal.pages.drops.labels import hint_of, label_of
from tests import factories
from tests.pages.conftest import said

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ELECTED = {
    "siren": "214 401 143",
    "insee": "44114",
    "nom": "DURAND",
    "prenom": "Anne",
    "sexe": "F",
    "fonction": "Maire",
    "date_debut_mandat": "2026-03-22",
}
POINT = {
    "id": "PAV-1",
    "insee": "44114",
    "flux": "verre",
    "latitude": "47,27",
    "longitude": "-1.62",
    "date_maj": "2026-01-05",
}


def form(values: dict[str, str], **more: str) -> dict[str, str]:
    return {**{f"c.{name}": value for name, value in values.items()}, **more}


def begun(client: Client, town: Organisation, values: dict[str, str] = ELECTED, key: str = "bouture/elus") -> Table:
    answer = client.post(reverse("type_new", args=[town.slug, key]), form(values))
    assert answer.status_code == 302, said(answer)
    return Table.objects.get()


def again(client: Client, table: Table, values: dict[str, str], **more: str) -> HttpResponse:
    """Sent from the page as it is now."""
    address = reverse("typed", args=[table.pk])
    mark = BeautifulSoup(client.get(address).content, "html.parser").select_one("input[name=marque]")
    return client.post(address, form(values, **{"marque": str(mark["value"]) if mark else "", **more}))


def rows(table: Table) -> list[Any]:
    return list(sheets.sheet_of(Table.objects.select_related("current").get(pk=table.pk)).rows)


def test_rows_are_typed_changed_removed_and_published(client: Client, agent: User, town: Organisation) -> None:
    table = begun(client, town)
    assert rows(table)[0]["siren"] == "214401143"  # written as the schema wants it
    assert again(client, table, {**ELECTED, "nom": "PETIT", "sexe": "M"}).status_code == 302
    again(client, table, {**ELECTED, "nom": "GRAND"})
    assert [row["nom"] for row in rows(table)] == ["DURAND", "PETIT", "GRAND"]
    again(client, table, {**ELECTED, "nom": "PETITE"}, ligne="2")
    again(client, table, {}, ligne="1", geste="retirer")
    assert [row["nom"] for row in rows(table)] == ["PETITE", "GRAND"]
    read_tables(large=False)
    page = said(client.get(reverse("dropped", args=[Dataset.objects.get().pk])))
    assert "2 lignes, 10 colonnes" in page
    assert "Conforme au schéma" in page
    # Once read it goes on, from the version that is there.
    again(client, table, {**ELECTED, "nom": "TROISIÈME"})
    assert [row["nom"] for row in rows(table)] == ["PETITE", "GRAND", "TROISIÈME"]


def test_what_breaks_the_schema_is_told_and_nothing_is_lost(client: Client, agent: User, town: Organisation) -> None:
    address = reverse("type_new", args=[town.slug, "bouture/elus"])
    answer = client.post(address, form({**ELECTED, "nom": "", "siren": "12", "date_debut_mandat": "31/02/2026"}))
    page = said(answer)
    assert answer.status_code == 422
    assert "3 champs à corriger" in page
    assert "« 12 » n’est pas un SIREN" in page
    assert 'value="Anne"' in page
    assert Dataset.objects.count() == 0


def test_two_people_at_once_lose_nothing(client: Client, agent: User, town: Organisation) -> None:
    table = begun(client, town)
    mark = sheets.sheet_of(table).mark
    again(client, table, {**ELECTED, "nom": "PREMIER"})
    answer = client.post(reverse("typed", args=[table.pk]), form({**ELECTED, "nom": "SECOND"}, marque=mark))
    assert answer.status_code == 409
    assert 'value="SECOND"' in said(answer)
    assert [row["nom"] for row in rows(table)] == ["DURAND", "PREMIER"]


def test_a_key_that_is_there_already_is_refused(client: Client, agent: User, town: Organisation) -> None:
    table = begun(client, town, POINT, "bouture/points-apport-volontaire")
    answer = again(client, table, POINT)
    assert answer.status_code == 422
    assert "Une autre ligne le dit déjà" in said(answer)
    assert again(client, table, {**POINT, "id": "PAV-2"}).status_code == 302
    assert [row["latitude"] for row in rows(table)] == ["47.27", "47.27"]


def test_what_no_schema_knows_is_not_typed_here(client: Client, agent: User, town: Organisation) -> None:
    found = factories.table(factories.dataset("Arbres", town))
    answer = client.get(reverse("typed", args=[found.pk]))
    assert answer.status_code == 422
    assert "ne se saisit pas ici" in said(answer)


@pytest.mark.parametrize("role", ["", "reader"])
def test_it_is_for_those_who_write_there(client: Client, agent: User, town: Organisation, role: str) -> None:
    table = begun(client, town)
    client.force_login(factories.person(role, town if role else None))
    assert client.get(reverse("typed", args=[table.pk])).status_code == 404
    assert client.post(reverse("typed", args=[table.pk]), {"geste": "retirer", "ligne": "1"}).status_code == 404
    assert client.get(reverse("type_new", args=[town.slug, "bouture/elus"])).status_code == 403
    assert len(rows(table)) == 1


def test_there_is_a_form_for_every_schema_of_rows(client: Client, agent: User, town: Organisation) -> None:
    for key in {each.key for each in schemas() if each.kind == "table"}:
        page = said(client.get(reverse("type_new", args=[town.slug, key])))
        assert all(f'name="c.{field.name}"' in page for field in schema(key).fields), key
    assert client.get(reverse("type_new", args=[town.slug, "etalab/schema-zfe"])).status_code == 404
    assert client.get(reverse("type_new", args=[town.slug, "rien"])).status_code == 404


def test_too_many_rows_are_for_a_spreadsheet(
    client: Client, agent: User, town: Organisation, settings: Settings
) -> None:
    of = schema("bouture/elus")
    sheet = sheets.Sheet(tuple(field.name for field in of.fields), tuple({"nom": "x"} for _ in range(sheets.MOST)))
    with pytest.raises(Refused, match="500 lignes au plus"):
        sheet.with_row({"nom": "y"})


@pytest.mark.parametrize("value", ["'; DROP TABLE x; --", "$v0", 'a\nb;c"d', "<script>", "\x00", "=1+1", "🌳" * 9])
def test_whatever_is_typed_is_text(value: str) -> None:
    row = judged(schema("bouture/elus"), {**ELECTED, "nom": value})
    assert row.values["nom"] == value.strip()
    assert "nom" not in row.faults or value == "\x00"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("EQUIP_NOM", "Équipement : nom"),
        ("menuPlatNom", "Plat : nom"),
        ("COLL_SIRET", "Collectivité : SIRET"),
        ("date_debut_mandat", "Date début mandat"),
        ("lat_coor1", "Latitude"),
        ("x", "X"),
    ],
)
def test_names_of_columns_are_spelled_out(name: str, label: str) -> None:
    assert label_of(name) == label


def test_no_pattern_is_shown_to_people() -> None:
    for each in schemas():
        for field in each.fields:
            assert "^" not in hint_of(field)
            assert label_of(field.name)
