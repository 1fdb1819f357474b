"""The synonyms in force: those of the base when somebody wrote some, else the shipped ones. At once in every process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from time import time_ns

from django.db import transaction
from django.db.models import F

from catalogue import auditing
from catalogue.locks import lock
from catalogue.models import SynonymTable, User
from catalogue.search.french import Fault, Thesaurus, read_synonyms, shipped, shipped_text, synonym_rules


class SynonymsRefused(ValueError):
    """Rules that mean nothing; `faults` says which, in French. Nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"Ligne {fault.line} : {fault.message}" for fault in faults))


class SynonymsMoved(ValueError):
    """Somebody else changed the table since it was read. Nothing was written."""


@dataclass(frozen=True)
class Difference:
    """Rules of one table that are not in the other, as they are written."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def thesaurus() -> Thesaurus:
    """One short query; the text is read again only when its version is another."""
    return of_version(SynonymTable.objects.version())


def of_version(version: int | None) -> Thesaurus:
    """The one in force, whose version was just read; None is the shipped one."""
    return shipped() if version is None else _of_the_base(version)


@lru_cache(maxsize=2)
def _of_the_base(version: int) -> Thesaurus:  # noqa: ARG001 - what the memory is kept by
    return read_synonyms(current())[0]


def current() -> str:
    """The text in force."""
    text = SynonymTable.objects.values_list("text", flat=True).first()
    return shipped_text() if text is None else text


def mark(text: str) -> str:
    """Tells one text from another: what a page gives with the text that it shows."""
    return blake2b(text.strip().encode("utf-8", "replace"), digest_size=12).hexdigest()


def difference(before: str, after: str) -> Difference:
    old, new = synonym_rules(before), synonym_rules(after)
    kept = set(old) & set(new)
    return Difference(*(tuple(rule for rule in rules if rule not in kept) for rules in (new, old)))


def replace(text: str, before: str | None = None, actor: User | None = None) -> None:
    """Searches use it from the next one on. The shipped text is not kept: a later version of it will be used.

    `before` is the mark of the text that the writer read. Raises SynonymsRefused, SynonymsMoved.
    """
    faults = read_synonyms(text)[1]
    if faults:
        raise SynonymsRefused(faults)
    with transaction.atomic():
        lock(SynonymTable)
        old = current()
        if before is not None and before != mark(old):
            raise SynonymsMoved
        _write(text)
        _tell(old, text, actor)


def _tell(before: str, after: str, actor: User | None) -> None:
    """The rules that came and went: the whole table is long, and mostly the same."""
    changed = difference(before, after)
    if changed.added or changed.removed:
        thing = auditing.Thing.instance("synonyms", "Synonymes de la recherche")
        old, new = {"rules": list(changed.removed)}, {"rules": list(changed.added)}
        auditing.tell(actor, "synonyms.change", thing, before=old, after=new)


def _write(text: str) -> None:
    if mark(text) == mark(shipped_text()):
        restore()
    elif not SynonymTable.objects.update(text=text, version=F("version") + 1):
        SynonymTable.objects.create(text=text, version=_after_all_before())


def restore() -> None:
    """Back to the shipped ones."""
    SynonymTable.objects.all().delete()


def _after_all_before() -> int:
    """A first version that no table deleted before can have had, for processes that still remember one."""
    return time_ns() // 1000
