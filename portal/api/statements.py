"""What we say of a record, of a body and of the catalogue, as triples.

Records come from the form that was stored when they were published; nothing of it is made anew here. Whatever the base
holds, these functions give sound triples: a line that cannot be read is left out and told to the log of the instance.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

import pyoxigraph as ox
from django.conf import settings
from django.utils import timezone

from catalogue.dcat import formats
from catalogue.dcat.canon import Sound, escaped
from catalogue.dcat.profile import AGENT, CATALOGUE, DCAT, DCT, FOAF
from catalogue.dcat.terms import RDF_TYPE, XSD, Values, is_address
from catalogue.models import Dataset, Organisation, Record, Territory
from portal.branding import branding

log = logging.getLogger(__name__)
SOURCE = "source"
FRENCH = "http://publications.europa.eu/resource/authority/language/FRA"
DATED = re.compile(r'<http://purl\.org/dc/terms/(?:issued|modified)> "(\d{4}[^"]*)"')

PAGE, DOCUMENT = ox.NamedNode(FOAF + "page"), ox.NamedNode(FOAF + "Document")
ENVELOPE, TOPIC = ox.NamedNode(DCAT + "CatalogRecord"), ox.NamedNode(FOAF + "primaryTopic")
ISSUED, MODIFIED = ox.NamedNode(DCT + "issued"), ox.NamedNode(DCT + "modified")
DATE_TIME = ox.NamedNode(XSD + "dateTime")
HAS = {True: ox.NamedNode(DCAT + "dataset"), False: ox.NamedNode(DCAT + "service")}
# The columns that these functions read of a record, besides its two long forms: reading the others takes longer than
# writing the record.
COLUMNS = ("pk", "uri", "created_at", "updated_at")
HAS_RECORD = ox.NamedNode(DCAT + "record")


def catalogue_uri() -> str:
    return f"{settings.BOUTURE_URL}/catalogue"


def node(address: str, otherwise: str = "") -> ox.NamedNode:
    """The address as a node; escaped when a character of it may not stand there, `otherwise` when it is none at all."""
    if is_address(address):
        return ox.NamedNode(address)
    better = escaped(address)
    return ox.NamedNode(better if better and is_address(better) else otherwise or catalogue_uri())


def subject_of(record: Record) -> ox.NamedNode:
    return node(record.uri, f"{settings.BOUTURE_URL}/id/{record.pk}")


def envelope_of(record: Record) -> ox.NamedNode:
    return ox.NamedNode(f"{settings.BOUTURE_URL}/id/{record.pk}#fiche")


def instant(moment: datetime) -> ox.Literal:
    """Never to come: harvesters refuse such a date (a clock may have been set back since it was written)."""
    past = min(moment, timezone.now())
    return ox.Literal(past.isoformat(timespec="seconds"), datatype=DATE_TIME)


def said(record: Record) -> Iterable[ox.Triple]:
    """What the source said; what we made ourselves has no other form than the repaired one."""
    return _triples(record, record.said) if record.said else exported(record)


def exported(record: Record) -> Iterator[ox.Triple]:
    """The stored form, with the page that a person reads and the record of our catalogue (DCAT-AP 3.0.1, CatalogueRecord)."""
    yield from _triples(record, _past_only(record.repaired))
    subject, envelope = subject_of(record), envelope_of(record)
    if isinstance(record, Dataset):
        page = ox.NamedNode(settings.BOUTURE_URL + record.get_absolute_url())
        yield ox.Triple(subject, PAGE, page)
        yield ox.Triple(page, RDF_TYPE, DOCUMENT)
    yield ox.Triple(envelope, RDF_TYPE, ENVELOPE)
    yield ox.Triple(envelope, TOPIC, subject)
    yield ox.Triple(envelope, ISSUED, instant(record.created_at))
    yield ox.Triple(envelope, MODIFIED, instant(record.updated_at))


def form_of(record: Record, profile: str) -> Iterable[ox.Triple]:
    return said(record) if profile == SOURCE else exported(record)


def _past_only(text: str) -> str:
    """Without the dates to come: data.gouv.fr refuses the dataset that has one. They are said again once they have come."""
    today = f"{timezone.now():%Y-%m-%d}"
    late = {date for date in DATED.findall(text) if date[:10] > today[: len(date)]}
    if not late:
        return text
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not ((found := DATED.search(line)) and found[1] in late))


def _triples(record: Record, text: str) -> list[ox.Triple]:
    try:
        return formats.from_canonical(text)
    except SyntaxError:
        kept = [line for line in text.splitlines() if _readable(line)]
        log.warning("Fiche %s : une ligne de son RDF est illisible ; le reste est exporté.", record.pk)
        quads = ox.parse("\n".join(kept).encode(), ox.RdfFormat.N_TRIPLES, lenient=True, rename_blank_nodes=True)
        return list(Sound()(quad.triple for quad in quads))


def _readable(line: str) -> bool:
    try:
        for _ in ox.parse(line.encode("utf-8", "replace"), ox.RdfFormat.N_TRIPLES, lenient=True):
            pass
    except SyntaxError:
        return False
    return True


def catalogue(modified: datetime | None) -> list[ox.Triple]:
    """The catalogue itself: title, description, publisher, language, page, territory, date. Not its records."""
    brand = branding()
    values: Values = {
        "title": {"fr": f"Catalogue des données ouvertes {brand.of}"},
        "description": {
            "fr": f"Les jeux de données et les services de données que le portail {brand.name} recense, décrits en DCAT-AP."
        },
        "publisher": {"uri": f"{catalogue_uri()}#editeur", "name": {"fr": brand.name}},
        "homepage": f"{settings.BOUTURE_URL}/",
        "language": [FRENCH],
    }
    place = Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY else None
    if place and place.uri and not brand.invented:
        values["spatial"] = [{"uri": place.uri, "name": {"fr": [place.name]}}]
    if modified:
        values["modified"] = instant(modified).value
    triples: list[ox.Triple] = []
    CATALOGUE.write(ox.NamedNode(catalogue_uri()), values, triples, catalogue_uri())
    return triples


def membership(record: Record, *, with_envelope: bool = True) -> list[ox.Triple]:
    """That the catalogue holds this record."""
    us = ox.NamedNode(catalogue_uri())
    links = [ox.Triple(us, HAS[isinstance(record, Dataset)], subject_of(record))]
    return [*links, ox.Triple(us, HAS_RECORD, envelope_of(record))] if with_envelope else links


def agent(body: Organisation) -> list[ox.Triple]:
    """A body as foaf:Agent, under its own address when it has one, else ours."""
    ours = f"{settings.BOUTURE_URL}/organisations/{body.slug}"
    subject = node(body.uri, ours) if body.uri else ox.NamedNode(ours)
    values: Values = {"name": {"fr": body.name}}
    if body.homepage:
        values["homepage"] = [node(body.homepage, ours).value]
    if body.email:
        values["mbox"] = [node(f"mailto:{body.email}", ours).value]
    if body.siren:
        values["identifier"] = [body.siren]
    triples: list[ox.Triple] = []
    AGENT.write(subject, values, triples, ours)
    page = ox.NamedNode(settings.BOUTURE_URL + body.get_absolute_url())
    return [*triples, ox.Triple(subject, PAGE, page), ox.Triple(page, RDF_TYPE, DOCUMENT)]
