"""The YAML of a pack: texts, whole and decimal numbers, true and false, lists and mappings. Nothing else of YAML.

Read from the parser's events: no alias (they make bombs), no tag, few levels, one document. « no », « 2021-01-01 » and
« 01004 » stay the texts they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from portal.packs.refusals import PackRefused

DEEPEST: Final = 8
MOST: Final = 50_000  # values of one file
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WHOLE: Final = re.compile(r"-?(?:0|[1-9]\d{0,8})\Z", re.ASCII)
DECIMAL: Final = re.compile(r"-?(?:0|[1-9]\d{0,8})\.\d{1,9}\Z", re.ASCII)
WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


def mapping(text: str, name: str) -> dict[str, Any]:
    """The mapping that a file holds; an empty file holds an empty one. Raises PackRefused."""
    try:
        found = _Builder(name).document(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackRefused(
            f"{name}, ligne {line} : ce n’est pas du YAML. Vérifiez les retraits, les « : » et les guillemets."
        ) from error
    except yaml.YAMLError as error:
        raise PackRefused(f"{name} contient un caractère interdit : enregistrez-le en UTF-8.") from error
    if not isinstance(found, dict):
        raise PackRefused(f"{name} doit être une suite de lignes « clé : valeur ».")
    return found


def written(values: dict[str, Any]) -> str:
    """Read again by `mapping`, it gives the same values."""
    return yaml.dump(values, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)


class _Plain(yaml.SafeDumper):
    """Never an alias: a value that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    """In quotes wherever we, or anybody else's YAML, would read something else than a text."""
    style = "|" if "\n" in value and not re.search(r"[ \t]\n|\A\s", value) else None
    if style is None and (value in WORDS or WHOLE.match(value) or DECIMAL.match(value)):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Plain.add_representer(str, _text)


class _Builder:
    def __init__(self, name: str) -> None:
        self._name, self._count = name, 0

    def document(self, events: Iterator[Any]) -> Any:
        root: Any = {}
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
            elif isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            else:
                root = self._value(event, events, 0)
            if documents > 1:
                raise self._error("un seul document par fichier : ôtez la ligne « --- »", event)
        return {} if root is None else root

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        self._look(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._value(event, events, depth + 1))
            return items
        pairs: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            self._look(event, depth + 1)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error("une clé est un simple mot", event)
            if event.value in pairs:
                raise self._error(f"« {event.value[:60]} » y est deux fois : gardez-en un", event)
            pairs[event.value] = self._value(next(events), events, depth + 1)
        return pairs

    def _look(self, event: Any, depth: int) -> None:
        self._count += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._error("les renvois YAML (& et *) ne sont pas permis : répétez la valeur", event)
        if event.tag is not None and event.tag != "!":
            raise self._error("les types YAML (!) ne sont pas permis : ôtez-le", event)
        if depth > DEEPEST:
            raise self._error("trop de niveaux les uns dans les autres", event)
        if self._count > MOST:
            raise self._error(f"plus de {MOST} valeurs : partagez le pack", event)

    def _error(self, message: str, event: Any) -> PackRefused:
        return PackRefused(f"{self._name}, ligne {event.start_mark.line + 1} : {message}.")


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style:  # in quotes, or a block
        return text
    if text in WORDS:
        return WORDS[text]
    if WHOLE.match(text):
        return int(text)
    return float(text) if DECIMAL.match(text) else text
