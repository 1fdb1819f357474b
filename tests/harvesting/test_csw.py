"""CSW and ISO 19139: real answers, what SEMIC's mapping makes of the same records, and answers made to harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from catalogue.dcat import formats
from catalogue.dcat.profile import DCAT, DCATAP, DCT, SKOS
from catalogue.dcat.statements import Statements
from catalogue.models import DataService, Dataset, Distribution
from catalogue.reference.loader import load_vocabularies
from harvesters.base import Answer, Fetched, Found, Refused, Unreadable
from harvesters.engine import harvest
from harvesters.geo import asking
from harvesters.http import Client
from harvesters.models import HarvestSource
from harvesters.registry import find_or_make
from harvesters.sources.csw import Csw
from tests.harvesting.conftest import HURRY
from tests.harvesting.servers import Asked, Server, reply

SEMIC = "semiceu-iso-19139-to-dcat-ap/tests/test-cases"
HEAD = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" '
    'xmlns:xlink="http://www.w3.org/1999/xlink">'
)


def read(path: Path, address: str = "https://geo.example/geonetwork/srv/fre/csw") -> list[Found]:
    source = Csw(address, space="https://ville.example")
    answer = Answer("", path, "", "", "", path.name, path.stat().st_size)
    return [found for page in source.read(Fetched(str(path), answer)) for found in page.records]


def said(tmp_path: Path, *parts: str) -> tuple[Found, Statements]:
    """One record made of these parts of its identification, then of others."""
    path = tmp_path / "record.xml"
    path.write_text(HEAD + "".join(parts) + "</gmd:MD_Metadata>")
    (found,) = read(path)
    return found, Statements(found.triples)


def data(*parts: str) -> str:
    inner = "".join(parts)
    return f"<gmd:identificationInfo><gmd:MD_DataIdentification>{inner}</gmd:MD_DataIdentification></gmd:identificationInfo>"


def text(value: str) -> str:
    return f"<gco:CharacterString>{value}</gco:CharacterString>"


def values(statements: Statements, subject: Any, predicate: str) -> set[str]:
    return {one.value for one in statements.objects(subject, (predicate,)) if not isinstance(one, ox.BlankNode)}


def nodes(statements: Statements, subject: Any, predicate: str) -> list[Any]:
    return [one for one in statements.objects(subject, (predicate,)) if isinstance(one, ox.BlankNode | ox.NamedNode)]


def expected(folder: Path, name: str) -> tuple[Statements, Any]:
    """What SEMIC's own transformation makes of the record, and the node of this class."""
    with formats.read(folder / "expected_output.ttl", "turtle") as graph:
        nodes = sorted(graph.subjects_of_type(DCAT + name), key=lambda node: isinstance(node, ox.BlankNode))
        return Statements(graph.left()), nodes[0]


@pytest.mark.django_db
def test_three_real_pages_of_a_geonetwork(
    shared_data: Path, server: Server, make_client: Callable[..., Client]
) -> None:
    load_vocabularies()
    folder = shared_data / "catalogues/udata/harvest/tests/csw_dcat"

    def answer(asked: Asked) -> bytes:
        query = {name.lower(): found for name, found in parse_qs(urlsplit(asked.path).query).items()}
        start = query.get("startposition", ["1"])[0]
        body = (folder / f"geonetwork-iso19139-page-{start}.xml").read_bytes()
        return reply(body, content_type="application/xml")

    server.replies["/srv/fre/csw"] = answer
    source = find_or_make(server.url("/srv/fre/csw?service=CSW&request=GetCapabilities"), options={"page_size": "2"})
    run = harvest(source, make_client(replace(HURRY, max_bytes=5_000_000)))
    assert (run.status, run.found, run.created, run.quarantined) == ("done", 6, 6, 0), run.messages
    again = harvest(HarvestSource.objects.get(), make_client(replace(HURRY, max_bytes=5_000_000)))
    assert (again.created, again.updated, again.withdrawn, again.unchanged) == (0, 0, 0, 6)
    assert not any("maxRecords=100" in asked.path for asked in server.asked)
    row = Dataset.objects.get(title={"fr": "Plan local d'urbanisme de la commune de Combles"})
    assert str(row.published_by).startswith("DDTM 80")
    assert row.language == ["http://publications.europa.eu/resource/authority/language/FRA"]
    assert "Licence-Ouverte" in row.repaired
    assert "urn:bouture:csw:aggregationInfo" in row.said and "urn:bouture" not in row.repaired
    files = Distribution.objects.filter(dataset=row)
    assert {one.format.rpartition("/")[2] for one in files} >= {"TAB"}
    assert not [one for one in files if "GetRecordById" in str(one.access_url)]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("old", ["oui", "non"])
def test_the_same_pages_as_dcat(
    shared_data: Path, server: Server, make_client: Callable[..., Client], old: str, status: int
) -> None:
    """Asked for the newer form first; an exception, under any status, and the older one is asked for."""
    folder = shared_data / "catalogues/udata/harvest/tests/csw_dcat"

    def answer(asked: Asked) -> bytes:
        query = parse_qs(urlsplit(asked.path).query)
        if query["outputSchema"] != ["http://www.w3.org/ns/dcat#"]:
            body = b'<o:ExceptionReport xmlns:o="http://www.opengis.net/ows"/>'
            return reply(body, status, content_type="application/xml")
        name = f"geonetwork-dcat-page-{query['startPosition'][0]}.xml"
        return reply((folder / name).read_bytes(), content_type="application/xml")

    server.replies["/csw"] = answer
    source = find_or_make(server.url("/csw"), kind="csw-dcat", options={"page_size": "2", "old": old})
    run = harvest(source, make_client(replace(HURRY, max_bytes=5_000_000)))
    assert (run.status, run.found, run.created, run.quarantined) == ("done", 6, 6, 0), run.messages
    assert len(server.asked) == (3 if old == "oui" else 4)
    again = harvest(HarvestSource.objects.get(), make_client(replace(HURRY, max_bytes=5_000_000)))
    assert (again.created, again.updated, again.withdrawn, again.unchanged) == (0, 0, 0, 6)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csw", "csw-dcat"])
def test_a_service_that_refuses_every_form_is_asked_each_one_once(
    server: Server, make_client: Callable[..., Client], kind: str
) -> None:
    server.replies["/csw"] = reply(b"?", 400, content_type="text/plain")
    run = harvest(find_or_make(server.url("/csw"), kind=kind), make_client())
    assert (run.status, run.withdrawn, len(server.asked)) == ("failed", 0, 1 if kind == "csw" else 2)
    assert "HTTP 400" in run.messages[0] and "options" in run.messages[0]


@pytest.mark.parametrize("name", ["basic_dataset", "hvd_dataset_non_multilingual"])
def test_what_semic_makes_of_a_dataset_we_say_too(shared_data: Path, name: str) -> None:
    folder = shared_data / "catalogues" / SEMIC / name
    (found,) = read(folder / "input.xml")
    ours = Statements(found.triples)
    theirs, subject = expected(folder, "Dataset")
    same = [DCT + one for one in ("title", "description", "identifier", "language", "created", "conformsTo")]
    for predicate in (*same, DCAT + "theme", DCATAP + "hvdCategory", DCATAP + "applicableLegislation"):
        assert values(theirs, subject, predicate) <= values(ours, found.subject, predicate), predicate
    rights = {
        value
        for file in nodes(theirs, subject, DCAT + "distribution")
        for predicate in ("accessRights", "license")
        for value in values(theirs, file, DCT + predicate)
    }
    assert rights == values(ours, found.subject, DCT + "accessRights") | values(ours, found.subject, DCT + "license")

    def files(said: Statements, dataset: Any) -> set[str]:
        return {
            url
            for file in nodes(said, dataset, DCAT + "distribution")
            for url in values(said, file, DCAT + "accessURL")
        }

    assert files(theirs, subject) == files(ours, found.subject)


def test_a_service_in_three_languages(shared_data: Path) -> None:
    folder = shared_data / "catalogues" / SEMIC / "multilingual-metadata"
    (found,) = read(folder / "input.xml")
    ours = Statements(found.triples)
    theirs, subject = expected(folder, "DataService")
    assert found.kind == "service"
    for predicate in (DCT + "title", DCT + "description", DCAT + "keyword"):
        wanted = {(one.value, one.language) for one in theirs.objects(subject, (predicate,))}
        assert wanted <= {(one.value, one.language) for one in ours.objects(found.subject, (predicate,))}, predicate
    for predicate in (DCT + "license", DCAT + "theme", DCAT + "endpointURL"):
        assert values(theirs, subject, predicate) <= values(ours, found.subject, predicate), predicate


@pytest.mark.django_db
def test_services_are_no_datasets(shared_data: Path, make_client: Callable[..., Client]) -> None:
    path = shared_data / "catalogues/owslib/tests/resources/inspire-getrecords-response.xml"
    source = find_or_make(str(path))
    run = harvest(source, make_client())
    # Two of the 216 announced: both are taken in, and nothing may be withdrawn.
    assert (run.status, run.complete, run.services["created"], Dataset.objects.count()) == ("failed", False, 2, 0)
    row = DataService.objects.get(title__en="SUVIM station network WMS")
    assert row.title["fr"] == "SUVIM station network WMS"
    assert any("59129f4b-a61b-467c-9b41-1f92e4338151" in one for one in row.serves_dataset)


def test_a_coupled_dataset_of_the_same_service_is_ours_by_name(tmp_path: Path) -> None:
    site = "https://geo.example/geonetwork/srv/fre/csw?request=GetRecordById&amp;id=abc"
    service = (
        "<gmd:identificationInfo><srv:SV_ServiceIdentification>"
        f"<gmd:citation><gmd:CI_Citation><gmd:title>{text('Service')}</gmd:title></gmd:CI_Citation></gmd:citation>"
        f'<srv:operatesOn uuidref="{{abc}}" xlink:href="{site}"/>'
        '<srv:operatesOn uuidref="x" xlink:href="https://ailleurs.example/x"/>'
        "</srv:SV_ServiceIdentification></gmd:identificationInfo>"
    )
    found, statements = said(tmp_path, service)
    dataset, _ = said(tmp_path, f"<gmd:fileIdentifier>{text('{abc}')}</gmd:fileIdentifier>", data())
    served = values(statements, found.subject, DCAT + "servesDataset")
    assert served == {f"https://ville.example/id/{dataset.id}", "https://ailleurs.example/x"}


def test_braces_eight_boxes_and_links_that_say_nothing(tmp_path: Path) -> None:
    box = "".join(
        "<gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
        f"<gmd:westBoundLongitude><gco:Decimal>{n}</gco:Decimal></gmd:westBoundLongitude>"
        f"<gmd:eastBoundLongitude><gco:Decimal>{n + 1}</gco:Decimal></gmd:eastBoundLongitude>"
        "<gmd:southBoundLatitude><gco:Decimal>47</gco:Decimal></gmd:southBoundLatitude>"
        "<gmd:northBoundLatitude><gco:Decimal>48</gco:Decimal></gmd:northBoundLatitude>"
        "</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
        for n in range(8)
    )
    links = "".join(
        f"<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>{more}"
        "</gmd:CI_OnlineResource></gmd:onLine>"
        for url, more in (
            ("https://ville.example/eau.geojson", ""),
            ("https://ville.example/page", "<gmd:protocol><gco:CharacterString/></gmd:protocol><gmd:function/>"),
            ("", ""),
            ("https://[", ""),
        )
    )
    found, statements = said(
        tmp_path,
        f"<gmd:fileIdentifier>{text('{ABC}')}</gmd:fileIdentifier>",
        data(f"<gmd:extent><gmd:EX_Extent>{box}</gmd:EX_Extent></gmd:extent>", "<gmd:resourceConstraints/>"),
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions>"
        f"{links}</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>",
    )
    assert found.keys[0] == "id:ABC"
    assert len(values(statements, found.subject, DCT + "spatial")) == 8
    files = nodes(statements, found.subject, DCAT + "distribution")
    assert {url for one in files for url in values(statements, one, DCAT + "accessURL")} == {
        "https://ville.example/eau.geojson",
        "https://ville.example/page",
        "https://[",
    }
    assert {code for one in files for code in values(statements, one, DCT + "format")} == {"geojson"}
    assert values(statements, found.subject, DCAT + "landingPage") == {
        "https://geo.example/geonetwork/srv/fre/catalog.search#/metadata/ABC"
    }


def test_a_text_that_has_translations_alone(tmp_path: Path) -> None:
    free = (
        "<gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString locale='#BR'>Dour</gmd:LocalisedCharacterString>"
        "</gmd:textGroup></gmd:PT_FreeText>"
    )
    title = f"<gmd:citation><gmd:CI_Citation><gmd:title>{free}</gmd:title></gmd:CI_Citation></gmd:citation>"
    found, statements = said(tmp_path, data(title, f"<gmd:abstract>{text('Eau')}</gmd:abstract>"))
    (one,) = statements.objects(found.subject, (DCT + "title",))
    assert (one.value, one.language) == ("Dour", "br")
    (other,) = statements.objects(found.subject, (DCT + "description",))
    assert (other.value, other.language) == ("Eau", None)


def test_what_has_no_place_is_kept_under_its_iso_name(tmp_path: Path) -> None:
    party = (
        f"<gmd:pointOfContact><gmd:CI_ResponsibleParty><gmd:organisationName>{text('Ville')}</gmd:organisationName>"
        f"<gmd:positionName>{text('Géomaticienne')}</gmd:positionName></gmd:CI_ResponsibleParty></gmd:pointOfContact>"
    )
    found, statements = said(tmp_path, data(party, f"<gmd:purpose>{text('But')}</gmd:purpose>"))
    assert values(statements, found.subject, "urn:bouture:csw:purpose") == {"But"}
    assert values(statements, found.subject, "urn:bouture:csw:pointOfContact") == {'{"positionName": "Géomaticienne"}'}


def test_a_licence_is_told_from_what_limits_use(tmp_path: Path) -> None:
    def limits(*lines: str, code: str = "") -> str:
        said = "".join(f"<gmd:otherConstraints>{text(line)}</gmd:otherConstraints>" for line in lines)
        kind = f'<gmd:{code}Constraints><gmd:MD_RestrictionCode codeListValue="license"/></gmd:{code}Constraints>'
        return f"<gmd:resourceConstraints><gmd:MD_LegalConstraints>{kind}{said}</gmd:MD_LegalConstraints></gmd:resourceConstraints>"

    found, statements = said(
        tmp_path,
        data(
            limits("Secret défense", code="access"),
            limits("Citer la ville", "Licence Ouverte 2.0 https://www.etalab.gouv.fr/licence-ouverte.", code="use"),
        ),
    )
    assert values(statements, found.subject, DCT + "license") == {"https://www.etalab.gouv.fr/licence-ouverte"}
    (access,) = nodes(statements, found.subject, DCT + "accessRights")
    assert "Secret défense" in {one.object.value for one in found.triples if one.subject == access}
    (rights,) = nodes(statements, found.subject, DCT + "rights")
    assert values(statements, rights, DCT + "description") == {"Citer la ville"}


def test_a_topic_is_one_concept_however_often_it_is_said(tmp_path: Path) -> None:
    topic = "<gmd:topicCategory><gmd:MD_TopicCategoryCode>environment</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
    found, statements = said(tmp_path, data(topic * 3))
    (theme,) = nodes(statements, found.subject, DCAT + "theme")
    assert values(statements, theme, SKOS + "prefLabel") == {"environment"}


def test_the_question_is_made_from_any_address_of_the_service() -> None:
    asked = asking.get_records(
        "https://geo.example/csw?SERVICE=csw&Request=GetCapabilities&map=/a b.map#x", asking.ISO, "Title LIKE '%eau%'"
    )
    query = parse_qs(urlsplit(asked).query)
    assert query["map"] == ["/a b.map"]
    assert query["request"] == ["GetRecords"] and "Request" not in query
    assert query["constraint"] == ["Title LIKE '%eau%'"]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BAD = {
    "bombe": (f"{ENTITIES}{HEAD}&b;</gmd:MD_Metadata>", Refused, "entités"),
    "lecture": (
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}&a;</gmd:MD_Metadata>',
        Refused,
        "entités",
    ),
    "profond": (HEAD + "<a>" * 300 + "</a>" * 300 + "</gmd:MD_Metadata>", Refused, "emboîte"),
    "coupé": (HEAD + "<gmd:language>", Unreadable, "milieu"),
    "mal formé": (HEAD + "</x>", Unreadable, "mal formé"),
    "web": ("<!DOCTYPE html><html><body>Connexion</body></html>", Unreadable, "page web"),
    "json": ('{"a": 1}', Unreadable, "autre chose"),
    "vide": ("  ", Unreadable, "vide"),
    "refus": (
        '<o:ExceptionReport xmlns:o="http://www.opengis.net/ows"><o:Exception>startPosition</o:Exception></o:ExceptionReport>',
        Unreadable,
        "startPosition",
    ),
    "rdf": ('<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', Unreadable, "dcat"),
    "sans fiches": ('<GetRecordsResponse xmlns="http://www.opengis.net/cat/csw/2.0.2"/>', Unreadable, "CSW"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_would_harm_is_refused_by_name(tmp_path: Path, name: str) -> None:
    body, error, word = BAD[name]
    path = tmp_path / "x.xml"
    path.write_text(body)
    with pytest.raises(error) as raised:
        read(path)
    assert word in raised.value.message


def test_another_encoding_and_records_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    record = HEAD + data(f"<gmd:abstract>{text('Égout')}</gmd:abstract>") + "</gmd:MD_Metadata>"
    path.write_bytes(
        (
            '<?xml version="1.0" encoding="ISO-8859-1"?><csw:GetRecordByIdResponse '
            f'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">{record}<csw:Record/></csw:GetRecordByIdResponse>'
        ).encode("latin-1")
    )
    first, other = read(path)
    assert values(Statements(first.triples), first.subject, DCT + "description") == {"Égout"}
    assert other.refused
