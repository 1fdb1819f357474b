"""Boards: in the address without an account, kept and shared with one; each reader sees what they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from catalogue.models import Dashboard
from tests.pages.conftest import said
from tests.pages.indicators.invented import DRAFT, SHARE, SPENDING, Invented

SPENT, SHARED, DRAFTED = (f"{one.key}@99001" for one in (SPENDING, SHARE, DRAFT))


def test_a_board_is_composed_in_its_address(figures: Invented, client: Client) -> None:
    first = client.get(
        "/tableaux-de-bord/", {"indicateur": SPENDING.key, "territoire": "Port-Lanvern", "note": "à dire"}
    )
    assert first["Location"] == "/tableaux-de-bord/?i=essai.depenses-hab%4099001%3A%C3%A0+dire"
    page = said(client.get("/tableaux-de-bord/", {"titre": "Conseil", "i": [f"{SPENT}:à dire", SHARED]}))
    assert "<h1>Conseil</h1>" in page and "à dire" in page
    assert page.index("1 594") < page.index("16,2")
    assert "Monter" in page and "Retirer" in page
    assert "<span>Tableau de bord</span>" in page
    assert "<span>Tableau de bord</span>" not in said(client.get("/tableaux-de-bord/", {"i": SPENT}))


def test_what_cannot_be_added_is_told(figures: Invented, client: Client) -> None:
    response = client.get("/tableaux-de-bord/", {"indicateur": SPENDING.key, "territoire": "Nulle-Part"})
    assert response.status_code == 400
    assert "Aucun territoire ne s’appelle « Nulle-Part »" in said(response)
    response = client.get("/tableaux-de-bord/", {"indicateur": DRAFT.key, "territoire": "99001"})
    assert "Choisissez un indicateur dans la liste" in said(response)


def test_an_account_keeps_changes_shares_and_deletes(figures: Invented, as_: Callable[[Any], Client]) -> None:
    client = as_(figures.member)
    done = client.post("/tableaux-de-bord/garder/", {"titre": "Conseil", "i": [SPENT, DRAFTED]})
    kept = Dashboard.objects.get()
    assert done["Location"] == f"/tableaux-de-bord/{kept.link}/"
    assert "Épargne prévue" in said(client.get(done["Location"]))
    client.post("/tableaux-de-bord/garder/", {"titre": "Conseil de mars", "i": [DRAFTED, SPENT], "de": kept.link})
    kept.refresh_from_db()
    assert (kept.title, kept.items[0]["indicator"], Dashboard.objects.count()) == ("Conseil de mars", DRAFT.key, 1)
    client.logout()
    assert client.get(done["Location"]).status_code == 404
    client.force_login(figures.stranger)
    assert client.post(done["Location"] + "modifier/", {"geste": "partager"}).status_code == 404
    client.force_login(figures.member)
    client.post(done["Location"] + "modifier/", {"geste": "partager"})
    client.logout()
    page = client.get(done["Location"])
    # A stranger reads what everybody may, and not even the name of the rest.
    assert "1 594" in said(page) and "Épargne prévue" not in said(page)
    assert "1 chiffre n’est pas montré" in said(page)
    assert page["Referrer-Policy"] == "same-origin"
    client.force_login(figures.member)
    client.post(done["Location"] + "modifier/", {"geste": "supprimer"})
    assert not Dashboard.objects.exists()
