"""Who saves what came in a wrong form while a profile is read; nobody does here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from catalogue.dcat.terms import Kind, Problem


class Mender(Protocol):
    """Saves what came in a wrong form; each remedy has a name. `harvesters.repairs` holds the real one.

    `met`: what was made of (term, token), where nothing but those two and the mender tells (`taking`).
    """

    met: dict[Any, tuple[tuple[Any, ...], tuple[Problem, ...]]]

    def unreadable(self, kind: Kind, node: Any) -> tuple[Any, str] | None:
        """The value meant by a node that `kind` could not read, and the name of the repair; None if nobody can tell."""

    def tidy(self, kind: Kind, value: Any) -> tuple[Any, str] | None:
        """A better form of a value that was read, and the name of the repair; None when it is fine."""

    def hides(self, address: str) -> bool:
        """Whether a node that lives in another is not to be named by this address: it then has none."""


class NoMending:
    """Takes everything as it is."""

    def __init__(self) -> None:
        self.met: dict[Any, tuple[tuple[Any, ...], tuple[Problem, ...]]] = {}

    def unreadable(self, kind: Kind, node: Any) -> tuple[Any, str] | None:
        return None

    def tidy(self, kind: Kind, value: Any) -> tuple[Any, str] | None:
        return None

    def hides(self, address: str) -> bool:
        return False


AS_IT_IS = NoMending()
