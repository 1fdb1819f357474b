"""A form that could not be taken, because its session ended or its token died: nothing of what was typed is lost.

Nothing is done with it: it waits until the same person, in the same browser, opens the same page again.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalogue import unsent
from catalogue.models import User
from portal import spelling
from portal.pages.fields import Said

COOKIE: Final = "ecrit"
MARK: Final = "qui"  # the field of a form that says whom it was made for
# Neither is of what was typed.
LEFT_OUT: Final = frozenset({"csrfmiddlewaretoken", MARK, "geste"})


def to_login(request: HttpRequest) -> HttpResponse:
    """To log in, then back here with what was typed."""
    answer = redirect_to_login(request.get_full_path())
    if request.method == "POST":
        _keep(request, answer)
    return answer


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it
    """`CSRF_FAILURE_VIEW`: refused as ever. What a page of ours sent is kept, what another site's sent is not."""
    answer = render(request, "403_csrf.html", status=403)
    if _ours(request) and _keep(request, answer):
        told = {"again": request.path}
        cookie = answer.cookies[COOKIE]
        answer = render(request, "403_csrf.html", told, status=403)
        answer.cookies[COOKIE] = cookie
    return answer


def again(request: HttpRequest) -> Said | None:
    """What this person had typed here, None for nothing."""
    key = request.COOKIES.get(COOKIE, "")
    if not key or not isinstance(request.user, User):
        return None
    found = unsent.kept(key, request.path, request.user)
    return {name: [spelling.lines(text) for text in texts] for name, texts in found.items()} if found else None


def arrived(request: HttpRequest) -> None:
    """It was sent again, and came: nothing more needs to be kept."""
    if key := request.COOKIES.get(COOKIE, ""):
        unsent.drop(key)


def _keep(request: HttpRequest, answer: HttpResponse) -> bool:
    typed = {name: texts for name, texts in request.POST.lists() if name not in LEFT_OUT}
    key = unsent.keep(request.path, request.POST.get(MARK, ""), typed)
    if key:
        answer.set_cookie(
            COOKIE,
            key,
            max_age=int(unsent.KEPT.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return bool(key)


def _ours(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this very host sent it (Fetch, §3.1; RFC 9110 §10.1.3)."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(said).netloc == request.get_host() and bool(said)
