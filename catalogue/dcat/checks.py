"""What is wrong with the triples of a record, from the lines of the profile; and what the official shapes do not see.

Each node is checked as the class that it is declared to be (SHACL: targetClass) and as the one that its place asks for.
Cheap enough for every save: one pass over the triples, no clock but the day, nothing kept. The sentences are made when
somebody reads them (`wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import repeat
from typing import Any, NamedTuple

import pyoxigraph as ox

from catalogue.dcat import rules, wording
from catalogue.dcat.classes import Inside, Level, Profile
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.lines import TYPE, token
from catalogue.dcat.literals import fault_of_literal, well_formed
from catalogue.dcat.profile import CATALOGUE, CONCEPT, DATASET, DCAT, DCATAP, RECORD, SCHEME, SERIES, SERVICE
from catalogue.dcat.terms import XSD, Concept, Iri, Moment, Plain, Text, is_address
from catalogue.dcat.tokens import LONG, STRING, Nodes, iri_of, parts, told
from catalogue.dcat.vocabularies import BASES

VIOLATION, WARNING = "violation", "warning"
MAX_FINDINGS = 1_000  # of one severity on one record: nobody reads more
DATE = "a date"
DATATYPE = frozenset({"not-date", "bad-datatype"})
EMPTY: dict[str, list[str]] = {}
# A blank node is no answer here (sh:nodeKind sh:IRI in the official shapes).
ADDRESS_ONLY = frozenset({DCAT + "theme", DCATAP + "applicableLegislation"})
Fault = tuple[str, str, str]  # severity, code, value
DATES = frozenset(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))


class Finding(NamedTuple):
    """One fault. `path` is in the profile's terms ("distribution.access_url", "" for the whole node), `focus` the node's
    address ("_:…" when it has none), `predicate` the property's, `said` the value at fault, cut at 100 characters.
    """

    severity: str
    code: str
    path: str
    focus: str
    predicate: str = ""
    said: str = ""

    @property
    def message(self) -> str:
        """A French sentence that says what to do."""
        return wording.sentence(self.code, self.path, self.predicate, self.said)


@dataclass(frozen=True, eq=False)
class Line:
    """One term of a profile, ready to be asked; each is itself alone."""

    name: str
    predicate: str
    said: str  # the predicate as a token
    kind: Any
    level: str
    many: bool
    links: bool  # whether its values are nodes
    inside: Profile | None
    base: str  # where the tokens of the addresses of its vocabulary begin, "" when any will do
    datatype: str  # the one that its literals must be of; DATE for any of a date, "" for any at all
    hvd: bool  # mandatory in a record of high value


@cache
def lines_of(profile: Profile) -> tuple[Line, ...]:
    """A profile compiled, once."""
    return tuple(
        Line(
            term.name,
            term.predicate,
            f"<{term.predicate}>",
            term.kind,
            term.level,
            term.many or isinstance(term.kind, Text),
            isinstance(term.kind, Iri | Inside),
            term.kind.profile if isinstance(term.kind, Inside) else None,
            _base(term.kind),
            _datatype(term.kind),
            term.hvd,
        )
        for term in profile.terms
    )


def _base(kind: Any) -> str:
    base = BASES.get(kind.vocabulary, "") if isinstance(kind, Concept) else ""
    return base and f"<{base}"


def _datatype(kind: Any) -> str:
    if isinstance(kind, Moment):
        return DATE
    return kind.datatype if isinstance(kind, Plain) and kind.datatype != STRING else ""


@cache
def profiles_by_type() -> dict[str, Profile]:
    """Every class of the profile by its address, those inside others too."""
    found: dict[str, Profile] = {}
    waiting = [DATASET, SERVICE, CATALOGUE, SERIES, RECORD, CONCEPT, SCHEME]
    while waiting:
        profile = waiting.pop()
        if profile.type not in found:
            found[profile.type] = profile
            waiting += [line.inside for line in lines_of(profile) if line.inside]
    return found


@cache
def _by_declared() -> dict[str, Profile]:
    """The same by the token of the address."""
    return {f"<{name}>": profile for name, profile in profiles_by_type().items()}


def check(triples: Iterable[ox.Triple], subject: Any, profile: Profile) -> list[Finding]:
    """The findings on a record and on all the nodes that it leads to: MAX_FINDINGS of each severity, then one that says
    how many more there are.
    """
    return check_nodes(told(triples), token(subject), profile)


def check_nodes(nodes: Nodes, subject: str, profile: Profile) -> list[Finding]:
    """The same, of what is told in tokens."""
    kept: dict[str, list[Finding]] = {VIOLATION: [], WARNING: []}
    more = {VIOLATION: 0, WARNING: 0}
    for finding in _findings(nodes, subject, profile):
        same = kept[finding.severity]
        if len(same) < MAX_FINDINGS:
            same.append(finding)
        else:
            more[finding.severity] += 1
    rest = [Finding(severity, "more", "", _named(subject), "", str(n)) for severity, n in more.items() if n]
    return kept[VIOLATION] + kept[WARNING] + rest


def _findings(nodes: Nodes, subject: str, profile: Profile) -> Iterator[Finding]:
    # What a series must have, a dataset must: told once of a record that is both.
    seen: set[tuple[str, str]] = {(subject, SERIES.type)} if profile is DATASET else set()
    waiting: list[tuple[str, Profile, str]] = [(subject, profile, "")]
    hvd = rules.HVD_SAID in nodes.get(subject, EMPTY)
    yield from rules.of_record(nodes, subject, _named(subject), profile, Finding)
    while waiting:
        node, as_what, path = waiting.pop()
        if (node, as_what.type) not in seen:
            seen.add((node, as_what.type))
            yield from _check_node(nodes.get(node, EMPTY), node, as_what, path, waiting, hvd)
    by_type = _by_declared()
    for node, said in nodes.items():
        for declared in said.get(TYPE, ()):
            other = by_type.get(declared)
            if other and (node, other.type) not in seen:
                seen.add((node, other.type))
                bare = len(said) == 1 and len(said[TYPE]) == 1
                yield from (
                    _of_bare(declared, node, hvd) if bare else _check_node(said, node, other, other.name, [], hvd)
                )


@lru_cache(maxsize=5_000)
def _of_bare(declared: str, node: str, hvd: bool) -> tuple[Finding, ...]:
    """Of a node that is only said to be of a class: a format, a licence."""
    profile = _by_declared()[declared]
    return tuple(_check_node({TYPE: [declared]}, node, profile, profile.name, [], hvd))


def _check_node(
    said: dict[str, list[str]],
    node: str,
    profile: Profile,
    path: str,
    waiting: list[tuple[str, Profile, str]],
    hvd: bool,
) -> list[Finding]:
    found: list[Finding] = []
    if not said and node[0] == "<" and path:
        return found  # an address that others describe
    prefix = f"{path}." if path else ""
    for line, lacking in _asked(profile, tuple(said), hvd):
        if lacking:
            found.append(Finding(lacking, "missing", prefix + line.name, _named(node), line.predicate))
            continue
        values = said[line.said]
        if faults := _faults(line, values):
            found += [
                Finding(how, code, prefix + line.name, _named(node), line.predicate, v) for how, code, v in faults
            ]
        if line.inside:
            place = prefix + line.name
            waiting += [(value, line.inside, place) for value in values if value[0] != '"']
    if profile.name in rules.BY_CLASS:
        for severity, code, name, predicate, value in rules.BY_CLASS[profile.name](said):
            found.append(Finding(severity, code, prefix + name, _named(node), predicate, value))
    return found


@lru_cache(maxsize=2_000)  # nodes of one class say the same few properties
def _asked(profile: Profile, predicates: tuple[str, ...], hvd: bool) -> list[tuple[Line, str]]:
    """Of a node that says these, the lines to look at, in their order: "", or how severe it is that nothing is said."""
    told = []
    for line in lines_of(profile):
        by_law = hvd and line.hvd
        if profile.name in rules.BY_CLASS and line.predicate in (rules.HVD, rules.LAW):
            by_law = False
        if line.said in predicates:
            told.append((line, ""))
        elif by_law or line.level != Level.OPTIONAL:
            told.append((line, VIOLATION if by_law or line.level == Level.MANDATORY else WARNING))
    return told


def _faults(line: Line, values: Sequence[str]) -> Sequence[Fault]:
    value = values[0]
    if len(values) > 1 or len(value) >= LONG:
        return _look_at(line, values)
    if line.links and not line.base and value[0] == "<" and is_address(iri_of(value)):
        return ()  # most links are said once: nothing to remember
    return _of_one(line, value)


@lru_cache(maxsize=5_000)  # most other values that are short are said in many records
def _of_one(line: Line, value: str) -> Sequence[Fault]:
    return tuple(_look_at(line, (value,)))


def _look_at(line: Line, values: Sequence[str]) -> list[Fault]:
    faults: list[Fault] = []
    if len(values) > 1 and not line.many:
        faults.append((VIOLATION, "several", f"{len(values)} valeurs"))
    faults += [fault for value in values if (fault := _fault(line, value))]
    if line.base and not any(map(str.startswith, values, repeat(line.base))):
        faults.append((WARNING, "not-in-vocabulary", _shown(values[0])))
    if len(values) > 1 and line.name in ("title", "description", "name") and isinstance(line.kind, Text):
        languages = [parts(value).language or "" for value in values if value[0] == '"']
        if len(set(languages)) < len(languages):
            faults.append((WARNING, "same-language", f"{len(values)} textes"))
    return faults


def _fault(line: Line, value: str) -> Fault | None:
    """What is wrong with one value, whatever stands beside it."""
    if line.links:
        return None if value[0] == "<" and is_address(iri_of(value)) else _link_fault(line, value)
    if value[0] != '"':
        return VIOLATION, "not-text", _shown(value)
    fault = _look(value, line.datatype)
    serious = fault in DATATYPE or (fault == "empty" and line.level == Level.MANDATORY)
    return (VIOLATION if serious else WARNING, fault, _shown(value)) if fault else None


def _link_fault(line: Line, value: str) -> Fault:
    if value[0] == "<":
        return VIOLATION, "bad-address", _shown(value)
    if value[0] == '"':
        return VIOLATION, "not-node" if line.inside else "not-address", _shown(value)
    return (VIOLATION if line.predicate in ADDRESS_ONLY else WARNING), "without-address", ""


def _look(value: str, datatype: str) -> str:
    """The code of what is wrong with a literal; `datatype` as of a line."""
    text, language, its_own = parts(value)
    if fault := fault_of_literal(text, language):
        return fault
    if datatype == DATE:
        return "" if its_own in DATES and well_formed(text, its_own) else "not-date"
    return "" if not datatype or (its_own == datatype and well_formed(text, datatype)) else "bad-datatype"


def name_of(node: Any) -> str:
    """The address of a node, or what stands for it in this document."""
    return str(node.value) if isinstance(node, ox.NamedNode) else str(node)


def _named(node: str) -> str:
    """The same, of a token."""
    return iri_of(node) if node[0] == "<" else node


def _shown(value: str) -> str:
    """A value for a person: an address without a base is shown as it was written."""
    text = parts(value).text if value[0] == '"' else _named(value)
    return text.removeprefix(RELATIVE)[:100]
