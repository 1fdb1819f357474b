"""`/invitation/<link>/`: whoever was invited joins with their account, or makes one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalogue.accounts import invitations
from catalogue.errors import Refused
from catalogue.models import Invitation, User
from portal.pages.accounts.entering import proceed
from portal.pages.accounts.members import role_words
from portal.pages.accounts.sessions import checked

PAGE = "accounts/invitation.html"
TAKEN = gettext_noop(
    "Cette adresse ne peut pas ouvrir un compte de plus. Connectez-vous avec le sien, puis rouvrez ce lien."
)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, link: str) -> HttpResponse:
    """Who holds the link reads the body, the role and the address; the address's own account alone joins with it."""
    found = invitations.find(link)
    if found is None:
        return render(request, PAGE, {"over": True}, status=404)
    errors: dict[str, str] = {}
    if request.method == "POST":
        answer = _joined(request, found, errors)
        if answer is not None:
            return answer
    role, does = role_words(found.role)
    told = {"found": found, "role": role, "does": does, "errors": errors, "typed": request.POST}
    return render(request, PAGE, told)


def _joined(request: HttpRequest, found: Invitation, errors: dict[str, str]) -> HttpResponse | None:
    user = request.user
    if isinstance(user, User):
        try:
            invitations.accept(found, user)
        except Refused as refusal:
            errors["all"] = refusal.message
            return None
        messages.success(request, _("Vous avez rejoint %(body)s.") % {"body": found.body})
        return HttpResponseRedirect(found.body.get_absolute_url())
    return _new_account(request, found, errors)


def _new_account(request: HttpRequest, found: Invitation, errors: dict[str, str]) -> HttpResponse | None:
    first, last = (" ".join(request.POST.get(name, "").replace("\x00", "").split())[:150] for name in ("prenom", "nom"))
    if not first:
        errors["prenom"] = _("Indiquez votre prénom.")
    if not last:
        errors["nom"] = _("Indiquez votre nom : les autres membres le verront.")
    try:
        password = checked(request.POST.get("password", ""), User(email=found.email, first_name=first, last_name=last))
    except ValidationError as error:
        errors["password"] = " ".join(error.messages)
    if errors:
        return None
    try:
        made = invitations.open_account(found, password, first, last)
    except Refused as refusal:
        errors["all"] = refusal.message
        return None
    if made is None:
        errors["all"] = _(TAKEN)
        return None
    return proceed(request, made, found.body.get_absolute_url())
