"""The observations of an indicator as files: CSV, SDMX-CSV, JSON, the national layout, RDF Data Cube. Pure: lines in, text out."""

from __future__ import annotations

from catalogue.indicators.exports.cube import ntriples
from catalogue.indicators.exports.line import TOTAL, Cube, Line, frequency
from catalogue.indicators.exports.plain import observation, whole
from catalogue.indicators.exports.schema import table_schema
from catalogue.indicators.exports.tabular import MESHES, national, own, sdmx

__all__ = [
    "MESHES", "TOTAL", "Cube", "Line", "frequency", "national", "ntriples", "observation", "own", "sdmx", "table_schema", "whole",
]  # fmt: skip
