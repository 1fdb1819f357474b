"""What a source lets its owner set: declared once as the fields of a frozen dataclass, typed, with French words.

From that declaration come the check of what is stored, `--option name=value`, the table in docs/harvest.md and the
form. A type is one of KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self, get_type_hints

KINDS = {
    str: "texte",
    int: "nombre entier",
    int | None: "nombre entier, ou rien",
    bool: "oui ou non",
    tuple[str, ...]: "liste, séparée par des virgules",
}
YES, NO = frozenset({"oui", "true", "1", "yes", "on"}), frozenset({"non", "false", "0", "no", "off", ""})
LONGEST = 2_000  # signs of a text, or of a list as it is typed
LONGEST_LINES = 200_000  # signs of all lines together


class BadOption(ValueError):
    """A value that the declaration does not allow; the message is French and says what is.

    `name` is the option's, `reason` the same without naming it, for a form that says it beside the field.
    """

    def __init__(self, message: str, name: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.name, self.reason = name, reason or message


class Wrong(ValueError):
    """What a `check` says of a value, in French."""


def _text(value: Any) -> str:
    if isinstance(value, str) and "\0" not in value:
        return value.strip()
    raise ValueError


def _whole(value: Any) -> int:
    text = str(value).strip()
    if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise ValueError


def _whole_or_nothing(value: Any) -> int | None:
    return None if value is None or value == "" else _whole(value)


def _truth(value: Any) -> bool:
    text = str(value).strip().lower()
    if text in YES | NO:
        return text in YES
    raise ValueError


def _list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str | list | tuple):
        raise ValueError
    parts = [_text(part) for part in (value.split(",") if isinstance(value, str) else value)]
    return tuple(filter(None, parts))


# What reads each of KINDS; raises ValueError.
READERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    int | None: _whole_or_nothing,
    bool: _truth,
    tuple[str, ...]: _list,
}


@dataclass(frozen=True)
class Declared:
    """One option as a form, a table or a check needs it."""

    name: str
    type: Any  # one of KINDS
    default: Any
    label: str
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # value, label; empty: anything of the type
    least: int | None = None
    most: int | None = None  # of a number, or signs of a text
    check: Callable[[Any], None] | None = None  # what the type can't say; raises Wrong
    by_line: bool = False  # of a list: typed one on a line, since each may hold commas
    noun: str = "option"

    @property
    def kind(self) -> str:
        """Its type, in words."""
        return "liste, un par ligne" if self.by_line else KINDS[self.type]

    def read(self, value: Any) -> Any:
        """The value in its type, from JSON, a form or a command line. Raises BadOption."""
        try:
            found = self._typed(value)
            self._within(found)
            if self.check is not None:
                self.check(found)
        except Wrong as error:
            raise self.bad(str(error)) from error
        return found

    def bad(self, reason: str) -> BadOption:
        return BadOption(f"{self.noun.capitalize()} « {self.name} » ({self.label}) : {reason}", self.name, reason)

    def _within(self, found: Any) -> None:
        allowed = [code for code, _ in self.choices]
        given = found if isinstance(found, tuple) else (found,)
        if allowed and (wrong := [str(one) for one in given if one not in allowed]):
            raise Wrong(f"« {wrong[0][:100]} » n’est pas un choix. Choix : {', '.join(allowed)}.")
        if isinstance(found, int) and not (self.least or 0) <= found <= (found if self.most is None else self.most):
            upper = " ou plus" if self.most is None else f" à {self.most}"
            raise Wrong(f"{found} n’est pas permis. Donnez un nombre de {self.least or 0}{upper}.")

    def _typed(self, value: Any) -> Any:
        if isinstance(value, str) and len(value.strip()) > (most := self._signs()):
            raise Wrong(f"Ce texte est trop long : {most} signes au plus.")
        try:
            return READERS[self.type](value.splitlines() if self.by_line and isinstance(value, str) else value)
        except ValueError as error:
            said = str(value).replace("\0", " ")[:100]
            raise Wrong(f"« {said} » ne convient pas. Type attendu : {self.kind}.") from error

    def _signs(self) -> int:
        if self.by_line:
            return LONGEST_LINES
        return self.most if self.type is str and self.most is not None else LONGEST


def option(
    default: Any,
    label: str,
    help: str = "",
    *,
    choices: tuple[tuple[str, str], ...] = (),
    least: int | None = None,
    most: int | None = None,
    check: Callable[[Any], None] | None = None,
) -> Any:
    """The declaration of one option, as the default of a field of a subclass of `Options`."""
    said = {"label": label, "help": help, "choices": choices, "least": least, "most": most, "check": check}
    return field(default=default, metadata=said)


def lines(label: str, help: str) -> Any:
    """The declaration of a list that is typed one on a line."""
    return field(default=(), metadata={"label": label, "help": help, "by_line": True})


@dataclass(frozen=True)
class Options:
    """The options of a kind of source that has none; the base of the others. `noun` and `whose`: how errors call them."""

    noun: ClassVar[str] = "option"
    whose: ClassVar[str] = "de cette sorte de source"

    @classmethod
    def declared(cls) -> tuple[Declared, ...]:
        types = get_type_hints(cls)
        return tuple(
            Declared(each.name, types[each.name], each.default, **each.metadata, noun=cls.noun) for each in fields(cls)
        )

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """The options from what is stored or typed; what is not given takes its default. Raises BadOption."""
        known = {each.name: each for each in cls.declared()}
        for name in given:
            if name not in known:
                names = ", ".join(known) or "aucune"
                raise BadOption(f"« {name} » n’est pas une {cls.noun} {cls.whose}. {cls.noun.capitalize()}s : {names}.")
        return cls(**{name: known[name].read(value) for name, value in given.items()})

    def stored(self) -> dict[str, Any]:
        """What differs from the defaults, as JSON holds it."""
        said = {
            each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) != each.default
        }
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}


@dataclass(frozen=True)
class Paged(Options):
    """What every source that answers page by page lets its owner set."""

    page_size: int = option(100, "fiches par page", "Moins, quand la source peine à répondre.", least=1, most=1000)
    trust_total: bool = option(
        True,
        "croire le total annoncé",
        "La moisson s’arrête quand la source donne moins ou plus de fiches qu’elle n’en annonce. "
        "À désactiver pour une source qui compte toujours mal.",
    )


def typed(pairs: Iterable[str]) -> dict[str, str]:
    """`name=value` as typed on a command line. Raises BadOption."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise BadOption(f"« {pair} » n’est pas une option. Écrivez --option nom=valeur.")
        found[name.strip()] = value
    return found
