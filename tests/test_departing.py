"""Whether whoever asked still waits."""

from __future__ import annotations

import socket

from django.test import RequestFactory

from portal import departing


def test_a_connection_that_was_closed_is_noticed() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        gone = departing.gone(RequestFactory().get("/", **{"gunicorn.socket": ours}))  # type: ignore[arg-type]
        assert gone
        assert not gone()
        theirs.send(b"GET /next")
        assert not gone(), "the next request waits"
        assert ours.recv(99) == b"GET /next", "looking takes nothing"
        theirs.close()
        assert gone()
    assert departing.gone(RequestFactory().get("/")) is None
