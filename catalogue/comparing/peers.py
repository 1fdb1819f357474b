"""One territory among its peers, for one indicator and one period."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from heapq import nlargest
from operator import itemgetter
from typing import Any, Final

from django.utils.translation import gettext as _

from catalogue.comparing.contract import Comparison, Missing, Peer, Refused
from catalogue.comparing.groups import Group
from catalogue.comparing.reading import VALUED, Raw, Read, Row, read
from catalogue.indicators.compare import LEAST_PEERS, Rank, apart, distribution, ranked, together
from catalogue.indicators.contract import Recipe, Status
from catalogue.models import Audience, Indicator, Observation, Territory

AROUND: Final = 10  # shown on each side
NAMED: Final = 10  # of those that published nothing
TIED: Final = 3
PLACE: Final = 0  # in a raw row
VALUE: Final = 1
STATUS: Final = 2
NUMERATOR: Final = 3
DENOMINATOR: Final = 4
PERIOD: Final = 5


def compared(
    indicator: Indicator,
    recipe: Recipe,
    territory: Territory,
    period: str,
    group: Group,
    audience: Audience,
    *,
    total: bool = False,
) -> Comparison:
    """How the territory stands in the group, as this reader may know. At most six queries, whatever the group's size.

    `total`: the recipe is that of a total (`indicators.totals`), and what is compared the numerators.
    """
    members = dict(group.members().values_list("pk", "inhabitants"))
    members.setdefault(territory.pk, territory.inhabitants)
    seen = read(indicator, group, members, period, audience)
    if total:
        rows = {
            pk: (pk, total_in(recipe, numerator), status, numerator, None, when)
            for pk, _, status, numerator, _, when in seen.rows.values()
        }
        seen = replace(seen, rows=rows)
    return _Field(recipe, territory, period, members, seen, audience).comparison(indicator, group)


def total_in(recipe: Recipe, numerator: float | None) -> float | None:
    """In the unit of the recipe of a total."""
    return None if numerator is None else numerator * recipe.factor


class _Field:
    """What was read, on its way to a comparison."""

    def __init__(
        self,
        recipe: Recipe,
        territory: Territory,
        period: str,
        members: Mapping[int, int | None],
        seen: Read,
        audience: Audience,
    ) -> None:
        self.audience = audience
        self.recipe, self.territory, self.period, self.members, self.seen = recipe, territory, period, members, seen
        self.own = seen.row(territory.pk)
        valued = [row for row in seen.rows.values() if row[STATUS] in VALUED and row[VALUE] is not None]
        # By value, then by key: the same order every time.
        valued.sort(key=itemgetter(PLACE))
        valued.sort(key=itemgetter(VALUE))
        self.valued: Sequence[Raw] = valued
        # Field by field, once: each question below is then one pass in C.
        self.fields: Sequence[Sequence[Any]] = list(zip(*valued, strict=True)) or [()] * 6
        self.values: list[float] = [value or 0.0 for value in self.fields[VALUE]]

    def comparison(self, indicator: Indicator, group: Group) -> Comparison:
        mine = self.own_value is not None
        others = len(self.valued) - mine
        spread = distribution(self.values)
        rank, unranked = self._rank(others)
        median = spread.median if spread else None
        return Comparison(
            indicator=indicator.key,
            period=self.period,
            group=group,
            own=self._peer(self.territory.pk) if self.own else None,
            peers=len(self.members) - 1,
            valued=others,
            estimated=self._others(STATUS, Status.ESTIMATED.value),
            earlier=others - self._others(PERIOD, self.period),
            distribution=spread,
            rank=rank,
            unranked=unranked,
            least=self._peers(self._least),
            most=self._peers(self._most),
            nearest=self._peers(self._nearest),
            missing=self._missing(indicator),
            covered=self._covered,
            together=together(self.recipe, self.values, *self._parts),
            values=tuple(self.values),
            against=self._against(median),
        )

    def _others(self, field: int, value: str) -> int:
        """How many of the others have this and a value."""
        count = self.fields[field].count(value)
        return count - (self.own_value is not None and self.own is not None and self.own[field] == value)

    def _against(self, median: float | None) -> str:
        own = self.own_value
        return "" if own is None or median is None else apart(own, median, self.recipe.unit)

    @cached_property
    def own_value(self) -> float | None:
        return self.own.value if self.own and self.own.status in VALUED else None

    def _rank(self, others: int) -> tuple[Rank | None, str]:
        if self.own_value is None:
            return None, self._silence
        if others < LEAST_PEERS:
            have = {0: _("aucun autre territoire n’a de valeur"), 1: _("un seul autre territoire a une valeur")}
            told = have.get(others) or _("%(count)s autres territoires ont une valeur") % {"count": others}
            return None, _(
                "Pas de rang\N{NO-BREAK SPACE}: dans ce groupe, %(told)s, et il en faut %(least)s. "
                "Choisissez un groupe plus large."
            ) % {"told": told, "least": LEAST_PEERS}
        return ranked(self.own_value, self.values, self.recipe.sense), ""

    @property
    def _silence(self) -> str:
        said = {"name": self.territory.name, "schema": self.recipe.schema, "period": self.period}
        if self.own is None:
            told = _(
                "Rien n’est publié pour %(name)s en %(period)s. Publiez un fichier au schéma %(schema)s pour comparer."
            )
        elif self.own.status == Status.SUPPRESSED:
            told = _(
                "La valeur de %(name)s n’est pas dite (secret statistique)\N{NO-BREAK SPACE}: elle n’a pas de rang."
            )
        else:
            told = _(
                "La valeur de %(name)s n’est pas calculable\N{NO-BREAK SPACE}: "
                "corrigez le fichier publié pour comparer."
            )
        return told % said

    @property
    def _parts(self) -> tuple[Sequence[float | None], Sequence[float | None]]:
        """The numerators and the denominators."""
        return self.fields[NUMERATOR], self.fields[DENOMINATOR]

    @property
    def _least(self) -> list[int]:
        return [row[PLACE] for row in self.valued[:TIED] if row[VALUE] == self.values[0]]

    @property
    def _most(self) -> list[int]:
        return [row[PLACE] for row in self.valued[: -TIED - 1 : -1] if row[VALUE] == self.values[-1]]

    @property
    def _nearest(self) -> list[int]:
        if self.own_value is None:
            return []
        here = bisect_left(self.values, self.own_value)
        while self.valued[here][PLACE] != self.territory.pk:  # those that have the same value
            here += 1
        return [row[PLACE] for row in self.valued[max(0, here - AROUND) : here + AROUND + 1]]

    @property
    def _covered(self) -> float | None:
        people = sum(filter(None, self.members.values()))
        known = map(self.members.get, self.fields[PLACE])
        return sum(filter(None, known)) / people if people else None

    @cached_property
    def _silent(self) -> list[int]:
        """Those that published nothing, the most populous first; as many as are named."""
        silent = self.members.keys() - self.seen.rows.keys() - {self.territory.pk}
        return nlargest(NAMED, silent, key=lambda pk: (self.members[pk] or 0, -pk))

    def _missing(self, indicator: Indicator) -> Missing:
        rows, own = self.seen.rows, self.territory.pk
        silent = rows.keys() - set(self.fields[PLACE])
        without = {pk: rows[pk][STATUS] for pk in silent if rows[pk][STATUS] not in VALUED and pk != own}
        refused = [pk for pk, status in without.items() if status != Status.SUPPRESSED]
        return Missing(
            unpublished=len(self.members) - len(rows) - (self.own is None),
            suppressed=len(without) - len(refused),
            not_computable=len(refused),
            names=tuple(self._places[pk][2] for pk in self._silent if pk in self._places),
            schema=self.recipe.schema,
            refused=self._refused(indicator, refused),
        )

    def _refused(self, indicator: Indicator, places: Iterable[int]) -> tuple[Refused, ...]:
        """The most populous of those whose file gives no value, with why. One query, none when there are none."""
        named = nlargest(NAMED, places, key=lambda pk: (self.members[pk] or 0, -pk))
        if not named:
            return ()
        rows = Observation.objects.filter(
            indicator=indicator,
            territory__in=named,
            shown=True,
            status__in={self.seen.rows[pk][STATUS] for pk in named},
        ).totals()
        rows = rows.filter(period__in={self.seen.rows[pk][PERIOD] for pk in named}).shown_to(self.audience)
        facts = rows.order_by("-dataset__private").values_list("territory", "period", "territory__name", "reason")
        told = {pk: Refused(name, why) for pk, period, name, why in facts if period == self.seen.rows[pk][PERIOD]}
        return tuple(told[pk] for pk in named if pk in told)

    @cached_property
    def _places(self) -> dict[int, tuple[str, str, str]]:
        """Level, code and name of those that are shown."""
        shown = {*self._least, *self._most, *self._nearest, *self._silent, self.territory.pk}
        rows = Territory.objects.filter(pk__in=shown).order_by().values_list("pk", "level", "code", "name")
        return {pk: (level, code, name) for pk, level, code, name in rows}

    def _peers(self, keys: Iterable[int]) -> tuple[Peer, ...]:
        return tuple(self._peer(pk) for pk in keys)

    def _peer(self, pk: int) -> Peer:
        row = self.seen.row(pk)
        assert row is not None
        return peer(self._places[pk], row, self.period, itself=pk == self.territory.pk)


def peer(place: tuple[str, str, str], row: Row, period: str, *, itself: bool = False) -> Peer:
    """`place`: level, code, name."""
    return Peer(
        row.territory,
        *place,
        value=row.value if row.status in VALUED else None,
        status=Status(row.status),
        period=row.period,
        earlier=row.period != period,
        restricted=row.restricted,
        itself=itself,
    )
