"""What this portal added to a harvested record, in words: whose it is, since when, and what the source says in its place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.additions import source_value
from catalogue.calling import bare
from catalogue.layering import ADD, CORRECT, FILES, NOTE, addresses
from catalogue.models import Addition, Distribution
from catalogue.previewing import in_words
from portal.pages.licences import terms_of
from portal.pages.prose import web_link

DONE = {
    ADD: gettext_noop("ajouté par %(body)s"),
    CORRECT: gettext_noop("corrigé par %(body)s"),
    NOTE: gettext_noop("note par %(body)s"),
}


@dataclass(frozen=True)
class Line:
    """One addition. `now`, `was`: what the source says in the place of a correction, and said when it was made, "" for nothing.

    `adopted`: the source says the same by now. `who`: a person, for members alone, else "".
    """

    key: uuid.UUID
    gesture: str
    term: str
    value: str
    now: str
    was: str
    adopted: bool
    body: str
    who: str
    at: datetime
    reason: str

    @property
    def name(self) -> str:
        return bare(self.term).capitalize() if self.term else _("Note")

    @property
    def note(self) -> bool:
        return self.gesture == NOTE

    @property
    def correction(self) -> bool:
        return self.gesture == CORRECT

    @property
    def moved(self) -> bool:
        """Whether the source says something else than when it was corrected, and something else than the correction."""
        return self.correction and not self.adopted and self.now != self.was

    @property
    def mark(self) -> str:
        """Beside the value: « ajouté par Ville d’essai »."""
        return _(DONE[Addition.Gesture(self.gesture)]) % {"body": self.body}


@dataclass(frozen=True)
class Fact:
    """One property of the page: `values` are (text, address or "", whose it is or ""); `corrected` is its correction."""

    name: str
    values: list[tuple[str, str, str]]
    corrected: Line | None


@dataclass(frozen=True)
class Laid:
    """All that was added to one record, for its page."""

    lines: list[Line]

    @classmethod
    def of(
        cls, additions: Sequence[Addition], files: Sequence[Distribution], names: dict[str, str], *, member: bool
    ) -> Laid:
        return cls(lines_of(additions, files, names, member=member))

    @property
    def notes(self) -> list[Line]:
        return [line for line in self.lines if line.note]

    @property
    def others(self) -> list[Line]:
        return [line for line in self.lines if not line.note]

    @property
    def files(self) -> dict[uuid.UUID, str]:
        """By the key of a file that was added, whose it is."""
        return {line.key: line.mark for line in self.lines if line.term == FILES and not line.adopted}

    @property
    def corrected(self) -> dict[str, Line]:
        """The correction of a property; the first, of a text that was corrected in several languages."""
        return {line.term: line for line in reversed(self.lines) if line.correction}

    def fact(self, term: str, name: str, values: Iterable[tuple[str, str]]) -> Fact:
        added = {line.value: line.mark for line in self.lines if line.term == term and not line.adopted}
        corrected = self.corrected.get(term)
        marked = [(text, address, "" if corrected else added.get(text, "")) for text, address in values]
        return Fact(name, marked, corrected)


def strings(additions: Iterable[Addition]) -> set[str]:
    """The addresses whose labels say the values in words."""
    return {text for one in additions for value in (one.value, one.said) for text in _strings(value)} | {
        text for one in additions for text in _strings(one.layer.said.get(one.property))
    }


def _strings(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and web_link(item):
            yield item


def lines_of(
    additions: Iterable[Addition], files: Sequence[Distribution], names: dict[str, str], *, member: bool
) -> list[Line]:
    """The latest last. `names`: labels by address. `member`: whether the reader may know persons."""
    return [_line(one, files, names, member) for one in additions]


def _line(one: Addition, files: Sequence[Distribution], names: dict[str, str], member: bool) -> Line:
    said = one.layer.said
    now = source_value(said, one.property, one.language, one.layer.kind) if one.gesture == CORRECT else None
    return Line(
        key=one.pk,
        gesture=one.gesture,
        term=one.property,
        value=one.value if one.gesture == NOTE else _words(one.property, one.value, names),
        now=_words(one.property, now, names),
        was=_words(one.property, one.said, names),
        adopted=now == one.value if one.gesture == CORRECT else _given(one, files),
        body=one.body.name,
        who=str(one.author) if member and one.author else "",
        at=one.at,
        reason=one.reason,
    )


def _given(one: Addition, files: Sequence[Distribution]) -> bool:
    """Whether the source gives what was added."""
    if one.property == FILES:
        sources = (file for file in files if file.origin == Distribution.Origin.SOURCE)
        return any(addresses(one.value) & {*file.access_url, *file.download_url} for file in sources)
    said = one.layer.said.get(one.property) or []
    return one.value in (said.get(one.language, []) if isinstance(said, dict) else said)


def _words(term: str, value: Any, names: dict[str, str]) -> str:
    if term == "license" and isinstance(value, str):
        return terms_of(value, names.get(value, "")).name
    items = value if isinstance(value, list) else [value]
    said = [names.get(item, item) if isinstance(item, str) else item for item in items]
    return in_words(said if isinstance(value, list) else said[0])
