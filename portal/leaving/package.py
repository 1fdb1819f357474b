"""The folder of an export while it is written: each file under its digest, then what proves them all, then its name.

    instance.json         what it is of, the position of the log, how many rows
    MANIFEST, SIGNATURE   what proves every other file (portal/manifest.py)
    LISEZMOI.md, base/, catalogue/, chiffres/, fichiers/

Written as NAME.coming; a kill leaves that, which the next export of the same name removes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from portal.manifest import MANIFEST, SIGNATURE, listing, signed

FORMAT: Final = 1
INSTANCE, README = "instance.json", "LISEZMOI.md"
DOMAIN: Final = b"bouture-export 1\n"
PIECE: Final = 1024 * 1024


def signed_text(manifest: bytes) -> bytes:
    """What the signature is over: no other text that the key signs begins so."""
    return DOMAIN + hashlib.sha256(manifest).hexdigest().encode()


class Package:
    """An export that is being written. `target`: the name that it takes at its end, a folder or a file in .zip."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(target.name + ".coming")
        self.digests: dict[str, str] = {}
        self.size = 0

    def begin(self) -> None:
        """Clears what a killed export left. Raises OSError."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._zip.unlink(missing_ok=True)
        self.folder.mkdir(mode=0o700)

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """One file, whole. Raises OSError."""
        path = self._place(name)
        digest = hashlib.sha256()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                self.size += len(piece)
        self.digests[name] = digest.hexdigest()

    def copy(self, name: str, source: Path) -> None:
        with source.open("rb") as file:
            self.write(name, iter(lambda: file.read(PIECE), b""))

    def _place(self, name: str) -> Path:
        path = self.folder / name
        # One by one: `parents=True` would give those between the mode of everybody's folders.
        for parent in reversed(path.relative_to(self.folder).parents):
            (self.folder / parent).mkdir(mode=0o700, exist_ok=True)
        return path

    def finish(self, instance: dict[str, Any]) -> str:
        """Proves, signs, and gives it its name; returns the `kid` of the key. Raises OSError, KeyUnavailable."""
        self.write(INSTANCE, [json.dumps(instance, ensure_ascii=False, indent=1).encode() + b"\n"])
        manifest = listing(self.digests)
        signer, signature = signed(signed_text(manifest))
        self.write(MANIFEST, [manifest])
        self.write(SIGNATURE, [signature])
        if self.target.suffix == ".zip":
            self._pack()
            self._zip.replace(self.target)
            shutil.rmtree(self.folder)
        else:
            self.folder.rename(self.target)
        return signer.kid

    def abandon(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._zip.unlink(missing_ok=True)

    @property
    def _zip(self) -> Path:
        return self.target.with_name(self.target.name + ".part")

    def _pack(self) -> None:
        first = [MANIFEST, SIGNATURE, INSTANCE, README]
        names = [*first, *sorted(self.digests.keys() - set(first))]
        with (
            os.fdopen(os.open(self._zip, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed,
        ):
            for name in names:
                how = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
                packed.write(self.folder / name, name, how)
