"""A real server on 127.0.0.1 that answers as told, well or with malice."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    method: str = "GET"


Reply = bytes | Callable[[Asked], bytes] | Iterator[bytes]


def reply(
    body: bytes = b"", status: int = 200, content_type: str = "text/turtle", length: int | None = None, **headers: str
) -> bytes:
    """A whole answer. `length` lies about the body; names of headers take `_` for `-`."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


@dataclass
class Server:
    """Maps a path to what it answers; keeps what was asked."""

    replies: dict[str, object] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    everywhere: object = None  # what answers where nothing else does; a 404 when None
    asked: list[Asked] = field(default_factory=list)
    at: int = 0  # the port that it takes; 0: any that is free

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", self.at))
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept()
        for thread in self._threads:
            thread.join(5)
        self._socket.close()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def trusted(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}"})

    def url(self, path: str = "/") -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}{path}"

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with closing(connection), _gone():
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with closing(connection):
                self._answer(connection, _request(connection))

    def _answer(self, connection: socket.socket, asked: Asked) -> None:
        self.asked.append(asked)
        path = asked.path.partition("?")[0]  # what answers for a path answers for its queries too
        answer = self.replies.get(asked.path, self.replies.get(path, self.everywhere))
        answer = reply(status=404) if answer is None else answer
        if callable(answer):
            answer = answer(asked)
        if isinstance(answer, bytes):
            connection.sendall(answer)
            return
        assert isinstance(answer, Iterator)
        for piece in answer:
            if self._over.is_set():
                return
            connection.sendall(piece)


@contextmanager
def _gone() -> Iterator[None]:
    """The client left, or never spoke TLS: that is its right."""
    try:
        yield
    except OSError:
        return


def _request(connection: socket.socket) -> Asked:
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65_536)
        if not piece:
            raise ConnectionError
        raw += piece
        if raw.startswith(b"\x16"):  # TLS to a server that speaks none: common ones answer in clear
            connection.sendall(reply(status=400))
            raise ConnectionError
    first, *lines = raw.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _ = first.split(" ", 2)
    return Asked(path, headers, method)
