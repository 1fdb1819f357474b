"""The expressions of a recipe, each read and checked over its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from catalogue.indicators.contract import Binding
from catalogue.indicators.language import Kind, Misread, Node, Scope, check_aggregated, check_row
from catalogue.indicators.language.nodes import Call, Name
from catalogue.indicators.recipe import dividing
from catalogue.indicators.recipe.expressions import ALWAYS, Expressions, Soundness
from catalogue.indicators.recipe.faults import Faults
from catalogue.indicators.recipe.fields import Fields
from catalogue.indicators.recipe.scopes import ROW_KINDS, found_schema, scope
from catalogue.indicators.recipe.yaml_tree import Items, Pairs, Text, Tree

SOUND: Final = ("alone", "has", "otherwise")
CODES: Final = frozenset({Kind.TEXT})
YEARS: Final = frozenset({Kind.NUMBER})
MEMBERS: Final = frozenset({Kind.TEXT, Kind.PLAIN, Kind.NUMBER, Kind.BOOLEAN})
ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE})
PLACES: Final = tuple(each.value for each in Binding if each != Binding.PUBLISHER)


class Formulas:
    """`fields`: of the whole recipe."""

    def __init__(self, fields: Fields, faults: Faults) -> None:
        self._fields, self._faults = fields, faults

    def expressions(self) -> Expressions | None:
        """None when there is no schema or no numerator: then it has been told."""
        fields = self._fields
        said = fields.text("schema", wanted=True)
        of = found_schema(said, self._faults) if said else None
        if of is None:
            return None
        prepare = fields.get("prepare")
        prepared = Fields(prepare, ("once_per", "keep", "derive"), self._faults) if prepare is not None else None
        within = scope(of, fields.get("beyond"), prepared.get("derive") if prepared else None, self._faults)
        numerator = self._over(fields.text("numerator", wanted=True), within)
        denominator = self._over(dividing.expression(fields.get("denominator")), within)
        period, latest = self._period(within)
        if numerator is None:
            return None
        return Expressions(
            scope=within,
            numerator=numerator,
            denominator=denominator,
            where=self._row(fields.text("where"), within, frozenset({Kind.BOOLEAN})),
            place=tuple(self._places(within)),
            period=period,
            latest=latest,
            once=tuple(self._rows(prepared.texts("once_per"), within)) if prepared else (),
            keep=self._row(prepared.text("keep"), within, ORDERED) if prepared else None,
            axes=tuple(self._axes(within)),
            sound=self._sound(within),
        )

    def _checked(self, said: Text | None, check: Callable[[Node], object]) -> Node | None:
        node = self._faults.parsed(said) if said is not None else None
        if said is None or node is None:
            return None
        try:
            check(node)
        except Misread as error:
            self._faults.within(said, error)
            return None
        return node

    def _row(self, said: Text | None, within: Scope, wanted: frozenset[Kind]) -> Node | None:
        return self._checked(said, lambda node: check_row(within, node, wanted))

    def _rows(self, said: list[Text], within: Scope) -> Iterator[Node]:
        nodes = (self._row(each, within, ROW_KINDS) for each in said)
        return (each for each in nodes if each is not None)

    def _over(self, said: Text | None, within: Scope) -> Node | None:
        return self._checked(said, lambda node: check_aggregated(within, node))

    def _period(self, within: Scope) -> tuple[Node | None, bool]:
        """A year, and whether it is the last of the place's rows."""
        said = self._fields.text("period", wanted=True)
        if said is None or said.value == "file":
            return None, False
        node = self._faults.parsed(said)
        latest = isinstance(node, Call) and node.function == "latest" and len(node.given) == 1
        if latest and isinstance(node, Call):
            node = node.given[0]
        if node is None:
            return None, False
        try:
            if latest and within.kind(node) == Kind.DATE:
                node = Call(node.at, "year", (node,))
            if within.kind(node) == Kind.DATE:
                raise Misread("la période est une année : year(…) prend celle d’une date", node.at)
            check_row(within, node, YEARS)
        except Misread as error:
            self._faults.within(said, error)
        return node, latest

    def _places(self, within: Scope) -> Iterator[tuple[Binding, Node]]:
        said = self._fields.get("territory", wanted=True)
        if said is None or (isinstance(said, Text) and said.value == Binding.PUBLISHER.value):
            return
        for each in said.items if isinstance(said, Items) else [said]:
            yield from self._place(each, within)

    def _place(self, said: Tree, within: Scope) -> Iterator[tuple[Binding, Node]]:
        if not isinstance(said, Pairs):
            self._faults.at(
                said, f"« territory » est publisher, ou dit la colonne d’un code : {{insee: …}} ({', '.join(PLACES)})"
            )
            return
        fields = Fields(said, PLACES, self._faults)
        for key in PLACES:
            node = self._row(fields.text(key), within, CODES)
            if node is not None:
                yield Binding(key), node

    def _sound(self, within: Scope) -> Soundness:
        said = self._fields.get("sound")
        if said is None:
            return ALWAYS
        fields = Fields(said, SOUND, self._faults)
        otherwise = fields.words("otherwise", wanted=True)  # whoever publishes must know what to do
        has = (self._row(each, within, frozenset({Kind.BOOLEAN})) for each in fields.texts("has"))
        alone = self._row(fields.text("alone"), within, ROW_KINDS)
        return Soundness(alone, tuple(node for node in has if node is not None), otherwise)

    def _axes(self, within: Scope) -> Iterator[Node]:
        said = self._fields.get("axes")
        for key, _ in said.pairs if isinstance(said, Pairs) else []:
            node = Name(0, key.value)
            try:
                check_row(within, node, MEMBERS)
            except Misread as error:
                self._faults.at(key, error.message)
            else:
                yield node
