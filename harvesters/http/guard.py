"""Where a harvest may connect: public addresses, and the few private ones that the server's administrator named.

The address that was checked is the address that is connected to: the name is resolved once for each connection, here,
and never again below. So a redirect, an odd spelling of an address (0x7f.1, 2130706433) or a name that changes between
the check and the use gain nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from harvesters.base import Refused, TryLater

Resolve = Callable[[str, int], Sequence[str]]

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits
OURSELVES = frozenset({"localhost", "local", "internal"})  # RFC 6761, RFC 6762; "internal" is ICANN's for private use
MAX_ADDRESSES = 4  # of one name, tried in turn


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address is somebody's on the Internet: not this machine's, not its network's, not a group's."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    # is_global alone lets multicast through, and part of the reserved blocks.
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def spelt(host: str) -> str:
    """The address that a host is without asking anybody: written as one in any form, or a name of this machine; else ""."""
    bare = host.strip("[]").partition("%")[0].rstrip(".").lower()
    if bare.rpartition(".")[2] in OURSELVES:
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare))  # 2130706433, 0x7f.1, 0177.1
    except (OSError, ValueError):
        return ""


def private(host: str, port: int) -> Refused:
    return Refused(
        f"L'adresse {host}:{port} mène à un réseau privé : elle n'a pas été lue. Donnez une adresse publique, "
        "ou demandez à l'administrateur du serveur de l'autoriser pour cette source.",
        fault="private",
    )


class Guard(httpcore.NetworkBackend):
    """Resolves, checks, connects, and cuts what goes on after the deadline. One at a time, like its `Client`."""

    def __init__(self, trusted: frozenset[str], resolve: Resolve = system_resolve) -> None:
        self._trusted = frozenset(pair.lower() for pair in trusted)
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()
        self._deadline = float("inf")

    def start(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds before the deadline; never negative."""
        return max(0.0, self._deadline - time.monotonic())

    def within(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        left = self.left()
        if not left:
            raise late("deadline")
        return left if timeout is None else min(timeout, left)

    def allowed(self, host: str, port: int) -> list[str]:
        """The addresses to connect to. One bad address refuses the name: half of an answer may be an attack."""
        try:
            addresses = list(self._resolve(host, port))
        except socket.gaierror as error:
            raise TryLater(
                f"Le nom {host} est introuvable. Vérifiez l'adresse de la source ; si elle est juste, "
                "réessayez plus tard.",
                fault="name",
            ) from error
        except (UnicodeError, ValueError) as error:
            raise Refused(
                f"Le nom {host} n'est pas celui d'un serveur. Corrigez l'adresse de la source.", fault="address"
            ) from error
        if f"{host}:{port}".lower() not in self._trusted and not all(map(is_public, addresses)):
            raise private(host, port)
        return addresses[:MAX_ADDRESSES]

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError(f"no address for {host}")
        for address in self.allowed(host, port):
            try:
                left = self.within(timeout, httpcore.ConnectTimeout)
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return Timed(stream, self)
        raise failure


class Timed(httpcore.NetworkStream):
    """A stream in which every wait ends at the deadline, so that one byte a second does not hold a run for days."""

    def __init__(self, inner: httpcore.NetworkStream, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._guard.within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._guard.within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._guard.within(timeout, httpcore.ConnectTimeout)
        return Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
