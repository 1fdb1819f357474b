"""The kinds of sources, by their code."""

from harvesters.base import Harvester
from harvesters.sources.dcat import Dcat

KINDS: dict[str, type[Harvester]] = {source.kind: source for source in (Dcat,)}
