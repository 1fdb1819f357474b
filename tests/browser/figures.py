"""Figures of a shipped indicator for the invented towns, as the worker would keep them."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from catalogue.models import (
    Dashboard,
    Dataset,
    FigureAlert,
    FollowedSearch,
    Indicator,
    Question,
    Reuse,
    ReusedDataset,
    Territory,
)
from catalogue.models.territories import sort_key
from catalogue.observing import recipes
from tests import factories, observed
from tests.browser.conftest import Site

KEY: Final = "budget.depenses-fonctionnement-hab"
PAGE: Final = f"/indicateurs/{KEY}/"
TOWNS: Final = ("Kerbrézel", "Plouvarc’h", "Saint-Evan", "Trégonnan", "Le Roz-Vian", "Lan-Haut")


def figures(site: Site) -> Indicator:
    """Port-Lanvern over five years, six other towns of its intercommunalité in the last one; all is found by the search.

    Made once: a second dataset would say the same figures again.
    """
    recipes.sync()
    about = Indicator.objects.get(key=KEY)
    if Dataset.objects.filter(title__fr="Comptes administratifs").exists():
        return about
    group = observed.place("249900001", "Lanvern Agglomération", "epci")
    home = Territory.objects.get(code="99001")
    home.parents.add(group)
    dataset = factories.dataset("Comptes administratifs", site.samples.town, license=factories.OPEN_LICENCE)
    parts = {"population_year": 2023, "population_source": "Insee, populations légales"}
    for year, value in enumerate((1488.0, 1502.4, 1540.0, 1610.0, 1594.2), 2019):
        observed.figure(about, home, str(year), value, dataset, numerator=value * 3458, denominator=3458, **parts)
    for number, name in enumerate(TOWNS, 2):
        place = observed.place(f"9900{number}", name, parent=group)
        Territory.objects.filter(pk=place.pk).update(
            sort_name=sort_key(name), longitude=-3 + number / 20, latitude=48 + number / 30
        )
        value = 900.0 + 110 * number
        observed.figure(about, place, "2023", value, dataset, numerator=value * 2000, denominator=2000, **parts)
    factories.bring_index_up_to_date()
    return about


def seen(site: Site, address: str) -> str:
    figures(site)
    return address


def board(site: Site) -> str:
    figures(site)
    items = [{"indicator": KEY, "territory": code, "note": "Avant le vote"} for code in ("99001", "99002")]
    kept = Dashboard.objects.create(owner=site.samples.member, title="Conseil du 3 mars", items=items, shared=True)
    return f"/tableaux-de-bord/{kept.link}/"


def alerts(site: Site, address: str = "/alertes/{}/") -> str:
    about = figures(site)
    place = Territory.objects.get(code="99001")
    kept, _ = FigureAlert.objects.get_or_create(
        person=site.samples.member, indicator=about, territory=place, above=True, bound=1600
    )
    return address.format(kept.link)


def followed(site: Site) -> str:
    """A search that somebody has yet to confirm."""
    kept = FollowedSearch.objects.create(email="elise@essai.example", address="/jeux-de-donnees/?q=eau", text="eau")
    return f"/suivre/{kept.link}/"


def reused(site: Site) -> str:
    """A reuse that is shown, and one that waits."""
    said = {
        "address": "https://carte.essai.example/ombre",
        "kind": "visualisation",
        "author": "Élise",
        "description": "Où s’asseoir à l’ombre en été, rue par rue.",
        "email": "elise@essai.example",
        "confirmed_at": timezone.now(),
    }
    link = ""
    for title, status in (("La carte des bancs à l’ombre", "shown"), ("L’atlas des arbres", "waiting")):
        reuse = Reuse.objects.create(title=title, **said)
        ReusedDataset.objects.create(reuse=reuse, dataset=site.samples.rich, status=status)
        link = reuse.link
    return f"/reutilisations/{link}/"


def questioned(site: Site) -> str:
    """One that waits, reported from a table; one that is answered in public; and the link of one that is to be confirmed."""
    now = timezone.now()
    said = {"dataset": site.samples.rich, "author": "Élise", "email": "elise@essai.example", "mail": ""}
    Question.objects.create(
        kind="erreur",
        text="La borne de la rue des Lavandières est notée rue du Port : elle a été déplacée en mars.",
        file="bornes-de-collecte-2026.csv",
        rows=f"/tables/{site.samples.table.pk}/",
        row="B-0117",
        column="Adresse",
        confirmed_at=now,
        **said,
    )
    answer = "Oui, depuis le 3 mars. La carte est sur https://ville.essai.example/verre."
    done = {"state": "answered", "public": True, "answer": answer, "done_at": now, "confirmed_at": now}
    Question.objects.create(kind="question", text="Le verre est-il compté dans ces chiffres ?", **said, **done)
    return f"/questions/{Question.objects.create(kind='question', text='Et les piles, où les déposer ?', **said).link}/"


def reported(site: Site) -> str:
    return f"{site.samples.rich.get_absolute_url()}questions/nouvelle/?nature=erreur&table={site.samples.table.pk}"
