"""What Celery is asked to do with the log. Imported by its workers alone: an instance without Redis does without Celery."""

from __future__ import annotations

from celery import shared_task

from catalogue.accounts.resets import mail_resets
from catalogue.alerting import mail_alerts
from catalogue.draining import drain_all, keep_house, release_all
from catalogue.following import mail_confirmations, mail_news
from catalogue.granting import take_over
from catalogue.late import mail_late
from catalogue.log import holder_name
from catalogue.observing.reckoning import reckon_asked
from catalogue.posting import deliver
from catalogue.questioning.mailing import mail_authors, mail_publishers
from catalogue.releasing.rounds import release_indicators
from catalogue.reusing import mail_declarations
from catalogue.reviewing import bring_out_due

SHORT = 30.0  # seconds: a worker of Celery has readers of the log to drain too


@shared_task(name="catalogue.tasks.drain", ignore_result=True)
def drain_readers() -> None:
    """The same under Celery beat; the leases keep two workers from doing one reader's work."""
    holder = holder_name()
    try:
        drain_all(holder)
    finally:
        release_all(holder)


@shared_task(name="catalogue.tasks.reckon", ignore_result=True)
def reckon() -> None:
    """Makes the figures that are asked for, for a short while; a lease keeps two workers from doing it together."""
    reckon_asked(seconds=SHORT)


@shared_task(name="catalogue.tasks.release", ignore_result=True)
def release_records() -> None:
    """Brings the records of the indicators in step with their public figures; done twice it writes nothing."""
    release_indicators()


@shared_task(name="catalogue.tasks.bring_out", ignore_result=True)
def bring_out() -> None:
    """Publishes what was set for an hour that has come; once, whatever the number of workers."""
    take_over()
    bring_out_due()


@shared_task(name="catalogue.tasks.mail_late", ignore_result=True)
def remind() -> None:
    """Tells who publishes what is late; each at most once a month, whatever the number of workers."""
    mail_late()


@shared_task(name="catalogue.tasks.mail_alerts", ignore_result=True)
def alert() -> None:
    """Tells who asked for it that a figure passed their bound, or that a search has new results, and bodies that questions wait for
    them; once, whatever the number of workers."""
    mail_alerts()
    mail_news()
    mail_publishers()


@shared_task(name="catalogue.tasks.mail_resets", ignore_result=True)
def reset() -> None:
    """Sends what waits, and writes to those who wait for it: a forgotten password, a search or a question to confirm, an answer. Each is taken once, whatever
    the number of workers."""
    deliver()
    mail_resets()
    mail_confirmations()
    mail_declarations()
    mail_authors()


@shared_task(name="catalogue.tasks.check_index", ignore_result=True)
def compare() -> None:
    """What each night asks for, once whatever the number of workers."""
    keep_house()
