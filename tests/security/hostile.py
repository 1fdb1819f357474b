"""What is sent to a form by somebody who means harm, or whose browser is broken: one change, or several, to what it held."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

from tests.security.forms import Form

BOUNDARY = "lisiere"
FORM = "application/x-www-form-urlencoded"
PARTS = f"multipart/form-data; boundary={BOUNDARY}"
TEXTS = (
    *("", " ", "\0", "a\0b", "\ud800", "\u202e", "\ufeff", "\uffff", "\r\nX-Evil: 1", "é" * 5_000, "a b " * 250_000),
    *("0", "-1", "²", "٣", "1_000", "1e400", "NaN", "9" * 5_000, str(2**31), str(2**63), str(2**64), "-9223372036854775809"),
    *("null", "[]", "{}", "[[[]]]", '{"__proto__": 1}', "true", "on", "geste", "publier", "supprimer:0", "garder:\0"),
    *("2026-02-30", "0000-00-00", "99999-12-31", "2026-11-26T25:61", "24:60", "-0001", "01/13/2026", "0001-01-01", "9999-12-31"),
    *("../../../etc/passwd", "' OR 1=1 --", "<script>alert(1)</script>", "{{ 7|add:7000 }}", "%s%n%x", "$(id)", "=1+1"),
    *("javascript:1", "http://[::1", "http://a\0.example", "https://é.example/%zz", "file:///etc/passwd", "urn:", "mailto:"),
    *("http://169.254.169.254/", "//ailleurs.example", "a@b", '"a\u0001"@b.example', "é@é.example", "x" * 300 + "@b.example"),
    *("00000000-0000-0000-0000-000000000000", "0" * 32, "ville-d-essai", "scdl/budget", "bouture/elus", "fr", "x-y"),
    *("0 0 31 2 *", "* * * * * * *", "@reboot", "Europe/Paris", "../UTC", "POINT(0 0)", "1,2,3,4", "utf-7", "rot13", "\t"),
)  # fmt: skip
NAMES = (
    "a.csv",
    "a\0.csv",
    "../../a.csv",
    "a\r\nX-Evil: 1.csv",
    'a"; b="c.csv',
    "é" * 300 + ".csv",
    "",
    ".",
    "\ud800.csv",
    "a.zip",
)
# What nobody may set by saying so.
EXTRA = (
    "owner",
    "owner_id",
    "is_staff",
    "is_superuser",
    "private",
    "status",
    "state",
    "pk",
    "id",
    "version",
    "role",
    "uri",
)


def _zip(name: str, content: bytes = b"a;b\n1;2\n") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return kept.getvalue()


CONTENTS = (
    *(b"", b"a;b\n1;2\n", b"\0" * 1_000, b"\xff\xfe", b"\x1f\x8b", b"PK\x03\x04", b"%PDF-1.7", b"nom;nom;\0\n\0;\0;\0\n", b"a" * 1_000_000),
    *(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', b'{"a": ' * 3_000, b'"a\n' * 1_000, b"\xed\xa0\x80;\xc0\x80\n"),
    *(_zip("../../a.csv"), _zip("a\\..\\b.csv"), _zip("a.csv", b"0" * 20_000_000)),
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A request, and in words what was changed in what the form held."""

    form: Form
    pairs: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, bytes], ...] = ()  # field, name of the file, what it holds
    changed: str = ""
    kind: str = ""
    raw: bytes | None = None

    def encoded(self) -> tuple[bytes, str]:
        """Its body and its Content-Type."""
        if self.raw is not None:
            return self.raw, self.kind
        if self.files or self.form.files:
            return _multipart(self), PARTS
        return "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in self.pairs).encode(), FORM


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def _multipart(sent: Sent) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    texts = [f'{head}{name}"\r\n\r\n{text}\r\n'.encode("utf-8", "surrogatepass") for name, text in sent.pairs]
    files = [
        f'{head}{name}"; filename="{called}"\r\nContent-Type: text/csv\r\n\r\n'.encode("utf-8", "surrogatepass")
        + content
        + b"\r\n"
        for name, called, content in sent.files
    ]
    return b"".join([*texts, *files, f"--{BOUNDARY}--\r\n".encode()])


def hostile(form: Form, chance: random.Random) -> Sent:
    """One request of the many that this form may be sent."""
    files = tuple((name, chance.choice(NAMES), chance.choice(CONTENTS)) for name in form.files if chance.random() < 0.7)
    sent = Sent(form, form.given, files)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 12))):
        sent = chance.choice(CHANGES)(sent, chance)
    return sent


def _replaced(sent: Sent, chance: random.Random) -> Sent:
    name = chance.choice(sent.form.names or ["geste"])
    text = chance.choice(TEXTS)
    kept = tuple(pair for pair in sent.pairs if pair[0] != name)
    return replace(sent, pairs=(*kept, (name, text)), changed=f"{sent.changed} {name}={text[:20]!r}")


def _offered(sent: Sent, chance: random.Random) -> Sent:
    """What the page itself offers, elsewhere in the list."""
    names = [name for name, texts in sent.form.choices.items() if texts]
    if not names:
        return sent
    name = chance.choice(names)
    text = chance.choice(sent.form.choices[name])
    kept = tuple(pair for pair in sent.pairs if pair[0] != name)
    return replace(sent, pairs=(*kept, (name, text)), changed=f"{sent.changed} {name}:={text[:20]!r}")


def _twice(sent: Sent, chance: random.Random) -> Sent:
    name, text = chance.choice(sent.form.names or ["geste"]), chance.choice(TEXTS)
    return replace(sent, pairs=(*sent.pairs, (name, text)), changed=f"{sent.changed} {name}+={text[:20]!r}")


def _without(sent: Sent, chance: random.Random) -> Sent:
    name = chance.choice(sent.form.names or ["geste"])
    kept = tuple(pair for pair in sent.pairs if pair[0] != name)
    files = tuple(file for file in sent.files if file[0] != name)
    return replace(sent, pairs=kept, files=files, changed=f"{sent.changed} -{name}")


def _beside(sent: Sent, chance: random.Random) -> Sent:
    base = chance.choice(sent.form.names or ["geste"])
    name = chance.choice(
        (*EXTRA, f"{base}[]", f"{base}.0", f"{base}.-1.x", base.rpartition(".")[0], "a\0b", f"was.{base}")
    )
    text = chance.choice(TEXTS)
    return replace(sent, pairs=(*sent.pairs, (name, text)), changed=f"{sent.changed} {name!r}={text[:20]!r}")


def _as_a_file(sent: Sent, chance: random.Random) -> Sent:
    name = chance.choice(sent.form.names or ["geste"])
    file = (name, chance.choice(NAMES), chance.choice(CONTENTS))
    return replace(sent, files=(*sent.files, file), changed=f"{sent.changed} {name} as a file {file[1][:20]!r}")


RAW = (
    *((b"", FORM), (b"{", "application/json"), (b'{"geste": ["a"]}', "application/json"), (b"geste=%zz&geste=%ED%A0%80&=&&", FORM)),
    *((b"--lisiere\r\nContent-Dis", PARTS), (b"", PARTS), (b"--autre--", PARTS), (b"x", "multipart/form-data"), (b"a=1", "text/plain")),
    *((b'--lisiere\r\nContent-Disposition: form-data; name="geste"\r\nContent-Transfer-Encoding: base64\r\n\r\n*\r\n--lisiere--', PARTS),),
    *((b"geste=\xe9&a=\xff", FORM + "; charset=utf-16"), (b"a=1&" * 3_001, FORM), (b"\0", "")),
)  # fmt: skip


def _raw(sent: Sent, chance: random.Random) -> Sent:
    body, kind = chance.choice(RAW)
    return replace(sent, raw=body, kind=kind, changed=f"{sent.changed} body {body[:30]!r} {kind}")


CHANGES = (*(_replaced,) * 6, *(_offered,) * 3, *(_twice,) * 2, *(_without,) * 2, *(_beside,) * 2, _as_a_file, _raw)
