"""The words of a query in tantivy's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as Clause

from catalogue.search.algebra import Algebra
from catalogue.search.analysed import BOX
from catalogue.search.document import PUBLIC
from catalogue.search.embedded.schema import HIDDEN, SCHEMA

FEW: Final = 64  # values: so many terms cost less than a set, which walks the dictionary and marks each record in a map


class Tantivy(Algebra[Clause]):
    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    def documents(self) -> int:
        return self._searcher.num_docs

    def count(self, field: str, term: str) -> int:
        return self._searcher.doc_freq(field, term)

    def everything(self) -> Clause:
        return Clause.all_query()

    def nothing(self) -> Clause:
        return Clause.empty_query()

    def term(self, field: str, value: str) -> Clause:
        return Clause.term_query(SCHEMA, field, value)

    def one_of(self, field: str, values: Sequence[str]) -> Clause:
        if len(values) > FEW:
            return Clause.term_set_query(SCHEMA, field, list(values))
        return Clause.boolean_query([(Occur.Should, self.term(field, each)) for each in values])

    def between(self, field: str, low: float | None, high: float | None) -> Clause:
        return Clause.range_query(SCHEMA, field, FieldType.Float if field in BOX else FieldType.Integer, low, high)

    def phrase(self, field: str, terms: Sequence[str]) -> Clause:
        return Clause.phrase_query(SCHEMA, field, list(terms))

    def beginning(self, field: str, text: str) -> Clause:
        return Clause.regex_query(SCHEMA, field, text + ".*")

    def close(self, field: str, term: str, edits: int) -> Clause:
        return Clause.fuzzy_term_query(SCHEMA, field, term, edits, prefix=False)

    def scaled(self, clause: Clause, weight: float) -> Clause:
        return Clause.boost_query(clause, weight)

    def constant(self, clause: Clause, score: float) -> Clause:
        return Clause.const_score_query(clause, score)

    def best(self, clauses: Sequence[Clause], tie: float) -> Clause:
        return Clause.disjunction_max_query(list(clauses), tie)

    def some(self, clauses: Sequence[Clause], least: int) -> Clause:
        return Clause.boolean_query([(Occur.Should, each) for each in clauses], minimum_number_should_match=least)

    def all_of(self, clauses: Sequence[Clause], more: Sequence[Clause] = (), never: Sequence[Clause] = ()) -> Clause:
        parts = [(Occur.Must, each) for each in clauses]
        parts += [(Occur.Should, each) for each in more]
        return Clause.boolean_query(parts + [(Occur.MustNot, each) for each in never])

    def earning(self, clause: Clause, field: str, scores: Mapping[str, float]) -> Clause:
        """One after the other: tantivy's union of what many records have costs more, since it goes through all of them."""
        for term, more in scores.items():
            if self.count(field, term):
                clause = self.all_of([clause], [self.constant(self.term(field, term), more)])
        return clause

    def seen_by(self, clause: Clause, audience: Sequence[str], never: Sequence[Clause] = ()) -> Clause:
        """All but what is hidden from this reader: to leave out the few costs less than to have nearly all."""
        if PUBLIC not in audience:
            return super().seen_by(clause, audience, never)
        hidden, own = self.term("hidden", HIDDEN), [token for token in audience if token != PUBLIC]
        if own:
            hidden = self.all_of([hidden], never=[self.one_of("audience", own)])
        return self.all_of([clause], never=[*never, hidden])
