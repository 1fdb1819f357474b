"""Writing a record by hand: a new one for a body, or what a published one says. Everything goes through `publishing`."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import publishing
from catalogue.dcat.mapping import own_values
from catalogue.dcat.terms import Problem, Values
from catalogue.drafting import folded
from catalogue.errors import Conflict
from catalogue.models import Addition, Dataset, Distribution, Organisation, Record, in_french
from catalogue.permissions import may
from catalogue.publishing import Draft
from portal import spelling
from portal.pages import completing, quality
from portal.pages.fields import Said
from portal.pages.forms import RecordForm, Result
from portal.pages.laid import lines_of
from portal.pages.origins import origin_of, with_origin

SALT: Final = "fiche"
SAVED: Final = "Enregistré. Visible tout de suite ici, et dans la recherche d’ici une minute."
METHODS: Final = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(METHODS)
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/modifier/`. 404 for who may not know that it exists, 403 for who may not publish there."""
    found = get_object_or_404(
        Dataset.objects.with_forms()
        .exclude(status=Record.Status.DRAFT)
        .select_related("owner", "published_by", "score"),
        pk=pk,
    )
    if found.private and not may(request.user, "see", found):
        raise Http404
    if found.status == Record.Status.WITHDRAWN:
        return render(request, "410.html", {"record": found, "publisher": found.published_by.name}, status=410)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may(request.user, "publish", found):
        raise PermissionDenied
    if found.harvested:
        return completing.page(request, found, _origin(found))
    if request.POST.get("geste") == "retirer":
        return completing.remove(request, found)
    form = RecordForm(_values(found))
    return _save(request, found, form) if request.method == "POST" else _page(request, found, form)


def _values(found: Dataset) -> Values:
    """What its own draft would say; files added beside those of the record are not of it."""
    return own_values(found, list(found.distributions.filter(origin=Distribution.Origin.SOURCE)))


def _save(request: HttpRequest, found: Dataset, form: RecordForm) -> HttpResponse:
    said = _said(request)
    result = form.read(said)
    _own_name_only(request, found.owner, form, result)
    if not result.sound:
        return _page(request, found, form, moved=bool(result.moved), status=409 if result.moved else 422)
    draft = Draft(
        found.kind,
        result.values,
        found.owner_id,
        id=found.pk,
        said=found.said,
        problems=tuple(Problem(*problem) for problem in found.problems),
        private=found.private,
        territory=found.territory_id,
        version=found.version,
    )
    try:
        [outcome] = publishing.publish([draft], _actor(request))
    except Conflict:
        # Saved by somebody between our reading and our writing: the same page as if it had been before.
        found.refresh_from_db()
        form = RecordForm(_values(found))
        form.read(said)
        return _page(request, found, form, moved=True, status=409)
    told = SAVED if outcome.verb != "unchanged" else "Rien n’avait changé : rien n’a été enregistré."
    messages.success(request, told)
    return HttpResponseRedirect(found.get_absolute_url())


@never_cache
@require_http_methods(METHODS)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """`/organisations/<slug>/publier/`: a new dataset. 404 for a body that does not work on this instance."""
    body = get_object_or_404(Organisation, slug=slug, tenant=True)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may(request.user, "publish", body):
        raise PermissionDenied
    agent = {"name": {"fr": body.name}, **({"uri": body.uri} if body.uri else {})}
    form = RecordForm({"publisher": agent}, new=True)
    if request.method != "POST":
        return _page(request, body, form, key=uuid.uuid4())
    key = _key(request)
    if made := Dataset.objects.filter(pk=key).first():
        return HttpResponseRedirect(made.get_absolute_url())  # sent twice
    result = form.read(_said(request))
    _own_name_only(request, body, form, result)
    if not result.sound:
        return _page(request, body, form, status=422, key=key)
    draft = Draft("dataset", result.values, body.pk, id=key, territory=body.territory_id, version=0)
    try:
        publishing.publish([draft], _actor(request))
    except Conflict:
        pass  # sent twice at once: the first has made it
    else:
        messages.success(request, SAVED)
    return HttpResponseRedirect(Dataset.objects.get(pk=key).get_absolute_url())


def _own_name_only(request: HttpRequest, body: Organisation, form: RecordForm, result: Result) -> None:
    """An error when the record would be said to come from a body that works here, and for which this person does not speak."""
    field = form.fields["publisher"]
    agent = result.values.get("publisher") or {}
    if not agent or agent == field.value:
        return
    bodies = Organisation.objects.filter(tenant=True).exclude(pk=body.pk)
    for other in bodies.known_as(folded(in_french(agent.get("name", {}))), agent.get("uri", "")):
        if not may(request.user, "publish", other):
            told = (
                f"Vous ne publiez pas au nom de « {other} » : demandez-le à son administrateur, ou gardez « {body} »."
            )
            result.errors[f"{field.name}.0.name.fr"] = told
            form.draw(_said(request), result.errors, ["publisher"])


def _key(request: HttpRequest) -> uuid.UUID:
    """The key of the record to make, if it is one that we gave with the form: else a new one."""
    try:
        return uuid.UUID(signing.loads(request.POST.get("fiche", ""), salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return uuid.uuid4()


def _actor(request: HttpRequest) -> Any:
    return request.user


def _said(request: HttpRequest) -> Said:
    return {name: [spelling.lines(text) for text in texts] for name, texts in request.POST.lists()}


def _page(
    request: HttpRequest,
    thing: Dataset | Organisation,
    form: RecordForm,
    *,
    status: int = 200,
    moved: bool = False,
    key: uuid.UUID | None = None,
) -> HttpResponse:
    found = thing if isinstance(thing, Dataset) else None
    if found:
        quality.beside(found, form.fields)
    context = {
        "form": form,
        "dataset": found,
        "notes": lines_of(Addition.objects.of(found.pk), [], {}, member=True) if found else [],
        "body": found.owner if found else thing,
        "moved": moved,
        "key": signing.dumps(str(key), salt=SALT) if key else "",
    }
    return render(request, "edit.html", context, status=status)


def _origin(found: Dataset) -> Any:
    return origin_of(with_origin(Dataset.objects.filter(pk=found.pk)).get())
