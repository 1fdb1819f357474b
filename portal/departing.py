"""Whether whoever asked still waits: a question to a large table is not worth finishing for nobody."""

from __future__ import annotations

import socket
from collections.abc import Callable

from django.http import HttpRequest


def gone(request: HttpRequest) -> Callable[[], bool] | None:
    """Looks at the connection without reading from it. None when the server does not lend it (gunicorn does)."""
    connection = request.META.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return None

    def closed() -> bool:
        try:
            return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except (BlockingIOError, ValueError):  # nothing to read; or TLS, which cannot be looked at
            return False
        except OSError:
            return True

    return closed
