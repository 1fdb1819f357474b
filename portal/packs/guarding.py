"""What no pack may hold: secrets and persons. Looked for when a pack is made, and again whenever one is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

# Each is bounded, or begins where a word does: what looks like one for a megabyte costs no more than its length.
ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s\"'<>«»)\]]+", re.IGNORECASE)
SECRET_NAME: Final = re.compile(
    r"(?:^|[_.-]|[a-z](?=[A-Z]))(?:token|jeton|secret|password|passwd|pwd|mot_?de_?passe|api_?key|apikey|access_?key|"
    r"authorization|auth|credentials?|bearer|signature|sig|key|cle|headers?|cookie)s?$",
    re.IGNORECASE,
)
SECRET_TEXT: Final = re.compile(
    r"\b(?:Bearer|Basic)\s+[A-Za-z0-9+/_=.-]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{8,2000}\.[\w-]{8,}\.",
    re.IGNORECASE,
)
MAIL: Final = re.compile(r"(?<![^\s@<>\"'«»:/,;()])[^\s@<>\"'«»:/,;()]+@[^\s@<>\"'«»:/,;()]+\.[^\s@<>\"'«»:/,;()]{2,}")
PHONE: Final = re.compile(r"(?<![\w.])(?:\+33|0033|0)[\s.]?[1-9](?:[\s.-]?\d{2}){4}(?![\w.])")
PERSON_NAMES: Final = frozenset({"contact", "email", "mail", "courriel", "person", "personne", "phone", "telephone"})


def faults(values: Any, where: str, name: str = "") -> Iterator[str]:
    """What is wrong at each place, in French, with what to do; never the secret itself."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from faults(value, f"{where} › {key}", str(key))
    elif isinstance(values, list):
        for value in values:
            yield from faults(value, where, name)
    elif values not in ("", None, False) and (said := _wrong(name, values)):
        yield f"{where} : {said}"


def _wrong(name: str, value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return _secret(name, value, text) or _personal(name, text)


def _secret(name: str, value: Any, text: str) -> str:
    if SECRET_NAME.search(name) and not isinstance(value, bool):
        return "cette option porte un secret. Un pack n’en contient pas : ôtez-la, et réglez-la sur chaque portail."
    if any(_account(address) for address in ADDRESS.findall(text)):
        return "cette adresse contient un compte ou un mot de passe. Ôtez ce qui est devant « @ »."
    if hidden := next(filter(None, map(_parameter, ADDRESS.findall(text))), ""):
        return f"le paramètre « {hidden} » de cette adresse porte un secret. Ôtez-le, et réglez-le sur chaque portail."
    if SECRET_TEXT.search(text):
        return "ce texte contient un jeton ou une clé. Ôtez-le : un pack ne contient aucun secret."
    return ""


def _personal(name: str, text: str) -> str:
    if name in PERSON_NAMES or MAIL.search(text):
        return "une adresse électronique ou un contact est une donnée personnelle. Ôtez-la, ou donnez l’adresse d’une page."
    if PHONE.search(ADDRESS.sub(" ", text)):
        return "un numéro de téléphone peut être une donnée personnelle. Ôtez-le, ou donnez l’adresse d’une page."
    return ""


def _account(address: str) -> bool:
    try:
        return "@" in urlsplit(address).netloc
    except ValueError:
        return True


def _parameter(address: str) -> str:
    """The name of a parameter of the address that holds a secret, "" when none does."""
    try:
        given = parse_qsl(urlsplit(address).query)
    except ValueError:
        return ""
    return next((name for name, value in given if value and SECRET_NAME.search(name)), "")
