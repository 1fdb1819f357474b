"""How a territory stands among its peers, as charts and lines of a page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.comparing.contract import Comparison, Peer
from catalogue.comparing.groups import Group, GroupError, group_named, groups_of
from catalogue.comparing.medians import medians
from catalogue.comparing.peers import compared, total_in
from catalogue.comparing.reading import MANY, VALUED
from catalogue.indicators.contract import Recipe, Status
from catalogue.models import Observation, Territory
from catalogue.models.territories import Level
from portal import languages, territory_maps
from portal.charts import Chart, Measured
from portal.charts.figures import figure
from portal.charts.ranks import Rank, ranks
from portal.charts.strips import Strip, strip
from portal.pages.indicators import saying
from portal.pages.indicators.asking import MAP, PEERS, Asked
from portal.pages.indicators.drawing import evolution
from portal.pages.indicators.seen import Seen

NAMED: Final = 21  # values: with more than these, dots without names
MAPPED: Final = 2_000  # territories of one map


@dataclass(frozen=True)
class Tab:
    """A group that one may compare with."""

    words: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class Line:
    name: str
    address: str
    said: str
    told: str
    own: bool
    value: float | None


@dataclass(frozen=True)
class Neighbours:
    """`error`: why the group that was asked cannot be. `lacking`: territories without a value, each with why."""

    words: str = ""
    tabs: tuple[Tab, ...] = ()
    position: str = ""
    median: str = ""
    against: str = ""
    chart: Chart | None = None
    lines: tuple[Line, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    lacking: tuple[tuple[str, str], ...] = ()
    medians: Mapping[str, float] = field(default_factory=dict)
    group: Group | None = field(default=None, compare=False)


def neighbours(seen: Seen, key: str = "c") -> Neighbours | None:
    """None when there is nobody to compare with, or nothing to compare. At most ten queries."""
    if seen.place is None or not seen.period or not seen.concerned:
        return None
    groups, error = list(groups_of(seen.place)), ""
    group = next((one for one in groups if one.key == seen.asked.group), groups[0] if groups else None)
    if seen.asked.group.startswith("codes:") or (seen.asked.group and group and group.key != seen.asked.group):
        try:
            group = group_named(seen.asked.group, seen.place)
        except GroupError as refused:
            error = refused.message
    if group is None:
        return None
    if group.key.startswith("codes:"):
        groups.append(group)
    found = _compared(seen, group)
    if not seen.asked.group and found.rank is None:
        # Nobody chose: before too many towns publish, those next door are the ones that one can be set beside.
        near = next((one for one in groups if one.key == Level.EPCI), None)
        beside = _compared(seen, near) if near else None
        found = beside if beside and beside.rank else found
    return _told(seen, found, groups, error, key)


def _compared(seen: Seen, group: Group) -> Comparison:
    assert seen.place is not None
    return compared(seen.indicator, seen.recipe, seen.place, seen.period, group, seen.audience, total=seen.total)


def chart_of(seen: Seen) -> Chart | None:
    """The one chart that a frame or a file is of: of the years, of the peers, or their map.

    The years have the medians of a group that is named in the address: a frame is loaded wherever it is shown, and most are bare.
    """
    if seen.asked.chart not in (PEERS, MAP) and not seen.asked.group:
        return evolution(seen, None)
    found = neighbours(seen)
    if seen.asked.chart == PEERS:
        return found.chart if found else None
    if seen.asked.chart == MAP:
        return mapped(seen, found.group) if found and found.group else None
    return evolution(seen, found.medians if found else None)


def _medians(seen: Seen, found: Comparison) -> Mapping[str, float]:
    """By period, of the group that is compared; of a group whose rows are too many, of its period alone."""
    periods = [one.period for one in seen.values]
    known: Mapping[str, float] = {}
    if found.peers < MANY:
        known = medians(seen.indicator, seen.recipe, found.group, periods, seen.audience, total=seen.total)
    spread = found.distribution
    now = {} if spread is None or spread.median is None else {seen.period: spread.median}
    return {**known, **now}


def _told(seen: Seen, found: Comparison, groups: Sequence[Group], error: str, key: str) -> Neighbours:
    group, spread = found.group, found.distribution
    worded = seen.scale.said
    return Neighbours(
        words=group.words,
        tabs=tuple(_tab(seen, one, one.key == group.key) for one in groups),
        position=found.rank.words if found.rank else "",
        median=seen.scale.bare(spread.median) if spread and spread.median is not None else "",
        against=_("%(apart)s que la médiane") % {"apart": found.against} if found.against[:1].isdigit() else "",
        chart=_chart(seen, found, key),
        lines=tuple(_line(seen, one) for one in found.nearest),
        facts=tuple((name, worded(value)) for name, value in _facts(found) if value is not None),
        notes=tuple(filter(None, (found.unranked, found.missing.words, _more(found), _earlier(found), group.note))),
        lacking=tuple(_lacking(found, seen.computed)),
        medians=_medians(seen, found) if seen.asked.view == "graphique" else {},
        error=error,
        group=group,
    )


def _tab(seen: Seen, group: Group, chosen: bool) -> Tab:
    return Tab(group.words, seen.asked.but(group=group.key).address(anchor="comparer"), chosen)


def _facts(found: Comparison) -> list[tuple[str, float | None]]:
    spread = found.distribution
    if spread is None:
        return []
    return [
        (_("Le moins"), spread.least),
        (_("Un quart a moins de"), spread.lower),
        (_("Médiane"), spread.median),
        (_("Un quart a plus de"), spread.upper),
        (_("Le plus"), spread.most),
        (_("Tous ensemble"), found.together),
    ]


def _lacking(found: Comparison, recipe: Recipe) -> Iterator[tuple[str, str]]:
    """The most populous that have no value, and why: what they publish gives none, or they publish nothing."""
    for one in found.missing.refused:
        why = saying.reason(one.reason, recipe) or _("aucune raison n’est connue.")
        yield one.name, _("publie, mais ce n’est pas calculable : %(why)s") % {"why": why}
    for name in found.missing.names:
        yield name, _("ne publie pas le schéma « %(schema)s ».") % {"schema": found.missing.schema}


def _more(found: Comparison) -> str:
    missing = found.missing
    more = missing.unpublished + missing.not_computable - len(missing.names) - len(missing.refused)
    if more <= 0:
        return ""
    said = {"count": figure(more)}
    return _("Sont nommés ceux qui ont le plus d’habitants ; %(count)s de plus sont sans valeur.") % said


def _earlier(found: Comparison) -> str:
    if not found.earlier:
        return ""
    return ngettext(
        "%(count)s valeur est d’une année antérieure (deux ans au plus).",
        "%(count)s valeurs sont d’une année antérieure (deux ans au plus).",
        found.earlier,
    ) % {"count": figure(found.earlier)}


def _chart(seen: Seen, found: Comparison, key: str) -> Chart | None:
    spread = found.distribution
    if spread is None or not found.valued:
        return None
    subtitle = f"{languages.said(seen.recipe.title)}, {saying.long(found.period)}"
    title = _title(seen, found)
    median = spread.median
    if spread.count <= NAMED and len(found.nearest) == spread.count:
        given = [
            Rank(one.name, one.value, one.itself, _mark(one), _address(seen, one)) for one in reversed(found.nearest)
        ]
        return ranks(title, subtitle, given, seen.scale, key, median)
    quartiles = None if median is None else (spread.lower or 0.0, median, spread.upper or 0.0)
    own = found.own.value if found.own else None
    lines = [_line(seen, one) for one in reversed(found.nearest)]
    sign = f" ({seen.scale.sign})" if seen.scale.sign else ""
    return strip(
        Strip(
            title, f"{subtitle}. {_dots(found)}", found.values, seen.scale, quartiles,
            seen.place.name if seen.place else "", own,
            (_("Les plus proches"), _("Valeur") + sign),
            tuple((one.name, one.said) for one in lines), tuple(one.address for one in lines),
        ),
        key,
    )  # fmt: skip


def _dots(found: Comparison) -> str:
    """How many of the group have one."""
    valued = found.valued + bool(found.own and found.own.value is not None)
    return _("Un point par territoire, %(count)s sur %(of)s") % {"count": figure(valued), "of": figure(found.peers + 1)}


def _title(seen: Seen, found: Comparison) -> str:
    """What may be said without a doubt."""
    assert seen.place is not None
    if found.own is None or found.own.value is None:
        return _("%(count)s %(group)s ont une valeur") % {"count": figure(found.valued), "group": found.group.words}
    below = bisect_left(found.values, found.own.value)
    above = len(found.values) - bisect_right(found.values, found.own.value)
    told = {"count": figure(max(above, below)), "of": figure(found.valued), "place": seen.place.name}
    if above >= below:
        return _("%(count)s sur %(of)s ont plus que %(place)s") % told
    return _("%(count)s sur %(of)s ont moins que %(place)s") % told


def _mark(one: Peer) -> str:
    state = saying.state_of(one.status) if one.status is not Status.NORMAL else ""
    return ", ".join(filter(None, (state, saying.long(one.period) if one.earlier else "")))


def _line(seen: Seen, one: Peer) -> Line:
    return Line(one.name, _address(seen, one), seen.scale.bare(one.value), _mark(one), one.itself, one.value)


def _address(seen: Seen, one: Peer) -> str:
    code = f"R{one.code}" if one.level == "region" else one.code
    asked = Asked(place=code, period=seen.asked.period, measure=seen.asked.measure)
    return asked.address(reverse("indicator", args=[seen.indicator.key]))


def members(seen: Seen, group: Group) -> list[tuple[Territory, float | None]]:
    """Those of a map, itself among them, with what each has in that very period. Two queries."""
    assert seen.place is not None
    places = list(group.members()[:MAPPED])
    if not any(one.pk == seen.place.pk for one in places):
        places.append(seen.place)
    rows = Observation.objects.shown_to(seen.audience).totals().filter(indicator=seen.indicator, period=seen.period)
    rows = rows.filter(territory__in=[one.pk for one in places], status__in=VALUED)
    found = rows.order_by("-dataset__private").values_list("territory", "value", "numerator")
    values = {pk: total_in(seen.recipe, numerator) if seen.total else value for pk, value, numerator in found}
    return [(one, values.get(one.pk)) for one in places]


def mapped(seen: Seen, group: Group, key: str = "m") -> Chart | None:
    """The group on a map. Three queries."""
    assert seen.place is not None
    known = members(seen, group)
    if all(value is None for _, value in known):
        return None
    places, values = [one for one, _ in known], {one.pk: value for one, value in known}
    about = Measured(languages.said(seen.recipe.title), "", languages.said(seen.recipe.unit.signs))
    asked = Asked(measure=seen.asked.measure)
    page = reverse("indicator", args=[seen.indicator.key])
    addresses = {one.pk: asked.but(place=one.code).address(page) for one in places}
    what = territory_maps.Valued(places, values, about, seen.place.pk, addresses)
    given = {"label": languages.said(seen.recipe.title), "value": f"{group.words}, {saying.long(seen.period)}"}
    return territory_maps.territory_map(what, key, _("%(label)s : %(value)s") % given)
