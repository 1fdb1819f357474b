"""The European Metadata Quality Assessment, version 1: 405 points, per dataset, with what would gain more.

Methodology: https://data.europa.eu/mqa/methodology. From the values of a record (`catalogue.dcat.classes.Profile.read`)
and what is known of its links; nothing is fetched or kept here. Of several files the one that scores best counts; a link
that was not checked counts 0 and says so. A data service is not evaluated: its metrics are unpublished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from catalogue.dcat.classes import EMPTY
from catalogue.dcat.terms import Values
from catalogue.dcat.vocabularies import BASES

VERSION = "MQA v1"
MOST = 405
RATINGS = ((351, "Excellent"), (221, "Bon"), (121, "Suffisant"), (0, "Insuffisant"))
FILE_TYPES, RIGHTS = BASES["file-type"], BASES["access-right"]
LICENCES = "http://publications.europa.eu/resource/authority/licence/"
MEDIA_TYPES = ("http://www.iana.org/assignments/media-types/", "https://www.iana.org/assignments/media-types/")
MACHINE_READABLE = frozenset(
    "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS SHP "
    "XLS XLSX XML".split()
)
NON_PROPRIETARY = frozenset(
    "BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG "
    "RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP".split()
)
UNCHECKED = "les points viendront si l’adresse répond"


@dataclass(frozen=True)
class Facts:
    """What the values alone do not tell. `statuses`: address -> HTTP status after redirects, 0 when nobody answers; an
    address that is absent was not checked. `conforms`: no violation, None when not checked. `licences`: known addresses
    besides those of the European table.
    """

    statuses: Mapping[str, int]
    conforms: bool | None = None
    licences: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scored:
    """One metric of one dataset. `field` is its place in the profile, "" for the whole record; `gain` is empty when full."""

    metric: str
    dimension: str
    field: str
    points: int
    most: int
    gain: str = ""


@dataclass(frozen=True)
class Score:
    """A dataset's score; `metrics` in the order of the methodology."""

    metrics: tuple[Scored, ...]

    @property
    def total(self) -> int:
        return sum(metric.points for metric in self.metrics)

    @property
    def rating(self) -> str:
        return rating(self.total)

    def dimension(self, name: str) -> int:
        return sum(metric.points for metric in self.metrics if metric.dimension == name)

    @property
    def gains(self) -> list[Scored]:
        """What would gain points, the most first."""
        return sorted((m for m in self.metrics if m.gain), key=lambda m: (m.points - m.most, m.metric))


def rating(points: float) -> str:
    """The band of a dataset's points, or of a catalogue's average."""
    return next(name for least, name in RATINGS if points >= least)


def average(scores: Iterable[Score]) -> float | None:
    """A body's or a catalogue's score; None when there is nothing to score."""
    totals = [score.total for score in scores]
    return sum(totals) / len(totals) if totals else None


Test = Callable[[Values, Facts], bool | None]  # None: not checked yet


def _given(name: str, values: Values, _: Facts) -> bool:
    return values.get(name) not in EMPTY


def _code(values: Values) -> str:
    said = str(values.get("format") or "")
    return said.removeprefix(FILE_TYPES) if said.startswith(FILE_TYPES) else ""


def _answers(name: str, values: Values, facts: Facts) -> bool | None:
    known = [facts.statuses[url] for url in values.get(name) or () if url in facts.statuses]
    if not known and values.get(name):
        return None
    return any(200 <= status <= 299 for status in known)


def _aligned(values: Values, _: Facts) -> bool:
    """The methodology asks for one of the two: a European file type, or a media type of IANA."""
    return bool(_code(values)) or str(values.get("media_type") or "").startswith(MEDIA_TYPES)


def _known_licence(values: Values, facts: Facts) -> bool:
    licence = str(values.get("license") or "")
    return licence.startswith(LICENCES) or licence in facts.licences


def _open(values: Values, _: Facts) -> bool:
    return _code(values) in NON_PROPRIETARY


def _machine(values: Values, _: Facts) -> bool:
    return _code(values) in MACHINE_READABLE


def _known_rights(values: Values, _: Facts) -> bool:
    return str(values.get("access_rights") or "").startswith(RIGHTS)


def _conforms(_: Values, facts: Facts) -> bool | None:
    return facts.conforms


def _dated(name: str, values: Values, facts: Facts) -> bool:
    """Said of the dataset or of a file, it counts once."""
    return any(_given(name, each, facts) for each in (values, *(values.get("distribution") or ())))


@dataclass(frozen=True)
class Metric:
    name: str
    dimension: str
    field: str
    most: int
    test: Test
    advice: str


F, A, N, R, C = "findability", "accessibility", "interoperability", "reusability", "contextuality"
# One metric, one line.
# fmt: off
DATASET = (
    Metric("keywordAvailability", F, "keyword", 30, partial(_given, "keyword"), "ajoutez au moins un mot-clé"),
    Metric("categoryAvailability", F, "theme", 30, partial(_given, "theme"), "choisissez un thème"),
    Metric("spatialAvailability", F, "spatial", 20, partial(_given, "spatial"), "dites quel territoire est couvert"),
    Metric("temporalAvailability", F, "temporal", 20, partial(_given, "temporal"), "dites quelle période est couverte"),
    Metric("dcatApCompliance", N, "", 30, _conforms, "corrigez les erreurs que signale la vérification de la fiche"),
    Metric("accessRightsAvailability", R, "access_rights", 10, partial(_given, "access_rights"), "dites si l’accès est public ou restreint"),
    Metric("accessRightsVocabularyAlignment", R, "access_rights", 5, _known_rights, "choisissez les conditions d’accès dans la liste européenne"),
    Metric("contactPointAvailability", R, "contact_point", 20, partial(_given, "contact_point"), "donnez un contact"),
    Metric("publisherAvailability", R, "publisher", 10, partial(_given, "publisher"), "nommez l’organisme qui publie"),
    Metric("dateIssuedAvailability", C, "issued", 5, partial(_dated, "issued"), "donnez la date de publication"),
    Metric("dateModifiedAvailability", C, "modified", 5, partial(_dated, "modified"), "donnez la date de mise à jour"),
)
FILE = (
    Metric("accessUrlStatusCode", A, "distribution.access_url", 50, partial(_answers, "access_url"), "donnez une adresse d’accès qui répond"),
    Metric("downloadUrlAvailability", A, "distribution.download_url", 20, partial(_given, "download_url"), "donnez l’adresse de téléchargement direct"),
    Metric("downloadUrlStatusCode", A, "distribution.download_url", 30, partial(_answers, "download_url"), "donnez une adresse de téléchargement qui répond"),
    Metric("formatAvailability", N, "distribution.format", 20, partial(_given, "format"), "dites le format du fichier"),
    Metric("mediaTypeAvailability", N, "distribution.media_type", 10, partial(_given, "media_type"), "dites le type de média (text/csv…)"),
    Metric("formatMediaTypeVocabularyAlignment", N, "distribution.format", 10, _aligned, "choisissez le format dans la liste européenne"),
    Metric("formatMediaTypeNonProprietary", N, "distribution.format", 20, _open, "publiez aussi dans un format ouvert (CSV, GeoJSON…)"),
    Metric("formatMediaTypeMachineInterpretable", N, "distribution.format", 20, _machine, "publiez aussi dans un format que les machines lisent (CSV, JSON…)"),
    Metric("licenceAvailability", R, "distribution.license", 20, partial(_given, "license"), "choisissez une licence"),
    Metric("knownLicence", R, "distribution.license", 10, _known_licence, "choisissez une licence connue (Licence Ouverte 2.0 par exemple)"),
    Metric("rightsAvailability", C, "distribution.rights", 5, partial(_given, "rights"), "ajoutez une mention des droits"),
    Metric("byteSizeAvailability", C, "distribution.byte_size", 5, partial(_given, "byte_size"), "dites la taille du fichier"),
)
# fmt: on


def score(values: Values, facts: Facts) -> Score:
    """The score of a dataset from its values."""
    said: list[Values] = values.get("distribution") or [{}]
    files = [_measured(FILE, file, facts) for file in said]
    best = max(files, key=lambda measured: sum(metric.points for metric in measured))
    return Score((*_measured(DATASET, values, facts), *best))


def _measured(metrics: tuple[Metric, ...], values: Any, facts: Facts) -> tuple[Scored, ...]:
    return tuple(_one(metric, metric.test(values, facts)) for metric in metrics)


def _one(metric: Metric, met: bool | None) -> Scored:
    if met:
        return Scored(metric.name, metric.dimension, metric.field, metric.most, metric.most)
    advice = UNCHECKED if met is None and metric.dimension == A else metric.advice
    state = " (pas encore vérifié)" if met is None else ""
    gain = f"{metric.most} points à gagner{state} : {advice}."
    return Scored(metric.name, metric.dimension, metric.field, 0, metric.most, gain)
