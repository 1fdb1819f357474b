"""The base of a run on SQLite: migrated once as long as no migration changes, for that takes 4 s of each process of each run."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.db import connection

OURS = re.compile(r"^(?:from|import) ((?:catalogue|harvesters|portal)[\w.]*)(?: import ([\w, ]+))?", re.M)


def kept(folder: Path) -> Path:
    """Where the base is kept that these migrations make."""
    digest = hashlib.sha256(f"{sys.version} {django.VERSION} {sqlite3.sqlite_version}".encode())
    for path in sorted(_sources()):
        digest.update(path.read_bytes())
    return folder / f"{digest.hexdigest()}.sqlite3"


def _sources() -> Iterator[Path]:
    """The migrations, the models, and what of ours a migration calls by its name."""
    for app in apps.get_app_configs():
        here = [*Path(app.path).glob("migrations/*.py"), *Path(app.path).glob("models/**/*.py")]
        yield from here
        for module, names in OURS.findall(
            "\n".join(path.read_text("utf-8") for path in here if path.parent.name == "migrations")
        ):
            for name in (module, *(f"{module}.{name.strip()}" for name in names.split(",") if name.strip())):
                found = _file(name)
                if found is not None and found not in here:
                    yield found


def _file(module: str) -> Path | None:
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:  # the name of something in a module
        return None
    return Path(spec.origin) if spec and spec.origin else None


def taken(path: Path) -> bool:
    """Puts the kept base where the one of this process is to be, if there is one."""
    if connection.vendor != "sqlite" or not path.exists():
        return False
    shutil.copyfile(path, str(connection.settings_dict["TEST"]["NAME"]))
    return True


def keep(path: Path) -> None:
    """Keeps the base of this process, just made, in the place of those of other migrations."""
    if connection.vendor != "sqlite":
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        copy = sqlite3.connect(file.name)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    for old in path.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    Path(file.name).replace(path)
