"""Whether an expression means something over a schema: its names, its kinds, its literals. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from catalogue.indicators.language import enums
from catalogue.indicators.language.functions import FUNCTIONS, OVER
from catalogue.indicators.language.kinds import Kind
from catalogue.indicators.language.nearest import nearest
from catalogue.indicators.language.nodes import (
    Aggregate,
    Among,
    Binary,
    Call,
    Known,
    Literal,
    Misread,
    Name,
    Node,
    Unary,
    walked,
)

ARITHMETIC: Final = frozenset("+-*/")
LOGIC: Final = frozenset({"and", "or"})
ORDERED: Final = frozenset({Kind.NUMBER, Kind.DATE})


@dataclass(frozen=True)
class Scope:
    """What names mean: the columns of the schema, the derived ones, and the only values that some columns have."""

    columns: Mapping[str, Kind]
    derived: Mapping[str, Node] = field(default_factory=dict)
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    schema: str = ""
    broken: frozenset[str] = frozenset()  # derived ones whose fault has been told

    def kind(self, node: Node) -> Kind:
        """Of a row's expression. Raises Misread."""
        match node:
            case Literal(value=value):
                return _literal_kind(value)
            case Name(name=name):
                return self._named(node, name)
            case Call():
                return self._called(node)
            case Unary(sign=sign, operand=operand):
                self._want(operand, Kind.BOOLEAN if sign == "not" else Kind.NUMBER)
                return Kind.BOOLEAN if sign == "not" else Kind.NUMBER
            case Binary():
                return self._binary(node)
            case Known() | Among():
                kind = self.kind(node.operand)
                if isinstance(node, Among):
                    for member in node.members:
                        _same(kind, self.kind(member), member.at)
                    enums.check(self, node.operand, node.members)
                return Kind.BOOLEAN
        raise Misread("un calcul sur l’ensemble des lignes (sum, count…) n’a pas sa place ici", node.at)

    def _named(self, node: Node, name: str) -> Kind:
        if name in self.derived:
            return self.kind(self.derived[name])
        if name in self.columns:
            return self.columns[name]
        if name in self.broken:
            raise Misread("", node.at)
        near = nearest(name, [*self.derived, *self.columns])
        raise Misread(f"le schéma {self.schema} n’a pas de colonne « {name} ».{near}", node.at)

    def _called(self, node: Call) -> Kind:
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise Misread(f"la fonction « {node.function} » n’existe pas.{nearest(node.function, FUNCTIONS)}", node.at)
        fewest = len(function.takes)
        if len(node.given) < fewest or (len(node.given) > fewest and not function.more):
            raise Misread(f"« {node.function} » s’écrit {function.usage}", node.at)
        kinds = []
        for place, given in enumerate(node.given):
            kind = self.kind(given)
            takes = function.takes[min(place, fewest - 1)]
            if kind not in takes:
                wanted = " ou ".join(sorted(takes))
                raise Misread(f"« {node.function} » veut ici {wanted}, et c’est {kind} : {function.usage}", given.at)
            if min(place, fewest - 1) in function.said and not isinstance(given, Literal):
                raise Misread(f"écrivez ici la valeur même, pas un calcul : {function.usage}", given.at)
            kinds.append(kind)
        _agree(node, kinds)
        self._literals(node)
        return function.gives or kinds[function.like]

    def _literals(self, node: Call) -> None:
        if node.function in {"first", "last"}:
            number = node.given[1]
            if not isinstance(number, Literal) or not isinstance(number.value, int) or not 1 <= number.value <= 100:
                raise Misread(f"« {node.function} » veut un nombre entier de caractères, de 1 à 100", number.at)
        if node.function == "date" and isinstance(node.given[0], Literal):
            try:
                date.fromisoformat(str(node.given[0].value))
            except ValueError:
                raise Misread('une date s’écrit année-mois-jour : date("2024-01-31")', node.given[0].at) from None
        if node.function in {"starts", "contains"}:
            enums.check(self, node.given[0], [each for each in node.given[1:] if isinstance(each, Literal)], node)

    def _binary(self, node: Binary) -> Kind:
        if node.sign in LOGIC:
            self._want(node.left, Kind.BOOLEAN)
            self._want(node.right, Kind.BOOLEAN)
            return Kind.BOOLEAN
        if node.sign in ARITHMETIC:
            self._want(node.left, Kind.NUMBER)
            self._want(node.right, Kind.NUMBER)
            not_zero(node)
            return Kind.NUMBER
        left, right = self.kind(node.left), self.kind(node.right)
        _same(left, right, node.right.at)
        if node.sign not in {"=", "!="} and left not in ORDERED:
            raise Misread(f"« {node.sign} » compare des nombres ou des dates, et c’est {left}", node.at)
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, Literal):
                enums.check(self, one, [other])
        return Kind.BOOLEAN

    def _want(self, node: Node, wanted: Kind) -> None:
        kind = self.kind(node)
        if kind != wanted:
            hint = " : number(…) lit un nombre dans un texte" if wanted == Kind.NUMBER and kind == Kind.TEXT else ""
            raise Misread(f"il faut ici {wanted}, et c’est {kind}{hint}", node.at)


def check_row(scope: Scope, node: Node, wanted: frozenset[Kind]) -> Kind:
    """Of an expression over one row. Raises Misread."""
    kind = scope.kind(node)
    if kind not in wanted:
        raise Misread(f"il faut ici {' ou '.join(sorted(wanted))}, et c’est {kind}", node.at)
    return kind


def check_aggregated(scope: Scope, node: Node) -> None:
    """Of an expression over all rows of a place and period: arithmetic of aggregates. Raises Misread."""
    match node:
        case Aggregate():
            _check_aggregate(scope, node)
        case Literal(value=value) if not isinstance(value, (str, bool)):
            return
        case Unary(sign="-", operand=operand):
            check_aggregated(scope, operand)
        case Binary(sign=sign, left=left, right=right) if sign in ARITHMETIC:
            check_aggregated(scope, left)
            check_aggregated(scope, right)
            not_zero(node)
        case Name(name=name):
            raise Misread(f"dites quoi faire des lignes de « {name} » : sum({name}), median({name})…", node.at)
        case _:
            raise Misread("il faut ici un calcul sur l’ensemble des lignes : sum(…), count(…), median(…)", node.at)


def _check_aggregate(scope: Scope, node: Aggregate) -> None:
    for part in node.parts:
        for each in aggregates_of(part):
            raise Misread(f"« {each.function} » ne se met pas dans un autre calcul d’ensemble", each.at)
    _check_subject(scope, node)
    if node.where is not None:
        check_row(scope, node.where, frozenset({Kind.BOOLEAN}))
    for key in node.once:
        check_row(scope, key, frozenset({Kind.TEXT, Kind.PLAIN, Kind.NUMBER, Kind.DATE}))


def _check_subject(scope: Scope, node: Aggregate) -> None:
    over = OVER[node.function]
    if node.subject is None:
        if node.function != "count" or node.distinct:
            raise Misread(f"il manque de quoi : {over.usage}", node.at)
    else:
        kind = scope.kind(node.subject)
        if kind not in over.takes:
            raise Misread(
                f"« {node.function} » veut {' ou '.join(sorted(over.takes))}, et c’est {kind}", node.subject.at
            )
    if node.distinct and node.function != "count":
        raise Misread("« distinct » ne va qu’avec count", node.at)
    if node.distinct and node.once:
        raise Misread("« distinct » et « once per » ne vont pas ensemble : gardez l’un des deux", node.at)


def not_zero(node: Binary) -> None:
    if node.sign == "/" and isinstance(node.right, Literal) and not node.right.value:
        raise Misread("division par zéro", node.right.at)


def _literal_kind(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.BOOLEAN
    return Kind.TEXT if isinstance(value, str) else Kind.NUMBER


def _same(left: Kind, right: Kind, at: int) -> None:
    texts = {Kind.TEXT, Kind.PLAIN}
    if left == right or (left in texts and right in texts):
        return
    hint = ""
    if {left, right} == {Kind.TEXT, Kind.NUMBER}:
        hint = " : mettez le nombre entre guillemets, ou lisez le texte par number(…)"
    if {left, right} == {Kind.DATE, Kind.TEXT}:
        hint = ' : une date s’écrit date("2024-01-31")'
    raise Misread(f"{left} et {right} ne se comparent pas{hint}", at)


def _agree(node: Call, kinds: list[Kind]) -> None:
    """What may come out of one call is of one kind."""
    outcomes = kinds[1:] if node.function == "if" else kinds if node.function == "coalesce" else []
    for given, kind in zip(node.given[-len(outcomes) :], outcomes, strict=False):
        if kind != outcomes[0]:
            raise Misread(f"les valeurs possibles sont de même nature : {outcomes[0]} et {kind} ici", given.at)


def aggregates_of(node: Node) -> Iterator[Aggregate]:
    return (each for each in walked(node) if isinstance(each, Aggregate))
