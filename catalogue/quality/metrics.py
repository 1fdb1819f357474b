"""The metrics of both versions of the MQA, one line each. docs/metadata-quality.md, the pages and the export derive from them.

Version 1: the published methodology and piveau's score values. Version 2: weights follow the obligation of DCAT-AP 3
(mandatory 1, recommended 0.5, optional 0.25); its metrics of data services are unpublished, hence not evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalogue.dcat.terms import Values
from catalogue.dcat.vocabularies import BASES
from catalogue.spoken import gettext_noop as _

FILE_TYPES = BASES["file-type"]
# https://www.iana.org/assignments/media-types: an address of one of the registered top-level types.
MEDIA_TYPE = re.compile(
    r"https?://www\.iana\.org/assignments/media-types/"
    r"(application|audio|font|haptics|image|message|model|multipart|text|video)/[\w.+-]+\Z"
)
MACHINE_READABLE = frozenset(
    "CSV GEOJSON ICS JSON JSON_LD KML KMZ NETCDF ODS RDFA RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG RDF_TURTLE RDF_XML RSS SHP "
    "XLS XLSX XML".split()
)
NON_PROPRIETARY = frozenset(
    "BMP CSV DBF GEOJSON GZIP HTML ICS JPEG2000 JSON JSON_LD KML KMZ NETCDF ODS PNG RDF_N_QUADS RDF_N_TRIPLES RDF_TRIG "
    "RDF_TURTLE RDF_XML RSS RTF TAR TIFF TSV TXT WMS_SRVC XML ZIP".split()
)


@dataclass(frozen=True)
class Facts:
    """What the values alone do not tell. `statuses`: address -> HTTP status after redirects, 0 when nobody answers; an
    address that is absent was not checked. `conforms`: no violation of DCAT-AP, None when not checked. `known`: the
    addresses of the vocabularies that the methodology names (file types, access rights, licences).
    """

    statuses: Mapping[str, int] = field(default_factory=dict)
    conforms: bool | None = None
    known: frozenset[str] = frozenset()


Test = Callable[[Values, Facts], bool | None]  # None: not checked yet


def _given(name: str) -> Test:
    def test(values: Values, _: Facts) -> bool:
        value = values.get(name)
        return bool(value) or value == 0

    return test


def _dated(name: str) -> Test:
    """Said of the dataset or of a file, it counts once."""
    given = _given(name)
    return lambda values, facts: any(given(each, facts) for each in (values, *(values.get("distribution") or ())))


def _answers(name: str) -> Test:
    """Status 200 to 299. What is not on the web (ftp:, urn:) has no status and never will."""

    def test(values: Values, facts: Facts) -> bool | None:
        addresses = [url for url in values.get(name) or () if url[:8].lower().startswith(("http://", "https://"))]
        found = [facts.statuses.get(url) for url in addresses]
        if any(status is not None and 200 <= status <= 299 for status in found):
            return True
        return None if None in found else False

    return test


def _address(values: Values, name: str) -> str:
    """The address of a value that may be described in place."""
    said: Any = values.get(name)
    return str((said.get("uri") if isinstance(said, dict) else said) or "")


def _known(name: str) -> Test:
    return lambda values, facts: _address(values, name) in facts.known


def _format_in(codes: frozenset[str]) -> Test:
    def test(values: Values, _: Facts) -> bool:
        address = _address(values, "format")
        return address.startswith(FILE_TYPES) and address.removeprefix(FILE_TYPES) in codes

    return test


def _media_known(values: Values, _: Facts) -> bool:
    return bool(MEDIA_TYPE.match(_address(values, "media_type")))


def _one_known(values: Values, facts: Facts) -> bool:
    """Version 1 asks for one of the two: a European file type, or a media type of IANA."""
    return _address(values, "format") in facts.known or _media_known(values, facts)


def _conforms(_: Values, facts: Facts) -> bool | None:
    return facts.conforms


@dataclass(frozen=True)
class Metric:
    """`on`: "dataset" or "distribution". `term`: one of that class in the profile, "" for the whole record.
    `most`: what it is worth. `advice`: what to do, for a person, told by gettext as names of dimensions and bands are.
    """

    on: str
    name: str
    dimension: str
    term: str
    most: float
    test: Test
    advice: str

    @property
    def key(self) -> str:
        """Its name in the base, in addresses and in the docs: some names are used of both classes."""
        return f"{self.on}.{self.name}"

    @property
    def field(self) -> str:
        """The path in the profile's terms, as `Finding.path`."""
        return self.term if self.on == DATASET else f"{self.on}.{self.term}"


@dataclass(frozen=True)
class Methodology:
    """One version. `bands`: least points and name, the best first. `best_file`: of several files the best one counts,
    else the mean of all files, and the result is the mean of the dataset's and the files' (of those there are).
    """

    code: str
    name: str
    most: float
    dimensions: Mapping[str, str]
    bands: tuple[tuple[float, str], ...]
    best_file: bool
    metrics: tuple[Metric, ...]

    @property
    def decimals(self) -> int:
        """How many are worth being told of a total."""
        return 2 if self.most < 100 else 0

    def band(self, points: float) -> str:
        """The band of a dataset's points, or of an average."""
        return next(name for least, name in self.bands if points >= least)


DATASET, FILE = "dataset", "distribution"
F, A, I, R, C = "findability", "accessibility", "interoperability", "reusability", "contextuality"  # noqa: E741
NAMES = {F: _("Se trouver"), A: _("S’ouvrir"), I: _("Se combiner"), R: _("Se réutiliser"), C: _("Se situer")}
LAW = _("citez le texte de loi qui s’applique")
KEYWORDS, THEME = _("ajoutez au moins un mot-clé"), _("choisissez un thème")
SPATIAL, TEMPORAL = _("dites quel territoire est couvert"), _("dites quelle période est couverte")
ISSUED, MODIFIED = _("donnez la date de publication"), _("donnez la date de mise à jour")
CONTACT, PUBLISHER = _("donnez un contact"), _("nommez l’organisme qui publie")
RIGHTS = _("dites si l’accès est public ou restreint")
RIGHTS_LIST = _("choisissez les conditions d’accès dans la liste européenne")
ACCESS, DOWNLOAD = _("donnez l’adresse où l’on obtient le fichier"), _("donnez l’adresse de téléchargement direct")
ACCESS_ANSWERS = _("donnez une adresse d’accès qui répond")
DOWNLOAD_ANSWERS = _("donnez une adresse de téléchargement qui répond")
FORMAT, FORMAT_LIST = _("dites le format du fichier"), _("choisissez le format dans la liste européenne")
MEDIA, MEDIA_LIST = _("dites le type de média (text/csv…)"), _("choisissez le type de média dans la liste de l’IANA")
OPEN = _("publiez aussi dans un format ouvert (CSV, GeoJSON…)")
MACHINE = _("publiez aussi dans un format que les machines lisent (CSV, JSON…)")
SIZE, FILE_RIGHTS = _("dites la taille du fichier"), _("ajoutez une mention des droits")
LICENCE, LICENCE_LIST = (
    _("choisissez la licence du fichier"),
    _("choisissez une licence connue (Licence Ouverte 2.0 par exemple)"),
)
OTHER = _("donnez un autre identifiant (un DOI par exemple)")
MACHINES, OPEN_ONES = _format_in(MACHINE_READABLE), _format_in(NON_PROPRIETARY)

# One metric, one line, in the order of the methodology.
# fmt: off
V2 = Methodology("v2", "MQA v2", 7.5, {name: NAMES[name] for name in (F, A, I, R)},
    ((5, _("excellente")), (2.5, _("bonne")), (0, _("suffisante"))), best_file=False, metrics=(
    Metric(DATASET, "titleAvailability", F, "title", 1, _given("title"), _("donnez un titre")),
    Metric(DATASET, "descriptionAvailability", F, "description", 1, _given("description"), _("décrivez les données")),
    Metric(DATASET, "keywordAvailability", F, "keyword", .5, _given("keyword"), KEYWORDS),
    Metric(DATASET, "categoryAvailability", F, "theme", .5, _given("theme"), THEME),
    Metric(DATASET, "spatialAvailability", F, "spatial", .5, _given("spatial"), SPATIAL),
    Metric(DATASET, "temporalAvailability", F, "temporal", .5, _given("temporal"), TEMPORAL),
    Metric(DATASET, "dateIssuedAvailability", F, "issued", .25, _given("issued"), ISSUED),
    Metric(DATASET, "dateModifiedAvailability", F, "modified", .25, _given("modified"), MODIFIED),
    Metric(DATASET, "applicableLegislationAvailability", F, "applicable_legislation", .25, _given("applicable_legislation"), LAW),
    Metric(DATASET, "relationAvailability", F, "relation", .25, _given("relation"), _("citez une ressource liée")),
    Metric(DATASET, "dctIdentifierAvailability", A, "identifier", .25, _given("identifier"), _("donnez un identifiant")),
    Metric(DATASET, "admsIdentifierAvailability", A, "other_identifier", .25, _given("other_identifier"), OTHER),
    Metric(DATASET, "landingPageAvailability", A, "landing_page", .25, _given("landing_page"), _("donnez l’adresse de la page qui présente les données")),
    Metric(DATASET, "contactPointAvailability", R, "contact_point", .5, _given("contact_point"), CONTACT),
    Metric(DATASET, "publisherAvailability", R, "publisher", .5, _given("publisher"), PUBLISHER),
    Metric(DATASET, "provenanceAvailability", R, "provenance", .25, _given("provenance"), _("dites d’où viennent les données")),
    Metric(DATASET, "accessRightsAvailability", R, "access_rights", .25, _given("access_rights"), RIGHTS),
    Metric(DATASET, "accessRightsVocabularyAlignment", R, "access_rights", .25, _known("access_rights"), RIGHTS_LIST),
    Metric(FILE, "accessUrlAvailability", A, "access_url", 1, _given("access_url"), ACCESS),
    Metric(FILE, "accessUrlStatusCode", A, "access_url", .25, _answers("access_url"), ACCESS_ANSWERS),
    Metric(FILE, "downloadUrlAvailability", A, "download_url", .25, _given("download_url"), DOWNLOAD),
    Metric(FILE, "downloadUrlStatusCode", A, "download_url", .25, _answers("download_url"), DOWNLOAD_ANSWERS),
    Metric(FILE, "mediaTypeAvailability", A, "media_type", .25, _given("media_type"), MEDIA),
    Metric(FILE, "byteSizeAvailability", A, "byte_size", .25, _given("byte_size"), SIZE),
    Metric(FILE, "formatAvailability", A, "format", .5, _given("format"), FORMAT),
    Metric(FILE, "descriptionAvailability", F, "description", .5, _given("description"), _("décrivez le fichier")),
    Metric(FILE, "titleAvailability", F, "title", .25, _given("title"), _("donnez un titre au fichier")),
    Metric(FILE, "dateIssuedAvailability", F, "issued", .25, _given("issued"), ISSUED),
    Metric(FILE, "dateModifiedAvailability", F, "modified", .25, _given("modified"), MODIFIED),
    Metric(FILE, "formatFromVocabulary", I, "format", .5, _known("format"), FORMAT_LIST),
    Metric(FILE, "formatMediaTypeMachineInterpretable", I, "format", .5, MACHINES, MACHINE),
    Metric(FILE, "formatMediaTypeNonProprietary", I, "format", .5, OPEN_ONES, OPEN),
    Metric(FILE, "mediaTypeFromVocabulary", I, "media_type", .25, _media_known, MEDIA_LIST),
    Metric(FILE, "licenceAvailability", R, "license", .5, _given("license"), LICENCE),
    Metric(FILE, "knownLicence", R, "license", .5, _known("license"), LICENCE_LIST),
    Metric(FILE, "documentationAvailability", R, "page", .25, _given("page"), _("donnez l’adresse de la documentation")),
    Metric(FILE, "statusAvailability", R, "status", .25, _given("status"), _("dites l’état du fichier (achevé, obsolète…)")),
    Metric(FILE, "rightsAvailability", R, "rights", .25, _given("rights"), FILE_RIGHTS),
))
V1 = Methodology("v1", "MQA v1", 405, NAMES,
    ((351, _("excellente")), (221, _("bonne")), (121, _("suffisante")), (0, _("insuffisante"))), best_file=True, metrics=(
    Metric(DATASET, "keywordAvailability", F, "keyword", 30, _given("keyword"), KEYWORDS),
    Metric(DATASET, "categoryAvailability", F, "theme", 30, _given("theme"), THEME),
    Metric(DATASET, "spatialAvailability", F, "spatial", 20, _given("spatial"), SPATIAL),
    Metric(DATASET, "temporalAvailability", F, "temporal", 20, _given("temporal"), TEMPORAL),
    Metric(FILE, "accessUrlStatusCode", A, "access_url", 50, _answers("access_url"), ACCESS_ANSWERS),
    Metric(FILE, "downloadUrlAvailability", A, "download_url", 20, _given("download_url"), DOWNLOAD),
    Metric(FILE, "downloadUrlStatusCode", A, "download_url", 30, _answers("download_url"), DOWNLOAD_ANSWERS),
    Metric(FILE, "formatAvailability", I, "format", 20, _given("format"), FORMAT),
    Metric(FILE, "mediaTypeAvailability", I, "media_type", 10, _given("media_type"), MEDIA),
    Metric(FILE, "formatMediaTypeVocabularyAlignment", I, "format", 10, _one_known, FORMAT_LIST),
    Metric(FILE, "formatMediaTypeNonProprietary", I, "format", 20, OPEN_ONES, OPEN),
    Metric(FILE, "formatMediaTypeMachineInterpretable", I, "format", 20, MACHINES, MACHINE),
    Metric(DATASET, "dcatApCompliance", I, "", 30, _conforms, _("corrigez les erreurs que signale la vérification de la fiche")),
    Metric(FILE, "licenceAvailability", R, "license", 20, _given("license"), LICENCE),
    Metric(FILE, "knownLicence", R, "license", 10, _known("license"), LICENCE_LIST),
    Metric(DATASET, "accessRightsAvailability", R, "access_rights", 10, _given("access_rights"), RIGHTS),
    Metric(DATASET, "accessRightsVocabularyAlignment", R, "access_rights", 5, _known("access_rights"), RIGHTS_LIST),
    Metric(DATASET, "contactPointAvailability", R, "contact_point", 20, _given("contact_point"), CONTACT),
    Metric(DATASET, "publisherAvailability", R, "publisher", 10, _given("publisher"), PUBLISHER),
    Metric(FILE, "rightsAvailability", C, "rights", 5, _given("rights"), FILE_RIGHTS),
    Metric(FILE, "byteSizeAvailability", C, "byte_size", 5, _given("byte_size"), SIZE),
    Metric(DATASET, "dateIssuedAvailability", C, "issued", 5, _dated("issued"), ISSUED),
    Metric(DATASET, "dateModifiedAvailability", C, "modified", 5, _dated("modified"), MODIFIED),
))
# fmt: on
VERSIONS = {version.code: version for version in (V2, V1)}  # the one to show first, first


def anchor(version: Methodology, name: str = "") -> str:
    """Where the page of the methodology defines the whole version, one of its dimensions, or a metric by its key."""
    return f"{version.code}-{name.replace('.', '-')}" if name else version.code
