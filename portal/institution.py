"""The pages that a public portal must have, and what it says of itself there.

Each has an address of its own, the same on every portal. Where the territory wrote a page of that name (`catalogue.pages`),
that one is read in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import pages
from catalogue.models import Organisation
from portal import notices
from portal.notices import Said

# Slug of the page that a territory may write -> name of our address, and what the foot of each page calls it.
OURS: Final = {
    "a-propos": ("about", gettext_noop("À propos")),
    "mentions-legales": ("legal", gettext_noop("Mentions légales")),
    "accessibilite": ("accessibility", gettext_noop("Accessibilité : {}")),  # with the state, as the RGAA asks
    "confidentialite": ("privacy", gettext_noop("Données personnelles")),
}
# What each page must say, and how it is asked of who runs the instance.
MUST: Final = {
    "name": gettext_noop("le nom de qui édite le portail"),
    "address": gettext_noop("son adresse postale"),
    "phone": gettext_noop("son téléphone"),
    "email": gettext_noop("une adresse où lui écrire"),
    "director": gettext_noop("qui dirige la publication"),
    "host_name": gettext_noop("qui héberge le portail"),
    "host_address": gettext_noop("l’adresse de l’hébergeur"),
    "host_phone": gettext_noop("le téléphone de l’hébergeur"),
    "officer": gettext_noop("l’adresse du délégué à la protection des données"),
    "state": gettext_noop("ce qu’un audit a trouvé de l’accessibilité, dès qu’il y en a un"),
}


@dataclass(frozen=True)
class Publisher:
    """Who answers for the portal: what was said of it, else what its organisation says of itself; "" where nobody did."""

    said: Said
    body: Organisation | None

    @property
    def name(self) -> str:
        return self.said.publisher or (self.body.name if self.body else "")

    @property
    def siren(self) -> str:
        return self.said.siren or (self.body.siren if self.body else "")

    @property
    def email(self) -> str:
        return self.said.email or (self.body.email if self.body else "")

    def lacks(self, *names: str) -> list[str]:
        """What of these nobody said, as it is asked."""
        return [_(MUST[name]) for name in names if not getattr(self, name, "") and not getattr(self.said, name, "")]


def foot() -> Iterator[tuple[str, str]]:
    """Names of addresses and labels of those that the territory did not write itself: its own stand in the foot already."""
    own = {slug for slug, _ in pages.foot()}
    return ((name, _(label).format(notices.accessibility())) for slug, (name, label) in OURS.items() if slug not in own)


def publisher() -> Publisher:
    """Two queries."""
    return Publisher(notices.current()[0], _body())


def _body() -> Organisation | None:
    """That of the instance's territory, else the only one that works here."""
    working = list(Organisation.objects.filter(tenant=True).select_related("territory").order_by("pk"))
    code = settings.BOUTURE_TERRITORY
    own = [body for body in working if code and code in (body.siren, body.territory and body.territory.code)]
    if own:
        return own[0]
    return working[0] if len(working) == 1 else None
