"""The pages that a public portal must have, and whose it is as far as the base knows.

Each has an address of its own, the same on every portal. Where the territory wrote a page of that name (`catalogue.pages`),
that one is read in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings

from catalogue import pages
from catalogue.models import Organisation

# Slug of the page that a territory may write -> name of our address, and what the foot of each page calls it.
OURS: Final = {"a-propos": ("about", "À propos")}


def foot() -> Iterator[tuple[str, str]]:
    """Names of addresses and labels of those that the territory did not write itself: its own stand in the foot already."""
    own = {slug for slug, _ in pages.foot()}
    return (line for slug, line in OURS.items() if slug not in own)


def publisher() -> Organisation | None:
    """The body that answers for the portal: that of the instance's territory, else the only one that works here. One query."""
    working = list(Organisation.objects.filter(tenant=True).select_related("territory").order_by("pk"))
    code = settings.BOUTURE_TERRITORY
    own = [body for body in working if code and code in (body.siren, body.territory and body.territory.code)]
    if own:
        return own[0]
    return working[0] if len(working) == 1 else None
