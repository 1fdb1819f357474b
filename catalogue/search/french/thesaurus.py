"""Other words for what a person typed, expanded when the question is read: no index is made again for a synonym.

The table is plain text, in the format of Solr and Elasticsearch: "a, b, c" are equivalent, "a => b, c" widens a to b and
c and not back, "#" begins a comment. Sides are analysed as questions are, so accents, plurals and articles do not matter.
An acronym is written in capitals ("DAE, défibrillateur"): a record has it only where it writes it as one, since "dae" may be a word
of another language. Only what is written is added: a synonym's own synonyms are not, and rules that turn in a circle are harmless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from catalogue.search.french.analysis import LONGEST_ACRONYM, tokens
from catalogue.spoken import gettext as _
from catalogue.spoken import gettext_noop

Saying = tuple[str, ...]  # terms side by side

LONGEST_TABLE: Final = 500_000  # characters
LONGEST_SAYING: Final = 8  # terms
NO_WORD: Final = gettext_noop("« {} » n'a aucun mot à chercher, ou en a trop : retirez-le.")
MOST_SAYINGS: Final = 24  # of one entry that a question may bring in, those written first


@dataclass(frozen=True)
class Fault:
    line: int
    message: str  # in the language of who reads


@dataclass(frozen=True, eq=False)
class Thesaurus:
    """A table as read. Two are equal when they are the same object: make one for each version of a table."""

    entries: Mapping[Saying, tuple[Saying, ...]] = field(default_factory=dict)
    written: Mapping[Saying, str] = field(
        default_factory=dict
    )  # each saying as its first rule writes it, or one in capitals
    acronyms: frozenset[Saying] = frozenset()  # those that a rule writes in capitals

    def others(self, saying: Saying) -> tuple[Saying, ...]:
        return self.entries.get(saying, ())

    def longest(self, terms: Sequence[str], start: int) -> int:
        """How many terms from there on are one entry; 0 when none begins there."""
        most = min(LONGEST_SAYING, len(terms) - start)
        return next((n for n in range(most, 0, -1) if tuple(terms[start : start + n]) in self.entries), 0)


NOTHING: Final = Thesaurus()


def shipped_text() -> str:
    return (Path(__file__).resolve().parent / "synonyms.txt").read_text("utf-8")


@cache
def shipped() -> Thesaurus:
    return read(shipped_text())[0]


def read(text: str) -> tuple[Thesaurus, list[Fault]]:
    """The rules that make sense, and what is wrong with the others. Never raises."""
    faults: list[Fault] = []
    if len(text) > LONGEST_TABLE:
        faults.append(
            Fault(1, _("La table dépasse %(most)s caractères : la suite n'est pas lue.") % {"most": LONGEST_TABLE})
        )
    found: dict[Saying, dict[Saying, None]] = {}
    written: dict[Saying, str] = {}
    for number, line in enumerate(text[:LONGEST_TABLE].splitlines(), start=1):
        rule = line.partition("#")[0].strip()
        if not rule:
            continue
        left, arrow, right = (part.strip() for part in rule.partition("=>"))
        froms, unread = _sayings(left, written)
        tos, unread_too = _sayings(right, written) if arrow else (froms, [])
        faults += [Fault(number, _(NO_WORD).format(each[:60])) for each in (*unread, *unread_too)]
        if not froms or not (set(tos) - set(froms) if arrow else len(froms) > 1):
            faults.append(
                Fault(number, _("Il faut au moins deux façons de dire, séparées par une virgule ou par « => »."))
            )
            continue
        # No more than can be among the first, of which one may be itself: thousands in one rule would cost their square.
        first = dict.fromkeys(tos[: MOST_SAYINGS + 1])
        for each in froms:
            found.setdefault(each, {}).update(first)
    entries = {key: tuple(each for each in others if each != key)[:MOST_SAYINGS] for key, others in found.items()}
    return Thesaurus(entries, written, frozenset(each for each, text in written.items() if _is_acronym(text))), faults


def _is_acronym(text: str) -> bool:
    return 1 < len(text) <= LONGEST_ACRONYM and text.isalnum() and text.isupper()


def rules(text: str) -> list[str]:
    """The rules of a table as they are written, once each, without comments and blank lines."""
    lines = (" ".join(line.partition("#")[0].split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _sayings(side: str, written: dict[Saying, str]) -> tuple[list[Saying], list[str]]:
    """Each way of saying as terms, once; and the texts that are none. `written` learns how they are spelt."""
    texts = [text.strip() for text in side.split(",") if text.strip()]
    read_as = {text: tuple(tokens(text)) for text in texts}
    bad = [text for text, terms in read_as.items() if not 0 < len(terms) <= LONGEST_SAYING]
    good = {text: terms for text, terms in read_as.items() if 0 < len(terms) <= LONGEST_SAYING}
    for text, terms in good.items():
        if terms not in written or _is_acronym(text):
            written[terms] = text
    return list(_once(good.values())), bad


def _once(sayings: Iterable[Saying]) -> Iterable[Saying]:
    return dict.fromkeys(sayings)
