"""Figures are computed in a process of their own, which answers for as many files as are due and then ends.

Whatever a recipe and a file do to DuckDB, the worker lives on; and it never opens DuckDB. A question is a line of JSON, an
answer several: one a recipe, then an empty one.
"""

from __future__ import annotations

import json
import math
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from catalogue.indicators.contract import Part, Recipe, Reckoned
from catalogue.tables.beside import in_use
from catalogue.tables.contract import TableError, TooMuch, Type, Unreadable

PROJECT: Final = Path(__file__).resolve().parents[2]
LOOK: Final = 0.2  # seconds between two looks at the process
PART: Final = ("place", "period", "axis", "member", "numerator", "denominator", "rows")
COUNTS: Final = ("rows", "kept", "placeless", "undated", "problem")
FELL: Final = "Le calcul de cet indicateur s’est arrêté sur un défaut du logiciel. Signalez-le à qui tient le portail."
CHANGED: Final = "La recette vient de changer ; le calcul sera refait."

Fields = Mapping[str, tuple[int, Type]]


@dataclass(frozen=True)
class Allowance:
    """What the recipes of one file may take, together."""

    memory: int = 1024 * 2**20  # bytes in use
    seconds: float = 120.0


class Beside:
    """The process, started at the first question. `folder`: of the instance's own recipes. `beat`: called while it computes."""

    def __init__(
        self, folder: Path, allowance: Allowance = Allowance(), beat: Callable[[], object] = lambda: None
    ) -> None:
        self._folder, self._allowance, self._beat = folder, allowance, beat
        self._process: subprocess.Popen[bytes] | None = None
        self._complaint: IO[bytes] | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._held = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def reckoned(self, path: Path, fields: Fields, recipes: Sequence[Recipe], lines: int) -> Iterator[Reckoned]:
        """As `computing.reckoned`, one after the other. Raises Unreadable and TooMuch: then the rest is not to be had."""
        question = {
            "path": str(path),
            "fields": {name: [place, str(kind)] for name, (place, kind) in fields.items()},
            "recipes": {recipe.key: recipe.digest for recipe in recipes},
            "lines": lines,
            "seconds": self._allowance.seconds,
        }
        try:
            self._say(json.dumps(question).encode() + b"\n")
            while line := self._line():
                said = json.loads(line)
                if "error" in said:
                    raise (TooMuch if said["error"] == "TooMuch" else Unreadable)(said["message"], said["code"])
                yield _from_plain(said)
        except (TableError, GeneratorExit):
            self._end()
            raise

    def _say(self, line: bytes) -> None:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._fell() from error

    def _start(self) -> None:
        self._complaint = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        # The process is killed at its end, and puts nothing away.
        self._scratch = tempfile.TemporaryDirectory(prefix="bouture-figures-")
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "catalogue.indicators.beside", str(self._folder)],
            cwd=PROJECT,
            env={**os.environ, "TMPDIR": self._scratch.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaint,
            start_new_session=True,
        )

    def _line(self) -> bytes:
        """The next line of the answer, "" after its last."""
        assert self._process is not None and self._process.stdout is not None
        until = time.monotonic() + self._allowance.seconds
        while b"\n" not in self._held:
            self._look(self._process, until)
            if select.select([self._process.stdout], [], [], LOOK)[0]:
                got = os.read(self._process.stdout.fileno(), 2**20)
                if not got:
                    raise self._fell()
                self._held += got
        line, _, self._held = self._held.partition(b"\n")
        return line

    def _look(self, process: subprocess.Popen[bytes], until: float) -> None:
        self._beat()
        if in_use(process.pid) > self._allowance.memory:
            raise TooMuch("Calculer les indicateurs de ce fichier demande trop de mémoire. Découpez-le.", "memory")
        if time.monotonic() > until:
            seconds = f"{self._allowance.seconds:g}"
            raise TooMuch(f"Le calcul des indicateurs de ce fichier n’a pas fini en {seconds} s. Découpez-le.", "time")

    def _fell(self) -> Unreadable:
        complaint = ""
        if self._complaint is not None:
            self._complaint.seek(0)
            complaint = self._complaint.read()[-2_000:].decode("utf-8", "replace")
        return Unreadable(FELL, f"fell: {complaint}")

    def _end(self) -> None:
        process, self._process, self._held = self._process, None, b""
        if process is not None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        if self._complaint is not None:
            self._complaint.close()
            self._complaint = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None


def _plain(reckoned: Reckoned) -> dict[str, Any]:
    parts = [[_finite(getattr(part, name)) for name in PART] for part in reckoned.parts]
    return {"recipe": reckoned.recipe, "parts": parts, **{name: getattr(reckoned, name) for name in COUNTS}}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _from_plain(said: Mapping[str, Any]) -> Reckoned:
    parts = tuple(Part(*part) for part in said["parts"])
    return Reckoned(said["recipe"], parts, **{name: said[name] for name in COUNTS})


def main(folder: Path) -> None:
    """The process itself: ends when nobody asks any more, or when an answer takes too long and nobody is there to end it."""
    from catalogue.indicators import recipe as written

    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    own, _ = written.read_folder(folder)
    known = {**own, **written.shipped()}
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        signal.alarm(int(asked["seconds"]) + 5)
        for said in _answers(asked, known):
            sys.stdout.write(json.dumps(said, allow_nan=False) + "\n")
        sys.stdout.write("\n")
        sys.stdout.flush()
        signal.alarm(0)


def _answers(asked: Mapping[str, Any], known: Mapping[str, Recipe]) -> Iterator[dict[str, Any]]:
    from catalogue.indicators.computing import reckoned  # heavy, and for this process alone

    fields = {name: (place, Type(kind)) for name, (place, kind) in asked["fields"].items()}
    wanted = [known[key] for key, digest in asked["recipes"].items() if key in known and known[key].digest == digest]
    for key in asked["recipes"].keys() - {recipe.key for recipe in wanted}:
        yield _plain(Reckoned(key, problem=CHANGED))
    try:
        for one in wanted:
            yield from map(_plain, reckoned(Path(asked["path"]), fields, [one], asked["lines"]))
    except TableError as error:
        yield {"error": type(error).__name__, "message": error.message, "code": error.code}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
