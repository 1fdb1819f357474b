"""JSON read in a stream (RFC 8259): one value at a time from a text that is never whole in memory.

Python's own reader decodes each value; what surrounds them (`[`, `,`, keys) is walked here. Numbers keep how they are
written, the line of each fault is known, and a value has a largest size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from catalogue.tables.contract import TooMuch, Unreadable
from catalogue.tables.intake.reading import MOST_CHARACTERS

SPACE: Final = re.compile(r"[ \t\n\r]*")
EXPANDED: Final = 40  # the exponent beyond which a number is left as it is written


class Number(float):
    """A number that is not an integer, and how it is written."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def plain(self) -> str:
        """Without exponent: 1.0E7 is 10000000. As written when there is none."""
        if "e" not in self.text and "E" not in self.text:
            return self.text
        try:
            exact = Decimal(self.text)
        except InvalidOperation:
            return self.text
        if abs(exact.adjusted()) > EXPANDED:
            return self.text
        whole = exact == exact.to_integral_value()
        return format(exact.to_integral_value() if whole else exact, "f")


def nested(line: int) -> Unreadable:
    """For a value too deep to be walked."""
    return Unreadable(
        f"Ligne {line} : des objets JSON sont imbriqués à l’infini. Ce n’est pas une table : exportez une liste d’objets simples.",
        "nested",
    )


class Text:
    """What is left of a JSON text, from where it was read. `repeated`, `infinite`: how many keys stood twice in an object,
    and how many numbers are none (NaN, which JSON has not).
    """

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._lines = 1  # of the file, before `_text`
        self._ended = False
        self.repeated = 0
        self.infinite = 0
        self._decode = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=Number, parse_constant=self._constant
        ).raw_decode

    @property
    def line(self) -> int:
        return self._lines + self._text.count("\n", 0, self._at)

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            match = SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, characters: str) -> str:
        """The next character, one of those. Raises Unreadable."""
        found = self.peek()
        if not found or found not in characters:
            wanted = " ou ".join(f"« {each} »" for each in characters)
            raise self.fault(f"{wanted} attendu" + (f", « {found} » trouvé" if found else ", le fichier s’arrête là"))
        self._at += 1
        return found

    def value(self) -> Any:
        """The next value, whole. Raises Unreadable, and TooMuch for one of more than `MOST_CHARACTERS`."""
        self.peek()
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except ValueError as error:
                if not self._grown():
                    raise self._told(error) from error
                continue
            except RecursionError as error:
                raise nested(self.line) from error
            # A number may go on in the next piece.
            if end < len(self._text) or not self._grown():
                self._at = end
                return value

    def items(self) -> Iterator[None]:
        """Stands before each value of the list that comes; who asks for the next one has read or skipped it."""
        self.take("[")
        yield from self._each("]")

    def keys(self) -> Iterator[str]:
        """Stands before each value of the object that comes, and gives its key."""
        self.take("{")
        for _ in self._each("}"):
            if self.peek() != '"':
                raise self.fault("nom entre guillemets attendu")
            key = str(self.value())
            self.take(":")
            yield key

    def skip(self, depth: int = 8) -> None:
        """Over the next value, however long the list that it is or holds."""
        opening = self.peek()
        if depth and opening == "[":
            for _ in self.items():
                self.value()
        elif depth and opening == "{":
            for _ in self.keys():
                self.skip(depth - 1)
        else:
            self.value()

    def ended(self) -> None:
        """Raises Unreadable when something follows."""
        if self.peek():
            raise self.fault("il y a du texte après la fin du JSON")

    def fault(self, what: str) -> Unreadable:
        return Unreadable(
            f"Ce JSON est incorrect à la ligne {self.line} : {what}. Corrigez le fichier ou le programme qui l’écrit.",
            "json",
        )

    def _each(self, closing: str) -> Iterator[None]:
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield
            if self.take("," + closing) == closing:
                return

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._lines += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :] + piece
        self._at = 0
        return True

    def _grown(self) -> bool:
        """At least twice what is at hand, so that a long value is not decoded anew for each piece."""
        wanted = 2 * (len(self._text) - self._at)
        if wanted > 2 * MOST_CHARACTERS:
            raise TooMuch(
                f"Ligne {self.line} : une seule valeur de ce JSON prend plus de {MOST_CHARACTERS // 2**20} millions de "
                "caractères. Simplifiez-la (une géométrie, par exemple) ou retirez-la."
            )
        grown = False
        while len(self._text) - self._at < max(wanted, 1) and self._more():
            grown = True
        return grown

    def _told(self, error: ValueError) -> Unreadable:
        if isinstance(error, json.JSONDecodeError):
            self._at = min(error.pos, len(self._text))
        unfinished = str(error).startswith("Unterminated string")
        if unfinished or self._at >= len(self._text.rstrip()):
            return self.fault("le fichier s’arrête au milieu d’une valeur ; il est peut-être coupé")
        return self.fault(f"valeur illisible près de « {self._text[self._at : self._at + 20].strip()} »")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        self.repeated += len(pairs) - len(made)
        return made

    def _constant(self, _: str) -> None:
        self.infinite += 1
