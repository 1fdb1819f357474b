"""Files that nobody should send: each refused in words within seconds and little memory, nothing left behind."""

import contextlib
import gzip
import json
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from catalogue.tables import intake
from catalogue.tables.contract import TableError, TooMuch, Unreadable
from tests.tables.books import HEAD, MAIN, book, compound, ods, ods_cell, ods_row, sheet, xls, xlsx, zipped
from tests.tables.taken import taken

PEAK = 300  # MiB, of a process that reads them all (158 measured)
TEXT = '<table:table-cell office:value-type="string" {}><text:p>{}</text:p></table:table-cell>'
FAR = "table:number-columns-repeated"


def with_part(content: bytes, name: str, part: str) -> bytes:
    buffer = BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return buffer.getvalue()


def shared_text() -> bytes:
    """Two hundred thousand cells that refer to one long text: 6 GiB once each has its own."""
    rows = ("<row>" + '<c t="s"><v>0</v></c>' * 10 + "</row>") * 20_000
    content = xlsx({"F": f"{HEAD}<sheetData>{rows}</sheetData></worksheet>"})
    return with_part(content, "xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>{"y" * 32_000}</t></si></sst>')


def cell(reference: str, value: str = "x") -> str:
    return f'<row><c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c></row>'


def raw_sheet(inside: str, before: str = "") -> bytes:
    return xlsx({"F": HEAD.replace("?>", "?>" + before) + f"<sheetData>{inside}</sheetData></worksheet>"})


def lying_zip() -> bytes:
    """A part that says to be small and is large."""
    content = bytearray(raw_sheet(cell("A1") * 300_000))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.index(b"xl/worksheets/sheet1.xml", content.index(mark))
        start = content.rindex(mark, 0, at)
        content[start + offset : start + offset + 4] = struct.pack("<I", 2_000)
    return bytes(content)


def lying_parquet() -> bytes:
    """A footer of the announced size, that holds no index."""
    return b"PAR1" + b"\x15\x04" * 200 + struct.pack("<I", 390) + b"PAR1"


def nested_bomb(levels: int = 5) -> bytes:
    content = b"0;1\n" * 1_000_000
    for level in range(levels):
        content = zipped({f"{level}-{number}.zip" if level else f"{number}.csv": content for number in range(4)})
    return content


BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE x [<!ENTITY l0 "lol">{BILLION}]>'
DOCX = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
ODT = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
WIDE = json.dumps([{f"k{n}": 1 for n in range(300_000)}])

# By name: what makes it, the error, and words of its message.
FILES: dict[str, tuple[Callable[[], bytes], type[TableError], str]] = {
    "zip bomb by ratio": (lambda: zipped({"a.csv": b"0" * 60_000_000}), TooMuch, "décomprimé"),
    "nested zips": (nested_bomb, Unreadable, "en contient une autre"),
    "gzip bomb": (lambda: gzip.compress(b"0" * 60_000_000), TooMuch, "hors de proportion"),
    "gzip in gzip": (lambda: gzip.compress(gzip.compress(b"a;b\n1;2\n")), Unreadable, "plusieurs fois"),
    "zip of 100,000 names": (lambda: zipped({f"{n:06}.csv": "a" for n in range(30_000)}), TooMuch, "démesuré"),
    "billion laughs": (lambda: raw_sheet(cell("A1", "&l9;"), DOCTYPE), Unreadable, "DOCTYPE"),
    "outside entity": (
        lambda: raw_sheet(cell("A1", "&x;"), '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        Unreadable,
        "DOCTYPE",
    ),
    "cell at the end of the sheet": (lambda: raw_sheet(cell("A1") + cell("XFD1048576")), TooMuch, "16384 colonnes"),
    "cell beyond the sheet": (lambda: raw_sheet(cell("A1") + cell("ZZZZZZ99999999999")), TooMuch, "colonnes"),
    "sheet that swells": (lambda: raw_sheet('<row r="1">' + "<c/>" * 20_000_000 + "</row>"), TooMuch, "décomprimé"),
    "one text for all cells": (shared_text, TooMuch, "répétés"),
    "tag without end": (
        lambda: raw_sheet(f'<row a="{random.Random(1).randbytes(5_000_000).hex()}'),
        Unreadable,
        "abîmé",
    ),
    "part that lies about its size": (lying_zip, Unreadable, "abîmé"),
    "two sheets of one name": (
        lambda: with_part(book([["a", "b"], [1, 2]]), "xl/WORKSHEETS/sheet1.xml", "<x/>"),
        Unreadable,
        "abîmé",
    ),
    "workbook without parts": (lambda: zipped({"xl/workbook.xml": "<x/>"}), Unreadable, "abîmé"),
    "cells repeated for ever": (
        lambda: ods({"F": ods_row(ods_cell("a"), ods_cell(None, f'{FAR}="1000000000"'), ods_cell("b"))}),
        TooMuch,
        "colonnes",
    ),
    "texts repeated": (lambda: ods({"F": ods_row(TEXT.format(f'{FAR}="10000"', "x" * 20_000))}), TooMuch, "répétés"),
    "rows repeated": (lambda: ods({"F": ods_row(*[ods_cell("a")] * 50, repeated=1_000_000)}), TooMuch, "lignes"),
    "spaces by their number": (
        lambda: ods({"F": ods_row(TEXT.format("", '<text:s text:c="2000000000"/>'))}),
        TooMuch,
        "répétés",
    ),
    "workbook with a password": (lambda: compound({"EncryptedPackage": b"x" * 5000}), Unreadable, "mot de passe"),
    "document of Word": (lambda: DOCX, Unreadable, "document Word"),
    "document of LibreOffice": (lambda: ODT, Unreadable, "pas un classeur"),
    "old format, something else": (lambda: compound({"WordDocument": b"x" * 5000}), Unreadable, "abîmé"),
    "web page called Excel": (
        lambda: b"<html><head></head><table><tr><td>1</td></tr></table>",
        Unreadable,
        "page HTML",
    ),
    "brackets": (lambda: b"[" * 100_000, Unreadable, "imbriqués"),
    "objects in objects": (lambda: b'{"a":' * 100_000, Unreadable, "imbriqués"),
    "brackets in a cell": (lambda: b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", Unreadable, "imbriqués"),
    "geometry of brackets": (
        lambda: (
            b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": '
            + b"[" * 600
            + b"1, 2"
            + b"]" * 600
            + b"}}]}"
        ),
        Unreadable,
        "imbriqués",
    ),
    "a text of 100 MB": (lambda: b'[{"a": "' + b"x" * 100_000_000 + b'"}]', TooMuch, "caractères"),
    "a number of 100,000 digits": (lambda: b'[{"a": ' + b"9" * 100_000 + b"}]", Unreadable, "illisible"),
    "300,000 columns": (WIDE.encode, TooMuch, "colonnes"),
    "Parquet that lies": (lying_parquet, Unreadable, "Parquet"),
    "elements in elements": (lambda: b"<DocumentBudgetaire>" + b"<a>" * 1_000_000, Unreadable, "imbriqué"),
    "budget of laughs": (
        f'<?xml version="1.0"?>{DOCTYPE}<DocumentBudgetaire>&l9;</DocumentBudgetaire>'.encode,
        Unreadable,
        "DOCTYPE",
    ),
    "truncated workbook": (lambda: book([["a", "b"]] * 1000)[:-500], Unreadable, "coup"),
    "truncated open document": (lambda: ods({"F": ods_row(ods_cell("a"))})[:-60], Unreadable, "coup"),
    "truncated old workbook": (lambda: xls([["a", "b"]] * 90)[:3000], Unreadable, "abîmé"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_in_words(tmp_path: Path, name: str) -> None:
    make, error, said = FILES[name]
    content = make()
    started = time.process_time()
    with pytest.raises(error, match=said) as refused:
        taken(tmp_path, content, name="given.xlsx")
    assert time.process_time() - started < 10
    assert refused.value.message.endswith(".")
    assert [each.name for each in tmp_path.iterdir()] == ["given.xlsx"]


@pytest.mark.slow
def test_they_take_little_memory(tmp_path: Path) -> None:
    """One process of its own reads them all; the system tells its peak (proc(5), VmHWM)."""
    for number, (make, _, _) in enumerate(FILES.values()):
        (tmp_path / f"{number}.bin").write_bytes(make())
    script = (
        "import sys; from pathlib import Path\n"
        "from catalogue.tables import intake; from catalogue.tables.contract import TableError\n"
        "refused = 0\n"
        "for path in sorted(Path(sys.argv[1]).glob('*.bin')):\n"
        "    try: intake.read(path, path.with_suffix('.parquet'))\n"
        "    except TableError: refused += 1\n"
        "[peak] = [line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')]\n"
        "print(refused, int(peak) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    refused, peak = map(int, done.stdout.split())
    assert refused == len(FILES)
    assert peak < PEAK, peak


def test_a_dimension_that_lies_and_a_million_empty_cells_harm_nobody(tmp_path: Path) -> None:
    rows = sheet([["commune", "code"], ["Crac’h", "56046"]])
    lying = rows.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    padded = rows.replace("</row>", "<c/>" * 1_000_000 + "</row>", 1)
    for inside in (lying, padded):
        raw, read = taken(tmp_path, xlsx({"F": inside}))
        assert (raw.names, read) == (("commune", "code"), [("Crac’h", "56046")])


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls", "json", "geojson", "zip", "gzip", "xml"])
def test_no_byte_that_changes_brings_up_what_has_no_name(tmp_path: Path, kind: str) -> None:
    """Files with a few wrong bytes: read, or refused in words."""
    rows = [["commune", "code"], ["Crac'h", "56046"], ["Antibes", "06004"]]
    feature = {"type": "Feature", "properties": {"a": 1.5}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
    made = {
        "xlsx": book(rows),
        "ods": ods({"F": "".join(ods_row(*map(ods_cell, row)) for row in rows)}),
        "xls": xls(rows),
        "json": json.dumps({"a": {"b": [{"c": [1, {"d": 2.5}], "e": "é"}] * 3}}).encode(),
        "geojson": json.dumps({"type": "FeatureCollection", "features": [feature] * 3}).encode(),
        "zip": zipped({"a.csv": "a;b\n1;2\n", "b.json": '[{"a": 1}]'}),
        "gzip": gzip.compress(b"a;b\n1;2\n3;4\n"),
        "xml": b'<DocumentBudgetaire><Budget><LigneBudget><Nature V="60"/></LigneBudget></Budget></DocumentBudgetaire>',
    }[kind]
    dice = random.Random(20261125)
    path = tmp_path / "given"
    for _ in range(40):
        wrong = bytearray(made)
        for _ in range(dice.randint(1, 4)):
            wrong[dice.randrange(len(wrong))] = dice.randrange(256)
        path.write_bytes(wrong)
        with contextlib.suppress(TableError):
            intake.read(path, tmp_path / "out.parquet")
        (tmp_path / "out.parquet").unlink(missing_ok=True)
        assert [each.name for each in tmp_path.iterdir()] == ["given"]
