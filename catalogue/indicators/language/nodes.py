"""What an expression is once it was read. `at`: where it begins in its text, in characters from 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class Misread(Exception):
    """An expression that cannot be, at its place. In French, with what to do; "" when that has been told elsewhere."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message, self.at = message, at


@dataclass(frozen=True)
class Node:
    at: int

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True)
class Literal(Node):
    value: str | int | float | bool


@dataclass(frozen=True)
class Name(Node):
    """A column of the schema, or a derived one."""

    name: str


@dataclass(frozen=True)
class Call(Node):
    function: str
    given: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.given


@dataclass(frozen=True)
class Aggregate(Node):
    """`subject`: None of `count()`. `most`: how many, of `largest`. `once`: its keys, one row of each counts."""

    function: str
    subject: Node | None
    distinct: bool = False
    most: int = 0
    where: Node | None = None
    once: tuple[Node, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        return tuple(each for each in (self.subject, self.where, *self.once) if each is not None)


@dataclass(frozen=True)
class Unary(Node):
    """`sign`: - or not."""

    sign: str
    operand: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True)
class Binary(Node):
    """`sign`: + - * / = != < <= > >= and or."""

    sign: str
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Known(Node):
    """Whether a cell is filled (`known`) or not."""

    operand: Node
    known: bool

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True)
class Among(Node):
    operand: Node
    members: tuple[Literal, ...]
    without: bool = False  # `not in`

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.operand, *self.members)


def walked(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from walked(part)


def names_of(node: Node) -> Iterator[Name]:
    return (each for each in walked(node) if isinstance(each, Name))
