"""The one door for messages. One that cannot be sent is told to the log: it never stops what it speaks of.

What happens in a request asks with `post`, which writes a row beside what it tells of, in the same transaction; the worker sends it
(`catalogue.posting`). What the worker itself does, with rows of its own that say what was told, calls `send`.
"""

from __future__ import annotations

import logging
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone, translation

from catalogue.accounts import sealing
from catalogue.models import OutgoingMail

logger = logging.getLogger(__name__)


def send(to: str, subject: str, text: str, stop: str = "") -> bool:
    """Whether the server took it. False, without trying, when the instance has no server of mail (BOUTURE_MAIL_URL).

    `stop`: the address where a POST without a session ends these messages (RFC 8058: the reader's program shows a button).
    """
    return settings.BOUTURE_MAIL and not attempt(_message(to, subject, text, stop))


def post(to: str, subject: str, text: str, *, about: str = "", secret: bool = False) -> bool:
    """Whether it will be sent: False when the instance has no server of mail. `secret`: the text opens something."""
    if not settings.BOUTURE_MAIL:
        return False
    now = timezone.now()
    OutgoingMail.objects.create(
        to=to,
        subject=one_line(subject),
        text=sealing.seal(text) if secret else text,
        sealed=secret,
        about=about,
        made_at=now,
        due_at=now,
    )
    return True


def asked_in() -> str:
    """The language of the pages that somebody reads now, to be kept beside what they ask to be told."""
    return translation.get_language() or ""


def told_in(language: str) -> translation.override:
    """For the texts of a message; "" is the portal's own language, also to people whose language is not known."""
    return translation.override(language or settings.LANGUAGE_CODE)


def forget(about: str) -> None:
    """What it speaks of is no more: it does not leave, if it has not."""
    OutgoingMail.objects.filter(about=about).delete()


def prepared(row: OutgoingMail) -> EmailMessage | None:
    """The same message however often it is made: a server or a reader that has it already may know it by its Message-ID.

    None when its text was sealed with a key that the instance has no more.
    """
    text = sealing.unseal(row.text) if row.sealed else row.text
    if not text:
        return None
    message = _message(row.to, row.subject, text)
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    message.extra_headers["Message-ID"] = f"<{row.pk}@{host}>"
    return message


def attempt(message: EmailMessage) -> str:
    """Nothing once the server took it, else what is wrong, in a few words that name nobody.

    They begin with the server's code (RFC 5321 §4.2) where it is this message that was refused, for good when that is 5…
    """
    try:
        with get_connection() as message.connection:  # closed even when the server refuses the account
            message.send()
    except SMTPRecipientsRefused as error:
        problem = f"{max(code for code, _ in error.recipients.values())}, destinataire refusé"
    except SMTPDataError as error:
        problem = f"{error.smtp_code}, message refusé"
    except SMTPResponseException as error:
        problem = f"le serveur de messagerie refuse ce portail ({error.smtp_code})"
    except ValueError:
        problem = "5, adresse impossible à écrire"
    except (SMTPException, OSError) as error:
        problem = f"le serveur de messagerie ne répond pas ({type(error).__name__})"
    else:
        return ""
    # Neither the address nor the text: the log is no place for them.
    logger.warning("un courriel n’est pas parti (%s) : vérifiez BOUTURE_MAIL_URL", problem)
    return problem


def one_line(subject: str) -> str:
    return " ".join(subject.split())[:200]


def _message(to: str, subject: str, text: str, stop: str = "") -> EmailMessage:
    message = EmailMessage(subject=one_line(subject), body=text, to=[to])
    # RFC 3834 §5: no holiday answers to a machine.
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    if stop:
        message.extra_headers |= {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return message
