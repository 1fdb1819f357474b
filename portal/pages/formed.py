"""The form of a record as a page, whatever becomes of what is typed: a record, a draft, a proposal."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from catalogue.mandates import not_spoken_for
from catalogue.models import Addition, Dataset, Organisation
from catalogue.unsent import mark_of
from portal import spelling
from portal.pages import quality, unsent
from portal.pages.fields import Said
from portal.pages.forms import RecordForm, Result
from portal.pages.laid import lines_of

SALT: Final = "fiche"


def own_name_only(request: HttpRequest, body: Organisation, form: RecordForm, result: Result) -> None:
    """An error when the record would be said to come from a body that works here, and for which this person does not speak."""
    field = form.fields["publisher"]
    agent = result.values.get("publisher") or {}
    if agent == field.value:
        return
    for other in not_spoken_for(request.user, body, agent):
        told = _(
            "Vous ne publiez pas au nom de « %(other)s » : demandez-le à son administrateur, ou gardez « %(body)s »."
        ) % {"other": other, "body": body}
        result.errors[f"{field.name}.0.name.fr"] = told
        form.draw(typed(request), result.errors, ["publisher"])


def key_of(request: HttpRequest) -> uuid.UUID:
    """The key of the record to make, if it is one that we gave with the form: else a new one."""
    try:
        return uuid.UUID(signing.loads(request.POST.get("fiche", ""), salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return uuid.uuid4()


def actor(request: HttpRequest) -> Any:
    return request.user


def typed(request: HttpRequest) -> Said:
    return {name: [spelling.lines(text) for text in texts] for name, texts in request.POST.lists()}


def page(
    request: HttpRequest,
    thing: Dataset | Organisation,
    form: RecordForm,
    *,
    status: int = 200,
    moved: bool = False,
    key: uuid.UUID | None = None,
    **more: Any,
) -> HttpResponse:
    """`more`: `becomes` tells what is made of it: "" (published at once), "draft" or "proposal"; `publishes`: whether this
    person may also publish a draft at once.
    """
    found = thing if isinstance(thing, Dataset) else None
    back = unsent.again(request) if request.method != "POST" else None
    if back is not None:
        moved = bool(form.read(back, whole=False).moved)
    if found:
        quality.beside(found, form.fields)
    context = {
        "form": form,
        "dataset": found,
        "notes": lines_of(Addition.objects.of(found.pk), [], {}, member=True) if found else [],
        "body": found.owner if found else thing,
        "moved": moved,
        "again": back is not None,
        "named": "".join((typed(request) if back is None else back).get("nom", ())),
        "made_for": mark_of(actor(request)),
        "key": signing.dumps(str(key), salt=SALT) if key else "",
        **more,
    }
    return render(request, "edit.html", context, status=status)
