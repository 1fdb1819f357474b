"""How the harvests go, for who publishes in the bodies that hold the sources. Nothing runs here: a run is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import posting
from catalogue.observing import recipes as observing
from catalogue.permissions import bodies_where, runs_the_instance
from harvesters import schedule
from harvesters.models import HarvestRun, HarvestSource
from harvesters.reports import letter, report_on
from portal.languages import WRITTEN_IN
from portal.pages import gestures
from portal.pages.passages import SHOWN, closing_of, in_trouble, left_of, passage, row_of

UNFOLDED: Final = 6  # runs said in words before the fold
MAILTO: Final = 1_500  # signs of a message that every mail program takes from a link
Status = HarvestRun.Status


@never_cache
@require_safe
@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """`/moissons/`: every source of the bodies where the reader publishes."""
    audience = bodies_where(request.user, "publish")
    held = HarvestSource.objects.held_by(audience)
    found = list(held.with_counts().select_related("owner").order_by("pk"))
    runs = _last_runs(found)
    rows = [row_of(source, runs.get(source.pk, [])) for source in found]
    rows.sort(key=lambda row: (row.source.left_at is not None, row.name.casefold()))
    troubled = [row for row in rows if in_trouble(row)]
    context = {
        "rows": rows,
        "may_add": audience.everything or bool(audience.organisations),
        "troubled": troubled,
        "records": sum(source.live for source in found),
        "faulty": observing.known().faults if runs_the_instance(request.user) else (),
        "unsent": posting.unsent() if runs_the_instance(request.user) else None,
    }
    return render(request, "harvests.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """`/moissons/<n>/`. 404 for who does not publish in the body that holds it."""
    held = HarvestSource.objects.held_by(bodies_where(request.user, "publish"))
    found = held.with_counts().select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(gestures.act(request, found))
        except gestures.Refusal as refused:
            refusal = refused
    runs = list(found.runs.all())
    with override(WRITTEN_IN):  # the producer reads it, whoever looks at this page
        report = report_on(found)
        mail = letter(found, report, next((run for run in runs if run.status != Status.RUNNING), None))
    passages = [passage(run) for run in runs]
    context = {
        "row": row_of(found, runs),
        "source": found,
        # A folder of this server is for who keeps it.
        "address": found.public_address or (found.key if request.user.is_superuser else ""),
        "passages": passages[:UNFOLDED],
        "older": passages[UNFOLDED:],
        "report": report,
        "letter": mail,
        "mailto": _mailto(found, mail),
        "shift": int(schedule.shift_of(found).total_seconds() // 60),
        "forms": gestures.forms_of(found) | ({refusal.form.name: refusal.form} if refusal and refusal.form else {}),
        "stopped": bool(runs) and runs[0].status == Status.STOPPED and found.active,
        "refusal": refusal,
        "rehearsed": gestures.rehearsed(runs[0] if runs else None) if found.trial else None,
        "waited": found.next_at is not None or (bool(runs) and runs[0].status == Status.RUNNING),
        "closing": closing_of(found) or left_of(found),
    }
    return render(request, "harvest.html", context, status=refusal.status if refusal else 200)


def _last_runs(found: Sequence[HarvestSource]) -> dict[int, list[HarvestRun]]:
    """The last runs of each source, the newest first. One query."""
    rank = Window(RowNumber(), partition_by="source", order_by="-started_at")
    ranked = HarvestRun.objects.filter(source__in=found).annotate(rank=rank).defer("repairs", "services")
    runs: dict[int, list[HarvestRun]] = {}
    for run in ranked.filter(rank__lte=SHOWN).order_by("-started_at"):
        runs.setdefault(run.source_id, []).append(run)
    return runs


def _mailto(source: HarvestSource, text: str) -> str:
    body = text if len(text) <= MAILTO else f"{text[:MAILTO]}…\n"
    subject = f"Votre catalogue « {source.name} »"
    return f"mailto:{quote(source.contact)}?subject={quote(subject)}&body={quote(body)}"
