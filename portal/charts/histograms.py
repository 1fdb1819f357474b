"""How the values of one column are spread: columns that touch, since their classes follow each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts import svg
from portal.charts.chart import WIDTHS, Bin, Chart, Measured, nothing
from portal.charts.figures import Figure, decimals_of, figure, share
from portal.charts.plane import below, plane

Writer = Callable[[float], str]


def histogram(given: Sequence[Bin], of: Measured, key: str, written: Writer | None = None) -> Chart:
    """`of` says what the values are; `written` says one of them in words, as a figure unless told otherwise."""
    whole = sum(one.count for one in given)
    if not whole:
        return nothing(of)
    decimals = max(min(decimals_of(edge), 3) for one in given for edge in (one.low, one.high))
    say = written or (lambda value: figure(value, decimals, of.unit if of.unit in ("€", "%") else ""))
    subtitle = _("Nombre de lignes selon %(column)s") % {"column": of.name}
    title = _title(given, whole, say) or subtitle
    words = (title, _reading(given, of, say))
    drawings = tuple(_drawn(given, say, kind, wide, (f"{key}-{kind}", *words)) for kind, wide in WIDTHS)
    rows = tuple((_range(one, say), figure(one.count), share(one.count, whole)) for one in given)
    return Chart(title, subtitle if title != subtitle else "", drawings, (of.name, _("Lignes"), _("Part")), rows)


def _range(one: Bin, say: Writer) -> str:
    if one.low == one.high:
        return say(one.low)
    return _("de %(low)s à %(high)s") % {"low": say(one.low), "high": say(one.high)}


def _title(given: Sequence[Bin], whole: int, say: Writer) -> str:
    top = max(given, key=lambda one: one.count)
    if len(given) < 2 or sum(one.count == top.count for one in given) > 1:
        return ""
    if top.low == top.high:
        return ""
    return _("%(share)s des lignes vont %(range)s") % {"share": share(top.count, whole), "range": _range(top, say)}


def _drawn(given: Sequence[Bin], say: Writer, kind: str, wide: float, named: tuple[str, str, str]) -> SafeString:
    top = max(one.count for one in given)
    on = plane(wide, 0, top)
    first, span = given[0].low, given[-1].high - given[0].low

    def across(value: float) -> float:
        return on.x((value - first) / span if span else 0.5)

    parts = [on.grid()]
    for one in given:
        start, end = across(one.low), across(one.high)
        if end - start < 2:
            start, end = start - 20, end + 20
        y = on.y(one.count)
        path = f"M{svg.written(start + 0.5)} {svg.written(on.bottom)}V{svg.written(y)}H{svg.written(end - 0.5)}V{svg.written(on.bottom)}z"
        parts.append(svg.fill(path, "c-us" if one.count == top else "c-dot"))
        if one.count == top:
            parts.append(svg.text((start + end) / 2, y - 8, figure(one.count), text_anchor="middle", font_weight="650"))
    edges: list[Figure] = list(dict.fromkeys([*(one.low for one in given), given[-1].high]))
    words = [(across(float(edge)), say(float(edge))) for edge in edges]
    return svg.drawing(kind, wide, on.whole, named, *parts, below(on, words))


def _reading(given: Sequence[Bin], of: Measured, say: Writer) -> str:
    filled = [one for one in given if one.count]
    said = ", ".join(f"{figure(one.count)} {_range(one, say)}" for one in filled[:10])
    return _("Histogramme de %(column)s : %(values)s.") % {"column": of.name, "values": said}
