"""What people write where they have no value: one table for all types. A column of text keeps them as they are."""

from __future__ import annotations

MARKS = (
    *"nc nd na nr n/a n/c n/d n/r n.a. n.c. n.d. n.r. s/o s.o. so nan null none nul neant néant vide inconnu inconnue aucun".split(),
    *"- -- --- – — _ ? . .. ... … / x xx xxx # #n/a #n/d #na #ref! #valeur! #value! #div/0! #nom? #name? #null! #nul! #num!".split(),
    "non communiqué", "non communique", "non renseigné", "non renseigne", "non disponible", "non déterminé", "non determine",
    "non applicable", "sans objet",
)  # fmt: skip
LONGEST = max(map(len, MARKS))


def is_mark(text: str) -> str:
    """In SQL, of a trimmed text."""
    marks = ", ".join(f"'{mark}'" for mark in MARKS)
    return f"(length({text}) <= {LONGEST} AND lower({text}) IN ({marks}))"
