"""What ISO 19139 says and DCAT-AP has no place for, as plain values: all that `iso` does not read.

Paths are those of properties (`citation/title`), without the types between them (`CI_Citation`): in ISO 19139 one
follows the other, and only types begin with a capital.
"""

from __future__ import annotations

from typing import Any

from harvesters.geo.documents import local

XLINK = "{http://www.w3.org/1999/xlink}href"
PARTY = ("organisationName", "role", "contactInfo/address/electronicMailAddress", "contactInfo/phone/voice")
ONLINE = ("linkage", "protocol", "name", "description", "function")
SIDES = ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude")
READ = frozenset(
    {
        *"fileIdentifier language hierarchyLevel locale dataSetURI characterSet".split(),
        *(f"referenceSystemInfo/referenceSystemIdentifier/{name}" for name in ("code", "codeSpace")),
        *(
            f"identificationInfo/{name}"
            for name in (
                *("citation/title", "citation/date", "citation/identifier/code", "citation/edition"),
                *("abstract", "language", "topicCategory", "descriptiveKeywords/keyword"),
                *(f"pointOfContact/{part}" for part in PARTY),
                *("pointOfContact/contactInfo/onlineResource/linkage",),
                *("resourceConstraints/useLimitation", "resourceConstraints/otherConstraints"),
                *("resourceConstraints/accessConstraints", "resourceConstraints/useConstraints"),
                *("resourceMaintenance/maintenanceAndUpdateFrequency", "spatialResolution/distance"),
                *(f"extent/geographicElement/{side}" for side in SIDES),
                *("extent/description", "extent/geographicElement/geographicIdentifier/code"),
                *("extent/temporalElement", "operatesOn"),
                *(f"containsOperations/connectPoint/{part}" for part in ONLINE),
            )
        ),
        "distributionInfo/distributionFormat/name",
        *(f"distributionInfo/transferOptions/onLine/{part}" for part in ONLINE),
        *(f"distributionInfo/distributor/distributorTransferOptions/onLine/{part}" for part in ONLINE),
        "dataQualityInfo/lineage/statement",
        *(f"dataQualityInfo/report/result/{part}" for part in ("specification/title", "pass")),
    }
)


def remains(record: Any) -> dict[str, Any]:
    """By the name of the property: those of the metadata itself, then those of what it identifies."""
    found: dict[str, Any] = {}
    for child in record:
        value = _value(child, local(child))
        if value and local(child) == "identificationInfo" and isinstance(value, dict):
            for name, inner in value.items():
                found.setdefault(name, inner)
        elif value:
            _add(found, local(child), value)
    return found


def _value(element: Any, path: str) -> Any:
    """An element as text, or as an object of what it holds; None when all of it is read elsewhere, or empty."""
    if path in READ:
        return None
    found: dict[str, Any] = {}
    for child in element:
        name = local(child)
        if name[:1].isupper():  # a type: what it holds belongs to the property
            inner = _value(child, path)
            for key, value in inner.items() if isinstance(inner, dict) else [("text", inner)] if inner else []:
                _add(found, key, value)
        elif (inner := _value(child, f"{path}/{name}")) is not None:
            _add(found, name, inner)
    text = (element.text or "").strip() or element.get("codeListValue", "")
    for key, value in (("text", text), ("href", element.get(XLINK, ""))):
        if value:
            _add(found, key, value)
    if set(found) == {"text"}:
        return found["text"]
    return found or None


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]
