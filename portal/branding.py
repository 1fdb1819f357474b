"""What a new territory changes: its name, its colours, its logo. Everything else is the house's."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import belonging
from catalogue.models import Territory
from catalogue.models.territories import sort_key
from portal import identity
from portal.identity import Face

KEPT: Final = 300  # seconds; the name of a territory changes once in ten years
INVENTED: Final = "99"  # no commune of France has a code of this beginning: it is the COG's for elsewhere


@dataclass(frozen=True, slots=True)
class Branding:
    """`of` is the name as it stands after a noun, in the reader's language: "de Lyon", "du Havre". `invented`: no figure here is real. `borrowed`: the
    commune is, and this portal is not its own. `hue`: in degrees."""

    name: str
    of: str
    invented: bool
    borrowed: bool
    hue: int
    face: Face


def branding() -> Branding:
    """Of this instance; at most two queries in KEPT seconds once its territory is known."""
    face, code = identity.face(), settings.BOUTURE_TERRITORY
    name = face.name or settings.BOUTURE_NAME
    found = _names(name, code)
    nowhere = len(code) == 5 and code.startswith(INVENTED)
    return Branding(
        name=found[0],
        of=found[1],
        invented=settings.BOUTURE_DEMO or nowhere,
        borrowed=settings.BOUTURE_DEMO and bool(code) and not nowhere,
        hue=identity.hue_of(face, settings.BOUTURE_HUE),
        face=face,
    )


def usual_name() -> str:
    """What the portal is called while nobody gave it another name on its page."""
    return _names(settings.BOUTURE_NAME, settings.BOUTURE_TERRITORY)[0]


def _names(name: str, code: str) -> tuple[str, str]:
    if name:
        return name, belonging.whose(Territory(name=name, sort_name=sort_key(name)))
    if not code:
        return _("Portail"), _("du portail")
    key = f"branding:{get_language()}:{code}"
    kept: tuple[str, str] | None = cache.get(key)
    if kept is None and (territory := Territory.objects.resolve(code)):
        kept = territory.name, belonging.whose(territory)
        # What is not known yet (the reference facts are being loaded) is asked again.
        cache.set(key, kept, KEPT)
    return kept or (_("Portail"), _("du portail"))
