"""Format 1 of a pack, from a folder and into one. Everything is read once, then looked at: nothing moves meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harvesters.registry import VERSION as SOFTWARE
from portal.manifest import Signer
from portal.packs import guarding, signing, yaml_values
from portal.packs.parts import PARTS
from portal.packs.parts.recipes import sections, text_of
from portal.packs.places import PARAMETERS, Place, holes, texts
from portal.packs.refusals import PackRefused

FORMAT: Final = 1
HEAD: Final = "pack.yaml"
RECIPES: Final = "recipes"  # a folder: one file each
LARGEST, MOST, MOST_FILES = 2**20, 8 * 2**20, 1_000  # bytes of one file, of all; files
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
KEY: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*\Z")
VERSION: Final = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:\.(0|[1-9]\d{0,5}))?\Z", re.ASCII)
NEWER: Final = "Ce pack est d’une version plus récente que ce logiciel ({}). Mettez Bouture à jour, puis recommencez."
Items = dict[str, dict[str, dict[str, Any]]]  # part -> key -> fields


@dataclass(frozen=True)
class Pack:
    """`items` hold parameters in their values still. `signer`: None for one that is not signed yet, or came with the software."""

    name: str
    title: str
    version: str
    software: str = SOFTWARE
    items: Items = field(default_factory=dict)
    signer: Signer | None = None

    def at(self, place: Place) -> tuple[Items, list[str]]:
        """Its items as they are there, in canonical form; and those that the place lacks something for. Raises PackRefused."""
        found: Items = {}
        aside: list[str] = []
        faults: list[str] = []
        for part, items in self.items.items():
            for key, fields in items.items():
                if missing := place.missing(fields):
                    lacking = ", ".join(PARAMETERS[name] for name in sorted(missing))
                    aside.append(f"{part} › {key} : laissé de côté, ce territoire n’a pas de {lacking}.")
                    continue
                try:
                    found.setdefault(part, {})[key] = PARTS[part].normal(key, place.filled(fields))
                except PackRefused as error:
                    faults += error.faults
        if faults:
            raise PackRefused(faults)
        return found, aside


def order(version: str) -> tuple[int, ...]:
    """For comparing versions, « 1.2 » or « 1.2.3 ». Raises PackRefused."""
    match = VERSION.match(version)
    if match is None:
        raise PackRefused(f"« {version[:40]} » n’est pas une version. Exemple : 1.0.0.")
    return tuple(int(part or 0) for part in match.groups())


def read(folder: Path, *, signed: bool = True) -> Pack:
    """`signed=False`: for a folder that came with the software, and is trusted as it is. Raises PackRefused."""
    files = _files(folder)
    signer = signing.opened(files) if signed else None
    written = {path: _text(path, data) for path, data in files.items() if path not in signing.SEALS}
    if HEAD not in written:
        raise PackRefused(f"« {folder.name} » n’est pas un pack : il n’y a pas de {HEAD}.")
    head = yaml_values.mapping(written.pop(HEAD), HEAD)
    _check_head(head)
    pack = Pack(head["name"], str(head.get("title", "")), head["version"], head["software"], _items(written), signer)
    check(pack)
    return pack


def write(pack: Pack, folder: Path) -> Signer:
    """Into a folder that is empty or not there, signed by this instance. Raises PackRefused."""
    check(pack)
    used = sorted({name for text in texts(pack.items) for name in holes(text)})
    head = {
        "format": FORMAT,
        "name": pack.name,
        "title": pack.title,
        "version": pack.version,
        "software": pack.software,
    }
    files = {HEAD: yaml_values.written({**head, "parameters": used})}
    for part, items in pack.items.items():
        if part == RECIPES:
            files |= {f"{part}/{key}.yaml": text_of(fields) for key, fields in items.items()}
        elif items:
            files[f"{part}.yaml"] = yaml_values.written(items)
    whole = {path: text.encode() for path, text in files.items()}
    seal = signing.sealed(whole)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise PackRefused(f"« {folder} » n’est pas vide. Donnez un autre dossier, ou videz celui-ci.")
        for path, data in (whole | seal).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(data)
    except OSError as error:
        raise PackRefused(f"« {folder} » ne s’écrit pas ({error.strerror}). Donnez un autre dossier.") from error
    return signing.opened(_files(folder))


def check(pack: Pack) -> None:
    """What holds of any pack, wherever it is planted. Raises PackRefused."""
    if not NAME.match(pack.name) or len(pack.name) > 60:
        raise PackRefused(
            f"« {pack.name[:60]} » n’est pas un nom de pack : minuscules, chiffres et tirets. Exemple : petite-ville."
        )
    order(pack.version)
    faults = [
        f"{part} › {key[:60]} : une clé est faite de minuscules, chiffres, points et tirets."
        for part, items in pack.items.items()
        for key in items
        if not KEY.match(key) or len(key) > 120
    ]
    for part, items in pack.items.items():
        faults += guarding.faults(items, part)
    unknown = {name for text in texts(pack.items) for name in holes(text)} - PARAMETERS.keys()
    faults += [
        f"« ${{{name}}} » n’est pas un paramètre. Paramètres : {', '.join(PARAMETERS)}." for name in sorted(unknown)
    ]
    if faults:
        raise PackRefused(faults)


def _check_head(head: Mapping[str, Any]) -> None:
    given = head.get("format")
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise PackRefused(f"Format « {given} » inconnu : ce logiciel lit le format {FORMAT}.")
    if given > FORMAT:
        raise PackRefused(NEWER.format(f"format {given}"))
    for name in ("name", "version", "software"):
        if not isinstance(head.get(name), str):
            raise PackRefused(f"{HEAD} : « {name} » manque, ou n’est pas un texte entre guillemets.")
    if order(head["software"]) > order(SOFTWARE):
        raise PackRefused(NEWER.format(f"il demande Bouture {head['software']}, voici {SOFTWARE}"))


def _items(written: Mapping[str, str]) -> Items:
    found: Items = {}
    for path, text in written.items():
        part = path.removesuffix(".yaml")
        folder, _, key = part.partition("/")
        if folder == RECIPES and key and "/" not in key and part != path:
            found.setdefault(folder, {})[key] = sections(text)
            continue
        if part not in PARTS or part in (path, RECIPES):
            raise PackRefused(
                f"« {path} » n’est pas un fichier d’un pack de format {FORMAT}. Ôtez-le, ou mettez Bouture à jour."
            )
        for key, fields in yaml_values.mapping(text, path).items():
            if not isinstance(fields, dict):
                raise PackRefused(f"{path} : « {key[:60]} » doit avoir des champs, un par ligne.")
            found.setdefault(part, {})[key] = fields
    return found


def _text(path: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackRefused(f"{path} ne se lit pas : enregistrez-le en UTF-8.") from error
    if "\0" in text:
        raise PackRefused(f"{path} contient un caractère interdit (NUL) : ôtez-le.")
    return text


def _files(folder: Path) -> dict[str, bytes]:
    """By their paths from the folder. No link is followed, no file read beyond its limit. Raises PackRefused."""
    found: dict[str, bytes] = {}
    if folder.is_symlink() or not folder.is_dir():
        raise PackRefused(f"« {folder} » n’est pas un dossier. Donnez celui qui contient {HEAD}.")
    size = 0
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise PackRefused(
                    f"« {name} » est un lien, ou n’est pas un fichier : un pack n’en contient pas. Ôtez-le."
                )
            if path.is_dir():
                continue
            with path.open("rb") as file:
                found[name] = file.read(LARGEST + 1)
            size += len(found[name])
            if len(found[name]) > LARGEST or size > MOST or len(found) > MOST_FILES:
                raise PackRefused(f"« {name} » : un pack a au plus {MOST_FILES} fichiers, {LARGEST >> 20} Mio chacun, {MOST >> 20} Mio en tout.")  # fmt: skip
    except OSError as error:
        raise PackRefused(f"« {folder} » ne se lit pas : {error.strerror}.") from error
    return found
