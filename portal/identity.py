"""The name, the colours and the logo that somebody gave this portal: judged, kept and told; the only writer of `Identity`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from time import time_ns
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.dcat.literals import hides
from catalogue.errors import Conflict, Faulty
from catalogue.locks import lock
from catalogue.models import Identity, User
from portal import palette
from portal.colours import spelt
from portal.logos import Logo
from portal.palette import DARK, LIGHT

KEPT, FACE = 60, "identity:face"  # seconds that another process may go on as it was; where it is remembered
LONGEST: Final = 60  # characters of a name
MOVED: Final = gettext_noop("Quelqu’un d’autre a changé l’identité du portail entre-temps.")
NO_COLOUR: Final = gettext_noop("« {} » n’est pas une couleur. Écrivez-la en hexadécimal : #1f5733.")


class IdentityRefused(Faulty):
    """An identity that may not be kept so."""


@dataclass(frozen=True)
class Face:
    """What pages show. Empty is not decided. `version`: 0 while nobody decided anything; `logo`: svg, png or nothing."""

    name: str = ""
    accent: str = ""
    accent_dark: str = ""
    logo: str = ""
    version: int = 0


def face() -> Face:
    """At most one query in KEPT seconds."""
    found: Face | None = cache.get(FACE)
    if found is None:
        found = current()
        cache.set(FACE, found, KEPT)
    return found


def current() -> Face:
    row = Identity.objects.defer("logo").first()
    return Face(row.name, row.accent, row.accent_dark, row.logo_type, row.version) if row else Face()


def checked(said: Face) -> Face:
    """In the form that is kept. Raises IdentityRefused: a colour that is not read is told with its ratio and the nearest that is."""
    faults: dict[str, str] = {}
    name = " ".join(said.name.split())
    if len(name) > LONGEST:
        faults["name"] = _("Ce nom est trop long : %(count)s signes au plus.") % {"count": LONGEST}
    elif hides(name):
        faults["name"] = _("Des caractères invisibles se sont glissés dans ce nom : retapez-le au lieu de le coller.")
    found = {"accent": said.accent.strip(), "accent_dark": said.accent_dark.strip()}
    for field, scheme in (("accent", LIGHT), ("accent_dark", DARK)):
        try:
            found[field] = spelt(found[field]) if found[field] else ""
        except ValueError:
            faults[field] = _(NO_COLOUR).format(found[field][:40])
            continue
        if found[field] and (fault := palette.fault(scheme, found[field])):
            faults[field] = str(fault)
    if found["accent_dark"] and not found["accent"]:
        faults.setdefault("accent", _("Donnez d’abord la couleur sur fond clair."))
    if faults:
        raise IdentityRefused(faults)
    return replace(said, name=name, accent=found["accent"], accent_dark=found["accent_dark"])


def keep(
    said: Face, actor: User | None = None, before: int | None = None, logo: Logo | None = None, *, without: bool = False
) -> None:
    """`before`: the version that the writer read. `logo` takes the place of the one there is, `without` takes it away.

    Raises IdentityRefused, and Conflict when somebody else kept another version since.
    """
    wanted = checked(said)
    with transaction.atomic(), auditing.together():
        lock(Identity)
        row = Identity.objects.first() or Identity(version=0)
        if before is not None and before != row.version:
            raise Conflict(_(MOVED))
        old = _told(row)
        row.name, row.accent, row.accent_dark = wanted.name, wanted.accent, wanted.accent_dark
        if logo or without:
            row.logo, row.logo_type = (logo.data, logo.kind) if logo else (None, "")
        was, now = auditing.differing(old, _told(row))
        if was or now:
            # No version that was taken back and begun anew bears the number of another: browsers keep what each gave.
            row.version = max(row.version + 1, time_ns() // 1_000)
            row.save()
            thing = auditing.Thing.instance("identity", "Identité du portail")
            auditing.tell(actor, "identity.change", thing, before=was, after=now)
    cache.delete(FACE)


def logo() -> tuple[bytes, str, int] | None:
    """Bytes, kind and version of the one there is."""
    row = Identity.objects.exclude(logo=None).first()
    return (bytes(row.logo or b""), row.logo_type, row.version) if row else None


def sheet(said: Face, hue: int) -> str:
    """What of the sheet's variables is the territory's own. In the layer of the others: high contrast and print still win."""
    if not said.accent:
        return f":root {{ --hue: {hue} }}\n"
    dark = said.accent_dark or palette.in_the_dark(said.accent)
    light, night = palette.tokens(LIGHT, said.accent), palette.tokens(DARK, dark)
    names = {"accent": "--accent", "second": "--accent-2", "middle": "--accent-mid", "wash": "--wash"}
    pairs = "; ".join(
        f"{names[name]}: light-dark({value}, {asdict(night)[name]})" for name, value in asdict(light).items()
    )
    return f"@layer tokens {{ :root {{ --hue: {hue_of(said, hue)}; {pairs} }} }}\n"


def hue_of(said: Face, otherwise: int) -> int:
    found = palette.hue_of(said.accent) if said.accent else None
    return otherwise if found is None else found


def _told(row: Identity) -> dict[str, Any]:
    size = f"{row.logo_type}, {len(row.logo)} octets" if row.logo else ""
    return {"name": row.name, "accent": row.accent, "accent_dark": row.accent_dark, "logo": size}
