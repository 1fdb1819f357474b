"""Words and signs become a tree. From the loosest to the tightest: or, and, not, comparisons, + and -, * and /, minus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

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
)
from catalogue.indicators.language.tokens import Token, tokens

DEEPEST: Final = 40  # expressions inside of each other
MOST: Final = 80  # signs between values: the tree is walked by functions that call themselves
COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
AGGREGATES: Final = frozenset({"sum", "count", "median", "mean", "min", "max", "largest", "most_frequent", "only"})


def parse(text: str) -> Node:
    """Raises Misread."""
    return Parser(list(tokens(text))).whole()


class Parser:
    def __init__(self, words: list[Token]) -> None:
        self._words, self._place, self._depth, self._signs = words, 0, 0, 0

    def whole(self) -> Node:
        node = self._either()
        if self._next.kind != "end":
            raise self._unexpected("la fin de l’expression")
        return node

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _take(self) -> Token:
        token = self._next
        self._place += token.kind != "end"
        return token

    def _took(self, kind: str, *texts: str) -> Token | None:
        return self._take() if self._next.kind == kind and self._next.text in texts else None

    def _want(self, kind: str, text: str) -> Token:
        token = self._took(kind, text)
        if token is None:
            raise self._unexpected(f"« {text} »")
        return token

    def _unexpected(self, wanted: str) -> Misread:
        token = self._next
        if token.kind == "end":
            return Misread(f"l’expression s’arrête trop tôt : il manque {wanted}", token.at)
        comma = token.text == "," and self._place and self._words[self._place - 1].kind == "number"
        hint = ". Les décimales s’écrivent avec un point" if comma else ""
        return Misread(f"« {token.text} » n’est pas à sa place : on attend ici {wanted}{hint}", token.at)

    def _either(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Misread("trop de parenthèses les unes dans les autres : découpez avec « derive »", self._next.at)
        node = self._chain(self._both, "word", "or")
        self._depth -= 1
        return node

    def _both(self) -> Node:
        return self._chain(self._negated, "word", "and")

    def _chain(self, operand: Callable[[], Node], kind: str, *signs: str) -> Node:
        node = operand()
        while (sign := self._took(kind, *signs)) is not None:
            self._signs += 1
            if self._signs > MOST:
                raise Misread(f"plus de {MOST} opérations : découpez avec « derive »", sign.at)
            node = Binary(sign.at, sign.text, node, operand())
        return node

    def _negated(self) -> Node:
        signs = []
        while (sign := self._took("word", "not")) is not None:
            signs.append(sign)
        node = self._compared()
        # Two of them cancel each other, whatever is unknown.
        return Unary(signs[-1].at, "not", node) if len(signs) % 2 else node

    def _compared(self) -> Node:
        node = self._added()
        if (sign := self._took("sign", *COMPARISONS)) is not None:
            return Binary(sign.at, sign.text, node, self._added())
        if (word := self._took("word", "is")) is not None:
            without = self._took("word", "not") is not None
            said = self._took("word", "known", "missing")
            if said is None:
                raise self._unexpected("« known » ou « missing »")
            return Known(word.at, node, (said.text == "known") != without)
        denied = self._took("word", "not")
        if (word := self._took("word", "in")) is not None:
            return Among(word.at, node, self._members(), denied is not None)
        if denied is not None:
            raise self._unexpected("« in »")
        return node

    def _members(self) -> tuple[Literal, ...]:
        self._want("sign", "(")
        members = [self._literal()]
        while self._took("sign", ","):
            members.append(self._literal())
        self._want("sign", ")")
        return tuple(members)

    def _literal(self) -> Literal:
        minus = self._took("sign", "-")
        token = self._next
        if token.kind == "number":
            self._take()
            return Literal(token.at, -_number(token.text) if minus else _number(token.text))
        if token.kind == "text" and minus is None:
            self._take()
            return Literal(token.at, token.text)
        raise self._unexpected('un nombre, ou un texte entre guillemets ("…")')

    def _added(self) -> Node:
        return self._chain(self._multiplied, "sign", "+", "-")

    def _multiplied(self) -> Node:
        return self._chain(self._single, "sign", "*", "/")

    def _single(self) -> Node:
        minus = None
        count = 0
        while (sign := self._took("sign", "-")) is not None:
            minus, count = sign, count + 1
        node = self._primary()
        return Unary(minus.at, "-", node) if minus is not None and count % 2 else node

    def _primary(self) -> Node:
        token = self._next
        if token.kind in {"number", "text"}:
            return self._literal()
        if self._took("sign", "("):
            node = self._either()
            self._want("sign", ")")
            return node
        if token.kind == "column":
            return Name(self._take().at, token.text)
        if token.kind != "name":
            raise self._unexpected("une colonne, un nombre, un texte ou une fonction")
        self._take()
        if self._took("sign", "("):
            return self._aggregate(token) if token.text in AGGREGATES else self._call(token)
        return (
            Literal(token.at, token.text == "true") if token.text in {"true", "false"} else Name(token.at, token.text)
        )

    def _call(self, name: Token) -> Node:
        given = []
        if not self._took("sign", ")"):
            given.append(self._either())
            while self._took("sign", ","):
                given.append(self._either())
            self._want("sign", ")")
        return Call(name.at, name.text, tuple(given))

    def _aggregate(self, name: Token) -> Node:
        most = 0
        if name.text == "largest":
            said = self._literal()
            if not isinstance(said.value, int) or not 1 <= said.value <= 1000:
                raise Misread("« largest » veut d’abord combien, de 1 à 1000 : largest(10, montant)", said.at)
            most = said.value
            self._want("sign", ",")
        distinct = self._took("word", "distinct") is not None
        empty = self._next.kind in {"sign", "word"} and self._next.text in {")", "where", "once"}
        subject = None if empty else self._either()
        where = self._either() if self._took("word", "where") else None
        once = self._keys() if self._took("word", "once") else ()
        self._want("sign", ")")
        return Aggregate(name.at, name.text, subject, distinct, most, where, once)

    def _keys(self) -> tuple[Node, ...]:
        self._want("word", "per")
        keys = [self._added()]
        while self._took("sign", ","):
            keys.append(self._added())
        return tuple(keys)


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
