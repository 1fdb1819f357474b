"""A few named values, one a line: a dot on a hairline, one's own a lozenge and in bold, what has none said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts import svg
from portal.charts.chart import ROOMY, WIDTHS, Chart
from portal.charts.figures import Figure
from portal.charts.scales import Scale

MOST: Final = 30
STEP: Final = 30  # pixels from a line to the next
GAP: Final = 12
NAMES: Final = 0.38  # of the width, at most
LOZENGE: Final = 7


@dataclass(frozen=True)
class Rank:
    """`told`: what is said in the place of a value, or beside it (« estimé »)."""

    name: str
    value: Figure | None
    own: bool = False
    told: str = ""
    address: str = ""


@dataclass(frozen=True)
class _Frame:
    wide: float
    step: float
    names: float  # room for names, 0 when they stand above
    left: float
    zero: float
    scale: float


def ranks(
    title: str, subtitle: str, given: Sequence[Rank], scale: Scale, key: str, median: float | None = None
) -> Chart:
    """In the order given, the first thirty."""
    shown = list(given[:MOST])
    known = [float(one.value) for one in shown if one.value is not None]
    if not known:
        return Chart(title, subtitle, remarks=(_("Il n’y a rien à dessiner : aucun n’a de valeur."),))
    words = (title, _reading(shown, scale, median))
    drawings = tuple(_drawn(shown, scale, kind, wide, median, (f"{key}-{kind}", *words)) for kind, wide in WIDTHS)
    sign = f" ({scale.sign})" if scale.sign else ""
    rows = tuple(
        (one.name, scale.bare(one.value) or one.told or _("sans valeur"), one.told if one.value is not None else "")
        for one in given
    )
    told = any(row[2] for row in rows)
    left = len(given) - len(shown)
    return Chart(
        title,
        subtitle,
        drawings,
        (_("Territoire"), _("Valeur") + sign, *((_("À savoir"),) if told else ())),
        rows if told else tuple(row[:2] for row in rows),
        (_("Les %(most)s premiers ; %(count)s de plus dans le tableau.") % {"most": MOST, "count": left},)
        if left
        else (),
        tuple(one.address for one in given),
    )


def _frame(shown: list[Rank], scale: Scale, wide: float, median: float | None) -> _Frame:
    longest = max(svg.width(one.name) * (1.06 if one.own else 1) for one in shown)
    above = wide < ROOMY
    names = 0 if above else min(longest, wide * NAMES)
    values = [float(one.value) for one in shown if one.value is not None] + ([median] if median is not None else [])
    low, high = min(0.0, *values), max(0.0, *values)
    beyond = max(svg.width(_label(one, scale)) * 1.08 for one in shown) + GAP
    left = names + (0 if above else GAP) + LOZENGE
    room = max(40.0, wide - left - beyond)
    per = room / ((high - low) or 1)
    return _Frame(wide, 46 if above else STEP, names, left, left - low * per, per)


def _drawn(
    shown: list[Rank], scale: Scale, kind: str, wide: float, median: float | None, named: tuple[str, str, str]
) -> SafeString:
    on = _frame(shown, scale, wide, median)
    top = 24 if median is not None else 4
    parts = [_line(one, scale, on, top + number * on.step) for number, one in enumerate(shown)]
    high = top + len(shown) * on.step
    return svg.drawing(kind, wide, high, named, _median(median, scale, on, high), *parts)


def _line(one: Rank, scale: Scale, on: _Frame, top: float) -> SafeString:
    middle = top + (STEP / 2 if on.names else 32)
    weight = "650" if one.own else "400"
    look = "c-us halo" if one.own else "halo"
    if on.names:
        name = svg.text(
            on.names,
            middle + 5,
            svg.shortened(one.name, on.names),
            one.name,
            text_anchor="end",
            font_weight=weight,
            class_=look,
        )
    else:
        name = svg.text(0, top + 18, svg.shortened(one.name, on.wide), one.name, font_weight=weight, class_=look)
    if one.value is None:
        return svg.joined(name, svg.text(on.left, middle + 5, _label(one, scale), class_="c-them"))
    x = on.zero + float(one.value) * on.scale
    rule = svg.stroke(
        f"M{svg.written(on.zero)} {svg.written(middle)}H{svg.written(x)}",
        "c-us" if one.own else "c-line",
        3 if one.own else 1.5,
    )
    value = svg.text(max(x, on.zero) + GAP, middle + 5, _label(one, scale), font_weight=weight, class_=look)
    return svg.joined(name, rule, _sign(x, middle, one.own), value)


def _sign(x: float, y: float, own: bool) -> SafeString:
    if not own:
        return svg.element("circle", cx=x, cy=y, r=5, class_="c-dot", fill="currentColor")
    shape = (
        f"M{svg.written(x)} {svg.written(y - LOZENGE)}l{LOZENGE} {LOZENGE}l-{LOZENGE} {LOZENGE}l-{LOZENGE}-{LOZENGE}z"
    )
    return svg.fill(shape, "c-us")


def _median(median: float | None, scale: Scale, on: _Frame, high: float) -> SafeString:
    if median is None:
        return svg.joined()
    x, words = on.zero + median * on.scale, _("médiane %(value)s") % {"value": scale.bare(median)}
    half = svg.width(words) / 2
    return svg.joined(
        svg.stroke(f"M{svg.written(x)} 20V{svg.written(high)}", "c-them", 1.5, stroke_dasharray="5 4"),
        svg.text(min(max(x, half), on.wide - half), 14, words, class_="c-them", text_anchor="middle"),
    )


def _label(one: Rank, scale: Scale) -> str:
    if one.value is None:
        return one.told or _("sans valeur")
    return scale.said(one.value)


def _reading(shown: list[Rank], scale: Scale, median: float | None) -> str:
    said = ", ".join(f"{one.name} {_label(one, scale)}" for one in shown[:10])
    left = len(shown) - 10
    if left > 0:
        said = _("%(values)s, et %(count)s autres dans le tableau") % {"values": said, "count": left}
    return f"{said}." + (" " + _("Médiane : %(value)s.") % {"value": scale.said(median)} if median is not None else "")
