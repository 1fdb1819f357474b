"""Providers of identities: a certified one run as a process, and one that lies."""

from __future__ import annotations

import base64
import hmac
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from bs4 import BeautifulSoup
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

FOLDER = Path(__file__).parent / "provider"
CLIENT, SECRET = "bouture", "a secret of the tests"
CALLBACK, GOODBYE = "http://127.0.0.1:8000/connexion/externe/retour/", "http://127.0.0.1:8000/"
PEOPLE = {
    "camille": {
        "email": "Camille@Ville.example",
        "given_name": "Camille",
        "usual_name": "Agent",
        "siret": "21400192000019",
        "organizational_unit": "Services techniques",
        "idp_id": "5b2b5f3e",
    },
    "sans-adresse": {"given_name": "Anonyme"},
    "ailleurs": {"email": "ailleurs@ville.example", "siret": "pas un siret"},
}


def ready() -> str:
    """Why the real provider cannot run here, "" when it can."""
    if shutil.which("node") is None:
        return "Node.js (apt-get install nodejs npm)"
    return "" if (FOLDER / "node_modules").is_dir() else "npm ci --prefix tests/accounts/provider"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Real:
    """`issuer` stays when it is started again, and its keys change."""

    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begun again when it stopped by itself: a connection of another test may have had its port for a moment."""
        for _ in range(600):
            if self.process is None or self.process.poll() is not None:
                self.process = self._process()
            try:
                httpx.get(f"{self.issuer}/jwks", trust_env=False)
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the provider did not start")

    def _process(self) -> subprocess.Popen[bytes]:
        command = ["node", "provider.mjs", str(self.port), CLIENT, SECRET, CALLBACK, GOODBYE]
        environment = {**os.environ, "PEOPLE": json.dumps(PEOPLE), **self.environment}
        return subprocess.Popen(
            command, cwd=FOLDER, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)


@contextmanager
def real(**environment: str) -> Iterator[Real]:
    found = Real(free_port(), environment)
    try:
        found.start()
        yield found
    finally:
        found.stop()


def confirm(address: str, account: str) -> str:
    """What a person does there: types their account, agrees. The address that the browser is sent back to."""
    with httpx.Client(trust_env=False) as browser:
        answer = browser.get(address)
        for _ in range(12):
            if answer.is_redirect:
                target = str(answer.url.join(answer.headers["location"]))
                if target.startswith(CALLBACK):
                    return target
                answer = browser.get(target)
                continue
            form = BeautifulSoup(answer.text, "html.parser").find("form")
            assert form is not None, answer.text
            typed = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
            typed |= {"login": account, "password": "x"} if "login" in typed else {}
            answer = browser.post(str(answer.url.join(str(form["action"]))), data=typed)
    raise AssertionError("the provider never came back")


@dataclass
class Liar:
    """Answers as a provider, with what each test changes. `userinfo`: None gives plain JSON."""

    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig", "kid": "a"}))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig", "kid": "a"}))
    lie: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "a"})
    signer: str = "key"
    subject_there: str = "s"
    nonce: str = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            ends = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            return {"issuer": self.issuer, **{name: f"{self.issuer}/{name}" for name in ends}}
        if path == "/jwks_uri":
            return dict(KeySet([self.key]).as_dict(private=False))
        if path == "/token_endpoint":
            return {"access_token": "t", "id_token": self.token()}
        return {"sub": self.subject_there, "email": "liar@ville.example"}

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "s", "nonce": self.nonce, "iat": now, "exp": now + 60}
        claims = {name: value for name, value in {**claims, **self.lie}.items() if value is not None}
        if self.header["alg"] == "none":
            return ".".join(_part(one) for one in (self.header, claims)) + "."
        if self.header["alg"] == "HS256":  # with the public key as if it were a secret both know
            signed = ".".join(_part(one) for one in (self.header, claims))
            return f"{signed}.{_spelled(hmac.digest(self.key.as_pem(private=False), signed.encode(), 'sha256'))}"
        return jwt.encode(self.header, claims, self.key if self.signer == "key" else self.other)


def _part(value: dict[str, Any]) -> str:
    return _spelled(json.dumps(value).encode())


def _spelled(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def lying(liar: Liar) -> Iterator[Liar]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = json.dumps(liar.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
