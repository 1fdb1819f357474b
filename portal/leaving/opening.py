"""An export that comes from elsewhere, looked at whole before anything is written: nothing in it is trusted.

Every refusal names the file. A folder with a link in it, a ZIP with a name that climbs out, a file that is not in MANIFEST, that is
missing or that is not what MANIFEST says, a ZIP that would fill the disk, another signature: nothing is taken in.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from django.conf import settings

from catalogue.errors import Refused
from portal import manifest
from portal.leaving.package import INSTANCE, PIECE, signed_text
from portal.manifest import MANIFEST, SIGNATURE

SMALL: Final = 64 * 1024 * 1024  # bytes of MANIFEST and of instance.json, which are read whole
LINE: Final = 256 * 1024 * 1024  # bytes of one line of base/: a page of a harvest, in base64
RATIO: Final = 1_100  # deflate packs a thousandfold at most (zlib's technical details): more is no ZIP of ours
DAMAGED: Final = (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)


@dataclass
class Opened:
    """`digests`: SHA-256 by name, of all but MANIFEST and SIGNATURE. `manifest`: that of MANIFEST. `kid`: of the key that signed it."""

    path: Path
    packed: zipfile.ZipFile | None = None
    names: set[str] = field(default_factory=set)
    digests: dict[str, str] = field(default_factory=dict)
    kid: str = ""
    manifest: str = ""
    instance: dict[str, Any] = field(default_factory=dict)

    def open(self, name: str) -> IO[bytes]:
        if self.packed:
            return self.packed.open(name)
        # A link put there since it was looked at is not followed.
        return os.fdopen(os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a file. Raises Refused at their end when they are no longer those that were signed."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != self.digests[name]:
            raise _changed(name)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file. Raises Refused as `pieces`, and for one that is too long."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            while line := file.readline(LINE + 1):
                if len(line) > LINE:
                    raise Refused(f"{name} : une ligne dépasse {LINE // 1024 // 1024} Mio. Rien n’a été importé.")
                digest.update(line)
                yield line
        if digest.hexdigest() != self.digests[name]:
            raise _changed(name)

    def close(self) -> None:
        if self.packed:
            self.packed.close()


def _changed(name: str) -> Refused:
    return Refused(
        f"{name} n’est pas tel que MANIFEST le dit : il a été modifié ou abîmé. Reprenez l’export à sa source ; "
        "rien n’a été importé."
    )


def open_export(path: Path, kid: str = "") -> Opened:
    """Every file of it read once and believed. `kid`: of the key that must have signed it; "": any. Raises Refused."""
    if not path.exists():
        raise Refused(f"{path} n’existe pas. Donnez le dossier ou le ZIP qu’a écrit manage.py export.")
    opened = Opened(path)
    try:
        if path.is_dir():
            opened.names = set(_names_of_folder(path))
        else:
            opened.packed = zipfile.ZipFile(path)
            opened.names = set(_names_of_zip(opened.packed, path))
        _believe(opened, kid)
    except zipfile.BadZipFile as error:
        opened.close()
        raise Refused(f"{path} n’est ni un dossier ni un ZIP lisible. Reprenez l’export à sa source.") from error
    except DAMAGED as error:
        opened.close()
        raise Refused(f"{path} ne peut pas être lu : {error}. Rien n’a été importé.") from error
    except Refused:
        opened.close()
        raise
    return opened


def _names_of_folder(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root, onerror=_raise):
        for name in [*folders, *files]:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            said = path.relative_to(root).as_posix()
            if stat.S_ISREG(mode):
                yield said
            elif not stat.S_ISDIR(mode):
                raise Refused(f"{said} n’est ni un fichier ni un dossier (un lien ?). Rien n’a été importé.")


def _raise(error: OSError) -> None:
    raise error


def _names_of_zip(packed: zipfile.ZipFile, path: Path) -> Iterator[str]:
    seen: set[str] = set()
    total = 0
    for info in packed.infolist():
        _refuse_entry(info, seen)
        total += info.file_size
        seen.add(info.filename)
    room = shutil.disk_usage(settings.BOUTURE_HOME).free
    if total > room:
        raise Refused(
            f"{path} prendrait {total} octets une fois ouvert, et le disque n’en a que {room}. Faites de la place, ou demandez-vous "
            "d’où vient ce fichier. Rien n’a été importé."
        )
    yield from seen


def _refuse_entry(info: zipfile.ZipInfo, seen: set[str]) -> None:
    """Raises Refused for what no export of ours holds."""
    name = info.filename
    if not safe(name):
        raise Refused(f"{name!r} sort du dossier de l’export. Rien n’a été importé.")
    if name in seen:
        raise Refused(f"{name} est deux fois dans le ZIP. Rien n’a été importé.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Refused(f"{name} est un lien. Rien n’a été importé.")
    if info.flag_bits & 1:
        raise Refused(f"{name} est chiffré. Ouvrez le ZIP et donnez le dossier. Rien n’a été importé.")
    if info.file_size > RATIO * max(info.compress_size, 1):
        raise Refused(f"{name} se déploierait plus de {RATIO} fois : c’est une bombe. Rien n’a été importé.")


def safe(name: str) -> bool:
    """Whether this is a plain relative name: no root, no "..", nothing of Windows, printable."""
    parts = PurePosixPath(name).parts
    return bool(parts) and name == "/".join(parts) and ".." not in parts and name.isprintable() and "\\" not in name


def _small(opened: Opened, name: str) -> bytes:
    if name not in opened.names:
        raise Refused(f"{name} manque : ce n’est pas un export, ou pas en entier. Rien n’a été importé.")
    with opened.open(name) as file:
        found = file.read(SMALL + 1)
    if len(found) > SMALL:
        raise Refused(f"{name} est trop gros pour être celui d’un export. Rien n’a été importé.")
    return found


def _believe(opened: Opened, kid: str) -> None:
    listing = _small(opened, MANIFEST)
    opened.manifest = hashlib.sha256(listing).hexdigest()
    opened.kid = _signer(listing, _small(opened, SIGNATURE))
    if kid and kid != opened.kid:
        raise Refused(
            f"L’export est signé par la clé {opened.kid}, et non par {kid}. Vérifiez d’où il vient ; rien n’a été importé."
        )
    try:
        opened.digests = manifest.listed(listing)
    except manifest.Unread as error:
        raise Refused(f"MANIFEST ne se lit pas, à {error.said!r}. Rien n’a été importé.") from error
    if outside := [name for name in opened.digests if not safe(name)]:
        raise Refused(f"MANIFEST nomme un fichier hors de l’export ({outside[0]!r}). Rien n’a été importé.")
    if missing := sorted(opened.digests.keys() - opened.names):
        raise Refused(f"{missing[0]} manque. Reprenez l’export à sa source ; rien n’a été importé.")
    if others := sorted(opened.names - opened.digests.keys() - {MANIFEST, SIGNATURE}):
        raise Refused(
            f"{others[0]} n’est pas de l’export (MANIFEST ne le nomme pas). Retirez-le ; rien n’a été importé."
        )
    said: Any = None
    with suppress(ValueError, RecursionError):
        said = json.loads(_small(opened, INSTANCE))
    if not isinstance(said, dict):
        raise Refused(f"{INSTANCE} n’est pas lisible. Rien n’a été importé.")
    opened.instance = said
    for name in sorted(opened.digests):
        for _ in opened.pieces(name):
            pass


def _signer(listing: bytes, signature: bytes) -> str:
    """The `kid` of the key that signed. Raises Refused."""
    try:
        return manifest.signer(signature, signed_text(listing)).kid
    except (manifest.Unread, manifest.Forged) as error:
        raise Refused(
            "La signature n’est pas celle de MANIFEST : l’export a été modifié. Reprenez-le à sa source ; rien n’a été importé."
        ) from error
