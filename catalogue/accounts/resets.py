"""Forgotten passwords. A request writes one row, whether the address has an account or not; the worker looks and writes to those who have.

So the answer, its time and its work tell nothing. Three messages an hour for one account at most.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.mail import asked_in, send, told_in
from catalogue.models import ResetRequest, User

MOST: Final = 3  # messages an hour
KEPT: Final = timedelta(days=1)
BATCH: Final = 50
SUBJECT: Final = gettext_noop("Choisir un nouveau mot de passe")
TEXT: Final = gettext_noop("""Bonjour,

Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur %(host)s.

Choisissez-le ici, dans les deux heures :
%(link)s

Si ce n’était pas vous, n’en faites rien : rien n’a changé.
""")


def ask(email: str) -> None:
    """The same row for any address."""
    ResetRequest.objects.create(email=email.lower()[:254], language=asked_in())


def link_for(user: User) -> str:
    """Worth something for two hours (`PASSWORD_RESET_TIMEOUT`), until the password changes or somebody logs in."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("reset_confirm", args=[key, default_token_generator.make_token(user)])
    return f"{settings.BOUTURE_URL}{path}"


def mail_resets() -> int:
    """Writes to the accounts among the addresses asked for; each row is taken once. Returns how many messages left."""
    now = timezone.now()
    ResetRequest.objects.filter(asked_at__lt=now - KEPT).delete()
    sent = 0
    for row in ResetRequest.objects.filter(taken_at=None).order_by("pk")[:BATCH]:
        if ResetRequest.objects.filter(pk=row.pk, taken_at=None).update(taken_at=now):
            sent += _mailed(row)
    return sent


def _mailed(row: ResetRequest) -> int:
    user = User.objects.filter(email=row.email, is_active=True).first()
    lately = ResetRequest.objects.filter(email=row.email, mailed=True, taken_at__gt=timezone.now() - timedelta(hours=1))
    if user is None or not user.has_usable_password() or lately.count() >= MOST:
        return 0
    with told_in(row.language):
        text = _(TEXT) % {"host": settings.BOUTURE_URL, "link": link_for(user)}
        sent = send(user.email, _(SUBJECT), text)
    ResetRequest.objects.filter(pk=row.pk).update(mailed=True)
    return int(sent)
