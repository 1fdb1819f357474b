"""What is said of an EPCI, a département or a région from what its communes say: both parts are added, never the ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.indicators.contract import Divisor, Figure, Recipe, Spread, Status
from catalogue.models import PUBLIC, Audience, Observation, Population, Territory
from catalogue.models.territories import Level
from catalogue.observing.figures import Cell, Parts, figure

NOTHING: Final = gettext_noop("Aucune de ses communes n’a de valeur pour cette période.")
NOT_SUMMED: Final = gettext_noop("Cet indicateur ne se déduit pas de celui des communes.")


@dataclass(frozen=True)
class Together:
    """`figure` of a whole; `own`: its own file says it. `communes` of `of` have a value, where `share` (%) of the people live."""

    figure: Figure
    own: bool = False
    communes: int = 0
    of: int = 0
    share: float | None = None
    numerator: float | None = None
    denominator: float | None = None

    @property
    def partial(self) -> bool:
        return not self.own and self.communes < self.of

    @property
    def told(self) -> str:
        """How whole it is: "partiel (12/27 communes, 81 % de la population)"."""
        if self.own:
            return _("Publié par ce territoire lui-même.")
        people = _(", %(share)s de la population") % {"share": _percent(self.share)} if self.share is not None else ""
        whole = _("partiel (%(count)s/%(of)s communes%(people)s)")
        if not self.partial:
            whole = _("complet (%(count)s/%(of)s communes%(people)s)")
        return whole % {"count": self.communes, "of": self.of, "people": people}


def together(recipe: Recipe, territory: Territory, period: str, audience: Audience = PUBLIC) -> Together:
    """Its own value when it has one, else what its communes' parts give together. Three queries."""
    shown = Observation.objects.shown_to(audience).totals().filter(indicator__key=recipe.key, period=period)
    inside = Q(territory__parents=territory, territory__level=Level.COMMUNE, territory__current=True)
    rows = list(shown.filter(inside | Q(territory=territory)).order_by("dataset__private").distinct())
    own = next((row for row in rows if row.territory_id == territory.pk and row.value is not None), None)
    if own is not None:
        said = Figure(own.value, Status(own.status), own.reason)
        return Together(said, own=True, numerator=own.numerator, denominator=own.denominator)
    valued = {
        row.territory_id: row for row in reversed(rows) if row.value is not None
    }  # what is public comes last: it stays
    return _of_communes(recipe, territory, period, list(valued.values()))


def _of_communes(recipe: Recipe, territory: Territory, period: str, rows: Sequence[Observation]) -> Together:
    of, share = _reach(territory, [row.territory_id for row in rows])
    if recipe.spread == Spread.NONE or not rows:
        said = Figure(None, Status.MISSING, _(NOT_SUMMED) if rows else _(NOTHING))
        return Together(said, communes=len(rows), of=of, share=share)
    parts = _sum(recipe, rows)
    said = figure(recipe, Cell(territory.pk, period), parts)
    if said.value is not None and any(row.status == Status.ESTIMATED for row in rows):
        said = Figure(said.value, Status.ESTIMATED, said.reason)
    return Together(said, False, len(rows), of, share, parts.numerator, parts.denominator)


def _sum(recipe: Recipe, rows: Sequence[Observation]) -> Parts:
    """`Spread.SUM` of what a constant divides is divided once: the constant is not added."""
    numerator = sum(row.numerator for row in rows if row.numerator is not None)
    divisors = [row.denominator for row in rows if row.denominator is not None]
    once = recipe.divisor in (Divisor.CONSTANT, Divisor.NOTHING)
    denominator = (divisors[0] if once else sum(divisors)) if divisors else None
    return Parts(numerator, denominator, sum(row.rows for row in rows))


def _reach(territory: Territory, communes: Sequence[int]) -> tuple[int, float | None]:
    """How many communes it has, and what share of its people (in %, of the latest year) live in these."""
    inside = {"territory__parents": territory, "territory__level": Level.COMMUNE, "territory__current": True}
    known = Population.objects.filter(kind=Population.Kind.MUNICIPALE, **inside).order_by("year", "-source")
    values = dict(known.values_list("territory", "value"))  # the latest comes last: it stays
    of = territory.members.filter(level=Level.COMMUNE, current=True).count()
    total = sum(values.values())
    return of, 100 * sum(values.get(pk, 0) for pk in communes) / total if total else None


def _percent(share: float | None) -> str:
    """Never 100 % of what is not whole."""
    return _("%(figure)s %%") % {"figure": min(int(share or 0), 100)}
