"""ISO 19139 in DCAT's words, after SEMIC's mapping to DCAT-AP and GeoDCAT-AP (SEMICeu/iso-19139-to-dcat-ap).

Two choices are ours. A record keeps the name that its catalogue gave it (fileIdentifier), since the identifier of the
data is often copied with a template. Its publisher is the party nearest to one: French records seldom name a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from catalogue.dcat.profile import DCAT, DCATAP, DCT, FOAF, PROV, RDFS, SKOS, VCARD
from catalogue.dcat.terms import is_address
from catalogue.dcat.vocabularies import AUTHORITY
from harvesters.describing import About, Said

INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/"
HIGH_VALUE, LEGISLATION = "http://data.europa.eu/bna/", "http://data.europa.eu/eli/"
NEAREST = "publisher owner custodian resourceProvider originator author distributor pointOfContact".split()
DATES = {"publication": DCT + "issued", "revision": DCT + "modified", "creation": DCT + "created"}
FREQUENCIES = {
    "continual": "UPDATE_CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "fortnightly": "BIWEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "biannually": "ANNUAL_2",
    "annually": "ANNUAL",
    "irregular": "IRREG",
    "notPlanned": "NEVER",
    "unknown": "UNKNOWN",
}
PROGRAMS = frozenset("asp aspx cgi com do eu fr htm html jsp net org php".split())
PAGES = frozenset({"information", "search", "browsing", "browseGraphic"})
SERVICES = re.compile(r"\b(WMTS|WMS-?C|WMS|WFS|WCS|WPS|CSW|SOS|TMS|ATOM)\b", re.I)
LONG_NAMES = {"Web Map Service": "WMS", "Web Feature Service": "WFS", "Web Coverage Service": "WCS"}
REFERENCE = re.compile(r"LINK.*(related|metadata|rss)|metadata-URL", re.I)
RECORD = re.compile(r"/catalog\.search#/metadata/|request=GetRecordById|/api/records/[^/]+/formatters/", re.I)
LICENCE = re.compile(r"licen[cs]e|etalab|odbl|open ?data|creative ?commons|\bcc[- ]?(by|0|zero)\b", re.I)
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]")


def describe(said: Said, about: About, coupled: Callable[[dict[str, str]], str]) -> None:
    """`coupled`: the address of the data that a service is coupled to, "" when there is none."""
    service = bool(said.take("service"))
    about.text(DCT + "title", said.take("title"))
    about.text(DCT + "description", said.take("abstract"))
    _names(said, about)
    _people(said, about)
    _subjects(said, about)
    rights = _rights(said, about)
    _extent(said, about)
    for kind, date in (said.take("dates") or {}).items():
        about.text(DATES.get(kind, about.kept(f"date:{kind}")), date)
    about.link(DCT + "language", [f"{AUTHORITY}language/{code}" for code in said.take("languages") or ()])
    for standard in [*said.each("standards"), *said.each("systems")]:
        about.inside(DCT + "conformsTo", DCT + "Standard", standard.word("url")).text(
            DCT + "title", standard.take("title")
        )
    if service:
        _service(said, about, coupled)
        files = []
    else:
        files = _dataset(said, about)
    # Where no licence is plain, what is said of use is all that people have: it stands beside each file.
    bare = not any(triple.predicate.value == DCT + "license" for triple in about.triples)
    for holder in ((files if bare else ()) or [about]) if rights else ():
        holder.inside(DCT + "rights", DCT + "RightsStatement").text(DCT + "description", rights)
    about.keep(said)


def _names(said: Said, about: About) -> None:
    said.drop("fileIdentifier", "level")
    about.text(DCT + "identifier", said.take("codes"))
    about.link(DCAT + "landingPage", said.take("page"))


def _people(said: Said, about: About) -> None:
    parties: list[dict[str, Any]] = said.take("parties") or []
    parties = [one for one in parties if one["name"] or one["mail"]]
    contacts = [one for one in parties if one["role"] == "pointOfContact"] or parties or said.take("contacts") or []
    said.drop("contacts")
    for one in contacts[:1] if contacts and contacts[0]["role"] != "pointOfContact" else contacts:
        card = about.contact(one["name"], one["mail"], one["page"])
        card.link(VCARD + "hasTelephone", one["phone"])
    order = {role: number for number, role in enumerate(NEAREST)}
    named = sorted((one for one in parties if one["name"]), key=lambda one: order.get(one["role"], len(order)))
    for one in named[:1]:
        about.agent(DCT + "publisher", one["name"], one["page"])
    for one in named:
        if one["role"] in ("originator", "author"):
            about.agent(DCT + "creator", one["name"])
        if one["role"] and one["role"] not in ("publisher", "pointOfContact"):
            role = about.inside(PROV + "qualifiedAttribution", PROV + "Attribution")
            role.agent(PROV + "agent", one["name"])
            role.link(DCAT + "hadRole", f"{INSPIRE}ResponsiblePartyRole/{one['role']}")


def _subjects(said: Said, about: About) -> None:
    for word in said.each("keywords"):
        url, text = word.word("url"), word.take("text")
        if url.startswith(HIGH_VALUE):
            about.link(DCATAP + "hvdCategory", url)
        elif url.startswith(LEGISLATION):
            about.link(DCATAP + "applicableLegislation", url)
        elif url:
            about.inside(DCAT + "theme", SKOS + "Concept", url).text(SKOS + "prefLabel", text)
        about.text(DCAT + "keyword", text)
    for topic in said.take("topics") or ():
        about.inside(DCAT + "theme", SKOS + "Concept", f"{INSPIRE}TopicCategory/{topic}").text(
            SKOS + "prefLabel", topic
        )


def _rights(said: Said, about: About) -> str:
    """One licence, the first that is plainly one; what limits access; and all the rest, as one text."""
    rest = []
    constraints: list[dict[str, Any]] = said.take("constraints") or []
    uses = [one for one in constraints if not one["access"] and "/LimitationsOnPublicAccess/" not in one["url"]]
    licence = next((one for one in uses if _is_licence(one)), next((one for one in uses if one["url"]), None))
    for one in constraints:
        url, text = one["url"], one["text"]
        if one is licence:
            found = ADDRESS.search(_first(text))
            url = url or (found[0] if found else "")
            node = about.inside(DCT + "license", DCT + "LicenseDocument", url)
            node.text(DCT + "title", text)
        elif one["access"] or "/LimitationsOnPublicAccess/" in url:
            if url.endswith("/noLimitations"):
                about.link(DCT + "accessRights", AUTHORITY + "access-right/PUBLIC")
                continue
            about.inside(DCT + "accessRights", DCT + "RightsStatement", url).text(RDFS + "label", text)
        else:
            rest.append(f"{_first(text)} {url}".strip())
    return "\n\n".join(dict.fromkeys(rest))


def _is_licence(one: dict[str, Any]) -> bool:
    return (
        bool(LICENCE.search(f"{_first(one['text'])} {one['url']}")) or "ConditionsApplyingToAccessAndUse" in one["url"]
    )


def _first(text: Any) -> str:
    return next(iter(text.values()), "") if isinstance(text, dict) else str(text)


def _extent(said: Said, about: About) -> None:
    for box in said.take("boxes") or ():
        about.place(box)
    for name in said.take("places") or ():
        about.place(None, name)
    for start, end in said.take("periods") or ():
        about.period(start, end)


def _dataset(said: Said, about: About) -> list[About]:
    """Its files."""
    about.text(DCAT + "version", said.take("edition"))
    if code := said.word("frequency"):
        known = FREQUENCIES.get(code)
        about.link(DCT + "accrualPeriodicity", f"{AUTHORITY}frequency/{known}" if known else code)
    about.text(DCAT + "spatialResolutionInMeters", said.take("metres"))
    if lineage := said.take("lineage"):
        about.inside(DCT + "provenance", DCT + "ProvenanceStatement").text(RDFS + "label", lineage)
    formats: list[str] = said.take("formats") or []
    if len(formats) > 1:  # which file has which, ISO does not say
        about.text(about.kept("distributionFormat"), formats)
    only = formats[0] if len(formats) == 1 else ""
    links = [*said.each("online"), *said.each("operations")]
    return [file for link in links if (file := _file(link, about, only))]


def _file(link: Said, about: About, only: str) -> About | None:
    """One online resource as a file; None when it is a page about the data. Many have neither protocol nor function."""
    url, protocol, function = link.word("url"), link.word("protocol"), link.word("function")
    name, description = link.take("name"), link.take("description")
    if function in PAGES or REFERENCE.search(protocol) or RECORD.search(url):
        _page(about, url, name or description)
        return None
    file = about.inside(DCAT + "distribution", DCAT + "Distribution")
    file.link(DCAT + "accessURL", url)
    file.text(DCT + "title", name or description)
    file.text(DCT + "description", description if name else None)
    service = service_of(protocol, url)
    download = not service and (function == "download" or "DOWNLOAD" in protocol.upper())
    if download:
        file.link(DCAT + "downloadURL", url)
    file.text(DCT + "format", service or (only if download else "") or _suffix(url))
    return file


def _page(about: About, url: str, title: Any) -> None:
    if is_address(url):
        about.inside(FOAF + "page", FOAF + "Document", url).text(DCT + "title", title or url)
    else:
        about.text(FOAF + "page", url)


def _service(said: Said, about: About, coupled: Callable[[dict[str, str]], str]) -> None:
    operations, links = said.each("operations"), said.each("online")
    for link in [*operations, *links]:
        url = link.word("url")
        asked = "request=" in url.lower()
        if link.word("function") in PAGES or (operations and link in links and not asked):
            _page(about, url, link.take("name", "description"))
            continue
        if "getcapabilities" in url.lower():
            about.link(DCAT + "endpointDescription", url)
        about.link(DCAT + "endpointURL", url.partition("?")[0] if asked else url)
    for data in said.take("operates_on") or ():
        about.link(DCAT + "servesDataset", coupled(data))
    about.text(about.kept("lineage"), said.take("lineage"))
    about.text(about.kept("distributionFormat"), said.take("formats"))


def service_of(protocol: str, url: str) -> str:
    """WMS, WFS…, "" for what is no service."""
    for name, code in LONG_NAMES.items():
        if name in protocol:
            return code
    found = SERVICES.search(protocol.replace("_", " ")) or re.search(r"[?&]service=(\w+)", url, re.I)
    return found[1].upper() if found else ""


def _suffix(url: str) -> str:
    """The extension of the file at an address; those of programs and pages tell nothing of it."""
    name = url.partition("#")[0].partition("?")[0].rpartition("/")[2]
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return suffix if suffix.isalnum() and suffix not in PROGRAMS else ""
