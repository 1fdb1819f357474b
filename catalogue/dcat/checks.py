"""What is wrong with the triples of a record, from the lines of the profile; and what the official shapes do not see.

Each node is checked as the class that it is declared to be (SHACL: targetClass) and as the one that its place asks for.
Cheap enough for every save: one pass over the triples, no clock but the day, nothing kept. The sentences are made when
somebody reads them (`wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from catalogue.dcat import rules, wording
from catalogue.dcat.classes import Inside, Level, Profile
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.literals import fault_of_literal, well_formed
from catalogue.dcat.profile import CATALOGUE, CONCEPT, DATASET, DCAT, DCATAP, RECORD, SCHEME, SERIES, SERVICE
from catalogue.dcat.terms import RDF_TYPE, XSD, Concept, Iri, Moment, Plain, Text, is_address
from catalogue.dcat.vocabularies import BASES

VIOLATION, WARNING = "violation", "warning"
MAX_FINDINGS = 1_000  # of one severity on one record: nobody reads more
TYPE = RDF_TYPE.value
EMPTY: dict[str, list[Any]] = {}
# A blank node is no answer here (sh:nodeKind sh:IRI in the official shapes).
ADDRESS_ONLY = frozenset({DCAT + "theme", DCATAP + "applicableLegislation"})
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


class Said:
    """The triples by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.nodes: dict[Any, dict[str, list[Any]]] = {}
        nodes = self.nodes
        for triple in triples:
            subject, predicate, value = triple
            about = nodes.get(subject)
            if about is None:
                about = nodes[subject] = {}
            about.setdefault(predicate.value, []).append(value)


@dataclass(frozen=True)
class Line:
    """One term of a profile, ready to be asked."""

    name: str
    predicate: str
    kind: Any
    level: str
    many: bool
    inside: Profile | None
    base: str  # where the addresses of its vocabulary begin, "" when any will do
    hvd: bool  # mandatory in a record of high value


@cache
def lines_of(profile: Profile) -> tuple[Line, ...]:
    """A profile compiled, once."""
    return tuple(
        Line(
            term.name,
            term.predicate,
            term.kind,
            term.level,
            term.many or isinstance(term.kind, Text),
            term.kind.profile if isinstance(term.kind, Inside) else None,
            BASES.get(term.kind.vocabulary, "") if isinstance(term.kind, Concept) else "",
            term.hvd,
        )
        for term in profile.terms
    )


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


def check(triples: Iterable[ox.Triple], subject: Any, profile: Profile) -> list[Finding]:
    """The findings on a record and on all the nodes that it leads to: MAX_FINDINGS of each severity, then one that says
    how many more there are.
    """
    kept: dict[str, list[Finding]] = {VIOLATION: [], WARNING: []}
    more = {VIOLATION: 0, WARNING: 0}
    for finding in _findings(Said(triples).nodes, subject, profile):
        same = kept[finding.severity]
        if len(same) < MAX_FINDINGS:
            same.append(finding)
        else:
            more[finding.severity] += 1
    rest = [Finding(severity, "more", "", name_of(subject), "", str(n)) for severity, n in more.items() if n]
    return kept[VIOLATION] + kept[WARNING] + rest


def _findings(nodes: dict[Any, dict[str, list[Any]]], subject: Any, profile: Profile) -> Iterator[Finding]:
    # What a series must have, a dataset must: told once of a record that is both.
    seen: set[tuple[Any, str]] = {(subject, SERIES.type)} if profile is DATASET else set()
    waiting: list[tuple[Any, Profile, str]] = [(subject, profile, "")]
    hvd = rules.HVD in nodes.get(subject, EMPTY)
    yield from rules.of_record(nodes, subject, profile, Finding)
    while waiting:
        node, as_what, path = waiting.pop()
        if (node, as_what.type) not in seen:
            seen.add((node, as_what.type))
            yield from _check_node(nodes.get(node, EMPTY), node, as_what, path, waiting, hvd)
    by_type = profiles_by_type()
    for node, said in nodes.items():
        for declared in said.get(TYPE, ()):
            other = by_type.get(declared.value) if isinstance(declared, ox.NamedNode) else None
            if other and (node, other.type) not in seen:
                seen.add((node, other.type))
                yield from _check_node(said, node, other, other.name, [], hvd)


def _check_node(
    said: dict[str, list[Any]],
    node: Any,
    profile: Profile,
    path: str,
    waiting: list[tuple[Any, Profile, str]],
    hvd: bool,
) -> Iterator[Finding]:
    prefix = f"{path}." if path else ""
    if not said and isinstance(node, ox.NamedNode) and path:
        return  # an address that others describe
    for line in lines_of(profile):
        values = said.get(line.predicate)
        if values is None:
            asked = (
                hvd and line.hvd and not (profile.name in rules.BY_CLASS and line.predicate in (rules.HVD, rules.LAW))
            )
            if asked or line.level != Level.OPTIONAL:
                severity = VIOLATION if asked or line.level == Level.MANDATORY else WARNING
                yield Finding(severity, "missing", prefix + line.name, name_of(node), line.predicate)
            continue
        for severity, code, value in _faults(line, values):
            yield Finding(severity, code, prefix + line.name, name_of(node), line.predicate, value)
        if line.inside:
            place = prefix + line.name
            waiting += [(value, line.inside, place) for value in values if not isinstance(value, ox.Literal)]
    if profile.name in rules.BY_CLASS:
        for severity, code, name, predicate, value in rules.BY_CLASS[profile.name](said):
            yield Finding(severity, code, prefix + name, name_of(node), predicate, value)


def _faults(line: Line, values: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """Severity, code and value of each fault of one property's values."""
    if len(values) > 1 and not line.many:
        yield VIOLATION, "several", f"{len(values)} valeurs"
    if isinstance(line.kind, Iri | Inside):
        for value in values:
            yield from _link_faults(line, value)
        if line.base and not any(isinstance(v, ox.NamedNode) and v.value.startswith(line.base) for v in values):
            yield WARNING, "not-in-vocabulary", shown(values[0])
    else:
        yield from _literal_faults(line, values)


def _literal_faults(line: Line, values: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    kind = line.kind
    for value in values:
        if not isinstance(value, ox.Literal):
            yield VIOLATION, "not-text", shown(value)
        elif fault := fault_of_literal(value):
            empty_mandatory = fault == "empty" and line.level == Level.MANDATORY
            yield VIOLATION if empty_mandatory else WARNING, fault, shown(value)
        elif code := _datatype_fault(kind, value):
            yield VIOLATION, code, shown(value)
    if isinstance(kind, Text) and len(values) > 1 and line.name in ("title", "description", "name"):
        languages = [value.language or "" for value in values if isinstance(value, ox.Literal)]
        if len(set(languages)) < len(languages):
            yield WARNING, "same-language", f"{len(values)} textes"


def _link_faults(line: Line, value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, ox.NamedNode):
        if not well_formed_address(value.value):
            yield VIOLATION, "bad-address", shown(value)
    elif isinstance(value, ox.Literal):
        yield VIOLATION, "not-node" if line.inside else "not-address", shown(value)
    elif not line.inside:
        yield (VIOLATION if line.predicate in ADDRESS_ONLY else WARNING), "without-address", ""


def well_formed_address(text: str) -> bool:
    """Whether others can use it. Those seen a moment ago (vocabularies, the same body) are not read again."""
    known = _ADDRESSES.get(text)
    if known is None:
        if len(_ADDRESSES) > 10_000:
            _ADDRESSES.clear()
        known = _ADDRESSES[text] = is_address(text)
    return known


_ADDRESSES: dict[str, bool] = {}


def _datatype_fault(kind: Any, value: ox.Literal) -> str:
    if isinstance(kind, Moment):
        datatype = value.datatype.value
        return "" if datatype in DATES and well_formed(value.value, datatype) else "not-date"
    if isinstance(kind, Plain) and kind.datatype != XSD + "string":
        good = value.datatype.value == kind.datatype and well_formed(value.value, kind.datatype)
        return "" if good else "bad-datatype"
    return ""


def name_of(node: Any) -> str:
    """The address of a node, or what stands for it in this document."""
    return str(node.value) if isinstance(node, ox.NamedNode) else str(node)


def shown(value: Any) -> str:
    """A value for a person: an address without a base is shown as it was written."""
    text = str(value.value) if isinstance(value, ox.NamedNode | ox.Literal) else str(value)
    return text.removeprefix(RELATIVE)[:100]
