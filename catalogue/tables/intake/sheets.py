"""How a workbook is made, and how large its sheets are, told before a library takes them into memory.

A file of two kilobytes may hold one cell at the far end of a sheet of seventeen thousand million, or say that a cell
is repeated a thousand million times: `listeners` counts what it would become.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from catalogue.tables.contract import TooMuch
from catalogue.tables.intake.listeners import Excel, Extent, OpenDocument, SharedTexts, damaged, listen

SMALL: Final = 2**23  # bytes of the parts that tell how a workbook is made
ZEROS: Final = re.compile(r"0{2,20}")  # a number format that fills up with zeros: 00000 for a postcode


def excel(archive: zipfile.ZipFile, part: str, lengths: Sequence[int]) -> Extent:
    """The extent of the worksheet in `part`. Raises Unreadable."""
    listener = Excel(lengths)
    with archive.open(part) as file:
        listen(file, listener, texts=bool(lengths))
    return listener.extent


def shared(archive: zipfile.ZipFile) -> list[int]:
    """The lengths of the texts that the cells of an XLSX refer to. Raises Unreadable."""
    listener = SharedTexts()
    for part in archive.namelist():
        if "sharedstrings" in part.lower():
            with archive.open(part) as file:
                listen(file, listener)
    return listener.lengths


def opendocument(archive: zipfile.ZipFile) -> list[Extent]:
    """The extents of all tables. Raises Unreadable."""
    listener = OpenDocument()
    with archive.open("content.xml") as file:
        listen(file, listener)
    return listener.extents


def parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The worksheets of an XLSX: where each name is kept.

    Raises Unreadable, also when two readers might not find the same parts: another would then be read than was measured.
    """
    names = archive.namelist()
    if len({name.lower() for name in names}) < len(names):
        raise damaged()
    main = next((to for kind, to in _links(archive, "", "_rels/.rels").values() if kind == "officeDocument"), "")
    folder, name = posixpath.split(main)
    targets = _links(archive, folder, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, str] = {}
    for each in _tagged(_small(archive, main), "sheet"):
        keys = [value for name, value in each.attrib.items() if name.endswith("}id")]
        if len(keys) != 1 or each.get("name", "") in found:
            raise damaged()
        found[each.get("name", "")] = targets.get(keys[0], ("", ""))[1]
    return {name: part for name, part in found.items() if part in names}


def _links(archive: zipfile.ZipFile, folder: str, part: str) -> dict[str, tuple[str, str]]:
    """The relationships that a part says (ECMA-376-2 §9): by their identifiers, the last word of the type and the part."""
    found: dict[str, tuple[str, str]] = {}
    for each in _small(archive, part):
        target = posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
        if each.get("Id", "") in found:
            raise damaged()
        found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], target)
    return found


def widths(archive: zipfile.ZipFile, extent: Extent) -> dict[int, int]:
    """The columns (from 1) of which every number is shown filled up with zeros, and to how many digits."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = _small(archive, "xl/styles.xml")
    formats = {each.get("numFmtId"): each.get("formatCode", "") for each in _tagged(styles, "numFmt")}
    cells = [
        formats.get(each.get("numFmtId"), "") for group in _tagged(styles, "cellXfs") for each in _tagged(group, "xf")
    ]
    found = {}
    for column, used in extent.styles.items():
        codes = {cells[int(style)] for style in used if style.isdigit() and int(style) < len(cells)}
        if len(codes) == 1 and ZEROS.fullmatch(code := codes.pop()):
            found[column] = len(code)
    return found


def _tagged(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if each.tag.endswith("}" + name))


def _small(archive: zipfile.ZipFile, part: str) -> Element:
    try:
        with archive.open(part) as file:
            content = file.read(SMALL + 1)
    except KeyError as error:
        raise damaged() from error
    if len(content) > SMALL:
        raise TooMuch(f"Ce classeur décrit plus que ce qu’il peut contenir ({part}). Exportez la feuille utile en CSV.")
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise damaged() from error
    return root
