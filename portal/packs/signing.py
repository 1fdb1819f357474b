"""How a pack is sealed: `MANIFEST` lists its files, `SIGNATURE` signs that list (`portal/manifest.py`).

What is signed begins with DOMAIN: no signature made for something else is one of a pack.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from portal import manifest
from portal.manifest import MANIFEST, SIGNATURE, Signer
from portal.packs.refusals import PackRefused

DOMAIN: Final = b"bouture-pack-1\n"
SEALS: Final = (MANIFEST, SIGNATURE)
AGAIN: Final = (
    "Demandez de nouveau le pack à qui le publie ; s’il est de vous, refaites-le avec « manage.py pack build »."
)


def sealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The two files that seal these, by the current key of this instance."""
    listing = manifest.listing(_digests(files))
    return {MANIFEST: listing, SIGNATURE: manifest.signed(DOMAIN + listing)[1]}


def opened(files: Mapping[str, bytes]) -> Signer:
    """Who sealed these files, if they are as they were then. Raises PackRefused."""
    for name in SEALS:
        if name not in files:
            raise PackRefused(f"Le pack n’a pas de fichier {name} : il n’est pas signé. {AGAIN}")
    signer = _signer(files)
    listed = _listed(files[MANIFEST])
    there = _digests({path: data for path, data in files.items() if path not in SEALS})
    faults = [f"« {path} » est dans MANIFEST et manque dans le pack." for path in sorted(listed.keys() - there.keys())]
    faults += [f"« {path} » n’est pas dans MANIFEST : il a été ajouté après la signature." for path in sorted(there.keys() - listed.keys())]  # fmt: skip
    faults += [
        f"« {path} » a été modifié après la signature."
        for path in sorted(there.keys() & listed.keys())
        if there[path] != listed[path]
    ]
    if faults:
        raise PackRefused([*faults, AGAIN])
    return signer


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


def _signer(files: Mapping[str, bytes]) -> Signer:
    try:
        return manifest.signer(files[SIGNATURE], DOMAIN + files[MANIFEST])
    except manifest.Unread as error:
        raise PackRefused(f"Le fichier {SIGNATURE} ne se lit pas. {AGAIN}") from error
    except manifest.Forged as error:
        raise PackRefused(
            f"La signature n’est pas celle de ce pack : MANIFEST ou {SIGNATURE} a été modifié. {AGAIN}"
        ) from error


def _listed(listing: bytes) -> dict[str, str]:
    try:
        return manifest.listed(listing)
    except manifest.Unread as error:
        raise PackRefused(
            f"MANIFEST : « {error.said} » n’est pas une ligne de sha256sum, ou y est deux fois. {AGAIN}"
        ) from error
