"""A checked tree becomes SQL. Literals are bound, columns are called by their places: no text of a recipe is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.indicators.language.cells import Cell
from catalogue.indicators.language.checking import Scope
from catalogue.indicators.language.functions import ELEMENTS, FUNCTIONS, OVER, PLAINLY
from catalogue.indicators.language.kinds import Kind
from catalogue.indicators.language.lines import LENGTH_KM
from catalogue.indicators.language.nodes import Aggregate, Among, Binary, Call, Known, Literal, Name, Node, Unary

__all__ = ["Cell", "Writer"]
IN_SQL: Final = {"!=": "<>", "and": "AND", "or": "OR"}


@dataclass
class Writer:
    """Of one statement. `values`: what is bound. `cells`: where the columns are. `windows`: ranks that "once per" needs."""

    scope: Scope
    cells: Mapping[str, Cell]
    values: dict[str, str | int | float | bool] = field(default_factory=dict)
    windows: list[str] = field(default_factory=list)

    def bind(self, value: str | int | float | bool) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def row(self, node: Node) -> str:
        match node:
            case Literal(value=value):
                return self.bind(value)
            case Name(name=name):
                derived = self.scope.derived.get(name)
                return self.cells[name].sql if derived is None else self.row(derived)
            case Call():
                return self._call(node)
            case Unary(sign=sign, operand=operand):
                return f"({'NOT ' if sign == 'not' else '-'}{self.row(operand)})"
            case Binary():
                return self._binary(node)
            case Known() | Among():
                return self._tested(node)
        raise TypeError(node)  # an aggregate: `checking` lets none through

    def _tested(self, node: Known | Among) -> str:
        operand = self.row(node.operand)
        if isinstance(node, Known):
            return f"({operand} IS {'NOT ' if node.known else ''}NULL)"
        plain = self.scope.kind(node.operand) == Kind.PLAIN
        listed = ", ".join(self._text(member, plain) for member in node.members)
        return f"({operand} {'NOT ' if node.without else ''}IN ({listed}))"

    def _text(self, node: Node, plain: bool) -> str:
        """A text that is compared with a simplified one is simplified too."""
        written = self.row(node)
        return PLAINLY.format(written) if plain and self.scope.kind(node) == Kind.TEXT else written

    def _binary(self, node: Binary) -> str:
        if node.sign in {"*", "/"}:
            left, right = (f"CAST({self.row(each)} AS DOUBLE)" for each in (node.left, node.right))
            # DuckDB gives infinity, which is no value.
            return f"({left} / nullif({right}, 0))" if node.sign == "/" else f"({left} * {right})"
        plain = node.sign in {"=", "!="} and Kind.PLAIN in {self.scope.kind(node.left), self.scope.kind(node.right)}
        left, right = self._text(node.left, plain), self._text(node.right, plain)
        return f"({left} {IN_SQL.get(node.sign, node.sign)} {right})"

    def _call(self, node: Call) -> str:
        if node.function == "length_km":
            return LENGTH_KM.format(self.row(node.given[0]))
        if node.function in {"starts", "contains"}:
            return self._either(node)
        given = [self.row(each) for each in node.given]
        return FUNCTIONS[node.function].sql.format(*given, rest=", ".join(given[1:]), all=f"({' + '.join(given)})")

    def _either(self, node: Call) -> str:
        subject, kind = self.row(node.given[0]), self.scope.kind(node.given[0])
        if kind == Kind.LIST:
            # Elements are compared without case nor accents: the files write them freely.
            elements = f"list_transform({ELEMENTS.format(subject)}, lambda x: {PLAINLY.format('x')})"
            tests = [f"list_contains({elements}, {self._plainly(each)})" for each in node.given[1:]]
        else:
            sql = FUNCTIONS[node.function].sql
            tests = [sql.format(subject, self._text(each, kind == Kind.PLAIN)) for each in node.given[1:]]
        return f"({' OR '.join(tests)})"

    def _plainly(self, node: Node) -> str:
        return PLAINLY.format(self.row(node))

    def over(self, node: Node, within: str) -> str:
        """Of all the rows of a group. `within`: the columns of the statement by which groups are made, for "once per"."""
        match node:
            case Literal(value=value):
                return self.bind(value)
            case Unary(operand=operand):
                return f"(-{self.over(operand, within)})"
            case Binary(sign=sign, left=left, right=right):
                one, other = self.over(left, within), self.over(right, within)
                if sign in {"*", "/"}:
                    one, other = f"CAST({one} AS DOUBLE)", f"CAST({other} AS DOUBLE)"
                return f"({one} / nullif({other}, 0))" if sign == "/" else f"({one} {sign} {other})"
            case Aggregate():
                return self._aggregate(node, within)
        raise TypeError(node)

    def _aggregate(self, node: Aggregate, within: str) -> str:
        subject = "*" if node.subject is None else self.row(node.subject)
        conditions = [] if node.where is None else [self.row(node.where)]
        if node.once:
            conditions.append(self._ranked(node, subject, conditions, within))
        only = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
        subject = f"DISTINCT {subject}" if node.distinct else subject
        most = self.bind(node.most) if node.most else ""
        return OVER[node.function].sql.format(subject, f=only, most=most)

    def _ranked(self, node: Aggregate, subject: str, conditions: list[str], within: str) -> str:
        """The rank of a row among those of its keys, the largest first; a row that lacks a key is alone."""
        keys = [self.row(key) for key in node.once]
        alone = f"CASE WHEN {' OR '.join(f'{key} IS NULL' for key in keys)} THEN n END"
        order = "n" if subject == "*" else f"{subject} DESC NULLS LAST, n"
        parts = ", ".join(filter(None, (within, *conditions, *keys, alone)))
        name = f"w{len(self.windows)}"
        self.windows.append(f"row_number() OVER (PARTITION BY {parts} ORDER BY {order}) AS {name}")
        return f"{name} = 1"
