"""Tiles through the portal: off unless named, fetched by our own client, kept within their room, under maps with whose they are."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from math import asinh, pi, radians, tan
from pathlib import Path
from time import time

import pytest
from django.test import Client
from pytest_django import Settings

from catalogue.tables.store import put_away
from portal import tile_store, tiles
from portal.charts.frame import framed
from portal.charts.tiles import under
from portal.environment import Environment
from portal.tiles import Server as Named
from tests import factories
from tests.harvesting.conftest import server  # noqa: F401
from tests.harvesting.servers import Server, reply

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
CREDIT = "© les contributeurs d’OpenStreetMap"


@pytest.fixture
def named(server: Server, home: Path, settings: Settings) -> Server:  # noqa: F811
    """A server on this machine that the instance names."""
    settings.BOUTURE_TILES = Named(server.url("/{z}/{x}/{y}.png"), CREDIT, 64 * 2**20)
    server.everywhere = reply(PNG, content_type="image/png")
    return server


def kept(home: Path) -> list[Path]:
    return [path for path in (home / "tiles").rglob("*") if path.is_file()]


def read(**variables: str) -> tuple[Named, list[str]]:
    env = Environment(variables)
    return Named.read(env), [problem.id for problem in env.problems]


def test_nothing_is_set_unless_all_is() -> None:
    whole = {"BOUTURE_TILES": "https://t.example/{z}/{x}/{y}.png", "BOUTURE_TILES_CREDIT": CREDIT}
    assert read() == (Named(), [])
    assert read(**whole) == (Named(whole["BOUTURE_TILES"], CREDIT, 200 * 2**20), [])
    assert read(BOUTURE_TILES=whole["BOUTURE_TILES"]) == (Named(), ["bouture.E022"])
    assert read(**whole, BOUTURE_TILES_ROOM="0")[1] == ["bouture.E006"]


@pytest.mark.parametrize(
    "template",
    [
        "https://t.example/{z}/{x}.png",
        "https://t.example/{z}/{x}/{y}/{y}.png",
        "https://t.example/{z}/{x}/{y}/{s}.png",
        "https://{z}.example/{x}/{y}.png",
        "ftp://t.example/{z}/{x}/{y}.png",
        "/{z}/{x}/{y}.png",
        "https://[::1/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_is_no_tile_servers_is_told(template: str) -> None:
    assert read(BOUTURE_TILES=template, BOUTURE_TILES_CREDIT=CREDIT) == (Named(), ["bouture.E021"])


def test_there_are_none_without_a_server(client: Client, home: Path) -> None:
    assert client.get("/tuiles/3/4/2.png").status_code == 404
    assert tiles.address() == ""


@pytest.mark.parametrize("where", ["20/0/0", "3/8/0", "3/0/8", "0/1/0", "99999999999999999999/0/0"])
def test_what_is_no_tile_is_not_asked(named: Server, client: Client, where: str) -> None:
    assert client.get(f"/tuiles/{where}.png").status_code == 404
    assert named.asked == []


def test_a_tile_is_fetched_once_and_kept(named: Server, client: Client, home: Path) -> None:
    for _ in range(2):
        answer = client.get("/tuiles/3/4/2.png")
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/png", PNG)
        assert answer["Cache-Control"] == "public, max-age=604800"
        assert "Set-Cookie" not in answer
    assert [one.path for one in named.asked] == ["/3/4/2.png"]
    assert "cookie" not in named.asked[0].headers and named.asked[0].headers["user-agent"].startswith("Bouture/")
    assert len(kept(home)) == 1


def test_another_server_is_another_tile(named: Server, client: Client, settings: Settings) -> None:
    client.get("/tuiles/3/4/2.png")
    settings.BOUTURE_TILES = Named(named.url("/gris/{z}/{x}/{y}.png"), CREDIT, 64 * 2**20)
    client.get("/tuiles/3/4/2.png")
    assert [one.path for one in named.asked] == ["/3/4/2.png", "/gris/3/4/2.png"]


@pytest.mark.parametrize(
    "body", [b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", b"<html>", b"", b"RIFF\0\0\0\0WAVE"]
)
def test_what_is_no_picture_is_not_passed_on(named: Server, client: Client, home: Path, body: bytes) -> None:
    named.everywhere = reply(body, content_type="image/png")
    answer = client.get("/tuiles/3/4/2.png")
    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"", "30")
    assert not (home / "tiles").exists()


def test_a_server_that_fails_is_left_alone(named: Server, client: Client) -> None:
    named.everywhere = reply(b"", 500)
    assert [client.get(f"/tuiles/3/4/{y}.png").status_code for y in (1, 2, 3)] == [503, 503, 503]
    assert len(named.asked) == 1


def test_a_tile_that_does_not_exist_stops_no_other(named: Server, client: Client) -> None:
    named.replies["/3/4/1.png"] = reply(b"", 404)
    assert [client.get(f"/tuiles/3/4/{y}.png").status_code for y in (1, 2)] == [404, 200]


def test_what_is_kept_serves_while_the_server_does_not(named: Server, client: Client, home: Path) -> None:
    client.get("/tuiles/3/4/2.png")
    [path] = kept(home)
    old = time() - tile_store.FRESH - 60
    os.utime(path, (old, old))
    named.everywhere = reply(b"", 500)
    answer = client.get("/tuiles/3/4/2.png")
    assert (answer.status_code, answer.content) == (200, PNG)
    assert len(named.asked) == 2  # it was asked again, a week being over


def test_no_redirect_leads_into_the_private_network(named: Server, client: Client) -> None:
    with Server(everywhere=reply(PNG, content_type="image/png")) as other:
        named.everywhere = reply(b"", 302, Location=other.url("/secret.png"))
        assert client.get("/tuiles/3/4/2.png").status_code == 503
        assert other.asked == []


def test_a_tile_of_a_megabyte_is_refused(named: Server, client: Client, home: Path) -> None:
    named.everywhere = reply(PNG + b"\0" * 2**20, content_type="image/png")
    assert client.get("/tuiles/3/4/2.png").status_code == 503
    assert not (home / "tiles").exists()


def test_the_disk_has_its_limit(named: Server, client: Client, home: Path, settings: Settings) -> None:
    """A share of a folder holds two: the oldest leave, and what was asked is served."""
    share = 2 * len(PNG) + 10
    settings.BOUTURE_TILES = Named(settings.BOUTURE_TILES.template, CREDIT, share * tile_store.SHARES)
    for x in range(16):
        for y in range(16):
            assert client.get(f"/tuiles/4/{x}/{y}.png").content == PNG
    folders = {path.parent for path in kept(home)}
    assert len(folders) > tile_store.SHARES / 2
    assert all(sum(path.stat().st_size for path in folder.iterdir()) <= share for folder in folders)
    settings.BOUTURE_TILES = Named(settings.BOUTURE_TILES.template, CREDIT, 10)  # less than one tile: none is kept
    assert client.get("/tuiles/5/0/0.png").content == PNG


def corners(drawing: str) -> list[tuple[int, int, int, float, float, float, float]]:
    found = []
    for image in ET.fromstring(drawing).iter("image"):
        zoom, x, y = map(int, re.findall(r"\d+", image.attrib["href"]))
        found.append((zoom, x, y, *(float(image.attrib[name]) for name in ("x", "y", "width", "height"))))
    return found


@pytest.mark.parametrize("box", [(-0.6, 43.8, -0.3, 44.0), (-5.0, 41.0, 9.5, 51.0), (176.0, -20.0, 184.0, -12.0)])
def test_tiles_stand_where_the_map_says(box: tuple[float, float, float, float]) -> None:
    """Each position of the frame falls in the tile that Web Mercator gives it, about as large as it was made."""
    frame = framed(box, 720, 460)
    found = corners(under(frame, "/tuiles/{z}/{x}/{y}.png"))
    assert 4 <= len(found) <= 24
    zoom = found[0][0]
    for part in range(11):
        longitude = frame.west + (frame.east - frame.west) * part / 10
        latitude = frame.south + (frame.north - frame.south) * part / 10
        column = int((longitude + 180) / 360 * 2**zoom) % 2**zoom
        row = int((1 - asinh(tan(radians(latitude))) / pi) / 2 * 2**zoom)
        x, y = frame((longitude, latitude))
        within = [
            (one[1], one[2])
            for one in found
            if one[3] - 0.1 <= x <= one[3] + one[5] and one[4] - 0.1 <= y <= one[4] + one[6]
        ]
        assert (column, row) in within
    assert all(150 < one[5] < 400 for one in found)


def test_no_tile_beyond_the_poles() -> None:
    found = corners(under(framed((-180, -90, 180, 90), 720, 460), "/tuiles/{z}/{x}/{y}.png"))
    assert found and all(0 <= row < 2**zoom for zoom, _, row, *_ in found)


@pytest.mark.django_db
def test_maps_say_whose_they_are_and_ask_nobody_else(named: Server, client: Client) -> None:
    wkt = {"bbox": {"value": "POLYGON((0 44, 1 44, 1 45, 0 45, 0 44))", "datatype": ""}}
    found = factories.dataset("Arbres", spatial=[wkt])
    factories.bring_index_up_to_date()
    for address in ("/jeux-de-donnees/carte/", found.get_absolute_url()):
        page = client.get(address).content.decode()
        assert re.search(r'<image href="/tuiles/\d+/\d+/\d+\.png"', page)
        assert CREDIT in page
        assert named.url("") not in page


@pytest.mark.django_db
def test_the_map_of_a_table_has_them_too(named: Server, client: Client) -> None:
    made = factories.table(
        factories.dataset("Lieux"), "nom;latitude;longitude\nA;43.9;-0.5\nB;43.8;-0.4\n", "lieux.csv"
    )
    page = client.get(f"/tables/{made.pk}/").content.decode()
    put_away()
    assert re.search(r'<image href="/tuiles/\d+/\d+/\d+\.png"', page)
    assert CREDIT in page


@pytest.mark.django_db
def test_maps_ask_for_none_without_a_server(client: Client, home: Path) -> None:
    wkt = {"bbox": {"value": "POLYGON((0 44, 1 44, 1 45, 0 45, 0 44))", "datatype": ""}}
    page = client.get(factories.dataset("Arbres", spatial=[wkt]).get_absolute_url()).content.decode()
    assert "etendue" in page and "/tuiles/" not in page and "Fond de carte" not in page
