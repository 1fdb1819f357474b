"""Paths of this portal that have no argument: looked up once a process, since the search through all addresses costs each time."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def path(name: str) -> str:
    """What `reverse` gives."""
    return _path(name, get_script_prefix())


@lru_cache(maxsize=500)
def _path(name: str, _: str) -> str:
    """The prefix is in the key: `reverse` puts it before the path."""
    return reverse(name)
