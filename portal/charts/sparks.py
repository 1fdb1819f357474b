"""A chart the size of a word, beside the words that say the same: seen, not read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg

WIDE: Final = 92
HIGH: Final = 26
MOST: Final = 24  # columns that can still be told apart


def spark(counts: Sequence[int]) -> SafeString:
    """Columns that touch; nothing when there is nothing to compare."""
    shown = counts[:MOST]
    top = max(shown, default=0)
    if not top:
        return svg.joined()
    step = WIDE / len(shown)
    path = "".join(
        f"M{svg.written(number * step)} {HIGH}v{svg.written(-max(1, count / top * (HIGH - 1)))}"
        f"h{svg.written(max(1, step - 1))}V{HIGH}z"
        for number, count in enumerate(shown)
        if count
    )
    return svg.element(
        "svg",
        svg.fill(path, "c-mid"),
        class_="spark",
        viewBox=f"0 0 {WIDE} {HIGH}",
        width=WIDE,
        height=HIGH,
        aria_hidden="true",
    )
