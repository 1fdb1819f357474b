"""What an engine must be able to say, so that one question is decided once for all of them (`clauses`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

C = TypeVar("C")


class Algebra(ABC, Generic[C]):
    """The words of one engine, over one picture of one index. Scores are those of BM25 with k1 = 1.2 and b = 0.75."""

    @abstractmethod
    def documents(self) -> int:
        """How many there are in all."""

    @abstractmethod
    def count(self, field: str, term: str) -> int:
        """How many documents have this term in this field, whoever may see them."""

    @abstractmethod
    def everything(self) -> C: ...

    @abstractmethod
    def nothing(self) -> C: ...

    @abstractmethod
    def term(self, field: str, value: str) -> C: ...

    @abstractmethod
    def one_of(self, field: str, values: Sequence[str]) -> C:
        """Without a score that means anything."""

    @abstractmethod
    def between(self, field: str, low: float | None, high: float | None) -> C:
        """A number of `keys` or of `box`, both bounds included; None is no bound. Without a score that means anything."""

    @abstractmethod
    def phrase(self, field: str, terms: Sequence[str]) -> C: ...

    @abstractmethod
    def beginning(self, field: str, text: str) -> C:
        """A term that begins so; each scores 1."""

    @abstractmethod
    def close(self, field: str, term: str, edits: int) -> C:
        """A term so many letters away, swapped neighbours being one."""

    @abstractmethod
    def scaled(self, clause: C, weight: float) -> C: ...

    @abstractmethod
    def constant(self, clause: C, score: float) -> C: ...

    @abstractmethod
    def best(self, clauses: Sequence[C], tie: float) -> C:
        """The best score of them, plus that share of the others'."""

    @abstractmethod
    def some(self, clauses: Sequence[C], least: int) -> C:
        """At least so many of them; the scores add up."""

    @abstractmethod
    def all_of(self, clauses: Sequence[C], more: Sequence[C] = (), never: Sequence[C] = ()) -> C:
        """All the first, none of `never`; `more` adds its scores where it holds."""

    def earning(self, clause: C, field: str, scores: Mapping[str, float]) -> C:
        """The same records, those with one of these terms worth its score more; many have them."""
        return self.all_of([clause], [self.constant(self.term(field, each), more) for each, more in scores.items()])

    def seen_by(self, clause: C, audience: Sequence[str], never: Sequence[C] = ()) -> C:
        """What has one of these tokens, at the same score, and is none of `never`."""
        tokens = self.term("audience", audience[0]) if len(audience) == 1 else self.one_of("audience", audience)
        return self.all_of([clause, self.constant(tokens, 0.0)], never=never)
