"""The kinds of sources, by their code."""

from catalogue.dcat.sniffing import text_of
from harvesters import archives
from harvesters.base import Answer, Harvester
from harvesters.sources.arcgis import ArcgisHub
from harvesters.sources.ckan import Ckan
from harvesters.sources.csw import Csw
from harvesters.sources.csw_dcat import CswDcat
from harvesters.sources.datajson import DataJson
from harvesters.sources.dcat import Dcat
from harvesters.sources.file import File
from harvesters.sources.files import Files
from harvesters.sources.gtfs import Gtfs
from harvesters.sources.ogcrecords import OgcRecords
from harvesters.sources.opendatasoft import Opendatasoft
from harvesters.sources.peer import Peer
from harvesters.sources.scdl import Scdl
from harvesters.sources.udata import Udata

SOURCES = (
    Peer,
    Ckan,
    Udata,
    Opendatasoft,
    DataJson,
    ArcgisHub,
    Scdl,
    Csw,
    CswDcat,
    OgcRecords,
    Gtfs,
    Files,
    File,
    Dcat,
)
KINDS: dict[str, type[Harvester]] = {source.kind: source for source in SOURCES}


HEAD = 65_536  # bytes of an answer that tell its kind


def kind_of(answer: Answer, address: str) -> str:
    """The kind of source that gives such an answer. DCAT when no other knows it: its reader says what came instead."""
    if answer.path.is_dir():
        head = ""
    else:
        with answer.path.open("rb") as file:
            first = file.read(HEAD)
        head = archives.head(answer.path)[:HEAD] if first.startswith(archives.MAGIC) else text_of(first)
    return next((kind for kind, source in KINDS.items() if source.recognises(head, address)), Dcat.kind)
