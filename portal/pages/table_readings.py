"""How a file was read: what was found, what was understood, what its schema says of it, whom it may tell of.

For everyone who may open the table; what is to be decided or chosen is for who publishes it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError, Refused
from catalogue.models import Replacement, Table, TableDecision, TableVersion, User
from catalogue.permissions import audience_of, may, may_write
from catalogue.tables.contract import Level, Suspicion
from catalogue.tables.plain import columns_from, notes_from, suspicions_from, verdict_from
from catalogue.tables.schemas import schema
from catalogue.tables.versions import difference_from
from catalogue.tabling import deciding, keeping, openable, waits
from catalogue.tabling.depositing import deposit_again
from portal.pages import otherwise
from portal.pages.words import no_gesture

PIECE: Final = 2**20  # bytes
FINDINGS: Final = 200  # lines of what breaks the schema
LEVELS: Final = {
    Level.VALID: ("juste", "good", gettext_lazy("Conforme au schéma")),
    Level.RECOVERABLE: ("info", "", gettext_lazy("Conforme au schéma, une fois remis en forme")),
    Level.INVALID: ("attention", "warn", gettext_lazy("Ne suit pas encore le schéma")),
}


@dataclass(frozen=True)
class Doubt:
    """A suspicion with what was decided of it."""

    said: Suspicion
    decision: TableDecision | None
    choices: tuple[tuple[str, str], ...]
    number: int


@dataclass(frozen=True)
class Kept:
    """A version with what it changed from the one before it, in sentences; () for the first one."""

    said: TableVersion
    changed: tuple[str, ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/tables/<uuid>/lecture/`. 404 for who may not see its dataset, or its rows while they wait for a decision."""
    audience = audience_of(request.user)
    found = Table.objects.visible_to(audience).filter(pk=pk).select_related("current", "dataset__owner").first()
    if found is None or not openable(found, audience):
        raise Http404
    writer = may(request.user, "publish", found.dataset)
    error = ""
    if request.method == "POST":
        again = request.POST.get("geste") == "relire" and may_write(request.user, found.dataset)
        if not (writer or again) or not isinstance(request.user, User):
            raise PermissionDenied
        try:
            _act(request, found, request.user)
        except CatalogueError as refused:
            error = refused.message
        else:
            return HttpResponseRedirect(reverse("table_reading", args=[pk]))
    return render(
        request,
        "table_reading.html",
        {**_told(found, writer=writer), "rereads": may_write(request.user, found.dataset), "error": error},
        status=422 if error else 200,
    )


def _act(request: HttpRequest, found: Table, who: User) -> None:
    """Raises Refused."""
    gesture = request.POST.get("geste", "")
    if gesture == "decider" and found.current:
        deciding.decide(
            found.current,
            request.POST.get("soupcon", ""),
            request.POST.getlist("colonne"),
            request.POST.get("decision", ""),
            request.POST.get("pourquoi", "").strip(),
            who,
        )
        messages.success(request, _("La décision est enregistrée, avec votre nom et la date."))
    elif gesture == "publier":
        deciding.publish_unread(found, request.POST.get("decision", ""), request.POST.get("pourquoi", "").strip(), who)
        messages.success(request, _("La décision est enregistrée, avec votre nom et la date."))
    elif gesture == "relire":
        otherwise.ask(found, request.POST)
        messages.success(request, _("Le fichier est relu avec ces choix. Rechargez la page dans un instant."))
    elif gesture == "revenir":
        _go_back(found, request.POST.get("version", ""), who)
        messages.success(request, _("Cette version revient à la même adresse. Rechargez la page dans un instant."))
    else:
        raise Refused(no_gesture())


def _go_back(found: Table, number: str, who: User) -> None:
    """The file of a version before, deposited again: it is a new version, and says what it changes back. Raises Refused."""
    kept = found.versions.filter(proposed_by=None)
    wanted = kept.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    path = keeping.original_of(wanted) if wanted else None
    if wanted is None or path is None or not path.is_file():
        raise Refused(_("Cette version n’est plus gardée. Rechargez la page pour voir celles qui le sont."))
    with path.open("rb") as file:
        deposit_again(found, iter(lambda: file.read(PIECE), b""), wanted.name, who)


def _told(found: Table, *, writer: bool) -> dict[str, Any]:
    version = found.current
    told: dict[str, Any] = {
        "table": found,
        "dataset": found.dataset,
        "version": version,
        "writer": writer,
        **otherwise.asked(found),
        "versions": [Kept(one, _changed(one)) for one in found.versions.filter(proposed_by=None)] if writer else [],
        "replacement": Replacement.objects.filter(table=found).select_related("author").first() if writer else None,
    }
    if version is None:
        decided = deciding.said_of_unread(found) if writer else None
        return told | {"wait": waits(found), "unread": decided}
    verdict = verdict_from(version.verdict)
    findings = [one for one in verdict.found if not one.recovered] if verdict else []
    return told | {
        "columns": columns_from(version.columns),
        "notes": notes_from(version.notes),
        "reading": version.reading,
        "verdict": verdict,
        "level": LEVELS[verdict.level] if verdict else None,
        "schema": schema(verdict.match.schema, verdict.match.version) if verdict else None,
        "findings": findings[:FINDINGS],
        "more_findings": len(findings) > FINDINGS,
        "doubts": doubts_of(found, version) if writer else [],
    }


def doubts_of(found: Table, version: TableVersion) -> list[Doubt]:
    decided = {(one.code, tuple(one.columns)): one for one in deciding.standing(found)}
    names = dict(TableDecision.Choice.choices)
    return [
        Doubt(
            said,
            decided.get((said.code, said.columns)),
            tuple((choice, str(names[choice])) for choice in ("publish", *said.remedies, "withhold")),
            number,
        )
        for number, said in enumerate(suspicions_from(version.suspicions), 1)
    ]


def _changed(version: TableVersion) -> tuple[str, ...]:
    difference = difference_from(version.difference)
    return difference.told if difference is not None else ()
