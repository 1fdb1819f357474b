"""Files that change with the base, whatever kills the process.

What is to be swapped is written ahead: a line in `BOUTURE_HOME/swaps/`, then each file beside the one whose place it takes. The
transaction bears the name of the swap (`AppliedPack.swap`), and files move once it is committed. Who comes next and finds what a dead
process left moves the files if the base knows that name; if not, nothing of theirs was touched, and what was written goes.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction

from catalogue.models import AppliedPack
from portal.packs.refusals import PackRefused, Unfinished

LOCK: Final = "lock"
FINISHED: Final = "Une application de pack avait été interrompue : elle est terminée, ses fichiers sont en place."
FORGOTTEN: Final = "Une application de pack avait été interrompue : elle est annulée, rien n’a changé."


@dataclass
class Swap:
    """`files`: by path, their bytes; None takes a file away."""

    name: str
    files: dict[Path, bytes | None] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """What the transaction keeps: "" when no file moves with it."""
        return self.name if self.files else ""


_NOW: ContextVar[Swap | None] = ContextVar("swap", default=None)


@contextmanager
def together() -> Iterator[Swap]:
    """The transaction, and the files put inside: both or neither. One inside another is part of it. Raises PackRefused."""
    outer = _NOW.get()
    if outer is not None:
        yield outer
        return
    with _alone():
        _settle()
        swap = Swap(secrets.token_hex(16))
        token, committed = _NOW.set(swap), False
        try:
            with transaction.atomic(durable=True):
                yield swap
                _write_ahead(swap)
            committed = True
        finally:
            _NOW.reset(token)
            if (
                not committed
            ):  # as far as we were told: a connection that broke at the commit leaves it to the base to say
                with suppress(DatabaseError):
                    _settle()
        if swap.files:
            _finish(_journal(swap.name))


def put(path: Path, data: bytes | None) -> None:
    """At the end of `together`; None takes the file away. LookupError outside of it."""
    swap = _NOW.get()
    if swap is None:
        raise LookupError("put() outside of together()")
    swap.files[path] = data


def settle() -> list[str]:
    """Ends what dead processes left, and says it in French. What a living one is doing is waited for. Raises PackRefused."""
    if not _folder().is_dir():
        return []
    with _alone():
        return _settle()


def _settle() -> list[str]:
    told = []
    for journal in sorted(_folder().glob("*.json")):
        if AppliedPack.objects.filter(swap=journal.stem).exists():
            _finish(journal)
            told.append(FINISHED)
        else:
            _forget(journal)
            told.append(FORGOTTEN)
    return told


def _folder() -> Path:
    return Path(settings.BOUTURE_HOME) / "swaps"


def _journal(name: str) -> Path:
    return _folder() / f"{name}.json"


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time; the lock goes with its process, however that ends."""
    try:
        _folder().mkdir(parents=True, exist_ok=True)
        lock = (_folder() / LOCK).open("w")
    except OSError as error:
        raise _unwritable(_folder(), error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_ahead(swap: Swap) -> None:
    """The journal first: whatever stands beside the files is named by it. Raises PackRefused."""
    if not swap.files:
        return
    journal = _journal(swap.name)
    path = journal
    try:
        stays = {str(path): data is not None for path, data in swap.files.items()}
        _write(journal, json.dumps(stays).encode())
        for path, data in swap.files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if data is not None:
                _write(_beside(path, journal), data)
    except OSError as error:
        raise _unwritable(path, error) from error


def _finish(journal: Path) -> None:
    """Any number of times: what moved already is passed over. Raises Unfinished: the journal stays."""
    for name, stays in _lines(journal).items():
        path = Path(name)
        try:
            if not stays:
                path.unlink(missing_ok=True)
            elif (new := _beside(path, journal)).exists():
                new.replace(path)
        except OSError as error:
            raise Unfinished(
                f"Le pack est appliqué dans la base, mais « {path.name} » ne se met pas en place : {error.strerror}. Donnez à ce "
                f"compte le droit d’écrire dans {path.parent}, puis relancez « manage.py pack list », qui termine."
            ) from error
    journal.unlink(missing_ok=True)


def _forget(journal: Path) -> None:
    for name in _lines(journal):
        with suppress(OSError):  # where nothing could be written, nothing is to be taken away
            _beside(Path(name), journal).unlink(missing_ok=True)
    journal.unlink(missing_ok=True)


def _lines(journal: Path) -> dict[str, bool]:
    """Paths, and whether a file stays there. None of a journal that was cut short: nothing was written beside any file yet."""
    try:
        found: dict[str, bool] = json.loads(journal.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _beside(path: Path, journal: Path) -> Path:
    return path.with_name(f".{path.name}.{journal.stem}.new")


def _write(path: Path, data: bytes) -> None:
    """On the disk when it returns."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _unwritable(path: Path, error: OSError) -> PackRefused:
    return PackRefused(
        f"« {path.name} » ne s’écrit pas : {error.strerror}. Donnez à ce compte le droit d’écrire dans {path.parent}."
    )
