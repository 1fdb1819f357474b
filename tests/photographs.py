"""What takes a second to make is made once a process: later tests find its rows and its files as they were made.

The rows are those of the base and no others: what the product's own verbs wrote, put back without them.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

Made = TypeVar("Made")
Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]  # names of columns, rows

# What rights point at: numbered anew by each flush, so that rows put back without them would point at nothing.
NUMBERED: Final = frozenset({ContentType._meta.db_table, Permission._meta.db_table})
KEPT: Final = os.environ["BOUTURE_HOME"]  # the folder of the run (tests/settings.py), that goes with it


@dataclass(frozen=True)
class Photograph:
    """`before`: the rows of each table. `after`: those of the tables that the making changed. `made`: what it answered, pickled."""

    before: dict[str, Rows]
    after: dict[str, Rows]
    files: Path
    made: bytes


_album: dict[tuple[Any, ...], Photograph] = {}


def photographed(make: Callable[[], Made]) -> Made:
    """What `make` answers, with its rows in the base and its files in the instance's folder.

    Made again where it could be another: another day, another search engine, another territory, a base that is not as empty.
    """
    if settings.ELASTICSEARCH_URL:
        return make()  # what is in the server cannot be put back
    key = (make.__module__, make.__qualname__, settings.BOUTURE_TERRITORY, timezone.localdate())
    taken = _album.get(key)
    if taken is None or not _as_before(taken):
        made, _album[key] = _taken(make)
        return made
    _put_back(taken)
    found: Made = pickle.loads(taken.made)
    return found


def _taken(make: Callable[[], Made]) -> tuple[Made, Photograph]:
    before = _rows()
    made = make()
    after = {name: rows for name, rows in _rows().items() if rows != before[name] or name in NUMBERED}
    files = Path(tempfile.mkdtemp(prefix="photograph-", dir=KEPT))
    shutil.copytree(settings.BOUTURE_HOME, files, dirs_exist_ok=True)
    return made, Photograph(before, after, files, pickle.dumps(made))


def _as_before(taken: Photograph) -> bool:
    """Whether the base is as empty as it was, and what the making only pointed at is what it was."""
    now = _rows()
    return all(
        len(now[name][1]) == len(rows[1]) if name in taken.after else now[name] == rows
        for name, rows in taken.before.items()
    )


def _put_back(taken: Photograph) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in taken.after.items():
            if taken.before[table][1]:  # a table of which nothing may be taken away is empty
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
            names = ", ".join(map(connection.ops.quote_name, columns))
            values = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({values})"
            cursor.executemany(statement, rows)
    shutil.copytree(taken.files, settings.BOUTURE_HOME, dirs_exist_ok=True)
    ContentType.objects.clear_cache()
    ContentType.objects.get_for_models(*{found.model_class() for found in ContentType.objects.all()} - {None})


def _rows() -> dict[str, Rows]:
    return {name: _table(name) for name in connection.introspection.table_names()}


def _table(name: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
        return tuple(column[0] for column in cursor.description), cursor.fetchall()
