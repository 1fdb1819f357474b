"""The help: it can be read, its links lead somewhere, and the search finds it by its headings."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from catalogue import guide
from catalogue.search import find
from catalogue.search.kinds.help_pages import HelpPages
from tests import factories
from tests.pages.samples import Samples


def test_every_file_is_a_page_and_every_page_a_file() -> None:
    assert {file.stem for file in guide.FOLDER.glob("*.md")} == set(guide.PAGES)
    for page in guide.pages():
        assert page.lead and len(page.sections) >= 3
        assert all(section.text for section in page.sections)


def test_english_has_every_page_with_the_anchors_of_french() -> None:
    assert {file.stem for file in (guide.FOLDER / "en").glob("*.md")} == set(guide.PAGES)
    for french, english in zip(guide.pages(), guide.pages("en"), strict=True):
        assert [one.anchor for one in english.sections] == [one.anchor for one in french.sections]
        assert english.title != french.title
        assert not any("Mots :" in one.text or "»" in one.text for one in english.sections)


def test_a_language_without_help_has_the_french_one() -> None:
    assert guide.pages("br") == guide.pages()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("slug", ["", *guide.PAGES])
def test_its_links_lead_somewhere(samples: Samples, client: Client, slug: str, language: str) -> None:
    page = client.get(f"/aide/{slug}/" if slug else "/aide/", headers={"accept-language": language})
    assert ("Search" in page.content.decode()) is (language == "en")
    soup = BeautifulSoup(page.content, "html.parser")
    addresses = {link["href"] for link in soup.select("main a")}
    assert addresses
    for address in addresses:
        path, anchor = urldefrag(str(address))
        if path.startswith("/"):
            answer = client.get(path)
            assert answer.status_code in (200, 302), address
            assert not anchor or f'id="{anchor}"' in answer.content.decode(), address
        elif anchor:
            assert f'id="{anchor}"' in page.content.decode(), address
        else:
            assert path.startswith("https://")


def test_what_it_says_of_searching_is_so(samples: Samples, client: Client) -> None:
    """Each field that it names is one."""
    text = " ".join(section.text for section in guide.pages()[0].sections)
    named = set(re.findall(r"`(\w+):", text))
    assert named == {"titre", "producteur", "format", "commune", "colonne"}
    assert find("titre:bornes").total == 1
    assert find("producteur:lanvern format:csv").total > 1


@pytest.mark.django_db
def test_it_is_found_by_its_headings_and_not_by_its_examples(searched: Path) -> None:
    factories.bring_index_up_to_date()
    page = find("citer la source")
    assert page.hits[0].id == "help:reutiliser#citer-la-source"
    assert page.hits[0].kind == "help"
    for example in ("poubelles", "dax", "orvault", "cantine"):
        assert find(example).total == 0, example


@pytest.mark.django_db
def test_it_is_found_in_each_language_of_the_portal(searched: Path) -> None:
    factories.bring_index_up_to_date()
    assert find("citing the source").hits[0].id == "help:reutiliser#citer-la-source"
    assert find("bulk download").hits[0].id == "help:reutiliser#pour-les-programmes"


@pytest.mark.django_db
def test_a_new_text_makes_a_new_index(searched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.bring_index_up_to_date()
    assert find("trottinette").total == 0
    more = guide.read("chercher", "# Chercher\n\nIci.\n\n## En trottinette\n\nDoucement.\n")
    monkeypatch.setattr("catalogue.search.kinds.help_pages.pages", lambda language="fr": (more,))
    factories.bring_index_up_to_date()
    assert [hit.id for hit in find("trottinette").hits] == ["help:chercher#en-trottinette"]
    assert find("citer la source").total == 0
    assert len(list(HelpPages().everything(lambda: None))) == 1


@pytest.mark.parametrize("text", ["", "Sans titre", "# Sans section", "# T\n\n## A\n\nx\n\n## A\n\ny"])
def test_a_text_that_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a help page has a title"):
        guide.read("x", text)
