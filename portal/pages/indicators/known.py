"""The indicators of this instance as pages name them: their recipes, themes and schemas."""

from __future__ import annotations

from collections.abc import Mapping

from catalogue.indicators.contract import Recipe
from catalogue.indicators.themes import THEMES
from catalogue.models import Audience, Indicator
from catalogue.observing import recipes as observing
from catalogue.tables.schemas import schema
from portal import languages


def recipes() -> Mapping[str, Recipe]:
    return observing.known().recipes


def theme_name(key: str) -> str:
    return languages.said(THEMES[key]) if key in THEMES else key.replace("-", " ").capitalize()


def theme_place(key: str) -> int:
    """Where a theme stands among the others."""
    return list(THEMES).index(key) if key in THEMES else len(THEMES)


def schema_title(key: str) -> str:
    """What the national registry calls it; its key when we do not ship it."""
    try:
        return schema(key).title
    except KeyError:
        return key


def visible(key: str, audience: Audience) -> Indicator | None:
    """The indicator of that key, when this reader may know that it exists."""
    found = Indicator.objects.visible_to(audience).in_use().filter(key=key).first()
    return found if found and found.key in recipes() else None
