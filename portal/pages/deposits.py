"""Depositing a file in a dataset, or a new version of one: kept as it came, then read by the worker."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError
from catalogue.models import Dataset, Record, Table, User
from catalogue.permissions import may_write
from catalogue.tabling import replacing
from catalogue.tabling.depositing import deposit, deposit_again
from catalogue.tabling.keeping import room_of
from portal.pages import recorded

CAME = gettext_noop("Le fichier est là. Nous le lisons : cette page dira ce que nous y avons trouvé.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/deposer/`. 404 for who may not know that it exists, 403 for who may not write it."""
    found, _may = recorded.read(request, Dataset.objects.all, pk)
    if found.status == Record.Status.WITHDRAWN:
        return recorded.withdrawn(request, found)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may_write(request.user, found):
        raise PermissionDenied
    tables = list(Table.objects.of(found.pk).filter(deposit__isnull=False).order_by("name"))
    said: dict[str, str] = {"replaces": request.POST.get("remplace", request.GET.get("remplace", ""))}
    if request.method == "POST":
        said["title"] = request.POST.get("titre", "").strip()
        try:
            where = _keep(request, found, tables, said)
        except CatalogueError as error:
            said["error"] = error.message
        else:
            return HttpResponseRedirect(where)
    return render(request, "deposit.html", _context(found, tables, said), status=422 if "error" in said else 200)


def _keep(request: HttpRequest, found: Dataset, tables: list[Table], said: dict[str, str]) -> str:
    """Where it is looked at. Raises Refused."""
    file = request.FILES.get("fichier")
    if not isinstance(file, UploadedFile):
        said["missing"] = _("Choisissez un fichier.")
        raise _Missing(_("Aucun fichier n’est arrivé. Choisissez-en un, puis déposez-le."))
    actor = request.user if isinstance(request.user, User) else None
    if said["replaces"]:
        replaced = next((table for table in tables if str(table.pk) == said["replaces"]), None)
        if replaced is None:
            raise _Missing(_("Le fichier à remplacer n’est plus dans cette fiche. Choisissez-en un autre."))
        if replacing.replaceable(replaced):
            replacing.propose(replaced, file.chunks(), file.name or "", actor)
            return reverse("replacement", args=[replaced.pk])
        deposit_again(replaced, file.chunks(), file.name or "", actor)
        key = replaced.pk
    else:
        key = deposit(found, file.chunks(), file.name or "", said["title"], actor)
    messages.success(request, _(CAME))
    return reverse("table_reading", args=[key])


class _Missing(CatalogueError):
    """What the form lacks."""


def _context(found: Dataset, tables: list[Table], said: dict[str, str]) -> dict[str, Any]:
    most, room = settings.BOUTURE_TABLE_SIZE, room_of(found.owner)
    return {"dataset": found, "tables": tables, "said": said, "most": most, "room": room}
