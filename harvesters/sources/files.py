"""A folder, or a list of files (one address a line): each file is a dataset.

What is said of a file stands beside it in `<file>-metadata.json`, where CSV on the Web puts it (W3C, Model for Tabular
Data, §5.3), under plain names or Dublin Core's; without it the file speaks for itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin

from catalogue.dcat.profile import DCAT, DCT
from catalogue.spoken import gettext_noop
from harvesters.base import Answer, HarvestError, Unreadable
from harvesters.describing import About, Said
from harvesters.folders import entries
from harvesters.http import open_file
from harvesters.options import Options, option
from harvesters.records import JsonHarvester, Sheet, bytes_of, check_kind, decoded, read_json

BESIDE = "-metadata.json"
LARGEST = 1_000_000  # bytes of a description
TERMS = {
    "title": (DCT + "title", "dc:title", "dct:title", "titre", "nom"),
    "description": (DCT + "description", "dc:description", "dct:description", "dc:abstract"),
    "keyword": (DCAT + "keyword", "keywords", "dcat:keyword", "dc:subject", "mots_cles"),
    "theme": (DCAT + "theme", "dcat:theme", "themes"),
    "license": (DCT + "license", "licence", "dc:license", "dct:license"),
    "issued": (DCT + "issued", "dc:issued", "dct:issued"),
    "modified": (DCT + "modified", "dc:modified", "dct:modified"),
    "language": (DCT + "language", "dc:language", "lang"),
    "frequency": (DCT + "accrualPeriodicity", "accrualPeriodicity", "dct:accrualPeriodicity", "frequence"),
    "spatial": (DCT + "spatial", "dc:spatial", "dct:spatial"),
    "landingPage": (DCAT + "landingPage", "dcat:landingPage", "page"),
    "conformsTo": (DCT + "conformsTo", "dc:conformsTo", "dct:conformsTo"),
}
NAME = re.compile(r"(?=[^./]*[./])\S+\Z")  # an address, whole or of a file beside the list: no sentence
LINE = re.compile(r"https?://\S+\Z")


@dataclass(frozen=True)
class FilesOptions(Options):
    pattern: str = option(
        "*", gettext_noop("fichiers"), gettext_noop("Modèle de nom, par exemple *.csv : seulement ces fichiers.")
    )
    licence: str = option(
        "", gettext_noop("licence"), gettext_noop("De tous les fichiers dont rien ne dit la licence.")
    )
    publisher: str = option(
        "", gettext_noop("producteur"), gettext_noop("De tous les fichiers dont rien ne dit le producteur.")
    )


class Files(JsonHarvester):
    kind = "files"
    label = gettext_noop("Dossier ou liste de fichiers")
    address_help = gettext_noop("l’adresse d’un texte qui donne l’adresse d’un fichier par ligne")
    reads = (
        "a folder of this machine, or a text of one address a line: each file is a dataset, described by "
        "`<file>-metadata.json` beside it; `--base` says where the folder is on the web"
    )
    options_type = FilesOptions

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        lines = _lines(head)[:50]
        return (not head and "://" not in address and Path(address).is_dir()) or (
            bool(lines) and all(LINE.match(line) for line in lines[:-1] or lines)
        )

    def load(self, answer: Answer) -> tuple[Any, tuple[str, ...]]:
        if answer.path.is_dir():
            return self._folder(answer.path), ()
        data = bytes_of(answer)
        check_kind(data[:65_536], "une liste de fichiers")
        text, notes = decoded(data)
        if "\0" in text or text.lstrip()[:1] in ("{", "[") or not all(map(NAME.match, _lines(text))):
            raise Unreadable("Ce n’est pas une liste de fichiers. Donnez un texte qui a une adresse par ligne.")
        base = answer.url or self.base
        addresses = [_joined(base, line) for line in dict.fromkeys(_lines(text))]
        return [{"name": address, "url": address} for address in addresses], notes

    def sheet(self, said: Any) -> Sheet:
        options = self.options
        assert isinstance(options, FilesOptions)
        kept = [item for item in said if not isinstance(item, dict) or fnmatch(_last(self.name(item)), options.pattern)]
        return Sheet(kept, whole=True)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("name") or "")

    def uri(self, item: dict[str, Any]) -> str:
        return f"{item['url']}#jeu" if item.get("url") else ""

    def describe(self, said: Said, about: About) -> None:
        options = self.options
        assert isinstance(options, FilesOptions)
        name, url = said.word("name"), said.word("url")
        meta = said.inside("meta")
        for word, (predicate, *others) in TERMS.items():
            value = meta.take(word, *others)
            if word == "title":
                value = value or _title(name)
            elif word == "license":
                value = value or options.licence
            elif word == "modified":
                value = value or said.take("modified")
            about.link(predicate, value) if word in ("license", "landingPage", "conformsTo") else about.text(
                predicate, value
            )
        about.agent(
            DCT + "publisher",
            meta.take("publisher", "dc:publisher", "dct:publisher", "producteur") or options.publisher,
        )
        file = about.inside(DCAT + "distribution", DCAT + "Distribution", url)
        file.link(DCAT + "accessURL", url)
        file.link(DCAT + "downloadURL", url)
        file.text(DCT + "title", unquote(_last(name)))
        suffix = Path(_last(name)).suffix.lstrip(".")
        file.text(DCT + "format", suffix)
        file.text(DCAT + "byteSize", said.take("size"))
        meta.drop("@context", "url")
        about.keep(meta)

    def _folder(self, folder: Path) -> list[Any]:
        listed = {entry.name: entry for entry in entries(folder)}
        web = self.base if self.base.startswith(("http://", "https://")) else ""
        items: list[Any] = []
        for name, entry in listed.items():
            if name.endswith(BESIDE) and name.removesuffix(BESIDE) in listed:
                continue
            meta: Any = {}
            if beside := listed.get(name + BESIDE):
                meta = _described(folder / beside.name, beside.size)
                if not isinstance(meta, dict):
                    items.append(beside.name)  # set aside by its name
                    continue
            url = urljoin(f"{web.rstrip('/')}/", quote(name, errors="replace")) if web else ""
            items.append({"name": name, "url": url, "size": entry.size, "modified": entry.modified, "meta": meta})
        return items


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _joined(base: str, line: str) -> str:
    try:
        return urljoin(base, line)
    except ValueError:  # half of an IPv6 address
        return line


def _last(name: str) -> str:
    """The file's own name, of a path or of an address."""
    return re.split(r"[?#]", name)[0].rstrip("/").rsplit("/", 1)[-1] if "://" in name else name.rsplit("/", 1)[-1]


def _title(name: str) -> str:
    """A file's name as people read it."""
    plain = re.sub(r"[_\-\s]+", " ", unquote(Path(_last(name)).stem)).strip()
    return plain[:1].upper() + plain[1:]


def _described(path: Path, size: int) -> Any:
    """What is said beside a file; None when it cannot be read."""
    if size > LARGEST:
        return None
    try:
        return read_json(open_file(path, LARGEST))[0]
    except HarvestError:
        return None
