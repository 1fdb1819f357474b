"""The colours that follow from a territory's accent, in light and in dark, and whether each is read (WCAG 2.2 AA).

One colour is chosen, at most two; the others keep the lightness that the sheet gives them (`static/bouture.css`), so that
whatever the hue they are read as well. What was chosen is looked at on each ground on which it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.figures import at_most
from portal.colours import colour, contrast, oklch, vivid

TEXT, BORDER = 4.5, 3.0  # least ratios (WCAG 2.2, 1.4.3 and 1.4.11)
GREY: Final = 0.02  # chroma below which a colour has no hue worth keeping
STEPS: Final = 200  # of lightness, when the nearest colour that is read is looked for


@dataclass(frozen=True)
class Scheme:
    """Grounds of the sheet, and lightness with chroma of what it makes of a hue."""

    name: str  # as people are told
    grounds: Mapping[str, str]
    on_accent: str
    accent: tuple[float, float]
    second: float  # what the lightness of the accent is multiplied by, where the pointer is
    middle: tuple[float, float]
    wash: tuple[float, float]

    @property
    def said(self) -> str:
        return _(self.name)


LIGHT: Final = Scheme(
    gettext_noop("clair"),
    {gettext_noop("le papier"): "#f8f6f0", gettext_noop("les feuilles"): "#fffefa", gettext_noop("les encadrés"): "#efece2"},
    "#fffefa", (0.4, 0.088), 0.75, (0.63, 0.08), (0.942, 0.02),
)  # fmt: skip
DARK: Final = Scheme(
    gettext_noop("sombre"),
    {gettext_noop("le papier"): "#171b18", gettext_noop("les feuilles"): "#1e231f", gettext_noop("les encadrés"): "#252b26"},
    "#141815", (0.82, 0.095), 1.1, (0.56, 0.075), (0.29, 0.03),
)  # fmt: skip


@dataclass(frozen=True)
class Tokens:
    """#rrggbb each, by the names of the sheet's variables."""

    accent: str
    second: str
    middle: str
    wash: str


@dataclass(frozen=True)
class Fault:
    """`nearest`: the colour closest to the one given that is read everywhere."""

    scheme: Scheme
    given: str
    ground: str
    ratio: float
    least: float
    nearest: str

    def __str__(self) -> str:
        said = _(
            "%(given)s se lit mal sur %(ground)s (fond %(scheme)s) : le contraste est de %(ratio)s, "
            "il en faut %(least)s. La couleur la plus proche qui convient : %(nearest)s."
        )
        ratios = {"ratio": at_most(self.ratio, 2), "least": at_most(self.least, 2)}
        told = {"given": self.given, "ground": self.ground, "scheme": self.scheme.said, "nearest": self.nearest}
        return said % (told | ratios)


def tokens(scheme: Scheme, accent: str) -> Tokens:
    lightness, chroma, hue = oklch(accent)
    middle, wash = ((light, min(chroma, most)) for light, most in (scheme.middle, scheme.wash))
    second = colour(min(lightness * scheme.second, 0.97), chroma * 0.75, hue)
    return Tokens(accent, second, colour(*middle, hue), colour(*wash, hue))


def in_the_dark(accent: str) -> str:
    """The same hue, as light as the sheet wants it on dark grounds."""
    _, chroma, hue = oklch(accent)
    lightness, most = DARK.accent
    return colour(lightness, min(chroma, most), hue)


def hue_of(accent: str) -> int | None:
    """In whole degrees; None of a grey."""
    _, chroma, hue = oklch(accent)
    return None if chroma < GREY else round(hue) % 360


def ratios(scheme: Scheme, accent: str) -> Iterator[tuple[str, float, float]]:
    """Where it is seen, how well, and how well it must be."""
    made = tokens(scheme, accent)
    for ground, paper in {**scheme.grounds, gettext_noop("un fond teinté"): made.wash}.items():
        yield _(ground), contrast(accent, paper), TEXT
    for ground, paper in (
        (gettext_noop("un bouton"), made.accent),
        (gettext_noop("un bouton que l’on désigne"), made.second),
    ):
        yield _(ground), contrast(scheme.on_accent, paper), TEXT
    for ground in ("le papier", "les feuilles"):
        yield _("%(ground)s, en filet") % {"ground": _(ground)}, contrast(made.middle, scheme.grounds[ground]), BORDER


def fault(scheme: Scheme, accent: str) -> Fault | None:
    """The worst, None when it is read everywhere."""
    wrong = [found for found in ratios(scheme, accent) if found[1] < found[2]]
    if not wrong:
        return None
    ground, ratio, least = min(wrong, key=lambda found: found[1] / found[2])
    return Fault(scheme, accent, ground, ratio, least, nearest(scheme, accent))


def nearest(scheme: Scheme, accent: str) -> str:
    """Of the same hue, lighter or darker by as little as may be, and as vivid as a screen can."""
    lightness, chroma, hue = oklch(accent)
    tried = sorted((step / STEPS for step in range(STEPS + 1)), key=lambda one: abs(one - lightness))
    made = (vivid(one, chroma, hue) for one in tried)
    return next(found for found in made if all(ratio >= least for _, ratio, least in ratios(scheme, found)))
