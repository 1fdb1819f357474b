"""Classes of an application profile: terms put together, read from triples and written back.

A class knows names, predicates and levels; what one value looks like is its kind's (`terms`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import pyoxigraph as ox

from catalogue.dcat.jsons import order_key
from catalogue.dcat.lines import TYPE, parsed, token
from catalogue.dcat.mending import AS_IT_IS, Mender
from catalogue.dcat.statements import Statements
from catalogue.dcat.taking import besides, take
from catalogue.dcat.terms import NO_PROBLEM, Concept, Kind, Problem, Values, address_of
from catalogue.dcat.tokens import Nodes, address, said_in, tell
from catalogue.dcat.vocabularies import addresses

EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Inside(Kind):
    """A node that lives with its owner: a contact, a period, a distribution. Its value is a dict, `uri` if it has one."""

    looks: ClassVar[bool] = True

    profile: Profile

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        problems: list[Problem] = []
        values = {} if node[0] == '"' else self.profile.taken(said, node, mender, problems)
        return (values, problems) if values else super().read(said, node, mender)

    def write(self, value: Any, owner: str, out: Nodes) -> str:
        iri = value.get("uri") or f"{owner}#{self.profile.name}-{content_name(value)}"
        return self.profile.say(iri, value, out, owner)


def content_name(value: Any) -> str:
    """A short name made from the content alone, so that a node without address gets the same one at every run."""
    return hashlib.sha256(order_key(value).encode()).hexdigest()[:12]


class Level:
    """DCAT-AP 3.0.1 §1.3: what a data provider must, should, or may give."""

    MANDATORY, RECOMMENDED, OPTIONAL = "mandatory", "recommended", "optional"


@dataclass(frozen=True, eq=False)
class Term:
    """One property of one class. Everything that the portal says of it is derived from this line; each is itself alone.

    `also`: other predicates under which real catalogues say the same thing; read, never written.
    `hvd`: mandatory in a record that has a category of high value, and in what it is made of (DCAT-AP HVD 3.0.0).
    """

    name: str
    predicate: str
    kind: Kind
    level: str = Level.OPTIONAL
    many: bool = False
    also: tuple[str, ...] = ()
    hvd: bool = False

    @cached_property
    def predicates(self) -> tuple[str, ...]:
        return (self.predicate, *self.also)


@dataclass(frozen=True)
class Reading:
    """What a node said, and what of it could not be taken in. Nothing is lost in silence."""

    values: Values
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, eq=False)
class Profile:
    """A class of an application profile: the one place where names, predicates and rules meet.

    Each is itself alone: to compare two by what they hold is to go through all of their terms, and to hash one too.
    """

    name: str
    type: str
    terms: tuple[Term, ...]

    # A class has up to fifty terms and a node says ten of them: the others are not asked one by one.
    @cached_property
    def _by_predicate(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for position, term in enumerate(self.terms):
            for predicate in map(address, term.predicates):
                found[predicate] = (*found.get(predicate, ()), position)
        return found

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {term.name: position for position, term in enumerate(self.terms)}

    @cached_property
    def mandatory(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms if term.level == Level.MANDATORY)

    # Nodes of one class say the same few properties, and rows of one table hold the same columns.
    @cached_property
    def _said_under(self) -> Callable[[tuple[str, ...]], list[tuple[Term, list[str]]]]:
        """The terms that these predicates may say, in the order of the class, each with those of them that say it."""
        places, terms = self._by_predicate, self.terms

        @lru_cache(maxsize=2_000)
        def found(predicates: tuple[str, ...]) -> list[tuple[Term, list[str]]]:
            some = sorted({i for predicate in predicates for i in places.get(predicate, ())})
            return [(terms[i], [one for one in map(address, terms[i].predicates) if one in predicates]) for i in some]

        return found

    @cached_property
    def named(self) -> Callable[[tuple[str, ...]], list[Term]]:
        """The terms of these names, in the order of the class."""
        places, terms = self._by_name, self.terms

        @lru_cache(maxsize=2_000)
        def found(names: tuple[str, ...]) -> list[Term]:
            return [terms[i] for i in sorted(places[name] for name in names if name in places)]

        return found

    @cached_property
    def _looking(self) -> Callable[[tuple[str, ...]], list[Term]]:
        """Those of these names whose values may be nodes that say more."""
        return lru_cache(maxsize=2_000)(lambda names: [term for term in self.named(names) if term.kind.looks])

    def read(self, said: Statements, node: Any, mender: Mender = AS_IT_IS) -> Reading:
        """`node`: the object, or its token."""
        problems: list[Problem] = []
        values = self.taken(said, node if isinstance(node, str) else token(node), mender, problems)
        return Reading(values, tuple(problems))

    def taken(self, said: Statements, node: str, mender: Mender, problems: list[Problem]) -> Values:
        """The values of the node of this token; appends to `problems` what could not be taken in."""
        values: Values = {}
        if address := address_of(node):
            values["uri"] = address
        given = said.told(node)
        for term, predicates in self._said_under(tuple(given)):
            found: list[Any] = []
            aside = 0
            for predicate in predicates:
                here: list[Any] = []
                for value in given[predicate]:
                    here += take(term, said, value, mender, problems)
                if found and not term.many:
                    here, more = besides(term.kind, found, here)
                    aside += more
                found += here
            if found:
                values[term.name], crowded = term.kind.gather(found, term.many)
                if crowded or aside:
                    told = f"{len(found) + aside} valeurs"
                    problems.append(Problem(term.name, "several-values", told, mended=True))
        return values

    def write(self, node: ox.NamedNode, values: Values, out: list[ox.Triple], base: str = "") -> None:
        """Appends the triples of `values` to `out`; as `say`."""
        said: Nodes = {}
        self.say(node.value, values, said, base)
        out += parsed("".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in said_in(said)))

    def say(self, iri: str, values: Values, out: Nodes, base: str = "") -> str:
        """Adds what `values` say of the node at this address to `out`, in tokens, and gives its own. Nodes without an address
        get one under `base` (else the node's own). Raises ValueError for what strict parsers refuse.
        """
        base = base or iri.partition("#")[0]
        node = address(iri)
        tell(out, node, TYPE, address(self.type))
        for term in self.named(tuple(values)):
            value = values[term.name]
            if not value and value in EMPTY:
                continue
            for item in term.kind.scatter(value, term.many):
                predicate = term.kind.said_by(item, term.predicate)
                if not predicate:
                    continue
                told = term.kind.write(item, base, out)
                tell(out, node, address(predicate), told)
        return node

    def whole(self, values: Values) -> tuple[Values, list[Problem]]:
        """The values without the optional nodes that lack what their class must have, and what was left out; the very same
        when nothing was.

        A node that has an address where an address alone is allowed keeps that; a recommended node stays, for the checks to
        say what it lacks.
        """
        changed: Values = {}
        problems: list[Problem] = []
        for term in self._looking(tuple(values)):
            value = values[term.name]
            if not value and value in EMPTY:
                continue
            given = term.kind.scatter(value, term.many)
            items = [one for item in given if (one := _whole(term, item, problems)) is not None]
            if items != given:
                changed[term.name] = (items if term.many else items[0]) if items else None
        if not changed and None not in values.values():
            return values, problems
        return {name: value for name, value in (values | changed).items() if value is not None}, problems


def _whole(term: Term, item: Any, problems: list[Problem]) -> Any:
    """The item as it can be written validly, None when it cannot."""
    kind: Any = term.kind
    if isinstance(item, dict):
        item, inner = kind.profile.whole(item)
        problems += [problem.inside(term.name) for problem in inner]
        lacking = [name for name in kind.profile.mandatory if item.get(name) in EMPTY]
        if lacking and (term.level == Level.OPTIONAL or isinstance(kind, Described)):
            address = item.get("uri", "")
            problems += [Problem(f"{term.name}.{name}", "incomplete-node", address) for name in lacking]
            if not address or not isinstance(kind, Described):
                return None
            item = address
    if not kind.said_by(item, term.predicate):
        problems.append(Problem(term.name, "unknown-concept", str(item)[:200]))
        return None
    return item


@dataclass(frozen=True)
class Described(Concept):
    """A thing that most catalogues give by address and some describe in place: a licence, a standard, a format.

    The value is the address when nothing more is said of it, else a dict as of `Inside`; a node without address is
    always a dict. `bare`: an address alone is not declared to be of the class, whose mandatory properties it lacks.
    """

    looks: ClassVar[bool] = True

    profile: Profile = field(default_factory=lambda: Profile("node", "", ()))
    bare: bool = False

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        if node[0] != "<":
            return Inside(self.profile).read(said, node, mender)
        address, _ = super().read(said, node, mender)
        if not said.knows(node):
            return address, NO_PROBLEM
        problems: list[Problem] = []
        values = self.profile.taken(said, node, mender, problems)
        return (values if len(values) > 1 else address), problems

    def write(self, value: Any, owner: str, out: Nodes) -> str:
        if isinstance(value, dict):
            return Inside(self.profile).write(value, owner, out)
        node = address(value)
        if not self.bare:
            tell(out, node, TYPE, address(self.profile.type))
        return node


@dataclass(frozen=True)
class Category(Described):
    """A skos:Concept, which DCAT-AP wants with a label: one of the European vocabulary, or one whose label the source gives.

    `broader`: the property, of which this one is a sub-property, that says an address which cannot be shown to be a
    concept; without it, such an address is left out of the form that we write.
    """

    broader: str = ""

    def read(self, said: Statements, node: str, mender: Mender) -> tuple[Any, Sequence[Problem]]:
        value, problems = super().read(said, node, mender)
        # Its labels are the vocabulary's, whatever the source recalls of them.
        ours = isinstance(value, dict) and value.get("uri") in addresses().get(self.vocabulary, ())
        return (value["uri"] if ours else value), problems

    def said_by(self, value: Any, predicate: str) -> str:
        sure = isinstance(value, dict) or value in addresses().get(self.vocabulary, ())
        return predicate if sure else self.broader

    def write(self, value: Any, owner: str, out: Nodes) -> str:
        return super().write(value, owner, out) if isinstance(value, dict) else address(value)
