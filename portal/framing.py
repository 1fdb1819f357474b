"""Who may show our frames (`…/integrer/`) in a page of theirs: any site, those of a list, or none (`BOUTURE_EMBED_HOSTS`).

A frame shows what everybody may read: the cookie of the session is `SameSite=Lax`, so a browser sends none from another site.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.environment import HOST, Environment

ANY: Final = ("*",)
NOBODY: Final = (NONE,)

View = Callable[..., HttpResponse]


def ancestors(env: Environment) -> tuple[str, ...]:
    """`frame-ancestors` of the frames (CSP 3 §6.4.2): hosts, `*.` before one for its subdomains; `non` is none, nothing is any."""
    words = [word.lower() for word in env.words("BOUTURE_EMBED_HOSTS")]
    if words in ([], ["*"]):
        return ANY
    if words in (["non"], ["none"]):
        return NOBODY
    wrong = [word for word in words if not HOST.fullmatch(word.removeprefix("*."))]
    if wrong:
        env.wrong(
            "E017",
            f"BOUTURE_EMBED_HOSTS nomme « {wrong[0]} », qui n'est pas le nom d'un hôte.",
            "Écrivez par exemple BOUTURE_EMBED_HOSTS=www.ville.fr,*.agglo.fr ; « non » pour n'en laisser aucun.",
        )
        return NOBODY
    return (SELF, *(f"{scheme}://{word}" for word in words for scheme in ("https", "http")))


def framable(view: View) -> View:
    """The one kind of page that another site may show in a frame."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = settings.BOUTURE_EMBED_ANCESTORS
        response = view(request, *args, **kwargs)
        response.xframe_options_exempt = allowed != NOBODY  # X-Frame-Options knows no list of hosts
        framed: Any = csp_replace({"frame-ancestors": list(allowed)})(lambda _: response)
        answered: HttpResponse = framed(request)
        return answered

    return answer
