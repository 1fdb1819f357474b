"""What cannot be said of a territory, why, and what would make it so: publish a file of such a schema, or mend one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from catalogue.models import PUBLIC, Audience, Dataset, Indicator, Observation, Reckoning, Territory
from catalogue.observing import recipes

UNPUBLISHED: Final = "Aucun fichier au schéma « {schema} » ne parle de ce territoire : publiez-en un, l’indicateur sera calculé aussitôt."
NO_ROWS: Final = "Le fichier « {name} » est là, mais aucune de ses lignes ne compte pour cet indicateur."


@dataclass(frozen=True)
class Missing:
    """An indicator without a value here. `table`: the file that should have given it, when there is one."""

    key: str
    title: str
    theme: str
    schema: str
    reason: str
    table: uuid.UUID | None = None
    dataset: uuid.UUID | None = None


def missing_for(territory: Territory, audience: Audience = PUBLIC) -> list[Missing]:
    """Every indicator that could be said of this territory and is not, in the order of themes. Three queries."""
    known = recipes.known().recipes
    rows = Indicator.objects.in_use().visible_to(audience)
    wanted = [row for row in rows if (one := known.get(row.key)) and (not one.levels or territory.level in one.levels)]
    said = Observation.objects.shown_to(audience).totals().filter(territory=territory).order_by()
    valued: set[int] = set()
    refused: dict[int, Missing] = {}
    facts = said.order_by("period").values_list("indicator", "value", "reason", "table", "dataset")
    by_pk = {row.pk: row for row in wanted}
    for indicator, value, reason, table, dataset in facts:
        if value is not None:
            valued.add(indicator)
        elif indicator in by_pk:
            refused[indicator] = _missing(by_pk[indicator], reason, table, dataset)
    accounts = _accounts(territory, audience)
    lacking = [row for row in wanted if row.pk not in valued]
    return [refused.get(row.pk) or accounts.get(row.pk) or _unpublished(row) for row in lacking]


def _accounts(territory: Territory, audience: Audience) -> dict[int, Missing]:
    """Of files of the territory's own bodies: why they gave nothing."""
    seen = Dataset.objects.visible_to(audience).filter(published_by__territory=territory).order_by()
    rows = Reckoning.objects.filter(table__dataset__in=seen.values("pk"), table__left_at=None)
    found: dict[int, Missing] = {}
    for row in rows.select_related("indicator", "table").order_by("at"):
        reason = row.problem or NO_ROWS.format(name=row.table.name)
        found[row.indicator_id] = _missing(row.indicator, reason, row.table_id, row.table.dataset_id)
    return found


def _unpublished(row: Indicator) -> Missing:
    return _missing(row, UNPUBLISHED.format(schema=row.schema))


def _missing(row: Indicator, reason: str, table: uuid.UUID | None = None, dataset: uuid.UUID | None = None) -> Missing:
    return Missing(row.key, row.title, row.theme, row.schema, reason, table, dataset)
