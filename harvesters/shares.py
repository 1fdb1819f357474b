"""How much of a catalogue's vocabulary we understand: of each property, the values that are terms we know, and the rest.

The catalogue is read and repaired as a harvest does it; nothing is written. What we do not know is not lost: an address
is kept as it is, a text as the name of a thing without address, and what had to stay in the source's form is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalogue.dcat.classes import Inside, Profile, Term
from catalogue.dcat.mending import Mender
from catalogue.dcat.profile import BY_KIND
from catalogue.dcat.terms import Concept, Problem, Values
from catalogue.dcat.vocabularies import known_to
from harvesters.http import Client, plainly
from harvesters.paging import walk
from harvesters.sources.dcat import Dcat

# Properties whose values are terms of a vocabulary that people also say in their own words.
PROPERTIES = ("theme", "format", "license", "frequency", "language", "access_rights")
KNOWN, ADDRESS, TEXT, UNREAD = "known", "address", "text", "unread"


@dataclass
class Share:
    """Of one property: how many values of each fate, and those that are not known, with how often."""

    fates: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def values(self) -> int:
        return self.fates.total()

    @property
    def known(self) -> int:
        return self.fates[KNOWN]

    def add(self, fate: str, said: str) -> None:
        self.fates[fate] += 1
        if fate != KNOWN:
            self.unknown[" ".join(said.split())[:120]] += 1


Shares = dict[str, Share]


@dataclass
class Measure(Dcat):
    """One catalogue, read to the end by `run`. Raises HarvestError."""

    address: str
    mender: Mender
    base: str = ""
    records: int = 0
    shares: Shares = field(default_factory=lambda: {name: Share() for name in PROPERTIES})

    def run(self, client: Client) -> None:
        for page in walk(self, plainly(client)):
            for found in page.records:
                profile = BY_KIND[found.kind]
                reading = profile.read(found.statements, found.subject, self.mender)
                self.records += 1
                self._count(profile, reading.values, reading.problems)

    def _count(self, profile: Profile, values: Values, problems: tuple[Problem, ...]) -> None:
        doubled = {problem.said for problem in problems if problem.fault == "concept-close"}
        for term, item in _terms(profile, values):
            name = term.name
            fate, said = _fate(term.kind, item)
            if str(item)[:200] not in doubled:  # our term is said beside it
                self.shares[name].add(fate, said)
        for problem in problems:
            name = problem.path.rsplit(".", 1)[-1]
            if not problem.mended and name in PROPERTIES:
                self.shares[name].add(UNREAD, problem.said)


def _fate(kind: Any, item: Any) -> tuple[str, str]:
    address = item.get("uri", "") if isinstance(item, dict) else item
    if address in known_to(kind.vocabulary):
        return KNOWN, address
    if address:
        return ADDRESS, address
    labels = item.get("label") or item.get("title") or {}
    texts = [text for texts in labels.values() for text in (texts if isinstance(texts, list) else [texts])]
    return TEXT, texts[0] if texts else "(sans nom)"


def _terms(profile: Profile, values: Values) -> Iterator[tuple[Term, Any]]:
    """The values of the properties in question, those of the distributions too."""
    for term in profile.terms:
        given = values.get(term.name)
        if not given:
            continue
        if isinstance(term.kind, Inside):
            for inner in term.kind.scatter(given, term.many):
                yield from _terms(term.kind.profile, inner)
        elif term.name in PROPERTIES and isinstance(term.kind, Concept):
            yield from ((term, item) for item in term.kind.scatter(given, term.many))
