"""The synonyms in force: those of the base when somebody wrote some, else the shipped ones. At once in every process."""

from __future__ import annotations

from functools import lru_cache
from time import time_ns

from django.db import transaction
from django.db.models import F

from catalogue.models import SynonymTable
from catalogue.search.french import Fault, Thesaurus, read_synonyms, shipped, shipped_text


class SynonymsRefused(ValueError):
    """Rules that mean nothing; `faults` says which, in French. Nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"Ligne {fault.line} : {fault.message}" for fault in faults))


def thesaurus() -> Thesaurus:
    """One short query; the text is read again only when its version is another."""
    version = SynonymTable.objects.version()
    return shipped() if version is None else _of_the_base(version)


@lru_cache(maxsize=2)
def _of_the_base(version: int) -> Thesaurus:  # noqa: ARG001 - what the memory is kept by
    return read_synonyms(current())[0]


def current() -> str:
    """The text in force."""
    text = SynonymTable.objects.values_list("text", flat=True).first()
    return shipped_text() if text is None else text


def replace(text: str) -> None:
    """Searches use it from the next one on. Raises SynonymsRefused."""
    faults = read_synonyms(text)[1]
    if faults:
        raise SynonymsRefused(faults)
    with transaction.atomic():
        if not SynonymTable.objects.update(text=text, version=F("version") + 1):
            SynonymTable.objects.create(text=text, version=_after_all_before())


def restore() -> None:
    """Back to the shipped ones."""
    SynonymTable.objects.all().delete()


def _after_all_before() -> int:
    """A first version that no table deleted before can have had, for processes that still remember one."""
    return time_ns() // 1000
