"""A drawing as a file of its own: its colours written out, since no sheet comes with it."""

from __future__ import annotations

import re
from typing import Final

from portal.charts import svg
from portal.colours import colour

FONT: Final = "Atkinson Hyperlegible Next, Arial, sans-serif"
PAPER: Final = "#ffffff"
# The colours of the light sheet, by class; the accent's are made from the territory's hue.
PLAIN: Final = {"c-them": "#484d47", "c-dot": "#7c7a6c", "c-line": "#d8d4c6", "c-brick": "#9c3f22"}
INK: Final = "#1b201c"
ACCENTS: Final = {"c-us": (0.4, 0.088), "c-mid": (0.63, 0.08), "c-fill": (0.63, 0.08)}  # lightness and chroma, OKLCH
STEPS: Final = {  # of a map, as the light sheet has them
    "c-1": (0.93, 0.025), "c-2": (0.8, 0.055), "c-3": (0.66, 0.08), "c-4": (0.5, 0.085), "c-5": (0.34, 0.075),
}  # fmt: skip
EDGE: Final = "#7c7a6c"  # of a map's territories
CLASSES: Final = re.compile(r' class="([^"]*)"')
LINKS: Final = re.compile(r"</?a\b[^>]*>")  # a file is not where they lead from
MARGIN: Final = 12  # pixels
TITLE, LINE, BOLD = 17, 22, 1.08  # size and height of a line of the title, and how much wider bold letters are


def file_of(drawing: str, hue: int, title: str, source: str) -> str:
    """The SVG document. `source`: what stands below the drawing."""
    found = re.match(r'<svg[^>]* viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>', drawing)
    if found is None:
        raise ValueError("no drawing of ours")
    wide, high = float(found[1]), float(found[2])
    inside = drawing[found.end() : drawing.rindex("</svg>")]
    inside = LINKS.sub("", inside)
    body = CLASSES.sub(lambda one: _written(one[1], hue), inside).replace("<text", '<text fill="currentColor"')
    lines = _lines(title, wide)
    top = 38 + LINE * (len(lines) - 1)
    whole = high + 2 * MARGIN + 20 + top
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide + 2 * MARGIN:g} {whole:g}" width="{wide + 2 * MARGIN:g}"'
        f' height="{whole:g}" font-family="{FONT}" color="{INK}" role="img">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        f"{''.join(_headed(line, number) for number, line in enumerate(lines))}"
        f'<g transform="translate({MARGIN} {top})">{body}</g>'
        f'<text x="{MARGIN}" y="{whole - 10:g}" font-size="12" fill="{PLAIN["c-them"]}">{_escaped(source)}</text></svg>\n'
    )


def _headed(line: str, number: int) -> str:
    at = f'x="{MARGIN}" y="{24 + LINE * number}"'
    return f'<text {at} font-size="{TITLE}" font-weight="650" fill="currentColor">{_escaped(line)}</text>'


def _lines(title: str, wide: float) -> list[str]:
    """The words of the title, as many a line as there is room for."""
    lines = [""]
    for word in title.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and svg.width(longer, TITLE) * BOLD > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _written(classes: str, hue: int) -> str:
    said = ""
    for name in classes.split():
        if name in PLAIN:
            said += f' color="{PLAIN[name]}"'
        elif name in ACCENTS:
            said += f' color="{colour(*ACCENTS[name], hue)}"'
        elif name in STEPS:
            said += f' color="{colour(*STEPS[name], hue)}"'
        elif name in ("c-paper", "c-ink"):
            said += f' color="{PAPER if name == "c-paper" else INK}"'
        if name in STEPS or name == "c-0":
            said += f' stroke="{EDGE}" stroke-width="1" stroke-linejoin="round"'
        elif name == "c-fill":
            said += ' opacity=".35"'
        elif name == "hollow":
            said += f' fill="{PAPER}"'
        elif name == "halo":
            said += f' stroke="{PAPER}" stroke-width="3.5" paint-order="stroke" stroke-linejoin="round"'
    return said


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
