"""Where the addresses of the European Union's vocabularies begin, by the code of the vocabulary.

Those that DCAT-AP 3.0.1 §7.1 asks for; licences and places have many houses and are left free.
"""

from functools import cache

from catalogue.reference.files import read_vocabularies

AUTHORITY = "http://publications.europa.eu/resource/authority/"
BASES = {
    code: f"{AUTHORITY}{code}/"
    for code in ("data-theme", "file-type", "frequency", "language", "access-right", "planned-availability")
}


@cache
def addresses() -> dict[str, frozenset[str]]:
    """The addresses of the concepts of each vocabulary that the product ships. Raises reference.files.ReferenceFileError."""
    return {scheme.code: frozenset(term.uri for term in scheme.terms) for scheme in read_vocabularies()}


@cache
def known_to(vocabulary: str) -> frozenset[str]:
    """What a property with this vocabulary may say: for licences, the usual ones in France too."""
    return addresses().get(vocabulary, frozenset()) | addresses().get(f"{vocabulary}-fr", frozenset())
