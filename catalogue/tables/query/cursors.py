"""Where a page stopped: a row's number, bound to the question and to the version of the table."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace
from typing import Final

from catalogue.tables.contract import BadQuestion
from catalogue.tables.query.question import Readable, TableQuery

MARK: Final = 9  # bytes of the digest of the question
LOST: Final = "Cette suite est d’une autre question, ou les lignes ont changé depuis : reprenez à la première page, sans « cursor »."


@dataclass(frozen=True)
class Cursor:
    """Keeps no value of the table: what the last row held is read again from the file."""

    place: int  # of the last row in the file; of groups, how many were given

    def written(self, query: TableQuery, table: Readable) -> str:
        return base64.urlsafe_b64encode(_mark(query, table) + self.place.to_bytes(6, "big")).decode()

    @classmethod
    def read(cls, query: TableQuery, table: Readable) -> Cursor:
        """Raises BadQuestion for what we did not write, or wrote for another question."""
        try:
            given = base64.b64decode(query.cursor.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise BadQuestion(LOST, "cursor") from error
        if len(given) != MARK + 6 or given[:MARK] != _mark(query, table):
            raise BadQuestion(LOST, "cursor")
        return cls(int.from_bytes(given[MARK:], "big"))


def _mark(query: TableQuery, table: Readable) -> bytes:
    """Of what decides which rows come and in what order; a page may have another length than the one before."""
    asked = replace(query, cursor="", offset=0, limit=0, total=True, select=())
    return hashlib.sha256(repr((str(table.path), table.version, asked)).encode("utf-8", "surrogatepass")).digest()[
        :MARK
    ]
