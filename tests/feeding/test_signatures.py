"""Signed answers: RFC 9421's own example, what another implementation makes of ours, and what is not believed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as ours
from django.test import Client
from pytest_django import Settings

from catalogue import keys, publishing, signing
from catalogue.models import Withheld
from catalogue.publishing import Draft
from catalogue.signing import Message, Stranger, Unproven, Unsigned, proven
from tests import factories
from tests.feeding.test_feed import follow

# RFC 9421, appendix B.1.4: test-key-ed25519.
TEST_KEY = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.BOUTURE_HOME = tmp_path
    yield
    keys._private.cache_clear()


def test_the_example_of_the_standard() -> None:
    """Appendix B.2.6."""
    components = [
        ('"date"', "Tue, 20 Apr 2021 02:07:55 GMT"),
        ('"@method"', "POST"),
        ('"@path"', "/foo"),
        ('"@authority"', "example.com"),
        ('"content-type"', "application/json"),
        ('"content-length"', "18"),
    ]
    params = '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'
    said = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    assert keys.verify(TEST_KEY, base64.b64decode(said), signing.base(components, params))


def asked(client: Client, address: str, **headers: str) -> tuple[Any, Message]:
    answer = client.get(address, headers=headers)
    fields = {name.lower(): value for name, value in answer.headers.items()}
    return answer, Message(
        ours.BOUTURE_URL + address, answer.status_code, fields, hashlib.sha256(answer.content).hexdigest()
    )


def expected() -> dict[str, str]:
    return {one.kid: one.public for one in keys.published()}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/flux/", "/flux/1-250", "/flux.jsonld", "/.well-known/bouture"])
def test_another_implementation_believes_our_answers(client: Client, address: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

    class Resolver(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id: str) -> Any:
            return Ed25519PublicKey.from_public_bytes(keys.decoded(expected()[key_id]))

    factories.dataset()
    follow()
    answer, message = asked(client, address, accept="application/trig, application/json")
    request = SimpleNamespace(method="GET", url=message.target, headers={})
    theirs = SimpleNamespace(status_code=200, headers=dict(answer.headers), request=request)
    [result] = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Resolver()).verify(theirs)
    assert tuple(result.covered_components)[:4] == signing.COVERED and result.label == "bouture"
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer["Unencoded-Digest"] == f"sha-256=:{digest}:"


@pytest.mark.django_db
def test_a_page_that_was_compressed_on_its_way_is_still_ours(client: Client) -> None:
    import gzip

    [factories.dataset() for _ in range(3)]
    follow()
    answer, message = asked(client, "/flux/1-250", **{"accept-encoding": "gzip", "accept": "application/trig"})
    assert answer["Content-Encoding"] == "gzip"
    plain = hashlib.sha256(gzip.decompress(answer.content)).hexdigest()
    assert proven(replace(message, sha256=plain), expected(), datetime.now(UTC)) == keys.current().kid


@pytest.mark.django_db
def test_what_is_not_believed(client: Client) -> None:
    factories.dataset()
    follow()
    now = datetime.now(UTC)
    _, page = asked(client, "/flux/1-250", accept="application/trig")
    assert proven(page, expected(), now) == keys.current().kid
    with pytest.raises(Unproven, match="abîmée ou coupée"):
        proven(replace(page, sha256=hashlib.sha256(b"half").hexdigest()), expected(), now)
    with pytest.raises(Unproven, match="signature est fausse"):  # another page of ours, in its place
        proven(replace(page, target=f"{ours.BOUTURE_URL}/flux/"), expected(), now)
    with pytest.raises(Unproven, match="signature est fausse"):
        proven(changed(page, "content-type", "text/html"), expected(), now)
    with pytest.raises(Unsigned):
        proven(changed(page, "signature", ""), expected(), now)
    with pytest.raises(Unproven, match="ne couvre pas"):
        proven(
            changed(page, "signature-input", page.fields["signature-input"].replace('"@status" ', "")), expected(), now
        )
    with pytest.raises(Stranger) as refused:
        proven(page, {keys.thumbprint(TEST_KEY): TEST_KEY}, now)
    assert refused.value.kids == (keys.current().kid,)
    forged = {keys.current().kid: TEST_KEY}
    with pytest.raises(Unproven, match="signature est fausse"):
        proven(page, forged, now)


def changed(message: Message, name: str, value: str) -> Message:
    return replace(message, fields={**message.fields, name: value})


@pytest.mark.django_db
def test_two_clocks_may_be_ten_minutes_apart(client: Client) -> None:
    _, page = asked(client, "/flux/", accept="application/trig")
    now = datetime.now(UTC)
    assert proven(page, expected(), now - timedelta(minutes=9))
    with pytest.raises(Unproven, match="l’heure des deux serveurs"):
        proven(page, expected(), now - timedelta(minutes=11))
    assert proven(page, expected(), now + timedelta(days=1))
    with pytest.raises(Unproven, match="rejouée"):
        proven(page, expected(), now + timedelta(days=3))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        "",
        "bouture",
        "bouture=(",
        'bouture=("a" "b)',
        "bouture=()" * 5_000,
        'bouture=("@status");created=99999999999999',
        "é",
    ],
)
def test_fields_that_are_no_signature_are_told_and_cost_nothing(client: Client, said: str) -> None:
    _, page = asked(client, "/flux/", accept="application/trig")
    with pytest.raises(Unproven):
        proven(changed(page, "signature-input", said), expected(), datetime.now(UTC))


@pytest.mark.django_db
def test_the_card_says_what_a_follower_asks(client: Client) -> None:
    factories.dataset()
    given = {"title": {"fr": "D’ailleurs"}, "description": {"fr": "Repris."}}
    publishing.publish([Draft("dataset", given, factories.body().pk, uri="https://donnees.ville.fr/jeu/1")])
    Withheld.objects.create(kind="theme", value="https://themes.example/eau")
    Withheld.objects.create(kind="body", value="999999")
    follow()
    before = keys.current().kid
    new = keys.rotate(timedelta(days=2)).kid
    answer, message = asked(client, "/.well-known/bouture")
    said = json.loads(answer.content)
    assert (said["url"], said["software"]) == (ours.BOUTURE_URL, "bouture")
    assert said["feed"] == {"url": f"{ours.BOUTURE_URL}/flux/", "dump": f"{ours.BOUTURE_URL}/flux/dump.trig"}
    assert [(key["kid"], "until" in key) for key in said["keys"]] == [(new, False), (before, True)]
    assert said["harvests"] == ["https://donnees.ville.fr/"]
    assert said["policy"] == {"themes": ["https://themes.example/eau"], "organisations": 1, "records": 0}
    assert "search" not in said
    # Who knows the key before alone learns the new one from what both sign.
    for key in keys.published():
        assert proven(message, {key.kid: key.public}, datetime.now(UTC)) == key.kid


@pytest.mark.django_db
def test_an_instance_whose_keys_are_damaged_says_so(client: Client, tmp_path: Path) -> None:
    keys.current()
    (tmp_path / "keys" / "ring.json").write_text("{")
    for address in ("/flux/", "/.well-known/bouture"):
        answer = client.get(address, headers={"accept": "application/trig, application/json"})
        assert answer.status_code == 503 and "Prévenez" in answer.json()["detail"]
        assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_did_not_change_is_not_signed_again(client: Client) -> None:
    answer, _ = asked(client, "/flux/", accept="application/trig")
    again = client.get("/flux/", headers={"accept": "application/trig", "if-none-match": answer["ETag"]})
    assert again.status_code == 304 and "Signature" not in again
