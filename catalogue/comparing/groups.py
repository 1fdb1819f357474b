"""Who is compared with whom: groups of territories of one level, found by what one of them is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.errors import CatalogueError
from catalogue.indicators.strata import density_words, size_words
from catalogue.models import Territory, TerritoryTag
from catalogue.models.territories import Level, TerritoryQuerySet

LEVELS: Final[Mapping[str, str]] = {
    Level.COMMUNE: "communes",
    Level.EPCI: "intercommunalités",
    Level.EPT: "établissements publics territoriaux",
    Level.SYNDICAT: "syndicats",
    Level.DEPARTEMENT: "départements",
    Level.REGION: "régions",
    Level.COLLECTIVITE: "collectivités d’outre-mer",
}
AROUND: Final = (Level.EPCI, Level.DEPARTEMENT, Level.REGION)
SIZE, DENSITY, ALL, TAG, CHOSEN = "taille", "densite", "niveau", "etiquette", "codes"
MOST_CHOSEN: Final = 60


class GroupError(CatalogueError):
    """A group that cannot be: French, with what to do."""


@dataclass(frozen=True)
class Group:
    """Territories of one level that have all of this in common. `key`: as addresses say it; `words`: in French, plural.

    `size`, `density`: classes of `indicators.strata`; `within`: they lie in one of these territories (keys); `tag`; `chosen`: keys.
    """

    key: str
    words: str
    level: str
    size: int | None = None
    density: int | None = None
    within: tuple[int, ...] = ()
    tag: str = ""
    chosen: tuple[int, ...] = ()
    note: str = ""  # what one must know of it

    def members(self) -> TerritoryQuerySet:
        rows = Territory.objects.filter(level=self.level, current=True)
        if self.size is not None:
            rows = rows.filter(size_class=self.size)
        if self.density is not None:
            rows = rows.filter(density_class=self.density)
        if self.within:
            inside = Territory.parents.through.objects.filter(to_territory__in=self.within)
            rows = rows.filter(pk__in=inside.values("from_territory"))
        if self.tag:
            rows = rows.filter(pk__in=TerritoryTag.objects.filter(tag=self.tag).order_by().values("territory"))
        if self.chosen:
            rows = rows.filter(pk__in=self.chosen)
        return rows.order_by()


def groups_of(territory: Territory) -> tuple[Group, ...]:
    """Those that this territory is in, the nearest to it in kind first. Two queries; a country has none."""
    if territory.level not in LEVELS:
        return ()
    parents = list(territory.parents.all())
    tags = list(territory.tags.all())
    found = [_sized(territory), *_around(territory, parents), *_crossed(territory, parents), _dense(territory)]
    found += [_tagged(territory, tag.tag, tag.label) for tag in tags]
    if territory.level != Level.COMMUNE:  # 35,000 are no peers
        found.append(Group(ALL, f"{_all(territory.level)} {LEVELS[territory.level]}", territory.level))
    return tuple(group for group in found if group)


def group_named(key: str, territory: Territory) -> Group:
    """As `Group.key` says it. Raises GroupError when the territory has no such group."""
    if key.startswith(f"{CHOSEN}:"):
        return chosen(territory, re.split(r"[,;\s]+", key.removeprefix(f"{CHOSEN}:").strip()))
    found = {group.key: group for group in groups_of(territory)}
    if key not in found:
        known = ", ".join(found) or "aucun"
        raise GroupError(
            f"{territory.name} n’a pas de groupe «\N{NO-BREAK SPACE}{key}\N{NO-BREAK SPACE}». Choisissez parmi\N{NO-BREAK SPACE}: {known}."
        )
    return found[key]


def chosen(territory: Territory, codes: Iterable[str]) -> Group:
    """The territories of these codes, of the same level, itself in any case. Raises GroupError."""
    wanted = [code for code in dict.fromkeys(codes) if code]
    if len(wanted) > MOST_CHOSEN:
        raise GroupError(
            f"On compare {MOST_CHOSEN} territoires choisis au plus. Retirez-en {len(wanted) - MOST_CHOSEN}."
        )
    rows = Territory.objects.filter(level=territory.level, current=True, code__in=wanted)
    known = dict(rows.values_list("code", "pk"))
    for code in [code for code in wanted if code not in known]:
        today = Territory.objects.resolve(code)
        if today is None or today.level != territory.level:
            raise GroupError(
                f"«\N{NO-BREAK SPACE}{code}\N{NO-BREAK SPACE}» n’est le code d’aucun territoire parmi les "
                f"{LEVELS[territory.level]}. Corrigez-le ou retirez-le de la liste."
            )
        known[code] = today.pk
    key = f"{CHOSEN}:{','.join(wanted)}"
    return Group(key, "territoires choisis", territory.level, chosen=tuple(sorted({territory.pk, *known.values()})))


def _all(level: str) -> str:
    return "tous les" if level in (Level.EPT, Level.SYNDICAT, Level.DEPARTEMENT) else "toutes les"


def _sized(territory: Territory) -> Group | None:
    if territory.size_class is None:
        return None
    words = f"{LEVELS[territory.level]} {size_words(territory.level, territory.size_class)}"
    note = "" if territory.level == Level.COMMUNE else "Classes de taille de ce portail."
    return Group(SIZE, words, territory.level, size=territory.size_class, note=note)


def _around(territory: Territory, parents: list[Territory]) -> list[Group]:
    """By each level that contains it. An EPCI that straddles départements has those of all of them around it."""
    found = []
    for level in AROUND:
        inside = [parent for parent in parents if parent.level == level]
        if inside:
            where = " et ".join(parent.of() for parent in inside)
            words = f"{LEVELS[territory.level]} {where}"
            found.append(Group(level.value, words, territory.level, within=tuple(parent.pk for parent in inside)))
    return found


def _crossed(territory: Territory, parents: list[Territory]) -> list[Group]:
    """Of the same size in the same département or région."""
    size = _sized(territory)
    if size is None:
        return []
    return [
        Group(
            f"{SIZE}-{around.key}",
            f"{size.words} {around.words.removeprefix(LEVELS[territory.level]).strip()}",
            territory.level,
            size=size.size,
            within=around.within,
            note=size.note,
        )
        for around in _around(territory, parents)
        if around.key in (Level.DEPARTEMENT, Level.REGION)
    ]


def _dense(territory: Territory) -> Group | None:
    if territory.density_class is None:
        return None
    note = (
        "Classes de ce portail, par habitants au km²\N{NO-BREAK SPACE}; ce n’est pas la grille de densité de l’Insee."
    )
    words = f"{LEVELS[territory.level]} {density_words(territory.density_class)}"
    return Group(DENSITY, words, territory.level, density=territory.density_class, note=note)


def _tagged(territory: Territory, tag: str, label: str) -> Group:
    words = f"{LEVELS[territory.level]} «\N{NO-BREAK SPACE}{label}\N{NO-BREAK SPACE}»"
    return Group(f"{TAG}:{tag}", words, territory.level, tag=tag, note="Étiquette donnée par ce portail.")
