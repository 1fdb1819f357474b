"""YAML as a tree that knows where each thing stands, made from the parser's events.

Nothing of YAML's types: « no », « 2021 » and « 012 » stay the texts they are. No alias (they make bombs), no tag, few
levels, one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from catalogue.indicators.contract import RecipeError

LARGEST: Final = 64 * 2**10  # characters
DEEPEST: Final = 8
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times faster


@dataclass(frozen=True)
class Spot:
    """`index`, `end`: in the file, in characters; lines and columns from 0."""

    line: int
    column: int
    index: int
    end: int


@dataclass(frozen=True)
class Text:
    spot: Spot
    value: str
    quoted: bool = False
    block: bool = False


@dataclass(frozen=True)
class Items:
    spot: Spot
    items: list[Tree] = field(default_factory=list)


@dataclass(frozen=True)
class Pairs:
    spot: Spot
    pairs: list[tuple[Text, Tree]] = field(default_factory=list)


Tree = Text | Items | Pairs


def tree(text: str, name: str) -> Pairs:
    """Raises RecipeError."""
    if len(text) > LARGEST:
        raise RecipeError(f"le fichier dépasse {LARGEST // 1024} Kio : une recette tient en une page", name=name)
    try:
        return _Builder(name).document(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise RecipeError(f"ce n’est pas du YAML : {_plainly(error)}", line, column, name) from error
    except yaml.YAMLError as error:
        raise RecipeError("ce fichier contient un caractère interdit : enregistrez-le en UTF-8", name=name) from error


def _plainly(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "mapping values are not allowed" in problem:
        return "un « : » de trop, mettez le texte entre guillemets"
    if "tab" in problem or "\\t" in problem:
        return "une tabulation, mettez des espaces"
    return f"vérifiez les retraits, les « : » et les guillemets ({problem or error.context})"


class _Builder:
    def __init__(self, name: str) -> None:
        self._name = name

    def document(self, events: Iterator[Any]) -> Pairs:
        root: Tree | None = None
        for event in events:
            if isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
                continue
            if isinstance(event, (yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            if root is not None:
                raise self._error("un seul document par fichier : ôtez la ligne « --- »", event)
            root = self._tree(event, events, 0)
        if not isinstance(root, Pairs):
            raise RecipeError("une recette est une suite de lignes « clé: valeur »", name=self._name)
        return root

    def _tree(self, event: Any, events: Iterator[Any], depth: int) -> Tree:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._error("les renvois YAML (& et *) ne sont pas permis : répétez la valeur", event)
        if event.tag is not None and event.tag != "!":
            raise self._error("les types YAML (!) ne sont pas permis : ôtez-le", event)
        if depth > DEEPEST:
            raise self._error("trop de niveaux les uns dans les autres", event)
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            return Text(_spot(event), event.value, style in {"'", '"'}, style in {"|", ">"})
        if isinstance(event, yaml.SequenceStartEvent):
            items = Items(_spot(event))
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.items.append(self._tree(event, events, depth + 1))
            return items
        pairs = Pairs(_spot(event))
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._tree(event, events, depth + 1)
            if not isinstance(key, Text):
                raise self._error("une clé est un simple mot", event)
            pairs.pairs.append((key, self._tree(next(events), events, depth + 1)))
        return pairs

    def _error(self, message: str, event: Any) -> RecipeError:
        mark = event.start_mark
        return RecipeError(message, mark.line + 1, mark.column + 1, self._name)


def _spot(event: Any) -> Spot:
    start, end = event.start_mark, event.end_mark
    return Spot(start.line, start.column, start.index, end.index)
