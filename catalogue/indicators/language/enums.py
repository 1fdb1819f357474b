"""Literals held against the values that a schema lists: a word that no row can have makes a figure that is silently 0."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from catalogue.indicators.language.nearest import nearest
from catalogue.indicators.language.nodes import Call, Literal, Misread, Name, Node

if TYPE_CHECKING:
    from catalogue.indicators.language.checking import Scope


def plainly(text: str) -> str:
    """As `plain` of the language."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(each for each in letters if not unicodedata.combining(each)).replace("’", "'").strip()


SEEN: Final[Mapping[str, Callable[[str], str]]] = {
    "": str,
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "plain": plainly,
}


def check(scope: Scope, subject: Node, literals: Sequence[Literal], call: Call | None = None) -> None:
    """Raises Misread for a text that the column, read as the recipe reads it, never holds."""
    seen: Callable[[str], str] = str
    while isinstance(subject, Name) and subject.name in scope.derived:
        subject = scope.derived[subject.name]
    if isinstance(subject, Call) and subject.function in SEEN and subject.given:
        seen, subject = SEEN[subject.function], subject.given[0]
        for literal in literals:
            _reachable(literal, seen)
    if not isinstance(subject, Name):
        return
    values = scope.values.get(subject.name)
    if not values:
        return
    listed = {seen(value) for value in values}
    for literal in literals:
        if not isinstance(literal.value, str):
            continue
        wanted = seen(literal.value)
        if not _meets(wanted, listed, call):
            near = nearest(literal.value, values)
            raise Misread(
                f"la colonne « {subject.name} » ne prend jamais la valeur « {literal.value} » selon le schéma.{near} "
                "Si de vrais fichiers l’ont, ajoutez-la sous « beyond »",
                literal.at,
            )


def _meets(wanted: str, listed: set[str], call: Call | None) -> bool:
    if call is None:
        return wanted in listed
    if call.function == "starts":
        return any(value.startswith(wanted) for value in listed)
    return any(plainly(wanted) in plainly(value) for value in listed)


def _reachable(literal: Literal, seen: Callable[[str], str]) -> None:
    if isinstance(literal.value, str) and seen is not plainly and seen(literal.value) != literal.value:
        raise Misread(f"« {literal.value} » n’est jamais égal : écrivez « {seen(literal.value)} »", literal.at)
