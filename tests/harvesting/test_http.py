"""The door to the outside: what it lets through, what it refuses, and what it says of it."""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvesters.base import Refused, StopRun, TryLater, Unreadable
from harvesters.http import Client, Limits, open_file
from harvesters.http.guard import Guard, is_public
from harvesters.http.words import seconds
from tests.harvesting.conftest import HURRY
from tests.harvesting.servers import Server, reply

BODY = b'<http://example.org/a> <http://purl.org/dc/terms/title> "A" .\n'
Make = Callable[..., Client]


def test_an_answer_says_all_that_the_next_run_needs(server: Server, make_client: Make) -> None:
    server.replies["/c"] = reply(BODY, ETag='"v1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")
    answer = make_client(agent="Bouture/1 (+https://b.example)").fetch(server.url("/c"))
    assert answer.path.read_bytes() == BODY
    assert (answer.url, answer.size, answer.sha256) == (server.url("/c"), len(BODY), hashlib.sha256(BODY).hexdigest())
    assert (answer.content_type, answer.etag) == ("text/turtle", '"v1"')
    assert answer.last_modified == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert not answer.not_modified
    assert server.asked[0].headers["user-agent"] == "Bouture/1 (+https://b.example)"


def test_an_unchanged_document_is_not_sent_again(server: Server, make_client: Make) -> None:
    server.replies["/c"] = lambda asked: (
        reply(status=304, ETag='"v1"') if asked.headers.get("if-none-match") == '"v1"' else reply(BODY)
    )
    answer = make_client().fetch(server.url("/c"), etag='"v1"')
    assert (answer.not_modified, answer.size) == (True, 0)


def test_304_to_a_question_without_condition_is_no_document(server: Server, make_client: Make) -> None:
    server.replies["/c"] = reply(status=304)
    with pytest.raises(Unreadable):
        make_client().fetch(server.url("/c"))


def test_files_go_with_the_client(server: Server) -> None:
    server.replies["/c"] = reply(BODY)
    with Client(server.trusted, HURRY) as client:
        path = client.fetch(server.url("/c")).path
        assert path.exists()
    assert not path.exists()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *(
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
        ),
    ],
)
def test_no_private_address_passes_for_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a01:e0a::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "017700000001", "0x7f.1", "127.1", "[::1]", "0"]
)
def test_private_servers_are_refused_however_they_are_spelt(server: Server, make_client: Make, host: str) -> None:
    server.replies["/"] = reply(BODY)
    with pytest.raises(Refused, match="réseau privé"):
        make_client(trusted=frozenset()).fetch(f"http://{host}:{server.port}/")
    assert not server.asked


def test_trust_is_for_one_port(server: Server, make_client: Make) -> None:
    with pytest.raises(Refused), Server({"/": reply(BODY)}) as other:
        make_client().fetch(other.url())
    assert not other.asked


def test_a_redirect_to_a_private_address_is_refused(server: Server, make_client: Make) -> None:
    with Server({"/secret": reply(BODY)}) as inside:
        server.replies["/c"] = reply(status=302, Location=inside.url("/secret"))
        with pytest.raises(Refused, match="réseau privé"):
            make_client().fetch(server.url("/c"))
    assert len(server.asked) == 1
    assert not inside.asked


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://example.org/x", "gopher://127.0.0.1/", "http://a:b@example.org/", "http://[oups"],
)
def test_a_redirect_is_checked_as_an_address(server: Server, make_client: Make, target: str) -> None:
    server.replies["/c"] = reply(status=301, Location=target)
    with pytest.raises(Refused):
        make_client().fetch(server.url("/c"))


def test_a_redirect_is_followed_and_its_final_address_told(server: Server, make_client: Make) -> None:
    server.replies |= {"/old": reply(status=301, Location="new?x=1"), "/new?x=1": reply(BODY)}
    assert make_client().fetch(server.url("/old")).url == server.url("/new?x=1")


def test_redirects_that_turn_in_circles_stop(server: Server, make_client: Make) -> None:
    server.replies["/c"] = reply(status=302, Location="/c")
    with pytest.raises(Unreadable, match="sans fin"):
        make_client().fetch(server.url("/c"))
    assert len(server.asked) == HURRY.redirects + 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "catalog.ttl",
        "file:///etc/passwd",
        "http://",
        "http://u:p@example.org/",
        "http://[::1",
        "http://[oups/",
        "http://a.example:99999999/",
        "ftp://x/",
        "http://0177.0.0.1/",
    ],
)
def test_only_plain_web_addresses(make_client: Make, url: str) -> None:
    with pytest.raises(Refused):
        make_client().fetch(url)


def test_one_private_address_among_public_ones_refuses_the_name(make_client: Make) -> None:
    client = make_client(resolve=lambda *_: ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(Refused, match="réseau privé"):
        client.fetch("http://rebind.example/")


def test_the_address_checked_is_the_address_connected(server: Server, make_client: Make, monkeypatch: Any) -> None:
    """A name that changes between two looks gains nothing: there is one look, and below it only numbers."""
    looks: list[str] = []
    connected: list[Any] = []
    create = socket.create_connection

    def resolve(host: str, port: int) -> list[str]:
        looks.append(host)
        return ["127.0.0.1"]

    def spy(address: Any, *args: Any, **options: Any) -> socket.socket:
        connected.append(address)
        return create(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", spy)
    server.replies["/"] = reply(BODY)
    client = make_client(trusted=frozenset({f"Portail.Example:{server.port}"}), resolve=resolve)
    assert client.fetch(f"http://portail.example:{server.port}/").size == len(BODY)
    assert looks == ["portail.example"]
    assert connected == [("127.0.0.1", server.port)]
    assert server.asked[0].headers["host"] == f"portail.example:{server.port}"


def test_every_address_of_a_name_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        guard = Guard(frozenset({f"two.example:{port}"}), lambda *_: ["::1", "127.0.0.1"])
        guard.start(5)
        guard.connect_tcp("two.example", port, 1).close()


def test_an_unknown_name_is_for_later(make_client: Make) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(TryLater, match="introuvable"):
        make_client(resolve=nobody).fetch("http://nulle-part.example/")


@pytest.mark.parametrize("host", ["a" * 300, "a..b", "-", "é" * 64])
def test_names_that_no_server_has(make_client: Make, host: str) -> None:
    with pytest.raises((Refused, TryLater)):
        make_client().fetch(f"http://{host}/")


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (401, Unreadable, "autorisation"),
        (403, Unreadable, "autorisation"),
        (404, Unreadable, "n'existe"),
        (410, Unreadable, "n'existe"),
        (418, Unreadable, "HTTP 418"),
        (204, Unreadable, "HTTP 204"),
        (500, TryLater, "panne"),
        (503, TryLater, "panne"),
        (429, TryLater, "trop de demandes"),
    ],
)
def test_each_status_says_what_to_do(
    server: Server, make_client: Make, status: int, error: type[Exception], said: str
) -> None:
    server.replies["/c"] = reply(status=status)
    with pytest.raises(error, match=said):
        make_client().fetch(server.url("/c"))
    assert len(server.asked) == (2 if error is TryLater else 1)


def test_a_passing_fault_is_tried_again(server: Server, make_client: Make) -> None:
    answers = iter([reply(status=503), reply(BODY)])
    server.replies["/c"] = lambda _: next(answers)
    assert make_client().fetch(server.url("/c")).size == len(BODY)


def test_a_short_retry_after_is_waited_a_long_one_is_for_the_next_run(server: Server, make_client: Make) -> None:
    slept: list[float] = []
    client = make_client(replace(HURRY, longest_wait=5, total=60), sleep=slept.append)
    server.replies["/c"] = reply(status=429, Retry_After="3")
    with pytest.raises(TryLater) as short:
        client.fetch(server.url("/c"))
    assert (slept, short.value.retry_after) == ([3.0], 3.0)
    server.replies["/c"] = reply(status=503, Retry_After="86400")
    with pytest.raises(TryLater) as long:
        client.fetch(server.url("/c"))
    assert (slept, long.value.retry_after) == ([3.0], 86400.0)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("", None), ("12", 12.0), ("bientôt", None), ("-5", None), ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0), ("²", None)],
)
def test_retry_after_is_seconds_or_a_date(header: str, expected: float | None) -> None:
    assert seconds(header) == expected


def test_a_body_cut_short_is_never_taken_for_whole(server: Server, make_client: Make) -> None:
    server.replies["/c"] = reply(BODY, length=len(BODY) + 10)
    with pytest.raises(TryLater, match="coupée"):
        make_client().fetch(server.url("/c"))


def test_ten_gigabytes_announced_are_not_read(server: Server, make_client: Make) -> None:
    server.replies["/c"] = reply(BODY, length=10 * 2**30)
    with pytest.raises(Refused, match="taille permise"):
        make_client().fetch(server.url("/c"))


def test_bytes_that_nobody_announced_are_counted(server: Server, make_client: Make) -> None:
    def endless() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
        while True:
            yield b"x" * 65_536

    server.replies["/c"] = endless()
    with pytest.raises(Refused, match="taille permise"):
        make_client().fetch(server.url("/c"))


def test_a_gzip_bomb_is_counted_as_it_swells(server: Server, make_client: Make) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000, 9)
    assert len(bomb) < HURRY.max_bytes
    server.replies["/c"] = reply(bomb, Content_Encoding="gzip")
    with pytest.raises(Refused, match="taille permise"):
        make_client().fetch(server.url("/c"))


def test_gzip_is_undone_member_by_member(server: Server, make_client: Make) -> None:
    packed = gzip.compress(BODY) + gzip.compress(BODY * 5000) + b"trailing"
    server.replies["/c"] = reply(packed, Content_Encoding="gzip")
    assert make_client().fetch(server.url("/c")).path.read_bytes() == BODY * 5001


@pytest.mark.parametrize(
    ("body", "encoding", "error"),
    [
        (gzip.compress(BODY, mtime=0)[:-20], "gzip", TryLater),
        (b"not gzip", "gzip", Unreadable),
        (gzip.compress(gzip.compress(BODY, mtime=0), mtime=0), "gzip, gzip", Unreadable),
        (b"\x8b", "br", Unreadable),
    ],
)
def test_bad_compression(server: Server, make_client: Make, body: bytes, encoding: str, error: type[Exception]) -> None:
    server.replies["/c"] = reply(body, Content_Encoding=encoding)
    with pytest.raises(error):
        make_client().fetch(server.url("/c"))


def drip(head: bytes) -> Iterator[bytes]:
    yield head
    while True:
        time.sleep(0.05)
        yield b"x"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_a_server_that_drips_is_cut_by_the_total_time(server: Server, make_client: Make, head: bytes) -> None:
    server.replies["/c"] = drip(head)
    began = time.monotonic()
    with pytest.raises(TryLater, match="pas fini"):
        make_client(replace(HURRY, total=0.4)).fetch(server.url("/c"))
    assert time.monotonic() - began < 1.5


def test_a_silent_server_is_for_later(server: Server, make_client: Make) -> None:
    def silence() -> Iterator[bytes]:
        time.sleep(0.5)
        yield b""

    server.replies["/c"] = silence()
    with pytest.raises(TryLater, match="à temps"):
        make_client(replace(HURRY, read=0.1, retries=0)).fetch(server.url("/c"))


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"])
def test_what_is_not_http_is_for_later(server: Server, make_client: Make, answer: bytes) -> None:
    server.replies["/c"] = answer
    with pytest.raises(TryLater):
        make_client().fetch(server.url("/c"))


def test_a_closed_port_is_for_later(make_client: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(TryLater, match="injoignable"):
        make_client(trusted=frozenset({f"127.0.0.1:{port}"})).fetch(f"http://127.0.0.1:{port}/")


def test_requests_to_one_host_are_spaced(server: Server, make_client: Make) -> None:
    slept: list[float] = []
    server.replies["/"] = reply(BODY)
    polite = replace(HURRY, delay=100)
    client = make_client(
        polite, trusted=frozenset({f"a.example:{server.port}"}), resolve=lambda *_: ["127.0.0.1"], sleep=slept.append
    )
    for _ in range(2):
        client.fetch(f"http://a.example:{server.port}/")
    assert len(slept) == 1
    assert 95 < slept[0] <= 100


def test_this_machine_is_not_kept_waiting(server: Server, make_client: Make) -> None:
    server.replies["/"] = reply(BODY)
    client = make_client(replace(HURRY, delay=100))
    for _ in range(2):
        client.fetch(server.url())


def test_a_certificate_that_nobody_signed_is_refused(make_client: Make, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with Server({"/": reply(BODY)}, context) as server:
        with pytest.raises(Refused, match="certificat"):
            make_client(trusted=server.trusted).fetch(server.url())
        known = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
        assert make_client(trusted=server.trusted, tls=known).fetch(server.url()).size == len(BODY)


def test_a_server_without_encryption_at_an_https_address(server: Server, make_client: Make) -> None:
    with pytest.raises(StopRun, match="chiffrée"):
        make_client().fetch(server.url().replace("http:", "https:"))


def test_a_file_is_read_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "c.ttl"
    path.write_bytes(BODY)
    answer = open_file(path)
    assert (answer.path, answer.size, answer.sha256) == (path, len(BODY), hashlib.sha256(BODY).hexdigest())


def test_only_regular_files_of_a_bearable_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b"x" * 11)
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(Refused, match="fichier ordinaire"):
            open_file(path)
    with pytest.raises(Refused, match="taille permise"):
        open_file(tmp_path / "big", 10)
    with pytest.raises(Unreadable, match="chemin"):
        open_file(tmp_path / "absent.ttl")


def test_default_limits_are_those_of_the_documentation() -> None:
    limits = Limits()
    assert (limits.max_bytes, limits.connect, limits.read, limits.total, limits.redirects) == (2**29, 10, 30, 600, 5)
