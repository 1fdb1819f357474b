"""Records out in each format and in again: the same; and what is mandatory and gone is found in what was written."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.dcat import formats
from catalogue.dcat.checks import check, profiles_by_type
from catalogue.dcat.classes import Level, Profile, Term
from catalogue.dcat.profile import CLASSES
from catalogue.dcat.statements import Statements
from tests.dcat.test_profile import NODE, numbered, one, records, same, written

MANDATORY = [
    (profile, term)
    for profile in profiles_by_type().values()
    for term in profile.terms
    if term.level == Level.MANDATORY
]


@pytest.mark.parametrize("format", ["turtle", "rdfxml", "jsonld", "ntriples"])
@pytest.mark.parametrize("profile", CLASSES, ids=lambda profile: profile.name)
def test_what_goes_out_comes_in_again(profile: Profile, format: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("out") / "record"

    @given(records(profile).map(lambda values: numbered(values, count())))
    @settings(max_examples=8, deadline=None)
    def run(values: dict[str, Any]) -> None:
        path.write_bytes(b"".join(formats.write(written(profile, values), format)))
        with formats.read(path, format) as graph:
            reading = profile.read(Statements(graph.left()), NODE)
        assert same(reading.values) == same({**values, "uri": NODE.value})
        assert reading.problems == ()

    run()


@pytest.mark.parametrize(("profile", "term"), MANDATORY, ids=lambda value: value.name)
def test_each_mandatory_property_removed_is_found_by_the_checks(profile: Profile, term: Term) -> None:
    required = {t.name: one(t.kind, t.many) for t in profile.terms if t.level == Level.MANDATORY}

    @given(st.fixed_dictionaries(required).map(lambda values: numbered(values, count())))
    @settings(max_examples=3, deadline=None)
    def run(values: dict[str, Any]) -> None:
        def missing() -> set[str]:
            return {f.path for f in check(written(profile, values), NODE, profile) if f.code == "missing"}

        before = missing()
        assert term.name not in before
        del values[term.name]
        assert missing() - before >= {term.name}

    run()
