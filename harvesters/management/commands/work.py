"""`manage.py work`: the one process of an instance without Redis.

It drains the readers of the log, runs due harvests, looks at due links, reads the files that are tables, makes the figures of
indicators that they give, and compares the index with the base once a night.
"""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from catalogue.accounts.resets import mail_resets
from catalogue.alerting import mail_alerts
from catalogue.draining import drain_all, keep_house, release_all
from catalogue.following import mail_confirmations, mail_news
from catalogue.granting import take_over
from catalogue.journals import hear_falls
from catalogue.late import mail_late
from catalogue.log import holder_name
from catalogue.memory import give_back
from catalogue.observing.reckoning import reckon_asked
from catalogue.posting import deliver
from catalogue.questioning.mailing import mail_authors, mail_publishers
from catalogue.releasing.rounds import release_indicators
from catalogue.reusing import mail_declarations
from catalogue.reviewing import bring_out_due
from harvesters.links import check_links
from harvesters.peers.looking import look
from harvesters.registry import client_for
from harvesters.schedule import run_due
from harvesters.tables import read_tables

logger = logging.getLogger(__name__)
PAUSE: Final = 0.5  # seconds between two looks at the log
PEERS_EVERY: Final = 0.25  # seconds between rounds of looks at feeds, of which each has its own BOUTURE_PEER_EVERY
DUE_EVERY: Final = 20.0  # seconds between two looks at the schedule
SCHEDULED_EVERY: Final = 20.0  # seconds between two looks at what is to be published at an hour that was set
LINKS_EVERY: Final = 20.0  # seconds between two looks at the list of links
QUICK_EVERY: Final = (
    1.0  # seconds between two looks at the small tables to read: somebody looks at the page where theirs comes
)
TABLES_EVERY: Final = 3.0  # seconds between two looks at the large ones, and at the indicators to make
RELEASE_EVERY: Final = 300.0  # seconds between two looks at what the records of indicators say
CHECK_EVERY: Final = 3_600.0  # seconds between two looks at whether the index was compared since last night
LATE_EVERY: Final = 3_600.0  # seconds between two looks at the datasets that are late
MEMORY_EVERY: Final = 60.0  # seconds between two times that freed memory is given back: what a harvest took, above all
ALERTS_EVERY: Final = 600.0  # seconds between two looks at the figures and searches that people asked to be told of
RESETS_EVERY: Final = (
    5.0  # seconds between two looks at what is to be confirmed and forgotten passwords: somebody waits
)
SELDOM: Final = 20.0  # seconds between two rounds: from then on, each opens the base anew
REST: Final = 60.0  # seconds before what fell over starts again


class Command(BaseCommand):
    help = "Tient l’index à jour, lance les moissons dont l’heure est venue, vérifie les liens et lit les tables, jusqu’à ce qu’on l’arrête."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fait ce qu’il y a à faire, puis s’arrête")

    def handle(self, *args: Any, **options: Any) -> None:
        holder = holder_name()
        if options["once"]:
            try:
                bring_out_due()
                take_over()
                drain_all(holder)
                run_due(client_for)
                drain_all(holder)
                check_links()
                read_tables(large=False)
                read_tables(large=True)
                drain_all(holder)
                reckon_asked()
                release_indicators()
                mail_late()
                _mail_news()
                _mail_awaited()
                drain_all(holder)
                keep_house()
            finally:
                release_all(holder)
            return
        self._work(holder)

    def _work(self, holder: str) -> None:
        stop = threading.Event()
        hear_falls()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        looks = look()
        # What takes long must not keep the index waiting: each has a thread, and so a connection, of its own.
        jobs = (
            Job("harvests", lambda: run_due(client_for, stop.is_set), DUE_EVERY),
            Job("peers", lambda: looks.round(stop.is_set), PEERS_EVERY),
            Job("links", lambda: check_links(stopping=stop.is_set, sleep=stop.wait), LINKS_EVERY),
            Job("tables", lambda: read_tables(large=False, stopping=stop.is_set), QUICK_EVERY),
            Job("large tables", lambda: read_tables(large=True, stopping=stop.is_set), TABLES_EVERY),
            Job("indicators", lambda: reckon_asked(stopping=stop.is_set), TABLES_EVERY),
            Job("records of indicators", lambda: release_indicators(stop.is_set), RELEASE_EVERY),
            Job("scheduled", bring_out_due, SCHEDULED_EVERY),
            Job("accesses", take_over, SCHEDULED_EVERY),
            Job("late", mail_late, LATE_EVERY),
            Job("alerts", _mail_news, ALERTS_EVERY),
            Job("awaited", _mail_awaited, RESETS_EVERY),
            Job("comparison", keep_house, CHECK_EVERY),
            Job("memory", give_back, MEMORY_EVERY),
        )
        try:
            while not stop.is_set():
                for job in jobs:
                    job.tend(stop)
                _surviving(lambda: drain_all(holder))
                stop.wait(PAUSE)
        finally:
            release_all(holder)
            for job in jobs:
                job.join(timeout=5)


@dataclass
class Job:
    """Rounds of some work in a thread of its own. One that falls over on a fault of ours starts again after a rest."""

    name: str
    work: Callable[[], object]
    every: float  # seconds between two rounds
    thread: threading.Thread | None = None

    def tend(self, stop: threading.Event, rest: float = REST) -> None:
        """Starts the thread when it is not there. What made it fall was written as it fell."""
        if self.thread is not None and self.thread.is_alive():
            return
        fell = self.thread is not None
        if fell:
            logger.error("« %s » s’est arrêté sur un défaut du logiciel ; nouvel essai dans %g s", self.name, rest)
        wait = rest if fell else 0.0
        self.thread = threading.Thread(target=self._rounds, args=(stop, wait), name=self.name, daemon=True)
        self.thread.start()

    def join(self, timeout: float) -> None:
        if self.thread is not None:
            self.thread.join(timeout)

    def _rounds(self, stop: threading.Event, wait: float) -> None:
        try:
            while not stop.wait(wait):
                _surviving(self.work)
                wait = self.every
                if wait >= SELDOM:
                    connection.close()  # meanwhile it would hold pages of SQLite, or a place in PostgreSQL
        finally:
            connection.close()


def _mail_news() -> None:
    mail_alerts()
    mail_news()
    mail_publishers()


def _mail_awaited() -> None:
    deliver()
    mail_resets()
    mail_confirmations()
    mail_declarations()
    mail_authors()


def _surviving(work: Callable[[], object]) -> None:
    """A base that restarts, or that another process locks for long, delays a round; it never ends the worker."""
    close_old_connections()
    try:
        work()
    except DatabaseError:
        logger.exception("la base n’a pas répondu ; nouvel essai à la prochaine ronde")
        connection.close()
