"""The one door for messages. One that cannot be sent is told to the log: it never stops what it speaks of."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def send(to: str, subject: str, text: str, stop: str = "") -> bool:
    """Whether the server took it. False, without trying, when the instance has no server of mail (BOUTURE_MAIL_URL).

    `stop`: the address where a POST without a session ends these messages (RFC 8058: the reader's program shows a button).
    """
    if not settings.BOUTURE_MAIL:
        return False
    message = EmailMessage(subject=" ".join(subject.split())[:200], body=text, to=[to])
    # RFC 3834 §5: no holiday answers to a machine.
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    if stop:
        message.extra_headers |= {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    try:
        return bool(message.send())
    except (SMTPException, OSError, ValueError) as error:  # ValueError: an address that cannot be a header
        # Neither the address nor the text: the log is no place for them.
        logger.warning("un courriel n’est pas parti (%s) : vérifiez BOUTURE_MAIL_URL", type(error).__name__)
        return False
