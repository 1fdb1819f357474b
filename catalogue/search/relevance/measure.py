"""How well a backend ranks, on the invented catalogue: each question is asked from one fixed town.

Gains: 3 for an expected subject in the reader's town, 1 elsewhere, 0 otherwise. nDCG@10 (Järvelin and Kekäläinen, 2002)
with linear gains, against the best order of the whole catalogue; MRR by the first result with a gain; success@3: the
reader's own town's dataset is among the first three.
"""

from __future__ import annotations

import csv
import hashlib
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogue.search.relevance.catalogue import FOLDER, Listed, listed

DEPTH: Final = 10
OWN, ELSEWHERE = 3, 1
HALVES: Final = ("tuned", "held")
QUERIES: Final = FOLDER / "queries.tsv"
FURTHER: Final = FOLDER / "further.tsv"  # a second opinion: written after the table of synonyms, never tuned on

Ask = Callable[[str, str], Sequence[str]]  # the words and the reader's INSEE code -> ids, the best first


class QueriesError(ValueError):
    """A file of queries that cannot be used; the message is French and says which line."""


@dataclass(frozen=True)
class Asked:
    text: str
    expected: frozenset[str]  # subjects
    town: str  # INSEE code of the reader
    half: str


@dataclass(frozen=True)
class Marks:
    """Means over the questions, each from 0 to 1."""

    ndcg: float
    mrr: float
    success: float
    questions: int

    def figures(self) -> dict[str, float | int]:
        return {
            "ndcg@10": round(self.ndcg, 4),
            "mrr": round(self.mrr, 4),
            "success@3": round(self.success, 4),
            "queries": self.questions,
        }


def questions(path: Path = QUERIES, half: str = "") -> list[Asked]:
    """Raises QueriesError when the file is absent, lacks a column, or expects a subject that nobody publishes."""
    towns: dict[str, set[str]] = {}
    for each in listed():
        towns.setdefault(each.subject, set()).add(each.town)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise QueriesError(f"Le fichier {path} ne se lit pas comme du texte UTF-8 : vérifiez son chemin.") from error
    found = []
    for number, row in enumerate(rows, start=2):
        text, subjects = row.get("query"), row.get("expected")
        if not text or not subjects:
            raise QueriesError(f"{path}, ligne {number} : il faut les colonnes « query » et « expected », remplies.")
        expected = frozenset(subjects.split("|"))
        if unknown := expected - set(towns):
            raise QueriesError(f"{path}, ligne {number} : sujet inconnu, {', '.join(sorted(unknown))}.")
        where = sorted(set().union(*(towns[subject] for subject in expected)))
        digest = hashlib.sha256(text.encode()).digest()
        found.append(Asked(text, expected, where[digest[1] % len(where)], HALVES[digest[0] % 2]))
    kept = [each for each in found if half in ("", each.half)]
    if not kept:
        raise QueriesError(f"Le fichier {path} ne contient aucune question.")
    return kept


def marks(asked: Iterable[Asked], ask: Ask) -> Marks:
    every = [judged(each, ask(each.text, each.town)) for each in asked]
    ndcg, mrr, success = (statistics.fmean(column) for column in zip(*every, strict=True))
    return Marks(ndcg, mrr, success, len(every))


def judged(asked: Asked, ids: Sequence[str]) -> tuple[float, float, float]:
    """nDCG@10, reciprocal rank and success@3 of one answer."""
    catalogue = {each.document.id: each for each in listed()}
    gains = [gain(asked, catalogue[each]) for each in ids[:DEPTH]]
    best = sorted((gain(asked, each) for each in catalogue.values()), reverse=True)[:DEPTH]
    first = next((rank for rank, found in enumerate(gains, start=1) if found), 0)
    return _discounted(gains) / _discounted(best), 1 / first if first else 0.0, float(OWN in gains[:3])


def gain(asked: Asked, each: Listed) -> int:
    if each.subject not in asked.expected:
        return 0
    return OWN if each.town == asked.town else ELSEWHERE


def _discounted(gains: Sequence[int]) -> float:
    return sum(found / math.log2(rank + 1) for rank, found in enumerate(gains, start=1))
