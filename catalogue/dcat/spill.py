"""The graph of a document too big for memory: its lines of N-Triples in a file of SQLite, by subject.

pyoxigraph's own store took 1,550 MiB on disk for 100,000 datasets, and it rewrites numbers and dates. Lines that follow each
other and speak of one node are one row: an eighth of the rows; and they are found by a number instead of an address.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from catalogue.batching import batches
from catalogue.dcat.lines import RUN, TYPE, distinct, links, saying
from catalogue.dcat.repeats import Repeats

MANY = 500  # nodes asked for in one query


class Spill:
    """Lines on disk; nodes are written as they stand there, and found by their hash, which another node may share."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        # A scratch file: what a crash leaves is thrown away.
        self._base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32768; PRAGMA temp_store=FILE;"
            "CREATE TABLE said(node INTEGER, lines TEXT);"
            "CREATE TABLE typed(class TEXT, subject TEXT);"
            "CREATE TABLE taken(node INTEGER PRIMARY KEY);"
            "BEGIN;"  # nothing ends it: this connection alone reads what it writes, and each end would be a write to the disk
        )
        self._again: set[int] = set()

    def load(self, texts: Iterable[str]) -> None:
        """Takes all the lines in. Raises what `texts` raises."""
        named, nameless = Repeats(), Repeats()
        for text in texts:
            runs = ((hash(run[1]), run[0]) for run in RUN.finditer(text))
            self._base.executemany("INSERT INTO said VALUES (?, ?)", runs)
            types = []
            for subject, predicate, value in set(links(text)):
                if predicate == TYPE:
                    types.append((value, subject))
                if value[0] == "_":
                    nameless.add(hash(value))
                elif predicate != TYPE:
                    named.add(hash(value))
            self._base.executemany("INSERT INTO typed VALUES (?, ?)", types)
        self._base.execute("CREATE INDEX by_node ON said(node)")
        self._base.execute("CREATE INDEX by_class ON typed(class)")
        self._again.update(nameless.found(), self._known(named.found()))

    def _known(self, nodes: Iterable[int]) -> Iterator[int]:
        """Those of which something is said: a file's address is the value of two triples, and leads nowhere."""
        for some in batches(nodes, MANY):
            places = ",".join("?" * len(some))
            rows = self._base.execute(f"SELECT DISTINCT node FROM said WHERE node IN ({places})", some)  # noqa: S608
            yield from (node for (node,) in rows)

    def close(self) -> None:
        self._base.close()
        self._again.clear()

    def several_lead_to(self, node: str) -> bool:
        return hash(node) in self._again

    def take(self, nodes: Iterable[str]) -> None:
        self._base.executemany("INSERT OR IGNORE INTO taken VALUES (?)", ((hash(node),) for node in nodes))

    def left(self) -> Iterator[str]:
        rows = self._base.execute("SELECT lines FROM said WHERE node NOT IN (SELECT node FROM taken)")
        return (lines for (lines,) in rows)

    def __len__(self) -> int:
        nodes = self._base.execute("SELECT group_concat(lines, '') FROM said GROUP BY node")
        return sum(distinct(lines).count("\n") for (lines,) in nodes)

    def of_type(self, kind: str) -> Iterator[str]:
        rows = self._base.execute("SELECT DISTINCT subject FROM typed WHERE class = ?", (kind,))
        return (subject for (subject,) in rows)

    def said_of(self, nodes: Iterable[str]) -> dict[str, str]:
        """One query for some hundred nodes: asked one by one, they take ten times as long."""
        found: dict[str, list[str]] = {}
        wanted = iter(nodes)
        while chunk := {hash(node): node for node in islice(wanted, MANY)}:
            places = ",".join("?" * len(chunk))
            rows = self._base.execute(f"SELECT node, lines FROM said WHERE node IN ({places})", list(chunk))  # noqa: S608
            for number, lines in rows:
                node = chunk[number]
                if lines.startswith(f"{node} "):
                    found.setdefault(node, []).append(lines)
        return {node: "".join(pieces) for node, pieces in found.items()}

    def saying(self, predicate: str) -> Iterator[tuple[str, str]]:
        for (lines,) in self._base.execute("SELECT lines FROM said WHERE instr(lines, ?)", (f" {predicate} ",)):
            yield from saying(lines, predicate)
