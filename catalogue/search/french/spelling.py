"""How wrong a word may be and still be understood."""

from __future__ import annotations

from typing import Final

LONGEST_WORD: Final = (
    30  # letters; French has 25 at most, and an engine's automaton of what is close grows with the word
)


def edits_for(term: str) -> int:
    """Letters that may be wrong in a term: none in codes, short words and what no word is as long as, one from four letters,
    two from eight."""
    if not term.isalpha() or not 4 <= len(term) <= LONGEST_WORD:
        return 0
    return 1 if len(term) < 8 else 2


def within(one: str, other: str, most: int) -> bool:
    """Whether so many letters added, left out, changed or swapped with the next make one word of the other."""
    if abs(len(one) - len(other)) > most:
        return False
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
        before, last = last, row
    return last[-1] <= most
