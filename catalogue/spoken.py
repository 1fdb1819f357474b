"""Texts of the parts that know no framework, in the language of who reads: whoever knows it says how, as for the signs of numbers.

Texts of which a record is kept are not given to it: they stay in French, in which everybody's base is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from catalogue.indicators.contract import Words

Gettext = Callable[[str], str]
Ngettext = Callable[[str, str, int], str]

_said: Final[list[tuple[Gettext, Ngettext, Callable[[Words], str]]]] = []


def said_with(one: Gettext, several: Ngettext, written: Callable[[Words], str]) -> None:
    """Asked for each text. Nobody does in a process without pages: texts are in French."""
    _said[:] = [(one, several, written)]


def gettext(text: str) -> str:
    return _said[0][0](text) if _said else text


def ngettext(one: str, several: str, count: int) -> str:
    if _said:
        return _said[0][1](one, several, count)
    return several if count > 1 else one


def in_words(words: Words) -> str:
    """Of what is written in several languages, the reader's."""
    return _said[0][2](words) if _said else words.fr


def whole(count: float) -> int:
    """What a plural is asked of a number with decimals: « 1,5 point » in French, 1.5 points in English."""
    if count == int(count):
        return int(count)
    return 0 if count < 2 else 2


def gettext_noop(text: str) -> str:
    """Of a table of texts, each said by `gettext` where it is shown."""
    return text
