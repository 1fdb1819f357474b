"""What of a harvest asks nothing of the base, done by a process beside while this one writes: reading by the profile, repairs,
rules, checks, forms, marks.

    records ──> lots ──> pieces ──> the process beside ──> what was read of them ──> Batch
                            └──> this process, while it would only wait

The process parts by `fork` from the one that harvests: it has its vocabularies and its rules, and writes to no connection of its
parent's. It reads what is new, and what is `Found.known`. Whatever becomes of it (killed, stopped, no memory, no second core), this
one does its part.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Final, NamedTuple

from django.conf import settings

from catalogue.batching import batches
from catalogue.dcat.formats import FormatError, digest
from catalogue.drafting import with_forms
from catalogue.publishing import BATCH, Draft
from catalogue.publishing.foreseen import Foreseen, foresee
from harvesters.base import Found, HarvestError, LeaveOut, SkipRecord
from harvesters.marks import Sign, sign_of
from harvesters.models import HarvestSource
from harvesters.reading import READER, draft_of, said_of
from harvesters.reception import Reception
from harvesters.succession import source_host

PIECE: Final = 25  # records sent at once
AT_ONCE: Final = 10  # pieces that the process beside has to do, at most
DEPTH: Final = 4  # lots under way: one to be written, three that are read: there is always something left to read
PICKLED: Final = pickle.HIGHEST_PROTOCOL
LOOK: Final = 0.5  # seconds between two signs of life while this process waits
PATIENCE: Final = 120.0  # seconds without an answer: a piece takes less than one
PR_SET_PDEATHSIG: Final = 1  # prctl(2)
ROOM: Final = 2**20  # bytes of a pipe: some pieces, so that who sends one need not wait until all of it is read


class Ahead(NamedTuple):
    """What one record turned out to be: why it is set aside or left out, or the record itself, as new or else as the one it was."""

    stamp: str = ""
    reason: str = ""
    left_out: str = ""
    faults: tuple[str, ...] = ()
    sign: Sign | None = None
    foreseen: Foreseen | None = None  # as new
    draft: Draft | None = None  # as the one that it was


def stamp_of(text: str, reception: Reception, *, silent: bool = False) -> str:
    """Changes whenever the record could be received otherwise; who follows, and is to speak, is read again."""
    return digest(f"{READER}{reception.mark}{'/suivie' if silent else ''}\n{text}")


class Reader:
    """Reads records of one source as new ones, or as those that they were."""

    def __init__(self, source: HarvestSource, reception: Reception) -> None:
        self.source, self.reception, self.host = source, reception, source_host(source)
        self.ours = settings.BOUTURE_URL

    def __call__(self, founds: Sequence[Found]) -> list[Ahead]:
        told: list[Ahead] = []
        drafts: list[Draft] = []
        for found in founds:
            ahead, draft = self._read(found)
            told.append(ahead)
            drafts += [draft] if draft else []
        foreseen = iter(foresee(drafts))
        return [one._replace(foreseen=next(foreseen)) if one.sign and not one.draft else one for one in told]

    def _read(self, found: Found) -> tuple[Ahead, Draft | None]:
        if found.refused or not found.keys:
            return Ahead(), None
        stamp = ""
        try:
            said = said_of(found)
            stamp = stamp_of(said.text, self.reception)
            identity = found.known or found.id or uuid.uuid4()
            draft = draft_of(found, said, self.source, self.reception, identity)
        except LeaveOut as error:
            return Ahead(stamp, left_out=error.message), None
        except (SkipRecord, FormatError) as error:
            return Ahead(stamp, reason=str(error)), None
        sign = sign_of(found, self.host, self.ours)
        faults = tuple(problem.fault for problem in draft.problems)
        if found.known:
            return Ahead(stamp, faults=faults, sign=sign, draft=with_forms(draft)), None
        return Ahead(stamp, faults=faults, sign=sign), draft


@dataclass
class Piece:
    founds: list[Found]
    told: list[Ahead] | None = None
    sent: bool = False


@dataclass
class Lot:
    """As many records as are written together."""

    founds: list[Found]
    pieces: list[Piece] = field(init=False)

    def __post_init__(self) -> None:
        self.pieces = [Piece(some) for some in batches(self.founds, PIECE)]

    @property
    def told(self) -> list[Ahead | None]:
        told: list[Ahead | None] = []
        for piece in self.pieces:
            unread: list[Ahead | None] = [None] * len(piece.founds)
            told += piece.told or unread
        return told


class Beside:
    """The process, started once there is a full lot to read, or two. `beat`: called while this one waits."""

    def __init__(self, reader: Reader, beat: Callable[[], object], *, wanted: bool) -> None:
        self.reader, self._beat = reader, beat
        self._wanted = wanted and possible()
        self._process: BaseProcess | None = None
        self._orders: Connection
        self._answers: Connection
        self._under_way: deque[Lot] = deque()
        self._sent: deque[Piece] = deque()  # and not answered
        self._moved = 0.0  # when it was last seen to work, or had nothing to do

    @property
    def wanted(self) -> bool:
        return self._wanted

    def close(self) -> None:
        self._wanted = False
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None
            self._orders.close()
            self._answers.close()

    def read(self, lots: Iterable[list[Found]]) -> Iterator[tuple[list[Found], list[Ahead | None]]]:
        """Each lot with what was read of its records, None of those that nobody read yet."""
        try:
            for founds in lots:
                yield from self.push(founds)
        except HarvestError:  # what was given before is taken in
            yield from self.rest()
            raise
        yield from self.rest()

    def push(self, founds: list[Found]) -> Iterator[tuple[list[Found], list[Ahead | None]]]:
        """One lot more; gives those before it that must be taken in now."""
        self._under_way.append(Lot(founds))
        if self._wanted and (len(self._under_way) > 1 or len(founds) >= BATCH):
            self._send(self._under_way)
        while len(self._under_way) >= (DEPTH if self._wanted else 1):
            yield self._ready(self._under_way)

    def rest(self) -> Iterator[tuple[list[Found], list[Ahead | None]]]:
        """The lots that were pushed and not given yet."""
        while self._under_way:
            yield self._ready(self._under_way)

    def _ready(self, lots: deque[Lot]) -> tuple[list[Found], list[Ahead | None]]:
        """The first lot. What was not sent yet is read here when there is nothing else to do, the last of it first."""
        lot = lots[0]
        while self._process and not all(piece.told for piece in lot.pieces):
            if self._heard(0.0):
                self._send(lots)
            elif unsent := [piece for one in lots for piece in one.pieces if not (piece.sent or piece.told)]:
                unsent[-1].told = self.reader(unsent[-1].founds)
            elif not self._heard(LOOK):
                self._beat()
                if time.monotonic() - self._moved > PATIENCE:  # stopped, or waiting for what never comes
                    self.close()
        if self._process:
            self._send(lots)
        lots.popleft()
        return lot.founds, lot.told

    def _send(self, lots: Iterable[Lot]) -> None:
        """As much as keeps the other process busy while this one writes a lot."""
        if not self._wanted:  # it was killed: another might be too
            return
        try:
            if not self._process:
                self._start()
            for piece in (piece for lot in lots for piece in lot.pieces):
                if len(self._sent) >= AT_ONCE:
                    return
                if not (piece.sent or piece.told):
                    if not self._sent:
                        self._moved = time.monotonic()
                    self._orders.send_bytes(pickle.dumps(piece.founds, PICKLED))
                    piece.sent = True
                    self._sent.append(piece)
        except OSError:  # no memory for it, or it was killed
            self.close()

    def _heard(self, seconds: float) -> bool:
        """Whether an answer came, or none will any more."""
        try:
            if not self._answers.poll(seconds):
                return False
            self._sent.popleft().told = pickle.loads(self._answers.recv_bytes())  # noqa: S301 - from our own process
            self._moved = time.monotonic()
        except (OSError, EOFError):  # it was killed: what it had is read by who writes it, and what follows too
            self.close()
        return True

    def _start(self) -> None:
        fork = multiprocessing.get_context("fork")
        (asked, self._orders), (self._answers, answered) = fork.Pipe(duplex=False), fork.Pipe(duplex=False)
        for end in (self._orders, answered):
            with suppress(OSError):  # it must do with less
                fcntl.fcntl(end.fileno(), fcntl.F_SETPIPE_SZ, ROOM)
        ours = (self._orders, self._answers)
        process = fork.Process(target=_work, args=(self.reader, asked, answered, ours, os.getpid()), daemon=True)
        try:
            process.start()
            self._process = process
        finally:
            asked.close()
            answered.close()


def possible() -> bool:
    """Whether a process may part from this one, and has a core to work on."""
    # What another thread holds at that moment a copy would wait for in vain, and locks of files it would keep.
    alone = threading.active_count() == 1
    return sys.platform == "linux" and alone and len(os.sched_getaffinity(0)) > 1


def _work(reader: Reader, asked: Connection, answered: Connection, ours: Iterable[Connection], parent: int) -> None:
    """The process itself: ends with its parent, and leaves to it what the keyboard says.

    Two threads keep the pipes moving, so that neither process ever waits for the other to read.
    """
    for end in ours:  # else it would never see the end of what its parent says
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before it was asked to tell
        return
    gc.freeze()  # else the search for cycles would write to each object, and have its own copy of all
    orders: SimpleQueue[bytes] = SimpleQueue()
    answers: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(asked, orders), daemon=True).start()
    threading.Thread(target=_answer, args=(answered, answers), daemon=True).start()
    while order := orders.get():
        answers.put(pickle.dumps(reader(pickle.loads(order)), PICKLED))  # noqa: S301 - from our own process


def _receive(asked: Connection, orders: SimpleQueue[bytes]) -> None:
    with suppress(OSError, EOFError):
        while True:
            orders.put(asked.recv_bytes())
    orders.put(b"")


def _answer(answered: Connection, answers: SimpleQueue[bytes]) -> None:
    with suppress(OSError):
        while True:
            answered.send_bytes(answers.get())
