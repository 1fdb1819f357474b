"""Which files may be tables: by what their record says of them, before anybody opens them."""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import Final
from urllib.parse import unquote, urlsplit

from django.conf import settings

from catalogue.links import is_web
from catalogue.models import Distribution, in_french
from catalogue.tables.schemas.national import named

# Codes of the European vocabulary of file types, and the words that portals write in their place.
FORMATS: Final = frozenset(
    "CSV TSV XLS XLSX XLSB ODS JSON NDJSON JSONL GEOJSON GEO+JSON PARQUET GPARQUET GEOPARQUET SHP VND.MS-EXCEL "
    "VND.OPENXMLFORMATS-OFFICEDOCUMENT.SPREADSHEETML.SHEET VND.OASIS.OPENDOCUMENT.SPREADSHEET".split()
)
TEXTS: Final = re.compile(
    r"\.(csv|tsv|xlsx?|xlsb|ods|ndjson|jsonl|geojson|parquet)(\.(gz|zip|bz2|xz))?$", re.IGNORECASE
)
# What may hold anything: read when the record says that a table is inside, in its words, its name or its schema.
PACKED: Final = frozenset("ZIP X-ZIP-COMPRESSED".split())
DOCUMENT: Final = frozenset("XML".split())
INSIDE: Final = re.compile(
    r"(?<![a-z])(csv|tsv|xlsx?|ods|geojson|ndjson|parquet|shp|shape ?files?)(?![a-z])", re.IGNORECASE
)
TOTEM: Final = re.compile(r"(?<![a-z])totem(?![a-z])", re.IGNORECASE)
BUDGET: Final = "scdl/budget"
LONGEST: Final = 200  # characters of a name
DEPOSITS: Final = "/fichiers/"
MADE: Final = "/api/"  # what this instance makes of its tables is no table again


def deposit_address(key: uuid.UUID) -> str:
    """Where a file that was deposited here is downloaded."""
    return f"{settings.BOUTURE_URL}{DEPOSITS}{key}"


def deposit_key(file: Distribution) -> uuid.UUID | None:
    """That of a file that was deposited here, None for any other."""
    start = f"{settings.BOUTURE_URL}{DEPOSITS}"
    for address in file.download_url:
        if address.startswith(start):
            try:
                return uuid.UUID(address.removeprefix(start))
            except ValueError:
                continue
    return None


def address_of(file: Distribution) -> str:
    """Where its bytes are, "" when it is not a table, or when that is not said."""
    said = file.format_code in FORMATS
    if any(address.startswith(f"{settings.BOUTURE_URL}{MADE}") for address in file.download_url):
        return ""
    for address in file.download_url:
        if is_web(address) and (said or TEXTS.search(_path(address)) or _holds_a_table(file, _path(address))):
            return str(address)
    # The way to a file is often a page: believed only when it ends like a table.
    return next((str(one) for one in file.access_url if is_web(one) and TEXTS.search(_path(one))), "")


def _holds_a_table(file: Distribution, path: str) -> bool:
    """Whether an archive or an XML document is said to hold one."""
    words = f"{in_french(file.title) or ''} {path.rsplit('/', 1)[-1]}".replace("_", " ")
    if file.format_code in PACKED or (not file.format_code and path.lower().endswith(".zip")):
        return bool(INSIDE.search(words) or _schemas(file))
    if file.format_code in DOCUMENT or (not file.format_code and path.lower().endswith(".xml")):
        return bool(TOTEM.search(words) or BUDGET in _schemas(file) or any(map(TOTEM.search, file.conforms_to)))
    return False


def _schemas(file: Distribution) -> set[str]:
    """The national schemas that it says that it follows."""
    return {found[0] for address in file.conforms_to if isinstance(address, str) and (found := named(address))}


def wanted(file: Distribution, *, harvested: bool) -> bool:
    """Whether this instance reads it: all, or only what was published or added here."""
    own = not harvested or file.origin == Distribution.Origin.LOCAL
    return settings.BOUTURE_TABLES == "all" or (settings.BOUTURE_TABLES == "own" and own)


def name_of(address: str, label: str = "") -> str:
    """The name of a file for who keeps it: that of its address, else its title."""
    last = _path(address).rstrip("/").rsplit("/", 1)[-1]
    return plain_name(last or label.replace("/", " "))


def plain_name(name: str) -> str:
    """A name that a disk, a header and a page can take: without folders and signs that command; "" when nothing is left."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    return "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in last).strip(". ")[:LONGEST].strip()


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""
