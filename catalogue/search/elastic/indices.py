"""The indices of one instance: two at a time, public and private, each behind an alias of the instance's own.

An index is named after its alias, its format and a random part; new ones are filled beside the old, then the aliases are
moved in one call. What a process left unfinished when it was killed goes at the next making, an hour later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import time
from typing import Final
from uuid import uuid4

from elasticsearch import Elasticsearch

from catalogue.search.contract import REBUILD, IndexBroken
from catalogue.search.elastic.schema import SETTINGS, mapping

ABANDONED: Final = 3600  # seconds after which an index that has no alias is nobody's work any more


class Indices:
    def __init__(self, client: Elasticsearch, prefix: str, written_as: str) -> None:
        """`prefix` begins the name of each alias and index of this instance: [a-z0-9-]."""
        self._client, self._prefix, self._written_as = client, prefix, written_as
        self.public, self.private = f"{prefix}-public", f"{prefix}-private"

    @property
    def both(self) -> list[str]:
        return [self.public, self.private]

    def identity(self) -> str:
        """Raises IndexBroken for one of another format, NotFoundError (of the client) where there is none."""
        names = list(self._client.indices.get_alias(name=self.public))
        ending = (
            re.fullmatch(rf"{re.escape(self.public)}-({self._written_as}-[0-9a-f]{{32}})", names[0]) if names else None
        )
        if ending is None:
            raise IndexBroken(f"L'index de recherche est d'une autre version de Bouture. {REBUILD}")
        return ending[1]

    @contextmanager
    def new(self) -> Iterator[dict[str, str]]:
        """Two new indices by their alias, to be filled; then they take the place of the old ones. What raises meanwhile
        takes the new ones off the server."""
        identity = f"{self._written_as}-{uuid4().hex}"
        names = {alias: f"{alias}-{identity}" for alias in self.both}
        finished = False
        try:
            for index in names.values():
                self._client.indices.create(index=index, settings=SETTINGS, mappings=mapping().to_dict())
            yield names
            self._client.indices.refresh(index=list(names.values()))
            old = [each for each in self._old() if each not in names.values()]
            moves = [{"add": {"index": index, "alias": alias}} for alias, index in names.items()]
            self._client.indices.update_aliases(actions=[*moves, *({"remove_index": {"index": each}} for each in old)])
            finished = True
        finally:
            if not finished:
                self._client.indices.delete(index=list(names.values()), ignore_unavailable=True)

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
