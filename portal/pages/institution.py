"""The pages that a public portal must have (`portal.institution`), each made of what the instance knows of itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import following, posting, reusing, unsent, use
from catalogue.accounts import invitations
from catalogue.auditing import logins
from catalogue.models import PUBLIC, Dataset, Page
from catalogue.permissions import runs_the_instance
from catalogue.questioning import mailing
from catalogue.search import tallies
from catalogue.tables.exports import FORMS
from portal import VERSION, institution, notices
from portal.pages import prose
from portal.pages.accounts import attempts
from portal.pages.language import KEPT
from portal.pages.unsent import COOKIE

VALID: Final = timedelta(days=3 * 365)  # of a declaration of accessibility (RGAA 4.1.2)
HIGHEST: Final = 3  # of the titles of what an administrator writes inside a page
# Where people go who got no answer here: the Défenseur des droits, the CNIL.
BEYOND: Final = {
    "form": "https://formulaire.defenseurdesdroits.fr/",
    "delegates": "https://www.defenseurdesdroits.fr/carte-des-delegues",
    "complaints": "https://www.cnil.fr/fr/plaintes",
}
LEGAL: Final = ("name", "address", "phone", "email", "director", "host_name", "host_address", "host_phone")


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
    public = Dataset.objects.visible_to(PUBLIC)
    counts = public.aggregate(datasets=Count("pk"), bodies=Count("published_by", distinct=True))
    context = {
        **_told(request, "name", "email"),
        **counts,
        "tables": _listed(list(dict.fromkeys(_(form.label.partition(",")[0]) for form in FORMS.values()))),
        "version": VERSION,
        "weakness": settings.BOUTURE_SECURITY_CONTACT,
    }
    return render(request, "institution/about.html", context)


@require_safe
@unless_own("mentions-legales")
def legal(request: HttpRequest) -> HttpResponse:
    """`/mentions-legales/` (LCEN, article 1-1)."""
    return render(request, "institution/legal.html", _told(request, *LEGAL))


@require_safe
@unless_own("accessibilite")
def accessibility(request: HttpRequest) -> HttpResponse:
    """`/accessibilite/`: the declaration of the RGAA 4.1. The state is one that an administrator declared, with its date, else none."""
    context = _told(request, "email", "state")
    said = context["publisher"].said
    audited = parse_date(said.audited_on) if said.audited_on else None
    context |= {
        "audited": audited,
        "state": notices.State(said.state).label if said.state else "",
        "old": bool(audited and audited + VALID < timezone.localdate()),
        "unmet": prose.to_html(said.unmet, highest=HIGHEST),
    }
    return render(request, "institution/accessibility.html", context)


@require_safe
@unless_own("confidentialite")
def privacy(request: HttpRequest) -> HttpResponse:
    """`/confidentialite/`: what is kept of whom and how long, from the very constants by which it is erased."""
    context = _told(request, "email", "officer")
    context |= {
        "cookies": {
            "csrf": settings.CSRF_COOKIE_NAME,
            "csrf_days": settings.CSRF_COOKIE_AGE // 86_400,
            "session": settings.SESSION_COOKIE_NAME,
            "session_days": settings.SESSION_COOKIE_AGE // 86_400,
            "language": settings.LANGUAGE_COOKIE_NAME,
            "language_days": KEPT // 86_400,
            "typed": COOKIE,
            "typed_minutes": int(unsent.KEPT.total_seconds() // 60),
        },
        "counts_views": settings.BOUTURE_USE_COUNTS,
        "counts_searches": settings.BOUTURE_SEARCH_COUNTS,
        "least": tallies.TIMES,
        "least_days": tallies.DAYS,
        "tries_minutes": attempts.WINDOW // 60,
        "days": {
            "views": use.KEPT.days,
            "searches": tallies.KEPT.days,
            "unconfirmed": max(following.KEPT, reusing.KEPT, mailing.KEPT).days,
            "refused": reusing.REFUSED_KEPT.days,
            "answered": mailing.EMAIL_KEPT.days,
            "unshown": mailing.UNSHOWN_KEPT.days,
            "logins": logins.KEPT.days,
            "invitations": invitations.KEPT.days,
            "mails": posting.PATIENCE.days,
        },
    }
    return render(request, "institution/privacy.html", context)


def _listed(names: list[str]) -> str:
    *first, last = names
    return _("%(names)s et %(last)s") % {"names": ", ".join(first), "last": last}


def _told(request: HttpRequest, *must: str) -> dict[str, Any]:
    """What all these pages say; `lacks`: what is asked of who runs the instance, and of nobody else."""
    publisher = institution.publisher()
    chief = runs_the_instance(request.user)
    return {
        "publisher": publisher,
        "body": publisher.body,
        "site": prose.web_link(publisher.body.homepage) if publisher.body else "",
        "email": prose.mail_link(publisher.email),
        "chief": chief,
        "lacks": publisher.lacks(*must) if chief else [],
        "host": settings.BOUTURE_URL.partition("://")[2],
        "beyond": BEYOND,
    }
