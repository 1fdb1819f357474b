"""The indices of one instance: two at a time, each behind an alias of the instance's own.

The public one holds what everybody sees, and nothing else. The other is for who sees more: empty while nothing is private; else
it holds everything, so that a person with rights asks one index as a stranger does (asking both, and counting words over both
first, took half as long again). One alias names what is private of it whatever it holds, another what its extent is.

An index is named after its alias, its format and a random part; new ones are filled beside the old, then the aliases are
moved in one call. What a process left unfinished when it was killed goes at the next making, an hour later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import time
from typing import Any, Final
from uuid import uuid4

from elasticsearch import Elasticsearch

from catalogue.search.contract import PUBLIC, REBUILD, IndexBroken
from catalogue.search.elastic.schema import SETTINGS, mapping

ABANDONED: Final = 3600  # seconds after which an index that has no alias is nobody's work any more
NOT_PUBLIC: Final = {"bool": {"must_not": {"term": {"audience": PUBLIC}}}}


class Extent(StrEnum):
    """What the second index holds; the last two end the name of an alias of it."""

    NOTHING = ""
    SOME = "some"  # what is private, alone: the first came since the index was made
    WHOLE = "whole"


@dataclass
class Pair:
    """The two indices by their own names; `holds` is raised by who fills them."""

    identity: str
    public: str
    second: str
    holds: Extent


class Indices:
    def __init__(self, client: Elasticsearch, prefix: str, written_as: str) -> None:
        """`prefix` begins the name of each alias and index of this instance: [a-z0-9-]."""
        self._client, self._prefix, self._written_as = client, prefix, written_as
        self.public, self.private = f"{prefix}-public", f"{prefix}-private"

    @property
    def both(self) -> list[str]:
        """Of which each document is in one, and in no more."""
        return [self.public, self.private]

    @property
    def whole(self) -> str:
        return f"{self._prefix}-{Extent.WHOLE}"

    def now(self) -> Pair:
        """Those in use. Raises IndexBroken for some of another format, NotFoundError (of the client) where there are none."""
        told = self._client.indices.get_alias(index=self.both)
        names = {alias: name for name, each in told.items() for alias in each["aliases"]}
        ending = re.fullmatch(
            rf"{re.escape(self.public)}-({self._written_as}-[0-9a-f]{{32}})", names.get(self.public, "")
        )
        if ending is None or self.private not in names:
            raise IndexBroken(f"L'index de recherche est d'une autre version de Bouture. {REBUILD}")
        holds = next((each for each in Extent if each and f"{self._prefix}-{each}" in names), Extent.NOTHING)
        return Pair(ending[1], names[self.public], names[self.private], holds)

    def begin(self, pair: Pair) -> None:
        """Before the first private document is written: from then on those who may see it ask for it too."""
        self._client.indices.update_aliases(actions=self._named(pair.second, Extent.SOME))

    @contextmanager
    def new(self) -> Iterator[Pair]:
        """Two new indices, to be filled; then they take the place of the old ones. What raises meanwhile takes the new ones off
        the server. The second is to hold everything if something was private in the old ones."""
        identity = f"{self._written_as}-{uuid4().hex}"
        held = self._client.count(index=self.private, ignore_unavailable=True)["count"]
        pair = Pair(
            identity,
            f"{self.public}-{identity}",
            f"{self.private}-{identity}",
            Extent.WHOLE if held else Extent.NOTHING,
        )
        names = [pair.public, pair.second]
        finished = False
        try:
            for index in names:
                self._client.indices.create(index=index, settings=SETTINGS, mappings=mapping().to_dict())
            yield pair
            self._client.indices.refresh(index=names)
            old = [{"remove_index": {"index": each}} for each in self._old() if each not in names]
            self._client.indices.update_aliases(actions=[*self._moves(pair), *old])
            finished = True
        finally:
            if not finished:
                self._client.indices.delete(index=names, ignore_unavailable=True)

    def _moves(self, pair: Pair) -> list[dict[str, Any]]:
        public = {"add": {"index": pair.public, "alias": self.public}}
        private = {"add": {"index": pair.second, "alias": self.private, "filter": NOT_PUBLIC}}
        return [public, private, *self._named(pair.second, pair.holds)]

    def _named(self, index: str, holds: Extent) -> list[dict[str, Any]]:
        return [{"add": {"index": index, "alias": f"{self._prefix}-{holds}"}}] if holds else []

    def remove_all(self) -> None:
        for index in self._ours():
            self._client.indices.delete(index=index)

    def _old(self) -> list[str]:
        """Those in use, and those that somebody began and never finished."""
        return [name for name, (used, age) in self._ours().items() if used or age > ABANDONED]

    def _ours(self) -> dict[str, tuple[bool, float]]:
        """Those of this instance, of whatever format: whether an alias names them, and their age in seconds."""
        ours = re.compile(rf"{re.escape(self._prefix)}-(public|private)-[0-9]+-[0-9a-f]{{32}}")
        found = self._client.indices.get(
            index=f"{self._prefix}-*", ignore_unavailable=True, features=["aliases", "settings"]
        )
        return {
            name: (bool(told["aliases"]), time() - int(told["settings"]["index"]["creation_date"]) / 1000)
            for name, told in found.items()
            if ours.fullmatch(name)
        }
