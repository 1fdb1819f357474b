"""Indicators and their figures for tests, as the reader of the log would keep them."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from catalogue.indicators.contract import Recipe
from catalogue.models import Dataset, Indicator, Observation, Table, Territory
from catalogue.models.territories import sort_key
from catalogue.observing.recipes import Known

numbers = count(1)


def indicator(key: str = "", **fields: Any) -> Indicator:
    """One that is in use. The recipe itself is a text, and not here."""
    key = key or f"essai.mesure-{next(numbers)}"
    given = {"version": 1, "digest": key, "title": key, "theme": "finances", "schema": "scdl/budget", **fields}
    return Indicator.objects.create(key=key, **given)


def place(code: str, name: str = "", level: str = "commune", parent: Territory | None = None) -> Territory:
    name = name or f"Commune {code}"
    found, _ = Territory.objects.get_or_create(
        level=level, code=code, defaults={"name": name, "sort_name": sort_key(name)}
    )
    if parent:
        found.parents.add(parent)
    return found


def figure(
    of: Indicator, where: Territory, period: str, value: float | None, dataset: Dataset, **fields: Any
) -> Observation:
    """What the first file of a dataset gives, shown. `value` is over one, unless the parts are given. The file is not read."""
    file = dataset.distributions.first()
    assert file is not None
    table, _ = Table.objects.get_or_create(
        pk=file.pk, defaults={"dataset": dataset, "address": file.address, "name": "budget.csv"}
    )
    given: dict[str, Any] = {
        "status": "A" if value is not None else "N", "numerator": value, "denominator": 1.0, "rows": 3,
        "table_version": 1, "recipe_version": of.version, "computed_at": timezone.now(), **fields,
    }  # fmt: skip
    return Observation.objects.create(
        indicator=of, territory=where, period=period, value=value, dataset=dataset, table=table, **given
    )


def known(monkeypatch: pytest.MonkeyPatch, *recipes: Recipe) -> list[Indicator]:
    """These recipes and no other are those of the instance, in use."""
    said = {recipe.key: recipe for recipe in recipes}
    monkeypatch.setattr("catalogue.observing.recipes.known", lambda: Known(said, {}, ()))
    return [
        indicator(each.key, title=each.title.fr, schema=each.schema, theme=each.theme, internal=each.internal)
        for each in recipes
    ]
