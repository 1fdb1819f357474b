"""`/style/`: the page that whoever changes a template or a colour looks at first."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import identity
from portal.pages.style import examples, sheet


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Its colours are those of this portal: the sheet, then what the territory chose."""
    text = sheet.own_sheet()
    values = {**sheet.tokens(text), **sheet.tokens(identity.sheet(identity.face(), settings.BOUTURE_HUE))}
    paper = sheet.printed(text)
    context = {
        "swatches": sheet.swatches(values),
        "sizes": list(sheet.steps(values, paper, r"--t(-h|\d)")),
        "spaces": list(sheet.steps(values, paper, r"--s\d")),
        "measure": values["--measure"].removesuffix("ch"),
        "icons": sheet.icons(),
        "schemes": (("light", _("Clair")), ("dark", _("Sombre"))),
        **examples.shown(),
    }
    return render(request, "style.html", context)
