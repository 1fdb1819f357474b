"""`manage.py export`: everything that the instance holds, as of one position of its log, in a folder or a ZIP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from catalogue import auditing
from catalogue.auditing import Thing, chain
from catalogue.errors import Refused
from catalogue.feeding.tree import last_position
from catalogue.keys import KeyUnavailable
from catalogue.log import last_number
from portal.branding import branding
from portal.leaving import VERSION
from portal.leaving.columns import Names, Table, lines
from portal.leaving.declared import kept, rows_of
from portal.leaving.files import Busy, alone, held
from portal.leaving.others import copies
from portal.leaving.package import FORMAT, README, Package
from portal.leaving.readme import readme
from portal.leaving.snapshot import one_moment

APPS: Final = ("catalogue", "harvesters", "auth", "guardian", "contenttypes")


@dataclass(frozen=True)
class Written:
    """What came of it. `size`: bytes before a ZIP packs them; `missing`: files that the base names and the disk lacks."""

    target: Path
    rows: int
    files: int
    size: int
    position: int
    kid: str
    missing: list[str]


def export(target: Path) -> Written:
    """Writes it as `target`, whole or not at all. Raises Refused."""
    target = Path(target).absolute()
    if target.exists():
        raise Refused(f"{target} existe déjà. Donnez un autre nom avec -o, ou déplacez-le.")
    if Path(settings.BOUTURE_HOME).resolve() in target.resolve().parents:
        raise Refused("Un export dans le dossier de l’instance partirait avec elle. Donnez avec -o un autre dossier.")
    package = Package(target)
    try:
        with alone():
            package.begin()
            try:
                written = _write(package)
            finally:
                package.abandon()  # nothing, once it has its name
    except Busy:
        raise Refused("Un autre export de ce portail est en cours. Attendez sa fin.") from None
    except KeyUnavailable as error:
        raise Refused(error.message) from error
    except OSError as error:
        raise Refused(
            f"L’export ne peut pas être écrit : {error.strerror or error} ({error.filename or package.folder}). "
            "Vérifiez le dossier, ses droits et la place qui reste."
        ) from error
    with transaction.atomic(), auditing.together():
        auditing.tell(None, "instance.export", Thing.instance("instance", target.name))
    return written


def _write(package: Package) -> Written:
    with one_moment(), held() as (found, missing):
        instance = _instance(missing)
        names = Names.now()
        for label, model, line in kept():
            table = Table(model, line, names)
            columns = [field.attname for field in table.fields]
            rows = rows_of(model, line).values_list(*columns).iterator(chunk_size=line.batch)
            counted = _Counted(lines(table, rows))
            package.write(f"base/{label.lower()}.jsonl", counted)
            instance["rows"][label] = counted.count
        for name, pieces in copies():
            package.write(name, pieces)
        for name, place in found.items():
            package.copy(name, place)
            with suppress(FileNotFoundError):
                place.unlink()
    package.write(README, [readme(instance).encode()])
    kid = package.finish(instance)
    rows_written = sum(instance["rows"].values())
    return Written(
        package.target, rows_written, len(found), package.size, instance["position"]["log"], kid, instance["missing"]
    )


class _Counted:
    """Lines, and how many went by."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.count = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.count += 1
            yield piece


def migrations() -> dict[str, list[str]]:
    """Those of this base, by app: two bases with the same have the same columns."""
    found: dict[str, list[str]] = {app: [] for app in APPS}
    for app, name in (
        MigrationRecorder.Migration.objects.filter(app__in=APPS).order_by("app", "name").values_list("app", "name")
    ):
        found[app].append(name)
    return found


def _instance(missing: list[str]) -> dict[str, Any]:
    head = chain.head()
    return {
        "format": FORMAT,
        "software": "bouture",
        "version": VERSION,
        "url": settings.BOUTURE_URL,
        "name": branding().name,
        "territory": settings.BOUTURE_TERRITORY,
        "at": timezone.now().isoformat(timespec="seconds"),
        "position": {"log": last_number(), "feed": last_position(), "audit": str(head)},
        "migrations": migrations(),
        "rows": {},
        "missing": missing,
    }
