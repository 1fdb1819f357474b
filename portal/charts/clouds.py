"""Two numbers of each row, as points."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.charts import svg
from portal.charts.chart import ROOMY, WIDTHS, Chart, Measured, nothing
from portal.charts.figures import axis_labels, figure, ticks
from portal.charts.plane import below, from_zero, plane


def cloud(given: Sequence[tuple[float, float]], across: Measured, up: Measured, key: str, left_out: int = 0) -> Chart:
    """`across` and `up` say what the two numbers are; `left_out`: how many rows have both and are not given."""
    if not given:
        return nothing(up, _("Il n’y a rien à dessiner : aucune ligne n’a ces deux nombres."))
    title = _("%(measure)s selon %(other)s") % {"measure": up.name, "other": across.name}
    words = (title, _reading(given, across, up))
    drawings = tuple(_drawn(given, across, up, kind, wide, (f"{key}-{kind}", *words)) for kind, wide in WIDTHS)
    said = {"count": figure(len(given)), "total": figure(len(given) + left_out)}
    remark = ngettext("%(count)s point, un par ligne.", "%(count)s points, un par ligne.", len(given)) % said
    if left_out:
        remark = _("Les %(count)s premières lignes sur %(total)s : filtrez pour voir les autres.") % said
    return Chart(
        title,
        _("Un point par ligne qui a les deux nombres"),
        drawings,
        (across.name, up.name),
        tuple((across.exact(x), up.exact(y)) for x, y in given),
        (remark,),
    )


def _drawn(
    given: Sequence[tuple[float, float]],
    across: Measured,
    up: Measured,
    kind: str,
    wide: float,
    named: tuple[str, str, str],
) -> SafeString:
    low, high = from_zero([float(y) for _, y in given], amounts=False)
    on = plane(wide, low, high, up.unit)
    edges = from_zero([float(x) for x, _ in given], amounts=False)
    steps = ticks(*edges, 6 if wide >= ROOMY else 3)
    first, span = steps[0], steps[-1] - steps[0]
    size = 7 if len(given) < 100 else 5 if len(given) < 400 else 3.5
    points = svg.dots([(on.x((float(x) - first) / span), on.y(float(y))) for x, y in given], "c-us", size)
    labels = axis_labels(steps, across.unit if across.unit in ("€", "%") else "")
    words = [(on.x((step - first) / span), label) for step, label in zip(steps, labels, strict=True)]
    names = svg.joined(
        svg.text(0, 14, svg.shortened(up.name, wide * 0.9), up.name, class_="c-them"),
        svg.text(
            wide, on.whole + 16, svg.shortened(across.name, wide * 0.9), across.name, text_anchor="end", class_="c-them"
        ),
    )
    return svg.drawing(kind, wide, on.whole + 22, named, on.grid(), points, below(on, words), names)


def _reading(given: Sequence[tuple[float, float]], across: Measured, up: Measured) -> str:
    xs, ys = [x for x, _ in given], [y for _, y in given]
    return _("Nuage de %(count)s points. %(across)s va de %(left)s à %(right)s, %(up)s de %(bottom)s à %(top)s.") % {
        "count": figure(len(given)),
        "across": across.name,
        "left": across.exact(min(xs)),
        "right": across.exact(max(xs)),
        "up": up.name,
        "bottom": up.exact(min(ys)),
        "top": up.exact(max(ys)),
    }
