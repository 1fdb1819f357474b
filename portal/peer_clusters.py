"""The clusters of the peers whose public index is searched beside ours, as the environment names them."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from portal.environment import HOST, Environment

NAME: Final = "BOUTURE_PEER_CLUSTERS"
MOST: Final = 16  # as many as one search asks at once
EXAMPLE: Final = f"{NAME}=https://donnees.voisine.fr=es.voisine.fr:9300"


def read(env: Environment, words: Sequence[str], *, own: str, elastic: bool) -> tuple[tuple[str, str], ...]:
    """Base address of each instance, and the host and port where its cluster takes in others. All or none: a list that is wrong
    somewhere is told (E019) and counts for nothing. `elastic`: whether our own index is on a cluster."""
    pairs = [_pair(word) for word in words]
    homes = [home for home, _ in filter(None, pairs)]
    if None in pairs:
        wrong = words[pairs.index(None)]
        return _refused(env, f"« {wrong[:80]} » n'y est pas l'adresse d'une instance et celle de sa grappe")
    if own in homes:
        return _refused(env, "cette instance y est elle-même")
    if len(set(homes)) < len(homes):
        return _refused(env, "la même instance y est deux fois")
    if len(homes) > MOST:
        return _refused(env, f"il y en a plus de {MOST}")
    if homes and not elastic:
        env.doubtful(
            "W007",
            f"{NAME} ne sert qu'avec Elasticsearch : l'index embarqué trouve les fiches des pairs par leurs copies.",
            f"Donnez ELASTICSEARCH_URL, ou retirez {NAME}.",
        )
    return tuple(pair for pair in pairs if pair)


def _refused(env: Environment, fault: str) -> tuple[()]:
    env.wrong("E019", f"{NAME} ne peut pas servir : {fault}.", f"Écrivez par exemple {EXAMPLE}")
    return ()


def _pair(word: str) -> tuple[str, str] | None:
    """`https://donnees.voisine.fr=es.voisine.fr:9300`; a base address has no path, no account and no question."""
    home, _, seed = word.rpartition("=")
    host, _, port = seed.rpartition(":")
    home = home.rstrip("/").lower()
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", home) or not HOST.fullmatch(
        urlsplit(home).hostname or ""
    ):
        return None
    if not HOST.fullmatch(host.lower()) or not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536):
        return None
    return home, f"{host.lower()}:{int(port)}"
