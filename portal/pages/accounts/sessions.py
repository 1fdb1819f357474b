"""Closing one's sessions elsewhere, and changing one's password, which closes them all."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from catalogue import auditing
from catalogue.accounts import sessions
from catalogue.auditing import Thing
from catalogue.models import User
from portal.pages.accounts.attempts import Attempts

TOO_MANY: Final = gettext_noop("Trop d’essais depuis cet endroit. Attendez dix minutes, puis réessayez.")
WRONG: Final = gettext_noop("Ce n’est pas le mot de passe de ce compte. Vérifiez les majuscules, puis réessayez.")


@require_POST
@login_required
def close(request: HttpRequest) -> HttpResponse:
    """`/compte/sessions/`: one of one's own by its handle, or all the others."""
    user = request.user
    assert isinstance(user, User)
    handle = request.POST.get("session", "")
    if handle and sessions.end(user, handle):
        messages.success(request, _("Cette session est fermée."))
    elif handle:
        messages.success(request, _("Cette session était déjà fermée."))
    else:
        count = sessions.end_others(user, request.session.session_key)
        messages.success(request, _("Sessions fermées ailleurs : %(count)s.") % {"count": count})
    return HttpResponseRedirect(reverse("account") + "#sessions")


class PasswordForm(forms.Form):
    """The password of before, and the new one once: browsers show what is typed, and a second field only makes people copy it."""

    old = forms.CharField(required=False)
    new = forms.CharField(required=False, strip=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        return checked(self.cleaned_data["new"], self.user)


def checked(password: str, user: User | None) -> str:
    """The password itself, when it may be one. ValidationError, in the reader's language, else."""
    if not password:
        raise ValidationError(_("Choisissez un mot de passe de douze signes ou plus."))
    password_validation.validate_password(password, user)
    return password


def set_password(user: User, password: str) -> None:
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        auditing.tell(user, "account.change", Thing.person(user), reason="Mot de passe changé.")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """`/compte/mot-de-passe/`: every other session ends; tokens of programs stay, and the page says so."""
    user = request.user
    assert isinstance(user, User)
    if not user.has_usable_password():  # who comes by the provider of identities has none to change
        return HttpResponseRedirect(reverse("account"))
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    wrong = ""
    if request.method == "POST":
        attempts = Attempts(request, user.email)
        if attempts.too_many():
            wrong = _(TOO_MANY)
        elif not user.check_password(request.POST.get("old", "")):
            attempts.failed()
            wrong = _(WRONG)
        elif form.is_valid():
            set_password(user, form.cleaned_data["new"])
            update_session_auth_hash(request, user)
            sessions.end_others(user, request.session.session_key)
            messages.success(request, _("Mot de passe changé. Vos autres sessions sont fermées."))
            return HttpResponseRedirect(reverse("account"))
    new_error = " ".join(map(str, form.errors.get("new", []))) if form.is_bound and not wrong else ""
    return render(request, "accounts/password.html", {"wrong": wrong, "new_error": new_error})
