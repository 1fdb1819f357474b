"""By which key each record of a batch is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from catalogue.dcat.formats import digest
from harvesters.base import Found

Name = tuple[str, str]  # kind and key


def whose(found: Found) -> int:
    """A hash that two editions of one record on two pages share, and two records do not."""
    return hash(found.uri or found.keys)


def candidates(founds: list[Found]) -> Iterator[list[Name]]:
    """The keys of each, best first. One that two records bear names neither, when each has something else."""
    bearers: Counter[Name] = Counter(
        name for name, _ in {((f.kind, key), whose(f)) for f in founds for key in keys_of(f)}
    )
    for found in founds:
        named: list[Name] = [(found.kind, key) for key in keys_of(found)]
        yield [name for name in named if bearers[name] == 1] or named


def keys_of(found: Found) -> tuple[str, ...]:
    return found.keys or (_nameless(found),)


def _nameless(found: Found) -> str:
    """A key for the quarantine only: the same bytes give the same one."""
    return "none:" + digest("\n".join(sorted(str(t.object) for t in found.triples)))
