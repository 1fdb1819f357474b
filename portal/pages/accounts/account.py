"""`/compte/`: what a person's account holds, and where each thing is changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue import permissions
from catalogue.accounts import attaching, second_step, sessions, tokens
from catalogue.models import User
from portal.pages.accounts.members import role_words


@never_cache
@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own, and nobody else's."""
    user = request.user
    assert isinstance(user, User)
    protected = second_step.has(user)
    told = {
        "protected": protected,
        "left": second_step.codes_left(user) if protected else 0,
        "required": second_step.required_for(user),
        "opened": sessions.opened_by(user, request.session.session_key or ""),
        "tokens": tokens.living(user).count(),
        "roles": [(body, role_words(role)) for body, role in permissions.roles_of(user)],
        "waiting": list(attaching.asked_by(user)),
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/account.html", told)
