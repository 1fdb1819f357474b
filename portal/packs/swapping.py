"""Files that change with the base: written beside at once, put in place when all else was done, put back if that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from portal.packs.refusals import PackRefused

_WANTED: ContextVar[dict[Path, bytes | None] | None] = ContextVar("wanted", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Files put inside are swapped at its end, and all go back as they were when one cannot be. Raises PackRefused."""
    wanted: dict[Path, bytes | None] = {}
    token = _WANTED.set(wanted)
    try:
        yield
    finally:
        _WANTED.reset(token)
    before = {path: path.read_bytes() if path.is_file() else None for path in wanted}
    try:
        for path, data in wanted.items():
            _place(path, data)
    except OSError as error:
        for done, data in before.items():
            with suppress(OSError):  # where nothing could be written, nothing is to be put back
                _place(done, data)
        raise PackRefused(
            f"« {path.name} » ne s’écrit pas : {error.strerror}. Donnez à ce compte le droit d’écrire dans {path.parent}."
        ) from error


def put(path: Path, data: bytes | None) -> None:
    """At the end of `together`; None takes the file away. LookupError outside of it."""
    wanted = _WANTED.get()
    if wanted is None:
        raise LookupError("put() outside of together()")
    wanted[path] = data


def _place(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)
