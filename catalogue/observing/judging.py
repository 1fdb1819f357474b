"""Whether a table may say a figure: it is published, follows the recipe's schema, and is sound where the recipe looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catalogue.indicators.contract import Recipe
from catalogue.models import Record, Table, TableVersion
from catalogue.tables.contract import Level

VERSION: Final = (
    "Ce fichier suit la version {version} du schéma, cet indicateur les versions {wanted}. Mettez le fichier à jour."
)
UNSOUND: Final = "La colonne « {column} », dont se sert ce calcul, ne respecte pas son schéma. {message} {remedy}"
REPEATED: Final = ("unique", "primary-key")  # rules of whole lines, that a recipe may see to


def counts(table: Table) -> bool:
    """Whether what it says may be said: published, given by its record still, waiting for no decision about persons."""
    version = table.current
    if version is None or version.withheld or table.left_at is not None:
        return False
    return table.dataset.status == Record.Status.PUBLISHED


def refusal(recipe: Recipe, version: TableVersion) -> str:
    """Why this version gives no figure of this recipe, in French; "" when it may."""
    if recipe.versions and not version.schema_version.startswith(recipe.versions):
        return VERSION.format(version=version.schema_version, wanted=", ".join(recipe.versions))
    if version.level != Level.INVALID or recipe.expressions is None:
        return ""
    used = set(recipe.expressions.columns)
    fields = version.verdict.get("fields", {})
    for finding in version.verdict.get("found", ()):
        if fields.get(finding["column"]) in used and _counts_against(recipe, finding):
            told = {name: finding[name] for name in ("column", "message", "remedy")}
            return UNSOUND.format(**told)
    return ""


def _counts_against(recipe: Recipe, finding: Mapping[str, Any]) -> bool:
    """What was read all the same is sound; so are lines that come twice where the recipe takes one of each."""
    if finding["recovered"]:
        return False
    once = recipe.expressions is not None and bool(recipe.expressions.once)
    return not (once and finding["rule"] in REPEATED)
