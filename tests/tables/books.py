"""Workbooks made by hand, part by part, so that tests can make those that no spreadsheet would."""

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">'
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx(sheets: dict[str, str], hidden: Sequence[str] = (), styles: str = "") -> bytes:
    """`sheets`: for each name, the XML of its part."""
    names = list(sheets)
    states = {name: ' state="hidden"' if name in hidden else "" for name in names}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"{states[name]}/>'
        for number, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": f'<?xml version="1.0"?><styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    return zipped(parts | {f"xl/worksheets/sheet{number}.xml": sheets[name] for number, name in enumerate(names, 1)})


def sheet(rows: Iterable[Sequence[object]], merged: Sequence[str] = ()) -> str:
    """The XML of a sheet: texts and numbers as they are, None for no cell; a string that begins with `<` is the cell's own XML."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{chr(64 + place)}{number}", value) for place, value in enumerate(row, 1))
        lines.append(f'<row r="{number}">{cells}</row>')
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged)
    merges = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return f"{HEAD}<sheetData>{''.join(lines)}</sheetData>{merges}</worksheet>"


def _cell(reference: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("<"):
        return value.replace("<c", f'<c r="{reference}"', 1)
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def book(rows: Iterable[Sequence[object]], merged: Sequence[str] = ()) -> bytes:
    return xlsx({"Feuille 1": sheet(rows, merged)})


def ods(tables: dict[str, str], manifest: str = "") -> bytes:
    """`tables`: for each name, the XML of its rows."""
    prefixes = {"office": "office", "table": "table", "text": "text"}
    names = " ".join(f'xmlns:{prefix}="{OASIS}:{name}:1.0"' for prefix, name in prefixes.items())
    content = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in tables.items())
    return zipped(
        {
            "mimetype": SPREADSHEET,
            "content.xml": f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>{content}'
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0">{manifest}'
            "</manifest:manifest>",
        }
    )


def ods_row(*cells: str, repeated: int = 1) -> str:
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(cells)}</table:table-row>"


def ods_cell(value: str | float | None, more: str = "") -> str:
    if value is None:
        return f"<table:table-cell {more}/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}" {more}><text:p>{value}</text:p></table:table-cell>'


def xls(rows: Iterable[Sequence[str | float]]) -> bytes:
    """The old binary format: BIFF8 records ([MS-XLS]) in a compound file of 512-byte sectors ([MS-CFB])."""
    start = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    name = "Feuille".encode("latin-1")
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 0) + name
    globe = _record(0x0809, start) + _record(0x0085, bound) + _record(0x000A, b"")
    at = len(globe)
    globe = globe.replace(bound, struct.pack("<I", at) + bound[4:])
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                text = struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le")
                body += _record(0x0204, text)
            else:
                body += _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    return compound({"Workbook": globe + body + _record(0x000A, b"")})


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each padded above the size of small ones."""
    sectors: list[bytes] = []
    chains: list[int] = []
    entries = [_entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(4096, b"\0")
        first = len(sectors)
        pieces = [padded[at : at + 512].ljust(512, b"\0") for at in range(0, len(padded), 512)]
        sectors += pieces
        chains += [*range(first + 1, first + len(pieces)), 0xFFFFFFFE]
        entries.append(_entry(name, 2, 0xFFFFFFFF, first, len(padded)))
    directory = len(sectors)
    entries += [_entry("", 0, 0xFFFFFFFF, 0, 0)] * (-len(entries) % 4)
    blocks = [b"".join(entries[at : at + 4]) for at in range(0, len(entries), 4)]
    sectors += blocks
    chains += [*range(directory + 1, directory + len(blocks)), 0xFFFFFFFE]
    table = len(sectors)
    chains.append(0xFFFFFFFD)
    assert len(chains) <= 128
    sectors.append(struct.pack("<128I", *chains, *[0xFFFFFFFF] * (128 - len(chains))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", table, *[0xFFFFFFFF] * 108)
    return header + b"".join(sectors)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0" if name else b""
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
