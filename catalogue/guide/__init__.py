"""The help of the portal: one Markdown file a page, in French, in plain words; in a folder `<code>`, the same in another language.

A file is a title (`#`), a sentence or two, and sections (`##`), each found by the search. A last line "Mots : …" ("Words: …") gives the
words by which it is found beside its title, and is not shown. Addresses are those of this portal, from its root. A translation has
the sections of the French page in their order, and their anchors: links lead to the same place in every language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.text import slugify

FOLDER: Final = Path(__file__).parent
PAGES: Final = ("chercher", "comprendre", "reutiliser", "demander", "publier", "instances")  # in the order of reading
WORDS: Final = re.compile(r"^(?:Mots :|Words:) (.+)\s*\Z", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    anchor: str
    heading: str
    text: str  # Markdown
    words: tuple[str, ...]


@dataclass(frozen=True)
class HelpPage:
    slug: str
    title: str
    lead: str
    sections: tuple[Section, ...]


@cache
def pages(language: str = "fr") -> tuple[HelpPage, ...]:
    """In French each that is not translated."""
    return tuple(_in(language, read(slug, (FOLDER / f"{slug}.md").read_text("utf-8"))) for slug in PAGES)


def page(slug: str, language: str = "fr") -> HelpPage | None:
    return next((each for each in pages(language) if each.slug == slug), None)


def _in(language: str, french: HelpPage) -> HelpPage:
    path = FOLDER / language / f"{french.slug}.md"
    if not path.is_file():
        return french
    said = read(french.slug, path.read_text("utf-8"))
    pairs = zip(french.sections, said.sections, strict=True)
    return replace(said, sections=tuple(replace(theirs, anchor=ours.anchor) for ours, theirs in pairs))


def read(slug: str, text: str) -> HelpPage:
    """Raises ValueError for a text without title or sections, or with two sections of one name."""
    head, *parts = re.split(r"^## ", text.replace("« ", "«\u00a0"), flags=re.MULTILINE)
    title, _, lead = head.strip().partition("\n")
    sections = tuple(_section(each) for each in parts)
    if not title.startswith("# ") or not sections or len({each.anchor for each in sections}) < len(sections):
        raise ValueError(f"{slug}: a help page has a title (#) and sections (##), each with a name of its own")
    return HelpPage(slug, title.removeprefix("# ").strip(), _french(lead.replace("\n", " ")), sections)


def _section(part: str) -> Section:
    heading, _, text = part.partition("\n")
    said = WORDS.search(text)
    words = tuple(each.strip() for each in said[1].split(",")) if said else ()
    return Section(slugify(heading), _french(heading), _french(WORDS.sub("", text)), words)


def _french(text: str) -> str:
    """With spaces that do not break before the signs that want one."""
    return re.sub(r" (?=[:;?!»])", "\u00a0", text.strip())
