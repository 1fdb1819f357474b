"""One ISO 19139 record as plain values. OWSLib reads what it reads; the rest, and other languages, come from the XML.

The languages are those of `words`; what DCAT-AP has no place for is under its own ISO name (`remains`). Nothing here
raises, whatever the record lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from owslib import iso

from harvesters.geo.documents import local
from harvesters.geo.remains import XLINK, remains
from harvesters.geo.words import GMD, LANGUAGES, Words

RECORDS = ("MD_Metadata", "MI_Metadata")
BRACES = re.compile(r"\{(.*)\}\Z", re.S)
EPSG = re.compile(r"EPSG\D{0,20}(\d{4,6})\b")
SIDES = ("west", "south", "east", "north")


def plain(record: Any) -> dict[str, Any]:
    """What a record says, from its element (which is completed for OWSLib)."""
    rest = remains(record)
    code = record.find(f"{GMD}language/*")
    words = Words(record, _code(code) or (code.text if code is not None else "") or "")
    read = iso.MD_Metadata(record)
    resource = next(iter(read.identification), None)
    found = {
        **rest,
        "fileIdentifier": BRACES.sub(r"\1", read.identifier or ""),
        "service": isinstance(resource, iso.SV_ServiceIdentification) or read.hierarchy == "service",
        "level": read.hierarchy,
        "page": read.dataseturi,
        "systems": list(_systems(record)),
        "standards": list(_standards(record, words)),
        "lineage": words.said(read.dataquality.lineage) if read.dataquality else "",
        "contacts": [_party(one, words) for one in read.contact],
    }
    if resource is not None:
        found |= _resource(record, resource, words)
    found |= _offers(record, read, resource, words)
    return found


def _resource(record: Any, resource: iso.MD_DataIdentification, words: Words) -> dict[str, Any]:
    """What it says of the data or of the service itself."""
    frequency = record.find(f".//{GMD}resourceMaintenance//{GMD}maintenanceAndUpdateFrequency/*")
    return {
        "title": words.said(resource.title),
        "abstract": words.said(resource.abstract),
        "codes": [BRACES.sub(r"\1", code) for code in resource.uricode],
        "edition": resource.edition,
        "dates": {str(one.type): one.date for one in reversed(resource.date) if one.date},
        "languages": [
            known[1]
            for code in (*resource.resourcelanguagecode, *resource.resourcelanguage)
            if (known := LANGUAGES.get(code.strip().lower()))
        ],
        "topics": resource.topiccategory,
        "keywords": [
            {
                "text": words.said(word.name),
                "url": word.url or "",
                "thesaurus": (some.thesaurus or {}).get("title") or "",
            }
            for some in resource.keywords
            for word in some.keywords
            if word.name
        ],
        "parties": [_party(one, words) for one in resource.contact],
        "constraints": list(_constraints(record, words)),
        "frequency": _code(frequency),
        "metres": [
            size
            for size, unit in zip(resource.distance, resource.uom, strict=False)
            if (unit or "").lower().rpartition("#")[2] in ("m", "meter", "metre", "mètre", "meters", "metres")
        ],
        "boxes": list(_boxes(record)),
        "places": list(_places(record, words)),
        "periods": list(_periods(record)),
    }


def _offers(record: Any, read: iso.MD_Metadata, resource: Any, words: Words) -> dict[str, Any]:
    """Files, links, operations, and what a service is coupled to."""
    online = []
    if read.distribution:
        online = [*read.distribution.online, *(one for each in read.distribution.distributor for one in each.online)]
    service = resource if isinstance(resource, iso.SV_ServiceIdentification) else None
    operations = service.operations if service else []
    return {
        "formats": [
            text
            for name in record.iterfind(f"{GMD}distributionInfo//{GMD}distributionFormat//{GMD}name")
            if (text := _text(name))
        ],
        "online": [_link(one, words) for one in online if one.url],
        "operations": [
            _link(point, words) | {"operation": each["name"] or ""}
            for each in operations
            for point in each["connectpoint"]
            if point.url
        ],
        "operates_on": [
            {"id": BRACES.sub(r"\1", one["uuidref"] or ""), "href": one["href"] or ""} for one in service.operateson
        ]
        if service
        else [],
    }


def _party(one: iso.CI_ResponsibleParty, words: Words) -> dict[str, Any]:
    return {
        "name": words.said(one.organization) or words.said(one.name),
        "mail": one.email or "",
        "phone": one.phone or "",
        "page": (one.onlineresource.url or "") if one.onlineresource else "",
        "role": one.role or "",
    }


def _link(one: iso.CI_OnlineResource, words: Words) -> dict[str, Any]:
    return {
        "url": one.url,
        "protocol": one.protocol or "",
        "function": one.function or "",
        "name": words.said(one.name),
        "description": words.said(one.description),
    }


def _constraints(record: Any, words: Words) -> Iterator[dict[str, Any]]:
    """Each limit and each other constraint, with what its block is about: OWSLib mixes the blocks."""
    for block in record.iterfind(f"{GMD}identificationInfo/*/{GMD}resourceConstraints/*"):
        codes = {local(one): _code(one.find("*")) for one in block if local(one).endswith("Constraints")}
        access = "accessConstraints" in codes and "useConstraints" not in codes
        for one in block:
            if local(one) in ("useLimitation", "otherConstraints") and (text := _text(one)):
                yield {"text": words.said(text), "url": _href(one), "access": access and local(one) != "useLimitation"}
        for name in ("accessConstraints", "useConstraints"):
            if (code := codes.get(name)) and code not in ("otherRestrictions", "license"):
                yield {"text": code, "url": "", "access": name == "accessConstraints"}


def _boxes(record: Any) -> Iterator[list[str]]:
    for element in record.iter(f"{GMD}EX_GeographicBoundingBox"):
        box = iso.EX_GeographicBoundingBox(element)
        sides = [box.minx, box.miny, box.maxx, box.maxy]
        if all(sides):
            yield [str(side) for side in sides]


def _places(record: Any, words: Words) -> Iterator[Any]:
    for extent in record.iter(f"{GMD}EX_Extent"):
        yield from (words.said(text) for one in extent.iterfind(f"{GMD}description") if (text := _text(one)))
        for code in extent.iterfind(f".//{GMD}geographicIdentifier//{GMD}code"):
            yield words.said(_text(code))


def _periods(record: Any) -> Iterator[list[str]]:
    """Of any version of GML."""
    for element in record.iter(f"{GMD}EX_TemporalExtent"):
        ends = {local(one): (one.text or "").strip() for one in element.iter() if isinstance(one.tag, str)}
        start = ends.get("beginPosition") or ends.get("timePosition") or ""
        end = ends.get("endPosition") or ends.get("timePosition") or ""
        if start or end:
            yield [start, end]


def _systems(record: Any) -> Iterator[dict[str, str]]:
    for element in record.iter(f"{GMD}MD_ReferenceSystem"):
        said = iso.MD_ReferenceSystem(element)
        code, space = said.code or "", said.codeSpace or ""
        found = EPSG.search(code) or EPSG.search(f"{space}:{code}") or EPSG.search(said.code_url or "")
        url = f"http://www.opengis.net/def/crs/EPSG/0/{found[1]}" if found else said.code_url or ""
        if code or url:
            yield {"title": code, "url": url}


def _standards(record: Any, words: Words) -> Iterator[dict[str, Any]]:
    """Those that the data are said to conform to; a test that failed says nothing here."""
    for result in record.iter(f"{GMD}DQ_ConformanceResult"):
        passed, title = result.find(f"{GMD}pass"), result.find(f".//{GMD}title")
        if passed is not None and title is not None and _text(passed) == "true" and (text := _text(title)):
            yield {"title": words.said(text), "url": _href(title)}


def _text(element: Any) -> str:
    """The first text inside: a string, an anchor, a code."""
    return next((text for one in element.iter() if (text := (one.text or "").strip() or _code(one))), "")


def _code(element: Any) -> str:
    return (element.get("codeListValue") or "").strip() if element is not None else ""


def _href(element: Any) -> str:
    return next((href.strip() for one in element if (href := one.get(XLINK))), "")
