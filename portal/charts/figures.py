"""Figures of charts as French people read them, and the round values that an axis shows."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor, isfinite, log10
from typing import Final

from django.utils.translation import gettext as _

from catalogue.figures import MINUS, NARROW, Figure, number

__all__ = ["MINUS", "NARROW", "Figure", "axis_labels", "brief", "decimals_of", "figure", "share", "ticks", "with_unit"]
MILLION: Final = 1_000_000
BILLION: Final = 1_000_000_000
STEPS: Final = (1, 2, 2.5, 5, 10)
MOST_DECIMALS: Final = 6


def figure(value: Figure, decimals: int | None = None, unit: str = "") -> str:
    """« 1 234,5 € » with narrow no-break spaces and a true minus. `decimals` None: those that it has, six at most."""
    places = decimals_of(value) if decimals is None else decimals
    return with_unit(number(Decimal(str(value)), places), unit)


def with_unit(said: str, unit: str) -> str:
    """A figure and its unit where the reader's language has it: « 31 % », 31%."""
    if unit == "%":
        return _("%(figure)s\u202f%%") % {"figure": said}
    if unit == "€":
        return _("%(figure)s\u202f€") % {"figure": said}
    return _("%(figure)s\u202f%(unit)s") % {"figure": said, "unit": unit} if unit else said


def decimals_of(value: Figure) -> int:
    if isinstance(value, int):
        return 0
    plain = f"{Decimal(str(value)):.{MOST_DECIMALS}f}".rstrip("0")
    return len(plain.partition(".")[2])


def brief(value: Figure, unit: str = "") -> str:
    """Three digits that count: « 1,23 M », « 12 400 », « 0,042 ». The exact one is in the table."""
    size = abs(float(value))
    if size >= MILLION:
        divisor, name = _scale(size)
        return with_unit(with_unit(_rounded(float(value) / divisor), name), unit)
    if isinstance(value, int) or value == int(value):
        return figure(int(value), 0, unit)
    return _rounded(value, unit)


def _rounded(value: Figure, unit: str = "") -> str:
    places = _digits(value)
    return figure(value, min(places, decimals_of(round(float(value), places))), unit)


def _digits(value: Figure) -> int:
    """Decimals that leave three digits that count."""
    if not value:
        return 0
    return max(0, min(MOST_DECIMALS, 2 - floor(log10(abs(float(value))))))


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values from at most `low` to at least `high`, about `wanted` + 1 of them, evenly spaced."""
    if not (isfinite(low) and isfinite(high)):
        return [0.0, 1.0]
    if high <= low:
        high, low = (low + (abs(low) or 1) * 0.5, low - abs(low) * 0.5)
    step = _step((high - low) / wanted)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    # Computed from whole numbers, so that 0,3 is not 0,30000000000000004.
    return [float(Decimal(number_) * Decimal(str(step))) for number_ in range(first, last + 1)]


def _step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return next(one * power for one in STEPS if one * power >= rough * 0.999)


def axis_labels(values: list[float], unit: str = "") -> list[str]:
    """All with the same number of decimals; millions as such when the largest is one."""
    largest = max(map(abs, values), default=0)
    divisor, name = _scale(largest)
    scaled = [Decimal(str(value)) / divisor for value in values]
    decimals = max(map(decimals_of, scaled), default=0)
    return [with_unit(figure(one, decimals, name), unit) if one else figure(one, decimals) for one in scaled]


def _scale(size: float) -> tuple[int, str]:
    """By what a figure is divided, and how that is said."""
    if size >= BILLION:
        return BILLION, _("Md")
    return (MILLION, _("M")) if size >= MILLION else (1, "")


def share(part: Figure, whole: Figure) -> str:
    """« 31 % »; « moins de 1 % » rather than « 0 % », and « plus de 99 % » rather than a false « 100 % »."""
    exact = Decimal(str(part)) / Decimal(str(whole)) * 100
    if 0 < exact < 1:
        return _("moins de 1\u202f%%") % {}
    if 99 < exact < 100:
        return _("plus de 99\u202f%%") % {}
    return figure(exact, 0, "%")
