"""The pages of a table: rows, filters, sorts, columns, charts, maps, all in the address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from catalogue.models import Table, TableDecision, Territory
from catalogue.models.territories import Level
from catalogue.tables.contract import Type
from catalogue.tables.store import put_away
from catalogue.tabling.keeping import rows_of
from portal.pages.table_cells import cell
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import remember

pytestmark = pytest.mark.django_db
Look = Callable[..., BeautifulSoup]
TEXT = """repère;commune;Volume (m³);accessible;posée le;lat;lon;site;courriel;note
PAV-1;Port-Lanvern;2,5;oui;12/03/2019;47,61;-2,70;https://ville.example/1;tri@ville.example;<script>alert(1)</script>
PAV-2;Kerbrézel;1200,25;non;04/06/2020;47,62;-2,71;javascript:alert(1);;=cmd|'/C calc'!A0
PAV-3;Port-Lanvern;-3;;02/02/2021;47,63;-2,72;https://ville.example/3;;
PAV-4;Port-Lanvern;;oui;02/02/2021;;;https://ville.example/4;;
"""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    put_away()


@pytest.fixture
def table(home: Any) -> Table:
    return factories.table(factories.dataset("Bornes", factories.body("Ville d’essai")), TEXT, "bornes.csv")


@pytest.fixture
def look(client: Client, table: Table) -> Look:
    def looked(asked: str = "", status: int = 200, of: Table = table, path: str = "") -> BeautifulSoup:
        response = client.get(f"/tables/{of.pk}/{path}{'?' if asked else ''}{asked}")
        assert response.status_code == status
        return BeautifulSoup(response.content, "html.parser")

    return looked


def rows(page: BeautifulSoup) -> list[list[str]]:
    found = page.select("#lignes tbody tr:not(.prof)")
    return [[cell.get_text().strip() for cell in row.select("td, th")] for row in found]


def column(page: BeautifulSoup, number: int) -> list[str]:
    return [row[number] for row in rows(page)]


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def test_cells_are_in_french_and_hold_text_alone(look: Look) -> None:
    page = look()
    assert rows(page)[0][:7] == ["PAV-1", "Port-Lanvern", "2,50", "oui", "12/03/2019", "47,61", "\u22122,70"]
    assert column(page, 2) == ["2,50", "1\u202f200,25", "\u22123,00", ""]
    assert rows(page)[0][9] == "<script>alert(1)</script>"
    assert not page.select("#lignes script")
    assert "n" in (page.select("#lignes tbody tr:not(.prof)")[0].select("td")[1].get("class") or [])


def test_a_few_rows_are_cards_on_a_telephone_and_each_cell_names_its_column(look: Look, table: Table) -> None:
    first = look().select("#lignes .t-stack tbody tr:not(.prof)")[0]
    assert [cell.get("data-l") for cell in first.select("td")][:3] == ["commune", "Volume (m³)", "accessible"]
    many = factories.table(table.dataset, "a;b\n" + "".join(f"{number};x\n" for number in range(31)), "longue.csv")
    page = look(of=many)
    assert not page.select(".t-stack, [data-l]")


def test_only_what_is_an_address_is_a_link(look: Look) -> None:
    site = factories.table(
        factories.dataset("Sites"), "nom;site\na;https://ville.example/1\nb;https://ville.example/2\n"
    )
    links = look(of=site).select("#lignes tbody a")
    assert [a["href"] for a in links] == ["https://ville.example/1", "https://ville.example/2"]
    assert all(a["rel"] == ["nofollow", "noopener", "ugc"] for a in links)
    assert [a["href"] for a in look().select("#lignes tbody a")] == ["mailto:tri@ville.example"]
    assert cell("javascript:alert(1)", Type.URL).link == "" and cell("pas une adresse", Type.EMAIL).link == ""
    assert cell("https://ville.example", Type.TEXT).link == ""


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (2024, Type.YEAR, "2024"),
        (1204, Type.INTEGER, "1\u202f204"),
        ("2024-01-31T14:05:00", Type.DATETIME, "31/01/2024 14:05"),
        ("hier", Type.DATE, "hier"),
        ("14:05:00", Type.TIME, "14:05"),
        (True, Type.BOOLEAN, "oui"),
        ("01004", Type.COMMUNE, "01004"),
        ({"type": "Point", "coordinates": [2.35, 48.85]}, Type.GEOMETRY, "Point 48,85000 ; 2,35000"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]},
            Type.GEOMETRY,
            "Surface de 4 positions",
        ),
        ({"type": "?"}, Type.GEOMETRY, "Forme"),
        (["a", "é"], Type.LIST, '["a", "é"]'),
        ("x" * 500, Type.TEXT, "x" * 160 + "…"),
        ("", Type.TEXT, ""),
        (None, Type.DATE, ""),
    ],
)
def test_a_cell_in_words(value: Any, type_: Type, text: str) -> None:
    assert cell(value, type_).text == text


def test_the_page_of_a_dataset_shows_its_first_rows(client: Client, table: Table) -> None:
    page = client.get(table.dataset.get_absolute_url()).content.decode()
    assert f'data-part="/tables/{table.pk}/apercu/?partie="' in page and f'href="/tables/{table.pk}/"' in page
    part = BeautifulSoup(client.get(f"/tables/{table.pk}/apercu/?partie=").content, "html.parser")
    assert len(part.select("tbody tr")) == 4 and len(part.select("thead th")) == 6
    assert client.get(f"/tables/{table.pk}/apercu/")["Location"] == f"/tables/{table.pk}/"


def test_a_filter_sent_by_the_form_stands_in_the_address(client: Client, table: Table, look: Look) -> None:
    asked = {"vue.colonne": "commune", "vue.condition": "eq", "vue.valeur": "Port-Lanvern", "sort": "-repère"}
    response = client.get(f"/tables/{table.pk}/", asked)
    assert response.status_code == 302
    parts = urlsplit(response["Location"])
    assert dict(parse_qsl(parts.query)) == {"commune": "Port-Lanvern", "sort": "-repère"} and parts.fragment == "lignes"
    page = look(parts.query)
    assert column(page, 0) == ["PAV-4", "PAV-3", "PAV-1"]
    assert one(page, "#h-lignes").get_text() == "3 lignes sur 4"
    assert "commune est «\u00a0Port-Lanvern\u00a0»" in one(page, ".chips .tag").get_text()
    assert one(page, ".chips .tag")["href"] == "?sort=-rep%C3%A8re#lignes"


@pytest.mark.parametrize(
    ("condition", "value", "kept"),
    [
        ("ge", "2,5", ["PAV-1", "PAV-2"]),
        ("lt", "1 200,25", ["PAV-1", "PAV-3"]),
        ("in", "2.5;-3", ["PAV-1", "PAV-3"]),
        ("empty", "", ["PAV-4"]),
        ("filled", "ignoré", ["PAV-1", "PAV-2", "PAV-3"]),
    ],
)
def test_conditions(client: Client, table: Table, look: Look, condition: str, value: str, kept: list[str]) -> None:
    asked = {"vue.colonne": "Volume (m³)", "vue.condition": condition, "vue.valeur": value}
    led = urlsplit(client.get(f"/tables/{table.pk}/", asked)["Location"])
    assert column(look(led.query), 0) == kept


def test_a_click_on_a_header_sorts_then_turns_then_leaves(look: Look) -> None:
    def click(page: BeautifulSoup) -> str:
        [head] = [th for th in page.select("#lignes thead th") if th.get_text().startswith("Volume")]
        return str(head.select("a")[0]["href"]).removeprefix("?").removesuffix("#lignes")

    up = look(click(look()))
    assert column(up, 0) == ["PAV-3", "PAV-1", "PAV-2", "PAV-4"]
    assert one(up, "th[aria-sort]")["aria-sort"] == "ascending"
    down = look(click(up))
    assert column(down, 0) == ["PAV-2", "PAV-1", "PAV-3", "PAV-4"]
    assert one(down, "th[aria-sort]")["aria-sort"] == "descending"
    assert column(look(click(down)), 0) == ["PAV-1", "PAV-2", "PAV-3", "PAV-4"]


def test_columns_are_chosen(client: Client, table: Table, look: Look) -> None:
    response = client.get(f"/tables/{table.pk}/?commune=Kerbr%C3%A9zel&vue.montrer=accessible&vue.montrer=rep%C3%A8re")
    page = look(urlsplit(response["Location"]).query)
    assert rows(page) == [["non", "PAV-2"]]
    assert "(2 sur 10)" in page.get_text()


def test_wide_tables_show_their_first_columns_and_say_so(look: Look) -> None:
    names = [f"colonne {n}" for n in range(60)]
    wide = factories.table(factories.dataset("Large"), ";".join(names) + "\n" + ";".join("x" * 60) + "\n")
    page = look(of=wide)
    assert len(page.select("#lignes thead th")) == 30 and "(30 sur 60)" in page.get_text()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Volume+(m³)=abc", "écrivez un nombre"),
        ("rien=1", "n’est ni une colonne"),
        ("vue.colonne=commune&vue.condition=eq&vue.valeur=", "Indiquez la valeur"),
        ("cursor=AAAA", "reprenez à la première page"),
        ("sort=rien", "pas de colonne"),
        ("select=rien", "pas de colonne"),
        ("posée+le=31/02/2020", "écrivez une date"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_and_the_table_shown(look: Look, asked: str, told: str) -> None:
    page = look(asked)
    assert told in one(page, ".note.fail[role=alert]").get_text()
    assert column(page, 0) == ["PAV-1", "PAV-2", "PAV-3", "PAV-4"]


@pytest.mark.parametrize("asked", ["vue.page=0", "vue.page=-1", "vue.page=zz", "vue.page=99999999", "vue.page=²"])
def test_a_page_that_is_none_is_the_first_or_beyond_the_last(look: Look, asked: str) -> None:
    assert look(asked).select("#h-lignes")


def test_pages_are_numbered_and_keep_the_look(look: Look) -> None:
    long = factories.table(factories.dataset("Long"), "n;pair\n" + "\n".join(f"{n};{n % 2}" for n in range(250)))
    first = look("sort=-n", of=long)
    assert column(first, 0)[0] == "249" and len(rows(first)) == 100
    following = str(one(first, "a[rel=next]")["href"])
    assert following == "?sort=-n&vue.page=2#lignes"
    third = look("sort=-n&vue.page=3", of=long)
    assert column(third, 0)[-1] == "0" and "Lignes 201 à 250" in third.get_text()
    assert not third.select("a[rel=next]")


def test_no_row_left_says_what_to_do(look: Look) -> None:
    assert "Aucune ligne ne répond" in one(look("commune=Ailleurs"), "#lignes").get_text()


def test_an_empty_table_is_a_page(look: Look) -> None:
    empty = factories.table(factories.dataset("Vide"), "a;b\n")
    assert "n’a pas de ligne" in look(of=empty).get_text()


def test_what_is_taken_away_is_what_is_seen(client: Client, look: Look) -> None:
    page = look("commune=Port-Lanvern&sort=-repère")
    addresses = {a.get_text().strip(): str(a["href"]) for a in page.select("#lignes .acts a")}
    assert list(addresses) == ["CSV", "Excel", "GeoJSON", "Parquet", "JSON"]
    got = b"".join(client.get(addresses["CSV"]).streaming_content).decode()  # type: ignore[attr-defined]
    assert [line.split(";")[0] for line in got.splitlines()[1:]] == ["PAV-4", "PAV-3", "PAV-1"]
    api = urlsplit(str(one(page, "#api")["value"]))
    answered = client.get(f"{api.path}?{api.query}").json()
    assert answered["total"] == 3


def test_profiles_say_what_columns_hold_and_lead_to_their_rows(look: Look) -> None:
    page = look()
    told = {li.h3.get_text(): li for li in page.select(".profiles li") if li.h3}
    text = told["commune"].get_text()
    assert "Texte" in text and "2 valeurs différentes" in text
    link = told["commune"].select("a")[0]
    assert link.get_text() == "Port-Lanvern"
    assert column(look(str(link["href"]).removeprefix("?").removesuffix("#lignes")), 0) == ["PAV-1", "PAV-3", "PAV-4"]
    assert "1 vide (25\u202f%)" in told["Volume (m³)"].get_text()
    assert "de \u22123 à 1\u202f200,25" in told["Volume (m³)"].get_text()
    assert "de 12/03/2019 à 02/02/2021" in told["posée le"].get_text()


def test_a_chart_is_asked_by_the_form_and_has_its_figures(client: Client, look: Look) -> None:
    page = look("vue.graphique=barres&vue.par=commune&vue.mesure=count")
    figure = one(page, "#compter figure")
    assert "Port-Lanvern : 75\u202f% des lignes" in figure.get_text()
    assert len(figure.select("svg[role=img]")) == 2
    assert [[cell.get_text() for cell in row.select("td, th")] for row in figure.select("tbody tr")] == [
        ["Port-Lanvern", "3"],
        ["Kerbrézel", "1"],
    ]
    got = b"".join(client.get(str(one(page, "#compter .source a")["href"])).streaming_content).decode()  # type: ignore[attr-defined]
    assert '"Port-Lanvern";3' in got or "Port-Lanvern;3" in got


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("vue.graphique=auto&vue.par=posée+le&vue.mesure=sum:Volume+(m³)", "Somme de Volume (m³) par"),
        ("vue.graphique=courbe&vue.par=posée+le:year", "Au plus haut en 2021 : 2"),
        ("vue.graphique=aire&vue.par=posée+le:month", "La courbe s’interrompt"),
        ("vue.graphique=barres&vue.par=posée+le:weekday", "mardi"),
        ("vue.graphique=barres&vue.par=accessible", "vide"),
        ("vue.graphique=nuage&vue.par=lat&vue.mesure=mean:Volume+(m³)", "Volume (m³) selon lat"),
        ("vue.graphique=histogramme&vue.par=Volume+(m³)", "Nombre de lignes selon Volume (m³)"),
        ("vue.graphique=histogramme&vue.par=Volume+(m³)&commune=Port-Lanvern", "Nombre de lignes selon Volume (m³)"),
        ("group=commune&sum=Volume+(m³)", "Somme de Volume (m³) par commune"),
    ],
)
def test_charts(look: Look, asked: str, told: str) -> None:
    figure = one(look(asked), "#compter figure")
    assert told in figure.get_text() and figure.select("svg")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("vue.graphique=courbe&vue.par=commune", "suit le temps"),
        ("vue.graphique=nuage&vue.par=commune&vue.mesure=mean:lat", "deux nombres"),
        ("vue.graphique=histogramme&vue.par=commune", "demande des nombres"),
        ("vue.graphique=camembert&vue.par=commune", "n’existe pas"),
        ("vue.graphique=barres&vue.par=rien", "n’en est pas une"),
        ("vue.graphique=barres&vue.par=commune&vue.mesure=sum:rien", "ne se mesure pas"),
        ("vue.graphique=barres&vue.par=commune&vue.mesure=sum:commune", "demande des nombres"),
        ("vue.graphique=barres&vue.par=commune:hour", "n’est pas une date"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_why(look: Look, asked: str, told: str) -> None:
    page = look(asked)
    assert told in one(page, "#compter .note.fail").get_text()
    assert len(rows(page)) == 4


def test_a_map_shows_the_points(look: Look) -> None:
    figure = one(look(), "#carte figure")
    assert "3 lignes sur la carte" in figure.get_text() and "1 ligne ne dit pas où elle est" in figure.get_text()
    assert len(figure.select("svg[role=img]")) == 2
    assert "1 ligne sur la carte" in one(look("commune=Kerbrézel"), "#carte figure").get_text()
    assert "Aucune de ces lignes" in one(look("commune=Ailleurs"), "#carte figure").get_text()


def test_a_map_shows_lines_and_surfaces(look: Look) -> None:
    kinds = {
        "Polygon": [[[2.2, 48.8], [2.4, 48.8], [2.4, 48.9], [2.2, 48.8]]],
        "LineString": [[2.2, 48.8], [2.5, 48.95]],
        None: None,
    }
    features = [
        {
            "type": "Feature",
            "properties": {"nom": str(kind)},
            "geometry": {"type": kind, "coordinates": positions} if kind else None,
        }
        for kind, positions in kinds.items()
    ]
    shapes = json.dumps({"type": "FeatureCollection", "features": features})
    found = factories.table(factories.dataset("Zones"), shapes, "zones.geojson")
    page = look(of=found)
    paths = one(page, "#carte svg.roomy").select("path")
    assert any(path.get("fill-rule") == "evenodd" for path in paths)
    assert any("Surface" in cell for row in rows(page) for cell in row)


def test_a_map_places_codes(look: Look) -> None:
    for code, name, x in (("56260", "Vannes", -2.76), ("56053", "Crach", -3.0)):
        Territory.objects.create(
            level=Level.COMMUNE, code=code, name=name, sort_name=name.lower(), longitude=x, latitude=47.6
        )
    text = "code_insee;n\n" + "56260;1\n" * 5 + "56053;2\n" * 3 + "56001;3\n" * 2
    page = look(of=factories.table(factories.dataset("Codes"), text))
    figure = one(page, "#carte figure")
    assert "2 territoires sur la carte" in figure.get_text() and "1 code n’est pas placé" in figure.get_text()
    assert [row.get_text(" ").split() for row in figure.select("tbody tr")] == [["Vannes", "5"], ["Crach", "3"]]


def test_a_frame_is_for_any_page_and_says_its_source(client: Client, table: Table, look: Look) -> None:
    response = client.get(f"/tables/{table.pk}/integrer/")
    assert "frame-ancestors *" in response["Content-Security-Policy"] and "X-Frame-Options" not in response
    assert "Source : Ville d’essai" in said(response)
    page = look("vue.graphique=barres&vue.par=commune", path="integrer/")
    assert page.select("svg") and not page.select("#lignes")
    assert "frame-ancestors 'none'" in client.get(f"/tables/{table.pk}/")["Content-Security-Policy"]


def test_only_the_bare_page_of_a_public_table_is_for_search_engines(
    client: Client, table: Table, as_: Callable[[Any], Client]
) -> None:
    def robots(answered: Any) -> list[str]:
        return re.findall(r'<meta name="robots" content="([^"]+)"', answered.content.decode())

    assert robots(client.get(f"/tables/{table.pk}/")) == []
    assert robots(client.get(f"/tables/{table.pk}/?commune=x")) == ["noindex"]
    town = factories.body()
    secret = factories.table(factories.dataset("Secret", town, private=True), TEXT)
    answered = as_(factories.person("reader", town)).get(f"/tables/{secret.pk}/")
    assert robots(answered) == ["noindex"] and answered["Cache-Control"] == "private, no-store"


def test_hostile_names_of_columns_do_no_harm(look: Look) -> None:
    text = 'id; DROP TABLE,"<b>x</b>","a""b",sort,vue.page,select\n1,2,3,4,5,6\n'
    page = look(of=factories.table(factories.dataset("Hostile"), text))
    assert rows(page)[0][:3] == ["1", "2", "3"]
    assert not page.select("#lignes b, .profiles b")
    for head in page.select("#lignes thead a"):
        assert not look(str(head["href"]).removeprefix("?").removesuffix("#lignes"), of=factories_table(page)).select(
            ".note.fail"
        )


def factories_table(page: BeautifulSoup) -> Table:
    """The table that a page shows."""
    key = str(one(page, "#api")["value"]).split("/api/tables/")[1].split("/")[0]
    return Table.objects.get(pk=key)


def test_a_link_keeps_the_view(look: Look) -> None:
    """Every address that a page writes is read as the same page again: no filter, sort or chart is lost on the way."""
    asked = "commune=Port-Lanvern&sort=-repère&select=repère,commune&vue.graphique=barres&vue.par=accessible"
    page = look(asked)
    for form in page.select("#filtres form, #compter form"):
        kept = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
        assert kept["commune"] == "Port-Lanvern" and kept["sort"] == "-repère"
    assert 'src="' in one(page, "#cadre").get_text() and "vue.graphique=barres" in one(page, "#cadre").get_text()


def test_rows_that_cannot_be_read_are_said_and_the_page_stands(look: Look, table: Table) -> None:
    assert table.current is not None
    put_away()
    rows_of(table.current).unlink()
    page = look(status=503)
    assert "ne peuvent pas être lues" in one(page, "#lignes").get_text()
    assert page.select(".profiles li") and page.select("#compter .note.fail")
    look(status=503, path="integrer/")


def test_the_original_is_offered_to_who_may_have_it(as_: Callable[[Any], Client], table: Table, look: Look) -> None:
    def offered(page: Any) -> bool:
        return f"/tables/{table.pk}/fichier" in page.content.decode()

    assert offered(as_(None).get(f"/tables/{table.pk}/"))
    assert table.current is not None
    TableDecision.objects.create(
        table=table, version=1, code="email", columns=["courriel"], choice="drop", at=table.current.at
    )
    assert not offered(as_(None).get(f"/tables/{table.pk}/"))
    assert offered(as_(factories.person("publisher", table.dataset.owner)).get(f"/tables/{table.pk}/"))


@pytest.mark.parametrize(("role", "most"), [("", 4), ("reader", 10)])
def test_the_page_asks_the_base_little(
    as_: Callable[[Any], Client], table: Table, role: str, most: int, django_assert_max_num_queries: Any
) -> None:
    browser = as_(factories.person(role, table.dataset.owner) if role else None)
    remember()
    with django_assert_max_num_queries(most):
        browser.get(f"/tables/{table.pk}/?commune=Kerbr%C3%A9zel&vue.graphique=barres&vue.par=commune")


def test_a_table_is_read_in_english(client: Client, table: Table) -> None:
    page = said(client.get(f"/tables/{table.pk}/", {"commune": "Port-Lanvern"}, headers={"accept-language": "en"}))
    assert "3 rows of 4" in page
    assert "commune is “Port-Lanvern”" in page
    assert "1,200.25" in page  # the most of a column, over the whole table
    assert "1 empty (25%), all values are different, from −3 to 1,200.25, 399.92 on average" in page
    assert not {"lignes", "colonnes", "Filtres", "ligne"} & set(re.sub(r"<[^>]*>", " ", page).split())


def test_a_value_that_does_not_suit_is_told_in_english(client: Client, table: Table) -> None:
    page = said(client.get(f"/tables/{table.pk}/", {"Volume (m³)": "gt:abc"}, headers={"accept-language": "en"}))
    assert "“abc” does not suit the column “Volume (m³)”: write a number, such as 12 or 1234.5." in page
