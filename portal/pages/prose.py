"""Texts that others wrote, made safe to show: Markdown to HTML, addresses to links.

Two guards in a row: the reader of Markdown lets no HTML through, and what it gives is cleaned against a short list.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import nh3
from django.conf import settings
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from catalogue.links import server_of

LONGEST: Final = 60_000  # characters of one description; the record itself keeps the whole
KEPT: Final = 200  # texts that each process remembers: pages are made again more often than descriptions are written
LOWEST, HIGHEST = 6, 3  # titles of a description stand under an h2 of the page
TAGS: Final = {
    "p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "h2", "h3", "h4", "h5", "h6", "div",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
REGION: Final = {"class", "tabindex", "role", "aria-label"}
ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, "div": REGION, "pre": {"tabindex"}}
WEB: Final = re.compile(r"(?:https?|ftp)://[^\s<>\"\\^`{|}\x00-\x20\x7f]+\Z", re.IGNORECASE)
MAIL: Final = re.compile(r"(?:mailto:)?([^\s@<>\"'?&#%,;:]+@[^\s@<>\"'?&#%,;:]+\.[^\s@<>\"'?&#%,;:]+)\Z", re.IGNORECASE)
BLOCK: Final = re.compile(r"</?(?:p|li|ul|ol|h\d|br|hr|pre|tr|td|th|div|blockquote)\b[^>]*>")
EMPHASIS: Final = re.compile(r"</?(?:em|strong|code)>")
SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-ÖØ-Þ«0-9])")


def _image(__: object, tokens: Sequence[Token], index: int, *___: object) -> str:
    """An image would be a call to another host: its text stands for it."""
    return escape(tokens[index].content)


def _code(__: object, tokens: Sequence[Token], index: int, *___: object) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>'


def _table(*__: object) -> str:
    """A wide table scrolls in a named region."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(_("Tableau"))}"><table>'


def _table_end(*_: object) -> str:
    return "</table></div>"


# Nesting is bounded by the library (20 levels), so a description made of a thousand « > » costs nothing.
_reader = MarkdownIt("commonmark", {"html": False}).enable("table")
for _name, _rule in (
    ("image", _image),
    ("fence", _code),
    ("code_block", _code),
    ("table_open", _table),
    ("table_close", _table_end),
):
    _reader.add_render_rule(_name, _rule)


def to_html(text: str, after: str = "", highest: int = HIGHEST) -> SafeString:
    """Markdown as HTML that may stand in a page: no script, no image, no title above `highest` (an h2 or below), links to
    the web alone.

    A first paragraph that says `after` and nothing more is left out: the page has just said it.
    """
    clean = _clean(text[:LONGEST], highest, get_language())
    first, _, rest = clean.partition("</p>")
    if after and "<a " not in first and " ".join(_plain(first).split()) == after:
        clean = rest
    return mark_safe(clean)  # noqa: S308 - cleaned, and only whole elements are taken away


@lru_cache(KEPT)
def _clean(text: str, highest: int, _language: str | None) -> str:
    """What it says by itself of a table is in the reader's language, hence the third argument."""
    tokens = _reader.parse(text)
    _lower_titles(tokens, highest)
    html = _reader.renderer.render(tokens, _reader.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "ftp", "mailto"},
        link_rel="nofollow noopener",
    )


def _lower_titles(tokens: list[Token], highest: int) -> None:
    """`highest` and below, without skipping a level, whatever levels the text uses."""
    current = highest - 1
    levels = {int(token.tag[1]) for token in tokens if token.type == "heading_open"}
    rank = {level: highest + place for place, level in enumerate(sorted(levels))}
    for opening, closing in zip(tokens, tokens[2:], strict=False):
        if opening.type == "heading_open":
            current = min(rank[int(opening.tag[1])], current + 1, LOWEST)
            opening.tag = closing.tag = f"h{current}"


@lru_cache(KEPT)
def first_sentences(text: str, longest: int = 260) -> tuple[str, bool]:
    """The beginning of a Markdown text as plain words, and whether that is all of it."""
    html = _reader.render(text[:4000])
    plain = " ".join(_plain(html.partition("</p>")[0]).split())
    whole = EMPHASIS.sub("", html).count("<") <= 2 and len(text) <= 4000  # one paragraph, without a link to lose
    kept = ""
    for sentence in SENTENCE.split(plain):
        if kept and len(kept) + len(sentence) > longest:
            return kept, False
        kept = f"{kept} {sentence}".strip()
    if len(kept) > longest * 1.5:
        return kept[:longest].rsplit(" ", 1)[0] + "…", False
    return kept, whole


def _plain(html: str) -> str:
    text = strip_tags(BLOCK.sub(" ", html))
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def web_link(address: str) -> str:
    """The address when a browser may follow it, else ""."""
    return address if WEB.match(address) else ""


def away(address: str) -> str:
    """The same, for one that leads out of here: under the name of a portal that this one replaced, it would lead back."""
    found = web_link(address)
    return "" if found and server_of(found) in settings.BOUTURE_FORMER_HOSTS else found


def mail_link(address: str) -> str:
    """An e-mail address without its scheme, "" when it is not one."""
    found = MAIL.match(address)
    return found[1] if found else ""
