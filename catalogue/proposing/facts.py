"""What is known of a file and of whose it is, and what is proposed of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalogue.tables.contract import Column


@dataclass(frozen=True)
class Place:
    """A territory. `of`: its name after « de », as French writes it (« d’Orvault »); `uri`: "" where INSEE gives none."""

    name: str
    of: str
    uri: str = ""


@dataclass(frozen=True)
class Facts:
    """`name`: of the file; `schema`, `version`: "" when none is recognised; `declared`: whether it was chosen by a person.

    `place`: of the body, None when it has none. `hidden`: columns that may tell of persons, whose values are not repeated.
    """

    name: str
    rows: int
    columns: tuple[Column, ...]
    format: str = ""
    schema: str = ""
    version: str = ""
    confidence: float = 0.0
    declared: bool = False
    body: str = ""
    place: Place | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """`term`: of the profile; `value`: as the profile holds it; `reason`: a few words in French, the end of « Proposé … »."""

    term: str
    value: Any
    reason: str
