"""What a licence allows, in plain words, for the families that public bodies use. Not legal advice: the text rules."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from portal.pages.prose import web_link

COPY: Final = gettext_noop("Vous pouvez copier, modifier, croiser, redistribuer.")
CITE: Final = gettext_noop("Vous devez citer la source et la date de mise à jour.")
NO_BLESSING: Final = gettext_noop("Vous ne pouvez pas laisser croire que l’organisme vous approuve.")


@dataclass(frozen=True)
class Family:
    """`pattern` is looked for in the licence's address, in lower case."""

    pattern: re.Pattern[str]
    name: str
    answer: str
    points: tuple[str, ...]
    text: str = ""


def _family(pattern: str, name: str, answer: str, *points: str, text: str = "") -> Family:
    return Family(re.compile(pattern), name, answer, points, text)


FREELY: Final = gettext_noop("Oui, gratuitement, pour tout usage, y compris commercial.")
NO_CONDITION: Final = gettext_noop("Oui, sans condition.")
HABIT: Final = gettext_noop("Citer la source reste une bonne habitude.")
AS_IT_IS: Final = gettext_noop("Vous pouvez redistribuer à l’identique.")
CC: Final = r"(cc|licenses?)[-_/]by"
DEEDS: Final = "https://creativecommons.org"
# The first that fits wins: the longer names of one family come before the shorter.
FAMILIES: Final = (
    _family(
        r"etalab|licence[-_]?ouverte|open[-_]licence|\bfr-?lo\b|\blov?[-_]?[12]\b",
        "Licence Ouverte",
        FREELY,
        COPY,
        CITE,
        NO_BLESSING,
        text="https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    _family(
        r"odbl|odc[-_]bl\b",
        gettext_noop("ODbL (licence ouverte de bases de données)"),
        FREELY,
        COPY,
        CITE,
        gettext_noop("Une base que vous en tirez et rendez publique garde la même licence."),
        text="https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    _family(r"pddl|publicdomain/mark", gettext_noop("Domaine public"), NO_CONDITION, COPY, HABIT),
    _family(
        r"cc[-_]?0|cc[-_]zero|publicdomain/zero",
        gettext_noop("CC0 (domaine public)"),
        NO_CONDITION,
        COPY,
        HABIT,
        text=f"{DEEDS}/publicdomain/zero/1.0/deed.fr",
    ),
    _family(
        CC + r"[-_]?nc[-_]?nd",
        "CC BY-NC-ND",
        gettext_noop("Oui, mais sans modifier et sans usage commercial."),
        AS_IT_IS,
        CITE,
    ),
    _family(CC + r"[-_]?nc", "CC BY-NC", gettext_noop("Oui, mais pas pour un usage commercial."), COPY, CITE),
    _family(CC + r"[-_]?nd", "CC BY-ND", gettext_noop("Oui, pour tout usage, mais sans modifier."), AS_IT_IS, CITE),
    _family(
        CC + r"[-_]?sa",
        "CC BY-SA",
        FREELY,
        COPY,
        CITE,
        gettext_noop("Ce que vous en tirez et publiez garde la même licence."),
        text=f"{DEEDS}/licenses/by-sa/4.0/deed.fr",
    ),
    _family(
        CC + r"($|[-_/\d])|odc[-_]by\b",
        gettext_noop("CC BY (attribution)"),
        FREELY,
        COPY,
        CITE,
        NO_BLESSING,
        text=f"{DEEDS}/licenses/by/4.0/deed.fr",
    ),
)


@dataclass(frozen=True)
class Terms:
    """What a page says of one licence. `known` is false when we cannot sum it up."""

    name: str
    answer: str
    points: tuple[str, ...]
    link: str
    known: bool


def terms_of(address: str, label: str = "") -> Terms:
    """`label` is the vocabulary's own name for this licence, or the source's, when there is one."""
    return _terms(address, label, get_language())


@lru_cache(maxsize=500)
def _terms(address: str, label: str, _language: str | None) -> Terms:
    """The same for each line of a list, in the reader's language."""
    wanted = address.lower()
    for family in FAMILIES:
        if family.pattern.search(wanted):
            link = _readable(address) or family.text
            return Terms(label or _(family.name), _(family.answer), tuple(map(_, family.points)), link, known=True)
    return Terms(label or address, "", (), web_link(address), known=False)


def _readable(address: str) -> str:
    """The European vocabulary's addresses answer machines: people are sent to the licence's own text."""
    return "" if "publications.europa.eu" in address else web_link(address)
