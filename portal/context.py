"""What every template may count on, besides what its view gives."""

from django.http import HttpRequest

from portal.branding import branding


def portal(request: HttpRequest) -> dict[str, object]:
    """`reader` is the person who is logged in, else None: looked up here, so that templates never ask the base."""
    user = getattr(request, "user", None)
    return {"branding": branding(), "reader": user if user is not None and user.is_authenticated else None}
