"""The graph of a document too big for memory: its lines of N-Triples in a file of SQLite, by subject.

pyoxigraph's own store took 1,550 MiB on disk for 100,000 datasets, where the lines take some hundreds, and it rewrites
numbers and dates. Lines that follow each other and speak of one node are one row: an eighth of the rows, and of the index.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from catalogue.dcat.lines import RUN, TYPE, distinct, links, saying

MANY = 500  # nodes asked for in one query
PREDICATE = re.compile(r"^[^ ]+ ([^ ]+) ", re.MULTILINE)


class Spill:
    """Lines on disk; nodes are written as they stand there."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        # A scratch file: what a crash leaves is thrown away.
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32768; PRAGMA temp_store=FILE;"
            "CREATE TABLE said(subject TEXT, lines TEXT);"
            "CREATE TABLE typed(class TEXT, subject TEXT);"
            "CREATE TABLE led(node INTEGER);"
            "CREATE TABLE taken(subject TEXT PRIMARY KEY) WITHOUT ROWID;"
        )
        self._predicates: set[str] = set()
        self._again: set[int] = set()

    def load(self, texts: Iterable[str]) -> None:
        """Takes all the lines in. Raises what `texts` raises."""
        self._base.execute("BEGIN")
        for text in texts:
            self._predicates.update(PREDICATE.findall(text))
            runs = ((run[1], run[0]) for run in RUN.finditer(text))
            self._base.executemany("INSERT INTO said VALUES (?, ?)", runs)
            found = set(links(text))
            types = ((value, subject) for subject, predicate, value in found if predicate == TYPE)
            self._base.executemany("INSERT INTO typed VALUES (?, ?)", types)
            led = ((hash(value),) for _, predicate, value in found if predicate != TYPE or value[0] == "_")
            self._base.executemany("INSERT INTO led VALUES (?)", led)
        self._base.execute("CREATE INDEX by_subject ON said(subject)")
        self._base.execute("CREATE INDEX by_class ON typed(class)")
        again = self._base.execute("SELECT node FROM led GROUP BY node HAVING count(*) > 1")
        self._again = {node for (node,) in again}
        self._base.execute("DROP TABLE led")
        self._base.execute("COMMIT")

    def close(self) -> None:
        self._base.close()

    def several_lead_to(self, node: str) -> bool:
        return hash(node) in self._again

    def take(self, nodes: Iterable[str]) -> None:
        self._base.executemany("INSERT OR IGNORE INTO taken VALUES (?)", ((node,) for node in nodes))

    def left(self) -> Iterator[str]:
        rows = self._base.execute("SELECT lines FROM said WHERE subject NOT IN (SELECT subject FROM taken)")
        return (lines for (lines,) in rows)

    def __len__(self) -> int:
        subjects = self._base.execute("SELECT group_concat(lines, '') FROM said GROUP BY subject")
        return sum(distinct(lines).count("\n") for (lines,) in subjects)

    def of_type(self, kind: str) -> Iterator[str]:
        rows = self._base.execute("SELECT DISTINCT subject FROM typed WHERE class = ?", (kind,))
        return (subject for (subject,) in rows)

    def said_of(self, nodes: Iterable[str]) -> dict[str, str]:
        """One query for some hundred nodes: asked one by one, they take ten times as long."""
        found: dict[str, list[str]] = {}
        wanted = iter(nodes)
        while chunk := list(islice(wanted, MANY)):
            rows = self._base.execute(
                f"SELECT subject, lines FROM said WHERE subject IN ({','.join('?' * len(chunk))}) ORDER BY rowid",  # noqa: S608
                chunk,
            )
            for subject, lines in rows:
                found.setdefault(subject, []).append(lines)
        return {node: "".join(pieces) for node, pieces in found.items()}

    def saying(self, predicate: str) -> Iterator[tuple[str, str]]:
        if predicate not in self._predicates:
            return
        for (lines,) in self._base.execute("SELECT lines FROM said WHERE instr(lines, ?)", (f" {predicate} ",)):
            yield from saying(lines, predicate)
