"""The answers of CSW 2.0.2 (OGC 07-006r1, §10.8): guarded like any XML, then cut in records.

expat reads every document before lxml does: whole, shallow, without entities. Nothing here asks the network.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from catalogue.dcat import sniffing
from catalogue.dcat.cleaning import prepare
from harvesters.base import Refused, Unreadable

RDF = f"{{{sniffing.RDF_NAMESPACE}}}RDF"
ASK = "Vérifiez l’adresse de la source ; c’est celle d’un service CSW 2.0.2, souvent « …/csw »."
OTHERS = {
    "Capabilities": "la description d’un service CSW, sans ses fiches",
    "RDF": "du RDF : sa sorte est « dcat »",
    "feed": "un fil Atom",
    "rss": "un fil RSS",
}


@dataclass(frozen=True)
class Results:
    """The records of one answer, as elements of lxml. `total`: how many the service announces, None if it does not;
    `end`: it says that no record follows.
    """

    records: list[Any]
    total: int | None = None
    notes: tuple[str, ...] = ()
    end: bool = False


def read(path: Path) -> Results:
    """Raises Refused and Unreadable."""
    root, notes = _root(path)
    name = local(root)
    if name in ("MD_Metadata", "MI_Metadata"):
        return Results([root], notes=notes)
    if name == "GetRecordByIdResponse":
        return Results(list(root), notes=notes)
    found = next((one for one in root if local(one) == "SearchResults"), None) if name == "GetRecordsResponse" else None
    if found is None:
        raise Unreadable(_instead(root))
    total = found.get("numberOfRecordsMatched", "")
    announced = int(total) if total.isascii() and total.isdigit() and len(total) < 10 else None
    return Results(list(found), announced, notes, found.get("nextRecord", "0") == "0")


def refuses(path: Path) -> bool:
    """Whether the service answers that it does not know what it was asked (an exception report)."""
    return local(_root(path)[0]) == "ExceptionReport"


def as_rdf(records: list[Any], folder: Path) -> Path:
    """The RDF that stands in the records of an answer, as one document in RDF/XML."""
    root = etree.Element(RDF)
    for record in records:
        root.extend(list(record) if record.tag == RDF else [record])
    path = folder / "records.rdf"
    etree.ElementTree(root).write(str(path), encoding="utf-8", xml_declaration=True)
    return path


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def _root(path: Path) -> tuple[Any, tuple[str, ...]]:
    with path.open("rb") as file:
        _check_kind(file.read(65_536))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    with tempfile.TemporaryDirectory(prefix="bouture-xml-") as folder:
        try:
            clean, notes = prepare(path, "rdfxml", Path(folder))
            return etree.parse(str(clean), parser).getroot(), notes
        except sniffing.Forbidden as error:
            raise Refused(error.message) from error
        except sniffing.FormatError as error:
            raise Unreadable(error.message) from error
        except etree.XMLSyntaxError as error:
            raise Unreadable(f"Le XML de la source n’a pas pu être lu : {error}. Prévenez son gestionnaire.") from error


def _check_kind(head: bytes) -> None:
    text = sniffing.text_of(head).lstrip()
    magic = next((what for start, what in sniffing.MAGIC if head.startswith(start)), "")
    if not text:
        raise Unreadable("La source a répondu par un document vide. Vérifiez son adresse, ou réessayez plus tard.")
    if magic or text[0] != "<" or sniffing.HTML.match(text):
        what = magic or ("une page web" if text[0] == "<" else "autre chose que du XML")
        raise Unreadable(
            f"La source a répondu par {what}, pas par une réponse CSW : page de connexion, d’erreur ou de maintenance ? "
            "Ouvrez cette adresse et vérifiez ce qu’elle répond."
        )


def _instead(root: Any) -> str:
    if local(root) == "ExceptionReport":
        said = " ".join(" ".join(root.itertext()).split())[:300]
        return f"Le service CSW refuse la demande : « {said} ». {ASK}"
    what = OTHERS.get(local(root), f"un document « {local(root)} »")
    return f"La source a répondu par {what}, pas par des fiches CSW. {ASK}"
