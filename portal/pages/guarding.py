"""What keeps machines out of the forms that need no account, with nobody else's help and without JavaScript.

A stamp says when the page was made: sent back within three seconds, or after half a day, the form is shown again as it was
filled. A field that people do not see stays empty; who fills it is answered as everybody, and nothing is kept.
"""

from __future__ import annotations

import re
from typing import Final

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal import spelling
from portal.asking import UNPRINTABLE
from portal.pages.accounts.attempts import Attempts
from portal.pages.accounts.sessions import TOO_MANY

STAMP: Final = "cachet"  # the field of the stamp
BAIT: Final = "site"  # the field that people do not see
QUICKEST, SLOWEST = 3, 12 * 3600  # seconds
LARGEST: Final = 20_000  # bytes of a form
LEAST, LINKS = 20, 2  # characters of a text, links in it
LINK: Final = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
LATE: Final = gettext_noop("Cette page était ouverte depuis longtemps. Relisez, puis envoyez de nouveau.")
QUICK: Final = gettext_noop("C’était très rapide. Relisez, puis envoyez de nouveau.")


def one_line(request: HttpRequest, name: str, most: int = 600) -> str:
    """What was typed in a field of one line, without what cannot be printed. `most` is in characters."""
    return " ".join(request.POST.get(name, "").translate(UNPRINTABLE).split())[:most]


def lines(request: HttpRequest, name: str, most: int = LARGEST) -> str:
    """The same of a field of several lines."""
    kept = {code: mark for code, mark in UNPRINTABLE.items() if code not in (9, 10)}
    return spelling.lines(request.POST.get(name, "")).translate(kept).strip()[:most]


def telling(text: str) -> bool:
    """Whether it says something, and is no list of links."""
    return len(LINK.sub("", text).strip()) >= LEAST and len(LINK.findall(text)) <= LINKS


def stamp(what: str) -> str:
    """For a hidden field of the form `what`."""
    return _signer(what).sign(get_random_string(8))


def baited(request: HttpRequest) -> bool:
    """Whether a machine filled in what people do not see."""
    return bool(request.POST.get(BAIT))


def refused(request: HttpRequest, what: str) -> str:
    """What to say to who sent it, "" when it can be looked at."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _("Votre message est trop long. Raccourcissez-le, puis envoyez de nouveau.")
    try:
        signed = request.POST.get(STAMP, "")
        _signer(what).unsign(signed, max_age=SLOWEST)
    except BadSignature:
        return _(LATE)
    try:
        _signer(what).unsign(signed, max_age=QUICKEST)
    except SignatureExpired:
        return ""
    return _(QUICK)


def too_many(request: HttpRequest, email: str, what: str) -> str:
    """Counts this one, and says so once there were too many from that source, for that address or whatever the addresses."""
    attempts = Attempts(request, email, what)
    if attempts.too_many():
        return _(TOO_MANY)
    attempts.failed()
    return ""


def _signer(what: str) -> TimestampSigner:
    return TimestampSigner(salt=f"form:{what}")
