"""How the harvests go, for who publishes in the bodies that hold the sources. Nothing runs here: a run is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.permissions import bodies_where
from harvesters import schedule
from harvesters.models import HarvestRun, HarvestSource
from harvesters.reports import letter, report_on
from harvesters.sources import KINDS
from portal.pages import words

SHOWN: Final = 14  # runs drawn beside a source
UNFOLDED: Final = 6  # runs said in words before the fold
STEP: Final = 11  # pixels between two of them
MAILTO: Final = 1_500  # signs of a message that every mail program takes from a link
Status = HarvestRun.Status
# Status -> class, drawing, words.
STATES: Final = {
    "ok": ("good", "juste", "À jour"),
    "partial": ("warn", "attention", "En partie"),
    "stopped": ("warn", "attention", "Attend votre avis"),
    "failed": ("fail", "erreur", "En panne"),
    "killed": ("warn", "attention", "Interrompue"),
    "running": ("", "horloge", "En cours"),
    "paused": ("", "info", "En pause"),
    "never": ("", "info", "Jamais moissonnée"),
}
MARKS: Final = {
    "done": "fait",
    "same": "sans changement",
    "partial": "en partie",
    "failed": "en échec",
    "stopped": "arrêté",
}


@dataclass(frozen=True)
class Mark:
    """One run in the drawing; `x` as text: a template would write numbers with a French comma."""

    kind: str
    x: str
    at: str


@dataclass(frozen=True)
class State:
    css: str
    icon: str
    text: str


@dataclass(frozen=True)
class Row:
    source: HarvestSource
    name: str
    kind: str
    state: State
    last: HarvestRun | None
    marks: tuple[Mark, ...]
    told: str
    message: str
    next: str


@dataclass(frozen=True)
class Passage:
    """One run, in words."""

    run: HarvestRun
    when: str
    state: State
    text: str
    seconds: str


@never_cache
@require_safe
@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """`/moissons/`: every source of the bodies where the reader publishes."""
    held = HarvestSource.objects.held_by(bodies_where(request.user, "publish"))
    found = list(held.with_counts().select_related("owner").order_by("pk"))
    runs = _last_runs(found)
    rows = sorted((_row(source, runs.get(source.pk, [])) for source in found), key=lambda row: row.name.casefold())
    troubled = [row for row in rows if row.state.text in (STATES["failed"][2], STATES["stopped"][2])]
    context = {"rows": rows, "troubled": troubled, "records": sum(source.live for source in found)}
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
    oops = _act(request, found) if request.method == "POST" else ""
    if request.method == "POST" and not oops:
        return HttpResponseRedirect(reverse("harvest", args=[pk]))
    runs = list(found.runs.all())
    report = report_on(found)
    mail = letter(found, report, next((run for run in runs if run.status != Status.RUNNING), None))
    passages = [_passage(run) for run in runs]
    context = {
        "row": _row(found, runs),
        "source": found,
        # A folder of this server is for who keeps it.
        "address": found.key if request.user.is_superuser else found.public_address,
        "passages": passages[:UNFOLDED],
        "older": passages[UNFOLDED:],
        "report": report,
        "letter": mail,
        "mailto": _mailto(found, mail),
        "shift": int(schedule.shift_of(found).total_seconds() // 60),
        "typed": _typed(request, found),
        "stopped": bool(runs) and runs[0].status == Status.STOPPED and found.active,
        "oops": oops,
    }
    return render(request, "harvest.html", context, status=400 if oops else 200)


def _act(request: HttpRequest, found: HarvestSource) -> str:
    """Does what was asked; returns what is wrong with it, "" when it is done."""
    what = request.POST.get("geste")
    if what == "pause":
        schedule.pause(found)
        said = "La source est en pause."
    elif what == "reprendre":
        schedule.resume(found)
        said = "La source est reprise, à son rythme."
    elif what == "lancer":
        if not schedule.run_soon(found):
            return "La source est en pause : reprenez-la d’abord."
        said = "La moisson est demandée. Elle part dans la minute si le travailleur tourne ; revenez voir ici."
    elif what == "repeter":
        if not schedule.run_soon(found, rehearsal=True):
            return "La source est en pause : reprenez-la d’abord."
        said = "La répétition est demandée : elle dira ici ce qui changerait, sans rien écrire."
    elif what == "accepter":
        if not schedule.accept(found):
            return "Il n’y a rien à accepter : le dernier passage ne s’est pas arrêté, ou la source est en pause."
        said = "C’est accepté, pour un passage. Il part dans la minute si le travailleur tourne."
    elif what == "rythme":
        return _set(request, found)
    else:
        return "Ce geste n’existe pas. Rien n’a été changé."
    messages.success(request, said)
    return ""


def _set(request: HttpRequest, found: HarvestSource) -> str:
    typed = {name: request.POST.get(name, "").strip() for name in ("rythme", "fuseau", "decalage", "contact")}
    try:
        if typed["contact"]:
            validate_email(typed["contact"])
        if not (typed["decalage"].isascii() and typed["decalage"].isdigit() and len(typed["decalage"]) < 5):
            return f"Le décalage est un nombre de minutes, de 0 à {schedule.MOST_SPREAD}."
        if len(typed["rythme"]) > 100 or len(typed["fuseau"]) > 50:
            return "Le rythme ou le fuseau est trop long. Exemple de rythme : « 0 3 * * * »."
        schedule.set_rhythm(found, typed["rythme"], typed["fuseau"], int(typed["decalage"]))
    except ValidationError:
        return "L’adresse électronique à prévenir n’en est pas une. Exemple : donnees@ville.fr."
    except schedule.BadSchedule as error:
        return str(error)
    found.contact = typed["contact"]
    found.save(update_fields=["contact"])
    messages.success(request, "Le rythme et le contact sont enregistrés.")
    return ""


def _typed(request: HttpRequest, found: HarvestSource) -> dict[str, object]:
    """What the form shows: what was typed when it is refused, else what is kept."""
    if request.POST.get("geste") == "rythme":
        return {name: request.POST.get(name, "") for name in ("rythme", "fuseau", "decalage", "contact")}
    return {"rythme": found.schedule, "fuseau": found.zone, "decalage": found.spread, "contact": found.contact}


def _last_runs(found: Sequence[HarvestSource]) -> dict[int, list[HarvestRun]]:
    """The last runs of each source, the newest first. One query."""
    rank = Window(RowNumber(), partition_by="source", order_by="-started_at")
    ranked = HarvestRun.objects.filter(source__in=found).annotate(rank=rank).defer("repairs", "services")
    runs: dict[int, list[HarvestRun]] = {}
    for run in ranked.filter(rank__lte=SHOWN).order_by("-started_at"):
        runs.setdefault(run.source_id, []).append(run)
    return runs


def _row(source: HarvestSource, runs: Sequence[HarvestRun]) -> Row:
    last = next((run for run in runs if not run.dry and run.status != Status.RUNNING), None)
    shown = [run for run in runs if not run.dry and run.status != Status.RUNNING][:SHOWN]
    marks = tuple(_marks(shown))
    counts = Counter(mark.kind for mark in marks)
    told = ", ".join(f"{counts[kind]} {words}" for kind, words in MARKS.items() if counts[kind])
    return Row(
        source=source,
        name=source.name,
        kind=KINDS[source.kind].label if source.kind in KINDS else "",
        state=_state(source, runs[0] if runs else None, last),
        last=last,
        marks=marks,
        told=told,
        message=" ".join(last.messages[:2]) if last else "",
        next=_next(source),
    )


def _state(source: HarvestSource, newest: HarvestRun | None, last: HarvestRun | None) -> State:
    if newest is not None and newest.status == Status.RUNNING:
        return State(*STATES["running"])
    if not source.active:
        return State(*STATES["paused"])
    if last is None:
        return State(*STATES["never"])
    return _state_of(last)


def _state_of(run: HarvestRun) -> State:
    return State(*STATES[run.status if run.status in STATES else "ok"])


def _marks(runs: Iterable[HarvestRun]) -> Iterable[Mark]:
    """The oldest on the left."""
    for number, run in enumerate(reversed(list(runs))):
        same = run.status == Status.DONE and not (run.created or run.updated or run.withdrawn)
        kind = "same" if same else Status.FAILED if run.status == Status.KILLED else run.status
        yield Mark(kind, f"{6 + number * STEP}", words.day(run.started_at))


def _next(source: HarvestSource) -> str:
    if not source.active:
        return "en pause"
    if source.next_at is None:
        return "aucun de prévu" if not source.schedule else "dans la minute"
    return "dans la minute" if source.next_at <= timezone.now() else f"le {moment(source.next_at)}"


def moment(at: datetime) -> str:
    """« 24 novembre 2026 à 3 h 07 », in the instance's time zone."""
    there = timezone.localtime(at)
    return f"{words.day(at)} à {there.hour}{words.NARROW}h{words.NARROW}{there.minute:02}"


def _passage(run: HarvestRun) -> Passage:
    counts = (
        (run.created, "nouvelle", "nouvelles"),
        (run.updated, "modifiée", "modifiées"),
        (run.unchanged, "sans changement", "sans changement"),
        (run.withdrawn, "retirée", "retirées"),
        (run.quarantined, "mise de côté", "mises de côté"),
    )
    said = ", ".join(f"{words.number(count)} {many if count > 1 else one}" for count, one, many in counts if count)
    rehearsal = "Répétition, rien n’a été écrit. " if run.dry else ""
    fiches = f"{words.number(run.found)} fiche{'s' * (run.found > 1)} lue{'s' * (run.found > 1)}"
    return Passage(
        run=run,
        when=moment(run.started_at),
        state=State(*STATES["running"]) if run.status == Status.RUNNING else _state_of(run),
        text=f"{rehearsal}{fiches}{f' : {said}' if said else ''}.",
        seconds=duration((run.ended_at or run.heartbeat_at) - run.started_at),
    )


def duration(length: timedelta) -> str:
    """« 4,2 s », « 3 min 5 s », « 1 h 2 min »."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 60:
        return f"{seconds:.1f}".replace(".", ",") + f"{words.NARROW}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}{words.NARROW}min {whole % 60}{words.NARROW}s"
    return f"{whole // 3600}{words.NARROW}h {whole % 3600 // 60}{words.NARROW}min"


def _mailto(source: HarvestSource, text: str) -> str:
    body = text if len(text) <= MAILTO else f"{text[:MAILTO]}…\n"
    subject = f"Votre catalogue « {source.name} »"
    return f"mailto:{quote(source.contact)}?subject={quote(subject)}&body={quote(body)}"
