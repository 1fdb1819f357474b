"""`/.well-known/security.txt` (RFC 9116): whom to write to about a weakness of this portal."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.api.http import open_to_all

VALID: Final = timedelta(days=180)  # §2.5.5: less than a year


@open_to_all
def security(_: HttpRequest) -> HttpResponse:
    """404 while nobody is named (`BOUTURE_SECURITY_CONTACT`). It is worked out at each reading, so it never expires by itself."""
    if not settings.BOUTURE_SECURITY_CONTACT:
        raise Http404
    until = datetime.combine(timezone.now().date() + VALID, time(), UTC)
    lines = (
        f"Contact: {settings.BOUTURE_SECURITY_CONTACT}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.BOUTURE_URL}{reverse('security')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
