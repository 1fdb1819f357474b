"""Adding a source: what is typed is kept, on trial, and its first rehearsal asked for. Nothing is fetched here."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.models import Organisation
from catalogue.permissions import Person, bodies_where, may
from harvesters.following import Address, Followed, follow
from harvesters.keeping import BY_NIGHT, Keeping
from harvesters.models import HarvestSource
from harvesters.options import BadOption, Declared
from harvesters.registry import home_body
from portal.pages.declared import DeclaredForm
from portal.pages.gestures import KIND, kind_declared

BODY: Final = "organisation"
ELSEWHERE: Final = gettext_noop("Une autre organisation s’en occupe : demandez-lui, ou à l’administrateur du portail.")
ASKED: Final = ("title", "rhythm", "cron", "contact")
ADDED: Final = gettext_noop(
    "La source est enregistrée, à l’essai. Une répétition est demandée : elle dira ici ce qui viendrait, sans rien publier."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """`/moissons/nouvelle/`. 403 for who publishes nowhere."""
    bodies = {str(body.pk): body for body in _bodies(request.user)}
    if not bodies:
        raise PermissionDenied
    form = _form(bodies)
    if request.method == "POST":
        source, known = _follow(request, form, bodies)
        if source is not None:
            messages.success(request, _(ADDED))
            return HttpResponseRedirect(reverse("harvest", args=[source.pk]))
        return render(request, "harvest_new.html", {"form": form, "known": known}, status=400)
    return render(request, "harvest_new.html", {"form": form})


def _bodies(reader: Person) -> list[Organisation]:
    """Those where a person publishes; for the instance's administrator, those that work on it, its own at least."""
    audience = bodies_where(reader, "publish")
    known = Organisation.objects.select_related("territory").order_by("name", "pk")
    if audience.everything:
        return list(known.filter(tenant=True)) or [home_body()]
    return list(known.filter(pk__in=audience.organisations))


def _form(bodies: dict[str, Organisation]) -> DeclaredForm:
    declared = list(Address.declared())
    if len(bodies) > 1:
        choices = tuple((code, body.name) for code, body in bodies.items())
        declared.append(Declared(BODY, str, choices[0][0], _("organisation"), _("À qui sont ces fiches."), choices))
    kept = {one.name: one for one in Keeping.declared()}
    declared += [kind_declared(), *(kept[name] for name in ASKED)]
    return DeclaredForm("ajouter", declared, {"rhythm": BY_NIGHT}, frozenset({KIND}))


def _follow(
    request: HttpRequest, form: DeclaredForm, bodies: dict[str, Organisation]
) -> tuple[HarvestSource | None, HarvestSource | None]:
    """The new source; or none, and the one that is already followed there if this reader may see it."""
    values = form.read(request.POST)
    if not (form.mistakes or values.get("address")):
        form.refuse(BadOption(_("Écrivez l’adresse à suivre."), "address"))
    if form.mistakes:
        _hide_account(form)
        return None, None
    owner = bodies[values.get(BODY, next(iter(bodies)))]
    try:
        keeping = Keeping.read({name: values[name] for name in ASKED if name in values})
        return follow(values["address"], owner, keeping, values.get(KIND, ""), _person(request)), None
    except Followed as known:
        seen = may(request.user, "publish", known.source.owner)
        form.refuse(BadOption(str(known) if seen else f"{known} {_(ELSEWHERE)}", "address"))
        return None, known.source if seen else None
    except BadOption as error:
        form.refuse(error)
        return None, None


def _person(request: HttpRequest) -> Any:
    return request.user


def _hide_account(form: DeclaredForm) -> None:
    """A password that was typed goes into no page."""
    [control] = [one for one in form.controls if one.name == f"{form.name}.address"]
    scheme, colon, rest = control.value.partition("://")
    server, slash, path = rest.partition("/")
    control.value = scheme + colon + server.rpartition("@")[2] + slash + path
