"""The page of a harvested record for who publishes: its fields closed, and what is added to it here, one gesture at a time.

Everything goes through `catalogue.additions`; the page works without JavaScript, each gesture at an address of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import additions
from catalogue.additions import Wish, may_add, may_correct
from catalogue.calling import named
from catalogue.dcat.classes import EMPTY, Term
from catalogue.dcat.mapping import own_values
from catalogue.dcat.profile import DATASET
from catalogue.dcat.terms import Text, Values
from catalogue.errors import Conflict, Refused
from catalogue.layering import ADD, CORRECT, FILES, NOTE, by_language
from catalogue.models import Addition, Dataset, Distribution
from portal import spelling
from portal.naming import labels
from portal.pages.fields import Field, Said
from portal.pages.forms import RecordForm
from portal.pages.laid import Line, lines_of, strings
from portal.pages.origins import Origin

TERMS: Final = {term.name: term for term in DATASET.terms}
GESTURES: Final = {"ajouter": ADD, "corriger": CORRECT, "noter": NOTE}
SAID: Final = {
    ADD: gettext_noop("Ajouté. Visible tout de suite ici, et dans la recherche d’ici une minute."),
    CORRECT: gettext_noop("Corrigé. Visible tout de suite ici, et dans la recherche d’ici une minute."),
    NOTE: gettext_noop("La note est sur la fiche."),
}
NOTHING: Final = gettext_noop("Écrivez quelque chose, ou revenez à la fiche.")
EMPTIED: Final = gettext_noop(
    "Une correction remplace ce que dit la source par autre chose : elle ne peut pas le vider."
)


@dataclass
class Row:
    """One property as the record says it now, and what was done to it here."""

    field: Field
    text: str
    lines: list[Line]
    files: list[Distribution]
    adds: bool
    corrects: bool


@dataclass
class Asked:
    """The gesture whose form is open; `form` is None for a note, or when there is none for it."""

    gesture: str
    term: Term | None = None
    form: RecordForm | None = None
    text: str = ""
    reason: str = ""
    error: str = ""

    @property
    def word(self) -> str:
        return next(word for word, gesture in GESTURES.items() if gesture == self.gesture)

    @property
    def name(self) -> str:
        return named(self.term.name) if self.term else ""

    @property
    def field(self) -> Field | None:
        return self.form.fields[self.term.name] if self.form and self.term else None


def page(request: HttpRequest, found: Dataset, origin: Origin) -> HttpResponse:
    """GET: the record, with the form of the gesture that the address names. POST: the gesture itself."""
    files = list(found.distributions.all())
    if request.method != "POST":
        return _shown(request, found, origin, files, _asked(request.GET, found, files))
    word = request.POST.get("geste", "")
    if word == "retirer":
        return remove(request, found)
    if word not in GESTURES:
        # Answered, never obeyed: its source would undo it, and nobody would know which of the two is right.
        return _shown(request, found, origin, files, None, status=409, refused=True)
    asked = _asked({word: request.POST.get("champ", "")}, found, files)
    if asked is None:
        return _shown(request, found, origin, files, None, status=409, refused=True)
    return _laid(request, found, origin, files, asked)


def _asked(data: Any, found: Dataset, files: list[Distribution]) -> Asked | None:
    """The gesture that is asked, None for none or for one that this record does not take."""
    for word, gesture in GESTURES.items():
        if word not in data or found.replicated:
            continue
        if gesture == NOTE:
            return Asked(gesture)
        term = TERMS.get(data[word])
        if term and (may_add if gesture == ADD else may_correct)(term):
            values = own_values(found, files) if gesture == CORRECT else {}
            form = RecordForm(_only(values, term.name), profile=replace(DATASET, terms=(term,)))
            return Asked(gesture, term, form)
    return None


def _only(values: Values, name: str) -> Values:
    return {name: values[name]} if name in values else {}


def _laid(
    request: HttpRequest, found: Dataset, origin: Origin, files: list[Distribution], asked: Asked
) -> HttpResponse:
    said: Said = {name: [spelling.lines(text) for text in texts] for name, texts in request.POST.lists()}
    asked.reason = next(iter(said.get("pourquoi", ())), "")
    try:
        wishes = _wishes(asked, said, own_values(found, files))
        if wishes is None:
            return _shown(request, found, origin, files, asked, status=422)
        additions.lay(found, wishes, request.user, found.version if asked.gesture == CORRECT else None)  # type: ignore[arg-type]
    except Refused as error:
        asked.error = error.message
        return _shown(request, found, origin, files, asked, status=422)
    except Conflict as error:
        asked.error = error.message
        return _shown(request, found, origin, files, asked, status=409)
    messages.success(request, _(SAID[Addition.Gesture(asked.gesture)]))
    return HttpResponseRedirect(f"{found.get_absolute_url()}modifier/")


def _wishes(asked: Asked, said: Said, values: Values) -> list[Wish] | None:
    """What the answer asks for; None when it cannot be read, which the form then says. Raises Refused, Conflict."""
    if asked.term is None or asked.form is None:
        asked.text = next(iter(said.get("texte", ())), "")
        if not asked.text:
            raise Refused(_(NOTHING))
        return [Wish(NOTE, "", asked.text, reason=asked.reason)]
    result = asked.form.read(said)
    if result.moved:
        raise Conflict(_("Ce champ a changé entre-temps, ici ou à sa source. Relisez, puis enregistrez."))
    if result.errors:
        return None
    value, term = result.values.get(asked.term.name), asked.term
    wishes = _additions(term, value) if asked.gesture == ADD else _corrections(term, value, values.get(term.name))
    if not wishes:
        raise Refused(_(NOTHING) if asked.gesture == ADD else _("Rien n’est changé : la fiche le dit déjà ainsi."))
    return [replace(wish, reason=asked.reason) for wish in wishes]


def _additions(term: Term, value: Any) -> list[Wish]:
    if isinstance(term.kind, Text):
        return [Wish(ADD, term.name, word, language) for language, words in (value or {}).items() for word in words]
    return [Wish(ADD, term.name, item) for item in value or []]


def _corrections(term: Term, value: Any, before: Any) -> list[Wish]:
    """Raises Refused for what would be emptied."""
    if value in EMPTY or (by_language(term) and set(before or {}) - set(value)):
        raise Refused(_(EMPTIED))
    if by_language(term):
        changed = {language: text for language, text in value.items() if text != (before or {}).get(language)}
        return [Wish(CORRECT, term.name, text, language) for language, text in changed.items()]
    return [Wish(CORRECT, term.name, value)] if value != before else []


def remove(request: HttpRequest, found: Dataset) -> HttpResponse:
    """Takes the addition away that `ajout` names; of a record of ours, a note that it had while it was harvested."""
    try:
        done = additions.remove(found, uuid.UUID(request.POST.get("ajout", "")), request.user)  # type: ignore[arg-type]
    except ValueError:
        done = False
    told = _("Retiré.") if done else _("C’était déjà retiré.")
    if done and found.harvested:
        told = _("Retiré : la fiche dit de nouveau ce que dit sa source.")
    messages.success(request, told)
    return HttpResponseRedirect(f"{found.get_absolute_url()}modifier/")


def _shown(
    request: HttpRequest,
    found: Dataset,
    origin: Origin,
    files: list[Distribution],
    asked: Asked | None,
    *,
    status: int = 200,
    refused: bool = False,
) -> HttpResponse:
    values = own_values(found, files)
    if asked and asked.gesture == ADD and asked.field:
        _offer_others(asked.field, values.get(asked.field.term.name))
    form = RecordForm(values)
    laid = list(Addition.objects.of(found.pk))
    lines = lines_of(laid, files, labels(strings(laid)), member=True)
    takes = not found.replicated
    groups = [(group.title, [_row(one, lines, files, takes) for one in group.fields]) for group in form.groups]
    here = [line for line in lines if asked and asked.term and line.term == asked.term.name]
    context = {
        "dataset": found,
        "origin": origin,
        "refused": refused,
        "asked": asked,
        "suggestions": asked.form.suggestions if asked and asked.form else [],
        "marks": asked.form.marks if asked and asked.form and asked.gesture == CORRECT else {},
        "said_by_source": next((line.now or _("rien") for line in here if line.correction), ""),
        "lines": lines,
        "essential": [_row(one, lines, files, takes) for one in form.essential],
        "groups": [(title, [row for row in rows if row.text or row.lines], rows) for title, rows in groups],
    }
    return render(request, "complete.html", context, status=status)


def _offer_others(field: Field, there: Any) -> None:
    """What the record says already is no choice."""
    for control in field.controls:
        control.choices = [choice for choice in control.choices if choice[0] not in (there or ())]


def _row(field: Field, lines: Sequence[Line], files: list[Distribution], takes: bool) -> Row:
    name = field.term.name
    mine = [line for line in lines if line.term == name]
    text = "" if name == FILES else field.summary().replace("\n", ", " if field.term.many else " ")
    return Row(
        field,
        text,
        mine,
        files if name == FILES else [],
        takes and may_add(field.term),
        takes and may_correct(field.term),
    )
