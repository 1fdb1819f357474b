"""The columns of the versions that are looked at, with their profiles: read and made once, since no version changes."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from datetime import datetime
from typing import Final

from catalogue.models import TableVersion
from catalogue.tables.contract import Column
from catalogue.tables.plain import columns_from

MOST: Final = 1_000  # columns of all of them; one with its profile takes some 3 kB

Columns = tuple[Column, ...]
Key = tuple[uuid.UUID, int, datetime]


class Remembered:
    """The last that were asked. A version is known by its table, its number and when it arrived: keys may come again."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._held = most, 0
        self._by_version: OrderedDict[Key, Columns] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, version: TableVersion) -> Columns | None:
        """None when that version has just been removed. `version` may have been read without its columns: they are then."""
        key = (version.table_id, version.number, version.at)
        with self._lock:
            if key in self._by_version:
                self._by_version.move_to_end(key)
                return self._by_version[key]
        if "columns" in version.get_deferred_fields():
            found = list(TableVersion.objects.filter(pk=version.pk).values_list("columns", flat=True))
        else:
            found = [version.columns]
        if not found:
            return None
        columns = columns_from(found[0])
        self._keep(key, columns)
        return columns

    def _keep(self, key: Key, columns: Columns) -> None:
        with self._lock:
            if key in self._by_version:
                return
            self._by_version[key] = columns
            self._held += len(columns)
            while self._held > self._most:
                _, left = self._by_version.popitem(last=False)
                self._held -= len(left)


_REMEMBERED: Final = Remembered()


def columns_of(version: TableVersion) -> Columns | None:
    """See `Remembered.of`."""
    return _REMEMBERED.of(version)
