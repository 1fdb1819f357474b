"""What may be done to a record by a program: each asks its rights, then goes through the catalogue's own verbs.

Called inside the transaction of the answer, with the row locked: what is compared is what is changed.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from catalogue import permissions, publishing, reviewing
from catalogue.amending import draft_of, values_of
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.terms import Values
from catalogue.models import Dataset, Organisation, Record, Submission
from catalogue.publishing import Draft, Outcome, drafts
from catalogue.quality import facts
from catalogue.quality.metrics import V2, Facts
from catalogue.quality.scoring import assess
from portal.api.writing import proposals, shown
from portal.api.writing.access import dry
from portal.api.writing.linked import Linked
from portal.api.writing.problems import Fault, Wrong
from portal.api.writing.values import faults_of

Status = Record.Status
LONGEST_REASON: Final = 2_000  # characters
PLAIN: Final = Linked({}, "")
NEW: Final = ("owner", "state", "private")  # what is said of a record to make, beside its values


def create(
    request: HttpRequest, user: Any, kind: str, said: Values, new: UUID | None = None, graph: Linked = PLAIN
) -> HttpResponse:
    """A dataset, as a draft unless "state" says "published"; a service is published at once.

    `new`, `graph`: the key that it gets and what its document says besides, when it is made from RDF.
    """
    values = {name: value for name, value in said.items() if name not in NEW}
    state = said.get("state", Status.DRAFT.value if kind == "dataset" else Status.PUBLISHED.value)
    faults = [Fault(f"/{name}", "read-only") for name in values if name in shown.BESIDE]
    if state not in ((Status.DRAFT, Status.PUBLISHED) if kind == "dataset" else (Status.PUBLISHED,)):
        faults.append(Fault("/state", "choice"))
    if not isinstance(said.get("private", False), bool):
        faults.append(Fault("/private", "type"))
    body = _body(request, said.get("owner"), faults)
    values = {name: value for name, value in values.items() if name not in shown.BESIDE}
    faults += faults_of(kind, values, {}, whole=state == Status.PUBLISHED) + _files(values, graph.files)
    faults += graph.faults
    if faults or body is None:
        raise Wrong("invalid", faults=faults)
    held = permissions.actions(user, body)
    _ask(held, "edit" if state == Status.DRAFT else "publish")
    if state == Status.PUBLISHED and body.reviewed:
        raise Wrong("second-person")
    territory = body.territory_id if kind == "dataset" else None
    private = bool(said.get("private", False))
    draft = Draft(kind, values, body.pk, new, graph.uri, graph.said, territory=territory, version=0, private=private)
    return _write(request, user, draft, kept=state == Status.DRAFT)


def change(
    request: HttpRequest,
    user: Any,
    kind: str,
    found: Any,
    held: frozenset[str],
    said: Values,
    graph: Linked | None = None,
) -> HttpResponse:
    """All that the record says becomes `said`. What cannot be written may come back as it was read.

    Of whoever may not publish it, or not alone, it becomes a proposal.
    """
    kept = found.status == Status.DRAFT
    _ask(held, "edit")
    if found.harvested:
        _ask(held, "publish")
        raise Wrong("harvested")
    if found.status == Status.WITHDRAWN:
        _ask(held, "publish")
        raise Wrong("withdrawn")
    shown.check_version(request, found)
    now, before = shown.beside(found), values_of(found)
    closes = "administer" in held and isinstance(said.get("private"), bool) and said["private"] != found.private
    values = {name: value for name, value in said.items() if name not in now}
    given = {name for name in said if name in now and said[name] != now[name]} - ({"private"} if closes else set())
    faults = [Fault(f"/{name}", "read-only") for name in sorted(given)]
    faults += faults_of(kind, values, before, whole=not kept)
    known = {file["uri"] for file in before.get("distribution", [])}
    faults += _files(values, known | graph.files if graph else known) + list(graph.faults if graph else ())
    beyond = found.said if graph is None else graph.said
    proposes = not kept and ("publish" not in held or found.owner.reviewed)
    if proposes and beyond != found.said:
        faults.append(Fault("", "not-proposed"))
    if faults:
        raise Wrong("invalid", faults=faults)
    if proposes:
        return proposals.make(request, user, found, values, held)
    draft = replace(draft_of(found, values), said=beyond)
    return _write(request, user, draft, kept=kept, found=found, closes=closes)


def _write(
    request: HttpRequest, user: Any, draft: Draft, *, kept: bool, found: Any = None, closes: bool = False
) -> HttpResponse:
    """`closes`: it becomes private, or is private no more, as its page of accesses does."""
    missing = set(found.missing) if found else set()
    named = found.published_by_id if found else None
    outcome = drafts.keep_draft(draft, user) if kept else publishing.publish([draft], user)[0]
    if closes:
        publishing.set_private(found, not found.private, user)
        outcome = replace(outcome, verb="updated", fields=(*outcome.fields, "private"))
    row: Any = MODELS[draft.kind].objects.with_forms().select_related("owner", "published_by").get(pk=outcome.id)  # type: ignore[attr-defined]
    by = row.published_by
    if by.pk != named and by.tenant and not permissions.speaks_for(user, row.owner, by):
        raise Wrong("name-of-another", faults=[Fault("/publisher", "choice")])
    if not kept and (lacking := sorted(set(row.missing) - missing)):
        raise Wrong("invalid", faults=[Fault("/" + path.replace(".", "/"), "required") for path in lacking])
    return _told(request, row, outcome, new=found is None)


def _told(request: HttpRequest, row: Any, outcome: Outcome, *, new: bool) -> HttpResponse:
    if dry(request):
        return shown.trial(row, outcome.verb, outcome.fields, _score(row))
    response = shown.answer(row, 201 if new else 200)
    if new:
        kinds = {kind: name for name, kind in shown.KINDS.items()}
        response["Location"] = f"/api/{kinds[row.kind]}/{row.pk}"
    return response


def _score(row: Any) -> Values:
    """The European score that a published dataset would have (docs/metadata-quality.md), in points."""
    for asked in facts.rows([row.pk]) if isinstance(row, Dataset) else ():
        values = facts.values_of_row(asked)
        about = Facts(facts.statuses_of([values]), asked.conforms, facts.known_addresses())
        return {"score": round(assess(V2, values, about).total, 2)}
    return {}


def _body(request: HttpRequest, slug: Any, faults: list[Fault]) -> Organisation | None:
    if not isinstance(slug, str):
        faults.append(Fault("/owner", "required" if slug is None else "type"))
        return None
    found = None
    if "\0" not in slug and len(slug) <= 200 and slug.isascii():
        seen = Organisation.objects.visible_to(permissions.audience_of(request.user))
        found = seen.filter(slug=slug, tenant=True).first()
    if found is None:
        faults.append(Fault("/owner", "unknown-owner"))
    return found


def _files(values: Values, known: Set[str]) -> list[Fault]:
    """A file is told from another by the address that we gave it: nobody chooses one."""
    files = values.get("distribution", [])
    if not isinstance(files, list):
        return []
    given = [(place, file["uri"]) for place, file in enumerate(files) if isinstance(file, dict) and "uri" in file]
    return [
        Fault(f"/distribution/{place}/uri", "file-address")
        for place, uri in given
        if not isinstance(uri, str) or uri not in known
    ]


def _ask(held: frozenset[str], action: str) -> None:
    if action not in held:
        raise Wrong("forbidden")


def remove(request: HttpRequest, user: Any, found: Any, held: frozenset[str], reason: Any) -> HttpResponse:
    """Out of sight, with its reason; a draft, that nobody saw, is deleted."""
    if found.status != Status.DRAFT:
        return _withdraw(request, user, found, held, reason)
    wrote = Submission.objects.filter(dataset=found.pk, writer=user).exists()
    if "publish" not in held and not wrote:
        raise Wrong("forbidden")
    shown.check_version(request, found)
    drafts.abandon(found, user)
    return HttpResponse(status=204)


def _withdraw(request: HttpRequest, user: Any, found: Any, held: frozenset[str], reason: Any) -> HttpResponse:
    _ask(held, "publish")
    if found.status != Status.PUBLISHED:
        raise Wrong("withdrawn" if found.status == Status.WITHDRAWN else "conflict")
    publishing.withdraw([found], _reason(request, found, reason), user)
    return _as_it_is(request, found, "withdrawn")


def _reason(request: HttpRequest, found: Any, reason: Any) -> str:
    shown.check_version(request, found)
    faults = faults_of("dataset", {"title": {"": reason}}, {}, whole=False) if reason is not None else []
    if reason is None or faults:
        raise Wrong("invalid", faults=[Fault("/reason", faults[0].code if faults else "required")])
    if len(reason.strip()) > LONGEST_REASON:
        raise Wrong("invalid", faults=[Fault("/reason", "too-long")])
    return str(reason).strip()


def _as_it_is(request: HttpRequest, found: Any, verb: str) -> HttpResponse:
    row = type(found).objects.with_forms().select_related("owner", "published_by").get(pk=found.pk)
    return shown.trial(row, verb, ("status",), {}) if dry(request) else shown.answer(row)


def move(request: HttpRequest, user: Any, found: Any, held: frozenset[str], said: Values) -> HttpResponse:
    """To another state: published, submitted, scheduled, refused, writing, withdrawn."""
    state = said.get("state")
    faults = [Fault(f"/{name}", "unknown-field") for name in said if name not in ("state", "reason", "at")]
    allowed = STATES if isinstance(found, Dataset) else ("published", "withdrawn")
    if state not in allowed:
        faults.append(Fault("/state", "required" if state is None else "choice"))
    if faults:
        raise Wrong("invalid", faults=faults)
    if state == "withdrawn":
        return _withdraw(request, user, found, held, said.get("reason"))
    _ask(held, "edit" if state == "submitted" else "publish")
    shown.check_version(request, found)
    if found.status == Status.WITHDRAWN and state == "published":
        drafts.bring_back(found, user)
    elif found.status != Status.DRAFT:
        raise Wrong("conflict")
    else:
        _on_its_way(request, user, found, said)
    return _as_it_is(request, found, str(state))


STATES: Final = ("published", "submitted", "scheduled", "refused", "writing", "withdrawn")


def _on_its_way(request: HttpRequest, user: Any, found: Dataset, said: Values) -> None:
    state = said["state"]
    if state in ("submitted", "refused") and dry(request):
        raise Wrong("no-dry-run")  # it tells people by mail
    if state == "published":
        drafts.bring_out(found, user, found.version)
    elif state == "submitted":
        reviewing.submit(found, user)
    elif state == "refused":
        reviewing.refuse(found, _reason(request, found, said.get("reason")), user)
    elif state == "writing":
        reviewing.unschedule(found)
    else:
        reviewing.schedule(found, _moment(said.get("at")), user)


def _moment(text: Any) -> Any:
    """With its time zone: a program is not where the instance is. Raises Wrong."""
    try:
        moment = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or not is_aware(moment):
        raise Wrong("invalid", faults=[Fault("/at", "required" if text is None else "form")])
    return moment
