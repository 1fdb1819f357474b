"""What others wrote, through every page that shows it: it stays text."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from catalogue.models import Dataset
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.each]
PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><a href='javascript:alert(1)'>x</a>",
    "]]><script>alert(1)</script>",
    "{{ 7|add:7000 }}{% debug %}",
)
BY = "?vue.graphique=barres&vue.par=espece"


@pytest.fixture
def hostile(searched: object) -> Dataset:
    text = " ".join(PAYLOADS)
    town = factories.body(text[:100])
    found = factories.dataset(f"Bacs {text}", town, description={"fr": text}, keyword={"fr": list(PAYLOADS)})
    rows = "\n".join(
        f'{number};"{payload.replace(chr(34), chr(34) * 2)}"' for number, payload in enumerate(PAYLOADS * 2)
    )
    factories.table(found, f"num;espece\n{rows}\n")
    factories.bring_index_up_to_date()
    return found


def pages(found: Dataset) -> list[str]:
    table = f"/tables/{found.distributions.get().pk}"
    return [
        *("/", "/jeux-de-donnees/?q=bacs", "/jeux-de-donnees/?q=<script>alert(1)</script>", found.get_absolute_url()),
        *(f"{found.get_absolute_url()}proches/", f"/organisations/{found.published_by.slug}/"),
        *(
            f"{table}/",
            f"{table}/{BY}",
            f"{table}/integrer/",
            f"{table}/integrer/{BY}",
            f"{table}/apercu/?partie=lignes",
        ),
        *(f"{table}/?q=<script>alert(1)</script>", "/rien/<script>alert(1)</script>/", "/connexion/?next=<script>"),
        f"/jeux-de-donnees/propositions/?q={PAYLOADS[2]}",
    ]


def test_it_runs_on_no_page(hostile: Dataset, client: Client) -> None:
    seen = 0
    for address in pages(hostile):
        answer = client.get(address, follow=True)
        assert answer.status_code in (200, 404), address
        text = answer.content.decode()
        page = BeautifulSoup(text, "html.parser")
        for script in page.select("script"):
            assert script.get("src") or script.get("type") == "application/ld+json", address
            if not script.get("src"):
                json.loads(script.string or "")
        for tag in page.find_all(True):
            assert not [name for name in tag.attrs if name.lower().startswith("on")], (address, tag)
            for name in ("href", "src", "action", "formaction", "xlink:href"):
                assert not re.match(r"\s*(javascript|data|vbscript):", str(tag.get(name, "")), re.I), (address, tag)
        assert not page.select("img[src=x], iframe, object, embed, base"), address
        assert "7007" not in text  # a text is no template
        seen += "alert(1)" in text
    assert seen >= 8  # the pages do show it


def test_it_is_text_in_feeds_and_files_for_programs(hostile: Dataset, client: Client) -> None:
    for address in ("/jeux-de-donnees.atom?q=bacs", "/sitemap.xml", f"/id/{hostile.pk}.rdf"):
        root = ET.fromstring(b"".join(client.get(address)))
        assert not [node for node in root.iter() if str(node.tag).rpartition("}")[2] in ("script", "svg", "img")]
    for address in ("/api/search?q=bacs", f"/id/{hostile.pk}.json", f"/id/{hostile.pk}.jsonld"):
        answer = client.get(address)
        assert json.loads(b"".join(answer)) and "html" not in answer["Content-Type"]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nSet-Cookie: x=1", "%0d%0aX-Evil:%201", "\u0000", "a\u2028b"])
def test_no_text_of_an_address_becomes_a_header(value: str, client: Client) -> None:
    for address in ("/jeux-de-donnees/", "/connexion/", "/api/search", "/comparer/", "/jeux-de-donnees.atom"):
        answer = client.get(address, {"q": value, "next": value, "territoire": value})
        assert answer.status_code < 500 or answer.status_code == 503, address
        assert "X-Evil" not in answer.headers and "x" not in answer.cookies
        assert all("\r" not in said and "\n" not in said for said in answer.headers.values())
