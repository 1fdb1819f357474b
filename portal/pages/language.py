"""`/langue/en/`: the pages in another language from now on, by a cookie of a year; without it, the browser's own choice counts."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

KEPT = 365 * 86_400  # seconds


@never_cache
@require_safe
def speak(request: HttpRequest, code: str) -> HttpResponse:
    """Back where the person was, by `Referer`, else to the front page. 404 for a language that the portal does not speak."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if ours else "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=KEPT, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return response
