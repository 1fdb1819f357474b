"""A proxy that holds the certificate, in front of the portal: what it must say of how it was asked, and what it leads to when it does not."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from socketserver import BaseServer
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPSHandler, OpenerDirector, build_opener
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.wsgi import get_wsgi_application
from django.test import Client
from pytest_django import Settings

PAGE = "/robots.txt"  # asks the base nothing


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(server: BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def proxy(portal: int, said: str) -> type[BaseHTTPRequestHandler]:
    """Passes on what it is asked, with the Host as it came; `said`: of how it was asked, "" for nothing."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "x-forwarded-proto"}
            upstream = HTTPConnection("127.0.0.1", portal)
            upstream.request("GET", self.path, headers=headers | ({"X-Forwarded-Proto": said} if said else {}))
            answer = upstream.getresponse()
            body = answer.read()
            upstream.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"content-length", "connection", "date", "server"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Proxy


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        + made.sign(key, hashes.SHA256()).public_bytes(pem)
    )
    return path


Started = Callable[..., str]


@pytest.fixture
def behind(settings: Settings, certificate: Path) -> Iterator[Started]:
    """The address of a proxy in front of a portal that is public on https."""
    settings.SECURE_SSL_REDIRECT = settings.BOUTURE_TRUST_PROXY = settings.USE_X_FORWARDED_HOST = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with ExitStack() as stack:
        portal = stack.enter_context(running(make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)))

        def started(said: str, *, clear: bool = False) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), proxy(portal, said))
            if not clear:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                server.socket = context.wrap_socket(server.socket, server_side=True)
            return f"http{'' if clear else 's'}://127.0.0.1:{stack.enter_context(running(server))}"

        yield started


@pytest.fixture
def browser(certificate: Path) -> OpenerDirector:
    """Follows redirections, ten of them at most, and keeps cookies."""
    return build_opener(
        HTTPCookieProcessor(CookieJar()), HTTPSHandler(context=ssl.create_default_context(cafile=certificate))
    )


def refused(browser: OpenerDirector, address: str) -> tuple[int, str]:
    with pytest.raises(HTTPError) as told:
        browser.open(address)
    with told.value as answer:
        return answer.code, answer.read().decode()


def test_a_proxy_that_says_https_is_answered(behind: Started, browser: OpenerDirector) -> None:
    with browser.open(behind("https") + PAGE) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(("said", "told"), [("", "est absent"), ("http", "dit « http »")])
def test_one_that_does_not_is_told_in_words_and_never_for_ever(
    behind: Started, browser: OpenerDirector, said: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = behind(said)
    for _ in range(2):
        status, text = refused(browser, address + PAGE)
        assert status == 503 and told in text and "proxy_set_header X-Forwarded-Proto $scheme;" in text
    ours = [record.getMessage() for record in caplog.records if record.name == "portal.forwarding"]
    assert len(ours) == 1 and told in ours[0]  # once, not once a visitor


def test_it_answers_as_soon_as_the_proxy_is_mended(behind: Started, browser: OpenerDirector) -> None:
    assert refused(browser, behind("http") + PAGE)[0] == 503
    with browser.open(behind("https") + PAGE) as answer:  # the same host: cookies do not know ports
        assert answer.status == 200


def test_what_is_asked_in_clear_is_sent_on_each_time(behind: Started, browser: OpenerDirector) -> None:
    address = behind("http", clear=True)
    upstream = HTTPConnection(address.removeprefix("http://"))
    for _ in range(2):
        upstream.request("GET", PAGE)
        answer = upstream.getresponse()
        answer.read()
        assert answer.status == 301 and answer.headers["Location"] == address.replace("http:", "https:") + PAGE
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Secure" in answer.headers["Set-Cookie"] and answer.headers["Set-Cookie"].startswith("__Secure-")
    upstream.close()


@pytest.mark.django_db
def test_what_is_asked_from_within_needs_no_proxy(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = settings.BOUTURE_TRUST_PROXY = True
    assert (client.get("/sante").status_code, client.get(PAGE).status_code) == (200, 503)
    settings.BOUTURE_TRUST_PROXY = False  # then nothing is expected of a proxy
    assert client.get(PAGE).status_code == 301
