"""The expressions of one recipe, read and checked: what `computing` runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.contract import Binding, Words
from catalogue.indicators.language import Node, Scope, names_of


@dataclass(frozen=True)
class Soundness:
    """What the rows of one place and period must be, else nothing is known: one value of `alone`, and of each of `has` a row.

    `otherwise`: what is told instead.
    """

    alone: Node | None = None
    has: tuple[Node, ...] = ()
    otherwise: Words | None = None


ALWAYS: Final = Soundness()


@dataclass(frozen=True)
class Expressions:
    """`where`, `place`, `period`, `once`, `keep` and `axes` are of one row; `numerator` and `denominator` of all.

    `place`: the first that is known says the territory; () the publisher. `period`: None of a stock, without date.
    `latest`: the period of a place is the last of its rows. `once`: of the rows with equal keys one counts, where `keep`
    is the largest, else the first of the file.
    """

    scope: Scope
    numerator: Node
    denominator: Node | None = None
    where: Node | None = None
    place: tuple[tuple[Binding, Node], ...] = ()
    period: Node | None = None
    latest: bool = False
    once: tuple[Node, ...] = ()
    keep: Node | None = None
    axes: tuple[Node, ...] = ()
    sound: Soundness = ALWAYS

    @property
    def all(self) -> Iterator[Node]:
        yield self.numerator
        yield from (
            each
            for each in (self.denominator, self.where, self.period, self.keep, self.sound.alone)
            if each is not None
        )
        yield from (node for _, node in self.place)
        yield from self.once
        yield from self.sound.has
        yield from self.axes

    def columns_of(self, *nodes: Node) -> Mapping[str, None]:
        """The columns of the schema that these need, in the order in which they are met."""
        found: dict[str, None] = {}
        for node in nodes:
            for name in names_of(node):
                derived = self.scope.derived.get(name.name)
                found.update({name.name: None} if derived is None else self.columns_of(derived))
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.columns_of(*self.all))
