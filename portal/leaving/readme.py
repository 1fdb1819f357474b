"""The LISEZMOI of an export: what each file is, for somebody who never saw Bouture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.leaving.declared import DECLARED, Derived, Kept, Stays, models

HEAD = """# Export complet de {name}

Adresse du portail : {url}
Moment : {at} (position du journal : {log})
Logiciel : Bouture {version}

Tout ce que le portail sait est ici, **y compris ce qui est privé** (fiches privées, brouillons, adresses électroniques) : gardez ce
dossier comme vous gardez la base. Aucun mot de passe, jeton ni clé n’y est.

## Vérifier

- `sha256sum -c MANIFEST` dit si un fichier manque ou a changé.
- `SIGNATURE` (JSON) est la signature Ed25519, par la clé de ce portail, du texte formé de la ligne `bouture-export 1`
  suivie du SHA-256 de `MANIFEST` en hexadécimal. `public` est la clé (base64url, RFC 8037), `kid` son empreinte (RFC 7638).
- Ailleurs : `manage.py import DOSSIER` sur une base vide.

## Lire sans Bouture

| fichier | ce que c’est |
|---|---|
| `LISEZMOI.md` | ce texte |
| `instance.json` | de quel portail, à quel moment, combien de rangs |
| `catalogue/public.nt` | le catalogue public, DCAT-AP 3, N-Triples |
| `catalogue/public.jsonl` | le même, un objet JSON par fiche |
| `catalogue/public.csv` | le même, un tableau |
| `catalogue/retenu.nt` | les fiches que le public ne lit pas : privées, brouillons, retirées ; N-Triples |
| `chiffres/observations.csv` | chaque valeur d’indicateur : territoire, période, valeur, comment elle a été calculée, d’où elle vient |
| `fichiers/liste.csv` | chaque fichier gardé : son nom, son jeu de données, son empreinte, son chemin ici |
| `fichiers/tables/…/original` | le fichier tel qu’il est arrivé |
| `fichiers/tables/…/rows.parquet` | ses lignes, Parquet |
| `fichiers/tables/deposits/…` | ce qui a été déposé et n’a pas encore été lu |
| `fichiers/recipes/…` | les recettes d’indicateurs propres à ce portail, YAML |
| `base/….jsonl` | chaque table de la base, une ligne JSON par rang, dans l’ordre des clés |

Dans `base/`, les moments sont en UTC (RFC 3339), les octets en base64, les liens entre rangs sont les clés (`owner_id` : la clé d’un
rang de l’autre table). `said` et `repaired` d’une fiche sont des N-Triples : ce que la source a dit, et la forme DCAT-AP. Une ligne
de CSV qui commencerait par un signe de formule est précédée d’une apostrophe.

`base/catalogue.auditentry.jsonl` est la trace de ce que chacun a fait, chaînée : `hash` est le SHA-256 (hexadécimal) de celui de
l’entrée précédente (64 zéros pour la première), d’un saut de ligne et du tableau JSON canonique de `at` (ISO 8601, UTC, « +00:00 »), `number`,
`actor_key`, `actor`, `through`, `action`, `kind`, `key`, `label`, `body`, `reason`, `before`, `after`, `change`, `request`
(ASCII, sans espaces). Les valeurs longues sont dans `base/catalogue.audittext.jsonl`, sous leur SHA-256.
"""


def readme(instance: Mapping[str, Any]) -> str:
    known = models()

    def called(label: str) -> str:
        return str(known[label]._meta.verbose_name)

    kept = [
        f"| `base/{label.lower()}.jsonl` | {called(label)} | {instance['rows'][label]} |" for label in instance["rows"]
    ]
    columns = [
        f"- `{label}.{column}` : {why}"
        for label, line in DECLARED.items()
        if isinstance(line, Kept)
        for column, why in line.without.items()
    ]
    stays = [
        f"- {called(label)} (`{label}`) : {line.why}" for label, line in DECLARED.items() if isinstance(line, Stays)
    ]
    made = [
        f"- {called(label)} (`{label}`) : {line.by}" for label, line in DECLARED.items() if isinstance(line, Derived)
    ]
    missing = [f"- `{name}`" for name in instance["missing"]]
    parts = [
        HEAD.format(**instance, log=instance["position"]["log"]),
        "\n## Les tables\n\n| fichier | rangs de | nombre |\n|---|---|---|\n" + "\n".join(kept),
        "\n## Ce qui n’est pas ici\n\n" + "\n".join([*stays, *columns]),
        "\nLes mots de passe : `password` dit seulement s’il y en a un ; chacun en choisit un nouveau.",
        "\nRefait après un import :\n\n" + "\n".join(made) + "\n- l’index de recherche : manage.py index --rebuild",
    ]
    if missing:
        parts.append("\nFichiers que la base nomme et que le disque n’avait plus :\n\n" + "\n".join(missing))
    return "\n".join(parts) + "\n"
