"""What crosses the border between a source and the engine: errors and frozen values.

Errors are named by what the caller does next.

HarvestError
├── StopRun          the run stops; the catalogue stays as it was
│   ├── Refused      we will not read it: address, size, entities
│   └── Unreadable   it is not what was expected: a web page, a cut answer, broken RDF
│       └── Misasked ... because the server does not know the question: another form of it may be answered
├── TryLater         the source does not answer now: the next run may succeed
├── SkipRecord       one record is bad: quarantine it, the run goes on
└── LeaveOut         one record is not wanted here: count it, the run goes on
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

import pyoxigraph as ox

from catalogue.dcat.lines import Lines, token
from catalogue.dcat.statements import Statements
from catalogue.dcat.tokens import node_of
from harvesters.old_paths import Front, Shows
from harvesters.options import Options

Fault = Literal["", "address", "private", "name", "unreachable", "late", "cut", "tls", "loop", "size"]


class HarvestError(Exception):
    """The base of all; `message` is French, for a person, and says what to do next. `fault` is what the network did."""

    def __init__(self, message: str, *, fault: Fault = "") -> None:
        super().__init__(message)
        self.message = message
        self.fault = fault


class StopRun(HarvestError):
    """Nothing more can be read in this run; what was published before stays."""


class Refused(StopRun):
    """Reading it would be a danger, whatever the source answers."""


class Unreadable(StopRun):
    """The answer arrived, and is not what this source should give."""


class Misasked(Unreadable):
    """The server finds the question badly asked (HTTP 400): a source that knows another form of it may ask that."""


class TryLater(HarvestError):
    """A passing fault; `retry_after` is in seconds, None when the source did not say."""

    def __init__(self, message: str, retry_after: float | None = None, *, fault: Fault = "") -> None:
        super().__init__(message, fault=fault)
        self.retry_after = retry_after


class SkipRecord(HarvestError):
    """One record cannot be read; the message is its reason in the quarantine."""


class LeaveOut(HarvestError):
    """The rules of reception of its source leave one record out; the message completes « fiches écartées : … »."""


@dataclass(frozen=True)
class Answer:
    """What a source answered. The file at `path` lives as long as the `Client` that fetched it."""

    url: str  # the final address, after redirects; "" for a file
    path: Path  # the body, decoded; an empty file when `not_modified`
    content_type: str  # as sent, lower case, with its parameters; "" when absent
    etag: str
    last_modified: str
    sha256: str  # of the decoded body, hexadecimal
    size: int  # bytes, decoded
    not_modified: bool = False
    status: int = 200
    # Header fields as they were sent, names in lower case: the few that a signature covers, and its own.
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Probe:
    """What answers at an address, its document left there."""

    url: str  # the final address, after redirects
    status: int
    wait: float | None  # seconds that the server asks for (Retry-After); None when it asks for nothing

    @property
    def fine(self) -> bool:
        return 200 <= self.status <= 299


@dataclass(frozen=True)
class Found:
    """One record as the source says it."""

    kind: Literal["dataset", "service"]
    keys: tuple[str, ...]  # candidate keys, best first; never a blank node's label
    uri: str  # the source's IRI, "" for a blank node
    triples: Sequence[ox.Triple]  # all that the source said of it, its own node's first
    title: str  # for messages only
    sound: bool = False  # whether strict parsers take its triples
    refused: str = ""  # why it must be set aside, in French
    cost: Mapping[str, int] = field(default_factory=dict)  # what its literals lost on the way (`lines.Written`)
    # Of one that the source gave no address: the id that its node is named after in all that the source says.
    id: uuid.UUID | None = None
    known: uuid.UUID | None = (
        None  # the record that it was, where somebody looked for it: to be read beforehand as that one
    )

    def __getstate__(self) -> dict[str, Any]:
        """For another process or a file: what can be worked out again stays."""
        return {name: value for name, value in vars(self).items() if name != "statements"}

    @cached_property
    def statements(self) -> Statements:
        """Its triples by subject and predicate."""
        return Statements(self.triples)

    @property
    def node(self) -> str:
        """The token of the record's node: the one whose triples come first. "" when nothing is said of it."""
        if isinstance(self.triples, Lines):
            return self.triples.text.partition(" ")[0]
        return token(self.triples[0].subject) if self.triples else ""

    @property
    def subject(self) -> Any:
        """The record's node itself; None when nothing is said of it."""
        if isinstance(self.triples, Lines):
            return node_of(self.node) if self.triples.text else None
        return self.triples[0].subject if self.triples else None


@dataclass(frozen=True)
class Fetched:
    """An answer, and whether the last complete run already read these very bytes at this address."""

    requested: str  # the address asked for, before any redirect
    answer: Answer
    known: bool = False
    next_url: str = ""  # where that run went from here; only when `known`
    total: int | None = None  # how many records the page announced in all, and how many it gave; only when `known`
    given: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of a source. `records` is empty and not to be read when the page is `known`."""

    fetched: Fetched
    records: Iterator[Found]
    next_url: str = ""
    # A source that cannot be read to its end (a file that names a next page elsewhere) must withdraw nothing.
    last: bool = True
    notes: tuple[str, ...] = ()
    # What belongs to none of its records; to be asked for once they are read.
    left: Callable[[], Iterator[ox.Triple]] = lambda: iter(())
    # A hash of its records, when the answer around them changes at each call; "" for that of the answer.
    content: str = ""
    # How many records the source announces in all; None when it does not, or is not believed.
    total: int | None = None
    # How many this page gave, before any is left out or set aside; None when nobody counted.
    given: int | None = None


Fetch = Callable[[str], Fetched]
# What an answer keeps of its header: what `catalogue.signing` covers, and the signature.
FIELDS = ("content-type", "unencoded-digest", "signature-input", "signature")
RDF_FIRST = (
    "text/turtle, application/n-triples, application/trig;q=0.9, application/n-quads;q=0.9, application/ld+json;q=0.8, "
    "application/rdf+xml;q=0.7, */*;q=0.1"
)
JSON_FIRST = "application/json, */*;q=0.1"


class Harvester(ABC):
    """A kind of source: attributes and one generator. No database, no retry, no state of the run."""

    kind: ClassVar[str]
    label: ClassVar[str]
    address_help: ClassVar[str] = ""  # in French, what a person types as its address
    reads: ClassVar[str]  # in English, one line of docs/harvest.md
    seen_live: ClassVar[bool] = True  # whether real answers of such a source are among the tests
    accept: ClassVar[str] = JSON_FIRST  # the media types to ask for
    # Whether it tells what changed, and not all that it has: `harvesters.peers` follows it, and `read` is not asked.
    tells_changes: ClassVar[bool] = False
    options_type: ClassVar[type[Options]] = Options
    options: Options = Options()
    # Where such a portal shows things to people, beyond what it says itself: for who takes it over.
    shows: ClassVar[tuple[Shows, ...]] = ()
    # Its lists and its catalogue, and which of ours takes their place; "" is the source's own address.
    fronts: ClassVar[Mapping[str, Front]] = {}
    # Our own public address, under which nodes without one get theirs; "" leaves them as they are.
    space: str = ""

    def __init__(self, address: str, base: str = "", options: Options | None = None, space: str = "") -> None:
        self.address = address
        self.base = base
        self.options = options or self.options_type()
        self.space = space

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        """Whether an answer of this address that begins like this (64 KiB) comes from such a source."""
        return False

    def start(self) -> str:
        """The address of the first page."""
        return self.address

    def otherwise(self, url: str) -> str:
        """What to ask in place of an address that the server finds badly asked; "" when there is no other form of it."""
        return ""

    @abstractmethod
    def read(self, fetched: Fetched) -> Iterator[Page]:
        """The one page that an answer holds; raises HarvestError. Its records are read before the generator goes on."""
