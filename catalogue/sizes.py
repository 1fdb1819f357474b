"""Sizes as people read them."""

from __future__ import annotations


def in_words(number: int) -> str:
    """A number of bytes."""
    if number < 1024:
        return f"{number} octets"
    if number < 2**20:
        return f"{number / 1024:.0f} Kio"
    if number < 2**30:
        return f"{number / 2**20:.0f} Mio"
    return f"{number / 2**30:.1f} Gio".replace(".0 ", " ").replace(".", ",")
