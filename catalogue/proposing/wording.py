"""A title and a description in plain French, made of what the file holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from catalogue.proposing.facts import Facts
from catalogue.proposing.periods import YEARS, Period
from catalogue.proposing.subjects import Subject

EXTENSION: Final = re.compile(r"(\.[A-Za-z][A-Za-z0-9]{1,8}){1,2}$")
SAID: Final = 8  # columns named in a description
LONGEST: Final = 150  # characters of a title
# What people add to a file's name so as to know its copies apart.
NOISE: Final = re.compile(
    r"(?i)(?<![^\W_])(v\d+|version ?\d*|vf|def|d[ée]finitif|final|copie|export|extract(ion)?|opendata|open data|data|donn[ée]es|fichier|"
    r"tableau|\d{6,}|\(\d+\)|\d)(?![^\W_])"
)


def title(facts: Facts, subject: Subject | None, period: Period | None) -> str:
    """« Subventions d’Orvault, 2024 »; of what no schema knows, the name of the file made readable."""
    head = subject.title if subject else _readable(facts.name)
    if facts.place and facts.place.name.casefold() not in head.casefold():
        head += f" {facts.place.of}" if subject else f", {facts.place.name}"
    if period and period.single and period.single not in head:
        head += f", {period.single}"
    if subject and (detail := _detail(facts, subject)):
        head += f" ({detail})"
    return head[:LONGEST]


def _detail(facts: Facts, subject: Subject) -> str:
    """The only value of the column that makes the title more precise, in small letters."""
    found = next((one for one in facts.columns if one.name == subject.detail), None)
    if found is None or found.distinct != 1 or found.name in facts.hidden or not isinstance(found.least, str):
        return ""
    return found.least[:1].lower() + found.least[1:60]


def _readable(name: str) -> str:
    """« DELIB_2024_v2.csv » as « Delib »: without years, and without what tells copies apart."""
    words = re.sub(r"[_\-.+]+", " ", EXTENSION.sub("", name))
    words = re.sub(r"(?<=[a-zéèêàç])(?=[A-Z])", " ", words)
    words = " ".join(YEARS.sub(" ", NOISE.sub(" ", words)).split())
    words = words.lower() if words.isupper() else words
    return words[:1].upper() + words[1:] if words else "Tableau"


def description(facts: Facts, subject: Subject | None, period: Period | None) -> str:
    """How many lines there are, what one is, of which time, and what is said of it."""
    count = f"{_figure(facts.rows)} {'lignes' if facts.rows > 1 else 'ligne'}"
    when = _when(period)
    if subject is None:
        names = [column.written or column.name for column in facts.columns]
        return f"Ce fichier compte {count}{when}. {_columns(names)}"
    told = f"Ce fichier compte {count}{when}. Chaque ligne décrit {subject.line} : {subject.says}."
    national = facts.schema.partition("/")[0] != "bouture"
    return f"{told} Il suit le schéma national de ces données." if national else told


def _when(period: Period | None) -> str:
    if period is None:
        return ""
    return f" et concerne l’année {period.single}" if period.single else f" et va {period.years}"


def _columns(names: Sequence[str]) -> str:
    said = ", ".join(" ".join(name.replace("_", " ").split()) for name in names[:SAID])
    more = len(names) - SAID
    if more > 0:
        said += f" et {more} {'autres' if more > 1 else 'autre'}"
    return f"{'Ses colonnes' if len(names) > 1 else 'Sa colonne'} : {said}."


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
