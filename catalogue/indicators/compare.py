"""How the figure of one territory stands among others: order, quartiles, rank, and the figure of all of them together.

Values in, values out; who the others are is the business of `catalogue.comparing`. Quartiles are those of type 7 of
Hyndman and Fan (1996): between two values, in proportion, as spreadsheets and PostgreSQL's percentile_cont have them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, fsum
from typing import Final

from catalogue.figures import number
from catalogue.indicators.contract import Divisor, Recipe, Sense, Spread, Unit
from catalogue.spoken import gettext as _
from catalogue.spoken import ngettext, whole

LEAST_PEERS: Final = 5  # with a value, for a rank
LEAST_VALUES: Final = 5  # for quartiles
SAME: Final = 1e-12  # of the value: two that differ by less were computed in another order


@dataclass(frozen=True)
class Distribution:
    """Of `count` values. The quartiles are None for fewer than LEAST_VALUES."""

    count: int
    least: float
    lower: float | None
    median: float | None
    upper: float | None
    most: float


@dataclass(frozen=True)
class Rank:
    """`place` among `of`, from 1; `tied`: how many others have the same value."""

    place: int
    of: int
    tied: int
    ascending: bool

    @property
    def words(self) -> str:
        """Such as "3e ex æquo sur 27, du plus bas au plus haut"."""
        if self.place == 1:
            place = _("1er rang ex æquo") if self.tied else _("1er rang")
        else:
            place = (_("%(place)se ex æquo") if self.tied else _("%(place)se")) % {"place": number(self.place)}
        order = _("du plus bas au plus haut") if self.ascending else _("du plus haut au plus bas")
        return _("%(place)s sur %(of)s, %(order)s") % {"place": place, "of": number(self.of), "order": order}


def quantile(ordered: Sequence[float], share: float) -> float:
    """`ordered`: from the least, at least one; `share`: from 0 to 1."""
    place = (len(ordered) - 1) * share
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))


def distribution(ordered: Sequence[float]) -> Distribution | None:
    """None of no value."""
    if not ordered:
        return None
    least, most = ordered[0], ordered[-1]
    if len(ordered) < LEAST_VALUES:
        return Distribution(len(ordered), least, None, None, None, most)
    lower, median, upper = (quantile(ordered, share) for share in (0.25, 0.5, 0.75))
    return Distribution(len(ordered), least, lower, median, upper, most)


def ranked(value: float, ordered: Sequence[float], sense: Sense) -> Rank:
    """`ordered`: from the least, `value` among them. The first is the best; where nothing is better, the highest."""
    room = abs(value) * SAME
    first, after = bisect_left(ordered, value - room), bisect_right(ordered, value + room)
    ascending = sense == Sense.LOWER
    before = first if ascending else len(ordered) - after
    return Rank(before + 1, len(ordered), max(after - first - 1, 0), ascending)


def together(
    recipe: Recipe,
    values: Sequence[float],
    numerators: Sequence[float | None],
    denominators: Sequence[float | None],
) -> float | None:
    """The figure of several territories, from the value, numerator and denominator of each; never the mean of ratios.

    None when it cannot be had from theirs, or when one of them lacks a part.
    """
    if not values or recipe.spread == Spread.NONE:
        return None
    if recipe.spread == Spread.SUM or recipe.divisor in (Divisor.NOTHING, Divisor.CONSTANT):
        return fsum(values)
    if None in numerators or None in denominators:
        return None
    divisor = fsum(filter(None, denominators))
    return recipe.factor * fsum(filter(None, numerators)) / divisor if divisor > 0 else None


def apart(value: float, other: float, unit: Unit) -> str:
    """How far a value is from another: "12 % de plus", "3,2 points de moins", "autant". "" when no share can be said of it.

    A share of a share misleads: of percentages, the points between them.
    """
    more = value > other
    if is_share(unit):
        points = abs(value - other)
        if not round(points, unit.decimals):
            return _("autant")
        said = ngettext("%(count)s point", "%(count)s points", whole(round(points, unit.decimals))) % {
            "count": number(points, unit.decimals)
        }
        return (_("%(apart)s de plus") if more else _("%(apart)s de moins")) % {"apart": said}
    if other <= 0 or value < 0:
        return ""
    share = abs(value / other - 1) * 100
    if share < 0.5:
        return _("autant") if value == other else _("presque autant")
    said = _("%(figure)s\u202f%%") % {"figure": number(share)}
    return (_("%(apart)s de plus") if more else _("%(apart)s de moins")) % {"apart": said}


def is_share(unit: Unit) -> bool:
    return unit.sign.strip().startswith("%")
