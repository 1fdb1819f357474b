"""Numbers as French people read them: a narrow no-break space between thousands, a decimal comma, a true minus."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
SMALL: Final = 0.01  # below, what tells a number from zero is kept

Figure = int | float | Decimal


def number(value: Figure, decimals: int = 0) -> str:
    """« 1 234,5 ». What rounds to nothing has no sign."""
    said = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and said.strip("0.,") else ""
    return sign + said.replace(",", NARROW).replace(".", ",")


def at_most(value: Figure, decimals: int) -> str:
    """The same without the zeros at the end; a number that would round to nothing, with its first two digits that count."""
    if value and abs(float(value)) < SMALL:
        return f"{MINUS if value < 0 else ''}{abs(value):.2g}".replace(".", ",")
    said = number(value, decimals)
    return said.rstrip("0").rstrip(",") if decimals else said
