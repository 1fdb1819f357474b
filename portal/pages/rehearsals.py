"""What a dry run found that a harvest would do, record by record and field by field."""

from __future__ import annotations

from itertools import islice
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.permissions import bodies_where
from harvesters.models import HarvestPlan, HarvestRun, HarvestSource
from harvesters.planning import planned
from portal.pages import words

SHOWN: Final = 200  # records
COUNTS: Final = {
    HarvestPlan.Verb.CREATED: "created",
    HarvestPlan.Verb.UPDATED: "updated",
    HarvestPlan.Verb.WITHDRAWN: "withdrawn",
    HarvestPlan.Verb.ASIDE: "quarantined",
    HarvestPlan.Verb.LEFT_OUT: "left_out",
    HarvestPlan.Verb.FOLLOWED: "followed",
}


@never_cache
@require_safe
@login_required
def rehearsal(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """`/moissons/<n>/repetitions/<n>/`. 404 for who does not publish in the body that holds the source."""
    held = HarvestSource.objects.held_by(bodies_where(request.user, "publish")).filter(pk=pk)
    found = HarvestRun.objects.filter(source__in=held, pk=run, dry=True).select_related("source__owner").first()
    if found is None:
        raise Http404
    # The run counts all of them, its plan keeps the first ones.
    counts = {verb: getattr(found, name) + found.services.get(name, 0) for verb, name in COUNTS.items()}
    rows = list(islice(planned(found), SHOWN))
    context = {
        "run": found,
        "source": found.source,
        "when": words.moment(found.started_at),
        "counts": [(verb.label, counts[verb]) for verb in HarvestPlan.Verb if counts[verb]],
        "groups": [
            (verb.label, group)
            for verb in HarvestPlan.Verb
            if (group := [row for row in rows if row.verb == verb.value])
        ],
        "more": sum(counts.values()) - len(rows),
    }
    return render(request, "rehearsal.html", context)
