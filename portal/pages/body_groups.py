"""The groups that a body keeps, to give access to several people at once: its council, a neighbour's archivists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import granting
from catalogue.errors import CatalogueError, Refused
from catalogue.models import BodyGroup, Organisation
from catalogue.permissions import may
from portal import spelling
from portal.pages.accesses import mail
from portal.pages.words import no_gesture

GONE = gettext_noop("Ce groupe n’est plus là : rechargez la page.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def groups(request: HttpRequest, slug: str) -> HttpResponse:
    """`/organisations/<slug>/groupes/`. 404 for a body that does not work here, 403 for who does not administer it."""
    body = get_object_or_404(Organisation, slug=slug, tenant=True)
    if not may(request.user, "administer", body):
        raise PermissionDenied
    trouble = ""
    if request.method == "POST":
        try:
            messages.success(request, _done(request, body))
            return HttpResponseRedirect(request.path)
        except CatalogueError as error:
            trouble = error.message
    kept = list(BodyGroup.objects.filter(body=body).prefetch_related("members"))
    context = {"body": body, "groups": kept, "trouble": trouble, "most": granting.MOST}
    return render(request, "body_groups.html", context, status=422 if trouble else 200)


def _done(request: HttpRequest, body: Organisation) -> str:
    """What was done, in words. Raises Refused."""
    gesture, actor = request.POST.get("geste", ""), _person(request)
    typed = spelling.one_line(request.POST.get("adresse" if gesture != "creer" else "nom", "")).replace("\0", "")
    if gesture == "creer":
        made = granting.make_group(body, typed, actor)
        return _("Le groupe « %(name)s » est créé. Ajoutez-y des membres.") % {"name": made.name}
    number = request.POST.get("groupe", "")
    sound = number.isascii() and number.isdigit() and len(number) < 18
    kept = BodyGroup.objects.filter(body=body, pk=int(number)).select_related("group").first() if sound else None
    if kept is None:
        raise Refused(_(GONE))
    if gesture == "ajouter":
        mail(typed)
        granting.add_member(kept, typed, actor)
        return _("%(typed)s est dans le groupe « %(name)s ».") % {"typed": typed, "name": kept.name}
    if gesture == "enlever":
        granting.remove_member(kept, typed, actor)
        return _("%(typed)s n’est plus dans le groupe « %(name)s », dès maintenant.") % {
            "typed": typed,
            "name": kept.name,
        }
    if gesture == "supprimer":
        granting.remove_group(kept, actor)
        return _("Le groupe « %(name)s » est supprimé, avec les accès qu’il avait.") % {"name": kept.name}
    raise Refused(no_gesture())


def _person(request: HttpRequest) -> Any:
    return request.user
