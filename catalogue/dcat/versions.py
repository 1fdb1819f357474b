"""What older versions of DCAT-AP say otherwise than the profile, as data: a line written for 3.0.1 becomes theirs.

Differences: change logs of DCAT-AP 2.0.0 to 3.0.1, and the official shapes of each release.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from catalogue.dcat.profile import DCAT, DCT, OWL
from catalogue.dcat.terms import XSD


@dataclass(frozen=True)
class Version:
    """By predicate of 3.0.1: the datatype of its literals, and the predicate that stood in its place."""

    datatypes: dict[str, str] = field(default_factory=dict)
    predicates: dict[str, str] = field(default_factory=dict)


DECIMAL_SIZE = {DCAT + "byteSize": XSD + "decimal"}
CURRENT: Final = "3.0.1"
VERSIONS = {
    CURRENT: Version(),
    "3.0.0": Version(DECIMAL_SIZE),
    "2.1.1": Version(DECIMAL_SIZE, {DCAT + "hasVersion": DCT + "hasVersion", DCAT + "version": OWL + "versionInfo"}),
}


def address(version: str) -> str:
    """Where SEMIC publishes that version: the name by which programs know it."""
    return f"https://semiceu.github.io/DCAT-AP/releases/{version}/"


def in_version(text: str, version: str) -> str:
    """N-Triples of 3.0.1 as that version says them. Raises KeyError for a version that VERSIONS does not hold."""
    said = VERSIONS[version]
    lines = _lines_of(version)

    def older(line: re.Match[str]) -> str:
        subject, predicate, rest = line.groups()
        datatype = said.datatypes.get(predicate)
        if datatype and rest.startswith('"'):
            rest = rest[: rest.rindex('"') + 1] + f"^^<{datatype}>"
        return f"{subject} <{said.predicates.get(predicate, predicate)}> {rest} ."

    return lines.sub(older, text) if lines else text


@lru_cache
def _lines_of(version: str) -> re.Pattern[str] | None:
    """The lines that this version says otherwise; None when there are none."""
    said = VERSIONS[version]
    names = sorted({*said.datatypes, *said.predicates})
    any_of = "|".join(map(re.escape, names))
    return re.compile(rf"^(<[^>\n]*>|_:\S+) <({any_of})> (.*) \.$", re.MULTILINE) if names else None
