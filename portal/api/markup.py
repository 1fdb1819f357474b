"""XML by hand, for the small documents that we make: every text and value escaped, and nothing that XML 1.0 refuses."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from catalogue.dcat.writers import XML_ILLEGAL

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def plain(text: str) -> str:
    """Without the characters that no escape makes legal (XML 1.0 §2.2)."""
    return XML_ILLEGAL.sub(" ", text).encode("utf-8", "replace").decode()


def element(name: str, text: str = "", **attributes: str) -> str:
    """One element and its text, on a line; an attribute's `_` at the end is not part of its name."""
    said = "".join(f" {key.rstrip('_')}={quoteattr(plain(value))}" for key, value in attributes.items())
    return f"<{name}{said}>{escape(plain(text))}</{name}>\n" if text else f"<{name}{said}/>\n"
