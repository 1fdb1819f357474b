"""What every template may count on, besides what its view gives."""

from django.conf import settings
from django.http import HttpRequest

from portal.branding import branding


def portal(request: HttpRequest) -> dict[str, object]:
    """`reader` is the person who is logged in, else None: looked up here, so that templates never ask the base. `shows_searches`:
    whether they may see what is searched and not found.
    """
    user = getattr(request, "user", None)
    reader = user if user is not None and user.is_authenticated else None
    searches = settings.BOUTURE_SEARCH_COUNTS_PUBLIC or bool(reader and reader.is_superuser)
    return {"branding": branding(), "reader": reader, "shows_searches": searches}
