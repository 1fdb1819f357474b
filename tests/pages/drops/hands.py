"""What an agent does on the pages of a dropped file, as a browser sends it."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from harvesters.tables import read_tables
from tests.pages.conftest import said

ELUS = (
    "siren;insee;nom;prenom;sexe;fonction;delegation;groupe_politique;date_debut_mandat;date_fin_mandat\r\n"
    "214401143;44114;DURAND;Anne;F;maire;;;22/03/2026;\r\n"
    "214401143;44114;MARTIN;Paul;X;adjoint;;;2026-03-22;\r\n"
    "214401143;44114;PETIT;Line;X;adjoint;;;1er avril 2026;\r\n"
)


def drop(client: Client, content: bytes | str = ELUS, name: str = "elus.csv", **more: Any) -> HttpResponse:
    """From the page of the form, as a browser sends it."""
    page = BeautifulSoup(client.get(reverse("drop")).content, "html.parser")
    key = str(page.select_one("input[name=cle]")["value"])  # type: ignore[index]
    chosen = page.select_one("input[name=organisme]")
    given = {"cle": key, "organisme": str(chosen["value"]) if chosen else "", **more}
    if content:
        given["fichier"] = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(reverse("drop"), given)


def read(client: Client, answer: HttpResponse) -> str:
    """The page, once the worker did its round."""
    assert answer.status_code == 302, said(answer)
    read_tables(large=False)
    return said(client.get(answer["Location"]))


def sent(page: str, gesture: str, **typed: str) -> dict[str, Any]:
    """What a browser sends of the form with this button; a name is given with `__` for each dot or dash."""
    form = BeautifulSoup(page, "html.parser").select_one("main form")
    assert form is not None
    assert form.select(f'button[name=geste][value="{gesture}"]'), f"no button {gesture}"
    given: dict[str, Any] = {"geste": gesture}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), str(control.get("type", ""))
        if control.name == "select":
            chosen = control.select("option[selected]") or control.select("option")[:1]
            given[name] = [str(one["value"]) for one in chosen]
        elif kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                given.setdefault(name, []).append(str(control["value"]))
        elif kind != "file":
            given[name] = (
                control.text.removeprefix("\n") if control.name == "textarea" else str(control.get("value", ""))
            )
    return {**given, **{name.replace("__", "-"): value for name, value in typed.items()}}
