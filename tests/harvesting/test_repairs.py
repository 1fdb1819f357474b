"""Each named repair, on the fault that named it."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest

from catalogue.dcat.classes import Described, Inside
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.profile import AGENT, DATASET, DCAT, DCT, IDENTIFIER, LINE, LOCATION, MEDIA_TYPE, PERIOD, WORDS
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import XSD, Concept, Iri, Kind, Moment, Plain, Text
from harvesters.base import Found
from harvesters.faults import REPAIRS as TOLD
from harvesters.faults import SEEN_IN
from harvesters.matching import Names
from harvesters.models import HarvestSource
from harvesters.reading import draft_of, said_of
from harvesters.reception import Reception
from harvesters.repairs import Repairs, accessible

EU = "http://publications.europa.eu/resource/authority/"
NAMES = Names(
    [
        ("frequency", EU + "frequency/ANNUAL", "ANNUAL", ("annuel", "annual")),
        ("file-type", EU + "file-type/CSV", "CSV", ("text/csv",)),
        ("data-theme", EU + "data-theme/ENVI", "ENVI", ("Environnement",)),
    ]
)
REPAIRS = Repairs(NAMES)
FREQUENCY, FORMAT, THEME = (Concept(vocabulary=name) for name in ("frequency", "file-type", "data-theme"))
MEDIA = Described(profile=MEDIA_TYPE)
SIZE = Plain(XSD + "nonNegativeInteger", int)

BOX = {
    "value": "POLYGON((4.33 51.16, 4.48 51.16, 4.48 51.25, 4.33 51.25, 4.33 51.16))",
    "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral",
}
UNREADABLE: list[tuple[Kind, Any, Any, str]] = [
    (Iri(), ox.Literal("https://a.example/x"), "https://a.example/x", "address-as-text"),
    (Iri(), ox.Literal("www.ville.example/x"), "http://www.ville.example/x", "address-as-text"),
    (Iri(), ox.Literal("https://a.example/un deux"), "https://a.example/un%20deux", "address-escaped"),
    (Iri(), ox.Literal("https://a.example/100%|x"), "https://a.example/100%25%7Cx", "address-escaped"),
    (Iri(), ox.Literal("agent@ville.example"), "mailto:agent@ville.example", "mail-address"),
    (FREQUENCY, ox.Literal("annuel"), EU + "frequency/ANNUAL", "label-as-concept"),
    (FREQUENCY, ox.Literal("Annuel "), EU + "frequency/ANNUAL", "label-as-concept"),
    (FORMAT, ox.Literal("text/csv; charset=utf-8"), EU + "file-type/CSV", "label-as-concept"),
    (FORMAT, ox.Literal("CSV"), EU + "file-type/CSV", "label-as-concept"),
    (THEME, ox.Literal("environnement"), EU + "data-theme/ENVI", "label-as-concept"),
    (
        MEDIA,
        ox.Literal("Text/CSV; charset=utf-8"),
        "https://www.iana.org/assignments/media-types/text/csv",
        "label-as-concept",
    ),
    (Moment(), ox.Literal("3 mars 2020"), "2020-03-03", "date-spelling"),
    (Moment(), ox.Literal("1er août 2021"), "2021-08-01", "date-spelling"),
    (Moment(), ox.Literal("31/12/2020"), "2020-12-31", "date-spelling"),
    (Moment(), ox.Literal("2020-03-03 10:20"), "2020-03-03T10:20:00", "date-spelling"),
    (Moment(), ox.Literal("2020-03-03T10:20:00+0200"), "2020-03-03T10:20:00+02:00", "date-spelling"),
    (Moment(), ox.Literal("1583193600000"), "2020-03-03T00:00:00Z", "date-spelling"),
    (SIZE, ox.Literal("12 345"), 12345, "size-spelling"),
    (SIZE, ox.Literal("1024.0"), 1024, "size-spelling"),
    (Inside(AGENT), ox.Literal("Ville", language="fr"), {"name": {"fr": "Ville"}}, "name-as-agent"),
    (Inside(AGENT), ox.Literal("https://ville.example/"), {"uri": "https://ville.example/"}, "address-as-text"),
    (Inside(LOCATION), ox.Literal("Landes"), {"name": {"": ["Landes"]}}, "place-as-text"),
    # ArcGIS Hub (Antwerpen): west, south, east, north.
    (Inside(LOCATION), ox.Literal("4.33,51.16,4.48,51.25"), {"bbox": BOX}, "outline-as-text"),
    (Text(), ox.NamedNode("https://a.example/x"), ("", "https://a.example/x"), "address-as-text"),
    (Iri(), ox.NamedNode(RELATIVE + "www.comune.example.it"), "http://www.comune.example.it", "without-scheme"),
    (Iri(scheme="tel:"), ox.Literal("+33 (0)5 58 05 87 87"), "tel:+33558058787", "phone-number"),
    (Iri(scheme="tel:"), ox.Literal("05.58.05.87.87"), "tel:0558058787", "phone-number"),
    (Iri(), ox.Literal("{{orgContactEmail}}"), [], "placeholder"),
    (Inside(IDENTIFIER), ox.Literal("autre-1"), {"notation": "autre-1"}, "identifier-as-text"),
]


@pytest.mark.parametrize(
    ("kind", "node", "value", "name"), UNREADABLE, ids=lambda value: str(value)[:40] if isinstance(value, str) else None
)
def test_what_was_meant(kind: Kind, node: Any, value: Any, name: str) -> None:
    assert REPAIRS.unreadable(kind, node) == (value, name)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Moment(), "le 31 février 2020"),
        (Moment(), "hier"),
        (Moment(), "99/99/2020"),
        (Moment(), "31 nivôse 2020"),
        (SIZE, "gros"),
        (SIZE, "-5"),
        (SIZE, "9" * 5000),
        (FREQUENCY, "quand on peut"),
        (Iri(), "voir le site"),
        (Iri(), "https://a.example/x https://b.example/y"),
        (Iri(), "http://"),
        (Iri(scheme="tel:"), "2020-2021"),
        (Iri(scheme="tel:"), "0 à 20 ans"),
        (Iri(), "0558058787"),
        (Iri(), "x" * 1_000_001),
        (Inside(PERIOD), "depuis toujours"),
    ],
)
def test_what_nobody_can_tell(kind: Kind, text: str) -> None:
    assert REPAIRS.unreadable(kind, ox.Literal(text)) is None


@pytest.mark.parametrize(
    ("kind", "value", "better", "name"),
    [
        (Text(), ("fr", "a\x00b\x07c"), ("fr", "abc"), "control-characters"),
        (Text(), ("fr", "<p>Les <b>arbres</b></p>"), ("fr", "Les **arbres**"), "html"),
        (LINE, ("fr", "Les arbres\r\n   de la ville"), ("fr", "Les arbres de la ville"), "line-breaks"),
        (LINE, ("fr", "<p>Les\narbres</p>\x07"), ("fr", "Les arbres"), "control-characters"),
        (WORDS, ("fr", "eau; air ;; sol"), [("fr", "eau"), ("fr", "air"), ("fr", "sol")], "keywords-joined"),
        (WORDS, ("fr", "eau\nair"), [("fr", "eau"), ("fr", "air")], "keywords-joined"),
        (
            WORDS,
            ("", "kiosque, journaux, presse"),
            [("", "kiosque"), ("", "journaux"), ("", "presse")],
            "keywords-joined",
        ),
        (Text(), ("fr", "x" * 1_000_001), [], "too-long"),
        (Plain(), "x" * 1_000_001, [], "too-long"),
        (
            FREQUENCY,
            "https://publications.europa.eu/resource/authority/frequency/annual",
            EU + "frequency/ANNUAL",
            "concept-spelling",
        ),
        (FORMAT, "https://www.iana.org/assignments/media-types/text/csv", EU + "file-type/CSV", "concept-spelling"),
        (
            THEME,
            "https://ods.example/id/theme/environnement",
            [EU + "data-theme/ENVI", "https://ods.example/id/theme/environnement"],
            "concept-close",
        ),
    ],
)
def test_better_forms(kind: Kind, value: Any, better: Any, name: str) -> None:
    assert REPAIRS.tidy(kind, value) == (better, name)


@pytest.mark.parametrize("value", [("fr", "a < b et b > c"), ("", "C&A"), ("fr", "Simple.")])
def test_what_is_fine_is_left_alone(value: tuple[str, str]) -> None:
    assert REPAIRS.tidy(Text(), value) is None
    assert REPAIRS.tidy(FREQUENCY, EU + "frequency/ANNUAL") is None
    assert REPAIRS.tidy(FREQUENCY, "https://ailleurs.example/rythme") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8080/geonetwork/x",
        "http://10.0.0.4/x",
        "https://[::1]/x",
        "http://catalogue/x",
        "http://sig.mairie.lan/x",
        "file:///srv/x.csv",
    ],
)
def test_a_private_address_is_no_link(address: str) -> None:
    assert REPAIRS.tidy(Iri(), address) == ([], "private-address")
    assert REPAIRS.unreadable(Iri(), ox.Literal(address)) is None
    assert REPAIRS.tidy(Iri(), "https://ville.example/x") is None


def test_a_node_with_a_private_address_has_none_wherever_it_stands() -> None:
    """« uri » is a language to whoever writes it as one, and no address."""
    node, inside = ox.NamedNode("https://a.example/1"), ox.NamedNode("http://10.0.0.4/fichier")
    files = ox.NamedNode(DCAT + "distribution")
    triples = [
        ox.Triple(node, ox.NamedNode(DCT + "title"), ox.Literal("Arbres", language="fr")),
        ox.Triple(node, ox.NamedNode(DCAT + "keyword"), ox.Literal("arbre", language="uri")),
        ox.Triple(node, files, inside),
        ox.Triple(inside, ox.NamedNode(DCAT + "accessURL"), ox.NamedNode("https://a.example/fichier")),
        ox.Triple(node, files, ox.NamedNode("http://10.0.0.4/inconnu")),
    ]
    found = Found("dataset", (), node.value, triples, "Arbres", sound=True)
    draft = draft_of(found, said_of(found), HarvestSource(kind="dcat"), Reception(REPAIRS))
    assert draft.values == {
        "title": {"fr": "Arbres"},
        "keyword": {"uri": ["arbre"]},
        "distribution": [{"access_url": ["https://a.example/fichier"]}],
    }
    assert [(problem.path, problem.fault) for problem in draft.problems] == [("distribution", "undescribed-file")]


def test_a_script_in_a_description_is_not_kept_as_words() -> None:
    repaired = REPAIRS.tidy(Text(), ("fr", "<p>Bonjour</p><script>alert(1)</script><style>p{}</style>"))
    assert repaired == (("fr", "Bonjour"), "html")


def test_repaired_values_reach_the_record() -> None:
    node = ox.NamedNode("https://a.example/1")
    pairs = [
        (DCT + "title", ox.Literal("<b>Arbres</b>", language="fr")),
        (DCT + "issued", ox.Literal("3 mars 2020")),
        (DCT + "publisher", ox.Literal("Ville")),
        (DCT + "accrualPeriodicity", ox.Literal("annuel")),
        (DCAT + "landingPage", ox.Literal("voir le site")),
    ]
    reading = DATASET.read(Statements(ox.Triple(node, ox.NamedNode(p), o) for p, o in pairs), node, REPAIRS)
    assert reading.values["issued"] == "2020-03-03"
    assert reading.values["publisher"] == {"name": {"": "Ville"}}
    assert reading.values["frequency"] == EU + "frequency/ANNUAL"
    assert {(p.path, p.fault, p.mended) for p in reading.problems} == {
        ("title", "html", True),
        ("issued", "date-spelling", True),
        ("publisher", "name-as-agent", True),
        ("frequency", "label-as-concept", True),
        ("landing_page", "unreadable", False),
    }


def test_a_file_that_is_only_downloadable_is_accessed_there() -> None:
    """SEMIC, "How to use accessURL and downloadURL?" (ckanext-dcat's example says the second alone)."""
    url = ["https://fichiers.essai.example/a.csv"]
    assert accessible({"download_url": url}) == ({"download_url": url, "access_url": url}, "download-as-access")
    assert accessible({"download_url": url, "access_url": ["https://essai.example/"]}) is None
    assert accessible({"title": {"fr": "Sans adresse"}}) is None


def test_a_labelled_theme_becomes_the_european_one() -> None:
    theme = next(term.kind for term in DATASET.terms if term.name == "theme")
    assert REPAIRS.tidy(theme, {"label": {"fr": ["Environnement"]}}) == (EU + "data-theme/ENVI", "label-as-concept")
    assert REPAIRS.tidy(theme, {"uri": "https://ville.example/theme", "label": {"fr": ["Voirie"]}}) is None
    belgian = {"uri": "https://vocab.belgif.be/auth/datatheme/X", "label": {"fr": ["Environnement"], "nl": ["Milieu"]}}
    assert REPAIRS.tidy(theme, belgian) == ([EU + "data-theme/ENVI", belgian], "concept-close")
    voirie = REPAIRS.unreadable(theme, ox.Literal("Voirie", language="fr"))
    assert voirie == ({"label": {"fr": ["Voirie"]}}, "label-kept")


@pytest.mark.parametrize("text", ["Zones de gestion, de restriction ou de réglementation", "1:50,000", "C&A", "eau;"])
def test_a_keyword_with_a_comma_of_its_own_stays_whole(text: str) -> None:
    assert REPAIRS.tidy(WORDS, ("fr", text)) is None


def test_a_description_keeps_its_lines() -> None:
    assert REPAIRS.tidy(Text(), ("fr", "Un.\n\nDeux; trois, quatre, cinq.")) is None


# Catalogue -> the repairs that it forced: test_real_catalogues.py harvests each of them.
MET = {file: [name for name in SEEN_IN if SEEN_IN[name] == file] for file in SEEN_IN.values() if " #" not in file}


def test_every_repair_that_was_seen_has_its_words() -> None:
    assert SEEN_IN.keys() <= TOLD.keys()
