"""The pages of help."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from catalogue.guide import page, pages
from portal.kept_pages import kept
from portal.languages import WRITTEN_IN
from portal.pages import prose


@require_safe
@kept
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html", {"pages": pages(_language())})


@require_safe
@kept
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """404 for a page that there is not."""
    found = page(slug, _language())
    if found is None:
        raise Http404
    sections = [(each.anchor, each.heading, prose.to_html(each.text)) for each in found.sections]
    others = [each for each in pages(_language()) if each.slug != slug]
    return render(request, "help_page.html", {"page": found, "sections": sections, "others": others})


def _language() -> str:
    return get_language() or WRITTEN_IN
