"""Figures in sentences: the value with its unit, what it became, why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue import spoken
from catalogue.indicators.contract import Recipe, Status, Unit
from catalogue.indicators.course import Point, Seen, breaks, first_unbroken
from catalogue.indicators.course import change as compute_change
from catalogue.models import Territory
from portal import languages
from portal.charts.figures import figure
from portal.charts.periods import period
from portal.charts.scales import Scale
from portal.pages.indicators.values import Value

STATES: Final = {
    Status.BREAK: gettext_lazy("rupture de série"),
    Status.ESTIMATED: gettext_lazy("estimé"),
    Status.PROVISIONAL: gettext_lazy("provisoire"),
    Status.MISSING: gettext_lazy("non publié"),
    Status.SUPPRESSED: gettext_lazy("secret statistique"),
    Status.NOT_SIGNIFICANT: gettext_lazy("non calculable"),
}
LEVELS: Final = {
    "commune": (gettext_lazy("commune"), gettext_lazy("communes")),
    "epci": (gettext_lazy("intercommunalité"), gettext_lazy("intercommunalités")),
    "ept": (gettext_lazy("établissement public territorial"), gettext_lazy("établissements publics territoriaux")),
    "syndicat": (gettext_lazy("syndicat"), gettext_lazy("syndicats")),
    "departement": (gettext_lazy("département"), gettext_lazy("départements")),
    "region": (gettext_lazy("région"), gettext_lazy("régions")),
    "collectivite": (gettext_lazy("collectivité d’outre-mer"), gettext_lazy("collectivités d’outre-mer")),
    "country": (gettext_lazy("pays"), gettext_lazy("pays")),
}


def scale_of(unit: Unit) -> Scale:
    return Scale(languages.said(unit.signs), unit.decimals)


def state(value: Value) -> str:
    """What is to be known of the value, "" when it is like any other."""
    return state_of(value.status)


def state_of(status: Status) -> str:
    return str(STATES.get(status, ""))


def level(key: str) -> str:
    """What a territory is: « commune »."""
    return str(LEVELS[key][0]) if key in LEVELS else _("territoire")


def no_place(typed: str) -> str:
    """Of a name that no territory has."""
    return _("Aucun territoire ne s’appelle « %(typed)s ». Donnez son nom ou son code INSEE.") % {"typed": typed}


def when(written: str) -> str:
    """« en 2021 », « en mars 2025 »; "" for no period."""
    found = period(written)
    return found.when if found else written and _("en %(period)s") % {"period": written}


def long(written: str) -> str:
    found = period(written)
    return found.long if found else written


@dataclass(frozen=True)
class Changed:
    """From the figure of `since` to the last one. `said`: « +3,2 % », « −1,4 point »; `sentence`: how it is read aloud."""

    since: str
    said: str
    sentence: str


def points(given: Sequence[Value], recipe: Recipe, *, united: bool) -> tuple[Point, ...]:
    """The series with its breaks. `united`: the commune had others in it."""
    seen = [Seen(one.period, one.recipe_version, one.population_source, one.denominator, one.status) for one in given]
    why = breaks(recipe, seen, united=united)
    return tuple(
        Point(
            one.period,
            one.value if one.said else None,
            one.status,
            one.reason,
            one.numerator,
            one.denominator,
            one.private,
            reasons,
        )
        for one, reasons in zip(given, why, strict=True)
    )


def change(given: Sequence[Point], recipe: Recipe, *, first: bool = False) -> Changed | None:
    """To the last figure, from the one before it (from the first comparable one when asked). None across a break."""
    if not given or given[-1].value is None:
        return None
    start = first_unbroken(given)
    if start is None or start is given[-1]:
        return None
    before = start if first else next(one for one in reversed(given[:-1]) if one.value is not None)
    found = compute_change(recipe, before, given[-1])
    if found is None or not found.words:
        return None
    size = found.points if found.points is not None else found.percent
    if size is None:
        return None
    decimals = max(1, recipe.unit.decimals) if found.points is not None else int(abs(size) < 10)
    unit = ngettext("point", "points", spoken.whole(round(abs(size), decimals))) if found.points is not None else "%"
    sign = "+" if size > 0 else "\u2212"
    apart = figure(abs(size), decimals, unit)
    then = when(before.period)
    if not float(f"{abs(size):.{decimals}f}"):
        return Changed(before.period, _("stable"), _("comme %(then)s") % {"then": then})
    sentence = _("%(apart)s de plus qu’%(then)s") if size > 0 else _("%(apart)s de moins qu’%(then)s")
    return Changed(before.period, sign + apart, sentence % {"apart": apart, "then": then})


def since(changed: Changed) -> str:
    """« depuis 2020 »."""
    return _("depuis %(period)s") % {"period": long(changed.since)}


def headline(recipe: Recipe, place: Territory | None, period_: str) -> str:
    """What is shown: « Dépenses de fonctionnement par habitant, Crac’h, 2021 »."""
    return ", ".join(filter(None, (languages.said(recipe.title), place.name if place else "", long(period_))))


def reason(kept: str, recipe: Recipe | None) -> str:
    """As a base keeps it, in French; in the reader's language what is of the recipe, or the same of all figures."""
    for words in filter(None, (recipe.unsound, *recipe.breaks.values()) if recipe else ()):
        if words.fr == kept:
            return languages.said(words)
    return _(kept) if kept else ""


def why_none(value: Value | None, recipe: Recipe | None = None) -> str:
    """Why nothing is said of a territory."""
    if value is None:
        return _("Aucun fichier publié ne donne encore ce chiffre.")
    return reason(value.reason, recipe) or f"{(state_of(value.status) or _('sans valeur')).capitalize()}."
