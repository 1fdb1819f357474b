"""JSON and NDJSON as a table: a list of objects, wherever it stands in the document.

Columns are the keys, in the order in which they appear; an object inside an object gives columns `a.b`, a list stays JSON
text. The list may be the document itself, or inside it: `{"marches": {"marche": [...]}}`, `{"result": {"records": [...]}}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from catalogue.tables.contract import BadQuestion, Note, Options, TooMuch, Type, Unreadable
from catalogue.tables.intake import encodings
from catalogue.tables.intake.jsontext import Number, Text, nested
from catalogue.tables.intake.reading import MOST_CHARACTERS, MOST_COLUMNS, Found, Row

DEPTH: Final = 6  # of objects in objects: where a list of records may stand, and how far a record is flattened
LISTS: Final = 50  # that are told
# Where well-known APIs put their records; what else they hold is about the records.
ENVELOPES: Final = frozenset({"features", "records", "results"})


@dataclass
class Columns:
    """The columns of a table, found while its rows are read. `names` grows."""

    names: list[str] = field(default_factory=list)
    known: dict[str, Type] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)
    _plain: set[str] = field(default_factory=set)  # which held something else than a list
    clashes: int = 0

    def place(self, name: str) -> int:
        place = self._places.get(name)
        if place is None:
            if len(self.names) == MOST_COLUMNS:
                raise TooMuch(
                    f"Ce JSON donne plus de {MOST_COLUMNS} colonnes : ses noms changent d’un objet à l’autre. "
                    "Mettez ce qui change dans une valeur, pas dans le nom."
                )
            place = self._places[name] = len(self.names)
            self.names.append(name)
        return place

    def row(self, record: Mapping[str, Any]) -> list[str | None]:
        cells: dict[int, str | None] = {}
        self._fill(cells, record, "", DEPTH)
        row: list[str | None] = [None] * len(self.names)
        for place, cell in cells.items():
            row[place] = cell
        return row

    def _fill(self, cells: dict[int, str | None], record: Mapping[str, Any], before: str, depth: int) -> None:
        for key, value in record.items():
            name = before + key
            if isinstance(value, dict) and value and depth:
                self._fill(cells, value, name + ".", depth - 1)
                continue
            place = self._places.get(name)
            if place is None:
                place = self.place(name)
            text = written(value)
            if cells.get(place) is not None:  # "a.b" beside {"a": {"b": …}}
                self.clashes += text is not None
                continue
            cells[place] = text
            if isinstance(value, list):
                if name not in self._plain:
                    self.known[name] = Type.LIST
            elif text is not None and name not in self._plain:
                self._plain.add(name)
                self.known.pop(name, None)


def written(value: Any) -> str | None:
    """The text of a cell. None for null, an empty text or object."""
    if value is None or value == {}:
        return None
    match value:
        case str():
            return clean(value) or None
        case bool():
            return "true" if value else "false"
        case Number():
            return value.plain()
        case int():
            return str(value)
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def clean(text: str) -> str:
    """Without what UTF-8 and a text column cannot hold: half a surrogate pair, NUL."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def read(path: Path, options: Options) -> Found:
    """Raises Unreadable with the line of the fault, TooMuch, and BadQuestion for a list that is not there."""
    source = encodings.opened(path, options)
    per_line = lined(source)
    lists = {} if per_line else _lists(Text(source.characters()))
    at = () if per_line else _chosen(lists, options.sheet)
    columns = Columns()
    found = Found(
        iter(()),
        "ndjson" if per_line else "json",
        columns.names,
        encoding=source.name,
        sheet=".".join(at),
        sheets=tuple(".".join(each) for each in list(lists)[:LISTS]) if len(lists) > 1 else (),
        notes=list(source.notes),
        known=columns.known,
    )
    text = Text(source.characters())
    every = lines(text) if per_line else elements(text, at)
    if not per_line and lists.get(at) is list:
        found.names, found.rows = None, _arrays(text, every)
    else:
        found.rows = _objects(text, every, columns, found.notes)
    if len(lists) > 1:
        found.notes.append(
            Note(
                "lists",
                f"Ce JSON contient {len(lists)} listes d’objets ; seule « {found.sheet} » est lue. Choisissez-en une autre "
                "si le tableau est ailleurs.",
                count=len(lists) - 1,
                examples=tuple(each for each in found.sheets if each != found.sheet)[:20],
            )
        )
    return found


def lined(source: encodings.Text) -> bool:
    """Is it one object a line (NDJSON)? The first line is a whole object, and another one follows."""
    text = ""
    for piece in source.characters():
        text += piece
        first, newline, rest = text.lstrip().partition("\n")
        if not first.startswith("{") or len(first) > MOST_CHARACTERS:
            return False
        if newline and rest.strip():
            return rest.lstrip().startswith("{") and _whole(first)
    return False


def _whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lists(text: Text) -> dict[tuple[str, ...], type]:
    """The lists that could be a table, those with the most elements first, and of what they are: `dict` or `list`."""
    found: dict[tuple[str, ...], tuple[int, type]] = {}
    if text.peek() == "[":
        for _ in text.items():
            found[()] = (1, _element(text))
            break
    else:
        _search(text, (), found)
    if not found:
        raise Unreadable(
            "Ce JSON ne contient pas de liste d’objets : il n’y a pas de lignes à en tirer. Exportez une liste, "
            "un objet par ligne du tableau.",
            "no-table",
        )
    order = sorted(found, key=lambda path: -found[path][0])
    return {path: found[path][1] for path in order}


def _element(text: Text) -> type:
    kind = {"{": dict, "[": list}.get(text.peek())
    if kind is None:
        raise Unreadable(
            "Ce JSON est une liste de valeurs, pas d’objets : ses colonnes n’ont pas de noms. "
            'Exportez des objets : [{"nom": "valeur"}, …].',
            "no-table",
        )
    return kind


def _search(text: Text, path: tuple[str, ...], found: dict[tuple[str, ...], tuple[int, type]]) -> bool:
    """Walks the object that comes. True as soon as the records of a well-known envelope are met: no need to go on."""
    for key in text.keys():  # noqa: SIM118
        opening = text.peek()
        if opening == "{" and len(path) < DEPTH:
            if _search(text, (*path, key), found):
                return True
        elif opening == "[":
            count, kind = 0, None
            for _ in text.items():
                kind = kind or {"{": dict, "[": list}.get(text.peek())
                if kind is dict and key in ENVELOPES:
                    found.clear()
                    found[(*path, key)] = (1, dict)
                    return True
                text.value()
                count += 1
            if kind is dict:
                found[(*path, key)] = (count, kind)
        else:
            text.skip()
    return False


def _chosen(lists: Mapping[tuple[str, ...], type], asked: str) -> tuple[str, ...]:
    if not asked:
        return next(iter(lists))
    for path in lists:
        if ".".join(path) == asked:
            return path
    names = ", ".join(".".join(path) for path in list(lists)[:LISTS])
    raise BadQuestion(f"Ce JSON n’a pas de liste « {asked} ». Choisissez parmi : {names}.")


def elements(text: Text, at: tuple[str, ...]) -> Iterator[None]:
    """Stands before each element of the list at `at`, then goes to the end of the document."""
    if not at:
        yield from text.items()
    else:
        for key in text.keys():  # noqa: SIM118
            if key == at[0]:
                yield from elements(text, at[1:])
            else:
                text.skip()


def lines(text: Text) -> Iterator[None]:
    while text.peek():
        yield


def _objects(text: Text, every: Iterator[None], columns: Columns, notes: list[Note]) -> Iterator[Row]:
    nulls = 0
    for _ in every:
        line = text.line if text.peek() != "{" else 0
        record = text.value()
        if record is None:
            nulls += 1
        elif isinstance(record, dict):
            yield _row(columns, record, text)
        else:
            raise Unreadable(
                f"Ligne {line} : la liste mêle des objets et d’autres valeurs. Retirez ce qui n’est pas un objet.",
                "json",
            )
    text.ended()
    notes.extend(told(text, columns, nulls))


def _row(columns: Columns, record: Mapping[str, Any], text: Text) -> Row:
    try:
        return columns.row(record)
    except RecursionError as error:
        raise nested(text.line) from error


def _arrays(text: Text, every: Iterator[None]) -> Iterator[Row]:
    for _ in every:
        text.peek()
        line = text.line
        cells = text.value()
        if not isinstance(cells, list):
            raise Unreadable(f"Ligne {line} : la liste mêle des listes et d’autres valeurs.", "json")
        try:
            yield [written(cell) for cell in cells]
        except RecursionError as error:
            raise nested(line) from error
    text.ended()


def told(text: Text, columns: Columns, nulls: int) -> Iterator[Note]:
    """What had to be done to make rows of a JSON text."""
    faults: dict[str, tuple[int, str]] = {
        "null-rows": (nulls, "Des éléments de la liste sont vides (null) : ils n’ont pas donné de ligne."),
        "repeated-keys": (
            text.repeated,
            "Des objets portent deux fois le même nom : seule la dernière valeur est gardée. Corrigez le programme qui les écrit.",
        ),
        "not-a-number": (text.infinite, "Des nombres n’en sont pas (NaN, Infinity) : ils comptent comme vides."),
        "clashes": (
            columns.clashes,
            "Des objets portent à la fois « a.b » et un objet « a » qui contient « b » : seule la première valeur est gardée.",
        ),
    }
    for code, (count, words) in faults.items():
        if count:
            yield Note(code, words, count=count)
