"""DCAT-AP 3.0.1 as this portal speaks it. To add a property, add a line here and a field of that name to the model.

Classes and levels: https://semiceu.github.io/DCAT-AP/releases/3.0.1/ (SEMIC, CC BY 4.0).
"""

from catalogue.dcat.classes import Inside, Level, Profile, Term
from catalogue.dcat.terms import XSD, Concept, Iri, Moment, Plain, Text, Typed

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
DC = "http://purl.org/dc/elements/1.1/"
FOAF = "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
SCHEMA = "http://schema.org/"
LOCN = "http://www.w3.org/ns/locn#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TIME = "http://www.w3.org/2006/time#"
DCATAP = "http://data.europa.eu/r5r/"
ADMS = "http://www.w3.org/ns/adms#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

# One property, one line.
# fmt: off
M, R = Level.MANDATORY, Level.RECOMMENDED

AGENT = Profile("agent", FOAF + "Agent", (
    Term("name", FOAF + "name", Text(), M, also=(RDFS + "label", SKOS + "prefLabel", DCT + "title", VCARD + "fn", SCHEMA + "name")),
    Term("type", DCT + "type", Concept(vocabulary="adms-publisher-type"), R),
    Term("homepage", FOAF + "homepage", Iri(FOAF + "Document"), many=True, also=(FOAF + "workplaceHomepage", VCARD + "hasURL")),
    Term("mbox", FOAF + "mbox", Iri(), many=True, also=(VCARD + "hasEmail",)),
    Term("identifier", DCT + "identifier", Plain(), many=True),
))

CONTACT = Profile("contact", VCARD + "Kind", (
    Term("name", VCARD + "fn", Text(), R, also=(VCARD + "organization-name", FOAF + "name")),
    Term("email", VCARD + "hasEmail", Iri(), R, many=True, also=(VCARD + "email", FOAF + "mbox")),
    Term("page", VCARD + "hasURL", Iri(), R, many=True, also=(VCARD + "url", FOAF + "page", FOAF + "homepage")),
    Term("telephone", VCARD + "hasTelephone", Iri(), many=True),
))

LOCATION = Profile("location", DCT + "Location", (
    Term("name", SKOS + "prefLabel", Text(), many=True, also=(RDFS + "label", LOCN + "geographicName")),
    Term("bbox", DCAT + "bbox", Typed(), R),
    Term("centroid", DCAT + "centroid", Typed(), R),
    Term("geometry", LOCN + "geometry", Typed(), many=True),
))

PERIOD = Profile("period", DCT + "PeriodOfTime", (
    Term("start", DCAT + "startDate", Moment(), R, also=(SCHEMA + "startDate", "https://schema.org/startDate")),
    Term("end", DCAT + "endDate", Moment(), R, also=(SCHEMA + "endDate", "https://schema.org/endDate")),
))

DISTRIBUTION = Profile("distribution", DCAT + "Distribution", (
    Term("access_url", DCAT + "accessURL", Iri(), M, many=True, also=(DCAT + "accessUrl",)),
    Term("title", DCT + "title", Text()),
    Term("description", DCT + "description", Text(), R),
    Term("availability", DCATAP + "availability", Concept(vocabulary="planned-availability"), R),
    Term("format", DCT + "format", Concept(DCT + "MediaTypeOrExtent", vocabulary="file-type"), R),
    Term("license", DCT + "license", Concept(DCT + "LicenseDocument", vocabulary="licence"), R),
    Term("download_url", DCAT + "downloadURL", Iri(), many=True, also=(DCAT + "downloadUrl",)),
    Term("media_type", DCAT + "mediaType", Iri(DCT + "MediaType")),
    Term("byte_size", DCAT + "byteSize", Plain(XSD + "nonNegativeInteger", int), also=(DCAT + "bytesSize",)),
    Term("issued", DCT + "issued", Moment()),
    Term("modified", DCT + "modified", Moment()),
    Term("language", DCT + "language", Concept(DCT + "LinguisticSystem", vocabulary="language"), many=True),
    Term("conforms_to", DCT + "conformsTo", Iri(DCT + "Standard"), many=True),
    Term("access_service", DCAT + "accessService", Iri(), many=True),
))

IDENTIFIER = Profile("identifier", ADMS + "Identifier", (
    Term("notation", SKOS + "notation", Plain(), M),
))

# What datasets and services have in common.
SHARED = (
    Term("title", DCT + "title", Text(), M, also=(DC + "title", RDFS + "label", SCHEMA + "name")),
    Term("contact_point", DCAT + "contactPoint", Inside(CONTACT), R, many=True, also=(ADMS + "contactPoint",)),
    Term("keyword", DCAT + "keyword", Text(), R, many=True, also=(DC + "subject",)),
    Term("publisher", DCT + "publisher", Inside(AGENT), R, also=(DC + "publisher",)),
    Term("theme", DCAT + "theme", Concept(vocabulary="data-theme"), R, many=True),
    Term("license", DCT + "license", Concept(DCT + "LicenseDocument", vocabulary="licence")),
    Term("access_rights", DCT + "accessRights", Concept(DCT + "RightsStatement", vocabulary="access-right")),
    Term("landing_page", DCAT + "landingPage", Iri(FOAF + "Document"), many=True),
    Term("identifier", DCT + "identifier", Plain(), many=True),
    Term("other_identifier", ADMS + "identifier", Inside(IDENTIFIER), many=True),
    Term("issued", DCT + "issued", Moment()),
    Term("modified", DCT + "modified", Moment()),
    Term("language", DCT + "language", Concept(DCT + "LinguisticSystem", vocabulary="language"), many=True),
    Term("conforms_to", DCT + "conformsTo", Iri(DCT + "Standard"), many=True),
    Term("applicable_legislation", DCATAP + "applicableLegislation", Iri(), many=True),
)

DATASET = Profile("dataset", DCAT + "Dataset", (
    *SHARED,
    Term("description", DCT + "description", Text(), M, also=(DC + "description",)),
    Term("distribution", DCAT + "distribution", Inside(DISTRIBUTION), R, many=True, also=(DCAT + "distributions",)),
    Term("spatial", DCT + "spatial", Inside(LOCATION), R, many=True),
    Term("temporal", DCT + "temporal", Inside(PERIOD), R, many=True),
    Term("frequency", DCT + "accrualPeriodicity", Concept(DCT + "Frequency", vocabulary="frequency")),
))

SERVICE = Profile("service", DCAT + "DataService", (
    *SHARED,
    Term("description", DCT + "description", Text(), also=(DC + "description",)),
    Term("endpoint_url", DCAT + "endpointURL", Iri(), M, many=True),
    Term("endpoint_description", DCAT + "endpointDescription", Iri(), R, many=True),
    Term("serves_dataset", DCAT + "servesDataset", Iri(), R, many=True),
))

CATALOGUE = Profile("catalogue", DCAT + "Catalog", (
    Term("title", DCT + "title", Text(), M),
    Term("description", DCT + "description", Text(), M),
    Term("publisher", DCT + "publisher", Inside(AGENT), M),
    Term("homepage", FOAF + "homepage", Iri(FOAF + "Document"), R),
    Term("license", DCT + "license", Concept(DCT + "LicenseDocument", vocabulary="licence"), R),
    Term("language", DCT + "language", Concept(DCT + "LinguisticSystem", vocabulary="language"), R, many=True),
    Term("issued", DCT + "issued", Moment(), R),
    Term("modified", DCT + "modified", Moment(), R),
    Term("spatial", DCT + "spatial", Inside(LOCATION), R, many=True),
    Term("theme_taxonomy", DCAT + "themeTaxonomy", Iri(), R, many=True),
    Term("dataset", DCAT + "dataset", Iri(), R, many=True),
    Term("service", DCAT + "service", Iri(), R, many=True),
))

BY_KIND = {"dataset": DATASET, "service": SERVICE}
