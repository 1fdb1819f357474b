"""What is kept of a check: short, in order, fit for every base."""

from __future__ import annotations

import json

from catalogue.dcat.checks import VIOLATION, WARNING, Finding
from catalogue.dcat.conformity import conforms, kept, told

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
