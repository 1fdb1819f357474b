"""A table as whoever reads it gets it: where its rows are, what its columns are, under the rights of its dataset."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from catalogue.models import Audience, Dataset, Table, TableVersion
from catalogue.tables.contract import Column
from catalogue.tabling.keeping import rows_of
from catalogue.tabling.remembering import columns_of

# What few who open a table look at, and that may be long: read when it is.
LONG: Final = (
    "dataset__said", "dataset__repaired", "dataset__findings", "dataset__problems",
    "current__notes", "current__verdict", "current__suspicions",
)  # fmt: skip
# What an answer of rows says. Django takes 1 ms to write a statement for all the fields of a record.
FOR_ROWS: Final = (
    "dataset__owner", "dataset__title", "dataset__updated_at",
    "current__table", "current__number", "current__at", "current__rows", "current__withheld",
)  # fmt: skip


@dataclass(frozen=True)
class OpenTable:
    """`version`: the number that changes whenever the rows do."""

    key: uuid.UUID
    path: Path
    columns: tuple[Column, ...]
    rows: int
    version: str
    dataset: Dataset
    table: Table
    said: TableVersion


class Wait(StrEnum):
    """Why a file is for its body alone."""

    READING = "reading"  # it was deposited, and nobody looked for persons in it yet
    UNREAD = "unread"  # it was deposited and cannot be read: nobody can look
    DECISION = "decision"  # it may tell of persons, and its body decides


def waits(table: Table) -> Wait | None:
    """None when it is for whoever may see its dataset. What is published elsewhere already waits for no reading."""
    if table.current is not None:
        return Wait.DECISION if table.current.withheld else None
    if table.deposit is None or table.unread_public:
        return None
    return Wait.UNREAD if table.state == Table.State.REFUSED else Wait.READING


def openable(table: Table, audience: Audience) -> bool:
    """Whether this reader, who may see its dataset, may have its rows and its bytes too."""
    return waits(table) is None or audience.everything or table.dataset.owner_id in audience.organisations


def table_for(key: uuid.UUID, audience: Audience, *, rows_alone: bool = False) -> OpenTable | None:
    """The table of this distribution, None when there is none, when it has no rows yet or when this reader may not see its dataset.

    `rows_alone`: what else there is of its dataset and its version is read when it is looked at, a query each time.
    """
    found = Table.objects.visible_to(audience).filter(pk=key).order_by()
    if rows_alone:
        found = found.select_related("current", "dataset").only(*FOR_ROWS)
    else:
        found = found.select_related("current", "dataset", "dataset__published_by").defer(*LONG)
    table = next(iter(found), None)
    if table is None or table.current is None or not openable(table, audience):
        return None
    said = table.current
    columns = columns_of(said)
    if columns is None:
        return None
    return OpenTable(key, rows_of(said), columns, said.rows, str(said.number), table.dataset, table, said)
