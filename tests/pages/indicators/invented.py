"""Invented figures of invented towns: a series with a break, an estimate and a secret, neighbours, an internal indicator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from catalogue.indicators.contract import (
    Axis,
    Binding,
    Divisor,
    Mark,
    Population,
    Recipe,
    Sense,
    Spread,
    Status,
    Unit,
    Words,
)
from catalogue.indicators.units import UNITS
from catalogue.models import Dataset, FormerObservation, Indicator, Observation, Organisation, Table, Territory, User
from catalogue.models.territories import Level, sort_key
from tests import factories

AT: Final = datetime(2026, 11, 4, 9, tzinfo=UTC)
SPENDING: Final = Recipe(
    key="essai.depenses-hab",
    version=2,
    title=Words("Dépenses de fonctionnement par habitant", "Operating expenditure per inhabitant"),
    definition=Words("Ce que la commune dépense dans l’année pour fonctionner, rapporté à ses habitants.", "…"),
    theme="finances",
    unit=UNITS["EUR/hab"].unit,
    sense=Sense.CONTEXT,
    schema="scdl/budget",
    versions=(),
    binding=Binding.SIREN,
    divisor=Divisor.POPULATION,
    factor=1,
    spread=Spread.RATIO,
    timed=True,
    population=Population(),
    axes=(Axis("chapitre", Words("Chapitre", "Chapter")),),
    levels=("commune", "epci"),
    caveats=(Words("Une commune touristique dépense plus par habitant.", "…"),),
    breaks={"2022": Words("nomenclature M57, les amortissements sont comptés.", "…")},
    formula=Words("Dépenses réelles de la section de fonctionnement, divisées par la population municipale.", "…"),
    digest="a",
)
SHARE: Final = replace(
    SPENDING,
    key="essai.part-logements-sociaux",
    title=Words("Part de logements sociaux", "Share of social housing"),
    unit=Unit("PC", Words("%", "%"), "%", 1),
    sense=Sense.HIGHER,
    theme="logement",
    divisor=Divisor.ROWS,
    factor=100,
    population=None,
    threshold=Mark(25, Words("Article 55 de la loi SRU", "…"), legal=True, levels=("commune",)),
    breaks={},
    axes=(),
    caveats=(),
)
DRAFT: Final = replace(
    SHARE,
    key="essai.interne",
    title=Words("Épargne prévue", "Planned savings"),
    theme="finances",
    internal=True,
    threshold=None,
)
UNPUBLISHED: Final = replace(
    SHARE, key="essai.bornes", title=Words("Bornes de recharge", "Charging points"), theme="mobilite", threshold=None
)
ALL: Final = {one.key: one for one in (SPENDING, SHARE, DRAFT, UNPUBLISHED)}
NAMES: Final = (
    "Port-Lanvern",
    "Kerbrézel",
    "Plouvarc’h",
    "Saint-Evan",
    "Trégonnan",
    "Le Roz-Vian",
    "Lan-Haut",
    "Sept-Fontaines",
)


@dataclass
class Invented:
    body: Organisation
    home: Territory
    towns: list[Territory]
    open: Dataset
    reserved: Dataset
    table: Table
    indicators: dict[str, Indicator]
    member: User
    stranger: User


def indicator(recipe: Recipe) -> Indicator:
    row, _ = Indicator.objects.update_or_create(
        key=recipe.key,
        defaults={
            "version": recipe.version,
            "digest": recipe.digest,
            "title": recipe.title.fr,
            "theme": recipe.theme,
            "schema": recipe.schema,
            "internal": recipe.internal,
        },
    )
    return row


def said(
    about: Indicator, place: Territory, table: Table, period: str, value: float | None, **more: Any
) -> Observation:
    given = {
        "numerator": value and value * 1000,
        "denominator": value and 1000,
        "status": Status.NORMAL if value is not None else Status.NOT_SIGNIFICANT,
        "rows": 48,
        "table_version": 1,
        "recipe_version": 2,
        "computed_at": AT,
        "dataset_id": table.dataset_id,
        **more,
    }
    return Observation.objects.create(
        indicator=about, territory=place, table=table, period=period, value=value, **given
    )


def towns() -> list[Territory]:
    made = []
    for number, name in enumerate(NAMES, 1):
        place, _ = Territory.objects.get_or_create(
            level=Level.COMMUNE,
            code=f"9900{number}",
            defaults={"name": name, "sort_name": sort_key(name), "liaison": 0},
        )
        made.append(place)
    group, _ = Territory.objects.get_or_create(
        level=Level.EPCI,
        code="249900001",
        defaults={
            "name": "Lanvern Agglomération",
            "sort_name": sort_key("Lanvern Agglomération"),
            "siren": "249900001",
        },
    )
    for place in made:
        place.parents.add(group)
    return made


def everything(body: Organisation | None = None) -> Invented:
    body = body or factories.body("Mairie de Port-Lanvern")
    places = towns()
    home = places[0]
    open_ = factories.dataset("Comptes administratifs", body, license=factories.OPEN_LICENCE)
    reserved = factories.dataset("Projet de budget", body, private=True)
    table, kept = factories.table(open_), factories.table(reserved)
    rows = {key: indicator(recipe) for key, recipe in ALL.items()}
    spending, share, draft = (rows[one.key] for one in (SPENDING, SHARE, DRAFT))
    for period, value in (("2018", 1488.0), ("2019", 1502.4), ("2021", 1540.0), ("2022", 1610.0), ("2023", 1594.2)):
        status = Status.ESTIMATED if period == "2023" else Status.NORMAL
        more = {"status": status, "population_year": 2022, "population_source": "Insee, populations légales"}
        said(spending, home, table, period, value, **more)
    for chapter, value in (("Personnel", 820.5), ("Charges générales", 410.0)):
        said(spending, home, table, "2023", value, axis="chapitre", member=chapter)
    for number, place in enumerate(places[1:], 1):
        said(spending, place, table, "2023", 900.0 + 110 * number)
    said(share, home, table, "2022", 14.04)
    said(share, home, table, "2023", 16.25)
    reason = "Valeur de 130 %, hors de l’intervalle plausible 0 à 100 : vérifiez la colonne « logements »."
    said(share, places[1], table, "2023", None, reason=reason)
    said(draft, home, kept, "2026", 8.5)
    FormerObservation.objects.create(
        indicator=spending, territory=home, table=table.pk, dataset=open_, period="2021", value=1571.0, numerator=1, denominator=1,
        status="A", rows=47, table_version=1, recipe_version=1, computed_at=AT, ended_at=AT, ending="nouveau fichier",
    )  # fmt: skip
    return Invented(
        body, home, places, open_, reserved, table, rows, factories.person("reader", body), factories.person()
    )
