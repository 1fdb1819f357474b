"""The forms of every page, read from its HTML as a browser would: what the fuzzer of tests/security fills in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag
from django.test import Client

Pairs = tuple[tuple[str, str], ...]
LEFT_OUT = ("csrfmiddlewaretoken",)


@dataclass(frozen=True)
class Form:
    """One way to send a form: with one of its buttons. `given` is what a browser would send with nothing touched."""

    page: str
    action: str
    given: Pairs
    files: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False, compare=False)

    @property
    def names(self) -> list[str]:
        return sorted({name for name, _ in self.given} | set(self.files) | set(self.choices))


def forms_of(client: Client, page: str) -> Iterator[Form]:
    answer = client.get(page, headers={"accept": "text/html"})
    body = b"".join(answer)  # type: ignore[arg-type]
    if "html" not in answer.get("Content-Type", ""):
        return
    soup = BeautifulSoup(body.decode(errors="replace"), "html.parser")
    for tag in soup.find_all("form", method=lambda said: bool(said) and said.lower() == "post"):
        yield from _ways(tag, page, [one for one in _controls(soup, tag) if one.get("name") not in LEFT_OUT])


def _controls(soup: BeautifulSoup, form: Tag) -> list[Tag]:
    """Those inside, and those elsewhere that name it."""
    found = [one for one in form.find_all(["input", "select", "textarea", "button"]) if not one.get("form")]
    if form.get("id"):
        found += soup.find_all(["input", "select", "textarea", "button"], attrs={"form": form["id"]})
    return found


def _ways(form: Tag, page: str, controls: list[Tag]) -> Iterator[Form]:
    given = tuple(pair for one in controls for pair in _sent(one))
    files = tuple(str(one["name"]) for one in controls if one.get("type") == "file" and one.get("name"))
    choices: dict[str, tuple[str, ...]] = {}
    for one in controls:
        if name := str(one.get("name") or ""):
            choices[name] = (*choices.get(name, ()), *_offered(one))
    buttons = [one for one in controls if one.name == "button" and one.get("type", "submit") == "submit"]
    for button in buttons or [form]:
        pressed = (
            ((str(button["name"]), str(button.get("value", ""))),)
            if button.name == "button" and button.get("name")
            else ()
        )
        to = str(button.get("formaction") or form.get("action") or "")
        yield Form(page, urldefrag(urljoin(page, to)).url, given + pressed, files, choices)


def _sent(one: Tag) -> Iterator[tuple[str, str]]:
    name, kind = str(one.get("name") or ""), str(one.get("type") or "")
    if not name or one.name == "button" or kind in ("file", "submit", "button"):
        return
    if one.name == "select":
        options = one.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")] or options[:1]
        yield from ((name, str(option.get("value", option.get_text()))) for option in chosen)
    elif one.name == "textarea":
        yield name, one.get_text()
    elif kind not in ("checkbox", "radio") or one.has_attr("checked"):
        yield name, str(one.get("value", "on" if kind == "checkbox" else ""))


def _offered(one: Tag) -> tuple[str, ...]:
    if one.name == "select":
        return tuple(str(option.get("value", option.get_text())) for option in one.find_all("option"))
    return (str(one["value"]),) if one.get("value") else ()
