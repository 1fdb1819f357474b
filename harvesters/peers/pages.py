"""One page of a DCAT-AP Feed: the activities that it tells and the pages that it leads to.

LDES and TREE say how pages hang together, ActivityStreams what happened to which object; what the object says now is in
the named graph of the activity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.dcat.terms import is_address
from catalogue.dcat.tokens import nodes_in
from harvesters.base import Answer, Refused, SkipRecord, Unreadable
from harvesters.peers.describing import Described, described
from harvesters.peers.models import LONGEST
from harvesters.peers.trust import provenance

AS: Final = "https://www.w3.org/ns/activitystreams#"
LDES: Final = "https://w3id.org/ldes#"
TREE: Final = "https://w3id.org/tree#"
DUMP: Final = "http://rdfs.org/ns/void#dataDump"
RDF_TYPE: Final = formats.RDF_TYPE.value
MOST_BYTES: Final = 64 * 2**20  # of one page, that is read in memory
LOWER: Final = frozenset({TREE + "GreaterThanOrEqualToRelation", TREE + "GreaterThanRelation"})
UPPER: Final = frozenset({TREE + "LessThanRelation", TREE + "LessThanOrEqualToRelation"})


@dataclass(frozen=True)
class Activity:
    """One member: what happened to one object, and what it says since."""

    iri: str
    object: str
    published: datetime
    said: Described | None  # None when it deletes
    chain: tuple[str, ...] = ()  # the instances that it went through before this one, the nearest first


@dataclass(frozen=True)
class Fault:
    """A member that cannot be believed, and why, in French. `passing`: it may be believed later, as it stands."""

    name: str
    reason: str
    passing: bool = False


@dataclass(frozen=True)
class Link:
    """A page that another leads to. Its activities are of `since` or later, and before `until`; None: nobody says so."""

    url: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class FeedPage:
    """What one page holds, in the order of the feed's own time."""

    stream: str
    links: tuple[Link, ...]
    activities: tuple[Activity, ...]
    faults: tuple[Fault, ...]
    dump: str = ""  # where all of the feed is in one document, "" where the page does not say


Said = dict[str, dict[str, list[Any]]]  # node -> predicate -> values


def page_of(answer: Answer) -> FeedPage:
    """Raises Refused and Unreadable: a page that is cut or too long is not read by halves."""
    if answer.size > MOST_BYTES:
        raise Refused(
            f"La page {answer.url} du flux dépasse {MOST_BYTES // 2**20} Mio : elle n’a pas été lue. Demandez à l’instance "
            "des pages plus courtes."
        )
    base = answer.url or formats.NO_BASE
    try:
        with answer.path.open("rb") as file:
            head = file.read(65_536)
        code = formats.sniff(head, answer.content_type, answer.url)
        graphs, _ = formats.named_graphs(answer.path, code, base)
    except formats.Forbidden as error:
        raise Refused(error.message) from error
    except formats.FormatError as error:
        raise Unreadable(f"La page {answer.url} du flux n’a pas pu être lue : {error.message}") from error
    return told_in(graphs, base)


def told_in(graphs: Mapping[str, str], page: str = "") -> FeedPage:
    """What these graphs tell, "" being the default one, each in lines of N-Triples. `page`: the address of the one that they are."""
    said = _statements(graphs.get("", ""))
    activities, faults = _activities(said, graphs)
    streams = [node for node, told in said.items() if LDES + "EventStream" in _names(told, RDF_TYPE)]
    dumps = [name for told in said.values() for name in _names(told, DUMP)]
    return FeedPage(
        next(iter(streams), ""), tuple(_links(said, page)), tuple(activities), tuple(faults), next(iter(dumps), "")
    )


def _statements(text: str) -> Said:
    said: Said = defaultdict(lambda: defaultdict(list))
    for node, about in nodes_in(text).items():
        said[node.value if isinstance(node, ox.NamedNode) else str(node)].update(about)
    return said


def _names(told: dict[str, list[Any]], predicate: str) -> list[str]:
    return [value.value for value in told.get(predicate, ()) if isinstance(value, ox.NamedNode)]


def _links(said: Said, page: str) -> Iterator[Link]:
    """The pages that it leads to, each once; those of one view first, then the views of a stream that is told here."""
    bounds: dict[str, list[datetime | None]] = {}
    for told in list(said.values()):
        for relation in told.get(TREE + "relation", ()):
            about = said.get(relation.value if isinstance(relation, ox.NamedNode) else str(relation), {})
            lower, upper = _bounds(about)
            for node in _names(about, TREE + "node"):
                known = bounds.setdefault(node, [None, None])
                known[0], known[1] = lower or known[0], upper or known[1]
    for told in list(said.values()):
        for view in _names(told, TREE + "view"):
            bounds.setdefault(view, [None, None])
    bounds.pop(page, None)
    for url, (since, until) in bounds.items():
        yield Link(url, since, until)


def _bounds(about: dict[str, list[Any]]) -> tuple[datetime | None, datetime | None]:
    """What a relation says of the time of the activities behind it; of anything else it says nothing to us."""
    if AS + "published" not in _names(about, TREE + "path"):
        return None, None
    kinds = set(_names(about, RDF_TYPE))
    values = [_moment(value) for value in about.get(TREE + "value", ()) if isinstance(value, ox.Literal)]
    value = values[0] if len(values) == 1 else None
    return (value if kinds & LOWER else None), (value if kinds & UPPER else None)


def _moment(value: ox.Literal) -> datetime | None:
    return instant(value.value)


def instant(text: str) -> datetime | None:
    """An xsd:dateTime; one without a time zone is taken for UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _activities(said: Said, graphs: Mapping[str, str]) -> tuple[list[Activity], list[Fault]]:
    members = {value for told in said.values() for value in told.get(TREE + "member", ())}
    named = dict.fromkeys(
        value.value if isinstance(value, ox.NamedNode) else str(value) for value in sorted(members, key=str)
    )
    told_here = (node for node, told in said.items() if AS + "object" in told)
    activities, faults = [], []
    for node in dict.fromkeys([*named, *told_here]):
        try:
            activities.append(_activity(node, said.get(node, {}), graphs.get(node, "")))
        except SkipRecord as error:
            faults.append(Fault(node[:200], error.message))
    activities.sort(key=lambda one: (one.published, one.iri))
    return activities, faults


def _activity(node: str, told: dict[str, list[Any]], payload: str) -> Activity:
    """Raises SkipRecord."""
    if not is_address(node) or len(node) > LONGEST:
        raise SkipRecord("L’activité n’a pas d’adresse.")
    objects, moments = told.get(AS + "object", []), told.get(AS + "published", [])
    if len(objects) != 1 or not isinstance(objects[0], ox.NamedNode) or len(objects[0].value) > LONGEST:
        raise SkipRecord("L’activité ne porte pas sur un objet qui a une adresse (as:object).")
    when = _moment(moments[0]) if len(moments) == 1 and isinstance(moments[0], ox.Literal) else None
    if when is None:
        raise SkipRecord("L’activité ne dit pas sa date (as:published).")
    about = objects[0].value
    if AS + "Delete" in _names(told, RDF_TYPE):
        return Activity(node, about, when, None)
    return Activity(node, about, when, described(objects[0], payload), provenance.read(payload, about))
