"""What one node says for one property: read, mended where it must be, and remembered where the node alone tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from catalogue.dcat.mending import Mender
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import Kind, Problem, Unreadable
from catalogue.dcat.tokens import LONG

if TYPE_CHECKING:
    from catalogue.dcat.classes import Term

MOST_MET: Final = 5_000  # values remembered of one harvest
LONGEST_MET: Final = 2 * LONG  # characters of a token, with its datatype: what cannot be read may be a book


def take(term: Term, said: Statements, node: str, mender: Mender, problems: list[Problem]) -> Sequence[Any]:
    """The values of the node of this token: a repair may find none or several in it.

    What depends on the node alone is remembered: vocabularies, formats, dates, hosts come thousands of times.
    """
    kind = term.kind
    if not kind.common or (kind.looks and (node[0] == "_" or said.knows(node))):
        return _taken(term, said, node, mender, problems)
    known = mender.met.get((term, node))
    if known is None:
        found: list[Problem] = []
        values = _taken(term, said, node, mender, found)
        if len(node) > LONGEST_MET or not all(map(_light, values)):
            problems += found
            return values
        if len(mender.met) > MOST_MET:
            mender.met.clear()
        known = mender.met[term, node] = tuple(values), tuple(found)
    if known[1]:
        problems += known[1]
    return known[0]


def besides(kind: Kind, found: list[Any], others: list[Any]) -> tuple[list[Any], int]:
    """Which values under another name of a property may stand beside those under its right name, which win over those that real
    catalogues use; and how many are put aside.
    """
    more = kind.besides(found, others)
    return more, sum(value not in more and value not in found for value in others)


def _light(value: Any) -> bool:
    """Whether to keep it takes little, and nobody can change it in place."""
    if type(value) is tuple:
        return len(value[1]) < LONG
    return type(value) is int or (type(value) is str and len(value) < LONG)


def _taken(term: Term, said: Statements, node: str, mender: Mender, problems: list[Problem]) -> list[Any]:
    values = _mended(term, said, node, mender, problems)
    if term.kind.looks:
        for value in values:
            if type(value) is dict and "uri" in value and mender.hides(value["uri"]):
                del value["uri"]
    return values


def _mended(term: Term, said: Statements, node: str, mender: Mender, problems: list[Problem]) -> list[Any]:
    try:
        value, inner = term.kind.read(said, node, mender)
    except Unreadable as error:
        saved = mender.unreadable(term.kind, said.node(node))
        text = str(error)[:200]
        if saved is None:
            if text.strip('" '):
                problems.append(Problem(term.name, "unreadable", text))
            return []
        kept = saved[0] if isinstance(saved[0], list) else [saved[0]]
        problems.append(Problem(term.name, saved[1], text, mended=bool(kept)))
        return kept
    if inner:
        problems += [problem.inside(term.name) for problem in inner]
    better = mender.tidy(term.kind, value)
    if better is None:
        return [value]
    problems.append(Problem(term.name, better[1], str(value)[:200], mended=True))
    return better[0] if isinstance(better[0], list) else [better[0]]
