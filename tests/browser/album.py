"""The pictures of the journeys in one folder, as small PNG, with the page that shows them."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.browser.chromium import Chromium
    from tests.browser.journeys import Walk

WIDTHS: Final = (360, 1280)  # pixels: a telephone, a screen
HEAVIEST: Final = 120_000  # bytes of a picture
COLOURS: Final = (64, 32, 16, 8)  # tried in turn until it is light enough
EXACT: Final = 8  # of these, the most frequent ones, kept as they are: sheets and inks that are near to each other
# Chromium reads its own picture: each pixel becomes the number of one of the most frequent colours, or of the nearest of them.
COUNTED: Final = """async ([picture, most, exact]) => {
  const bytes = Uint8Array.from(atob(picture), one => one.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes]), {colorSpaceConversion: 'none'})
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  pen.drawImage(bitmap, 0, 0)
  const pixels = new Uint32Array(pen.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)
  const counts = new Map()
  for (const one of pixels) counts.set(one, (counts.get(one) || 0) + 1)
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([one]) => one)
  const far = (a, b) => (a % 256 - b % 256) ** 2 + ((a >> 8 & 255) - (b >> 8 & 255)) ** 2 + ((a >> 16 & 255) - (b >> 16 & 255)) ** 2
  let kept = ranked
  for (let gap = 4; kept.length > most; gap *= 1.5) {  // squared distances, wider until few enough colours are left
    kept = ranked.slice(0, exact)
    for (const one of ranked) if (kept.length <= most && kept.every(other => far(one, other) > gap)) kept.push(one)
  }
  const numbers = new Map(ranked.map(one => {
    let best = 0
    kept.forEach((other, number) => { if (far(one, other) < far(one, kept[best])) best = number })
    return [one, best]
  }))
  const file = new FileReader()
  await new Promise(done => { file.onload = done; file.readAsDataURL(new Blob([Uint8Array.from(pixels, one => numbers.get(one))])) })
  return [bitmap.width, kept.flatMap(one => [one & 255, one >> 8 & 255, one >> 16 & 255]), file.result.split(',')[1]]
}"""


def small(page: Page, picture: bytes) -> bytes:
    """The same picture with as many colours as HEAVIEST allows; with the fewest it may be heavier still."""
    made = b""
    for most in COLOURS:
        width, palette, numbers = page.evaluate(COUNTED, [base64.b64encode(picture).decode(), most, EXACT])
        made = written(width, bytes(palette), base64.b64decode(numbers))
        if len(made) <= HEAVIEST:
            break
    return made


def written(width: int, palette: bytes, numbers: bytes) -> bytes:
    """A PNG (ISO/IEC 15948) of colour type 3, its rows unfiltered: a byte a pixel, or half of one up to 16 colours.

    `width` is even.
    """
    height, depth = len(numbers) // width, 8
    if len(palette) <= 3 * 16:
        depth = 4
        numbers = bytes(left << 4 | right for left, right in zip(numbers[::2], numbers[1::2], strict=True))
    line = width * depth // 8
    rows = b"".join(b"\0" + numbers[at : at + line] for at in range(0, len(numbers), line))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


# What each person comes for, in the order of the page that shows them.
JOURNEYS: Final = {
    "citizen": "A citizen: when are the bins collected in my street?",
    "elected": "An elected person: how much waste for each inhabitant, printed for the council",
    "agent": "An agent: a file of grants with faults, corrected and published",
    "integrator": "An integrator: what a pack planted",
    "hub": "A hub: one peer is down",
}
HEAD: Final = """# Five journeys

Each was done in Chromium by `tests/browser/test_journeys.py`, that checks every step, on a telephone (360 pixels) and on a screen
(1280). The figures are those of the demonstration, an invented commune, or of national bases played by the tests. Pages are cut
at 3,000 pixels; dates of today are those of the day on which they were made, and the few words that the browser says itself
(« Choose File ») are in its own language. `.venv/bin/python benchmarks/screens.py` makes the pictures and this page again.
"""


@dataclass
class Album:
    """`folder`: where the pictures go; None when none are asked for."""

    folder: Path | None = None
    told: dict[str, list[str]] = field(default_factory=dict)  # the sentences of each journey

    @property
    def open(self) -> bool:
        return self.folder is not None

    def keep(self, journey: str, width: int, walk: Walk, browser: Chromium) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.told[journey] = [step.sentence for step in walk.steps]
        for number, step in enumerate(walk.steps, 1):
            picture = browser.drive(partial(small, picture=step.picture))
            (self.folder / f"{journey}-{number}-{width}.png").write_bytes(picture)
        if self.told.keys() == JOURNEYS.keys():
            (self.folder / "README.md").write_text(self._page(), "utf-8")

    def _page(self) -> str:
        parts = [HEAD]
        for journey, about in JOURNEYS.items():
            parts.append(f"\n## {about}\n\n| step | 360 px | 1280 px |\n|---|---|---|\n")
            for number, sentence in enumerate(self.told[journey], 1):
                name = f"{journey}-{number}"
                parts.append(
                    f"| {number}. {sentence} | {_shown(name, WIDTHS[0], 120)} | {_shown(name, WIDTHS[1], 380)} |\n"
                )
        return "".join(parts)


def _shown(name: str, width: int, small: int) -> str:
    file = f"{name}-{width}.png"
    return f'<a href="{file}"><img src="{file}" width="{small}" alt=""></a>'
