"""Short sets that are typed: one form a row, made of the fields of a national schema; the rows are a file like others."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError, Conflict, Refused
from catalogue.models import Organisation, Record, Table, User
from catalogue.permissions import audience_of, may, may_write
from catalogue.tables.schemas import recognise, schema, schemas
from catalogue.tables.schemas.national import Field, Schema
from catalogue.tables.schemas.rows import judged
from catalogue.tabling import openable, sheets
from catalogue.tabling.dropping import drop_file
from catalogue.tabling.sheets import Sheet
from portal.pages.drops.labels import hint_of, label_of

METHODS: Final = ["GET", "HEAD", "POST"]
LIKELY: Final = 0.8  # from which confidence the columns are those of a schema (`catalogue.tables.taking`)
COLUMNS: Final = 6  # of the list of rows
LISTED: Final = 40  # values that are a list, and not suggestions
# What a town types rather than drops; every schema of rows has its address all the same.
USUAL: Final = (
    "scdl/equipements", "atlasante/schema-dae", "scdl/menus-collectifs", "CEREMA/schema-arrete-circulation-marchandises",
    "scdl/deliberations", "scdl/subventions", "bouture/elus", "bouture/points-apport-volontaire", "datagouv/schema-fontaine-eau",
    "etalab/schema-lieux-covoiturage", "etalab/schema-stationnement",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A field of the form. `choices`: all that it may say; `kind`: of the browser's control."""

    name: str
    label: str
    value: str
    hint: str
    error: str
    required: bool
    choices: tuple[str, ...] = ()
    kind: str = "text"


@dataclass(frozen=True)
class Form:
    """The form of one row of a sheet: `place` from 0, None for one that is not there yet; `faults`: by field."""

    of: Schema
    sheet: Sheet
    values: Mapping[str, str]
    faults: Mapping[str, str] | None = None
    place: int | None = None
    error: str = ""
    status: int = 200


@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """`/organisations/<slug>/saisir/<schema>/`: the first row of a new table, a draft as soon as it is there."""
    body = get_object_or_404(Organisation.objects.select_related("territory"), slug=slug, tenant=True)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may(request.user, "edit", body):
        raise PermissionDenied
    of = _schema(key)
    sheet = sheets.blank(of)
    if request.method != "POST":
        return _page(request, Form(of, sheet, _begun(of, body)), body=body)
    row = judged(of, _typed(request, of))
    if row.faults:
        return _page(request, Form(of, sheet, row.values, row.faults, status=422), body=body)
    content = sheet.with_row(row.values).content
    try:
        made = drop_file(body, [content], f"{of.key.rpartition('/')[2]}.csv", len(content), uuid.uuid4(), _who(request))
    except CatalogueError as refused:
        return _page(request, Form(of, sheet, row.values, error=refused.message, status=422), body=body)
    table = Table.objects.get(dataset=made)
    messages.success(request, _("La première ligne est gardée, dans un brouillon."))
    return HttpResponseRedirect(reverse("typed", args=[table.pk]))


@never_cache
@require_http_methods(METHODS)
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/tables/<uuid>/saisir/`: its rows, and a form for one of them or for another. 404 for who may not see it."""
    audience = audience_of(request.user)
    table = Table.objects.visible_to(audience).filter(pk=pk).select_related("current", "dataset__owner").first()
    if table is None or not openable(table, audience):
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may_write(request.user, table.dataset):
        raise PermissionDenied
    try:
        sheet = sheets.sheet_of(table)
        match = next(iter(recognise(sheet.columns, table.declared)), None)
        if match is None or (match.confidence < LIKELY and not match.declared):
            raise Refused(_("Cette table ne suit aucun schéma. Corrigez-la dans un tableur, puis déposez le fichier."))
    except Refused as refused:
        return render(request, "typed_refused.html", {"table": table, "error": refused.message}, status=422)
    of = schema(match.schema, match.version)
    if request.method == "POST":
        return _post(request, table, of, sheet)
    place = _place(request.GET.get("ligne", ""), sheet)
    values = sheet.rows[place] if place is not None else _like(of, sheet)
    return _page(request, Form(of, sheet, values, place=place), table=table)


def _post(request: HttpRequest, table: Table, of: Schema, sheet: Sheet) -> HttpResponse:
    place = _place(request.POST.get("ligne", ""), sheet)
    removes = request.POST.get("geste") == "retirer"
    typed = _typed(request, of)
    values: Mapping[str, str] = typed
    faults: dict[str, str] = {}
    if not removes:
        row = judged(of, typed)
        values, faults = row.values, dict(row.faults)
        if not faults and (field := sheets.repeated(of, sheet, values, place)):
            faults[field] = _("Une autre ligne le dit déjà. Changez-le, ou corrigez l’autre ligne.")
    if faults:
        return _page(request, Form(of, sheet, values, faults, place, status=422), table=table)
    try:
        if request.POST.get("marque", "") != sheet.mark:
            raise Conflict(_(sheets.MOVED))
        if removes and place is None:
            raise Refused(_("Cette ligne n’y est plus. Rechargez la page."))
        after = sheet.without(place) if removes and place is not None else sheet.with_row(values, place)
        sheets.save(table, after, _who(request))
    except CatalogueError as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(request, Form(of, sheet, values, error=refused.message, status=status), table=table)
    messages.success(request, _("La ligne est retirée.") if removes else _("La ligne est enregistrée."))
    return HttpResponseRedirect(reverse("typed", args=[table.pk]))


def _schema(key: str) -> Schema:
    """Raises Http404 for what is no schema of rows."""
    if not any(each.key == key and each.kind == "table" for each in schemas()):
        raise Http404
    return schema(key)


def _typed(request: HttpRequest, of: Schema) -> dict[str, str]:
    return {
        field.name: " ".join(request.POST.get(f"c.{field.name}", "").split())[: sheets.LONGEST] for field in of.fields
    }


def _who(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _place(said: str, sheet: Sheet) -> int | None:
    """Rows are numbered from 1 in an address."""
    at = int(said) - 1 if said.isdecimal() and len(said) < 6 else -1
    return at if 0 <= at < len(sheet.rows) else None


def _begun(of: Schema, body: Organisation) -> dict[str, str]:
    """What a first row says of the body itself."""
    place = body.territory
    known = {"siren": body.siren, "collnom": body.name, "communenom": place.name if place else ""}
    known |= {"insee": place.code if place and len(place.code) == 5 else ""}
    found = {field.name: known.get(field.name.replace("_", "").lower(), "") for field in of.fields}
    return {name: value for name, value in found.items() if value}


def _like(of: Schema, sheet: Sheet) -> dict[str, str]:
    """What all the rows say alike is said by another one too."""
    if not sheet.rows:
        return {}
    last = sheet.rows[-1]
    unique = {field.name for field in of.fields if field.constraints.get("unique")} | set(of.primary)
    wanted = [name for name in sheet.columns if name not in unique and last[name]]
    several = len(sheet.rows) > 1
    return {
        name: last[name]
        for name in wanted
        if (several or name.lower().startswith(("coll", "insee", "siren", "commune")))
        and len({row[name] for row in sheet.rows}) == 1
    }


def _asked(field: Field, value: str, error: str) -> Asked:
    allowed = tuple(map(str, field.constraints.get("enum", ())))
    if field.type == "boolean":
        allowed = (field.true_values[0], field.false_values[0])
    day = field.type == "date" and field.format in ("default", "%Y-%m-%d")
    return Asked(
        field.name,
        label_of(field.name),
        value,
        "" if day or allowed else hint_of(field),
        error,
        field.required,
        allowed if len(allowed) <= LISTED else (),
        "date" if day else "text",
    )


def _page(
    request: HttpRequest, form: Form, *, body: Organisation | None = None, table: Table | None = None
) -> HttpResponse:
    of, sheet, place, faults = form.of, form.sheet, form.place, form.faults or {}
    fields = [_asked(field, form.values.get(field.name, ""), faults.get(field.name, "")) for field in of.fields]
    shown = [name for name in sheet.columns if any(row[name] for row in sheet.rows)][:COLUMNS]
    context: dict[str, Any] = {
        "schema": of,
        "body": body or (table.dataset.owner if table else None),
        "table": table,
        "draft": table is not None and table.dataset.status == Record.Status.DRAFT,
        "needed": [one for one in fields if one.required],
        "others": [one for one in fields if not one.required],
        "open": any(one.error for one in fields if not one.required),
        "wrong": [one for one in fields if one.error],
        "columns": shown,
        "rows": [(number, [row[name] for name in shown]) for number, row in enumerate(sheet.rows, 1)],
        "mark": sheet.mark,
        "place": place + 1 if place is not None else "",
        "error": form.error,
    }
    return render(request, "typed.html", context, status=form.status)


def usual() -> list[Schema]:
    """Those that the page of a drop offers to type."""
    return [schema(key) for key in USUAL]
