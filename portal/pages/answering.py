"""`/questions/`: what waits for an answer where this person publishes, then what was answered there."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import questioning
from catalogue.models import Question, User
from catalogue.questioning import State
from catalogue.unsent import mark_of
from portal.pages import guarding, unsent

WAITING, DONE = 50, 50  # that one page shows
LONGEST: Final = 4000  # characters of an answer
SETTLED: Final = {"repondre": State.ANSWERED, "clore": State.CLOSED, "indesirable": State.SPAM}
SHOWN: Final = {"afficher": True, "masquer": False}
NO_TEXT: Final = {
    "repondre": gettext_noop("Écrivez votre réponse : elle part par courriel à qui a écrit."),
    "clore": gettext_noop("Dites pourquoi : qui a écrit lira votre motif."),
}
TOO_LONG: Final = gettext_noop("Votre texte a %(count)s caractères. Raccourcissez-le à 4 000.")
BEFORE: Final = gettext_noop("Quelqu’un y a répondu avant vous : voici où elle en est. Votre texte n’est pas parti.")
DONE_AS: Final = {
    "repondre": gettext_noop("C’est répondu. Le message part dans quelques secondes."),
    "clore": gettext_noop("C’est clos. Le motif part dans quelques secondes."),
    "indesirable": gettext_noop("C’est écarté. Personne n’en est averti."),
    "afficher": gettext_noop("La question et sa réponse s’affichent sur la page des données."),
    "masquer": gettext_noop("La question et sa réponse ne s’affichent plus."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Who publishes nowhere finds it empty; the key of another body's question is a 404."""
    if not request.user.is_authenticated:
        return unsent.to_login(request)
    if request.method != "POST":
        back = unsent.again(request) or {}
        typed = {name: next(iter(texts), "") for name, texts in back.items()}
        return _page(request, typed)
    found, gesture = _asked(request), request.POST.get("faire", "")
    text = guarding.lines(request, "reponse")
    fault, status = _fault(gesture, text), 422
    if not fault and not _done(found, gesture, text, request.user, public="afficher" in request.POST):
        fault, status = _(BEFORE), 409
    if fault:
        typed = {"question": str(found.pk), "reponse": text, "afficher": request.POST.get("afficher", "")}
        return _page(request, typed, fault, status)
    unsent.arrived(request)
    messages.success(request, _(DONE_AS[gesture]))
    return HttpResponseRedirect(reverse("questions_review"))


def _asked(request: HttpRequest) -> Question:
    """The one that the form is about. Raises Http404."""
    assert isinstance(request.user, User)
    try:
        key = uuid.UUID(request.POST.get("question", ""))
    except ValueError:
        raise Http404 from None
    found = questioning.of_bodies(request.user).filter(pk=key).first()
    if found is None or request.POST.get("faire") not in DONE_AS:
        raise Http404
    return found


def _fault(gesture: str, text: str) -> str:
    if gesture in NO_TEXT and not text:
        return _(NO_TEXT[gesture])
    return _(TOO_LONG) % {"count": len(text)} if gesture in NO_TEXT and len(text) > LONGEST else ""


def _done(found: Question, gesture: str, text: str, actor: User, *, public: bool) -> bool:
    if gesture in SHOWN:
        return questioning.show(found, actor, public=SHOWN[gesture])
    # What was typed in the field is no answer to what is called spam.
    kept = text if gesture in NO_TEXT else ""
    return questioning.settle(found, SETTLED[gesture], kept, actor, public=public)


def _page(request: HttpRequest, typed: dict[str, str], fault: str = "", status: int = 200) -> HttpResponse:
    assert isinstance(request.user, User)
    held = questioning.of_bodies(request.user)
    waiting = held.filter(state=State.WAITING)
    rows = list(waiting.order_by("confirmed_at", "pk")[:WAITING])
    done = held.filter(state__in=[State.ANSWERED, State.CLOSED])
    context: dict[str, Any] = {
        "waiting": rows,
        "total": len(rows) if len(rows) < WAITING else waiting.count(),
        "done": list(done.order_by("-done_at", "pk")[:DONE]),
        "typed": typed,
        "fault": fault,
        # What was typed for one that no longer waits is shown apart, so that it can be taken.
        "stray": typed.get("reponse", "") if typed.get("question") not in {str(row.pk) for row in rows} else "",
        "made_for": mark_of(request.user),
    }
    return render(request, "questions_review.html", context, status=status)
