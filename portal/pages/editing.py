"""Writing a record by hand: a new one for a body, or what a published one says. Everything goes through `publishing`."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import publishing
from catalogue.amending import draft_of, values_of
from catalogue.dcat.terms import Values
from catalogue.errors import Conflict
from catalogue.mandates import names_for
from catalogue.models import Dataset, Organisation, Record
from catalogue.permissions import actions, may
from catalogue.publishing import Draft
from catalogue.publishing.drafts import keep_draft
from portal.pages import completing, drafting, proposals, unsent
from portal.pages.formed import actor, key_of, own_name_only, page, typed
from portal.pages.forms import RecordForm
from portal.pages.origins import origin_of, rows_of
from portal.pages.recorded import withdrawn

SAVED: Final = gettext_noop("Enregistré. Visible tout de suite ici, et dans la recherche d’ici une minute.")
METHODS: Final = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(METHODS)
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/modifier/`. 404 for who may not know that it exists, 403 for who may not write there.

    A draft is saved as it is; of a published record, who may not publish it alone proposes what they write.
    """
    found = get_object_or_404(Dataset.objects.with_forms().select_related("owner", "published_by", "score"), pk=pk)
    kept = found.status == Record.Status.DRAFT
    if (kept or found.private) and not may(request.user, "edit" if kept else "see", found):
        raise Http404
    if found.status == Record.Status.WITHDRAWN:
        return withdrawn(request, found)
    if not request.user.is_authenticated:
        return unsent.to_login(request)
    held = actions(request.user, found)
    if ("publish" if found.harvested else "edit") not in held:
        raise PermissionDenied
    if found.harvested:
        return completing.page(request, found, _origin(found))
    if request.POST.get("geste") == "retirer" and "publish" in held:
        return completing.remove(request, found)
    return _write(request, found, held)


def _write(request: HttpRequest, found: Dataset, held: frozenset[str]) -> HttpResponse:
    """By what it is, and what this person may do to it."""
    if found.status == Record.Status.DRAFT:
        return drafting.edit(request, found, held)
    if "publish" not in held or found.owner.reviewed:
        return proposals.edit(request, found)
    form = RecordForm(values_of(found))
    return _save(request, found, form) if request.method == "POST" else page(request, found, form)


def _save(request: HttpRequest, found: Dataset, form: RecordForm) -> HttpResponse:
    said = typed(request)
    result = form.read(said)
    own_name_only(request, found.owner, form, result)
    if not result.sound:
        return page(request, found, form, moved=bool(result.moved), status=409 if result.moved else 422)
    try:
        [outcome] = publishing.publish([draft_of(found, result.values)], actor(request))
    except Conflict:
        # Saved by somebody between our reading and our writing: the same page as if it had been before.
        found.refresh_from_db()
        form = RecordForm(values_of(found))
        form.read(said)
        return page(request, found, form, moved=True, status=409)
    unsent.arrived(request)
    told = _(SAVED) if outcome.verb != "unchanged" else _("Rien n’avait changé : rien n’a été enregistré.")
    messages.success(request, told)
    return HttpResponseRedirect(found.get_absolute_url())


@never_cache
@require_http_methods(METHODS)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """`/organisations/<slug>/publier/`: a new dataset, or the draft of one. 404 for a body that does not work on this instance."""
    body = get_object_or_404(Organisation, slug=slug, tenant=True)
    if not request.user.is_authenticated:
        return unsent.to_login(request)
    if not may(request.user, "edit", body):
        raise PermissionDenied
    alone = may(request.user, "publish", body) and not body.reviewed
    becomes: dict[str, Any] = {"becomes": "" if alone else "draft", "publishes": alone}
    names = names_for(body)
    becomes["names"] = [body, *names] if names else []
    form = RecordForm({"publisher": _agent(body)}, new=True)
    if request.method != "POST":
        return page(request, body, form, key=uuid.uuid4(), **becomes)
    key = key_of(request)
    if made := Dataset.objects.filter(pk=key).first():
        return HttpResponseRedirect(made.get_absolute_url())  # sent twice
    keeps = not alone or request.POST.get("geste") == drafting.KEEP
    result = form.read(typed(request), whole=not keeps)
    own_name_only(request, body, form, result)
    if not result.sound:
        return page(request, body, form, status=422, key=key, **becomes)
    draft = _new(request, body, names, result.values, key)
    try:
        if keeps:
            keep_draft(draft, actor(request))
        else:
            publishing.publish([draft], actor(request))
    except Conflict:
        pass  # sent twice at once: the first has made it
    else:
        unsent.arrived(request)
        messages.success(request, _(drafting.KEPT) if keeps else _(SAVED))
    return HttpResponseRedirect(Dataset.objects.get(pk=key).get_absolute_url())


def _new(request: HttpRequest, body: Organisation, names: list[Organisation], values: Values, key: uuid.UUID) -> Draft:
    """Who publishes, who produced and where are three things: the last two are fields of the form."""
    named = next((one for one in names if one.slug == request.POST.get("nom")), body)
    said = values if named is body else {**values, "publisher": _agent(named)}
    return Draft("dataset", said, body.pk, id=key, territory=named.territory_id or body.territory_id, version=0)


def _agent(body: Organisation) -> Values:
    return {"name": {"fr": body.name}, **({"uri": body.uri} if body.uri else {})}


def _origin(found: Dataset) -> Any:
    return origin_of(found, rows_of(found))
