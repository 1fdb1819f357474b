"""`/suivre/`: to be told by mail of what a search will find, without an account, and the page of the link that is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from catalogue import following
from catalogue.following import MOST, Question
from catalogue.models import FollowedSearch, User
from portal import asking
from portal.asking import Asked
from portal.pages import guarding
from portal.pages.accounts.attempts import WINDOW

FORM: Final = "suivre"
LONGEST: Final = 2000  # characters of the address of a search
WRONG_EMAIL: Final = gettext_noop("Écrivez votre adresse électronique, par exemple prenom.nom@exemple.fr.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form. Its answer is the same whatever that address follows already."""
    asked = _question(asking.read(request.GET))
    told: dict[str, Any] = {
        "asked": asked,
        "search": asked.address(),
        "here": asked.address(reverse("follow")),
        "feed": asked.address(reverse("search_feed")),
        "mail": settings.BOUTURE_MAIL,
        "rhythms": FollowedSearch.Rhythm.choices,
        "rhythm": request.POST.get("rythme") or FollowedSearch.Rhythm.WEEKLY,
        "email": request.POST.get("email", "").strip(),
        "errors": {},
    }
    if request.method != "POST" or not settings.BOUTURE_MAIL:
        return _form(request, told)
    question = Question(asked.text, {**asked.bounds, "box": list(asked.box) if asked.box else None}, asked.address())
    if told["rhythm"] not in FollowedSearch.Rhythm.values or len(question.address) > LONGEST:
        told["errors"] = {"all": _("Cette recherche est trop longue à suivre : ôtez des filtres, puis recommencez.")}
        return _form(request, told)
    if request.user.is_authenticated:
        return _by_member(request, request.user, told, question)
    return _by_mail(request, told, question)


def _question(asked: Asked) -> Asked:
    """Datasets alone, as the feed, the newest first and from the first page."""
    return replace(asked.at(1).alone("genre"), sort="nouveau")


def _form(request: HttpRequest, told: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "follow.html", {**told, "stamp": guarding.stamp(FORM)}, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW)
    return response


def _by_member(request: HttpRequest, person: User, told: dict[str, Any], question: Question) -> HttpResponse:
    if not following.follow(person, question, told["rhythm"]):
        told["errors"] = {
            "all": _("Vous suivez déjà %(most)s recherches : supprimez-en une, puis recommencez.") % {"most": MOST}
        }
        return _form(request, told)
    messages.success(
        request, _("Recherche suivie. Nous écrirons à %(email)s quand il y aura du nouveau.") % {"email": person.email}
    )
    return HttpResponseRedirect(reverse("alerts"))


def _by_mail(request: HttpRequest, told: dict[str, Any], question: Question) -> HttpResponse:
    email = told["email"]
    try:
        validate_email(email if len(email) <= 254 else "")
    except ValidationError:
        told["errors"] = {"email": _(WRONG_EMAIL)}
        return _form(request, told)
    if fault := guarding.refused(request, FORM):
        told["errors"] = {"all": fault}
        return _form(request, told)
    if fault := guarding.too_many(request, email, FORM):
        told["errors"] = {"all": fault}
        return _form(request, told, 429)
    if not guarding.baited(request):
        following.ask(email, question, told["rhythm"])
    return render(request, "follow.html", {**told, "sent": email})


@csrf_exempt  # the link is the key; the button that programs of mail show has no session (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, link: str) -> HttpResponse:
    """`/suivre/<link>/`: confirms, or stops. By a button: programs that open the links of messages do neither.

    A POST that does not say that it confirms stops. What is stopped is erased, its address with it.
    """
    found = FollowedSearch.objects.filter(link=link).first()
    if request.method == "POST" and found:
        if request.POST.get("faire") == "confirmer":
            following.confirm(found)
            found.refresh_from_db()
        else:
            found.delete()
            found = None
    return render(request, "followed.html", {"found": found, "mail": settings.BOUTURE_MAIL})
