"""Observations as RDF Data Cube (W3C Recommendation of 16 January 2014), in N-Triples that the writers of forms convert.

Each axis is a dimension, TOTAL where it is not broken down. An observation without a value has no place in a cube (its
measure is mandatory, integrity constraint 14): it is in the CSV, with why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from catalogue.indicators.contract import Axis, Status, Words
from catalogue.indicators.exports.line import Cube, Line

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
DCT: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
QB: Final = "http://purl.org/linked-data/cube#"
SDMX: Final = "http://purl.org/linked-data/sdmx/2009/"
AREA: Final = SDMX + "dimension#refArea"
PERIOD: Final = SDMX + "dimension#refPeriod"
VALUE: Final = SDMX + "measure#obsValue"
UNIT: Final = SDMX + "attribute#unitMeasure"
STATUS: Final = SDMX + "attribute#obsStatus"
CODES: Final = {status: f"{SDMX}code#obsStatus-{status.value}" for status in Status if status.valued}
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
ESCAPED: Final = re.compile(r'[\x00-\x1f\x7f"\\]')
BLOCK: Final = 500  # observations given at once


def dimension(address: str, axis: str) -> str:
    """The property of an axis; `address` as of `Cube`."""
    return f"{address}#axe-{quote(axis, safe='')}"


def part(address: str, name: str) -> str:
    """The property of one of the two parts of a value: "numerateur", "denominateur"."""
    return f"{address}#{name}"


def unit(base: str, code: str) -> str:
    """The concept of a unit; `base`: of all the indicators' addresses here."""
    return f"{base}/unites#{quote(code, safe='')}"


def ntriples(cube: Cube, lines: Iterable[Line]) -> Iterator[str]:
    """The structure, then the observations that have a value, by blocks of whole lines."""
    yield "".join(_structure(cube))
    held: list[str] = []
    for line in lines:
        if line.value is not None and line.status in CODES:
            held.append(_observation(cube, line))
            if len(held) >= BLOCK:
                yield "".join(held)
                held.clear()
    if held:
        yield "".join(held)


def _structure(cube: Cube) -> Iterator[str]:
    recipe, here = cube.recipe, cube.address
    data, structure, unit_of = f"<{here}#cube>", f"<{here}#structure>", unit(here.rpartition("/")[0], recipe.unit.code)
    yield f"{data} <{RDF}type> <{QB}DataSet> .\n{data} <{QB}structure> {structure} .\n{data} <{UNIT}> <{unit_of}> .\n"
    yield _both(data, DCT + "title", recipe.title) + _both(data, DCT + "description", recipe.definition)
    yield f"<{unit_of}> <{RDF}type> <{SKOS}Concept> .\n" + _both(f"<{unit_of}>", SKOS + "prefLabel", recipe.unit.words)
    yield f"{structure} <{RDF}type> <{QB}DataStructureDefinition> .\n"
    yield _component(cube, "territoire", "dimension", AREA, 1) + _component(cube, "periode", "dimension", PERIOD, 2)
    for order, axis in enumerate(recipe.axes, 3):
        yield _axis(here, axis) + _component(
            cube, f"axe-{quote(axis.name, safe='')}", "dimension", dimension(here, axis.name), order
        )
    yield _component(cube, "valeur", "measure", VALUE)
    yield (
        _component(cube, "unite", "attribute", UNIT)
        + f"<{here}#composant-unite> <{QB}componentAttachment> <{QB}DataSet> .\n"
    )
    yield _component(cube, "statut", "attribute", STATUS)
    for name, said in (
        ("numerateur", Words("Numérateur", "Numerator")),
        ("denominateur", Words("Dénominateur", "Denominator")),
    ):
        mine = f"<{part(here, name)}>"
        yield f"{mine} <{RDF}type> <{QB}AttributeProperty> .\n{mine} <{RDFS}range> <{XSD}double> .\n" + _both(
            mine, RDFS + "label", said
        )
        yield _component(cube, name, "attribute", part(here, name))


def _component(cube: Cube, name: str, role: str, property: str, order: int = 0) -> str:
    node = f"<{cube.address}#composant-{name}>"
    said = f"<{cube.address}#structure> <{QB}component> {node} .\n{node} <{RDF}type> <{QB}ComponentSpecification> .\n"
    said += f"{node} <{QB}{role}> <{property}> .\n"
    return said + (f'{node} <{QB}order> "{order}"^^<{XSD}integer> .\n' if order else "")


def _axis(here: str, axis: Axis) -> str:
    mine = f"<{dimension(here, axis.name)}>"
    said = f"{mine} <{RDF}type> <{QB}DimensionProperty> .\n{mine} <{RDFS}range> <{XSD}string> .\n"
    return said + _both(mine, RDFS + "label", axis.words)


def _observation(cube: Cube, line: Line) -> str:
    here = cube.address
    of = f"-{quote(line.axis, safe='')}-{quote(line.member, safe='')}" if line.axis else ""
    mine = f"<{here}#{line.level}-{line.code}-{quote(line.period, safe='')}{of}>"
    said = [
        f"{mine} <{RDF}type> <{QB}Observation> .\n{mine} <{QB}dataSet> <{here}#cube> .\n{mine} <{AREA}> <{line.uri}> .\n",
        f"{mine} <{PERIOD}> {_period(line.period)} .\n",
        *(
            f"{mine} <{dimension(here, axis.name)}> {literal(line.member_of(axis.name))} .\n"
            for axis in cube.recipe.axes
        ),
        f"{mine} <{VALUE}> {_double(line.value)} .\n{mine} <{STATUS}> <{CODES[Status(line.status)]}> .\n",
    ]
    for name, value in (("numerateur", line.numerator), ("denominateur", line.denominator)):
        if value is not None:
            said.append(f"{mine} <{part(here, name)}> {_double(value)} .\n")
    if line.source:
        said.append(f"{mine} <{PROV}wasDerivedFrom> <{line.source}> .\n")
    return "".join(said)


def _period(period: str) -> str:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    kind = kinds.get(len(period)) if re.match(r"\d{4}(-\d\d){0,2}\Z", period) else None
    return f'"{period}"^^<{XSD}{kind}>' if kind else literal(period)


def _double(value: float | None) -> str:
    return f'"{value!r}"^^<{XSD}double>'


def _both(node: str, predicate: str, words: Words) -> str:
    said = {"fr": words.fr, "en": words.en}
    return "".join(f"{node} <{predicate}> {literal(text)}@{tag} .\n" for tag, text in said.items() if text)


def literal(text: str) -> str:
    """As N-Triples writes it (RDF 1.1 N-Triples §2.4)."""
    sound = text if text.isascii() else text.encode("utf-8", "replace").decode()
    return '"' + ESCAPED.sub(lambda found: ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", sound) + '"'
