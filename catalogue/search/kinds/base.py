"""What a kind of result declares: its names, its documents, which lines of the log touch it, who no longer sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final
from uuid import UUID

from catalogue.models import Audience
from catalogue.search.document import Document

BATCH: Final = 200  # documents made at once


@dataclass(frozen=True)
class Touched:
    """What some lines of the log touch.

    `records`: (type, key) of each. `publishers` and `territories`: slugs and tokens that the index gives to the datasets
    and services among them, from before those lines: what depends on a record that left it is made again too.
    `renamed`: keys of the bodies whose name or place changed, which the documents of their records say.
    """

    records: frozenset[tuple[str, UUID]]
    publishers: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    renamed: frozenset[int] = frozenset()

    def keys(self, record_type: str) -> set[UUID]:
        return {key for name, key in self.records if name == record_type}


def keys_of(ids: Iterable[str]) -> list[UUID]:
    """Those of these ids that can be keys of records: an index that is wrong may hold anything."""
    return [key for each in ids if (key := _key(each)) is not None]


def _key(id: str) -> UUID | None:
    try:
        return UUID(id)
    except ValueError:
        return None


class Kind(ABC):
    """A kind of result. Its ids are those of its documents, and of no other kind's.

    To add one: a class here, a line in KINDS, and how it is shown: `portal.pages.lines`, `portal.found`.
    """

    name: ClassVar[str]
    one: ClassVar[str]  # in French, without article; told by gettext
    several: ClassVar[str]
    apart: ClassVar[bool] = False  # shown beside what a question finds, and listed only when it is asked for
    facts: ClassVar[frozenset[str]] = frozenset()  # fields of derived facts whose lines make its documents again

    @abstractmethod
    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        """All its documents, in the order of their ids, by batches: never one long cursor. Calls `beat` once a batch."""

    @abstractmethod
    def documents(self, ids: Collection[str]) -> Iterable[Document]:
        """Of these ids, whatever they are, those that are there to be found; the others are gone. At most BATCH at once."""

    @abstractmethod
    def touched(self, touched: Touched) -> set[str]:
        """Ids of its documents to make again."""

    @abstractmethod
    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        """Ids that this audience must not find any more, after restrictions that the index has not read."""

    def derived(self, ids: Collection[str]) -> Mapping[str, str]:
        """Of these ids, what `Document.derived` would be now, without making the documents; none where nothing is derived."""
        return {}

    def fingerprint(self) -> str:
        """Of what its documents are made of beside what the log tells; "" when the log tells all."""
        return ""
