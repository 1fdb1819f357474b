"""What a source lets its owner set: declared once as the fields of a frozen dataclass, typed, with French words.

From that declaration come the check of what is stored, `--option name=value`, the table in docs/harvest.md and the
form. A type is one of `str`, `int`, `bool`, `tuple[str, ...]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_type_hints

KINDS = {str: "texte", int: "nombre entier", bool: "oui ou non", tuple[str, ...]: "liste, séparée par des virgules"}
YES, NO = frozenset({"oui", "true", "1", "yes", "on"}), frozenset({"non", "false", "0", "no", "off", ""})


class BadOption(ValueError):
    """A value that the declaration does not allow; the message is French and says what is."""


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
    most: int | None = None

    def read(self, value: Any) -> Any:
        """The value in its type, from JSON, a form or a command line. Raises BadOption."""
        found = self._typed(value)
        allowed = [code for code, _ in self.choices]
        given = found if isinstance(found, tuple) else (found,)
        if allowed and (wrong := [str(one) for one in given if one not in allowed]):
            raise BadOption(f"{self.said} : « {wrong[0]} » n’est pas un choix. Choix : {', '.join(allowed)}.")
        if isinstance(found, int) and not (self.least or 0) <= found <= (self.most or found):
            upper = f" à {self.most}" if self.most else " ou plus"
            raise BadOption(f"{self.said} : {found} n’est pas permis. Donnez un nombre de {self.least or 0}{upper}.")
        return found

    @property
    def said(self) -> str:
        return f"Option « {self.name} » ({self.label})"

    def _typed(self, value: Any) -> Any:
        if self.type is bool:
            text = str(value).strip().lower()
            if text in YES | NO:
                return text in YES
        elif self.type is int:
            text = str(value).strip()
            if not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) < 10:
                return int(text)
        elif self.type is str:
            if isinstance(value, str) and "\0" not in value:
                return value.strip()
        elif isinstance(value, str) or (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)):
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(part.strip() for part in parts if part.strip() and "\0" not in part)
        raise BadOption(f"{self.said} : « {str(value)[:100]} » ne convient pas. Type attendu : {KINDS[self.type]}.")


def option(
    default: Any,
    label: str,
    help: str = "",
    *,
    choices: tuple[tuple[str, str], ...] = (),
    least: int | None = None,
    most: int | None = None,
) -> Any:
    """The declaration of one option, as the default of a field of a subclass of `Options`."""
    said = {"label": label, "help": help, "choices": choices, "least": least, "most": most}
    return field(default=default, metadata=said)


@dataclass(frozen=True)
class Options:
    """The options of a kind of source that has none; the base of the others."""

    @classmethod
    def declared(cls) -> tuple[Declared, ...]:
        types = get_type_hints(cls)
        return tuple(Declared(each.name, types[each.name], each.default, **each.metadata) for each in fields(cls))

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Options:
        """The options from what is stored or typed; what is not given takes its default. Raises BadOption."""
        known = {each.name: each for each in cls.declared()}
        for name in given:
            if name not in known:
                names = ", ".join(known) or "aucune"
                raise BadOption(f"« {name} » n’est pas une option de cette sorte de source. Options : {names}.")
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
