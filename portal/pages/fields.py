"""The fields of a form, one for each term, made by its kind: what is shown of a value, and the value once it was read back.

A field never loses what it does not show (a language, a described thing, a property of a file): what comes back as it was
shown leaves the value alone, and the rest is changed in place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.calling import bare
from catalogue.dcat.classes import EMPTY, Term
from catalogue.dcat.profile import DCT
from catalogue.dcat.terms import Concept
from portal import spelling
from portal.spelling import Vocabularies, Wrong

Said = Mapping[str, Sequence[str]]
"""What the page shows, or what came back from it: the name of each control, and its values."""
Errors = dict[str, str]
"""By the name of the control."""

LONG: Final = {DCT + "description", "http://www.w3.org/ns/adms#versionNotes"}
LANGUAGES: Final = {
    "fr": gettext_noop("en français"),
    "en": gettext_noop("en anglais"),
    "de": gettext_noop("en allemand"),
    "es": gettext_noop("en espagnol"),
    "it": gettext_noop("en italien"),
    "nl": gettext_noop("en néerlandais"),
    "br": gettext_noop("en breton"),
    "eu": gettext_noop("en basque"),
    "oc": gettext_noop("en occitan"),
    "": gettext_noop("sans langue"),
}
SHOWN_LANGUAGES: Final = 6
HINTS: Final = {
    "dataset.title": gettext_noop("Ce que les habitants liront dans une liste : court, sans sigle."),
    "dataset.description": gettext_noop("Qu’est-ce qu’une ligne ? À quoi cela sert-il ?"),
    "keyword": gettext_noop("Un par ligne."),
    "license": gettext_noop("Par exemple « Licence Ouverte 2.0 (Etalab) »."),
    "issued": gettext_noop("2026, 2026-03 ou 2026-03-14."),
    "modified": gettext_noop("2026, 2026-03 ou 2026-03-14."),
    "start": gettext_noop("2026, 2026-03 ou 2026-03-14."),
    "end": gettext_noop("2026, 2026-03 ou 2026-03-14."),
    "access_url": gettext_noop("Où l’on trouve le fichier, une adresse par ligne."),
    "download_url": gettext_noop("L’adresse du fichier lui-même, une par ligne."),
    "format": gettext_noop("Par exemple CSV ou GeoJSON."),
    "conforms_to": gettext_noop("L’adresse d’un schéma, une par ligne."),
    "geometry": gettext_noop("En WKT ou en GeoJSON."),
    "temporal_resolution": gettext_noop("P1D pour un jour, P1M pour un mois."),
}


def hint_of(term: Term, owner: str) -> str:
    hint = HINTS.get(f"{owner}.{term.name}") or HINTS.get(term.name, "")
    return _(hint) if hint else ""


@dataclass
class Control:
    """One thing that a person fills in. `choices` are (value, label, chosen); `suggestions` names a list of the page."""

    name: str
    label: str
    widget: str
    value: str = ""
    language: str = ""
    error: str = ""
    hint: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    suggestions: str = ""
    rows: int = 3
    mode: str = ""  # the keyboard that a phone shows
    empty: str = field(
        default_factory=lambda: _("non précisé")
    )  # of a list, what stands for no choice; "" when one must be made


class Field(ABC):
    """One term of one node, at `name` in the form. `owner` is the class of the node."""

    template: ClassVar[str] = ""  # of what is no list of controls
    nodes: Sequence[Any] = ()

    def __init__(self, term: Term, name: str, value: Any, known: Vocabularies, owner: str) -> None:
        self.term, self.name, self.value, self.known = term, name, value, known
        self.label = bare(term.name, owner).capitalize()
        self.hint = hint_of(term, owner) or (_("Un par ligne.") if term.many else "")
        # What somebody else wrote there meanwhile; set by the form.
        self.meanwhile = ""
        # What the European quality score would gain by it, in words; set by the page.
        self.gains: list[str] = []
        self.controls: list[Control] = []

    @abstractmethod
    def shown(self) -> dict[str, list[str]]:
        """The controls of the stored value."""

    @abstractmethod
    def take(self, said: Said, errors: Errors) -> Any:
        """The value meant by what came back, None for nothing."""

    @abstractmethod
    def draw(self, said: Said, errors: Errors) -> None:
        """Makes what the template shows."""

    @property
    def all_controls(self) -> list[Control]:
        return self.controls

    @property
    def wrong(self) -> list[Control]:
        return [control for control in self.all_controls if control.error]

    @property
    def flawed(self) -> bool:
        return bool(self.wrong)

    def summary(self) -> str:
        """The stored value in words, to tell what somebody else wrote."""
        return " ; ".join(text for texts in self.shown().values() for text in texts if text)


def came(said: Said, name: str) -> str:
    return spelling.lines(next(iter(said.get(name, ())), ""))


class TextField(Field):
    """A control for each language: French, then those of the value; what has more is kept unshown."""

    def _languages(self) -> list[str]:
        others = [language for language in sorted(self.value or {}) if language != "fr"]
        return ["fr", *others][:SHOWN_LANGUAGES]

    def _control(self, language: str) -> str:
        return f"{self.name}.{language or '-'}"

    def _text(self, language: str) -> str:
        text = (self.value or {}).get(language, "")
        if self.term.many:
            return "\n".join(map(spelling.one_line, text or []))
        return spelling.lines(text) if self.term.predicate in LONG else spelling.one_line(text)

    def shown(self) -> dict[str, list[str]]:
        return {self._control(language): [self._text(language)] for language in self._languages()}

    def take(self, said: Said, errors: Errors) -> Any:
        result = dict(self.value or {})
        for language in self._languages():
            name = self._control(language)
            text = came(said, name)
            if name not in said or text == self._text(language):
                continue
            try:
                spelling.checked(text)
            except Wrong as error:
                errors[name] = str(error)
                continue
            result.pop(language, None)
            if text:
                result[language] = self._entries(text, language) if self.term.many else text
        return result

    def _entries(self, text: str, language: str) -> list[str]:
        before = {spelling.one_line(entry): entry for entry in (self.value or {}).get(language, [])}
        lines = [line for line in map(str.strip, text.split("\n")) if line]
        return [before.get(line, line) for line in dict.fromkeys(lines)]

    def draw(self, said: Said, errors: Errors) -> None:
        languages = self._languages()
        long = self.term.predicate in LONG
        self.controls = []
        for language in languages:
            name = self._control(language)
            told = (
                _(LANGUAGES[language]) if language in LANGUAGES else (_("en « %(language)s »") % {"language": language})
            )
            label = self.label if len(languages) == 1 else f"{self.label} ({told})"
            widget = "area" if long or self.term.many else "line"
            control = Control(name, label, widget, came(said, name), language, errors.get(name, ""))
            control.rows = 6 if long and "." not in self.name else 3
            self.controls.append(control)
        self.controls[0].hint = self.hint
        hidden = [language for language in self.value or {} if language not in languages]
        if hidden:
            self.controls[-1].hint += " " + _("Aussi en %(hidden)s : gardé tel quel.") % {"hidden": ", ".join(hidden)}


class LineField(Field):
    """One value that is typed."""

    def shown(self) -> dict[str, list[str]]:
        empty = self.value in EMPTY
        return {self.name: ["" if empty else spelling.shown(self.term.kind, self.value, self.known)]}

    def take(self, said: Said, errors: Errors) -> Any:
        text = came(said, self.name)
        if self.name not in said or text == self.shown()[self.name][0]:
            return self.value
        try:
            return spelling.meant(self.term.kind, text, self.known) if text else None
        except Wrong as error:
            errors[self.name] = str(error)
            return self.value

    def draw(self, said: Said, errors: Errors) -> None:
        vocabulary = self.term.kind.vocabulary if isinstance(self.term.kind, Concept) else ""
        several = "\n" in came(said, self.name) or self.term.name in ("bbox", "centroid", "geometry")
        self.controls = [
            Control(
                self.name,
                self.label,
                "area" if several else "line",
                came(said, self.name),
                error=errors.get(self.name, ""),
                hint=self.hint,
                suggestions=vocabulary if self.known.choices(vocabulary) else "",
            )
        ]


class LinesField(LineField):
    """Several values, one a line."""

    def _items(self) -> list[tuple[str, Any]]:
        return [
            (spelling.one_line(spelling.shown(self.term.kind, item, self.known)), item) for item in self.value or []
        ]

    def shown(self) -> dict[str, list[str]]:
        return {self.name: ["\n".join(line for line, _item in self._items())]}

    def take(self, said: Said, errors: Errors) -> Any:
        text = came(said, self.name)
        if self.name not in said or text == self.shown()[self.name][0]:
            return self.value
        kept = self._items()
        found: list[Any] = []
        for line in filter(None, map(str.strip, text.split("\n"))):
            known = next((pair for pair in kept if pair[0] == line), None)
            if known:
                kept.remove(known)
            try:
                item = known[1] if known else spelling.meant(self.term.kind, line, self.known)
            except Wrong as error:
                errors[self.name] = str(error)
                return self.value
            found += [] if item in found else [item]
        return found

    def draw(self, said: Said, errors: Errors) -> None:
        value, error = came(said, self.name), errors.get(self.name, "")
        self.controls = [Control(self.name, self.label, "area", value, error=error, hint=self.hint, rows=2)]
