"""What we say of a record, of a body and of the catalogue, as N-Triples.

Records come from the form that was stored when they were published; nothing of it is made anew here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

import pyoxigraph as ox
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalogue.dcat.canon import escaped
from catalogue.dcat.formats import Text, canonical, own_labels
from catalogue.dcat.outlines import WKT, beside
from catalogue.dcat.profile import AGENT, CATALOGUE, DCAT, DCT, FOAF, SKOS
from catalogue.dcat.terms import RDF_TYPE, XSD, Values, is_address
from catalogue.dcat.versions import in_version
from catalogue.dcat.vocabularies import AUTHORITY
from catalogue.models import Change, Dataset, Organisation, Record, Territory, Vocabulary
from portal.api.profiles import Form
from portal.branding import branding

FRENCH = f"{AUTHORITY}language/FRA"
THEMES = "data-theme"
# What French law asks of public information (CRPA, D323-2-1): the licence of the descriptions, not of the data.
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
PUBLISHER_TYPES = "http://purl.org/adms/publishertype/"
DATED = re.compile(r'<http://purl\.org/dc/terms/(?:issued|modified)> "(\d{4}[^"]*)"')
A = RDF_TYPE.value
# The columns that these functions read of a record, besides its two long forms: reading the others takes longer than
# writing the record.
COLUMNS = ("pk", "uri", "created_at", "updated_at")
NOBODY = UUID(int=0)


def catalogue_uri() -> str:
    return f"{settings.BOUTURE_URL}/catalogue"


def address(said: str, otherwise: str = "") -> str:
    """As RDF may say it; escaped when a character of it may not stand there, `otherwise` when it is none at all."""
    if is_address(said):
        return said
    better = escaped(said)
    return better if better and is_address(better) else otherwise or catalogue_uri()


def subject_of(record: Record) -> str:
    return address(record.uri, f"{settings.BOUTURE_URL}/id/{record.pk}")


def envelope_of(record: Record) -> str:
    return f"{settings.BOUTURE_URL}/id/{record.pk}#fiche"


def link(subject: str, predicate: str, target: str) -> str:
    """One line; the three are addresses that RDF can say."""
    return f"<{subject}> <{predicate}> <{target}> .\n"


def instant(moment: datetime) -> str:
    """Never to come: harvesters refuse such a date (a clock may have been set back since it was written)."""
    return min(moment, timezone.now()).isoformat(timespec="seconds")


def said(record: Record) -> str:
    """What the source said, blank nodes under labels of their own; "" for what we made ourselves."""
    return own_labels(record.said, record.pk.hex)


def exported(record: Record) -> str:
    """The stored form, with the page that a person reads and the record of our catalogue (DCAT-AP 3.0.1, CatalogueRecord)."""
    subject, envelope = subject_of(record), envelope_of(record)
    ours = f"{settings.BOUTURE_URL}/id/{record.pk}"
    stored = own_labels(past_only(record.repaired), record.pk.hex)
    lines = [stored, beside(stored, subject, ours)]
    if f"<{subject}> <{DCT}identifier> " not in stored:
        # data.gouv.fr refuses the dataset that has none, and takes one whose identifier changes for another dataset.
        lines.append(f'<{subject}> <{DCT}identifier> "{ours}" .\n')
    if isinstance(record, Dataset):
        page = settings.BOUTURE_URL + _page_pattern().replace(str(NOBODY), str(record.pk))
        lines += [link(subject, FOAF + "page", page), link(page, A, FOAF + "Document")]
    lines += [link(envelope, A, DCAT + "CatalogRecord"), link(envelope, FOAF + "primaryTopic", subject)]
    for name, moment in (("issued", record.created_at), ("modified", record.updated_at)):
        lines.append(f'<{envelope}> <{DCT}{name}> "{instant(moment)}"^^<{XSD}dateTime> .\n')
    return "".join(lines)


@cache
def _page_pattern() -> str:
    """Django takes 50 µs to make an address, a third of what a record takes to be written."""
    return reverse("dataset", args=[NOBODY])


def form_of(record: Record, form: Form) -> Text:
    """In the form that was asked; a record that no source said is always in ours."""
    of = str(record.pk)
    if not form.version and (text := said(record)):
        return Text(text, of)
    text = exported(record)
    return Text(in_version(text, form.version) if form.version else text, of)


def past_only(text: str) -> str:
    """Without the dates to come: data.gouv.fr refuses the dataset that has one. They are said again once they have come."""
    now = timezone.now().astimezone(UTC)
    late = {date for date in DATED.findall(text) if is_to_come(date, now)}
    if not late:
        return text
    lines = text.split("\n")
    return "\n".join(line for line in lines if not ((found := DATED.search(line)) and found[1] in late))


def is_to_come(date: str, now: datetime) -> bool:
    """Whether a date of any precision begins after `now` (UTC). A moment without a time zone is taken as of UTC, as
    data.gouv.fr takes it; what is no date is not to come.
    """
    today = f"{now:%Y-%m-%d}"
    if date[:10] != today or len(date) == 10:
        return date[:10] > today[: len(date)]
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) > now


def catalogue(modified: datetime | None) -> Text:
    """The catalogue itself: what DCAT-AP 3.0.1 asks of it, and not its records."""
    brand = branding()
    place = Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY else None
    home = f"{settings.BOUTURE_URL}/"
    themes = Vocabulary.objects.filter(code=THEMES).first()
    themes = themes if themes and is_address(themes.uri) else None
    values: Values = {
        "title": {"fr": f"Catalogue des données ouvertes {brand.of}"},
        "description": {
            "fr": f"Les jeux de données et les services de données que le portail {brand.name} recense, décrits en DCAT-AP."
        },
        "publisher": _publisher(brand.name, home, None if brand.invented else place),
        "homepage": home,
        "license": LICENCE,
        "language": [FRENCH],
        "theme_taxonomy": [themes.uri] if themes else [],
        "spatial": [] if brand.invented or not place else _places(place),
    }
    first = Change.objects.order_by("number").values_list("at", flat=True).first()
    values |= {name: instant(moment) for name, moment in (("issued", first), ("modified", modified)) if moment}
    triples: list[ox.Triple] = []
    CATALOGUE.write(ox.NamedNode(catalogue_uri()), values, triples, catalogue_uri())
    if themes:
        scheme = ox.NamedNode(themes.uri)
        triples.append(ox.Triple(scheme, RDF_TYPE, ox.NamedNode(SKOS + "ConceptScheme")))
        triples.append(ox.Triple(scheme, ox.NamedNode(DCT + "title"), ox.Literal(themes.title, language="fr")))
    return Text(canonical(triples))


def _publisher(name: str, home: str, place: Territory | None) -> Values:
    """Who keeps the portal: the territory, when it is a real one."""
    values: Values = {"uri": f"{catalogue_uri()}#editeur", "name": {"fr": name}, "homepage": [home]}
    if place:
        regional = place.level == Territory.Level.REGION
        values["type"] = PUBLISHER_TYPES + ("RegionalAuthority" if regional else "LocalAuthority")
        values |= {"identifier": [place.siren]} if place.siren else {}
    return values


def _places(place: Territory) -> list[Values]:
    if not place.uri:
        return []
    values: Values = {"uri": place.uri, "name": {"fr": [place.name]}}
    if place.longitude is not None and place.latitude is not None:
        values["centroid"] = {"value": f"POINT({place.longitude} {place.latitude})", "datatype": WKT}
    return [values]


def membership(record: Record, form: Form) -> str:
    """That the catalogue holds this record, and in which record of ours when we say it in our form."""
    us, subject = catalogue_uri(), subject_of(record)
    held = link(us, DCAT + ("dataset" if isinstance(record, Dataset) else "service"), subject)
    return held + link(us, DCAT + "record", envelope_of(record)) if form.version else held


def agent_address(body: Organisation) -> str:
    """Its own address when it has one, else ours."""
    ours = f"{settings.BOUTURE_URL}/organisations/{body.slug}"
    return address(body.uri, ours) if body.uri else ours


def agent(body: Organisation) -> Text:
    """A body as foaf:Agent."""
    ours, subject = f"{settings.BOUTURE_URL}/organisations/{body.slug}", agent_address(body)
    values: Values = {"name": {"fr": body.name}}
    if body.homepage:
        values["homepage"] = [address(body.homepage, ours)]
    if body.email:
        values["mbox"] = [address(f"mailto:{body.email}", ours)]
    if body.siren:
        values["identifier"] = [body.siren]
    triples: list[ox.Triple] = []
    AGENT.write(ox.NamedNode(subject), values, triples, ours)
    page = settings.BOUTURE_URL + body.get_absolute_url()
    return Text(canonical(triples) + link(subject, FOAF + "page", page) + link(page, A, FOAF + "Document"))
