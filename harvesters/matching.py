"""What people write for a term of a vocabulary ("CSV", "text/csv", "licence ouverte", "tous les mois"), and which term it is.

The names are data (`catalogue/reference/other_names.json`, loaded with the vocabularies). A text is a term only when the
whole of it is one of its names, case, accents, punctuation and the words that say nothing aside: what is nearly a name is
not guessed at. An address is a term only when it is one of its addresses; what another house names stays what it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

Row = tuple[str, str, str, Iterable[str]]
"""Vocabulary, address of a term, its code, its other names and addresses."""

LICENCES = "http://publications.europa.eu/resource/authority/licence/"
# Words that tell no term from another, by vocabulary, in folded text.
NOISE = {
    "licence": re.compile(r"\b(licen[cs]es?|version|international|the|l[ae]?|sous|under|v)\b|\bv(?=\d)"),
    "frequency": re.compile(r"\b(mises? a jour|frequence|periodicite|frequency|updated?)\b"),
}
# Houses whose addresses end with the very code of the term.
HOUSES = re.compile(
    r"https?://(publications\.europa\.eu/resource/authority/|id\.loc\.gov/vocabulary/iso639-|(www\.)?lexvo\.org/id/(iso639|term))"
)
IANA = re.compile(r"https?://(www\.)?iana\.org/assignments/media-types/", re.I)
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;)]")
REGION = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z]{2,4}\Z")  # fr-FR, zh-Hant
BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)\s*\Z")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """A name as it is looked up: no case, accents or punctuation; no scheme or final slash for an address."""
    plain = unicodedata.normalize("NFKD", unquote(text).casefold().replace("œ", "oe"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"^https?://(www\.)?", "", bare)).strip()


class Names:
    """Every name of every term. Of two terms of one name the first given has it."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self._addresses: dict[str, set[str]] = {}
        for vocabulary, address, code, others in _said_of_licences(rows):
            known = self._known.setdefault(vocabulary, {})
            self._addresses.setdefault(vocabulary, set()).add(address)
            for name in (address, code, *others):
                known.setdefault(_key(vocabulary, name), address)
        for known in self._known.values():
            known.pop("", None)

    def spelled(self, vocabulary: str, address: str) -> str | None:
        """The term of which this is an address: an old one, one of another house, one that is badly spelled."""
        if address in self._addresses.get(vocabulary, ()):
            return address
        found = self._find(vocabulary, address)
        if found is None and HOUSES.match(address):
            found = self._find(vocabulary, _last(address))
        if found is None and vocabulary == "file-type" and IANA.match(address):
            found = self._find(vocabulary, IANA.sub("", address))
        return found

    def meant(self, vocabulary: str, text: str) -> str | None:
        """The term that a text names, as a whole or by the one address in it."""
        found = next(filter(None, (self._find(vocabulary, name) for name in _readings(vocabulary, text))), None)
        if found or vocabulary != "licence":
            return found
        linked = {self.spelled(vocabulary, link) for link in LINK.findall(text)} - {None}
        return linked.pop() if len(linked) == 1 else None

    def close(self, vocabulary: str, address: str) -> str | None:
        """The term whose name another house's address ends with: near in meaning, no more."""
        return None if HOUSES.match(address) else self._find(vocabulary, _last(address))

    def _find(self, vocabulary: str, name: str) -> str | None:
        return self._known.get(vocabulary, {}).get(_key(vocabulary, name))


def _said_of_licences(rows: Iterable[Row]) -> Iterator[Row]:
    """The usual licences in France are said by the address of the European list where it has them, and keep their own
    where a source gives that.
    """
    for vocabulary, address, code, others in rows:
        if vocabulary == "licence-fr":
            names = tuple(others)
            yield "licence", address, address, ()
            yield "licence", next((name for name in names if name.startswith(LICENCES)), address), code, names
        else:
            yield vocabulary, address, code, others


def _key(vocabulary: str, name: str) -> str:
    folded = fold(name)
    noise = NOISE.get(vocabulary)
    return " ".join(noise.sub(" ", folded).split()) if noise else folded


def _last(address: str) -> str:
    return re.split(r"[/#=]", address.rstrip("/#"))[-1]


def _readings(vocabulary: str, text: str) -> Iterator[str]:
    """What of the text may be the name, the whole first."""
    yield text
    if not re.search(r"\s", text.strip()) or "://" in text:
        yield _last(text)
    if vocabulary == "file-type":
        yield text.split(";", maxsplit=1)[0]
        yield IANA.sub("", text)
        if parts := BRACKETS.match(text):
            yield parts[1]
            yield parts[2]
    if vocabulary == "language" and (parts := REGION.match(text.strip())):
        yield parts[1]
