"""Answers that say who wrote them: HTTP Message Signatures (RFC 9421) by an Ed25519 key, over the digest of their bytes.

What is signed of an answer is always the same: its status, its type, the SHA-256 of its bytes before any compression
(`Unencoded-Digest`, draft-ietf-httpbis-unencoded-digest, so that a proxy may compress) and the address that was asked.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from catalogue import keys

LABEL: Final = "bouture"
FIELDS: Final = ("content-type", "unencoded-digest", "signature-input", "signature")
COVERED: Final = ('"@status"', '"content-type"', '"unencoded-digest"', '"@target-uri";req')
CLOCK: Final = timedelta(minutes=10)  # how far two clocks may be apart
LIFE: Final = timedelta(days=2)  # a cache may keep a page for a day; what is older was kept by somebody to deceive
MOST: Final = 16  # signatures of one answer that are looked at

_STRING: Final = r'"(?:[^"\\]|\\["\\])*"'
_PARAMETER: Final = rf";[a-z*][a-z0-9_.*-]*(?:=(?:{_STRING}|-?\d{{1,15}}|\?[01]|[A-Za-z*][\w.:/%*+-]*))?"
_ITEM: Final = rf"{_STRING}(?:{_PARAMETER})*"
_MEMBER: Final = re.compile(rf"([a-z*][a-z0-9_.*-]*)=(\(((?:{_ITEM}(?: {_ITEM})*)?)\)((?:{_PARAMETER})*))")
_BYTES: Final = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):")
_SHA256: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):")
_VALUE: Final = re.compile(r';([a-z*][a-z0-9_.*-]*)=(?:"((?:[^"\\]|\\["\\])*)"|(-?\d{1,15}))')


class Unproven(Exception):
    """Nobody whom we know says so; `message` is French and says what was wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unsigned(Unproven):
    """There is no signature at all."""


class Stranger(Unproven):
    """It is signed, with keys that are none of those expected; `kids` are their names."""

    def __init__(self, message: str, kids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.kids = kids


@dataclass(frozen=True)
class Message:
    """An answer as it arrived. `fields`: its header fields, names in lower case; `sha256`: hexadecimal, of its decoded bytes."""

    target: str
    status: int
    fields: Mapping[str, str]
    sha256: str


@dataclass(frozen=True)
class Signature:
    """One of an answer, that covers what we ask for."""

    kid: str
    created: datetime
    params: str
    value: bytes


def signed(body: bytes, status: int, content_type: str, target: str, by: Iterable[keys.Key]) -> dict[str, str]:
    """The header fields to add to an answer. Each of the keys signs under a label of its own, the first under LABEL."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    values = (str(status), content_type, digest, target)
    created = int(datetime.now(UTC).timestamp())
    inputs, signatures = [], []
    for at, key in enumerate(by):
        label = f"{LABEL}-{at}" if at else LABEL
        params = f'({" ".join(COVERED)});created={created};keyid="{key.kid}";alg="ed25519"'
        value = key.sign(base(zip(COVERED, values, strict=True), params))
        inputs.append(f"{label}={params}")
        signatures.append(f"{label}=:{base64.b64encode(value).decode()}:")
    return {
        "Unencoded-Digest": digest,
        "Signature-Input": ", ".join(inputs),
        "Signature": ", ".join(signatures),
    }


def base(components: Iterable[tuple[str, str]], params: str) -> bytes:
    """RFC 9421 §2.5, of components whose values are one line each."""
    lines = [f"{name}: {value}" for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii", "backslashreplace")


def proven(message: Message, known: Mapping[str, str], now: datetime) -> str:
    """The `kid` of the key, among those `known` (kid -> public), that signed the answer. Raises Unproven by its kinds."""
    if not message.fields.get("signature") or not message.fields.get("signature-input"):
        raise Unsigned("la réponse n’est pas signée")
    _whole(message)
    found = list(_signatures(message))
    if not found:
        raise Unproven("la signature ne couvre pas ce qu’elle doit (statut, type, empreinte, adresse)")
    ours = [one for one in found if one.kid in known]
    if not ours:
        raise Stranger("la réponse est signée d’une clé inconnue", tuple(one.kid for one in found))
    values = (str(message.status), *(message.fields.get(name, "") for name in FIELDS[:2]), message.target)
    for one in ours:
        if keys.verify(known[one.kid], one.value, base(zip(COVERED, values, strict=True), one.params)):
            _timely(one, now)
            return one.kid
    raise Unproven("la signature est fausse : la page, ou son adresse, n’est pas celle que l’instance a signée")


def _whole(message: Message) -> None:
    told = _SHA256.search(message.fields.get("unencoded-digest", ""))
    if not told or base64.b64encode(bytes.fromhex(message.sha256)).decode() != told[1]:
        raise Unproven("les octets reçus ne sont pas ceux dont l’empreinte est signée : la page est abîmée ou coupée")


def _timely(one: Signature, now: datetime) -> None:
    if one.created - now > CLOCK:
        raise Unproven(
            f"la signature est datée du {one.created:%d/%m/%Y à %H:%M:%S} UTC, plus de dix minutes après notre horloge : "
            "vérifiez l’heure des deux serveurs"
        )
    if now - one.created > LIFE:
        raise Unproven(
            f"la signature date du {one.created:%d/%m/%Y à %H:%M:%S} UTC : une page si ancienne est rejouée, ou l’heure de "
            "l’un des serveurs est fausse"
        )


def _signatures(message: Message) -> Iterator[Signature]:
    values = dict(_BYTES.findall(message.fields["signature"]))
    for label, params, covered, after in _MEMBER.findall(message.fields["signature-input"])[:MOST]:
        said = {name: text or number for name, text, number in _VALUE.findall(after)}
        if covered != " ".join(COVERED) or said.get("alg", "ed25519") != "ed25519" or label not in values:
            continue
        try:
            created = datetime.fromtimestamp(int(said["created"]), UTC)
            yield Signature(said["keyid"], created, params, base64.b64decode(values[label], validate=True))
        except (KeyError, ValueError, OverflowError, OSError):
            continue
