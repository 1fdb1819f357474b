"""The record that is proposed of a file: what its draft says already, and for the rest what the file says, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from catalogue.amending import values_of
from catalogue.dcat.classes import EMPTY
from catalogue.dcat.rules import HVD_LAW
from catalogue.dcat.terms import Values
from catalogue.models import Dataset, Table, in_french
from catalogue.proposing import Facts, Proposal, propose
from catalogue.proposing.proposals import high_value
from catalogue.quality.facts import known_addresses
from catalogue.quality.metrics import V2
from catalogue.quality.metrics import Facts as Measured
from catalogue.quality.scoring import Assessment, assess
from catalogue.tables.plain import columns_from, suspicions_from
from catalogue.tabling.dropping import place_of
from portal.pages.fields import Field
from portal.pages.forms import RecordForm

FIRST: Final = ("title", "description", "theme", "keyword", "license")
MORE: Final = ("temporal", "frequency", "spatial", "conforms_to", "contact_point")
AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
IANA: Final = "https://www.iana.org/assignments/media-types/"
# By what the reader of a file calls its format: code of the European list, media type.
FORMATS: Final = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xls": ("XLS", "application/vnd.ms-excel"),
    "ods": ("ODS", "application/vnd.oasis.opendocument.spreadsheet"),
    "json": ("JSON", "application/json"),
    "ndjson": ("JSON", "application/x-ndjson"),
    "geojson": ("GEOJSON", "application/geo+json"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet"),
    "totem": ("XML", "application/xml"),
}


@dataclass(frozen=True)
class Shown:
    """A field of the page, with why it says what it says: "" when a person wrote it."""

    field: Field
    reason: str


@dataclass
class Card:
    """`form` begins with the proposals; `reasons`: by the name of the term."""

    form: RecordForm
    reasons: dict[str, str]
    values: Values
    high_value: str = ""

    @property
    def first(self) -> list[Shown]:
        return [Shown(self.form.fields[name], self.reasons.get(name, "")) for name in FIRST]

    @property
    def more(self) -> list[Shown]:
        return [Shown(self.form.fields[name], self.reasons.get(name, "")) for name in MORE]

    @property
    def suggestions(self) -> list[tuple[str, list[str]]]:
        """The lists of the fields that are shown: the code of the vocabulary and its labels."""
        shown = [control for one in (*self.first, *self.more) for control in one.field.all_controls]
        codes = {control.suggestions for control in shown} - {""}
        return [(code, sorted(self.form.known.choices(code).values())) for code in sorted(codes)]

    @property
    def marks(self) -> dict[str, str]:
        return {name: self.form.marks[name] for name in (*FIRST, *MORE)}


def card_of(draft: Dataset, table: Table) -> Card:
    """What a draft that somebody saved from the page leaves empty was left so: nothing is proposed of it any more. Nor over what
    it says, when it was saved before it was whole.
    """
    said = values_of(draft)
    facts = _facts(draft, table)
    found = {} if draft.description else {**_of_body(draft), **propose(facts)}
    typed = {name for name, value in said.items() if value not in EMPTY} - ({"title"} if _untouched(draft) else set())
    found = {name: one for name, one in found.items() if name not in typed}
    values = {**said, **{name: one.value for name, one in found.items()}}
    values["distribution"] = _files(values.get("distribution", []), table, values)
    reasons = {name: one.reason for name, one in found.items()}
    return Card(RecordForm(values, new=True), reasons, values, high_value(facts))


def _untouched(draft: Dataset) -> bool:
    """Whether its title is still what the name of its file gave it when it was dropped."""
    names = [in_french(file.title) or "" for file in draft.distributions.all()]
    first = Facts(names[0] if names else "", 0, (), place=place_of(draft.owner))
    return bool(draft.title == propose(first)["title"].value)


def with_high_value(values: Values, category: str) -> Values:
    """Said to be of high value, in the record and in its files (DCAT-AP HVD)."""
    law = [HVD_LAW.value]
    files = [{**file, "applicable_legislation": law} for file in values.get("distribution", [])]
    return {**values, "hvd_category": [category], "applicable_legislation": law, "distribution": files}


def score_of(draft: Dataset, values: Values) -> Assessment:
    """What the European score will be, as far as it can be known before its addresses are looked at."""
    told = {"identifier": [str(draft.pk)], **values}
    return assess(V2, told, Measured({}, True, known_addresses()))


def _facts(draft: Dataset, table: Table) -> Facts:
    version = table.current
    place = place_of(draft.owner)
    if version is None:
        return Facts(table.name, 0, (), place=place, body=draft.owner.name)
    match = (version.verdict or {}).get("match") or {}
    return Facts(
        name=table.name,
        rows=version.rows,
        columns=columns_from(version.columns),
        format=str(version.reading.get("format", "")),
        schema=version.schema,
        version=version.schema_version,
        confidence=float(match.get("confidence", 0)),
        declared=bool(match.get("declared")),
        body=draft.owner.name,
        place=place,
        hidden=frozenset(name for one in suspicions_from(version.suspicions) for name in one.columns),
    )


def _of_body(draft: Dataset) -> dict[str, Proposal]:
    body = draft.owner
    if not body.email:
        return {}
    contact = [{"name": {"fr": body.name}, "email": [f"mailto:{body.email}"]}]
    return {"contact_point": Proposal("contact_point", contact, _("c’est l’adresse de votre organisme"))}


def _files(files: list[Any], table: Table, values: Values) -> list[Any]:
    """Each file with its format, as it was read, and the licence of the whole."""
    format_ = str(table.current.reading.get("format", "")) if table.current else ""
    code, media = FORMATS.get(format_, ("", ""))
    told: Values = {"format": f"{AUTHORITY}file-type/{code}", "media_type": f"{IANA}{media}"} if code else {}
    if licence := values.get("license"):
        told["license"] = licence
    return [{**told, **file} for file in files]
