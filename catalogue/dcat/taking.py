"""What one node says for one property: read, mended where it must be, and remembered where the node alone tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import Mender, Problem, Unreadable
from catalogue.dcat.tokens import LONG

if TYPE_CHECKING:
    from catalogue.dcat.classes import Term

MOST_MET: Final = 5_000  # values remembered of one harvest


def take(term: Term, said: Statements, node: Any, mender: Mender, problems: list[Problem]) -> list[Any]:
    """The values of one node, as a list because a repair may find none or several in it.

    What depends on the node alone is remembered: vocabularies, formats, dates, hosts come thousands of times.
    """
    if term.kind.looks and (said.knows(node) or isinstance(node, ox.BlankNode)):
        return _taken(term, said, node, mender, problems)
    known = mender.met.get((term, node))
    if known is None:
        found: list[Problem] = []
        values = _taken(term, said, node, mender, found)
        if not all(map(_light, values)):
            problems += found
            return values
        if len(mender.met) > MOST_MET:
            mender.met.clear()
        known = mender.met[term, node] = tuple(values), tuple(found)
    problems += known[1]
    return list(known[0])


def _light(value: Any) -> bool:
    """Whether to keep it takes little, and nobody can change it in place."""
    if type(value) is tuple:
        return len(value[1]) < LONG
    return type(value) is int or (type(value) is str and len(value) < LONG)


def _taken(term: Term, said: Statements, node: Any, mender: Mender, problems: list[Problem]) -> list[Any]:
    try:
        value, inner = term.kind.read(said, node, mender)
    except Unreadable as error:
        saved = mender.unreadable(term.kind, node)
        text = str(error)[:200]
        if saved is None:
            if text.strip('" '):
                problems.append(Problem(term.name, "unreadable", text))
            return []
        kept = saved[0] if isinstance(saved[0], list) else [saved[0]]
        problems.append(Problem(term.name, saved[1], text, mended=bool(kept)))
        return kept
    problems.extend(problem.inside(term.name) for problem in inner)
    better = mender.tidy(term.kind, value)
    if better is None:
        return [value]
    problems.append(Problem(term.name, better[1], str(value)[:200], mended=True))
    return better[0] if isinstance(better[0], list) else [better[0]]
