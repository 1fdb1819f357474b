"""What is kept of a check: short, in order, fit for every base."""

from __future__ import annotations

import json
import re

from catalogue.dcat import wording
from catalogue.dcat.checks import VIOLATION, WARNING, Finding
from catalogue.dcat.classes import Described, Inside
from catalogue.dcat.conformity import conforms, kept, told
from catalogue.dcat.profile import CLASSES

FILES = [Finding(WARNING, "missing", "distribution.format", f"https://x.example/{n}") for n in range(1_000)]
DATE = Finding(VIOLATION, "not-date", "issued", "https://x.example/d", "http://purl.org/dc/terms/issued", "hi\0er")


def test_what_is_alike_is_one_line_and_violations_come_first() -> None:
    lines = kept([*FILES, DATE])
    assert lines == [
        [VIOLATION, "not-date", "issued", "hier", 1],
        [WARNING, "missing", "distribution.format", "", 1_000],
    ]
    assert told(json.loads(json.dumps(lines)))[0].message.startswith("« hier » n’est pas une date valable")


def test_only_violations_stand_in_the_way() -> None:
    assert conforms([])
    assert conforms(kept(FILES))
    assert not conforms(kept([*FILES, DATE]))


def test_every_fault_of_every_property_is_a_french_sentence() -> None:
    places = {(profile.name, term.name) for profile in CLASSES for term in profile.terms}
    inside = {term.name for profile in CLASSES for term in profile.terms if isinstance(term.kind, Inside | Described)}
    places |= {(owner, "title") for owner in inside}
    for code in wording.SENTENCES:
        for owner, name in sorted(places):
            said = wording.sentence(code, f"{owner}.{name}", "", "12")
            assert said.endswith((".", "…")) and said == " ".join(said.split()), said
            assert not re.search(r"[{}_]|\bde le\b|\bde les\b| (None|«)?$", said), said
    assert wording.of("license") == "de la licence"
    assert wording.of("access_rights") == "des conditions d’accès"
    assert wording.of("creator") == "d’un auteur"
