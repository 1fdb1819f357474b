"""The national bases of the shipped pack, played by one local server: the same addresses, by code; every record invented.

Each answers at its own host (the Host header tells) and path, and refuses a question that is not put as the real one wants.
"""

from __future__ import annotations

import csv
import io
import json
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.harvesting.servers import Asked, Server, reply

TRIED: Final = " (données d’essai)"
NAMES: Final = {"40192": "Mont-de-Marsan", "69123": "Lyon", "76351": "Le Havre"}  # where each base has something
POINTS: Final = {"40192": 3, "69123": 12, "76351": 6}  # charging points; the others have none
IRVE: Final = (
    "__id,nom_amenageur,siren_amenageur,contact_amenageur,nom_operateur,contact_operateur,telephone_operateur,nom_enseigne,"
    "id_station_itinerance,id_station_local,nom_station,implantation_station,adresse_station,code_insee_commune,"
    "coordonneesXY,nbre_pdc,id_pdc_itinerance,id_pdc_local,puissance_nominale,prise_type_ef,prise_type_2,"
    "prise_type_combo_ccs,prise_type_chademo,prise_type_autre,gratuit,paiement_acte,paiement_cb,paiement_autre,tarification,"
    "condition_acces,reservation,horaires,accessibilite_pmr,restriction_gabarit,station_deux_roues,raccordement,num_pdl,"
    "date_mise_en_service,observations,date_maj,cable_t2_attache"
).split(",")
LIEUX: Final = (
    "__id,id_lieu,nom_lieu,ad_lieu,com_lieu,insee,type,date_maj,ouvert,source,Xlong,Ylat,nbre_pl,nbre_pmr,duree,horaires,"
    "proprio,lumiere,comm"
).split(",")
RESOURCE: Final = re.compile(r"/api/resources/([0-9a-f-]{36})/data/csv/\Z")
BAN: Final = re.compile(r"/ban/communes/(\w{5})/download/csv-bal/adresses\Z")
WHERE: Final = re.compile(r'(\w+)="(\w{5})"\Z')
ZONE: Final = re.compile(r"fr:commune:(\w{5})\Z")


def name(code: str) -> str:
    return NAMES.get(code, f"Commune {code}")


def table(heads: list[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    out = io.StringIO()
    lines = csv.DictWriter(out, heads, restval="", lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def _charging(code: str) -> bytes:
    rows = [
        {
            "__id": number, "nom_amenageur": "Syndicat d’essai", "siren_amenageur": "130025265", "nom_enseigne": "Réseau d’essai",
            "contact_operateur": "reseau@essai.example", "id_station_itinerance": f"FRA99P{code}{number:03}",
            "nom_station": f"Borne {number}{TRIED}", "implantation_station": "Voirie", "adresse_station": f"{number} rue d’essai",
            "code_insee_commune": code, "coordonneesXY": f"[{-0.5 + number / 100:.4f},43.9]", "nbre_pdc": 1,
            "id_pdc_itinerance": f"FRA99E{code}{number:03}", "puissance_nominale": 50 if number % 3 == 0 else 22,
            "prise_type_ef": "false", "prise_type_2": "true", "prise_type_combo_ccs": "false", "prise_type_chademo": "false",
            "prise_type_autre": "false", "gratuit": "false", "paiement_acte": "true", "condition_acces": "Accès libre",
            "reservation": "false", "horaires": "24/7", "accessibilite_pmr": "Accessible mais non réservé PMR",
            "restriction_gabarit": "aucune", "station_deux_roues": "false", "date_maj": "2026-09-01",
        }
        for number in range(1, POINTS.get(code, 0) + 1)
    ]  # fmt: skip
    return table(IRVE, rows)


def _sharing(code: str) -> bytes:
    row = {
        "__id": 1, "id_lieu": f"{code}-C-001", "nom_lieu": f"Parking{TRIED}", "ad_lieu": "1 rue d’essai",
        "com_lieu": name(code), "insee": code, "type": "Aire de covoiturage", "date_maj": "2026-08-01", "ouvert": "true",
        "source": "217602176", "Xlong": "-0.5", "Ylat": "43.9", "nbre_pl": 40, "nbre_pmr": 2, "lumiere": "true",
    }  # fmt: skip
    return table(LIEUX, [row] if code in NAMES else [])


# What the tabular API of data.gouv.fr answers: resource -> the column that it is filtered on, its rows.
RESOURCES: Final[dict[str, tuple[str, Callable[[str], bytes]]]] = {
    "eb76d20a-8501-400e-b336-d85724de5435": ("code_insee_commune", _charging),
    "4fd78dee-e122-4c0d-8bf6-ff55d79f3af1": ("insee", _sharing),
}


def _tabular(path: str, query: dict[str, list[str]]) -> bytes:
    found = RESOURCE.match(path)
    if not found or found[1] not in RESOURCES:
        return reply(status=404)
    column, rows = RESOURCES[found[1]]
    code = query.get(f"{column}__exact", [""])[0]
    return reply(rows(code), content_type="text/csv") if code else reply(status=400)


def _addresses(path: str, query: dict[str, list[str]]) -> bytes:
    found = BAN.match(path)
    heads = "cle_interop;commune_insee;commune_nom;voie_nom;numero;suffixe;position;x;y;long;lat;source;date_der_maj"
    if not found:
        return reply(status=404)
    lines = [
        f"{found[1]}_0001_0000{n};{found[1]};{name(found[1])};Rue d’essai;{n};;entrée;;;-0.5;43.9;essai;2026-07-01"
        for n in (1, 2)
    ]
    return reply("\n".join([heads, *lines, ""]).encode(), content_type="text/csv")


def _explore(dataset: str, column: str, heads: str, line: Callable[[str], list[str]]) -> Callable[..., bytes]:
    """An export of Explore 2.1, filtered in ODSQL."""

    def answer(path: str, query: dict[str, list[str]]) -> bytes:
        if path != f"/api/explore/v2.1/catalog/datasets/{dataset}/exports/csv":
            return reply(status=404)
        asked = WHERE.match(query.get("where", [""])[0])
        if not asked or asked[1] != column or query.get("delimiter") != [";"]:
            return reply(b'{"error_code": "ODSQLError"}', 400, "application/json")
        rows = line(asked[2]) if asked[2] in NAMES else []
        return reply("\n".join([heads, *rows, ""]).encode(), content_type="text/csv")

    return answer


def _catalogue(path: str, query: dict[str, list[str]]) -> bytes:
    zone = ZONE.match(query.get("geozone", [""])[0])
    if path != "/api/1/datasets/" or not zone:
        return reply(status=404)
    code = zone[1]
    subjects = ("Arbres remarquables", "Menus des cantines", "Délibérations du conseil")
    every = [_dataset(code, number, subject) for number, subject in enumerate(subjects)]
    page, size = (int(query.get(key, [default])[0]) for key, default in (("page", "1"), ("page_size", "20")))
    some = every[(page - 1) * size : page * size]
    if not some:
        return reply(status=404)
    more = f"https://www.data.gouv.fr/api/1/datasets/?page={page + 1}" if page * size < len(every) else None
    said = {
        "data": some,
        "next_page": more,
        "previous_page": None,
        "page": page,
        "page_size": size,
        "total": len(every),
    }
    return reply(json.dumps(said).encode(), content_type="application/json")


def _dataset(code: str, number: int, subject: str) -> dict[str, object]:
    slug = f"essai-{code}-{number}"
    return {
        "id": f"{number:04}{code:0>20}", "slug": slug, "title": f"{subject} : {name(code)}{TRIED}", "acronym": None,
        "description": f"{subject} de la commune, inventés pour un essai.", "archived": None, "deleted": None,
        "private": False, "badges": [], "created_at": "2026-01-05T00:00:00", "last_modified": "2026-06-01T00:00:00",
        "frequency": "annual", "license": "lov2", "page": f"https://www.data.gouv.fr/datasets/{slug}/", "tags": ["essai"],
        "organization": {"name": f"Commune {code}{TRIED}", "id": f"org-{code}", "slug": f"org-{code}"},
        "spatial": {"zones": [f"fr:commune:{code}"], "granularity": "fr:commune"}, "resources": [],
    }  # fmt: skip


HOSTS: Final[dict[str, Callable[..., bytes]]] = {
    "www.data.gouv.fr": _catalogue,
    "plateforme.adresse.data.gouv.fr": _addresses,
    "tabular-api.data.gouv.fr": _tabular,
    "data.education.gouv.fr": _explore(
        "fr-en-annuaire-education", "code_commune", "identifiant_de_l_etablissement;nom_etablissement;code_commune",
        lambda code: [f"0{code}A;École d’essai{TRIED};{code}"],
    ),
    "data.ofgl.fr": _explore(
        "ofgl-base-communes", "com_code", "exer;com_code;com_name;agregat;montant;euros_par_habitant",
        lambda code: [f"{year};{code};{name(code)};Dépenses totales{TRIED};{year * 1000};{year}" for year in (2023, 2024)],
    ),
}  # fmt: skip


def answer(asked: Asked) -> bytes:
    parts = urlsplit(asked.path)
    played = HOSTS.get(asked.headers.get("host", "").partition(":")[0])
    return played(parts.path, parse_qs(parts.query)) if played else reply(status=404)


def nation(port: int = 0) -> Server:
    """To be entered; its hosts all lead to it (`redirect`)."""
    return Server(everywhere=answer, at=port)


def rewritten(shipped: Path, folder: Path, port: int) -> Path:
    """A copy of a pack whose sources are asked of the local server, and whose titles say that nothing of it is real."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(each for each in shipped.rglob("*") if each.is_file()):
        text = path.read_text("utf-8")
        if path.name == "sources.yaml":
            text = re.sub(r"(address: )https://([a-z.\-]+)", rf"\1http://\2:{port}", text)
            text = re.sub(r"(title: .*\$\{name\})", rf"\1{TRIED}", text)
        target = folder / path.relative_to(shipped)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


def signed(folder: Path, target: Path) -> Path:
    """The same pack sealed by the key of this instance, as « pack build » seals it. Into a folder that is not there yet."""
    from portal.packs.format import read, write

    write(read(folder, signed=False), target)
    return target


def redirect(client: Any, port: int) -> Callable[..., None]:
    """The constructor of a client for which the hosts above are this machine, and no other host is anywhere."""
    first = client.__init__

    def made(self: object, trusted: frozenset[str] = frozenset(), *args: object, **given: object) -> None:
        def resolve(host: str, at: int) -> list[str]:
            if host in HOSTS or host == "127.0.0.1":
                return ["127.0.0.1"]
            raise socket.gaierror(socket.EAI_NONAME, f"{host}: no such host in a test")

        hosts = {f"{host}:{port}" for host in HOSTS}
        first(self, trusted | hosts, *args, **{**given, "resolve": resolve})

    return made
