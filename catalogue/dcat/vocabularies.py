"""Where the addresses of the European Union's vocabularies begin, by the code of the vocabulary.

Those that DCAT-AP 3.0.1 §7.1 asks for; licences and places have many houses and are left free.
"""

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
BASES = {
    code: f"{_AUTHORITY}{code}/"
    for code in ("data-theme", "file-type", "frequency", "language", "access-right", "planned-availability")
}
