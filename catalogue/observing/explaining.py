"""How one figure was made: its two parts, its file, its recipe, its population, and what was said before."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from catalogue.figures import at_most
from catalogue.models import FormerObservation, Indicator, Observation, Territory

FORMER: Final = 20  # of what was said before, the latest
DAY: Final = "%d/%m/%Y"
DECIMALS: Final = 9  # enough to tell two figures apart


def explained(indicator: Indicator, territory: Territory) -> list[str]:
    """For who keeps the instance: whatever the dataset's rights. Lines in French, none when nothing is or was said."""
    rows = Observation.objects.totals().filter(indicator=indicator, territory=territory)
    lines: list[str] = []
    for row in rows.select_related("table", "dataset").order_by("-period", "-shown"):
        lines += _one(row)
    former = FormerObservation.objects.totals().filter(indicator=indicator, territory=territory)
    for old in former.order_by("-ended_at")[:FORMER]:
        until = timezone.localtime(old.ended_at).strftime(DAY)
        lines.append(f"Avant, pour {old.period} : {_number(old.value)} jusqu’au {until}. {old.ending}.")
    return lines


def _one(row: Observation) -> list[str]:
    private = " (jeu privé)" if row.dataset.private else ""
    lines = [
        f"{row.period} : {_number(row.value)} [{row.status}]{'' if row.shown else ' (non affichée)'}",
        f"  {_number(row.numerator)} / {_number(row.denominator)}, sur {row.rows} lignes",
        f"  fichier « {row.table.name} » version {row.table_version}, jeu « {row.dataset.label} »{private}",
        f"  recette version {row.recipe_version}, calculée le {timezone.localtime(row.computed_at).strftime(DAY)}",
    ]
    if row.population_year:
        lines.append(f"  population {row.population_year} : {row.population_source}")
    return [*lines, f"  {row.reason}"] if row.reason else lines


def _number(value: float | None) -> str:
    return "pas de valeur" if value is None else at_most(value, DECIMALS)
