"""Colours as numbers: OKLCH (CSS Color 4 §18.3) and back, and how well one is read on another (WCAG 2.2)."""

from __future__ import annotations

import re
from math import atan2, cbrt, cos, degrees, hypot, radians, sin
from typing import Final

PALER, MOST_PALER, SLACK = 0.93, 60, 0.001  # of chroma, a step at a time; of linear sRGB
HEX: Final = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def spelt(text: str) -> str:
    """As #rrggbb in small letters. Raises ValueError for what is no colour written in hexadecimal."""
    found = HEX.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(one * 2 for one in digits))


def colour(lightness: float, chroma: float, hue: float) -> str:
    """OKLCH as #rrggbb; what no screen shows is cut. `hue` in degrees."""
    linear = _from_oklch(lightness, chroma, hue)
    return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, one)))):02x}" for one in linear)


def vivid(lightness: float, chroma: float, hue: float) -> str:
    """The same, less vivid where no screen shows it: cut, a colour would be of another hue."""
    for _ in range(MOST_PALER):
        if all(-SLACK <= one <= 1 + SLACK for one in _from_oklch(lightness, chroma, hue)):
            return colour(lightness, chroma, hue)
        chroma *= PALER
    return colour(lightness, 0, hue)


def _from_oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Linear sRGB: by OKLab, then by cone responses."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def oklch(text: str) -> tuple[float, float, float]:
    """Lightness (0 to 1), chroma, hue in degrees of #rrggbb."""
    red, green, blue = _linear(text)
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return lightness, hypot(a, b), degrees(atan2(b, a)) % 360


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio); the order does not matter."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(text: str) -> float:
    red, green, blue = _linear(text)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(text: str) -> tuple[float, float, float]:
    red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _straight(red), _straight(green), _straight(blue)


def _straight(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
