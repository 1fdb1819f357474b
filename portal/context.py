"""What every template may count on, besides what its view gives."""

from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from catalogue import pages
from catalogue.models import User
from catalogue.permissions import writes_somewhere
from portal import institution
from portal.branding import branding

KEPT: Final = 60  # seconds that a link of every page stands without asking the base again


def portal(request: HttpRequest) -> dict[str, object]:
    """`reader` is the person who is logged in, else None: looked up here, so that templates never ask the base. `shows_searches`:
    whether they may see what is searched and not found; `writes`: whether there is a body in which they publish or propose.
    """
    user = getattr(request, "user", None)
    reader = user if user is not None and user.is_authenticated else None
    writes = reader is not None and writes_known(reader)
    searches = settings.BOUTURE_SEARCH_COUNTS_PUBLIC or bool(reader and reader.is_superuser)
    return {
        "branding": branding(),
        "foot": pages.foot(),
        "institution": tuple(institution.foot()),
        "languages": settings.LANGUAGES,
        "reader": reader,
        "writes": writes,
        "shows_searches": searches,
    }


def writes_known(person: User) -> bool:
    """Of a link alone: the page behind it asks anew. A question more a minute and person, on whatever page comes first."""
    key = f"writes:{person.pk}"
    known: bool | None = cache.get(key)
    if known is None:
        known = writes_somewhere(person)
        cache.set(key, known, KEPT)
    return known
