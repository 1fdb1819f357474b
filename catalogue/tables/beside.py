"""Files are read in a process of their own: whatever a file does to its reader, the worker lives on and says what happened.

The process is watched from outside (memory in use, time) and ends by itself when nobody watches it any more.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalogue.tables.contract import PLAINLY, BadQuestion, Order, TableError, Taken, TooMuch, Unreadable
from catalogue.tables.plain import (
    columns_from,
    notes_from,
    order_from,
    plain,
    suspicions_from,
    verdict_from,
)
from catalogue.tables.versions import UNCORRECTED, Corrections, corrections_from, difference_from

PROJECT: Final = Path(__file__).resolve().parents[2]
RESULT: Final = "result.json"
COMPLAINT: Final = "stderr.txt"
LOOK: Final = 0.1  # seconds between two looks at the process
REFUSALS: Final = {kind.__name__: kind for kind in (Unreadable, TooMuch, BadQuestion)}
FELL: Final = "La lecture de ce fichier s’est arrêtée sur un défaut du logiciel. Il est gardé tel quel ; signalez-le à qui tient le portail."


@dataclass(frozen=True)
class Before:
    """The rows that are there: where they are, and `contract.Column`s as JSON. `shown`: as `sides.Side` has it."""

    path: str
    columns: list[dict[str, Any]]
    shown: bool = False


@dataclass(frozen=True)
class Allowance:
    """What reading one file may take."""

    memory: int = 1024 * 2**20  # bytes in use
    seconds: float = 900.0
    disk: int = 8 * 2**30  # bytes of any one file that it writes


def take_in(
    original: Path,
    folder: Path,
    order: Order = PLAINLY,
    allowance: Allowance = Allowance(),
    beat: Callable[[], object] = lambda: None,
    *,
    corrections: Corrections = UNCORRECTED,
    before: Before | None = None,
) -> Taken:
    """As `taking.take`, in a process of its own. `beat`: called ten times a second; what it raises ends the reading.

    Raises Unreadable, TooMuch and BadQuestion. `folder` must be empty; what is left in it when this raises is to be thrown away.
    """
    job = {
        "original": str(original),
        "folder": str(folder),
        "order": plain(order),
        "corrections": plain(corrections),
        "before": plain(before) if before else None,
        "seconds": allowance.seconds,
        "disk": allowance.disk,
    }
    # A process that is killed puts nothing away: up to the 2 GiB that DuckDB may have written.
    with tempfile.TemporaryDirectory(prefix="bouture-reading-") as scratch:
        process = _started(job, folder / COMPLAINT, scratch)
        try:
            _watch(process, allowance, beat)
        finally:
            _end(process)
    return _result(folder, process.returncode)


def _started(job: dict[str, Any], complaint: Path, scratch: str) -> subprocess.Popen[bytes]:
    with complaint.open("wb") as stderr:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "catalogue.tables.beside", json.dumps(job)],
            cwd=PROJECT,
            env={**os.environ, "TMPDIR": scratch},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )


def _watch(process: subprocess.Popen[bytes], allowance: Allowance, beat: Callable[[], object]) -> None:
    until = time.monotonic() + allowance.seconds
    while process.poll() is None:
        beat()
        if in_use(process.pid) > allowance.memory:
            raise TooMuch(
                f"Lire ce fichier demande plus de {allowance.memory // 2**20} Mio de mémoire. "
                "Découpez-le, ou déposez-le en CSV, qui se lit au fil de l’eau."
            )
        if time.monotonic() > until:
            raise TooMuch(
                f"La lecture de ce fichier n’a pas fini en {allowance.seconds:g} s. Découpez-le, ou déposez-le en CSV."
            )
        time.sleep(LOOK)


def in_use(pid: int) -> int:
    """Bytes of memory, 0 for a process that is over (proc(5), statm)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _result(folder: Path, status: int) -> Taken:
    """Raises what the process said was wrong."""
    path = folder / RESULT
    if not path.is_file():
        complaint = (folder / COMPLAINT).read_text("utf-8", "replace")[-2_000:]
        raise Unreadable(FELL, f"fell: {status} {complaint}")
    said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    path.unlink()
    (folder / COMPLAINT).unlink()
    if "error" in said:
        raise REFUSALS[said["error"]](said["message"], said["code"])
    return Taken(
        **{
            **said,
            "columns": columns_from(said["columns"]),
            "notes": notes_from(said["notes"]),
            "sheets": tuple(said["sheets"]),
            "verdict": verdict_from(said["verdict"] or {}),
            "suspicions": suspicions_from(said["suspicions"]),
            "difference": difference_from(said["difference"] or {}),
        }
    )


def main(job: dict[str, Any]) -> None:
    """The process itself: ends when its time is over even if nobody is there to end it."""
    from catalogue.tables.sides import Side  # heavy, and for this process alone
    from catalogue.tables.taking import take

    signal.alarm(int(job["seconds"]) + 5)
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (job["disk"], job["disk"]))
    folder = Path(job["folder"])
    try:
        was = job["before"]
        before = was and Side(Path(was["path"]), columns_from(was["columns"]), was["shown"])
        corrections = corrections_from(job["corrections"])
        said = plain(take(Path(job["original"]), folder, order_from(job["order"]), corrections, before))
    except TableError as error:
        said = {"error": type(error).__name__, "message": error.message, "code": error.code}
    except MemoryError:
        said = {
            "error": "TooMuch",
            "message": "Lire ce fichier demande trop de mémoire. Découpez-le.",
            "code": "memory",
        }
    (folder / RESULT).write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
