"""Where a page of results ended, as a text that asks for what follows (`Query.after`, `Page.next`).

It names no reader and gives no right: rights are those of who asks. It is good for the question that it was made for,
on the engine that made it, and outlives changes of the index.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from catalogue.search.contract import BadCursor, Query
from catalogue.spoken import gettext as _

Key = str | int | float

LONGEST: Final = 4_000  # characters of a cursor
MOST: Final = 2**63


def written(engine: str, query: Query, place: Sequence[Key]) -> str:
    """The cursor of what follows `place`, which is this engine's own matter."""
    said = json.dumps([_seal(engine, query, place), *place], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(said.encode("utf-8", "replace")).decode().rstrip("=")


def read(engine: str, query: Query) -> list[Key]:
    """The place that `query.after` says. Raises BadCursor."""
    said: Any = None
    try:
        given = query.after.encode("ascii")
        if len(given) <= LONGEST:
            said = json.loads(urlsafe_b64decode(given + b"=" * (-len(given) % 4)))
    except (ValueError, RecursionError):
        said = None
    sound = isinstance(said, list) and len(said) > 1 and all(map(_sound, said))
    if not sound or said[0] != _seal(engine, query, said[1:]):
        raise BadCursor(_("Cette suite de résultats n'existe pas ou n'est pas celle de cette recherche : refaites-la."))
    place: list[Key] = said[1:]
    return place


def position(engine: str, query: Query) -> int:
    """How many results came before, where `query.after` says that and nothing else. Raises BadCursor."""
    place = read(engine, query)
    if len(place) != 1 or not isinstance(place[0], int) or place[0] < 0:
        raise BadCursor(_("Cette suite de résultats n'existe pas : refaites la recherche."))
    return place[0]


def _sound(key: object) -> bool:
    """What any engine compares without complaint; a number that is none has no place in an order."""
    if isinstance(key, bool) or not isinstance(key, str | int | float):
        return False
    return isinstance(key, str) or -MOST <= key < MOST


def _seal(engine: str, query: Query, place: Sequence[Key]) -> str:
    # Whether peers are asked too is said by the engine: one that reaches none gives the same list either way.
    scope = replace(query, across=False).scope
    asked = repr((engine, query.text, query.typing, query.sort, scope, list(place)))
    return sha256(asked.encode("utf-8", "replace")).hexdigest()[:12]
