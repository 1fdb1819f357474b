"""`manage.py work`: the one process of an instance without Redis. It drains the readers of the log, runs due harvests."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from catalogue.log import holder_name
from catalogue.tasks import drain_all, release_all
from harvesters.registry import client_for
from harvesters.schedule import run_due

logger = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two looks at the log
DUE_EVERY = 20.0  # seconds between two looks at the schedule


class Command(BaseCommand):
    help = "Tient l’index à jour et lance les moissons dont l’heure est venue, jusqu’à ce qu’on l’arrête."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fait ce qu’il y a à faire, puis s’arrête")

    def handle(self, *args: Any, **options: Any) -> None:
        holder = holder_name()
        if options["once"]:
            try:
                drain_all(holder)
                run_due(client_for)
                drain_all(holder)
            finally:
                release_all(holder)
            return
        self._work(holder)

    def _work(self, holder: str) -> None:
        stop = threading.Event()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        # A long harvest must not keep the index waiting: it has a thread, and so a connection, of its own.
        harvests = threading.Thread(target=_harvests, args=(stop,), name="harvests", daemon=True)
        harvests.start()
        try:
            while not stop.is_set():
                _surviving(lambda: drain_all(holder))
                stop.wait(PAUSE)
        finally:
            release_all(holder)
            harvests.join(timeout=5)


def _surviving(work: Callable[[], object]) -> None:
    """A base that restarts, or that another process locks for long, delays a round; it never ends the worker."""
    close_old_connections()
    try:
        work()
    except DatabaseError:
        logger.exception("la base n’a pas répondu ; nouvel essai à la prochaine ronde")
        connection.close()


def _harvests(stop: threading.Event) -> None:
    while not stop.is_set():
        _surviving(lambda: run_due(client_for, stop.is_set))
        stop.wait(DUE_EVERY)
    connection.close()
