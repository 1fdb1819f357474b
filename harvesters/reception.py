"""What the rules of a source do to one record: mended words, a body, a territory, a prefix; or it is left out.

Two moments. The source's own words are mapped while they are read, where the repairs are (`Ruled`): what the source said
is still there. Then the record is judged and completed as it would be published (`Reception`). Values, no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pyoxigraph as ox

from catalogue.dcat.terms import Concept, Kind, Problem, Values
from catalogue.publishing import Draft
from harvesters.areas import Area, sirens_of
from harvesters.base import LeaveOut
from harvesters.matching import Names, fold
from harvesters.patterns import Matches
from harvesters.repairs import Repairs
from harvesters.rules import Criterion

# Rule -> vocabulary, and how a record's list of mended things names what it did.
MAPPED: Final = {
    "themes": ("data-theme", "rule-theme"),
    "licences": ("licence", "rule-licence"),
    "formats": ("file-type", "rule-format"),
}
FAULTS: Final = dict(MAPPED.values())
Maps = Mapping[str, Mapping[str, str]]  # vocabulary -> folded word of the source -> address of our term


class Ruled(Repairs):
    """The repairs, and before them the words that somebody here decided."""

    def __init__(self, names: Names, homes: tuple[str, ...], maps: Maps) -> None:
        super().__init__(names, *homes)
        self._maps = maps

    def unreadable(self, kind: Kind, node: Any) -> tuple[Any, str] | None:
        known = self._known(kind)
        if known and isinstance(node, ox.Literal) and (found := known.get(fold(node.value))):
            return found, _fault(kind)
        return self._again(kind, known, super().unreadable(kind, node))

    def tidy(self, kind: Kind, value: Any) -> tuple[Any, str] | None:
        known = self._known(kind)
        found = next((known[word] for word in map(fold, said_words(value)) if word in known), None) if known else None
        if found:
            return (found, _fault(kind)) if found != value else None
        return self._again(kind, known, super().tidy(kind, value))

    def _known(self, kind: Kind) -> Mapping[str, str]:
        return self._maps.get(kind.vocabulary, {}) if isinstance(kind, Concept) else {}

    def _again(self, kind: Kind, known: Mapping[str, str], mended: tuple[Any, str] | None) -> tuple[Any, str] | None:
        """What a repair understood may be a term for which a rule wants another."""
        if not known or mended is None or not isinstance(mended[0], str):
            return mended
        found = known.get(fold(mended[0]))
        return (found, _fault(kind)) if found else mended


def _fault(kind: Any) -> str:
    return FAULTS[kind.vocabulary]


def said_words(value: Any) -> Iterator[str]:
    """The address, the labels and the codes of a term, as a record holds it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from filter(None, (value.get("uri", ""), *value.get("identifier", ())))
        yield from _texts(value.get("label") or value.get("title"))


def _texts(value: Any) -> Iterator[str]:
    """Every text of a value by language."""
    for texts in (value or {}).values():
        yield from [texts] if isinstance(texts, str) else texts


@dataclass(frozen=True)
class Test:
    """One criterion, ready to judge. `terms`: addresses that it means besides those that answer to its pattern."""

    said: Criterion
    matches: Matches
    terms: frozenset[str] = frozenset()

    def holds(self, draft: Draft) -> bool:
        return any(text in self.terms or self.matches(text) for text in LOOKED_AT[self.said.name](draft))


@dataclass(frozen=True)
class Reception:
    """`mark` changes whenever the same record could be received otherwise; "" when there is no rule."""

    mender: Repairs
    mark: str = ""
    publisher: str = ""
    added: tuple[tuple[Test, str], ...] = ()  # themes, for the records that answer
    owners: tuple[tuple[Matches, int], ...] = ()
    territories: tuple[tuple[Matches, int], ...] = ()
    include: Mapping[str, tuple[Test, ...]] = field(default_factory=dict)  # by criterion
    exclude: tuple[Test, ...] = ()
    area: Area | None = None
    prefix: str = ""

    def receive(self, draft: Draft) -> Draft:
        """The draft as it is published here. Raises LeaveOut."""
        if not self.mark:
            return draft
        values, problems = dict(draft.values), list(draft.problems)
        if self.publisher and not values.get("publisher"):
            values["publisher"] = {"name": {"fr": self.publisher}}
            problems.append(Problem("publisher", "rule-publisher", self.publisher, mended=True))
        draft = replace(draft, values=values)
        if refusal := self._refusal(draft):
            raise LeaveOut(refusal)
        said = values.get("theme") or []
        if more := {term: test for test, term in self.added if term not in said and test.holds(draft)}:
            values["theme"] = [*said, *more]
            problems += [Problem("theme", "rule-theme", str(test.said), mended=True) for test in more.values()]
        if self.prefix and (titles := values.get("title")):
            values["title"] = {language: self._prefixed(title) for language, title in titles.items()}
            if values["title"] != titles:
                problems.append(Problem("title", "rule-title", self.prefix, mended=True))
        bodies = list(publisher_words(draft))
        owner, territory = _first(self.owners, bodies), _first(self.territories, bodies)
        return replace(
            draft,
            problems=tuple(problems),
            owner=owner or draft.owner,
            territory=territory or draft.territory,
        )

    def _refusal(self, draft: Draft) -> str:
        """Why the record is left out, "" when it is received. What excludes wins."""
        if out := next((test for test in self.exclude if test.holds(draft)), None):
            return f"« {out.said} »"
        for name, tests in self.include.items():
            if not any(test.holds(draft) for test in tests):
                return f"aucun « {name} » de ceux à garder"
        return self.area.refuses(draft.values) if self.area else ""

    def _prefixed(self, title: str) -> str:
        return title if title.startswith(self.prefix) else f"{self.prefix} {title}"


def _first(lines: Iterable[tuple[Matches, int]], words: list[str]) -> int | None:
    """What the first line that answers gives; a record without a publisher answers to « * » alone."""
    return next((given for matches, given in lines if any(map(matches, words or [""]))), None)


def publisher_words(draft: Draft) -> Iterator[str]:
    agent = draft.values.get("publisher") or {}
    yield from _texts(agent.get("name"))
    yield from sirens_of(agent)
    yield from filter(None, (agent.get("uri", ""), *agent.get("identifier", ())))


def _terms(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        for word in said_words(value):
            yield word
            if "://" in word:
                yield word.rstrip("/#").rpartition("/")[2]


def _formats(draft: Draft) -> Iterator[str]:
    files = (file["format"] for file in draft.values.get("distribution") or () if file.get("format"))
    return _terms([*files, *(draft.values.get("format") or ())])


def _licences(draft: Draft) -> Iterator[str]:
    said: list[Values] = [draft.values, *(draft.values.get("distribution") or ())]
    return _terms(each["license"] for each in said if each.get("license"))


def _addresses(draft: Draft) -> Iterator[str]:
    values = draft.values
    yield from filter(None, (draft.uri, *values.get("identifier", ()), *values.get("landing_page", ())))


# What each criterion looks at.
LOOKED_AT: Final[Mapping[str, Callable[[Draft], Iterable[str]]]] = {
    "mot-clé": lambda draft: _texts(draft.values.get("keyword")),
    "thème": lambda draft: _terms(draft.values.get("theme") or ()),
    "producteur": publisher_words,
    "format": _formats,
    "licence": _licences,
    "titre": lambda draft: _texts(draft.values.get("title")),
    "adresse": _addresses,
}
