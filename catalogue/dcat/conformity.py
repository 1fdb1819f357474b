"""The findings of one record in the form that is kept with it: one line for all that are alike.

Kept in plain lists, which fit JSON: [severity, code, path, said, times]. The sentence is made when somebody reads it, so
that better words need no new check. A record of 50,000 files without a format keeps one line, not 50,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from catalogue.dcat import wording
from catalogue.dcat.checks import VIOLATION, Finding


class Kept(NamedTuple):
    """Faults of one kind in one place. `said` is the first value at fault, `times` how many there are."""

    severity: str
    code: str
    path: str
    said: str
    times: int

    @property
    def message(self) -> str:
        """A sentence that says what to do, in the reader's language."""
        return wording.sentence(self.code, self.path, "", self.said)


def kept(findings: Iterable[Finding]) -> list[list[Any]]:
    """What is kept of a check, violations first."""
    alike: dict[tuple[str, str, str], list[Any]] = {}
    for severity, code, path, _, _, said in findings:
        known = alike.get((severity, code, path))
        if known is None:
            # PostgreSQL has no NUL in its JSON.
            alike[severity, code, path] = [severity, code, path, said.replace("\0", ""), 1]
        else:
            known[4] += 1
    return sorted(alike.values(), key=lambda line: line[0] != VIOLATION)


def told(lines: Iterable[Sequence[Any]]) -> list[Kept]:
    """`kept` undone."""
    return [Kept(*line) for line in lines]


def conforms(lines: Iterable[Sequence[Any]]) -> bool:
    """No violation; warnings are advice."""
    return all(line[0] != VIOLATION for line in lines)
