"""The tokens of the style sheet, read from the sheet itself: nothing of it is written a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.charts.figures import figure
from portal.colours import colour, contrast, spelt
from portal.palette import BORDER, TEXT

STATIC: Final = Path(__file__).resolve().parents[2] / "static"
ROOT: Final = 16  # pixels of a rem
PAPER, INK, ON_ACCENT, ACCENT = "--paper", "--ink", "--on-accent", "--accent"
GROUNDS: Final[tuple[str, ...]] = (PAPER, "--sheet", "--shade", "--wash")
BUTTONS: Final = (ACCENT, "--accent-2")
# What each colour is for, and the least contrast that it must have on its grounds: 0 where it bears no meaning alone.
ROLES: Final = {
    PAPER: (gettext_lazy("papier, le fond des pages"), 0),
    "--sheet": (gettext_lazy("feuille, le fond des champs"), 0),
    "--shade": (gettext_lazy("ombre, le fond du code"), 0),
    "--wash": (gettext_lazy("lavis, la ligne d’ici"), 0),
    "--mark": (gettext_lazy("ce qui a été cherché"), 0),
    "--line": (gettext_lazy("filet, jamais seul porteur de sens"), 0),
    INK: (gettext_lazy("encre, le texte"), TEXT),
    "--ink-2": (gettext_lazy("encre pâle, ce qui accompagne"), TEXT),
    ACCENT: (gettext_lazy("le territoire : liens, tracés, bouton"), TEXT),
    "--accent-2": (gettext_lazy("un lien que l’on désigne"), TEXT),
    "--brick": (gettext_lazy("une autre série"), TEXT),
    "--error": (gettext_lazy("erreur"), TEXT),
    "--warn": (gettext_lazy("attention"), TEXT),
    "--ok": (gettext_lazy("réussite"), TEXT),
    "--edge": (gettext_lazy("bord des champs"), BORDER),
    "--accent-mid": (gettext_lazy("trait sous les liens"), BORDER),
    ON_ACCENT: (gettext_lazy("le texte d’un bouton"), TEXT),
}
TOKEN: Final = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]+);")
OKLCH: Final = re.compile(r"oklch\(\s*([\d.]+)\s+([\d.]+)\s+(?:var\((--[\w-]+)\)|([\d.]+))\s*\)")
ICON: Final = re.compile(r'id="([\w-]+)"')
Values = Mapping[str, str]


@dataclass(frozen=True)
class Swatch:
    """`light`, `dark`: as #rrggbb; `read`: the worst contrast of each on the grounds on which it stands, "" of a ground."""

    name: str
    role: str
    light: str
    dark: str
    least: float
    contrasts: tuple[float, float] | None

    @property
    def read(self) -> str:
        if not self.contrasts:
            return ""
        light, dark = (figure(one, 1) for one in self.contrasts)
        return _("%(light)s clair, %(dark)s sombre") % {"light": light, "dark": dark}

    @property
    def enough(self) -> bool:
        return self.contrasts is None or min(self.contrasts) >= self.least


@dataclass(frozen=True)
class Step:
    """A size of text or a space. `pixels`: on a screen whose reader left text as it was; `printed`: "" where paper has no other."""

    name: str
    value: str
    pixels: str
    printed: str

    @property
    def bare(self) -> str:
        return self.name.removeprefix("--")


def tokens(text: str) -> dict[str, str]:
    """The variables of a sheet, before what it makes of them; of one given twice, the last."""
    return dict(TOKEN.findall(text.partition("@layer base {")[0]))


def printed(text: str) -> dict[str, str]:
    """Those that it changes on paper."""
    return dict(TOKEN.findall(text.partition("@media print {")[2]))


def both(values: Values, name: str) -> tuple[str, str]:
    """A colour in light and in dark, as #rrggbb. Raises ValueError for what is none."""
    given = values[name].strip()
    if not given.startswith("light-dark("):
        return _hex(given, values), _hex(given, values)
    # The comma between the two is the one that stands in no other bracket.
    inside = given.removeprefix("light-dark(").removesuffix(")")
    comma = next(
        at for at, sign in enumerate(inside) if sign == "," and inside.count("(", 0, at) == inside.count(")", 0, at)
    )
    return _hex(inside[:comma], values), _hex(inside[comma + 1 :], values)


def _hex(said: str, values: Values) -> str:
    found = OKLCH.fullmatch(said.strip())
    if found is None:
        return spelt(said)
    hue = float(values[found[3]] if found[3] else found[4])
    return colour(float(found[1]), float(found[2]), hue)


def swatches(values: Values) -> list[Swatch]:
    """Each colour that has a role, in the order of the sheet."""
    known = {name: both(values, name) for name in values if name in ROLES}
    return [
        Swatch(name, str(ROLES[name][0]), *pair, ROLES[name][1], _contrasts(name, known))
        for name, pair in known.items()
    ]


def _contrasts(name: str, known: Mapping[str, tuple[str, str]]) -> tuple[float, float] | None:
    if not ROLES[name][1]:
        return None
    grounds = GROUNDS if ROLES[name][1] == TEXT else GROUNDS[:2]
    if name == ON_ACCENT:
        grounds = BUTTONS
    light, dark = (min(contrast(known[name][side], known[one][side]) for one in grounds) for side in (0, 1))
    return light, dark


def steps(values: Values, paper: Values, pattern: str) -> Iterator[Step]:
    """The tokens whose names fit, from the largest."""
    fitting = [
        (float(value.removesuffix("rem")), name, value) for name, value in values.items() if re.fullmatch(pattern, name)
    ]
    for rem, name, value in sorted(fitting, reverse=True):
        yield Step(
            name, value, figure(round(rem * ROOT, 1), 0 if (rem * ROOT).is_integer() else 1), paper.get(name, "")
        )


@lru_cache(maxsize=1)
def own_sheet() -> str:
    return (STATIC / "bouture.css").read_text("utf-8")


@lru_cache(maxsize=1)
def icons() -> tuple[str, ...]:
    """The drawings of the family, but the mark."""
    return tuple(name for name in ICON.findall((STATIC / "icones.svg").read_text("utf-8")) if name != "mark")
