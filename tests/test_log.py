"""The log: numbers become visible in their order, readers miss nothing, exactly one process does a reader's work."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from catalogue import log
from catalogue.errors import NotAlone
from catalogue.models import Change, Cursor

pytestmark = pytest.mark.django_db(transaction=True)


class Memory(log.LogReader):
    """A reader that keeps the numbers it was given."""

    name = "memory"

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.identity = "one"

    def state(self) -> str:
        return self.identity

    def start_over(self) -> int:
        self.beat()
        self.numbers = []
        return 0

    def handle(self, changes: Sequence[Change]) -> None:
        self.numbers += [change.number for change in changes]


def write(count: int = 1, kind: Change.Kind = Change.Kind.RECORD) -> None:
    with log.transaction() as entries:
        entries.extend(log.Entry(Change.Verb.UPDATE, uuid4(), kind=kind) for _ in range(count))


def test_lines_are_numbered_without_a_gap() -> None:
    write(3)
    write(2)
    numbers = list(Change.objects.values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    assert log.last_number() == numbers[-1]


def test_what_raises_leaves_neither_record_nor_line() -> None:
    before = log.last_number()

    def fails() -> None:
        with log.transaction() as entries:
            entries.append(log.Entry(Change.Verb.CREATE, uuid4()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert log.last_number() == before
    assert not Change.objects.filter(number__gt=before).exists()


def test_a_reader_reads_to_the_end_in_batches() -> None:
    write(log.BATCH + 50)
    reader = Memory()
    assert log.drain(reader, "me") == log.BATCH + 50
    assert log.drain(reader, "me") == 0
    assert len(reader.numbers) == log.BATCH + 50


def test_a_reader_killed_before_its_cursor_moved_reads_the_batch_again() -> None:
    write(5)

    class Killed(Memory):
        def handle(self, changes: Sequence[Change]) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.advance(Killed(), "first")
    log.release("memory", "first")
    reader = Memory()
    assert log.drain(reader, "second") == 5


def test_a_lost_effect_starts_the_reader_over() -> None:
    write(3)
    reader = Memory()
    log.drain(reader, "me")
    reader.identity = "two"
    write(1)
    log.drain(reader, "me")
    assert len(reader.numbers) == 4


def test_one_process_at_a_time() -> None:
    write()
    log.take_lease("memory", "elsewhere:1:ab")
    with pytest.raises(NotAlone):
        log.advance(Memory(), "me")
    Cursor.objects.filter(reader="memory").update(held_until=timezone.now() - timedelta(seconds=1))
    assert log.advance(Memory(), "me") == 1


def test_what_is_left_to_do_is_asked_without_a_lease() -> None:
    reader = Memory()
    assert log.behind(reader)  # it never began
    write()
    log.drain(reader, "me")
    log.release("memory", "me")
    log.take_lease("memory", "elsewhere:1:ab")
    assert not log.behind(reader)
    write()
    assert log.behind(reader)
    reader.identity = "two"
    assert log.behind(reader)
    assert Cursor.objects.get(reader="memory").holder == "elsewhere:1:ab"


def test_a_dead_process_of_this_machine_holds_nothing() -> None:
    import socket

    write()
    log.take_lease("memory", f"{socket.gethostname()}:99999999:ab")
    assert log.advance(Memory(), "me") == 1


def test_a_lease_lost_on_the_way_moves_no_cursor() -> None:
    write(2)

    class Slow(Memory):
        def handle(self, changes: Sequence[Change]) -> None:
            Cursor.objects.filter(reader="memory").update(
                holder="other", held_until=timezone.now() + timedelta(minutes=1)
            )

    with pytest.raises(NotAlone):
        log.advance(Slow(), "me")
    assert log.cursor_of("memory") == 0


def test_derived_facts_are_not_for_readers_of_records() -> None:
    write(2, Change.Kind.DERIVED)
    write(1)
    reader = Memory()
    assert log.drain(reader, "me") == 3
    assert len(reader.numbers) == 1


def test_a_late_commit_is_never_skipped() -> None:
    """Six writers that hold their transactions open for uneven times, and a reader that never rests."""
    stop = threading.Event()
    reader, failures = Memory(), []

    def writer(seed: int) -> None:
        try:
            for turn in range(8):
                with log.transaction() as entries:
                    entries.extend(log.Entry(Change.Verb.UPDATE, uuid4()) for _ in range(1 + (seed + turn) % 3))
                    time.sleep(0.002 * ((seed * 7 + turn * 3) % 5))
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    def follow() -> None:
        try:
            while not stop.is_set():
                log.drain(reader, "reader")
        finally:
            connections.close_all()

    start = log.last_number()
    threads = [threading.Thread(target=writer, args=(seed,)) for seed in range(6)]
    follower = threading.Thread(target=follow)
    follower.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    stop.set()
    follower.join(timeout=60)
    log.drain(reader, "reader")
    assert not failures
    written = list(Change.objects.filter(number__gt=start).values_list("number", flat=True))
    assert reader.numbers == written == list(range(start + 1, start + 1 + len(written)))


@pytest.mark.postgres
def test_a_second_writer_waits_for_the_first_to_commit() -> None:
    """On PostgreSQL: the one who took numbers first commits late; nobody sees the later numbers before."""
    assert connection.vendor == "postgresql"
    seen: list[int] = []
    started = threading.Event()

    def second() -> None:
        started.set()
        write()
        seen.append(Change.objects.count())
        connections.close_all()

    before = Change.objects.count()
    with transaction.atomic():
        write()
        thread = threading.Thread(target=second)
        thread.start()
        started.wait(5)
        time.sleep(0.3)
        assert not seen
    thread.join(timeout=10)
    assert seen == [before + 2]
