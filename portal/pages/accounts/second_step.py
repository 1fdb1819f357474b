"""The second step at log-in (`/connexion/code/`, `/connexion/protection/`) and on one's account (`/compte/code/`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalogue.accounts import second_step
from catalogue.accounts.sealing import seal, unseal
from catalogue.auditing import logins
from catalogue.models import User
from portal.branding import branding
from portal.pages.accounts.attempts import WINDOW, Attempts, client_address
from portal.pages.accounts.entering import Passage, enter, keep_passage, passage_of, start_again

METHODS: Final = ["GET", "HEAD", "POST"]
PENDING: Final = "second_step"  # in the session of who sets one up on their account
REFUSED: Final = gettext_noop(
    "Ce code n’est pas, ou n’est plus, le bon. Attendez le suivant sur votre téléphone, puis tapez-le."
)
TOO_MANY: Final = gettext_noop(
    "Trop d’essais depuis cet endroit. Attendez dix minutes, ou tapez un de vos codes de secours."
)
WRONG_PASSWORD: Final = gettext_noop(
    "Ce n’est pas le mot de passe de ce compte. Vérifiez les majuscules, puis réessayez."
)


@never_cache
@sensitive_post_parameters()
@require_http_methods(METHODS)
def code(request: HttpRequest) -> HttpResponse:
    """`/connexion/code/`: the code of the telephone, or one of recovery, of who gave the password."""
    found = passage_of(request)
    if found is None:
        return start_again()
    passage, user = found
    error, status = "", 200
    if request.method == "POST":
        error, status = try_code(request, user)
        if not error:
            enter(request, user, passage.backend)
            left = second_step.codes_left(user)
            if left < 3:
                messages.warning(
                    request,
                    _("Il vous reste %(left)s code(s) de secours. Refaites-en sur « Mon compte ».") % {"left": left},
                )
            return HttpResponseRedirect(passage.then)
    response = render(request, "accounts/code.html", {"error": error}, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW)
    return response


def try_code(request: HttpRequest, user: User) -> tuple[str, int]:
    """What is wrong with the code that was typed ("" for nothing), and the status to answer with."""
    typed = request.POST.get("code", "")[:40]
    attempts = Attempts(request, user.email, "code")
    if attempts.too_many() and len(typed) < 16:
        return _(TOO_MANY), 429
    if second_step.passes(user, typed):
        attempts.forget()
        return "", 200
    attempts.failed()
    logins.note(user.email, client_address(request), None)
    return _(REFUSED), 200


@never_cache
@sensitive_post_parameters()
@require_http_methods(METHODS)
def first(request: HttpRequest) -> HttpResponse:
    """`/connexion/protection/`: an administrator sets the second step up before anything else."""
    found = passage_of(request)
    if found is None or second_step.has(found[1]):
        return start_again()
    passage, user = found
    passage, secret = _with_secret(request, passage)
    error = ""
    if request.method == "POST":
        codes = second_step.keep(user, secret, request.POST.get("code", ""))
        if codes:
            enter(request, user, passage.backend)
            return _codes_page(request, codes, passage.then)
        error = _(REFUSED)
    return _setup_page(request, user, secret, {"error": error, "first": True})


def _with_secret(request: HttpRequest, passage: Passage) -> tuple[Passage, str]:
    """The same secret as long as one tries: a page that is read again shows the same drawing."""
    secret = unseal(passage.sealed) if passage.sealed else ""
    if not secret:
        secret = second_step.new_secret()
        passage = replace(passage, sealed=seal(secret))
        keep_passage(request, passage)
    return passage, secret


@never_cache
@sensitive_post_parameters()
@require_http_methods(METHODS)
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """`/compte/code/`: sets it up (the password is asked), makes new recovery codes, removes it (a code is asked)."""
    user = request.user
    assert isinstance(user, User)
    if not second_step.has(user):
        return _set_up(request, user)
    error, status, gesture = "", 200, request.POST.get("geste", "")
    if request.method == "POST":
        error, status = try_code(request, user)
        if not error and gesture == "codes":
            return _codes_page(request, second_step.renew_codes(user), reverse("account"))
        if not error and gesture == "retirer" and not second_step.required_for(user):
            second_step.remove(user, user, "Code de connexion retiré.")
            messages.success(request, _("La connexion ne demande plus de code."))
            return HttpResponseRedirect(reverse("account"))
    told = {"error": error, "left": second_step.codes_left(user), "required": second_step.required_for(user)}
    return render(request, "accounts/own_code.html", told, status=status)


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    sealed = request.session.get(PENDING, "")
    secret = unseal(sealed) if sealed else ""
    if not secret:
        secret = second_step.new_secret()
        request.session[PENDING] = seal(secret)
    error = password_error = ""
    if request.method == "POST":
        attempts = Attempts(request, user.email)
        if attempts.too_many():
            password_error = _(TOO_MANY)
        elif user.has_usable_password() and not user.check_password(request.POST.get("password", "")):
            attempts.failed()
            password_error = _(WRONG_PASSWORD)
        else:
            codes = second_step.keep(user, secret, request.POST.get("code", ""))
            if codes:
                request.session.pop(PENDING, None)
                return _codes_page(request, codes, reverse("account"))
            error = _(REFUSED)
    told = {"error": error, "password_error": password_error, "first": False, "asked": user.has_usable_password()}
    return _setup_page(request, user, secret, told)


def _setup_page(request: HttpRequest, user: User, secret: str, more: dict[str, Any]) -> HttpResponse:
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    drawing = drawn(second_step.address_of(secret, user, branding().name))
    return render(request, "accounts/setup.html", {"secret": spaced, "drawing": drawing, "email": user.email, **more})


def _codes_page(request: HttpRequest, codes: list[str], then: str) -> HttpResponse:
    return render(request, "accounts/recovery.html", {"codes": codes, "then": then})


def drawn(text: str) -> SafeString:
    """A QR code as SVG, dark on light whatever the page's colours: readers of telephones want it so.

    It has as many squares as the text is long, and shrinks where the window is narrower than they are.
    """
    import segno  # a megabyte, for a page that is seen once

    found = segno.make(text, error="m", micro=False)
    width, height = found.symbol_size(scale=5, border=4)
    looks = {"dark": "#000", "light": "#fff", "lineclass": None, "svgclass": "qr", "omitsize": True}
    svg = found.svg_inline(scale=5, border=4, **looks)
    return mark_safe(svg.replace("<svg ", f'<svg width="{width:g}" height="{height:g}" ', 1))  # noqa: S308  numbers and colours alone, whatever the text
