"""The synonyms of the search, as one text: tried and compared before they are kept, for who runs the instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.models import PUBLIC
from catalogue.search import find, french, places, synonyms
from catalogue.search.contract import SearchError
from portal import spelling
from portal.pages.lines import Line, lines
from portal.pages.running import for_who_runs_it
from portal.pages.words import no_gesture

SHOWN: Final = 8  # results of a trial
LOOKED_AT: Final = 50  # of the table in force, to tell which results are new
DIFFERENT: Final = 200  # rules shown on each side


@dataclass(frozen=True)
class Trial:
    """A question under the rules of the page, as everybody would see it."""

    question: str
    readings: tuple[french.Reading, ...] = ()
    total: int = 0
    lines: tuple[tuple[Line, bool], ...] = ()  # whether the rules in force do not find it among the first
    trouble: str = ""  # why there are no results


@dataclass(frozen=True)
class Mistake:
    line: int
    text: str
    message: str


@dataclass(frozen=True)
class Draft:
    """What the page shows. `before` is the mark of the table it was written from, `seen` that of the text last compared."""

    text: str
    before: str
    seen: str = ""
    question: str = ""
    status: int = 200
    moved: bool = False
    retyped: bool = False  # changed since it was compared
    difference: synonyms.Difference | None = None
    mistakes: tuple[Mistake, ...] = ()
    trial: Trial | None = None
    trouble: str = ""
    shown: int = field(default=DIFFERENT, init=False)

    @property
    def shipped(self) -> bool:
        return synonyms.mark(self.text) == synonyms.mark(french.shipped_text())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_who_runs_it
def page(request: HttpRequest) -> HttpResponse:
    """`/synonymes/`. 403 for who does not run the instance."""
    current = synonyms.current()
    draft = Draft(current, synonyms.mark(current))
    if request.method == "POST":
        done = GESTURES.get(request.POST.get("geste", ""), _unknown)(request, draft)
        if isinstance(done, HttpResponse):
            return done
        draft = done
    return render(request, "synonyms.html", {"draft": draft}, status=draft.status)


def _typed(request: HttpRequest, shown: Draft) -> Draft:
    given = request.POST
    return replace(
        shown,
        text=spelling.lines(given.get("regles", shown.text)),
        before=given.get("avant", ""),
        seen=given.get("vu", ""),
        question=spelling.one_line(given.get("question", "")),
    )


def _compare(request: HttpRequest, shown: Draft) -> Draft:
    return _compared(_typed(request, shown))


def _compared(draft: Draft) -> Draft:
    """With its mistakes, or with what it would change of the table in force now."""
    if mistakes := _mistakes(draft.text):
        return replace(draft, mistakes=mistakes, seen="", status=422)
    current = synonyms.current()
    return replace(
        draft,
        before=synonyms.mark(current),
        moved=draft.before != synonyms.mark(current),
        seen=synonyms.mark(draft.text),
        difference=synonyms.difference(current, draft.text),
    )


def _try(request: HttpRequest, shown: Draft) -> Draft:
    draft = _typed(request, shown)
    if not draft.question:
        return replace(draft, trial=Trial("", trouble=_("Écrivez d’abord une question à essayer.")), status=422)
    return replace(draft, mistakes=_mistakes(draft.text), trial=_trial(draft))


def _trial(draft: Draft) -> Trial:
    rules, _ = french.read_synonyms(draft.text)
    words, _ = places.read_nearness(draft.question)
    trial = Trial(draft.question, french.readings(words, french.parse(words, rules), rules))
    try:
        found = find(draft.question, audience=PUBLIC, size=SHOWN, thesaurus=rules)
        known = {hit.id for hit in find(draft.question, audience=PUBLIC, size=LOOKED_AT).hits}
    except SearchError as error:
        return replace(trial, trouble=error.message)
    shown = tuple((line, line.id not in known) for line in lines(found.hits, PUBLIC))
    return replace(trial, total=found.total, lines=shown)


def _keep(request: HttpRequest, shown: Draft) -> Draft | HttpResponse:
    draft = _typed(request, shown)
    if draft.seen != synonyms.mark(draft.text):
        return replace(_compared(draft), retyped=True)
    try:
        synonyms.replace(draft.text, before=draft.before, actor=_person(request))
    except (synonyms.SynonymsMoved, synonyms.SynonymsRefused):
        again = _compared(draft)
        return replace(again, status=409 if again.moved else 422)
    messages.success(request, _("Les synonymes sont enregistrés : les recherches s’en servent dès maintenant."))
    return HttpResponseRedirect(reverse("synonyms"))


def _person(request: HttpRequest) -> Any:
    return request.user


def _restore(_request: HttpRequest, shown: Draft) -> Draft:
    """The shipped table, to be compared: nothing is written yet."""
    return _compared(replace(shown, text=french.shipped_text()))


def _unknown(request: HttpRequest, shown: Draft) -> Draft:
    draft = _typed(request, shown)
    return replace(draft, trouble=no_gesture(), status=400)


def _mistakes(text: str) -> tuple[Mistake, ...]:
    written = text.splitlines()
    return tuple(
        Mistake(fault.line, written[fault.line - 1][:120] if fault.line <= len(written) else "", fault.message)
        for fault in french.read_synonyms(text)[1]
    )


GESTURES: Final[dict[str, Callable[[HttpRequest, Draft], Draft | HttpResponse]]] = {
    "comparer": _compare,
    "essayer": _try,
    "enregistrer": _keep,
    "remettre": _restore,
}
