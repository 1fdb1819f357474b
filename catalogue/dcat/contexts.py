"""Prefixes that we write, and the JSON-LD contexts that we know by heart: no context is ever fetched.

The published DCAT-AP 3.0.0 context cannot be fetched usefully anyway: a comma is missing in it.
"""

from __future__ import annotations

from typing import Final

# What a relative address of a document without a base becomes: it leads nowhere.
RELATIVE = "x-bouture://relative/"
PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "stat": "http://data.europa.eu/s1n/",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Datatypes that a literal has by its language alone; RDF 1.1 Concepts §3.3.
NEED_LANGUAGE = frozenset(PREFIXES["rdf"] + name for name in ("langString", "dirLangString"))

# How such a literal is written when it has none (the JSON-LD of ecospheres.gouv.fr): no parser takes it back.
WITHOUT_LANGUAGE = tuple(f'"^^<{name}>' for name in sorted(NEED_LANGUAGE))

Context = dict[str, str | dict[str, str]]

# DCAT-AP's own names (specification 3.0, "Quick reference"), by the prefixed name that they stand for when it differs.
CLASSES: Final = """
Activity=prov Agent=foaf Attribution=prov Catalogue=dcat:Catalog CatalogueRecord=dcat:CatalogRecord
CataloguedResource=dcat:Resource Checksum=spdx ChecksumAlgorithm=spdx Concept=skos Conceptscheme=skos:ConceptScheme
DataService=dcat Dataset=dcat DatasetMemberOfADatasetSeries=dcat:Dataset DatasetSeries=dcat Distribution=dcat
Document=foaf Frequency=dct Geometry=locn Identifier=adms Kind=vcard LicenceDocument=dct:LicenseDocument
LinguisticSystem=dct Literal=rdfs Location=dct MediaType=dct MediaTypeOrExtent=dct PeriodOfTime=dct Policy=odrl
ProvenanceStatement=dct Relationship=dcat Resource=rdfs RightsStatement=dct Role=dcat Standard=dct
TemporalLiteral=rdfs:Literal TimeInstant=time:Instant
"""

LINKS: Final = """
accessRights=dct accessService=dcat accessUrl=dcat:accessURL algorithm=spdx applicationProfile=dct:conformsTo
availability=dcatap beginning=time:hasBeginning catalogue=dcat:catalog changeType=adms:status checksum=spdx
compressionFormat=dcat:compressFormat conformsTo=dct contactPoint=dcat creator=dct dataset=dcat
datasetDistribution=dcat:distribution documentation=foaf:page downloadUrl=dcat:downloadURL end=time:hasEnd
endpointDescription=dcat endpointUrl=dcat:endpointURL first=dcat format=dct frequency=dct:accrualPeriodicity
geographicalCoverage=dct:spatial geometry=locn hadRole=dcat hasPart=dct hasPolicy=odrl hasVersion=dcat homepage=foaf
inSeries=dcat isPartOf=dct isReferencedBy=dct isVersionOf=dcat landingPage=dcat language=dct last=dcat
licence=dct:license linkedSchemas=dct:conformsTo mediaType=dcat next=dcat otherIdentifier=adms:identifier
packagingFormat=dcat:packageFormat previous=dcat:prev primaryTopic=foaf provenance=dct publisher=dct
qualifiedAttribution=prov qualifiedRelation=dcat record=dcat relatedResource=dct:relation relation=dct rights=dct
sample=adms seriesMember=dcat servesDataset=dcat service=dcat source=dct sourceMetadata=dct:source status=adms
temporalCoverage=dct:temporal theme=dcat themes=dcat:themeTaxonomy type=dct wasGeneratedBy=prov
"""

TEXTS: Final = """
bbox=dcat centroid=dcat description=dct endDate=dcat identifier=dct keyword=dcat listingDate=dct:issued
modificationDate=dct:modified name=foaf notation=skos preferredLabel=skos:prefLabel releaseDate=dct:issued
startDate=dcat title=dct version=dcat versionNotes=adms
"""

TYPED: Final = {
    "byteSize": ("dcat:byteSize", "xsd:nonNegativeInteger"),
    "checksumValue": ("spdx:checksumValue", "xsd:hexBinary"),
    "spatialResolution": ("dcat:spatialResolutionInMeters", "xsd:decimal"),
    "temporalResolution": ("dcat:temporalResolution", "xsd:duration"),
}


def expanded(name: str) -> str:
    """The address of a prefixed name."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _terms(table: str) -> dict[str, str]:
    pairs = (entry.split("=") for entry in table.split())
    return {term: expanded(target if ":" in target else f"{target}:{term}") for term, target in pairs}


def dcat_ap() -> Context:
    """DCAT-AP's terms in one scope: published by class, no term there has two meanings."""
    context: Context = {"xsd": PREFIXES["xsd"], **_terms(CLASSES), **_terms(TEXTS)}
    context |= {term: {"@id": iri, "@type": "@id"} for term, iri in _terms(LINKS).items()}
    context |= {term: {"@id": expanded(name), "@type": expanded(kind)} for term, (name, kind) in TYPED.items()}
    return context


def known(url: str) -> Context | None:
    """The context published at an address, None when we do not know it by heart."""
    address = url.partition("://")[2].rstrip("/")
    if address.startswith("semiceu.github.io/DCAT-AP/releases/") and address.endswith("/context/dcat-ap.jsonld"):
        return dcat_ap()
    return None
