"""Sentences that agree with a number."""

from __future__ import annotations

import re

CHOICE = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]]*))?\]")


def agreed(count: int, sentence: str) -> str:
    """`# ligne[s] [est vide|sont vides]`: "1 ligne est vide", "2 lignes sont vides". In French zero is singular.

    What a file says must not be in `sentence`: its brackets would be taken for choices.
    """

    def chosen(match: re.Match[str]) -> str:
        one, many = ("", match[1]) if match[2] is None else (match[1], match[2])
        return many if count > 1 else one

    return CHOICE.sub(chosen, sentence).replace("#", f"{count:,}".replace(",", "\u202f"), 1)
