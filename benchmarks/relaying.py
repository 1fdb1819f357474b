"""A proxy between an instance and who follows it, that misbehaves as it is told: cuts answers, slows them, gives old ones again."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from serving import serving

KEPT = ("content-type", "etag", "last-modified", "content-encoding", "vary", "cache-control", "link")
SIGNED = ("signature", "signature-input", "unencoded-digest")
Answer = tuple[int, list[tuple[str, str]], bytes]


class Relay:
    """`mode`: "fine", "cut" (half of the answer), "slow", "old" (what the same address answered before) or "down"."""

    def __init__(self, port: int, chance: random.Random) -> None:
        """`port`: of 127.0.0.1, where the instance itself answers."""
        self.port, self.mode, self.cut, self.old = port, "fine", 0, 0
        self._chance, self._before = chance, dict[str, Answer]()
        self.url = ""

    @contextmanager
    def served(self) -> Iterator[Relay]:
        with serving(self._pass) as self.url:
            yield self

    def _pass(self, asked: BaseHTTPRequestHandler) -> None:
        mode = self.mode
        try:
            answer = self._before.get(asked.path) if mode == "old" else None
            self.old += answer is not None
            answer = answer or self._fetch(asked)
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is None or mode == "down":
            asked.close_connection = True  # as a machine that is not there
            return
        status, headers, body = answer
        asked.send_response(status)
        for name, value in headers:
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        try:
            self._send(asked, body, mode)
        except OSError:
            asked.close_connection = True

    def _send(self, asked: BaseHTTPRequestHandler, body: bytes, mode: str) -> None:
        if mode == "cut" and body:
            self.cut += 1
            asked.wfile.write(body[: self._chance.randrange(len(body))])
            asked.close_connection = True
            return
        for at in range(0, len(body), 2_000):
            asked.wfile.write(body[at : at + 2_000])
            if mode == "slow":
                time.sleep(0.1)

    def _fetch(self, asked: BaseHTTPRequestHandler) -> Answer:
        home = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            home.request("GET", asked.path, headers=dict(asked.headers.items()))
            told = home.getresponse()
            headers = [(name, value) for name, value in told.getheaders() if name.lower() in (*KEPT, *SIGNED)]
            answer = (told.status, headers, told.read())
        finally:
            home.close()
        if told.status == 200:
            self._before.setdefault(asked.path, answer)
        return answer
