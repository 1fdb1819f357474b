"""A server of mail on this machine that takes what it is given, refuses whom it is told to, and can be held in the middle of a message."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class Mailbox(socketserver.ThreadingTCPServer):
    """`held`: once set, the server has the message and does not say so until `go` is set."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Session)
        self.received: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.held, self.has_one, self.go = threading.Event(), threading.Event(), threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no error of ours."""


class Session(socketserver.StreamRequestHandler):
    """RFC 5321, as much of it as one message takes."""

    def handle(self) -> None:
        box = cast(Mailbox, self.server)
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT" and line.partition("<")[2].rstrip(">") in box.refused:
                self.say("550 nobody of that name")
            elif verb == "DATA":
                self.say("354 go on")
                self.take(box)
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def take(self, box: Mailbox) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        box.received.append(cast(EmailMessage, message_from_bytes(b"".join(lines), policy=policy.default)))
        if box.held.is_set():
            box.has_one.set()
            box.go.wait(30)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mailbox(port: int = 0) -> Iterator[Mailbox]:
    with Mailbox(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.go.set()
            server.shutdown()
            thread.join()
