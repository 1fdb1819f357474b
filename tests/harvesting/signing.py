"""A home that signs what it tells, with keys that a test holds, well or with malice."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from catalogue import keys
from catalogue.keys import Key
from catalogue.signing import signed
from tests.harvesting.feeds import MEDIA, Home
from tests.harvesting.servers import Asked, Server, reply

CARD = "/.well-known/bouture"


def made() -> Key:
    private = Ed25519PrivateKey.generate()
    public = keys.encoded(private.public_key().public_bytes_raw())
    return Key(keys.thumbprint(public), public, private)


@dataclass
class SignedHome(Home):
    """`key` signs pages; the card is signed by `card_by`, or by `key` alone. None signs nothing."""

    key: Key | None = field(default_factory=made)
    card_by: list[Key] = field(default_factory=list)
    harvests: list[str] = field(default_factory=lambda: ["https://ville.example/"])
    says: dict[str, Any] = field(default_factory=dict)  # more words of its card
    stale: dict[str, bytes] = field(default_factory=dict)  # whole answers that are given again, as they were

    @classmethod
    def at(cls, server: Server) -> SignedHome:
        home = cls(server)
        home.show_card()
        return home

    def show_card(self, url: str = "") -> None:
        def answer(asked: Asked) -> bytes:
            by = self.card_by or ([self.key] if self.key else [])
            said = {
                "url": url or self.server.url("").rstrip("/"),
                "keys": [keys.Published(key.kid, key.public).jwk() for key in by],
                "harvests": self.harvests,
                **self.says,
            }
            body = json.dumps(said).encode()
            fields = signed(body, 200, "application/json", self.server.url(CARD), by)
            return reply(body, content_type="application/json", **fields)

        self.server.replies[CARD] = answer

    def _answer(self, asked: Asked) -> bytes:
        if asked.path in self.stale:
            return self.stale[asked.path]
        plain = super()._answer(asked)
        if self.key is None or not plain.startswith(b"HTTP/1.1 200"):
            return plain
        body = self.pages[asked.path]  # what it means to say, whatever a bad link makes of it
        fields = signed(body, 200, MEDIA[self.format], self.server.url(asked.path), [self.key])
        head, _, rest = plain.partition(b"\r\n\r\n")
        more = "".join(f"\r\n{name}: {value}" for name, value in fields.items()).encode()
        return head + more + b"\r\n\r\n" + rest
