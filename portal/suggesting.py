"""What the search box proposes while somebody types, for the box's own list and for browsers (OpenSearch Suggestions)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue.models import Audience
from catalogue.search import find_while_typing
from catalogue.search.contract import Fragment, Hit
from catalogue.search.kinds import BY_NAME
from catalogue.search.kinds.tables import Tables
from portal.found import READ, Brief, briefs, title_of

LEAST: Final = 2  # characters: one letter begins everything
MOST: Final = 300  # characters: as the search page reads them


@dataclass(frozen=True)
class Suggestion:
    """`address` is a path on this portal; `marked` joins to `title`."""

    title: str
    marked: tuple[Fragment, ...]
    said: str  # what it is, and whose
    address: str


def asked(given: str) -> str:
    """The question as it is looked for, "" when it is too short; a space at the end says that its last word is finished."""
    text = " ".join(given[:MOST].replace("\x00", " ").split())
    return "" if len(text) < LEAST else text + " " * given[:MOST].endswith(" ")


def suggestions(text: str, audience: Audience) -> tuple[Suggestion, ...]:
    """At most eight, the best first; four short queries, one more for each further kind. Raises SearchError when the
    index cannot answer."""
    # A table is not proposed: the words that lead to it lead to its dataset.
    kinds = tuple(kind for kind in READ if kind != Tables.name)
    hits = find_while_typing(text, audience, kinds=kinds).hits if text else ()
    known = briefs(hits, audience)
    return tuple(_suggestion(hit, known[hit.id]) for hit in hits if hit.id in known)


def _suggestion(hit: Hit, brief: Brief) -> Suggestion:
    kind = _(BY_NAME[hit.kind].one)
    said = ", ".join(filter(None, (capfirst(kind), brief.publisher[1])))
    return Suggestion(brief.title, title_of(hit, brief.title), said, brief.address)
