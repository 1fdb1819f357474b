"""Instances whose indices are searched beside ours: what is known of each, and how one that does not answer is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

# Kinds found at a peer: those whose page at its home is known from the id of the record alone.
KINDS: Final = ("dataset", "service")
# Facets whose values are names that an instance gives by itself: two instances may mean two things by one.
OWN_NAMES: Final = frozenset({"publisher", "organisation"})
# Results that pages by number reach when peers are asked too: each gives all that comes before the page.
REACH: Final = 500

# "late": no answer within its time; "away": no connection, or no such index; "layout": another version of the index;
# "garbled": what it answers is not what an index of ours answers.
Why = Literal["late", "away", "layout", "garbled"]


@dataclass(frozen=True)
class Peer:
    """`home` is the base address of the instance, as its own records give it (the facet "instance")."""

    home: str
    seed: str  # host:port where its cluster takes in other clusters
    cluster: str  # the name that our cluster gives to its
    alias: str  # of its public index: no other is ever asked


@dataclass(frozen=True)
class Silent:
    """A peer whose answer is missing from a page; what was replicated of it is still there."""

    home: str
    why: Why
