"""Numbers as they are read: in French a narrow no-break space between thousands and a decimal comma; always a true minus."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
SMALL: Final = 0.01  # below, what tells a number from zero is kept
Figure = int | float | Decimal
Signs = tuple[str, str]  # between thousands, before decimals
GROUPS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
FRENCH: Final[Signs] = (NARROW, ",")

_signs: list[Callable[[], Signs]] = []


def written_with(signs: Callable[[], Signs]) -> None:
    """Asked for each number: whoever knows the reader's language gives its signs. Nobody does in a process without pages."""
    _signs[:] = [signs]


def number(value: Figure, decimals: int = 0) -> str:
    """« 1 234,5 ». What rounds to nothing has no sign."""
    said = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and said.strip("0.,") else ""
    return sign + said.translate(dict(zip((ord(","), ord(".")), _read(), strict=True)))


def at_most(value: Figure, decimals: int) -> str:
    """The same without the zeros at the end; a number that would round to nothing, with its first two digits that count."""
    if value and abs(float(value)) < SMALL:
        return f"{MINUS if value < 0 else ''}{abs(value):.2g}".replace(".", _read()[1])
    said = number(value, decimals)
    return said.rstrip("0").rstrip(_read()[1]) if decimals else said


def typed(text: str) -> str:
    """A number without spaces as somebody typed it, with the point and without the groups that Python wants: « 12,5 », "1,234.5"."""
    grouped = GROUPS.fullmatch(text)
    if grouped and (text.count(",") > 1 or "." in text or _read()[0] == ","):
        return text.replace(",", "")
    return text.replace(",", ".")


def has_two_readings(text: str) -> bool:
    """Whether the reader's language reads "1,234" as a thousand, where who is given the same address may read a little more than one."""
    return bool(_read()[0] == "," and GROUPS.fullmatch(text)) and text.count(",") == 1 and "." not in text


def _read() -> Signs:
    return _signs[0]() if _signs else FRENCH
