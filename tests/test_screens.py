"""The pictures of docs/screens: small, cut, all shown, and no other."""

from __future__ import annotations

import re
import struct

from tests.browser.album import HEAD, HEAVIEST, JOURNEYS, WIDTHS
from tests.browser.journeys import PAPER, TALLEST
from tests.conftest import PROJECT

FOLDER = PROJECT / "docs" / "screens"


def test_every_picture_is_small_and_shown_and_none_is_missing() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    assert page.startswith(HEAD)
    shown = set(re.findall(r'src="([^"]+)"', page))
    assert shown == {path.name for path in FOLDER.glob("*.png")}
    assert {name.rsplit("-", 2)[0] for name in shown} == JOURNEYS.keys()
    for name in sorted(shown):
        picture = (FOLDER / name).read_bytes()
        width, height = struct.unpack(">II", picture[16:24])
        assert (len(picture) <= HEAVIEST, height <= TALLEST) == (True, True), (name, len(picture), height)
        assert width in (int(name.rpartition("-")[2].removesuffix(".png")), PAPER), name
    assert {int(name.rpartition("-")[2].removesuffix(".png")) for name in shown} == set(WIDTHS)
