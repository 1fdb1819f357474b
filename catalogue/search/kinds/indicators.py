"""Indicators: by what they are called, what people call them, and how they are defined; never by their figures.

Their recipes are texts, of the product and of the instance: a change of one is a line of the log (`catalogue.observing`), and
what was shipped otherwise is the fingerprint. An internal one is found by the members of the bodies that have figures of it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Final
from uuid import UUID

from catalogue.indicators.contract import Recipe
from catalogue.indicators.recipe import shipped
from catalogue.indicators.themes import THEMES
from catalogue.models import Audience, Grant, Indicator, Observation
from catalogue.observing import recipes
from catalogue.search.contract import PUBLIC
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched, keys_of
from catalogue.spoken import gettext_noop as _
from catalogue.tables.schemas.national import page_of

PREFIX: Final = "indicator:"  # of the ids; the key in the log follows


class Indicators(Kind):
    name = "indicator"
    one = _("indicateur")
    several = _("indicateurs")
    apart = True
    facts = frozenset({"recipe", "observations"})

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        last = UUID(int=0)
        rows = Indicator.objects.in_use().order_by("uuid")
        while batch := list(rows.filter(uuid__gt=last)[:BATCH]):
            beat()
            yield from _documents(batch)
            last = batch[-1].uuid

    def documents(self, ids: Collection[str]) -> list[Document]:
        return _documents(list(Indicator.objects.in_use().filter(uuid__in=uuids(ids))))

    def touched(self, touched: Touched) -> set[str]:
        return {f"{PREFIX}{key}" for key in touched.keys(self.name)}

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        """The internal ones that this reader may not know of: whatever was restricted may have been their last figures."""
        seen = Indicator.objects.visible_to(audience)
        unseen = Indicator.objects.filter(internal=True).exclude(pk__in=seen.order_by().values("pk"))
        return {identifier(key) for key in unseen.values_list("uuid", flat=True)}

    def fingerprint(self) -> str:
        return _shipped()


@cache
def _shipped() -> str:
    return hashlib.sha256(repr(sorted(shipped().items())).encode()).hexdigest()


def identifier(key: UUID) -> str:
    """The id of an indicator's document."""
    return f"{PREFIX}{key}"


def uuids(ids: Iterable[str]) -> list[UUID]:
    """Of indicators, whatever the ids are."""
    return keys_of(each.removeprefix(PREFIX) for each in ids if each.startswith(PREFIX))


def names(recipe: Recipe) -> tuple[str, ...]:
    """What it is called, by whoever calls it."""
    return (recipe.title.fr, recipe.title.en, *recipe.words)


def _documents(rows: Sequence[Indicator]) -> list[Document]:
    """Without those whose recipe is not there any more, and those that nobody may find."""
    known = recipes.known().recipes
    bodies = _bodies([row for row in rows if row.internal])
    return [
        described(row.uuid, known[row.key], bodies[row.pk] if row.internal else (PUBLIC,))
        for row in rows
        if row.key in known
    ]


def _bodies(rows: Sequence[Indicator]) -> dict[int, tuple[str, ...]]:
    """The tokens of the members of those that have figures of them, and of those to whom these gave access."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    figures = Observation.objects.filter(indicator__in=[row.pk for row in rows]).order_by("dataset__owner")
    for key, owner in figures.values_list("indicator", "dataset__owner").distinct() if rows else ():
        found[key] = (*found[key], f"org:{owner}")
    grants = Grant.objects.filter(indicator__in=[row.pk for row in rows]).order_by("pk")
    for key, person, group in grants.values_list("indicator", "person", "group") if rows else ():
        who = [f"user:{person}"] if person else [f"group:{group}"] if group else []
        found[key] = (*found[key], *who)
    return found


def described(key: UUID, recipe: Recipe, audience: tuple[str, ...]) -> Document:
    """What is indexed of a recipe."""
    theme, unit, formula = THEMES.get(recipe.theme), recipe.unit.words, recipe.formula
    said = (recipe.definition.en, unit.fr, unit.en, *((theme.fr, theme.en) if theme else ()))
    return Document(
        id=identifier(key),
        kind=Indicators.name,
        titles=(recipe.title.fr, recipe.title.en),
        description=recipe.definition.fr,
        texts=(*said, *((formula.fr, formula.en) if formula else ())),
        keywords=recipe.words,
        schema=tuple(filter(None, [page_of(recipe.schema)])),
        audience=audience,
    )
