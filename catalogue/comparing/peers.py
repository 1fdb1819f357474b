"""One territory among its peers, for one indicator and one period."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cached_property
from heapq import nlargest
from typing import Final

from catalogue.comparing.contract import Comparison, Missing, Peer
from catalogue.comparing.groups import Group
from catalogue.comparing.reading import VALUED, Row, read
from catalogue.indicators.compare import LEAST_PEERS, Rank, apart, distribution, ranked, spoken, together
from catalogue.indicators.contract import Recipe, Status
from catalogue.models import Audience, Indicator, Territory

AROUND: Final = 10  # shown on each side
NAMED: Final = 10  # of those that published nothing
TIED: Final = 3


def compared(
    indicator: Indicator, recipe: Recipe, territory: Territory, period: str, group: Group, audience: Audience
) -> Comparison:
    """How the territory stands in the group, as this reader may know. At most five queries, whatever the group's size."""
    members = dict(group.members().values_list("pk", "inhabitants"))
    members.setdefault(territory.pk, territory.inhabitants)
    rows = read(indicator, group, members, period, audience)
    return _Field(recipe, territory, period, members, rows).comparison(indicator.key, group)


class _Field:
    """What was read, on its way to a comparison."""

    def __init__(
        self,
        recipe: Recipe,
        territory: Territory,
        period: str,
        members: Mapping[int, int | None],
        rows: Mapping[int, Row],
    ) -> None:
        self.recipe, self.territory, self.period, self.members, self.rows = recipe, territory, period, members, rows
        self.own = rows.get(territory.pk)
        self.valued = [row for row in rows.values() if row.status in VALUED and row.value is not None]
        # By value, then by key: the same order every time.
        self.ordered: list[tuple[float, int]] = sorted((row.value or 0.0, row.territory) for row in self.valued)
        self.values = [value for value, _ in self.ordered]

    def comparison(self, key: str, group: Group) -> Comparison:
        others = [row for row in self.valued if row.territory != self.territory.pk]
        spread = distribution(self.values)
        rank, unranked = self._rank(len(others))
        median = spread.median if spread else None
        own = self.own_value
        return Comparison(
            indicator=key,
            period=self.period,
            group=group,
            own=self._peer(self.territory.pk) if self.own else None,
            peers=len(self.members) - 1,
            valued=len(others),
            estimated=sum(row.status == Status.ESTIMATED for row in others),
            earlier=sum(row.period != self.period for row in others),
            distribution=spread,
            rank=rank,
            unranked=unranked,
            least=self._peers(self._least),
            most=self._peers(self._most),
            nearest=self._peers(self._nearest),
            missing=self._missing,
            covered=self._covered,
            together=together(self.recipe, ((row.value or 0.0, row.numerator, row.denominator) for row in self.valued)),
            values=tuple(self.values),
            against=apart(own, median, self.recipe.unit) if own is not None and median is not None else "",
        )

    @cached_property
    def own_value(self) -> float | None:
        return self.own.value if self.own and self.own.status in VALUED else None

    def _rank(self, others: int) -> tuple[Rank | None, str]:
        if self.own_value is None:
            return None, self._silence
        if others < LEAST_PEERS:
            have = "a une valeur" if others == 1 else "ont une valeur"
            return None, (
                f"Pas de rang\N{NO-BREAK SPACE}: dans ce groupe, {spoken(others) if others else 'aucun'} autre territoire "
                f"{have}; il en faut {LEAST_PEERS}. Choisissez un groupe plus large."
            )
        return ranked(self.own_value, self.values, self.recipe.sense), ""

    @property
    def _silence(self) -> str:
        name, schema = self.territory.name, self.recipe.schema
        if self.own is None:
            return (
                f"Rien n’est publié pour {name} en {self.period}. Publiez un fichier au schéma {schema} pour comparer."
            )
        if self.own.status == Status.SUPPRESSED:
            return f"La valeur de {name} n’est pas dite (secret statistique)\N{NO-BREAK SPACE}: elle n’a pas de rang."
        return f"La valeur de {name} n’est pas calculable\N{NO-BREAK SPACE}: corrigez le fichier publié pour comparer."

    @property
    def _least(self) -> list[int]:
        return [pk for value, pk in self.ordered[:TIED] if value == self.values[0]]

    @property
    def _most(self) -> list[int]:
        return [pk for value, pk in self.ordered[: -TIED - 1 : -1] if value == self.values[-1]]

    @property
    def _nearest(self) -> list[int]:
        if self.own_value is None:
            return []
        here = bisect_left(self.ordered, (self.own_value, self.territory.pk))
        return [pk for _, pk in self.ordered[max(0, here - AROUND) : here + AROUND + 1]]

    @property
    def _covered(self) -> float | None:
        people = sum(filter(None, self.members.values()))
        return sum(self.members[row.territory] or 0 for row in self.valued) / people if people else None

    @cached_property
    def _silent(self) -> list[int]:
        """Those that published nothing, the most populous first; as many as are named."""
        silent = (pk for pk in self.members if pk not in self.rows and pk != self.territory.pk)
        return nlargest(NAMED, silent, key=lambda pk: (self.members[pk] or 0, -pk))

    @property
    def _missing(self) -> Missing:
        without = [row for pk, row in self.rows.items() if pk != self.territory.pk and row.status not in VALUED]
        suppressed = sum(row.status == Status.SUPPRESSED for row in without)
        named = self.territory.pk in self.rows
        return Missing(
            unpublished=len(self.members) - len(self.rows) - (not named),
            suppressed=suppressed,
            not_computable=len(without) - suppressed,
            names=tuple(self._places[pk][2] for pk in self._silent if pk in self._places),
            schema=self.recipe.schema,
        )

    @cached_property
    def _places(self) -> dict[int, tuple[str, str, str]]:
        """Level, code and name of those that are shown."""
        shown = {*self._least, *self._most, *self._nearest, *self._silent, self.territory.pk}
        rows = Territory.objects.filter(pk__in=shown).order_by().values_list("pk", "level", "code", "name")
        return {pk: (level, code, name) for pk, level, code, name in rows}

    def _peers(self, keys: Iterable[int]) -> tuple[Peer, ...]:
        return tuple(self._peer(pk) for pk in keys)

    def _peer(self, pk: int) -> Peer:
        row = self.rows[pk]
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
