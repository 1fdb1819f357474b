"""Who is compared with whom: groups of territories of one level, found by what one of them is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.belonging import inside
from catalogue.errors import CatalogueError
from catalogue.indicators.strata import density_words, size_words
from catalogue.models import Territory, TerritoryTag
from catalogue.models.territories import Level, TerritoryQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LEVELS: Final[Mapping[str, _StrPromise]] = {
    Level.COMMUNE: gettext_lazy("communes"),
    Level.EPCI: gettext_lazy("intercommunalités"),
    Level.EPT: gettext_lazy("établissements publics territoriaux"),
    Level.SYNDICAT: gettext_lazy("syndicats"),
    Level.DEPARTEMENT: gettext_lazy("départements"),
    Level.REGION: gettext_lazy("régions"),
    Level.COLLECTIVITE: gettext_lazy("collectivités d’outre-mer"),
}
AROUND: Final = (Level.EPCI, Level.DEPARTEMENT, Level.REGION)
SIZE, DENSITY, ALL, TAG, CHOSEN = "taille", "densite", "niveau", "etiquette", "codes"
MOST_CHOSEN: Final = 60


class GroupError(CatalogueError):
    """A group that cannot be, with what to do."""


@dataclass(frozen=True)
class Group:
    """Territories of one level that have all of this in common. `key`: as addresses say it; `words`: plural.

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
            within = Territory.parents.through.objects.filter(to_territory__in=self.within)
            rows = rows.filter(pk__in=within.values("from_territory"))
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
        raise GroupError(
            _(
                "%(name)s n’a pas de groupe «\N{NO-BREAK SPACE}%(key)s\N{NO-BREAK SPACE}». Choisissez parmi\N{NO-BREAK SPACE}: %(known)s."
            )
            % {"name": territory.name, "key": key, "known": ", ".join(found) or _("aucun")}
        )
    return found[key]


def chosen(territory: Territory, codes: Iterable[str]) -> Group:
    """The territories of these codes, of the same level, itself in any case. Raises GroupError."""
    wanted = [code for code in dict.fromkeys(codes) if code]
    if len(wanted) > MOST_CHOSEN:
        raise GroupError(
            _("On compare %(most)s territoires choisis au plus. Retirez-en %(more)s.")
            % {"most": MOST_CHOSEN, "more": len(wanted) - MOST_CHOSEN}
        )
    rows = Territory.objects.filter(level=territory.level, current=True, code__in=wanted)
    known = dict(rows.values_list("code", "pk"))
    for code in [code for code in wanted if code not in known]:
        today = Territory.objects.resolve(code)
        if today is None or today.level != territory.level:
            raise GroupError(
                _(
                    "«\N{NO-BREAK SPACE}%(code)s\N{NO-BREAK SPACE}» n’est le code d’aucun territoire parmi les "
                    "%(level)s. Corrigez-le ou retirez-le de la liste."
                )
                % {"code": code, "level": LEVELS[territory.level]}
            )
        known[code] = today.pk
    key = f"{CHOSEN}:{','.join(wanted)}"
    return Group(key, _("territoires choisis"), territory.level, chosen=tuple(sorted({territory.pk, *known.values()})))


def _all(level: str) -> str:
    return _("tous les") if level in (Level.EPT, Level.SYNDICAT, Level.DEPARTEMENT) else _("toutes les")


def _sized(territory: Territory) -> Group | None:
    if territory.size_class is None:
        return None
    words = f"{LEVELS[territory.level]} {size_words(territory.level, territory.size_class)}"
    note = "" if territory.level == Level.COMMUNE else _("Classes de taille de ce portail.")
    return Group(SIZE, words, territory.level, size=territory.size_class, note=note)


def _around(territory: Territory, parents: list[Territory]) -> list[Group]:
    """By each level that contains it. An EPCI that straddles départements has those of all of them around it."""
    found = []
    for level in AROUND:
        wider = [parent for parent in parents if parent.level == level]
        if wider:
            where = _(" et ").join(inside(parent) for parent in wider)
            words = f"{LEVELS[territory.level]} {where}"
            found.append(Group(level.value, words, territory.level, within=tuple(parent.pk for parent in wider)))
    return found


def _crossed(territory: Territory, parents: list[Territory]) -> list[Group]:
    """Of the same size in the same département or région."""
    size = _sized(territory)
    if size is None:
        return []
    return [
        Group(
            f"{SIZE}-{around.key}",
            f"{size.words} {around.words.removeprefix(str(LEVELS[territory.level])).strip()}",
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
    note = _(
        "Classes de ce portail, par habitants au km²\N{NO-BREAK SPACE}; ce n’est pas la grille de densité de l’Insee."
    )
    words = f"{LEVELS[territory.level]} {density_words(territory.density_class)}"
    return Group(DENSITY, words, territory.level, density=territory.density_class, note=note)


def _tagged(territory: Territory, tag: str, label: str) -> Group:
    words = _("%(level)s «\N{NO-BREAK SPACE}%(label)s\N{NO-BREAK SPACE}»") % {
        "level": LEVELS[territory.level],
        "label": label,
    }
    return Group(f"{TAG}:{tag}", words, territory.level, tag=tag, note=_("Étiquette donnée par ce portail."))
