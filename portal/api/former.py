"""Where nothing else answers: addresses that records bear or bore, and those of the portals that this one replaced.

Asked only when no address of ours fits, so that a page that is there pays nothing for it.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from catalogue import permissions
from catalogue.dcat.hosts import is_private
from catalogue.dcat.mapping import MODELS
from catalogue.models import DataService, Dataset, Distribution, FormerPath, Organisation, Record
from harvesters.old_paths import Spelling, host_name, spellings
from portal.api import dcat
from portal.api.http import HTML, problem, told, wanted_form
from portal.asking import Asked

WORDS: Final = re.compile(r"(?=.*[^\W\d]{3})[\w’' ]{3,80}")
KEY: Final = re.compile(r"[0-9a-fA-F ]{16,}|\w*\d\w{7,}")
LONGEST: Final = 500  # characters of a search
Kind = FormerPath.Kind


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:  # noqa: ARG001 - so Django calls it
    """The 404 of the whole portal, unless an old portal's address leads to something of ours (301), or a record bears the
    address that is asked (303), or bore it (301).
    """
    if request.method in ("GET", "HEAD") and (found := lead(request) or _of_a_record(request)):
        return _open(found)
    # A program that takes anything is not given a page.
    program = request.path.startswith("/api/") or request.path.endswith(".json")
    if HTML in request.headers.get("accept", "") or (not program and request.accepts(HTML)):
        return render(request, "404.html", {"asked": Asked(text=words_of(request.path))}, status=404)
    return _open(problem(404, "Introuvable", "Rien n’a cette adresse. Partez du catalogue : /catalogue."))


def words_of(path: str) -> str:
    """What the end of an address says to a person, for the search box: « bornes de recharge » of `/dataset/bornes-de-recharge.html`;
    "" of a number, a key, anything that is not plain words.
    """
    said = " ".join(PurePosixPath(path).stem.replace("-", " ").replace("_", " ").split())
    return said if WORDS.fullmatch(said) and not KEY.fullmatch(said) else ""


def _open(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _of_a_record(request: HttpRequest) -> HttpResponse | None:
    asked_for = {settings.BOUTURE_URL + path for path in (request.get_full_path(), request.path) if "\0" not in path}
    for model in MODELS.values():
        row = model.objects.filter(uri__in=asked_for).first()  # type: ignore[attr-defined]
        if row is not None and dcat.known_to(request, row):
            return HttpResponseRedirect(reverse("record", args=[row.pk]), status=303, headers={"Vary": "Cookie"})
    if row := dcat.formerly(request, list(asked_for)):
        return HttpResponsePermanentRedirect(reverse("record", args=[row.pk]), headers={"Vary": "Cookie"})
    return None


def lead(request: HttpRequest) -> HttpResponse | None:
    """Where an old portal's address leads; None for one that nobody knows, or that leads where this reader may not go."""
    asked = spellings(request.path, request.META.get("QUERY_STRING", ""))
    row = FormerPath.objects.leading_from(asked.paths, host_name(f"//{request.get_host()}")) if asked else None
    if asked is None or row is None:
        return None
    if row.kind in (Kind.SEARCH, Kind.CATALOGUE):
        return _to_front(request, row, asked)
    if row.kind == Kind.BODY:
        return _to_body(request, row)
    return _to_record(request, row, asked)


def _to_front(request: HttpRequest, row: FormerPath, asked: Spelling) -> HttpResponse:
    if row.kind == Kind.CATALOGUE:
        return _moved(reverse("catalogue_as", args=[asked.form]) if asked.form else reverse("catalogue"))
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    return _moved(reverse("search") + (f"?{urlencode({'q': words})}" if words else ""))


def _to_body(request: HttpRequest, row: FormerPath) -> HttpResponse | None:
    """Not to one that is but a name in records that this reader may not see."""
    found = row.body
    audience = permissions.audience_of(request.user)
    if found is None or not Organisation.objects.visible_to(audience).filter(pk=found.pk).exists():
        return None
    return told(_moved(found.get_absolute_url()), audience)


def _to_record(request: HttpRequest, row: FormerPath, asked: Spelling) -> HttpResponse | None:
    model = MODELS[Kind.DATASET if row.kind == Kind.FILE else row.kind]
    rows = model.objects.filter(pk=row.record).select_related("owner", "published_by")  # type: ignore[attr-defined]
    found: Dataset | DataService | None = rows.first()
    if found is None or not dcat.known_to(request, found):
        return None
    if found.status == Record.Status.WITHDRAWN:
        return dcat.gone(request, found)
    audience = dcat.audience_of(found)
    if row.kind == Kind.FILE and asked.file:
        return told(_to_file(request, row, found), audience, negotiated=True)
    if asked.form:
        return told(_moved(reverse("record_as", args=[found.pk, asked.form])), audience, negotiated=True)
    page = (
        found.get_absolute_url() if wanted_form(request, plain=True) == "html" else reverse("record", args=[found.pk])
    )
    return told(_moved(page + ("#fichiers" if row.kind == Kind.FILE else "")), audience, negotiated=True)


def _to_file(request: HttpRequest, row: FormerPath, found: Dataset | DataService) -> HttpResponse:
    """301 to the file, where it is now. One that only the old portal held: a person is led to the page (302, for it may be
    moved yet), a program is told, rather than given a page in place of its data.
    """
    file = Distribution.objects.filter(pk=row.file).first() if row.file else None
    address = file.address if file else ""
    here = {f"//{request.get_host()}", settings.BOUTURE_URL, *(f"//{name}" for name in settings.BOUTURE_FORMER_HOSTS)}
    gone_with_it = host_name(address) in set(map(host_name, here))
    if address[:8].lower().startswith(("http://", "https://")) and not is_private(address) and not gone_with_it:
        return HttpResponsePermanentRedirect(address)
    if HTML in request.headers.get("accept", ""):
        return HttpResponseRedirect(f"{settings.BOUTURE_URL}{found.get_absolute_url()}#fichiers")
    return problem(
        404,
        "Fichier introuvable",
        f"L’ancien portail gardait ce fichier. Voyez sa fiche : {settings.BOUTURE_URL}{found.get_absolute_url()}",
    )


def _moved(path: str) -> HttpResponse:
    """To our own host, whatever the one that was asked: the old portal's name may lead here."""
    return HttpResponsePermanentRedirect(settings.BOUTURE_URL + path)
