"""What proves a folder: what was signed once stays proven, and nothing else is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from catalogue import keys
from portal import manifest
from portal.leaving.package import signed_text
from portal.packs import signing
from portal.packs.refusals import PackRefused

# Sealed on 26 November 2026, before packs and exports had one module for it, by a key made for that.
FILES = {"pack.yaml": b"name: x\n", "pages.yaml": b"pages: []\n"}
MANIFEST = (
    b"a2a79ea37edb1963efaae29281523ab441a8a99df048d204f22f3f413e325afc  pack.yaml\n"
    b"c68d397aca8fac0a8b055fb4f15b843ed27822fa21f52f1458124313409bfba2  pages.yaml\n"
)
KID, PUBLIC = "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y", "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
OF_A_PACK = "eEGbqgjUp2uGoy4go0otrjzJ-WAsoYi6PAwn_DUgnFEumekMVxA-gFmPrhIfZJJrKG4DqDXCj-a7H_ML2bRvDw"
OF_AN_EXPORT = "D6zS2h7ck7rKWwYNb1Wh33MInpGWw4As2F-N5MsfxomJihb-aa1_jEMi6LZrAr0VDi-WVxarAxAsfyqGSyQDAA"


def signature(sig: str, kid: str = KID) -> bytes:
    return json.dumps({"kid": kid, "public": PUBLIC, "sig": sig}, indent=1).encode() + b"\n"


def test_what_was_sealed_before_is_still_believed() -> None:
    pack = FILES | {"MANIFEST": MANIFEST, "SIGNATURE": signature(OF_A_PACK)}
    assert signing.opened(pack) == manifest.Signer(KID, PUBLIC)
    assert manifest.signer(signature(OF_AN_EXPORT), signed_text(MANIFEST)).kid == KID
    assert manifest.listing({name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}) == MANIFEST


def test_the_signature_of_an_export_is_none_of_a_pack() -> None:
    with pytest.raises(PackRefused, match="n’est pas celle de ce pack"):
        signing.opened(FILES | {"MANIFEST": MANIFEST, "SIGNATURE": signature(OF_AN_EXPORT)})
    with pytest.raises(manifest.Forged):
        manifest.signer(signature(OF_A_PACK), signed_text(MANIFEST))
    with pytest.raises(manifest.Forged):
        manifest.signer(signature(OF_A_PACK, kid="another"), signing.DOMAIN + MANIFEST)


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"kid": 1}'])
def test_what_is_no_signature_is_told_apart_from_a_false_one(said: bytes) -> None:
    with pytest.raises(manifest.Unread):
        manifest.signer(said, MANIFEST)


@pytest.mark.parametrize(
    "line", [b"", b"pack.yaml", b"0" * 64 + b" pack.yaml", b"G" * 64 + b"  x", b"0" * 64 + b"  ", MANIFEST]
)
def test_a_line_that_is_none_of_sha256sum_or_is_there_twice_is_refused(line: bytes) -> None:
    with pytest.raises(manifest.Unread):
        manifest.listed(MANIFEST + line + b"\n")


def test_what_this_instance_seals_is_proven_by_its_key(home: Path) -> None:
    signer, said = manifest.signed(b"words")
    assert signer == manifest.signer(said, b"words") and signer.kid == keys.current().kid
    with pytest.raises(manifest.Forged):
        manifest.signer(said, b"other words")
