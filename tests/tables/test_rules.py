"""Each rule of Table Schema in SQL says of each cell what frictionless says of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import pytest

from catalogue.tables.contract import Level, Match
from catalogue.tables.schemas import schemas
from catalogue.tables.schemas.bound import Bound, as_re2
from catalogue.tables.schemas.kinds import broken, missing
from catalogue.tables.schemas.national import Field, Schema
from catalogue.tables.schemas.validation import check
from catalogue.tables.store import connected
from tests.tables.written import raw

STRANGE = [
    "1", "01", "+1", "-1", "1_000", "1 000", "1 000", "1,5", "1.5", "1.", ".5", "1e3", "1E-3", "NaN", "inf", "-Infinity", "0x10", "١٢",
    " 12 ", "12 ", "\t3", "--1", "", " ", "abc", "é", "\n", "12\n", "0", "2020", "-201", "20", "99999999999999999999", "0.01", "1.01", "100",
    "true", "True", "TRUE", "tRue", "false", "FALSE", "oui", "non", "Oui", "vrai", "t", "f", "yes",
    "2020-01-05", "2020-1-5", "2020-13-01", "2020-02-30", "05/01/2020", "20200105", "0001-01-01", "0000-01-01", "2020-01-05T10:00:00",
    "2020-01-05T10:00:00Z", "2020-01-05 10:00:00", "2020-01-05T10:00:00.123+01:00", "2020-01-05T10:00", "2020-01-05T25:00:00",
    "2020-01-05T10:00:00+0100", "2020-02-30T10:00:00", "2025-04-15T14:30:00.000Z", "2020-01-05T10:00:00,5",
    "10:00:00", "10:00", "24:00:00", "25:00:00", "10:60:00", "10:00:00Z", "10:00:00.5+02:00",
    "[]", "{}", "[1]", '["a"]', '["végétarien"]', '["végétarien", "inconnu"]', "['a']", "a;b", '["mixé", null]', "[1.5, 2]",
    "[2.35, 48.85]", "2.35, 48.85", "2.35,48.85", "48.85", "200, 10", "10, 95", "[200,10]", "[2.35,48.85,3]", '["2.35","48.85"]', "a,b",
    "https://exemple.fr", "www.exemple.fr", "ftp://x", "mailto:a@b.fr", "http:", ":x", "1http://x", "/chemin", "urn:x:y", "https://a b",
    "a@b.fr", "prénom.nom@exemple.fr", "a@b", "a@@b.fr", "A.B@C-D.FR", "a b@c.fr", "a@-b.fr", "a@b..fr", ".a@b.fr", "a.@b.fr",
    "a@b.fr ", "a@b.c", "a+b@c.d.fr", "a@été.fr", "a@1.2.3.4",
    "2f1acc6c-5bf0-4b4b-8e1c-0a1b2c3d4e5f", "2F1ACC6C-5BF0-4B4B-8E1C-0A1B2C3D4E5F", "2f1acc6c5bf04b4b8e1c0a1b2c3d4e5f", "2f1acc6c",
    "21990001900018", "2199000190001", "219900019000189", "21990001900018\n", "W123456789", "w123456789", "99001", "2A004", "20004", "6004",
    "75114-P-001", "9.1", "2016-12-05", "2016-12-05/2017-12-05", "2016/2017", "FR*S75*P1", "FRS75P001", "Non concerné", "FRS75P1,FRS75P2",
    "24/7", "Mo-Fr 08:00-20:00", "Rue de l'Église", "Rue de l’Église « bis »", "12 bis, rue du 8 mai", "rue\xa0basse", "Élise", "élise",
    "Jean-Paul", "N'Golo", "Saint-Étienne", "Le Mans", "L'Isle-d'Abeau", "industriel|commercial", "|industriel", "A12.34B", "12|3|4",
    "aide en numéraire", "Aide en numéraire", "aide en numéraire;aide en nature", "Budget primitif", "budget primitif", "BIKE", "BIKE,CAR", ",BIKE",
    "+33123456789", "0123456789", "lundi|mardi", "7j/7", "24h/24", "jours", "https://x.fr/a.jpg", "https://x.fr/a.jpg?x", "012", "0123456789012",
]  # fmt: skip
FIELDS = [(each, field) for each in schemas() for field in each.fields]


def judged(of: Schema, field: Field) -> frictionless.Field:
    said: dict[str, Any] = {"name": "x", "type": field.type, "format": field.format, "missingValues": list(of.missing)}
    if field.type == "boolean":
        said |= {"trueValues": list(field.true_values), "falseValues": list(field.false_values)}
    if field.item:
        said["arrayItem"] = dict(field.item)
    allowed = frictionless.Field.from_descriptor(said).supported_constraints
    said["constraints"] = {name: limit for name, limit in field.constraints.items() if name in allowed}
    return frictionless.Field.from_descriptor(said)


def ours(of: Schema, field: Field, cells: list[str]) -> Iterator[set[str]]:
    bound = Bound(Path("none"))
    rules = list(broken("c", field, bound))
    nothing = missing("c", of.missing, bound)
    columns = ", ".join(f"coalesce({wrong}, false)" for _, wrong in rules)
    query = f"SELECT {nothing}, {columns} FROM (SELECT unnest({bound(cells)}) AS c)"
    with connected([]) as connection:
        for empty, *wrong in connection.execute(query, bound.used(query)).fetchall():
            if empty:
                yield {"required"} if field.required else set()
            else:
                yield {name for (name, _), is_broken in zip(rules, wrong, strict=True) if is_broken}


# Where we are stricter: digits of other scripts, and blanks or signs inside of the four characters of a year.
STRICTER = {"year": {"-201", " 12 "}, "integer": {"١٢"}, "number": {"١٢"}}


@pytest.mark.parametrize("of", schemas(), ids=lambda of: of.key)
def test_a_cell_is_judged_as_frictionless_judges_it(of: Schema) -> None:
    for field in of.fields:
        reader = judged(of, field).create_cell_reader()
        enums = [str(value) for value in field.constraints.get("enum", [])][:20]
        cells = [*STRANGE, *enums, *(value.upper() for value in enums)]
        for cell, said in zip(cells, ours(of, field, cells), strict=True):
            _, notes = reader(cell)
            if cell in STRICTER.get(field.type, ()):
                assert "type" in said
            else:
                assert said == set(notes or {}), (field.name, cell, said, notes)


def test_no_pattern_of_a_schema_needs_what_a_linear_engine_has_not() -> None:
    for _, field in FIELDS:
        if "pattern" in field.constraints:
            as_re2(field.constraints["pattern"])


@pytest.mark.parametrize("pattern", ["a(?=b)", "(?<!a)b", r"(a)\1"])
def test_a_pattern_that_could_run_away_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"look-around|back-reference"):
        as_re2(pattern)


# Cells made to stop whoever reads them, and dates and numbers beyond what a computer has.
HOSTILE = ["é\x00", "x" * 5000, "[" * 500, '{"a":' * 200, "31/12/99999", "99/99/9999", "1er", "32 janvier 2024", "24h60", "9" * 400, "1e999",
           "FR" + "9" * 25, "2" * 13 + "2A", "a@b@c.fr", "()", "'; DROP TABLE t; --", "$file", "%s", "{}"]  # fmt: skip


@pytest.mark.parametrize(
    "key", ["etalab/schema-irve-statique", "scdl/menus-collectifs", "scdl/deliberations", "etalab/schema-zfe"]
)
def test_strange_cells_stop_nothing(key: str, tmp_path: Path) -> None:
    of = next(each for each in schemas() if each.key == key)
    cells = [*STRANGE, *HOSTILE]
    table = raw(tmp_path, [field.name for field in of.fields], [[cell] * len(of.fields) for cell in cells])
    verdict = check(table, Match(of.key, of.version, 1.0))
    assert verdict.level == Level.INVALID
    assert all(1 <= count <= len(cells) for count in verdict.counts.values())
