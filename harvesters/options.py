"""What a source lets its owner set: declared once as the fields of a frozen dataclass, typed, with French words.

From that declaration come the check of what is stored, `--option name=value`, the table in docs/harvest.md and the
form. A type is one of KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self, get_type_hints

from catalogue.spoken import gettext as _
from catalogue.spoken import gettext_noop

KINDS = {
    str: gettext_noop("texte"),
    int: gettext_noop("nombre entier"),
    int | None: gettext_noop("nombre entier, ou rien"),
    bool: gettext_noop("oui ou non"),
    tuple[str, ...]: gettext_noop("liste, séparée par des virgules"),
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
        return _("liste, un par ligne") if self.by_line else _(KINDS[self.type])

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
        said = _("%(noun)s « %(name)s » (%(label)s) : %(reason)s") % {
            "noun": self.noun.capitalize(),
            "name": self.name,
            "label": self.label,
            "reason": reason,
        }
        return BadOption(said, self.name, reason)

    def _within(self, found: Any) -> None:
        allowed = [code for code, __ in self.choices]
        given = found if isinstance(found, tuple) else (found,)
        if allowed and (wrong := [str(one) for one in given if one not in allowed]):
            raise Wrong(
                _("« %(value)s » n’est pas un choix. Choix : %(names)s.")
                % {"value": wrong[0][:100], "names": ", ".join(allowed)}
            )
        if isinstance(found, int) and not (self.least or 0) <= found <= (found if self.most is None else self.most):
            told = (
                _("%(found)s n’est pas permis. Donnez un nombre de %(least)s ou plus.")
                if self.most is None
                else _("%(found)s n’est pas permis. Donnez un nombre de %(least)s à %(most)s.")
            )
            raise Wrong(told % {"found": found, "least": self.least or 0, "most": self.most})

    def _typed(self, value: Any) -> Any:
        if isinstance(value, str) and len(value.strip()) > (most := self._signs()):
            raise Wrong(_("Ce texte est trop long : %(most)s signes au plus.") % {"most": most})
        try:
            return READERS[self.type](value.splitlines() if self.by_line and isinstance(value, str) else value)
        except ValueError as error:
            said = str(value).replace("\0", " ")[:100]
            raise Wrong(
                _("« %(said)s » ne convient pas. Type attendu : %(kind)s.") % {"said": said, "kind": self.kind}
            ) from error

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


def _read(said: Mapping[str, Any]) -> dict[str, Any]:
    """What declares an option, in the reader's language. Nothing says nothing: gettext would give the head of its file."""
    texts = {name: _(text) if (text := said[name]) else "" for name in ("label", "help")}
    choices = tuple((code, _(words)) for code, words in said.get("choices", ()))
    return {**said, **texts, "choices": choices}


@dataclass(frozen=True)
class Options:
    """The options of a kind of source that has none; the base of the others. `noun` and `whose`: how errors call them."""

    noun: ClassVar[str] = gettext_noop("option")
    whose: ClassVar[str] = gettext_noop("de cette sorte de source")

    @classmethod
    def declared(cls) -> tuple[Declared, ...]:
        """In the reader's language."""
        types = get_type_hints(cls)
        return tuple(
            Declared(each.name, types[each.name], each.default, **_read(each.metadata), noun=_(cls.noun))
            for each in fields(cls)
        )

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """The options from what is stored or typed; what is not given takes its default. Raises BadOption."""
        known = {each.name: each for each in cls.declared()}
        for name in given:
            if name not in known:
                names = ", ".join(known) or _("aucune")
                told = _("« %(name)s » n’est pas une %(noun)s %(whose)s. %(nouns)s : %(names)s.")
                nouns = f"{_(cls.noun).capitalize()}s"
                raise BadOption(
                    told % {"name": name, "noun": _(cls.noun), "whose": _(cls.whose), "nouns": nouns, "names": names}
                )
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

    page_size: int = option(
        100,
        gettext_noop("fiches par page"),
        gettext_noop("Moins, quand la source peine à répondre."),
        least=1,
        most=1000,
    )
    trust_total: bool = option(
        True,
        gettext_noop("croire le total annoncé"),
        gettext_noop(
            "La moisson s’arrête quand la source donne moins ou plus de fiches qu’elle n’en annonce. "
            "À désactiver pour une source qui compte toujours mal."
        ),
    )


def typed(pairs: Iterable[str]) -> dict[str, str]:
    """`name=value` as typed on a command line. Raises BadOption."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise BadOption(_("« %(pair)s » n’est pas une option. Écrivez --option nom=valeur.") % {"pair": pair})
        found[name.strip()] = value
    return found
