"""What a search asks, what it gets, and what each backend promises (tests/search runs the promises on all of them).

SearchError
├── IndexBusy      another writer holds the index: try again later, nothing was written
├── IndexAway      the server that keeps the index does not answer: try again later
└── IndexBroken    the index is absent, damaged or of another version: `clear()` it, then add everything again
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from catalogue.search import bounds
from catalogue.search.across import Silent
from catalogue.search.document import FACETS, PUBLIC, SORTS, Document
from catalogue.search.french import NOTHING, Fragment, Thesaurus

__all__ = [
    "PUBLIC", "WINDOW", "BadCursor", "Facet", "Fragment", "Held", "Hit", "IndexBroken", "IndexBusy", "Page", "Query", "SearchBackend", "SearchError",
    "Sort",
]  # fmt: skip

# "modified" and "created" (here): the latest first; "quality": the best first.
Sort = Literal["relevance", "modified", "created", "title", "quality"]
WINDOW: Final = 10_000  # results that pages by number reach; a cursor goes on from there
REBUILD: Final = "Reconstruisez-le avec « manage.py index --rebuild » ; les fiches elles-mêmes sont intactes."


class SearchError(Exception):
    """The base of all; `message` is French, for a person, and says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class IndexBusy(SearchError):
    """Another process is writing: the same call succeeds later."""


class IndexAway(SearchError):
    """The server that keeps the index is down or unreachable: the same call succeeds once it is back."""


class IndexBroken(SearchError):
    """Nothing can be read or written until `clear()`; the records themselves are safe in the base."""


class BadCursor(ValueError):
    """A cursor that was damaged, or made for another question or engine. In French, for a person."""


@dataclass(frozen=True)
class Query:
    """One question. Raises ValueError for a field that is no facet, an unknown sort, page < 1 or size < 0, and, in
    French, for a date or an outline that is none.

    Several values of one filter are alternatives; several filters must all hold. No filter value is analysed.
    """

    text: str = ""  # as `french.parse` reads it; blank means everything; 10,000 characters of noise are allowed
    thesaurus: Thesaurus = NOTHING
    typing: bool = False  # the last word may be unfinished
    territory: tuple[str, ...] = ()  # the reader's own, then what contains it: first at equal merit, in that order
    near: tuple[str, ...] = ()  # only records of one of these territories, the first ones first at equal merit
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""  # "2024", "2024-05", "2024-05-31": changed then or later; what has no date is left out
    until: str = ""  # the same, changed then or earlier
    box: bounds.Box | None = None  # west, south, east, north, in degrees: records whose outline meets it (`bounds`)
    audience: frozenset[str] | None = frozenset({PUBLIC})  # the reader's tokens; None sees everything
    excluded: frozenset[str] = frozenset()  # ids just restricted: in no hit, total or facet, as if removed
    facets: tuple[str, ...] = ()
    facet_size: int = 50  # the most frequent values given for each facet
    sort: Sort = "relevance"  # without words all are equally relevant: the latest first, as for "modified"
    page: int = 1  # from 1; empty beyond WINDOW
    after: str = ""  # `Page.next`: what follows, whatever `page` says
    size: int = 20  # 0 gives the total and the facets alone
    kinds: tuple[str, ...] = ()  # none means all kinds; counted by the facet "kind", as a filter of it is
    only: frozenset[str] | None = None  # ids: nothing else is found; None means all
    homes: tuple[str, ...] = ()  # only records of these instances (values of the facet "instance"), in facets too
    not_homes: tuple[str, ...] = ()  # no record of these
    whole: bool = False  # only what has all the words, however few
    across: bool = False  # with what the peers' indices hold, where the backend reaches any

    def __post_init__(self) -> None:
        unknown = (set(self.filters) | set(self.facets)) - set(FACETS)
        if unknown:
            raise ValueError(f"not a facet: {', '.join(sorted(unknown))}")
        if self.sort != "relevance" and self.sort not in SORTS:
            raise ValueError(f"not a sort: {self.sort}")
        if self.page < 1 or self.size < 0 or self.facet_size < 1:
            raise ValueError("page and facet_size start at 1, size at 0")
        for date in filter(None, (self.since, self.until)):
            bounds.day(date)
        if self.box is not None:
            bounds.unrolled(self.box)

    @property
    def scope(self) -> tuple[object, ...]:
        """All that bounds what is found, but the words and the reader's rights; of use as a key."""
        filters = sorted((name, tuple(values)) for name, values in self.chosen.items())
        only = None if self.only is None else tuple(sorted(self.only))
        return tuple(filters), self.near, only, self.since, self.until, self.box, self.across, self.homes

    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """The filters with the kinds among them, those without a value left out."""
        given = {**self.filters, **({"kind": self.kinds} if self.kinds else {})}
        return {name: values for name, values in given.items() if values}

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


@dataclass(frozen=True)
class Facet:
    """How many results each value has, the most frequent first, then by value.

    A facet that is itself filtered counts as if its own filter were absent: the figures say what choosing one more
    of its values would add.
    """

    name: str
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Hit:
    """One record found. Fragments are plain text to be escaped: joined, they give the title, and the extract."""

    id: str
    kind: str
    score: float  # 0.0 when the order is not relevance
    title: tuple[Fragment, ...]
    extract: tuple[Fragment, ...]
    home: str = ""  # base address of the peer whose index gave it: its page is there; "": a record of our own base
    key: tuple[
        str | int | float, ...
    ] = ()  # what it is ordered by, for who merges pages; the embedded index gives none


@dataclass(frozen=True)
class Held:
    """What the index holds under one id, for who compares it with the base (`comparing`)."""

    id: str
    kind: str
    audience: frozenset[str]  # whom it is shown to, wherever it lies
    stamp: str  # `Document.stamp` of what was indexed


@dataclass(frozen=True)
class Page:
    hits: tuple[Hit, ...] = ()
    total: int = 0  # of all pages
    facets: tuple[Facet, ...] = ()  # in the order asked
    relaxed: bool = False  # too few have all the words (`complete` says how many): others have some of them
    complete: int = 0  # results that have all the words; the total when not relaxed
    meant: str = ""  # the question in other words, that find more ("did you mean"); "" when there are none
    next: str = ""  # what asks for what follows these hits; "" at the end
    shortened: bool = False  # the question was longer than what is read of it
    reach: int = WINDOW  # results that pages by number reach
    silent: tuple[Silent, ...] = ()  # peers whose answer is missing
    foreign: frozenset[tuple[str, str]] = frozenset()  # facets and their values that no record of our own index has


class SearchBackend(ABC):
    """Every method but the constructor may raise IndexBroken, and IndexAway where a server keeps the index.

    Call `refresh()` once per request: a backend that keeps one picture of the index answers from it until then.
    """

    supports_all_by_relevance: ClassVar[bool]  # Does a stranger's cursor in the order of relevance go beyond WINDOW?
    supports_exact_facets: ClassVar[bool]  # Are counts exact, however many values a field has?
    supports_one_picture: ClassVar[bool]  # Do searches keep to what was there at the last `refresh()`?
    supports_wiping_by_others: ClassVar[bool]  # Does a reader survive that another process clears the index?

    @abstractmethod
    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        """All or nothing where `add` itself fails, in one commit where there are any. A document replaces the one with its id; an id in both is removed.

        Doing it twice changes nothing. Raises IndexBusy.
        """

    def add(self, documents: Iterable[Document]) -> None:
        self.write(add=documents)

    def remove(self, ids: Iterable[str]) -> None:
        self.write(remove=ids)

    @abstractmethod
    def search(self, query: Query) -> Page:
        """Never raises for what a person typed. A page beyond the last is empty and has the right total.

        With `after`, the thousandth page costs what the first does. Raises BadCursor.
        """

    @abstractmethod
    def similar(self, id: str, query: Query) -> Page:
        """What is like that record, within the query's rights and bounds, the likest first, never itself: one page of
        `query.size`. Nothing when this reader does not see the record. Text, order and facets of the query count for nothing.
        """

    @abstractmethod
    def refresh(self) -> None:
        """Let later searches see all that was committed before this call, by any process. Cheap when nothing was."""

    @abstractmethod
    def replace(self, documents: Iterable[Document]) -> None:
        """Fill a new index beside the old one and put it in its place, under a new identity, whatever was there before.

        Searches are answered from the old one until then, and writes wait (IndexBusy) or are lost: who replaces is who
        writes. What raises while it is filled leaves the old one. Raises IndexBusy.
        """

    def clear(self) -> None:
        """Make an empty index with a new identity, whatever was there before. Raises IndexBusy."""
        self.replace(())

    @abstractmethod
    def identity(self) -> str:
        """Given at `replace()`. When it is not the one that a reader of the log remembers, that reader starts again."""

    def complete(self) -> bool:
        """Whether it answers as fast as one made anew would; else its reader makes one."""
        return True

    @abstractmethod
    def held(self, ids: Sequence[str]) -> list[Held]:
        """What is under these ids (1,000 at most), in no order; what is there twice comes twice."""

    @abstractmethod
    def part(self, number: int, parts: int) -> list[Held]:
        """The documents of one of `parts` equal ranges of `document.key_of`; parts of about 500 keep memory flat."""

    @abstractmethod
    def count(self) -> int:
        """Documents of all kinds and audiences, as of the last `refresh()`."""
