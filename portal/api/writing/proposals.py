"""What somebody who may not publish, or not alone, would change of a published dataset: as on its page, who publishes decides."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from catalogue import amending
from catalogue.dcat.terms import Values
from catalogue.mandates import not_spoken_for
from catalogue.models import Dataset
from portal.api.writing import shown
from portal.api.writing.access import dry
from portal.api.writing.problems import Fault, Wrong


def make(request: HttpRequest, user: Any, found: Any, values: Values, held: frozenset[str]) -> HttpResponse:
    """202 with the address of the proposal. Raises Wrong for what takes none, or when nothing would change."""
    before = amending.values_of(found)
    changes = any(before.get(name) != values.get(name) for name in {**before, **values})
    if not isinstance(found, Dataset) or not changes:
        raise Wrong("second-person" if "publish" in held else "forbidden")
    agent = values.get("publisher", {})
    if agent != before.get("publisher") and any(not_spoken_for(user, found.owner, agent)):
        raise Wrong("name-of-another", faults=[Fault("/publisher", "choice")])
    if dry(request):
        raise Wrong("no-dry-run")  # it tells people by mail
    made = amending.propose(found, values, user)
    if made is None:
        raise Wrong("conflict")
    address = reverse("proposal", args=[made.pk])
    said = {
        "proposal": str(made.pk),
        "dataset": str(found.pk),
        "fields": made.fields,
        "page": settings.BOUTURE_URL + address,
    }
    response = JsonResponse(said, status=202, json_dumps_params={"ensure_ascii": False})
    response["Location"] = address
    response["ETag"] = shown.tag(found)
    return response
