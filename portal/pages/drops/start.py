"""`/deposer/`: a file, or its address, becomes a draft of the body for which one publishes."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError, Refused
from catalogue.models import Dataset, Organisation, User
from catalogue.permissions import CONTRIBUTE, organisations_of, runs_the_instance
from catalogue.tabling.dropping import drop_address, drop_file
from catalogue.tabling.keeping import room_of
from portal.pages.drops.typed import usual

SALT: Final = "depot"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """For who writes in a body, 403 for others; strangers log in first, and come back here."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    bodies = _bodies(request)
    if not bodies:
        raise PermissionDenied
    said: dict[str, str] = {"body": request.POST.get("organisme", request.GET.get("organisme", ""))}
    body = next((one for one in bodies if one.slug == said["body"]), bodies[0] if len(bodies) == 1 else None)
    key = _key(request)
    if request.method == "POST":
        said["address"] = request.POST.get("adresse", "").strip()
        try:
            made = _dropped(request, body, key, said)
        except CatalogueError as error:
            said["error"] = error.message
        else:
            return HttpResponseRedirect(reverse("dropped", args=[made.pk]))
    return render(request, "drop.html", _context(bodies, body, key, said), status=422 if "error" in said else 200)


def _bodies(request: HttpRequest) -> list[Organisation]:
    """Those that work here and where this person writes, by name."""
    if runs_the_instance(request.user):
        return list(Organisation.objects.filter(tenant=True).select_related("territory").order_by("name"))
    keys = [body.pk for body in organisations_of(request.user, CONTRIBUTE)]
    return list(Organisation.objects.filter(pk__in=keys, tenant=True).select_related("territory").order_by("name"))


def _dropped(request: HttpRequest, body: Organisation | None, key: uuid.UUID, said: dict[str, str]) -> Dataset:
    """Raises Refused."""
    if body is None:
        said["wrong"] = "organisme"
        raise Refused(_("Dites pour quel organisme vous publiez : choisissez-le dans la liste."))
    if made := Dataset.objects.filter(pk=key, owner=body).first():
        return made  # sent twice
    actor = request.user if isinstance(request.user, User) else None
    file = request.FILES.get("fichier")
    if isinstance(file, UploadedFile):
        said["wrong"] = "fichier"
        return drop_file(body, file.chunks(), file.name or "", file.size or 0, key, actor)
    if said["address"]:
        said["wrong"] = "adresse"
        return drop_address(body, said["address"], key, actor)
    said["wrong"] = "fichier"
    raise Refused(_("Aucun fichier n’est arrivé. Choisissez-en un, ou donnez son adresse."))


def _key(request: HttpRequest) -> uuid.UUID:
    """That of the draft to make, if it is one that we gave with the form: else a new one."""
    try:
        return uuid.UUID(signing.loads(request.POST.get("cle", ""), salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return uuid.uuid4()


def _context(
    bodies: list[Organisation], body: Organisation | None, key: uuid.UUID, said: dict[str, str]
) -> dict[str, Any]:
    # A key that gave a draft of another body leads nowhere: a new one each time that the page is made anew.
    fresh = uuid.uuid4() if "error" in said else key
    return {
        "bodies": bodies,
        "body": body,
        "said": said,
        "most": settings.BOUTURE_TABLE_SIZE,
        "room": room_of(body) if body else None,
        "typed": usual() if body else [],
        "key": signing.dumps(str(fresh), salt=SALT),
    }
