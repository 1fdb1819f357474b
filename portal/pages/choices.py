"""Fields of what a vocabulary names, and the one place that picks the field of a term."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from catalogue.dcat.classes import EMPTY, Term
from catalogue.dcat.terms import Concept
from catalogue.named import folded
from portal import spelling
from portal.outlets import outlet_of
from portal.pages.fields import Control, Errors, Field, LineField, LinesField, Said, TextField, came, hint_of
from portal.spelling import Vocabularies, Wrong

FEW: Final = 40  # choices that one list may show; longer ones are typed, with suggestions
FEW_CHECKS: Final = 30
MORE: Final = "+"


class ChoiceField(Field):
    """One or several terms of a short vocabulary; a value from elsewhere is a choice of its own."""

    def __init__(self, term: Term, name: str, value: Any, known: Vocabularies, owner: str) -> None:
        super().__init__(term, name, value, known, owner)
        assert isinstance(term.kind, Concept)
        self.vocabulary, self.hint = term.kind.vocabulary, hint_of(term, owner)
        items = (value or []) if term.many else [] if value in EMPTY else [value]
        # The value of a control -> the stored item. What is described in place has no address to go by.
        self.before = {item if isinstance(item, str) else f"={number}": item for number, item in enumerate(items)}

    def _offered(self) -> dict[str, str]:
        """Address -> label of what may be chosen besides what is."""
        return self.known.choices(self.vocabulary)

    def shown(self) -> dict[str, list[str]]:
        return {self.name: list(self.before)}

    def take(self, said: Said, errors: Errors) -> Any:
        chosen = [value for value in said.get(self.name, ()) if value]
        possible = {**self.before, **self._offered()}
        if not set(chosen) <= set(possible) or len(chosen) > 1 > self.term.many:
            errors[self.name] = _("Cette valeur n’est pas dans la liste : choisissez-en une.")
            return self.value
        items = [item for value, item in self.before.items() if value in chosen]
        items += [value for value in dict.fromkeys(chosen) if value not in self.before]
        return items if self.term.many else next(iter(items), None)

    def draw(self, said: Said, errors: Errors) -> None:
        chosen = said.get(self.name, ())
        before = {value: spelling.shown(self.term.kind, item, self.known) for value, item in self.before.items()}
        labels = sorted({**before, **self._offered()}.items(), key=lambda pair: folded(pair[1]))
        listed = [(value, label, value in chosen) for value, label in labels]
        widget = "checks" if self.term.many else "select"
        error = errors.get(self.name, "")
        self.controls = [Control(self.name, self.label, widget, error=error, hint=self.hint, choices=listed)]

    def summary(self) -> str:
        return " ; ".join(spelling.shown(self.term.kind, item, self.known) for item in self.before.values())


class PickField(ChoiceField):
    """Several terms of a long vocabulary: those that were chosen, and a line to add one, with suggestions."""

    def _offered(self) -> dict[str, str]:
        return {}

    def shown(self) -> dict[str, list[str]]:
        return {**super().shown(), f"{self.name}.{MORE}": [""]}

    def take(self, said: Said, errors: Errors) -> Any:
        items = list(super().take(said, errors) or [])
        name = f"{self.name}.{MORE}"
        if text := came(said, name):
            try:
                added = spelling.meant(self.term.kind, text, self.known)
            except Wrong as error:
                errors[name] = str(error)
                return self.value
            items += [] if added in items else [added]
        return items

    def draw(self, said: Said, errors: Errors) -> None:
        super().draw(said, errors)
        name = f"{self.name}.{MORE}"
        suggested = self.vocabulary if self.known.choices(self.vocabulary) else ""
        label = _("Ajouter : %(label)s") % {"label": self.label.lower()} if self.before else self.label
        add = Control(name, label, "line", came(said, name), error=errors.get(name, ""), suggestions=suggested)
        add.hint = self.hint or _("Choisissez une valeur proposée ; enregistrez pour en ajouter une autre.")
        self.controls = [*(self.controls if self.before else []), add]


def simple(term: Term, name: str, value: Any, known: Vocabularies, owner: str) -> Field:
    """The field of a term that holds no node. Raises KeyError for one that does."""
    made: dict[str, type[Field]] = {"texts": TextField, "line": LinesField if term.many else LineField}
    made["words"] = _for_words(term, known) or made["line"]
    return made[outlet_of(term).field](term, name, value, known, owner)


def _for_words(term: Term, known: Vocabularies) -> type[Field] | None:
    """The field for what its vocabulary offers; None when it offers nothing, or more than one list may show."""
    offered = len(known.choices(term.kind.vocabulary)) if isinstance(term.kind, Concept) else 0
    if 0 < offered <= (FEW_CHECKS if term.many else FEW):
        return ChoiceField
    return PickField if offered and term.many else None
