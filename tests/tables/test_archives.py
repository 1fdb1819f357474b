"""Packed files: what is inside is read like any file, and what swells beyond reason is not opened."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.tables.contract import BadQuestion, Options, TooMuch, Unreadable
from tests.tables.books import book, sheet, xlsx, zipped
from tests.tables.taken import codes, taken

CSV = "nom;code\nCrac’h;56046\nAntibes;06004\n"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": lambda content: zipped({"a.csv": content}),
}
ROWS = [("Crac’h", "56046"), ("Antibes", "06004")]


@pytest.mark.parametrize("packer", ["gzip", "bzip2", "xz"])
def test_a_file_packed_alone(tmp_path: Path, packer: str) -> None:
    pack = PACKERS[packer]
    raw, rows = taken(tmp_path, pack(CSV.encode()), Options(name="villes.csv.gz"), name="given.gz")
    assert (raw.format, rows) == ("csv", ROWS)
    raw, rows = taken(tmp_path, pack(book([["nom", "code"], *ROWS])), name="given.gz")
    assert (raw.format, rows) == ("xlsx", ROWS)


def test_an_archive_of_one_table(tmp_path: Path) -> None:
    content = zipped(
        {"données/villes.csv": CSV, "LISEZMOI.txt": "Bonjour", "__MACOSX/._villes.csv": "x", ".DS_Store": "x"}
    )
    raw, rows = taken(tmp_path, content, name="given.zip")
    assert (raw.format, raw.sheets, rows) == ("csv", (), ROWS)


def test_an_archive_of_several_tables(tmp_path: Path) -> None:
    content = zipped(
        {
            "petit.csv": "a;b\n1;2\n",
            "grand.csv": CSV,
            "classeur.xlsx": xlsx({"Une": sheet([["a", "b"], [1, 2]]), "Deux": sheet([["c", "d"], [3, 4]])}),
        }
    )
    raw, rows = taken(tmp_path, content, Options(sheet="petit.csv"), name="given.zip")
    assert (raw.sheet, rows) == ("petit.csv", [("1", "2")])
    assert set(raw.sheets) == {"petit.csv", "grand.csv", "classeur.xlsx"}
    assert "archive" in codes(raw)
    raw, rows = taken(tmp_path, content, Options(sheet="classeur.xlsx#Deux"), name="given.zip")
    assert (raw.sheet, raw.names, rows) == ("classeur.xlsx#Deux", ("c", "d"), [("3", "4")])
    assert {"classeur.xlsx#Une", "classeur.xlsx#Deux"} <= set(raw.sheets)
    with pytest.raises(BadQuestion, match=r"grand\.csv"):
        taken(tmp_path, content, Options(sheet="autre.csv"), name="given.zip")


def test_the_largest_table_is_the_first(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, zipped({"petit.csv": "a;b\n1;2\n", "grand.csv": CSV}), name="given.zip")
    assert (raw.sheet, rows) == ("grand.csv", ROWS)


def test_no_name_in_an_archive_leads_out_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "a/../../evil.csv"):
        assert taken(home, zipped({name: CSV}), name="given.zip")[1] == ROWS
    assert [each.name for each in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"dedans.zip": zipped({"a.csv": CSV})}, "en contient une autre"),
        ({"dedans.csv": zipped({"a.csv": CSV})}, "comprimé plusieurs fois"),
        ({"photo.png": "x", "plan.pdf": "x"}, "photo.png, plan.pdf"),
        ({}, "ne contient pas de tableau"),
    ],
)
def test_what_holds_no_table_is_told(tmp_path: Path, parts: dict[str, str | bytes], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        taken(tmp_path, zipped(parts), name="given.zip")
    assert [each.name for each in tmp_path.iterdir()] == ["given.zip"]


@pytest.mark.parametrize("packer", PACKERS)
def test_what_is_cut_is_told(tmp_path: Path, packer: str) -> None:
    packed = PACKERS[packer]("".join(f"{n};{n * n % 977}\n" for n in range(9000)).encode())
    with pytest.raises(Unreadable, match="coupé"):
        taken(tmp_path, packed[: len(packed) // 2], name="given.gz")
    assert [each.name for each in tmp_path.iterdir()] == ["given.gz"]


@pytest.mark.parametrize("packer", PACKERS)
def test_what_swells_is_not_opened(tmp_path: Path, packer: str) -> None:
    with pytest.raises(TooMuch, match=r"décomprimé|hors de proportion"):
        taken(tmp_path, PACKERS[packer](b"0;1\n" * 10_000_000), name="given.gz")
    assert [each.name for each in tmp_path.iterdir()] == ["given.gz"]
