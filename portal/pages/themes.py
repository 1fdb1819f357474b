"""`/themes/`: what the territory calls the European themes, in which order and which it shows, for who runs the instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import themes
from catalogue.errors import Conflict
from catalogue.pages import LAST
from catalogue.themes import Choice, ThemesRefused
from portal import spelling
from portal.pages.running import for_who_runs_it
from portal.pages.words import no_gesture


@dataclass(frozen=True)
class Line:
    """One theme. `place`: as it was typed; `theirs`: what somebody else decided meanwhile, "" when it is the same."""

    uri: str
    code: str
    usual: str
    choice: Choice
    place: str
    fault: str = ""
    theirs: str = ""


@dataclass(frozen=True)
class Answer:
    choices: Mapping[str, Choice]
    places: Mapping[str, str]
    faults: Mapping[str, str]
    trouble: str = ""
    moved: bool = False
    status: int = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_who_runs_it
def page(request: HttpRequest) -> HttpResponse:
    """403 for who does not run the instance."""
    known, now = themes.known(), themes.current()
    answer = Answer(now, {}, {})
    if request.method == "POST":
        done = _done(request, known)
        if done is None:
            return HttpResponseRedirect(reverse("themes"))
        answer = done
        now = themes.current()
    lines = [_line(uri, usual, answer, now) for uri, usual in known.items()]
    if request.method != "POST":
        lines.sort(key=lambda line: (line.choice.place, line.usual) if line.uri in now else (LAST + 1, ""))
    context = {"lines": lines, "answer": answer, "mark": themes.mark(now), "own": bool(now)}
    return render(request, "themes.html", context, status=answer.status)


def _done(request: HttpRequest, known: Mapping[str, str]) -> Answer | None:
    """None when all is kept."""
    actor: Any = request.user
    given, gesture = request.POST, request.POST.get("geste", "")
    if gesture == "remettre":
        themes.keep({}, actor)
        messages.success(
            request, _("Les thèmes sont de nouveau sous leurs noms européens, du plus fourni au moins fourni.")
        )
        return None
    codes = {uri: themes.code_of(uri) for uri in known}
    places = {uri: spelling.one_line(given.get(f"rang.{code}", "")) for uri, code in codes.items()}
    typed = {
        uri: Choice(
            spelling.one_line(given.get(f"nom.{code}", "")),
            spelling.one_line(given.get(f"texte.{code}", "")),
            spelling.whole(places[uri], 8, -1),
            given.get(f"montre.{code}") == "oui",
        )
        for uri, code in codes.items()
    }
    if gesture != "enregistrer":
        return Answer(typed, places, {}, no_gesture(), status=400)
    try:
        themes.keep(typed, actor, given.get("avant", ""))
    except ThemesRefused as refused:
        return Answer(typed, places, refused.faults, status=422)
    except Conflict:
        return Answer(typed, places, {}, moved=True, status=409)
    messages.success(request, _("Les thèmes sont enregistrés : l’accueil et la recherche les montrent ainsi."))
    return None


def _line(uri: str, usual: str, answer: Answer, now: Mapping[str, Choice]) -> Line:
    choice = answer.choices.get(uri, Choice())
    theirs = now.get(uri, Choice())
    differ = str(theirs) if answer.moved and theirs != choice else ""
    place = answer.places.get(uri, str(choice.place))
    return Line(uri, themes.code_of(uri), usual, choice, place, answer.faults.get(uri, ""), differ)
