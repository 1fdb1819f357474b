"""`/mentions/`: what the law asks the portal to say of itself, for who runs the instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import Conflict
from catalogue.models import Notice, User
from catalogue.permissions import runs_the_instance
from catalogue.unsent import mark_of
from portal import notices, spelling
from portal.notices import NoticesRefused, Said
from portal.pages import unsent
from portal.pages.words import no_gesture


@dataclass(frozen=True)
class Field:
    """One field of the form; `name` is that of `Said`. `kind`: an HTML type of input, or "lines" or "state"."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"

    @property
    def asked(self) -> str:
        """Its label for the reader."""
        return _(self.label)

    @property
    def help(self) -> str:
        return self.hint and _(self.hint)

    @property
    def longest(self) -> int:
        return getattr(Notice._meta.get_field(self.name), "max_length", None) or notices.LONGEST


BODY: Final = gettext_noop("Vide, c’est celui de l’organisation qui répond du portail.")
ITS_BODY: Final = gettext_noop("Vide, c’est celle de l’organisation qui répond du portail.")
EXAMPLE: Final = gettext_noop(
    "Vide, c’est celui de l’organisation qui répond du portail. Par exemple : Commune de Port-Lanvern."
)
SECTIONS: Final = (
    (
        gettext_noop("Qui édite"),
        gettext_noop("Vide, un champ est dit inconnu sur la page."),
        (
            Field("publisher", gettext_noop("Nom"), EXAMPLE),
            Field("siren", gettext_noop("SIREN"), BODY),
            Field("address", gettext_noop("Adresse postale")),
            Field("phone", gettext_noop("Téléphone"), kind="tel"),
            Field("email", gettext_noop("Adresse électronique"), ITS_BODY, "email"),
            Field("director", gettext_noop("Qui dirige la publication"), gettext_noop("Une personne : d’ordinaire le maire, ou qui préside.")),
        ),
    ),
    (
        gettext_noop("Qui héberge"),
        gettext_noop("Qui tient la machine où le portail est installé."),
        (
            Field("host_name", gettext_noop("Nom de l’hébergeur")),
            Field("host_address", gettext_noop("Adresse de l’hébergeur")),
            Field("host_phone", gettext_noop("Téléphone de l’hébergeur"), kind="tel"),
        ),
    ),
    (
        gettext_noop("Données personnelles"),
        "",
        (Field("officer", gettext_noop("Délégué à la protection des données"), gettext_noop("Son adresse électronique."), "email"),),
    ),
    (
        gettext_noop("Accessibilité"),
        gettext_noop("Un état ne se déclare qu’après un audit des critères du RGAA."),
        (
            Field("state", gettext_noop("Ce que l’audit a trouvé"), kind="state"),
            Field("audited_on", gettext_noop("Date de l’audit"), kind="date"),
            Field("rate", gettext_noop("Critères respectés, sur cent"), gettext_noop("Que dit le rapport d’audit."), "number"),
            Field("audited_by", gettext_noop("Auteur de l’audit")),
            Field("unmet", gettext_noop("Ce qui n’est pas accessible"), gettext_noop("Et pourquoi. Une ligne vide sépare deux paragraphes."), "lines"),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What the form shows. `before`: the version that it was written from; `moved`: somebody kept another meanwhile."""

    said: Said
    before: int
    faults: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    theirs: tuple[tuple[str, str], ...] = ()
    again: bool = False
    status: int = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """403 for who does not run the instance. What is typed outlives the end of a session."""
    if not request.user.is_authenticated:
        return unsent.to_login(request)
    if not runs_the_instance(request.user):
        raise PermissionDenied
    draft = Draft(*notices.current())
    if request.method == "POST":
        done = _done(request, request.user)
        if done is None:
            unsent.arrived(request)
            return HttpResponseRedirect(reverse("legal"))
        draft = done
    elif back := unsent.again(request):
        draft = replace(_typed({name: texts[0] for name, texts in back.items() if texts}), again=True)
    context = {
        "draft": draft,
        "sections": list(_sections(draft)),
        "states": notices.State.choices,
        "made_for": mark_of(request.user),
    }
    return render(request, "institution/notices.html", context, status=draft.status)


def _done(request: HttpRequest, who: User) -> Draft | None:
    """None when all is kept."""
    draft = _typed(request.POST)
    if request.POST.get("geste") != "enregistrer":
        return replace(draft, trouble=no_gesture(), status=400)
    try:
        notices.keep(draft.said, who, draft.before)
    except NoticesRefused as refused:
        return replace(draft, faults=refused.faults, status=422)
    except Conflict:
        now, before = notices.current()
        return replace(draft, theirs=tuple(_differing(now, draft.said)), before=before, status=409)
    messages.success(request, _("Les mentions du portail sont enregistrées : chacun les lit dès maintenant."))
    return None


def _typed(given: Mapping[str, str]) -> Draft:
    read = {one.name: spelling.lines if one.kind == "lines" else spelling.one_line for one in _fields()}
    said = Said(**{name: reads(given.get(name, "")) for name, reads in read.items()})
    return Draft(said, spelling.whole(given.get("avant", ""), 8))


def _fields() -> Iterator[Field]:
    return (one for _, _, fields in SECTIONS for one in fields)


def _differing(theirs: Said, mine: Said) -> Iterator[tuple[str, str]]:
    """What somebody else wrote where it is not the same, by label."""
    other, typed = asdict(theirs), asdict(mine)
    return ((_(one.label), other[one.name]) for one in _fields() if other[one.name] != typed[one.name])


def _sections(draft: Draft) -> Iterator[tuple[str, str, list[tuple[Field, str, str]]]]:
    """Titles and words of each, and its fields with what is typed and what is wrong with it."""
    typed = asdict(draft.said)
    for title, words, fields in SECTIONS:
        yield _(title), words and _(words), [(one, typed[one.name], draft.faults.get(one.name, "")) for one in fields]
