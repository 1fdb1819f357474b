"""Bars lying down, so that names are read without turning one's head: the value at the end of each, no legend, no grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.charts import svg
from portal.charts.chart import ROOMY, WIDTHS, Bar, Chart, Measured, nothing
from portal.charts.figures import Figure, figure, share

MOST: Final = 30  # bars
STEP: Final = 30  # pixels from one bar to the next
THICK: Final = 18
GAP: Final = 8  # between a bar and its words
NAMES: Final = 0.38  # of the width, at most, for the names beside the bars of a page
ABOVE: Final = 0.3  # of the width of a phone: names longer than this stand above their bar


@dataclass(frozen=True)
class Others:
    """What the bars leave out. `value`: their sum, when values add up."""

    count: int = 0
    value: Figure | None = None


@dataclass(frozen=True)
class _Frame:
    wide: float
    step: float
    names: float  # room for the names, 0 when they stand above
    left: float  # where the longest negative bar ends
    zero: float
    scale: float  # pixels a unit


def bars(given: Sequence[Bar], measured: Measured, key: str, others: Others | None = None) -> Chart:
    """In the order given; those after the thirtieth are left to `others`, whom the caller counts."""
    others = others or Others()
    shown = list(given[:MOST])
    known = [bar.value for bar in shown if bar.value is not None]
    if not known:
        return nothing(measured)
    title = _title(shown, measured, others) or measured.subtitle
    words = (title, _reading(shown, measured, others))
    drawings = tuple(
        _drawn(shown, measured, _frame(shown, measured, wide), kind, (f"{key}-{kind}", *words)) for kind, wide in WIDTHS
    )
    rows = [(bar.label, measured.exact(bar.value)) for bar in shown]
    addresses = [bar.address for bar in shown]
    if others.count:
        rows.append((_("%(count)s autres") % {"count": figure(others.count)}, measured.exact(others.value)))
        addresses.append("")
    return Chart(
        title,
        measured.subtitle if title != measured.subtitle else "",
        drawings,
        (measured.axis.capitalize() or _("Valeur"), measured.name),
        tuple(rows),
        _remarks(others, measured),
        tuple(addresses),
    )


def _frame(shown: list[Bar], measured: Measured, wide: float) -> _Frame:
    longest = max(svg.width(bar.label) for bar in shown)
    above = wide < ROOMY and longest > wide * ABOVE
    names = 0 if above else min(longest, wide * NAMES)
    values = [float(bar.value or 0) for bar in shown]
    low, high = min(0.0, *values), max(0.0, *values)
    below = max(
        (svg.width(measured.brief(b.value)) + GAP for b in shown if b.value is not None and b.value < 0), default=0
    )
    beyond = max(
        (svg.width(measured.brief(b.value)) * 1.08 + GAP for b in shown if b.value is not None and b.value >= 0),
        default=0,
    )
    left = names + (0 if above else 12) + below + 1
    scale = max(1.0, wide - left - beyond) / ((high - low) or 1)
    return _Frame(wide, 46 if above else STEP, names, left, left - low * scale, scale)


def _drawn(shown: list[Bar], measured: Measured, frame: _Frame, kind: str, named: tuple[str, str, str]) -> SafeString:
    known = [bar.value for bar in shown if bar.value is not None]
    top = max(known)
    names = svg.told_apart([bar.label for bar in shown], frame.names or frame.wide)
    parts = [
        svg.joined(_name(bar, name, frame, number), _one(bar, measured, frame, number, bar.value == top))
        for number, (bar, name) in enumerate(zip(shown, names, strict=True))
    ]
    high = len(shown) * frame.step + 4
    zero = svg.written(frame.zero)
    # Under names the axis would cross them: it stands beside the bars alone.
    path = f"M{zero} 2V{svg.written(high)}"
    if not frame.names:
        path = "".join(f"M{zero} {svg.written(_top(frame, n) - 1)}v{THICK + 2}" for n in range(len(shown)))
    axis = svg.stroke(path, "c-them", 1.5)
    return svg.drawing(kind, frame.wide, high, named, *parts, axis)


def _name(bar: Bar, name: str, frame: _Frame, number: int) -> SafeString:
    """Beside the bar, or above it."""
    if frame.names:
        return svg.text(frame.names, _top(frame, number) + 14, name, bar.label, text_anchor="end")
    return svg.text(0, _top(frame, number) - 5, name, bar.label)


def _top(frame: _Frame, number: int) -> float:
    return number * frame.step + ((STEP - THICK) / 2 + 2 if frame.names else 22)


def _one(bar: Bar, measured: Measured, frame: _Frame, number: int, first: bool) -> SafeString:
    top = _top(frame, number)
    if bar.value is None:
        return svg.text(frame.zero + GAP, top + 14, _("sans valeur"), class_="c-them")
    long = float(bar.value) * frame.scale
    path = f"M{svg.written(frame.zero)} {svg.written(top)}h{svg.written(long)}v{THICK}h{svg.written(-long)}z"
    end, anchor = (frame.zero + long + GAP, "start") if bar.value >= 0 else (frame.zero + long - GAP, "end")
    value = svg.text(end, top + 14, measured.brief(bar.value), text_anchor=anchor, font_weight="650")
    return svg.joined(svg.fill(path, "c-us" if first else "c-dot"), value)


def _title(shown: list[Bar], measured: Measured, others: Others) -> str:
    """What may be said without a doubt: who has most, and its share when all parts are known and none is negative."""
    known = [bar for bar in shown if bar.value is not None]
    top = max(bar.value for bar in known if bar.value is not None)
    first = [bar for bar in known if bar.value == top]
    if len(known) < 2 or len(first) > 1 or (others.count and others.value is None):
        return ""
    whole = sum(float(bar.value or 0) for bar in known) + float(others.value or 0)
    everything = all((bar.value or 0) >= 0 for bar in known) and whole > 0 and (others.value or 0) >= 0
    if measured.parts and everything and top >= (others.value or 0) / max(1, others.count):
        return _("%(label)s : %(value)s") % {"label": first[0].label, "value": measured.part(share(top, whole))}
    if measured.parts and not everything:
        return ""
    return _("%(label)s en tête, avec %(value)s") % {"label": first[0].label, "value": measured.brief(top)}


def _reading(shown: list[Bar], measured: Measured, others: Others) -> str:
    values = ", ".join(f"{bar.label} {measured.exact(bar.value) or _('sans valeur')}" for bar in shown[:10])
    said = {"measure": measured.subtitle, "values": values}
    left = len(shown) - 10 + others.count
    if left <= 0:
        return _("Barres. %(measure)s : %(values)s.") % said
    return _("Barres. %(measure)s : %(values)s, et %(count)s autres dans le tableau.") % {**said, "count": figure(left)}


def _remarks(others: Others, measured: Measured) -> tuple[str, ...]:
    if not others.count:
        return ()
    said = {"count": figure(others.count), "total": measured.exact(others.value)}
    if others.value is not None and others.count > 1:
        return (_("%(count)s autres ne sont pas dessinés, %(total)s ensemble.") % said,)
    return (
        ngettext("%(count)s autre n’est pas dessiné.", "%(count)s autres ne sont pas dessinés.", others.count) % said,
    )
