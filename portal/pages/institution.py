"""The pages that a public portal must have (`portal.institution`), each made of what the instance knows of itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.models import PUBLIC, Dataset, Page
from catalogue.permissions import runs_the_instance
from catalogue.tables.exports import FORMS
from portal import VERSION, institution
from portal.pages import prose


def unless_own(slug: str) -> Callable[[Callable[[HttpRequest], HttpResponse]], Callable[[HttpRequest], HttpResponse]]:
    """Leads to the page that the territory published at `/pages/<slug>/`, where there is one."""

    def wrap(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            own = Page.objects.published().filter(slug=slug).only("slug").first()
            return HttpResponseRedirect(own.get_absolute_url()) if own else view(request)

        return answer

    return wrap


@require_safe
@unless_own("a-propos")
def about(request: HttpRequest) -> HttpResponse:
    """`/a-propos/`: whose it is, how it works, in which formats, whom to ask, which software."""
    body = institution.publisher()
    public = Dataset.objects.visible_to(PUBLIC)
    counts = public.aggregate(datasets=Count("pk"), bodies=Count("published_by", distinct=True))
    return render(
        request,
        "institution/about.html",
        {
            "body": body,
            "site": prose.web_link(body.homepage) if body else "",
            "email": prose.mail_link(body.email) if body else "",
            "chief": runs_the_instance(request.user),
            **counts,
            "tables": list(dict.fromkeys(form.label.partition(",")[0] for form in FORMS.values())),
            "version": VERSION,
            "weakness": settings.BOUTURE_SECURITY_CONTACT,
        },
    )
