"""The one door to the outside: a client that is polite with others and wary for us.

Raises only what `harvesters.base` names. A `Client` serves one run: it is not shared between threads.
"""

from __future__ import annotations

import hashlib
import os
import ssl
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import httpcore
import httpx

from harvesters.base import FIELDS, RDF_FIRST, Answer, Fetch, Fetched, Probe, Refused, TryLater, Unreadable
from harvesters.http.bodies import CHUNK, decoded
from harvesters.http.guard import Guard, Resolve, system_resolve
from harvesters.http.pacing import OwnPace, Pace
from harvesters.http.words import CERTIFICATES, refusal, seconds, too_big

ASK_TO_WAIT = frozenset({429, 503})  # RFC 6585 §4, RFC 9110 §15.6.4: with Retry-After
LARGEST_FILE = 2 * 2**30  # bytes of a file of this machine: it is here already, whoever wrote it
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Limits:
    """Bytes, seconds and counts beyond which a source is cut."""

    max_bytes: int = 512 * 2**20  # of one decoded body
    connect: float = 10.0
    read: float = 30.0  # without one byte
    total: float = 600.0  # one `fetch`, its retries included
    redirects: int = 5
    delay: float = 0.2  # between two requests to the same host
    retries: int = 2
    backoff: float = 1.0  # doubles at each retry
    longest_wait: float = 60.0  # a longer Retry-After is for the next run


class Transport(httpx.HTTPTransport):
    """httpx over connections that the guard opens. Proxies of the environment are ignored: they would bypass it."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=tls, network_backend=guard, max_connections=4)


class Client:
    """Fetches documents to files of its own, which go when it is closed."""

    def __init__(
        self,
        trusted: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        agent: str = "Bouture",
        *,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
        pace: Pace | None = None,
    ) -> None:
        """`trusted`: "host:port" that may be private. `agent`: who asks, "Bouture/1.0 (+https://…)". `pace`: whom the
        turns at each server are shared with; nobody by default.
        """
        self.limits = limits or Limits()
        self._guard = Guard(trusted, resolve)
        self._sleep = sleep
        self._pace = pace or OwnPace()
        self._folder = tempfile.TemporaryDirectory(prefix="bouture-http-")
        self._count = 0
        self._http = httpx.Client(
            transport=Transport(self._guard, tls or known_authorities()),
            timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()
        self._folder.cleanup()

    def fetch(self, url: str, etag: str = "", last_modified: str = "", accept: str = RDF_FIRST) -> Answer:
        """The document at `url`, or `not_modified` when it is still what the validators name.

        Raises Refused, Unreadable, and TryLater after a bounded number of retries.
        """
        wanted = {"Accept": accept, "If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in wanted.items() if value}
        self._begin()
        attempt = 0
        while True:
            try:
                return self._follow(url, headers)
            except TryLater as error:
                pause = self.limits.backoff * 2**attempt if error.retry_after is None else error.retry_after
                if attempt == self.limits.retries or pause > min(self.limits.longest_wait, self._guard.left()):
                    raise
            attempt += 1
            self._sleep(pause)

    def probe(self, url: str) -> Probe:
        """What answers at `url`: HEAD, then GET when HEAD brings no success, since many servers mistreat HEAD.

        No byte of the document is read. Raises Refused, Unreadable (it turns in circles) and TryLater (nobody answers).
        """
        self._begin()
        try:
            found = self._look("HEAD", url)
        except TryLater as error:
            if error.fault not in ("cut", "late"):
                raise
        else:
            if found.fine or found.status == 429 or found.wait is not None:
                return found
        return self._look("GET", url)

    def _begin(self) -> None:
        """Cookies live as long as the redirects that some sites hang on them: kept, they would pile up over a run."""
        self._guard.start(self.limits.total)
        self._http.cookies.clear()

    def _look(self, method: str, url: str) -> Probe:
        # A body sent after HEAD, or left unread, must not pass for the next answer.
        with self._asked(method, url, {"Accept": "*/*", "Connection": "close"}) as response:
            wait = seconds(response.headers.get("retry-after", ""))
            return Probe(str(response.url), response.status_code, wait if response.status_code in ASK_TO_WAIT else None)

    def _follow(self, url: str, headers: dict[str, str]) -> Answer:
        with self._asked("GET", url, headers) as response:
            return self._answer(response, conditional=len(headers) > 1)

    @contextmanager
    def _asked(self, method: str, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The answer at the end of the redirects, each of which is checked like the first address."""
        address = checked(url)
        for _ in range(self.limits.redirects + 1):
            self._wait_for(address.host)
            with self._told(str(address)), self._http.stream(method, address, headers=headers) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                address = checked(response.headers["location"], address)
        raise Unreadable(
            f"{url} renvoie sans fin d'une adresse à l'autre. Ouvrez-la et donnez l'adresse finale.", fault="loop"
        )

    def _wait_for(self, host: str) -> None:
        """At least `delay` seconds between two requests to a host, unless it is this machine."""
        if host not in LOOPBACK and (wait := self._pace(host, self.limits.delay)) > 0:
            self._sleep(wait)

    def _answer(self, response: httpx.Response, *, conditional: bool) -> Answer:
        url, status = str(response.url), response.status_code
        unchanged = status == 304 and conditional
        if status not in (200, 203) and not unchanged:
            raise refusal(url, status, response.headers.get("retry-after", ""))
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self.limits.max_bytes:
            raise too_big(url, self.limits.max_bytes)
        self._count += 1
        path = Path(self._folder.name) / f"{self._count}"
        pieces = () if unchanged else decoded(response, self.limits.max_bytes)
        with path.open("wb") as file:
            size, sha256 = _copy(pieces, file.write, url, self.limits.max_bytes)
        return Answer(
            url,
            path,
            response.headers.get("content-type", "").lower(),
            response.headers.get("etag", ""),
            response.headers.get("last-modified", ""),
            sha256,
            size,
            not_modified=unchanged,
            status=status,
            fields={name: response.headers.get(name, "") for name in FIELDS},
        )

    @contextmanager
    def _told(self, url: str) -> Iterator[None]:
        """Turns what the network says into what the caller does next."""
        try:
            yield
        except httpx.TimeoutException as error:
            if not self._guard.left():
                raise TryLater(
                    f"{url} n'a pas fini de répondre en {self.limits.total:g} s. Demandez au gestionnaire de la source "
                    "un catalogue plus léger ou en plusieurs pages.",
                    fault="late",
                ) from error
            raise TryLater(
                f"{url} ne répond pas à temps. Rien n'a changé ici ; réessayez plus tard.",
                fault="unreachable" if isinstance(error, httpx.ConnectTimeout) else "late",
            ) from error
        except httpx.RemoteProtocolError as error:
            raise TryLater(
                f"La réponse de {url} est coupée ou mal formée. Réessayez ; si cela dure, prévenez le gestionnaire "
                "de la source.",
                fault="cut",
            ) from error
        except httpx.TransportError as error:
            broken = tls_failure(error)
            if broken is None:
                message = f"{url} est injoignable. Vérifiez l'adresse, ou réessayez plus tard."
                raise TryLater(message, fault="unreachable") from error
            raise Refused(
                f"La liaison chiffrée avec {url} n'est pas sûre ({broken}). Demandez au gestionnaire de la source "
                "de corriger le certificat de son serveur.",
                fault="tls",
            ) from error


@cache
def known_authorities() -> ssl.SSLContext:
    """Those of certifi, read once: it takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def checked(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address that we may ask for. Raises Refused; where its name leads is the guard's question."""
    badly = f"L'adresse {url[:200]} est mal écrite. Corrigez-la dans la source."
    try:
        address = base.join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused(badly, fault="address") from error
    if "%" in address.host or (address.port or 0) > 65_535:  # httpx escapes what no name may hold
        raise Refused(badly, fault="address")
    if address.scheme not in ("http", "https") or not address.host:
        refused = f"L'adresse {url[:200]} n'est ni http ni https. Donnez l'adresse d'un document du web."
        raise Refused(refused, fault="address")
    if address.userinfo:
        refused = "L'adresse contient un nom ou un mot de passe. Retirez-les : une source se lit sans secret."
        raise Refused(refused, fault="address")
    return address


def tls_failure(error: BaseException | None) -> str | None:
    """Why the encryption failed, None when it is not the cause. httpx keeps it at the end of the chain of causes."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return CERTIFICATES.get(error.verify_code, error.verify_message)
        if isinstance(error, ssl.SSLError):
            return error.reason or "TLS"
        error = error.__cause__ or error.__context__
    return None


def open_file(path: Path, max_bytes: int = LARGEST_FILE) -> Answer:
    """A document of this machine, read where it is. Regular files only: a pipe or a device would never end."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(
            f"Le fichier {path} ne se lit pas ({error.strerror}). Vérifiez son chemin et ses droits."
        ) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused(f"{path} n'est pas un fichier ordinaire. Donnez le chemin d'un fichier RDF.")
    with os.fdopen(handle, "rb") as file:
        size, sha256 = _copy(iter(lambda: file.read(CHUNK), b""), len, str(path), max_bytes)
    return Answer("", Path(path), "", "", "", sha256, size)


def plainly(client: Client) -> Fetch:
    """Documents of any address, or of this machine, without what an earlier run knows of them."""

    def fetch(url: str) -> Fetched:
        return Fetched(url, client.fetch(url) if "://" in url else open_file(Path(url), client.limits.max_bytes))

    return fetch


def _copy(pieces: Iterable[bytes], write: Callable[[bytes], object], url: str, limit: int) -> tuple[int, str]:
    size, sha = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise too_big(url, limit)
        sha.update(piece)
        write(piece)
    return size, sha.hexdigest()
