"""Work that follows the log, for `manage.py work` and for Celery (`tasks`) alike."""

from __future__ import annotations

import logging
import shutil

from django.conf import settings
from django.utils import timezone

from catalogue import unsent
from catalogue.accounts.invitations import forget as forget_invitations
from catalogue.accounts.sessions import forget_expired
from catalogue.auditing.chain import head
from catalogue.auditing.logins import forget as forget_logins
from catalogue.errors import NotAlone
from catalogue.feeding.reader import FeedReader
from catalogue.links import LinkReader
from catalogue.log import LogReader, behind, drain, forget, release
from catalogue.observing.following import IndicatorReader
from catalogue.quality.reader import ScoreReader
from catalogue.questioning.mailing import forget as forget_questions
from catalogue.search.contract import IndexBroken, SearchError
from catalogue.search.instance import settle_remotes
from catalogue.search.nightly import check_nightly
from catalogue.search.reader import IndexReader
from catalogue.search.tallies import forget as forget_searches
from catalogue.table_sizes import MUCH, count_tables
from catalogue.tabling.coming import forget as forget_coming
from catalogue.tabling.following import TableReader
from catalogue.tabling.following import forget as forget_tables
from catalogue.tabling.replacing import forget as forget_replacements
from catalogue.use import weigh

# Scores before the index: a record is then indexed with its score, and not once more for it.
READERS: tuple[LogReader, ...] = (
    ScoreReader(),
    IndexReader(),
    FeedReader(),
    LinkReader(),
    TableReader(),
    IndicatorReader(),
)
ROOM = 200 * 2**20  # bytes that must be free before an index is made again
logger = logging.getLogger(__name__)


def drain_all(holder: str) -> int:
    """Brings every reader to the end of the log; returns how many lines were taken in. One that fails stops no other.

    Again until nothing is left: what one reader derives is a line for the others.
    """
    total = 0
    while taken := _round(holder):
        total += taken
    if total >= MUCH:
        count_tables()
    return total


def _round(holder: str) -> int:
    total = 0
    for reader in READERS:
        try:
            if behind(reader):
                total += drain(reader, holder)
                release(reader.name, holder)  # whoever compares or rebuilds may want it
        except NotAlone as error:
            logger.debug("%s", error.message)
        except IndexBroken as error:
            logger.warning("lecteur « %s » : %s", reader.name, error.message)
            _start_over(reader)
        except SearchError as error:
            logger.warning("lecteur « %s » : %s", reader.name, error.message)
    return total


def _start_over(reader: LogReader) -> None:
    """A damaged index is made again at the next round; a full disk would only damage it again."""
    if shutil.disk_usage(settings.BOUTURE_HOME).free > ROOM:
        forget(reader.name)


def keep_house() -> None:
    """Counts the tables, compares the index with the base once a night, takes clusters that are declared no more off ours, weighs
    what is looked at, and forgets what is old."""
    count_tables()
    check_nightly()
    _settle_remotes()
    weigh(timezone.localdate())
    forget_searches(timezone.localdate())
    forget_tables(timezone.now())
    forget_replacements(timezone.now())
    forget_coming(timezone.now())
    forget_invitations(timezone.now())
    forget_questions(timezone.now())
    forget_expired()
    unsent.forget()
    forget_logins(timezone.now())
    _note_the_trail()


def _settle_remotes() -> None:
    try:
        settle_remotes()
    except SearchError as error:  # in an hour
        logger.warning("the clusters of peers could not be settled: %s", error.message)


def _note_the_trail() -> None:
    """The end of the audit trail, in a journal that is kept elsewhere than the base: rewritten, the chain has another."""
    end = head()
    if end.number:
        logger.info("trace : fin de la chaîne %s", end)


def release_all(holder: str) -> None:
    """Gives the leases back, so that the next process need not wait for them to end."""
    for reader in READERS:
        release(reader.name, holder)
