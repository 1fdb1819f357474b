"""`/pages/…`: the pages that people of the territory write, and where who runs the instance writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import pages
from catalogue.errors import Conflict
from catalogue.models import AuditEntry, Page, User
from catalogue.pages import PageRefused, Written
from catalogue.permissions import runs_the_instance
from catalogue.unsent import mark_of
from portal import spelling
from portal.pages import prose, unsent
from portal.pages.running import for_who_runs_it
from portal.pages.trail import told
from portal.pages.words import no_gesture

ACTS: Final = 20  # of the history of one page
TITLES: Final = 2  # the highest of a text: under the h1 that is the page's own title
GONE: Final = gettext_noop(
    "Quelqu’un d’autre vient de supprimer cette page. Votre texte est ci-dessous : recopiez-le dans une nouvelle page."
)
SURE: Final = gettext_noop("Cochez « oui, la supprimer » : la page n’aurait plus d’adresse.")


@dataclass(frozen=True)
class Draft:
    """What the form shows. `before`: the version that it was written from; `theirs`: what somebody else kept meanwhile."""

    said: Written
    before: int = 0
    place: str = ""  # as it was typed
    preview: SafeString | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    theirs: Written | None = None
    again: bool = False
    status: int = 200


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/pages/<slug>/`. 404 for a draft, but for who runs the instance."""
    chief = runs_the_instance(request.user)
    found = get_object_or_404(Page.objects.all() if chief else Page.objects.published(), slug=slug)
    lead = prose.first_sentences(found.body, 200)[0]
    context = {"page": found, "text": _html(found.body), "lead": lead, "chief": chief}
    return render(request, "own_page.html", context)


@never_cache
@require_safe
@for_who_runs_it
def listed(request: HttpRequest) -> HttpResponse:
    """`/pages/`. 403 for who does not run the instance, as for the two below."""
    rows = Page.objects.in_order().only("slug", "title", "place", "published", "changed_at")
    return render(request, "own_pages.html", {"pages": list(rows)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/pages/nouvelle/`."""
    return _form(request, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """`/pages/<slug>/modifier/`."""
    if not request.user.is_authenticated:
        return unsent.to_login(request)
    _check(request)
    found = Page.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return _form(request, found)


def _check(request: HttpRequest) -> None:
    if not runs_the_instance(request.user):
        raise PermissionDenied


def _form(request: HttpRequest, found: Page | None) -> HttpResponse:
    if not request.user.is_authenticated:
        return unsent.to_login(request)
    _check(request)
    assert isinstance(request.user, User)
    draft = _shown(found)
    if request.method == "POST":
        done = _done(request, found, request.user)
        if isinstance(done, HttpResponse):
            return done
        draft = done
    elif back := unsent.again(request):
        first = {name: texts[0] for name, texts in back.items() if texts}
        draft = replace(_typed(first, found), again=True)
    acts = list(AuditEntry.objects.about("page", str(found.pk)).order_by("-number")[:ACTS]) if found else []
    context = {"page": found, "draft": draft, "acts": told(acts), "made_for": mark_of(request.user)}
    return render(request, "own_page_edit.html", context, status=draft.status)


def _done(request: HttpRequest, found: Page | None, who: User) -> Draft | HttpResponse:
    draft, gesture = _typed(request.POST, found), request.POST.get("geste", "")
    if gesture == "voir":
        return replace(draft, preview=_html(draft.said.body))
    try:
        if gesture == "enregistrer":
            answer = _kept(request, found, draft, who)
        elif gesture == "supprimer" and found is not None:
            answer = _removed(request, found, draft, who)
        else:
            return replace(draft, trouble=no_gesture(), status=400)
    except PageRefused as refused:
        return replace(draft, faults=refused.faults, status=422)
    except Conflict:
        return _moved(draft, found)
    unsent.arrived(request)
    return answer


def _removed(request: HttpRequest, found: Page, draft: Draft, who: User) -> HttpResponse:
    if request.POST.get("sur") != "oui":
        raise PageRefused({"sur": _(SURE)})
    pages.remove(found, who, draft.before)
    messages.success(
        request, _("La page « %(title)s » est supprimée. Son texte reste dans les traces.") % {"title": found.title}
    )
    return HttpResponseRedirect(reverse("pages"))


def _kept(request: HttpRequest, found: Page | None, draft: Draft, who: User) -> HttpResponse:
    kept = pages.keep(found, draft.said, who, draft.before if found else None)
    said = (
        _("La page « %(title)s » est enregistrée : chacun la voit dès maintenant.")
        if kept.published
        else _("La page « %(title)s » est enregistrée : personne d’autre que vous ne voit ce brouillon.")
    )
    messages.success(request, said % {"title": kept.title})
    return HttpResponseRedirect(kept.get_absolute_url())


def _moved(draft: Draft, found: Page | None) -> Draft:
    """Nothing typed is lost: kept again as it is, it takes the place of what somebody else wrote, which is shown."""
    now = Page.objects.filter(pk=found.pk).first() if found else None
    if now is None:
        return replace(draft, trouble=_(GONE), status=409)
    return replace(draft, theirs=Written.of(now), before=now.version, status=409)


def _shown(found: Page | None) -> Draft:
    said = Written.of(found) if found else Written()
    return Draft(said, found.version if found else 0, str(said.place))


def _typed(given: Mapping[str, str], found: Page | None) -> Draft:
    place, before = spelling.one_line(given.get("rang", "")), given.get("avant", "")
    said = Written(
        title=spelling.one_line(given.get("titre", "")),
        slug=found.slug if found else spelling.one_line(given.get("adresse", "")),
        body=spelling.lines(given.get("texte", "")),
        place=spelling.whole(place, 8, -1),
        published=given.get("publiee") == "oui",
    )
    return Draft(said, spelling.whole(before, 8), place)


def _html(body: str) -> SafeString:
    return prose.to_html(body, highest=TITLES)
