"""The key of a map: what each step means, in as many lines as the width asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg
from portal.charts.chart import Measured

LINE: Final = 24  # pixels
SWATCH: Final = (22, 14)
BETWEEN: Final = 20
LETTERS: Final = 13


def legend(
    steps: Sequence[tuple[str, str]], measured: Measured, top: float, wide: float, hatch: str, missing: str
) -> tuple[SafeString, float]:
    """From `top` down, and how high it is. `steps`: class and words; `missing`: what the hatch means, "" when nothing is."""
    parts = [
        svg.text(
            0, top + 14, svg.shortened(measured.subtitle, wide), measured.subtitle, class_="c-them", font_size=LETTERS
        )
    ]
    x, y = 0.0, top + LINE
    for class_, words in [*steps, *([("", missing)] if missing else [])]:
        room = SWATCH[0] + 8 + svg.width(words, LETTERS)
        if x and x + room > wide:
            x, y = 0.0, y + LINE
        parts += [_swatch(x, y, class_, hatch), svg.text(x + SWATCH[0] + 8, y + 12, words, font_size=LETTERS)]
        x += room + BETWEEN
    return svg.joined(*parts), y + LINE - top


def _swatch(x: float, y: float, class_: str, hatch: str) -> SafeString:
    path = f"M{svg.written(x + 0.5)} {svg.written(y + 0.5)}h{SWATCH[0]}v{SWATCH[1]}h-{SWATCH[0]}z"
    if class_:
        return svg.fill(path, class_)
    return svg.element("path", d=path, class_="c-0", fill=f"url(#{hatch})")
