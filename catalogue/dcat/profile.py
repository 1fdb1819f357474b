"""DCAT-AP 3.0.1 as this portal speaks it. To add a property, add a line here and a field of that name to the model.

Classes, levels and cardinalities: https://semiceu.github.io/DCAT-AP/releases/3.0.1/ (SEMIC, CC BY 4.0); hvdCategory,
applicableLegislation and the rights of a service: DCAT-AP HVD 3.0.0. What older versions say otherwise is in `versions`.
"""

from dataclasses import replace

from catalogue.dcat.classes import Category, Described, Inside, Level, Profile, Term
from catalogue.dcat.terms import DECIMAL, DURATION, HEXADECIMAL, XSD, Class, Concept, Iri, Moment, Plain, Text, Typed

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
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SPDX = "http://spdx.org/rdf/terms#"
PROV = "http://www.w3.org/ns/prov#"
ODRL = "http://www.w3.org/ns/odrl/2/"
OWL = "http://www.w3.org/2002/07/owl#"
ELI = "http://data.europa.eu/eli/ontology#"
STAT = "http://data.europa.eu/s1n/"  # StatDCAT-AP 1.0.1

# One property, one line.
# fmt: off
M, R = Level.MANDATORY, Level.RECOMMENDED

LINE, WORDS = Text("line"), Text("words")

# Names of things that are described in place. They may say one thing twice in a language, hence many.
LABEL = Term("label", RDFS + "label", LINE, many=True, also=(SKOS + "prefLabel", DCT + "title", FOAF + "name", RDF + "value"))
TITLE = Term("title", DCT + "title", LINE, many=True, also=(RDFS + "label", SKOS + "prefLabel", FOAF + "name", DC + "title"))
ABOUT = Term("description", DCT + "description", Text(), many=True, also=(RDFS + "comment", DC + "description"))

CONCEPT = Profile("concept", SKOS + "Concept", (
    Term("label", SKOS + "prefLabel", LINE, M, many=True, also=(RDFS + "label", DCT + "title", FOAF + "name", RDF + "value")),
))

SCHEME = Profile("scheme", SKOS + "ConceptScheme", (replace(TITLE, level=M),))

FREQUENCY = Profile("frequency", DCT + "Frequency", (LABEL,))
MEDIA_TYPE = Profile("media-type", DCT + "MediaType", (LABEL,))
FORMAT = Profile("format", DCT + "MediaTypeOrExtent", (LABEL,))
PROVENANCE = Profile("provenance", DCT + "ProvenanceStatement", (LABEL, ABOUT))
RIGHTS = Profile("rights", DCT + "RightsStatement", (LABEL, ABOUT))

LICENCE = Profile("licence", DCT + "LicenseDocument", (
    TITLE,
    ABOUT,
    Term("type", DCT + "type", Category(profile=CONCEPT, vocabulary="adms-licence-type", broader=DC + "type"), R, many=True, also=(DC + "type",)),
    Term("identifier", DCT + "identifier", Plain(), many=True),
    Term("homepage", FOAF + "homepage", Iri(), many=True),
))

STANDARD = Profile("standard", DCT + "Standard", (
    TITLE,
    ABOUT,
    Term("identifier", DCT + "identifier", Plain(), many=True),
    Term("version", DCAT + "version", Plain(), many=True, also=(OWL + "versionInfo",)),
))

DOCUMENT = Profile("document", FOAF + "Document", (TITLE, ABOUT))

ACTIVITY = Profile("activity", PROV + "Activity", (
    LABEL,
    ABOUT,
    Term("started", PROV + "startedAtTime", Moment()),
    Term("ended", PROV + "endedAtTime", Moment()),
))

AGENT = Profile("agent", FOAF + "Agent", (
    Term("name", FOAF + "name", LINE, M, also=(RDFS + "label", SKOS + "prefLabel", DCT + "title", VCARD + "fn", SCHEMA + "name")),
    Term("type", DCT + "type", Category(profile=CONCEPT, vocabulary="adms-publisher-type", broader=DC + "type"), R, also=(DC + "type",)),
    Term("homepage", FOAF + "homepage", Iri(FOAF + "Document"), many=True, also=(FOAF + "workplaceHomepage", VCARD + "hasURL")),
    Term("mbox", FOAF + "mbox", Iri(scheme="mailto:"), many=True, also=(VCARD + "hasEmail",)),
    Term("identifier", DCT + "identifier", Plain(), many=True),
))

CONTACT = Profile("contact", VCARD + "Kind", (
    Term("name", VCARD + "fn", LINE, R, also=(VCARD + "organization-name", FOAF + "name")),
    Term("email", VCARD + "hasEmail", Iri(scheme="mailto:"), R, many=True, also=(VCARD + "email", FOAF + "mbox")),
    Term("page", VCARD + "hasURL", Iri(), R, many=True, also=(VCARD + "url", FOAF + "page", FOAF + "homepage")),
    Term("telephone", VCARD + "hasTelephone", Iri(scheme="tel:"), many=True),
))

LOCATION = Profile("location", DCT + "Location", (
    Term("name", SKOS + "prefLabel", LINE, many=True, also=(RDFS + "label", LOCN + "geographicName")),
    Term("bbox", DCAT + "bbox", Typed(), R),
    Term("centroid", DCAT + "centroid", Typed(), R),
    Term("geometry", LOCN + "geometry", Typed()),
))

# One line for each precision, since the precision is in the predicate (OWL-Time §4.2).
INSTANT = Profile("instant", TIME + "Instant", (
    Term("date", TIME + "inXSDDate", Moment(), also=(TIME + "inXSDgYear", TIME + "inXSDgYearMonth")),
    Term("date_time", TIME + "inXSDDateTimeStamp", Moment(), also=(TIME + "inXSDDateTime",)),
))

PERIOD = Profile("period", DCT + "PeriodOfTime", (
    Term("start", DCAT + "startDate", Moment(), R, also=(SCHEMA + "startDate", "https://schema.org/startDate")),
    Term("end", DCAT + "endDate", Moment(), R, also=(SCHEMA + "endDate", "https://schema.org/endDate")),
    Term("beginning", TIME + "hasBeginning", Inside(INSTANT)),
    Term("ending", TIME + "hasEnd", Inside(INSTANT)),
))

CHECKSUM = Profile("checksum", SPDX + "Checksum", (
    Term("algorithm", SPDX + "algorithm", Iri(SPDX + "ChecksumAlgorithm"), M),
    Term("checksum_value", SPDX + "checksumValue", Plain(XSD + "hexBinary", form=HEXADECIMAL), M),
))

IDENTIFIER = Profile("identifier", ADMS + "Identifier", (
    Term("notation", SKOS + "notation", Plain(), M),
))

RELATIONSHIP = Profile("relationship", DCAT + "Relationship", (
    Term("relation", DCT + "relation", Iri(), M, many=True),
    Term("had_role", DCAT + "hadRole", Iri(DCAT + "Role"), M, many=True),
))

ATTRIBUTION = Profile("attribution", PROV + "Attribution", (
    Term("agent", PROV + "agent", Inside(AGENT), many=True),
    Term("had_role", DCAT + "hadRole", Iri(DCAT + "Role"), many=True),
))

LEGISLATION = Term("applicable_legislation", DCATAP + "applicableLegislation", Iri(ELI + "LegalResource"), many=True, hvd=True)
HVD_CATEGORY = Term("hvd_category", DCATAP + "hvdCategory", Concept(vocabulary="hvd-category"), many=True, hvd=True)
LANGUAGE = Term("language", DCT + "language", Concept(DCT + "LinguisticSystem", vocabulary="language"), many=True)
ISSUED = Term("issued", DCT + "issued", Moment())
MODIFIED = Term("modified", DCT + "modified", Moment())
PAGE = Term("page", FOAF + "page", Described(profile=DOCUMENT), many=True)
LICENSE = Term("license", DCT + "license", Described(profile=LICENCE, vocabulary="licence"))
RIGHTS_SAID = Term("rights", DCT + "rights", Described(profile=RIGHTS))
CONFORMS_TO = Term("conforms_to", DCT + "conformsTo", Described(profile=STANDARD), many=True)
SPATIAL = Term("spatial", DCT + "spatial", Inside(LOCATION), R, many=True)
TEMPORAL = Term("temporal", DCT + "temporal", Inside(PERIOD), R, many=True)
EVERY = Term("frequency", DCT + "accrualPeriodicity", Described(profile=FREQUENCY, vocabulary="frequency"))
SPATIAL_STEP = Term("spatial_resolution", DCAT + "spatialResolutionInMeters", Plain(XSD + "decimal", form=DECIMAL))
TEMPORAL_STEP = Term("temporal_resolution", DCAT + "temporalResolution", Plain(XSD + "duration", form=DURATION))

DISTRIBUTION = Profile("distribution", DCAT + "Distribution", (
    Term("access_url", DCAT + "accessURL", Iri(), M, many=True, also=(DCAT + "accessUrl",)),
    Term("title", DCT + "title", LINE),
    Term("description", DCT + "description", Text(), R),
    Term("availability", DCATAP + "availability", Category(profile=CONCEPT, vocabulary="planned-availability"), R),
    Term("format", DCT + "format", Described(profile=FORMAT, vocabulary="file-type"), R),
    Term("license", DCT + "license", Described(profile=LICENCE, vocabulary="licence"), R),
    Term("download_url", DCAT + "downloadURL", Iri(), many=True, also=(DCAT + "downloadUrl",)),
    Term("media_type", DCAT + "mediaType", Described(profile=MEDIA_TYPE)),
    Term("compress_format", DCAT + "compressFormat", Described(profile=MEDIA_TYPE)),
    Term("package_format", DCAT + "packageFormat", Described(profile=MEDIA_TYPE)),
    Term("byte_size", DCAT + "byteSize", Plain(XSD + "nonNegativeInteger", int), also=(DCAT + "bytesSize",)),
    Term("checksum", SPDX + "checksum", Inside(CHECKSUM)),
    ISSUED,
    MODIFIED,
    LANGUAGE,
    CONFORMS_TO,
    PAGE,
    RIGHTS_SAID,
    Term("has_policy", ODRL + "hasPolicy", Iri(ODRL + "Policy")),
    Term("status", ADMS + "status", Category(profile=CONCEPT, vocabulary="distribution-status")),
    SPATIAL_STEP,
    TEMPORAL_STEP,
    Term("access_service", DCAT + "accessService", Iri(), many=True),
    LEGISLATION,
))

CONTACT_POINT = Term("contact_point", DCAT + "contactPoint", Inside(CONTACT), R, many=True, also=(ADMS + "contactPoint",))

# What datasets and services have in common.
SHARED = (
    Term("title", DCT + "title", LINE, M, also=(DC + "title", RDFS + "label", SCHEMA + "name")),
    CONTACT_POINT,
    Term("keyword", DCAT + "keyword", WORDS, R, many=True, also=(DC + "subject",)),
    Term("publisher", DCT + "publisher", Inside(AGENT), R, also=(DC + "publisher",)),
    # A theme that cannot be shown to be a concept is said as a subject (DCAT 3 §6.4.12: a theme is one).
    Term("theme", DCAT + "theme", Category(profile=CONCEPT, vocabulary="data-theme", broader=DCT + "subject"), R, many=True, also=(DCT + "subject",)),
    LICENSE,
    Term("access_rights", DCT + "accessRights", Described(profile=RIGHTS, vocabulary="access-right")),
    Term("landing_page", DCAT + "landingPage", Iri(FOAF + "Document"), many=True),
    Term("identifier", DCT + "identifier", Plain(), many=True),
    Term("other_identifier", ADMS + "identifier", Inside(IDENTIFIER), many=True),
    ISSUED,
    MODIFIED,
    LANGUAGE,
    CONFORMS_TO,
    PAGE,
    LEGISLATION,
    HVD_CATEGORY,
)

DATASET = Profile("dataset", DCAT + "Dataset", (
    *SHARED,
    Term("description", DCT + "description", Text(), M, also=(DC + "description", DCT + "abstract")),
    Term("distribution", DCAT + "distribution", Inside(DISTRIBUTION), R, many=True, also=(DCAT + "distributions",), hvd=True),
    # DCAT 3 §6.7: a series is a dataset too.
    Term("more_types", RDF + "type", Class(among=(DCAT + "DatasetSeries",)), many=True),
    SPATIAL,
    TEMPORAL,
    EVERY,
    Term("creator", DCT + "creator", Inside(AGENT), many=True),
    Term("has_version", DCAT + "hasVersion", Iri(), many=True, also=(DCT + "hasVersion",)),
    Term("in_series", DCAT + "inSeries", Iri(), many=True),
    Term("is_referenced_by", DCT + "isReferencedBy", Iri(), many=True),
    Term("provenance", DCT + "provenance", Described(profile=PROVENANCE), many=True),
    Term("qualified_attribution", PROV + "qualifiedAttribution", Inside(ATTRIBUTION), many=True),
    Term("qualified_relation", DCAT + "qualifiedRelation", Inside(RELATIONSHIP), many=True),
    Term("relation", DCT + "relation", Iri(), many=True),
    Term("sample", ADMS + "sample", Described(profile=DISTRIBUTION, bare=True), many=True),
    Term("source", DCT + "source", Iri(), many=True),
    SPATIAL_STEP,
    TEMPORAL_STEP,
    Term("type", DCT + "type", Category(profile=CONCEPT, vocabulary="dataset-type", broader=DC + "type"), many=True, also=(DC + "type",)),
    # Not `version`: that is the number of our own row's revision.
    Term("dataset_version", DCAT + "version", Plain(), also=(OWL + "versionInfo",)),
    Term("version_notes", ADMS + "versionNotes", Text()),
    Term("was_generated_by", PROV + "wasGeneratedBy", Described(profile=ACTIVITY), many=True),
    Term("stat_dimension", STAT + "dimension", Iri(), many=True),
    Term("stat_attribute", STAT + "attribute", Iri(), many=True),
    Term("stat_unit", STAT + "statUnitMeasure", Described(profile=CONCEPT, bare=True), many=True),
    Term("num_series", STAT + "numSeries", Plain(XSD + "integer", int)),
))

SERVICE = Profile("service", DCAT + "DataService", (
    *(replace(term, level=R) if term is CONFORMS_TO else term for term in SHARED if term not in (CONTACT_POINT, PAGE)),
    replace(CONTACT_POINT, hvd=True),
    replace(PAGE, hvd=True),
    Term("description", DCT + "description", Text(), also=(DC + "description", DCT + "abstract")),
    Term("endpoint_url", DCAT + "endpointURL", Iri(), M, many=True),
    Term("endpoint_description", DCAT + "endpointDescription", Iri(), R, many=True),
    Term("serves_dataset", DCAT + "servesDataset", Iri(), R, many=True),
    Term("format", DCT + "format", Described(profile=FORMAT, vocabulary="file-type"), many=True),
    Term("rights", DCT + "rights", Described(profile=RIGHTS), many=True),
))

SERIES = Profile("series", DCAT + "DatasetSeries", (
    Term("title", DCT + "title", LINE, M),
    Term("description", DCT + "description", Text(), M),
    Term("contact_point", DCAT + "contactPoint", Inside(CONTACT), R, many=True),
    Term("publisher", DCT + "publisher", Inside(AGENT), R),
    SPATIAL,
    TEMPORAL,
    EVERY,
    ISSUED,
    MODIFIED,
    LEGISLATION,
    HVD_CATEGORY,
))

RECORD = Profile("record", DCAT + "CatalogRecord", (
    Term("primary_topic", FOAF + "primaryTopic", Iri(), M),
    Term("modified", DCT + "modified", Moment(), M),
    Term("conforms_to", DCT + "conformsTo", Described(profile=STANDARD), R),
    Term("issued", DCT + "issued", Moment(), R),
    Term("status", ADMS + "status", Category(profile=CONCEPT, vocabulary="adms-status"), R),
    LANGUAGE,
    Term("source", DCT + "source", Iri()),
    Term("title", DCT + "title", LINE),
    Term("description", DCT + "description", Text()),
))

CATALOGUE = Profile("catalogue", DCAT + "Catalog", (
    Term("title", DCT + "title", LINE, M),
    Term("description", DCT + "description", Text(), M),
    Term("publisher", DCT + "publisher", Inside(AGENT), M),
    Term("homepage", FOAF + "homepage", Iri(FOAF + "Document"), R),
    Term("license", DCT + "license", Described(profile=LICENCE, vocabulary="licence"), R),
    Term("language", DCT + "language", Concept(DCT + "LinguisticSystem", vocabulary="language"), R, many=True),
    Term("issued", DCT + "issued", Moment(), R),
    Term("modified", DCT + "modified", Moment(), R),
    SPATIAL,
    Term("theme_taxonomy", DCAT + "themeTaxonomy", Described(profile=SCHEME, bare=True), R, many=True),
    Term("dataset", DCAT + "dataset", Iri(), R, many=True),
    Term("service", DCAT + "service", Iri(), R, many=True),
    Term("catalogue", DCAT + "catalog", Iri(), many=True),
    Term("creator", DCT + "creator", Inside(AGENT)),
    Term("has_part", DCT + "hasPart", Iri(), many=True),
    Term("record", DCAT + "record", Iri(), many=True),
    RIGHTS_SAID,
    TEMPORAL,
    LEGISLATION,
))
# fmt: on

BY_KIND = {"dataset": DATASET, "service": SERVICE}
CLASSES = (
    CONCEPT, SCHEME, CATALOGUE, RECORD, DATASET, SERIES, DISTRIBUTION, SERVICE, AGENT, CONTACT, CHECKSUM, LOCATION, PERIOD, INSTANT, RELATIONSHIP,
    ATTRIBUTION, IDENTIFIER, LICENCE, RIGHTS, STANDARD, ACTIVITY, DOCUMENT, PROVENANCE, FREQUENCY, FORMAT, MEDIA_TYPE,
)  # fmt: skip
