"""How a CSW 2.0.2 service is asked (OGC 07-006r1, §10.8.2): GetRecords, its parameters in the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvesters.options import Paged, option
from harvesters.paging import Numbering

ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.1"
# nextRecord is not followed: a real server gives 85 after two records.
NUMBERING = Numbering("startPosition", "maxRecords", first=1)
ISO = "http://www.isotc211.org/2005/gmd"
SIGNS = re.compile(
    r"<(?:[\w.-]+:)?(?:(?:GetRecordsResponse|GetRecordByIdResponse|Capabilities)\b[^>]*/cat/csw/2|M[DI]_Metadata\b[^>]*isotc211)"
)
WITH_RDF = re.compile(r"<(?:[\w.-]+:)?(?:SearchResults|GetRecordByIdResponse)\b[^>]*>\s*<(?:rdf:RDF|dcat:)")
ASKED = frozenset(
    "service version request typenames resulttype elementsetname outputschema outputformat startposition maxrecords "
    "constraint constraintlanguage constraint_language_version namespace id acceptversions sections".split()
)


@dataclass(frozen=True)
class CswOptions(Paged):
    constraint: str = option(
        "", "filtre", "En CQL, par exemple : OrganisationName LIKE '%Ville%'. Seulement les fiches qui lui répondent."
    )


def get_records(address: str, schema: str, constraint: str = "") -> str:
    """The address of a service, with or without parameters, made a question for all its records in this schema."""
    parts = urlsplit(address)
    own = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in ASKED]
    asked = {
        "service": "CSW",
        "version": "2.0.2",
        "request": "GetRecords",
        "typeNames": "csw:Record",
        "resultType": "results",
        "elementSetName": "full",
        "outputSchema": schema,
    }
    if constraint:
        asked |= {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0", "constraint": constraint}
    return urlunsplit(parts._replace(query=urlencode([*own, *asked.items()]), fragment=""))


def is_csw(head: str) -> bool:
    """Whether an answer that begins so is of CSW, or a record of ISO 19139."""
    return bool(SIGNS.search(head))


def holds_rdf(head: str) -> bool:
    """Whether its records are RDF."""
    return bool(WITH_RDF.search(head))
