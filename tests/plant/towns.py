"""A few communes of the reference with all that contains them, and the shipped pack that asks the national bases of this machine."""

from __future__ import annotations

from pathlib import Path

from catalogue.reference.files import Atlas
from portal.planting.making import SHIPPED
from tests import excerpts
from tests.plant import national

# Towns of every sort: see test_plant.SORTS.
CODES = {
    *("40192", "69123", "76351", "75056", "13055", "97411", "97502", "98611", "29083", "01015", "94038", "95527"),
    *("05048", "40001", "55039", "51513"),
}


def excerpt(atlas: Atlas) -> Atlas:
    return excerpts.excerpt(atlas, CODES)


def pack(folder: Path, port: int) -> str:
    """The address of it, signed."""
    asking = national.rewritten(SHIPPED / "commune", folder / "commune", port)
    return str(national.signed(asking, folder / "signed"))
