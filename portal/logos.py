"""A logo that somebody sends, judged by what it holds: a PNG without what is not of the picture, an SVG that does nothing.

It is shown as an image, where a browser runs nothing; whoever opens its address alone finds a drawing that holds no script,
no address and no text of others. Nothing is decoded here.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.errors import Refused

LARGEST: Final = 200_000  # bytes
WIDEST: Final = 4_000  # pixels
MOST: Final = 5_000  # elements
PNG: Final = b"\x89PNG\r\n\x1a\n"
PICTURE: Final = (
    b"IHDR",
    b"PLTE",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"sBIT",
    b"pHYs",
    b"IDAT",
    b"IEND",
)  # ISO/IEC 15948 §11
SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "{http://www.w3.org/1999/xlink}href"
DRAWN: Final = frozenset(
    """
    svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient
    stop clipPath mask pattern style
    """.split()
)
SAID: Final = frozenset(
    """
    id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height points viewBox preserveAspectRatio transform version
    gradientUnits gradientTransform spreadMethod offset clipPathUnits maskUnits maskContentUnits patternUnits
    patternTransform patternContentUnits fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap
    stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color display visibility overflow
    clip-path clip-rule mask stop-color stop-opacity font-family font-size font-weight font-style text-anchor
    letter-spacing paint-order vector-effect style
    """.split()
)
# Of a value that a style may be made of: what only draws. No address but one inside, no escape, no rule that fetches.
PLAIN: Final = re.compile(
    r"(?:[^\\@<&()]|url\(\s*['\"]?#[\w.-]+['\"]?\s*\)|(?:rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\([^()]*\))*"
)
NEITHER: Final = gettext_noop(
    "Ce fichier n’est ni un PNG ni un SVG entier. Exportez de nouveau le logo, en PNG ou en SVG."
)


class LogoRefused(Refused):
    """Not a logo that may be shown. Nothing was written."""


@dataclass(frozen=True)
class Logo:
    kind: str  # svg or png
    data: bytes


def judged(data: bytes) -> Logo:
    """Cleaned. Raises LogoRefused."""
    if len(data) > LARGEST:
        raise LogoRefused(
            _("Ce logo pèse %(size)s ko, et %(most)s ko au plus sont acceptés. Réduisez-le, ou prenez le SVG.")
            % {"size": len(data) // 1000, "most": LARGEST // 1000}
        )
    if data.startswith(PNG):
        return Logo("png", _png(data))
    return Logo("svg", _svg(data))


def _png(data: bytes) -> bytes:
    kept = []
    for name, chunk in _chunks(data):
        if name == b"IHDR":
            wide, high = struct.unpack(">II", chunk[8:16])
            if not (0 < wide <= WIDEST and 0 < high <= WIDEST):
                raise LogoRefused(
                    _("Ce logo fait %(wide)s × %(high)s pixels : %(most)s au plus de chaque côté. Réduisez-le.")
                    % {"wide": wide, "high": high, "most": WIDEST}
                )
        if name in PICTURE:
            kept.append((name, chunk))
    names = [name for name, _ in kept]
    if names[:1] != [b"IHDR"] or names[-1] != b"IEND" or b"IDAT" not in names:
        raise LogoRefused(_(NEITHER))
    return PNG + b"".join(chunk for _, chunk in kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each with its name, to the last; what stands after it is nobody's."""
    place = len(PNG)
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        chunk = data[place : place + 12 + size]
        name, crc = chunk[4:8], chunk[-4:]
        if len(chunk) < 12 + size or zlib.crc32(chunk[4:-4]) != int.from_bytes(crc) or (name == b"IHDR" and size != 13):
            raise LogoRefused(_(NEITHER))
        yield name, chunk
        if name == b"IEND":
            return
        place += len(chunk)
    raise LogoRefused(_(NEITHER))


def _svg(data: bytes) -> bytes:
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise LogoRefused(_(NEITHER)) from error
    if root.tag not in (f"{{{SVG}}}svg", "svg") or not (
        {"viewBox"} <= set(root.keys()) or {"width", "height"} <= set(root.keys())
    ):
        raise LogoRefused(_(NEITHER))
    if sum(1 for _ in root.iter()) > MOST:
        raise LogoRefused(_("Ce dessin a plus de %(most)s éléments. Simplifiez-le, ou prenez le PNG.") % {"most": MOST})
    try:
        drawn = _clean(root)
    except RecursionError as error:
        raise LogoRefused(_(NEITHER)) from error
    drawn.set("xmlns", SVG)
    return bytes(tostring(drawn, "utf-8"))


def _clean(given: Element) -> Element:
    kept = Element(_local(given.tag))
    kept.text, kept.tail = given.text, given.tail
    for name, value in given.items():
        plain = "href" if name == XLINK else name
        if (plain in SAID and PLAIN.fullmatch(value)) or (plain == "href" and re.fullmatch(r"#[\w.-]+", value)):
            kept.set(plain, value)
    if kept.tag == "style" and not PLAIN.fullmatch(kept.text or ""):
        kept.text = ""
    kept.extend(_clean(one) for one in given if isinstance(one.tag, str) and _ours(one.tag))
    return kept


def _ours(tag: str) -> bool:
    return tag.rpartition("}")[0] in ("", f"{{{SVG}") and _local(tag) in DRAWN


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
