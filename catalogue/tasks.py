"""Work that follows the log, for `manage.py work` and for Celery alike."""

from __future__ import annotations

import logging

from celery import shared_task

from catalogue.errors import NotAlone
from catalogue.log import LogReader, drain, holder_name, release
from catalogue.search import IndexReader
from catalogue.search.contract import SearchError

READERS: tuple[LogReader, ...] = (IndexReader(),)
logger = logging.getLogger(__name__)


def drain_all(holder: str) -> int:
    """Brings every reader to the end of the log; returns how many lines were taken in. One that fails stops no other."""
    total = 0
    for reader in READERS:
        try:
            total += drain(reader, holder)
        except NotAlone as error:
            logger.debug("%s", error.message)
        except SearchError as error:
            logger.warning("lecteur « %s » : %s", reader.name, error.message)
    return total


def release_all(holder: str) -> None:
    """Gives the leases back, so that the next process need not wait for them to end."""
    for reader in READERS:
        release(reader.name, holder)


@shared_task(name="catalogue.tasks.drain", ignore_result=True)
def drain_readers() -> None:
    """The same under Celery beat; the leases keep two workers from doing one reader's work."""
    holder = holder_name()
    try:
        drain_all(holder)
    finally:
        release_all(holder)
