"""How a figure went over the years: what changed, and where the series breaks.

Nothing is said across a break: what is before and after it was not measured alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.compare import apart, is_share
from catalogue.indicators.contract import Divisor, Recipe, Status
from catalogue.spoken import gettext as _
from catalogue.spoken import in_words

LEAP: Final = 0.15  # of the inhabitants between two periods: a commune does not grow so, it unites


@dataclass(frozen=True)
class Point:
    """A figure of one period. `breaks`: in French, why it cannot be compared with those before; () when it can."""

    period: str
    value: float | None
    status: Status
    reason: str = ""
    numerator: float | None = None  # the total, before it is divided
    denominator: float | None = None
    restricted: bool = False
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """From one period to another. `percent`: None of percentages, and of what was nothing or less; `points`: of percentages alone."""

    since: str
    until: str
    difference: float
    percent: float | None
    points: float | None
    words: str  # such as "12 % de plus qu’en 2019"


@dataclass(frozen=True)
class Seen:
    """What is known of how an observation was made, to find the breaks of its series."""

    period: str
    recipe_version: int
    population_source: str
    denominator: float | None
    status: Status


def breaks(recipe: Recipe, series: Sequence[Seen], *, united: bool) -> list[tuple[str, ...]]:
    """For each observation of a series in order, why it breaks with the one before. `united`: the commune had others in it."""
    found: list[tuple[str, ...]] = []
    for before, now in zip([None, *series], series, strict=False):
        reasons = []
        if now.status == Status.BREAK and before:
            reasons.append(_("la source signale une rupture de série"))
        if before:
            reasons += [
                in_words(words) for start, words in sorted(recipe.breaks.items()) if before.period < start <= now.period
            ]
            reasons += _made_otherwise(recipe, before, now, united=united)
        found.append(tuple(dict.fromkeys(reasons)))
    return found


def change(recipe: Recipe, before: Point, now: Point) -> Change | None:
    """None when one of them has no value."""
    if before.value is None or now.value is None:
        return None
    share = is_share(recipe.unit)
    percent = (now.value / before.value - 1) * 100 if not share and before.value > 0 and now.value >= 0 else None
    said = apart(now.value, before.value, recipe.unit)
    return Change(
        since=before.period,
        until=now.period,
        difference=now.value - before.value,
        percent=percent,
        points=now.value - before.value if share else None,
        words=_("%(apart)s qu’en %(period)s") % {"apart": said, "period": before.period} if said else "",
    )


def first_unbroken(points: Sequence[Point]) -> Point | None:
    """The first with a value since the last break: what the last may be held against. None of no value."""
    found = None
    for point in reversed(points):
        if point.value is not None:
            found = point
        if point.breaks:
            break
    return found


def _made_otherwise(recipe: Recipe, before: Seen, now: Seen, *, united: bool) -> list[str]:
    reasons = []
    if before.recipe_version != now.recipe_version:
        reasons.append(_("la méthode de calcul a changé"))
    if recipe.divisor == Divisor.POPULATION:
        ours, theirs = _statistician(now.population_source), _statistician(before.population_source)
        if ours and theirs and ours != theirs:
            reasons.append(
                _("les habitants sont comptés par une autre source (%(ours)s, avant\N{NO-BREAK SPACE}: %(theirs)s)")
                % {"ours": ours, "theirs": theirs}
            )
        if united and before.denominator and now.denominator and now.denominator > before.denominator * (1 + LEAP):
            reasons.append(
                _("la commune en a sans doute réuni d’autres\N{NO-BREAK SPACE}: son nombre d’habitants fait un bond")
            )
    return reasons


def _statistician(source: str) -> str:
    """Who counted: a source's name goes on with the year, that changes every time."""
    return source.partition(",")[0].strip()
