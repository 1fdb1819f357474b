"""How a pack is sealed: `MANIFEST` lists each file with its SHA-256, `SIGNATURE` signs that list (Ed25519, RFC 8032).

`MANIFEST` has the lines of `sha256sum`, so `sha256sum -c MANIFEST` tells an altered file anywhere. What is signed begins
with DOMAIN: no signature made for something else is one of a pack.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalogue import keys
from portal.packs.refusals import PackRefused

MANIFEST: Final = "MANIFEST"
SIGNATURE: Final = "SIGNATURE"
DOMAIN: Final = b"bouture-pack-1\n"
LINE: Final = re.compile(r"([0-9a-f]{64})  (.+)\Z")
AGAIN: Final = (
    "Demandez de nouveau le pack à qui le publie ; s’il est de vous, refaites-le avec « manage.py pack build »."
)


@dataclass(frozen=True)
class Signer:
    """`kid`: RFC 7638 thumbprint of the key. The key proves that nothing moved since; whose it is, you must know."""

    kid: str
    public: str


def sealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The two files that seal these, by the current key of this instance."""
    manifest = "".join(f"{_digest(data)}  {path}\n" for path, data in sorted(files.items())).encode()
    key = keys.current()
    said = {"kid": key.kid, "public": key.public, "sig": keys.encoded(key.sign(DOMAIN + manifest))}
    return {MANIFEST: manifest, SIGNATURE: (json.dumps(said, indent=1) + "\n").encode()}


def opened(files: Mapping[str, bytes]) -> Signer:
    """Who sealed these files, if they are as they were then. Raises PackRefused."""
    for name in (MANIFEST, SIGNATURE):
        if name not in files:
            raise PackRefused(f"Le pack n’a pas de fichier {name} : il n’est pas signé. {AGAIN}")
    signer = _signer(files[SIGNATURE], files[MANIFEST])
    listed = _listed(files[MANIFEST])
    there = files.keys() - {MANIFEST, SIGNATURE}
    faults = [f"« {path} » est dans MANIFEST et manque dans le pack." for path in sorted(listed.keys() - there)]
    faults += [f"« {path} » n’est pas dans MANIFEST : il a été ajouté après la signature." for path in sorted(there - listed.keys())]  # fmt: skip
    faults += [
        f"« {path} » a été modifié après la signature."
        for path in sorted(there & listed.keys())
        if _digest(files[path]) != listed[path]
    ]
    if faults:
        raise PackRefused([*faults, AGAIN])
    return signer


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _signer(signature: bytes, manifest: bytes) -> Signer:
    try:
        said: Any = json.loads(signature)
        kid, public, sig = (str(said[name]) for name in ("kid", "public", "sig"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackRefused(f"Le fichier {SIGNATURE} ne se lit pas. {AGAIN}") from error
    if keys.thumbprint(public) != kid or not keys.verify(public, keys.decoded(sig), DOMAIN + manifest):
        raise PackRefused(f"La signature n’est pas celle de ce pack : MANIFEST ou {SIGNATURE} a été modifié. {AGAIN}")
    return Signer(kid, public)


def _listed(manifest: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in manifest.decode("utf-8", "replace").splitlines():
        match = LINE.match(line)
        if match is None or match[2] in found:
            raise PackRefused(
                f"MANIFEST : « {line[:100]} » n’est pas une ligne de sha256sum, ou y est deux fois. {AGAIN}"
            )
        found[match[2]] = match[1]
    return found
