"""SVG as safe text: every attribute and every text is escaped; colours are classes of the sheet, never values."""

from __future__ import annotations

from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

TEXT: Final = 14  # pixels of the drawing, as everywhere in it
# Widths of the letters of the house's typeface, in em: narrow ones, wide ones, the rest (measured in the browser).
NARROW: Final = frozenset("iljtfrI.,:;'’|!()[] -\u202f\u00a0")
WIDE: Final = frozenset("mwMWÆŒ@%—…")
# A country's longest communes have 45 letters; what is longer than a line of a phone is cut by `shortened`.
ELLIPSIS: Final = "…"


def element(name: str, /, *children: str, **attributes: str | float) -> SafeString:
    """`font_size=14` is `font-size="14"`, `class_` is `class`. Numbers are written to the tenth."""
    given = "".join(
        [f' {key.rstrip("_").replace("_", "-")}="{_safe(written(value))}"' for key, value in attributes.items()]
    )
    return mark_safe(f"<{name}{given}>{joined(*children)}</{name}>")  # noqa: S308 - each piece is escaped


def joined(*children: str) -> SafeString:
    return mark_safe("".join(map(_safe, children)))  # noqa: S308 - the same


def _safe(words: str) -> str:
    """As `conditional_escape` has it; `format_html`, that asks more of each of a page's thousand pieces, took three times as long."""
    return words if isinstance(words, SafeString) else escape(str(words))


def written(value: str | float) -> str:
    """Coordinates, to the tenth of a pixel."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def text(x: float, y: float, words: str, whole: str = "", **attributes: str | float) -> SafeString:
    """`whole`: what was cut, told on hover."""
    told = element("title", whole) if whole and whole != words else joined()
    return element("text", told, words, x=x, y=y, **{"font_size": TEXT, **attributes})


def stroke(path: str, class_: str, width: float = 1, **attributes: str | float) -> SafeString:
    return element("path", d=path, class_=class_, stroke="currentColor", stroke_width=width, fill="none", **attributes)


def fill(path: str, class_: str, **attributes: str | float) -> SafeString:
    return element("path", d=path, class_=class_, fill="currentColor", **attributes)


def dots(places: list[tuple[float, float]], class_: str, size: float) -> SafeString:
    """All of them as one path: lines of no length with round ends."""
    path = "".join(f"M{written(x)} {written(y)}h0" for x, y in places)
    return stroke(path, class_, size, stroke_linecap="round")


def width(words: str, size: float = TEXT) -> float:
    """About how wide a text is, in the pixels of the drawing, a little more rather than less."""
    em = sum(0.34 if one in NARROW else 0.92 if one in WIDE else 0.66 if one.isupper() else 0.58 for one in words)
    return em * size


def shortened(words: str, room: float) -> str:
    """What fits, cut between letters, with « … »."""
    if width(words) <= room:
        return words
    kept = words
    while kept and width(kept + ELLIPSIS) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def told_apart(names: list[str], room: float) -> list[str]:
    """All shortened; those that begin alike are cut in their middle, since what tells them apart is further on."""
    cut = [shortened(name, room) for name in names]
    alike = {one for one in cut if cut.count(one) > 1}
    return [_in_the_middle(name, room) if one in alike else one for name, one in zip(names, cut, strict=True)]


def _in_the_middle(words: str, room: float) -> str:
    start, end = len(words) // 2, len(words) - len(words) // 2
    while start and width(words[:start] + ELLIPSIS + words[end:]) > room:
        start, end = start - 1, end + 1
    return words[:start].rstrip() + ELLIPSIS + words[end:].lstrip()


def drawing(
    kind: str, wide: float, high: float, named: tuple[str, str, str], *children: str, linked: bool = False
) -> SafeString:
    """`kind`: "roomy" or "narrow". `named`: an id that is unique in the page, the title, the description.

    `linked`: it holds links, which an image cannot: it is a group then.
    """
    key, title, description = named
    return element(
        "svg",
        element("title", title, id=f"{key}-t"),
        element("desc", description, id=f"{key}-d"),
        *children,
        class_=f"chart {kind}",
        viewBox=f"0 0 {written(wide)} {written(high)}",
        width=wide,
        height=high,
        role="group" if linked else "img",
        aria_labelledby=f"{key}-t",
        aria_describedby=f"{key}-d",
    )
