"""`/organisations/<slug>/membres/`: who works in a body, their roles, and invitations. For who administers it."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import EmailField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import mail, permissions, posting
from catalogue.accounts import attaching, invitations, members
from catalogue.errors import Refused
from catalogue.models import Invitation, Organisation, User
from portal.branding import branding

ROLE_WORDS: Final = {
    "reader": (gettext_noop("Lecture"), gettext_noop("lit les données réservées de l’organisation")),
    "contributor": (gettext_noop("Rédaction"), gettext_noop("prépare des brouillons")),
    "publisher": (gettext_noop("Publication"), gettext_noop("publie, retire et moissonne")),
    "administrator": (gettext_noop("Administration"), gettext_noop("gère aussi les membres et les accès")),
}


def role_words(role: str) -> tuple[str, str]:
    """Its name, and what one does with it. KeyError for no role."""
    name, does = ROLE_WORDS[role]
    return _(name), _(does)


def _letter(body: Organisation, by: User, role: str, link: str) -> tuple[str, str]:
    """Subject and text, in the language of who invites: nobody knows that of who is invited."""
    name, does = role_words(role)
    words = {"by": by, "body": body, "portal": branding().name, "role": name, "does": does, "link": link}
    text = _(
        """Bonjour,

%(by)s vous invite à rejoindre « %(body)s » sur le portail de données %(portal)s.
Votre rôle : %(role)s (%(does)s).

Ouvrez ce lien, valable sept jours et une seule fois :
%(link)s

Si vous n’attendiez rien, n’en faites rien.
"""
    )
    return _("Invitation à rejoindre %(body)s") % words, text % words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """404 for a body that nobody may know of, 403 for who does not administer it."""
    body = get_object_or_404(Organisation.objects.visible_to(permissions.audience_of(request.user)), slug=slug)
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    if not permissions.may(user, "administer", body):
        raise PermissionDenied
    errors: dict[str, str] = {}
    if request.method == "POST":
        gesture = {"inviter": _invite, "annuler": _cancel, "role": _role, "retirer": _remove, "rattacher": _attach}.get(
            request.POST.get("geste", "")
        )
        answer = gesture(request, body, user, errors) if gesture else None
        if answer is not None:
            return answer
        if not errors:
            # Who took the role from themselves has no business here any more.
            still = permissions.may(user, "administer", body)
            return HttpResponseRedirect(reverse("members", args=[slug]) if still else body.get_absolute_url())
    told = {
        "body": body,
        "rows": [(one, role_words(one.role)[0]) for one in members.members_of(body)],
        "open": _open(body),
        "asking": list(attaching.waiting_in(body).order_by("pk")),
        "roles": [(code, *role_words(code)) for code in ROLE_WORDS],
        "mail": settings.BOUTURE_MAIL,
        "typed": request.POST if errors else {},
        "errors": errors,
    }
    return render(request, "accounts/members.html", told)


def _open(body: Organisation) -> list[tuple[Invitation, str, bool]]:
    """With the role in words, and whether the message could not leave yet."""
    found = list(invitations.open_in(body).order_by("-pk"))
    stuck = posting.failing_about([invitations.about(one) for one in found]) if found else set()
    return [(one, role_words(one.role)[0], invitations.about(one) in stuck) for one in found]


def _invite(request: HttpRequest, body: Organisation, by: User, errors: dict[str, str]) -> HttpResponse | None:
    """The same answer whether the address has an account or not; the link is shown only when no message takes it there."""
    email, role = request.POST.get("email", "").strip(), request.POST.get("role", "")
    try:
        EmailField().clean(email, None)  # its length too
    except ValidationError:
        errors["email"] = _("Écrivez une adresse électronique, par exemple prenom.nom@exemple.fr.")
    if role not in ROLE_WORDS:
        errors["role"] = _("Choisissez un rôle.")
    if errors:
        return None
    try:
        made, secret = invitations.invite(body, email, role, by)
    except Refused as refusal:
        errors["email"] = refusal.message
        return None
    link = f"{settings.BOUTURE_URL}{reverse('invitation', args=[secret])}"
    subject, text = _letter(body, by, role, link)
    if mail.post(made.email, subject, text, about=invitations.about(made), secret=True):
        messages.success(
            request,
            _("Invitation faite : le message part pour %(email)s. Elle vaut sept jours.") % {"email": made.email},
        )
        return None
    return render(request, "accounts/invited.html", {"body": body, "email": made.email, "link": link})


def _cancel(request: HttpRequest, body: Organisation, by: User, errors: dict[str, str]) -> None:
    number = request.POST.get("invitation", "")
    if number.isdecimal() and len(number) < 12 and invitations.cancel(body, int(number), by):
        messages.success(request, _("Invitation annulée : son lien n’ouvre plus rien."))
    else:
        errors["members"] = _("Cette invitation a déjà servi, expiré ou été annulée. La liste est à jour.")


def _member(request: HttpRequest, body: Organisation) -> User | None:
    number = request.POST.get("personne", "")
    if not (number.isdecimal() and len(number) < 12) or int(number) not in permissions.roles_in(body):
        return None
    return User.objects.filter(pk=int(number)).first()


def _role(request: HttpRequest, body: Organisation, by: User, errors: dict[str, str]) -> None:
    person, role = _member(request, body), request.POST.get("role", "")
    if person is None or role not in ROLE_WORDS:
        errors["members"] = _(
            "Cette personne n’est plus dans l’organisation, ou ce rôle n’existe pas. La liste est à jour."
        )
        return
    try:
        members.give(body, person, role, by)
    except Refused as refusal:
        errors["members"] = refusal.message
    else:
        messages.success(request, _("%(person)s : %(role)s.") % {"person": person, "role": role_words(role)[0].lower()})


def _remove(request: HttpRequest, body: Organisation, by: User, errors: dict[str, str]) -> None:
    person = _member(request, body)
    if person is None:
        errors["members"] = _("Cette personne n’est plus dans l’organisation. La liste est à jour.")
        return
    try:
        members.remove(body, person, by)
    except Refused as refusal:
        errors["members"] = refusal.message
    else:
        messages.success(request, _("%(person)s n’a plus aucun droit ici. C’est déjà vrai.") % {"person": person})


def _attach(request: HttpRequest, body: Organisation, by: User, errors: dict[str, str]) -> None:
    """`role` empty refuses."""
    number, role = request.POST.get("demande", ""), request.POST.get("role", "")
    known = number.isdecimal() and len(number) < 12 and (not role or role in ROLE_WORDS)
    person = attaching.settle(body, int(number), role, by) if known else None
    if person is None:
        errors["members"] = _("Cette demande n’attend plus. La liste est à jour.")
    else:
        messages.success(
            request,
            (_("%(person)s a rejoint l’organisation.") if role else _("La demande de %(person)s est refusée."))
            % {"person": person},
        )
