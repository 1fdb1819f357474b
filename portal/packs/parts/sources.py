"""Sources with their rules of reception and their rhythm. No contact (a person), no trusted host (a server's own)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.text import slugify

from catalogue.models import AuditEntry, Organisation
from harvesters import schedule
from harvesters.following import follow_again, web_address
from harvesters.keeping import RHYTHMS, Keeping
from harvesters.models import HarvestSource
from harvesters.options import BadOption, Wrong
from harvesters.receiving import set_rules
from harvesters.registry import BadSource, checked, find_or_make, home_body
from harvesters.rules import Rules
from harvesters.sources import KINDS
from harvesters.telling import tell_followed, told
from portal.packs.refusals import PackRefused

DEFAULTS: Final[dict[str, Any]] = {
    "address": "",
    "kind": "",
    "title": "",
    "owner": "",  # short name of a body; "": the one that holds the instance
    "options": {},
    "rules": {},
    "schedule": RHYTHMS["nuit"][1],
    "zone": "",
    "spread": 15,
    "max_withdrawn": 0.2,
    "grace_days": None,
    "private": False,
    "active": True,
}
LEFT: Final = "Le pack ne la donne plus, ou a été repris."  # reason of the pause, in the audit trail
KEPT: Final = ("title", "zone", "spread", "grace_days")


class Sources:
    name = "sources"
    gone = "mettre en pause"
    gentle = True

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        found: dict[str, dict[str, Any]] = {}
        notes = []
        for source in HarvestSource.objects.filter(closed_at=None, left_at=None, trial=False).order_by("pk"):
            if not source.public_address:
                notes.append(f"« {source.name} » est un fichier de ce serveur : cette source ne voyage pas.")
                continue
            stem = slugify(source.title or source.public_address.partition("://")[2])[:60] or "source"
            key = next(one for one in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if one not in found)
            found[key] = _fields(source)
        return found, notes

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """One that a pack brought, and left paused when it went, is as good as none: whoever brings it starts it again. One that
        somebody here paused stands as it is, and the plan tells that it stays so.
        """
        addresses = {key: (known.get(key) or fields).get("address", "") for key, fields in wanted.items()}
        rows = {row.key: row for row in HarvestSource.objects.filter(key__in=addresses.values(), left_at=None)}
        there = {key: rows[address] for key, address in addresses.items() if address in rows}
        return {key: _fields(row) for key, row in there.items() if key in known or not _left_by_a_pack(row)}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        if unknown := fields.keys() - DEFAULTS.keys():
            raise _refused(key, f"« {min(unknown)} » n’est pas un champ. Champs : {', '.join(DEFAULTS)}.")
        said = DEFAULTS | dict(fields)
        try:
            said["address"] = web_address(str(said["address"]))
            if said["kind"] and said["kind"] not in KINDS:
                raise BadSource(f"« {said['kind']} » n’est pas une sorte de source : {', '.join(sorted(KINDS))}.")
            said["options"] = checked(said["kind"], said["options"] or {})
            said["rules"] = Rules.read(said["rules"] or {}).stored()
            _keeping(said)
        except (Wrong, BadSource, BadOption) as error:
            raise _refused(key, str(error)) from error
        except (AttributeError, TypeError, ValueError) as error:
            raise _refused(key, "une valeur n’est pas du type attendu. Voyez docs/pack.md.") from error
        if not isinstance(said["private"], bool) or not isinstance(said["active"], bool):
            raise _refused(key, "« private » et « active » sont « true » ou « false ».")
        return said

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        address = before["address"] if before else fields["address"]
        row = HarvestSource.objects.select_for_update().filter(key=address).first()
        try:
            if row is None:
                row = find_or_make(fields["address"], kind=fields["kind"], options=fields["options"])
                self._set(row, fields)
                set_rules(row, Rules.read(fields["rules"]), before=row.rules)
                (schedule.resume if fields["active"] else schedule.pause)(row)
                tell_followed(row, None)
                schedule.run_soon(row)
                return
            with told(row, None):
                if row.left_at:
                    follow_again(row)
                self._set(row, fields)
                if row.active != fields["active"]:
                    (schedule.resume if fields["active"] else schedule.pause)(row)
            _rules(row, fields)
        except (BadOption, BadSource, schedule.BadSchedule) as error:
            raise _refused(key, str(error)) from error

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        """Paused: its records stay, as they are."""
        row = HarvestSource.objects.select_for_update().filter(key=before["address"]).first()
        if row is not None:
            with told(row, None, reason=LEFT):
                schedule.pause(row)

    def left(self, before: Mapping[str, Any]) -> dict[str, Any]:
        return dict(before) | {"active": False}

    def _set(self, row: HarvestSource, fields: Mapping[str, Any]) -> None:
        taken = HarvestSource.objects.filter(key=fields["address"]).exclude(pk=row.pk).exists()
        if taken:
            raise BadSource(f"Une autre source a déjà l’adresse {fields['address']}.")
        _keeping(fields).keep(row)
        row.key, row.kind, row.private = fields["address"], fields["kind"], fields["private"]
        row.options = checked(row.kind, fields["options"])
        row.owner = _body(fields["owner"])
        row.max_withdrawn = fields["max_withdrawn"]
        row.save(update_fields=["key", "kind", "private", "options", "owner", "max_withdrawn"])


def _left_by_a_pack(row: HarvestSource) -> bool:
    """Whether the last act that paused or resumed it is that of a pack which went."""
    if row.active:
        return False
    acts = AuditEntry.objects.about("source", str(row.pk)).filter(action="source.set").order_by("-number")
    last = next((act for act in acts.iterator(chunk_size=20) if "active" in json.loads(act.after)), None)
    return last is not None and last.reason == LEFT


def _rules(row: HarvestSource, fields: Mapping[str, Any]) -> None:
    if row.rules != fields["rules"]:
        with told(row, None, "source.rules"):
            set_rules(row, Rules.read(fields["rules"]), before=row.rules)


def _fields(row: HarvestSource) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in DEFAULTS if name not in ("address", "owner")}
    owner = "" if row.owner_id == home_body().pk else row.owner.slug
    return DEFAULTS | {"address": row.key} | said | {"owner": owner}


def _keeping(fields: Mapping[str, Any]) -> Keeping:
    """Raises BadOption."""
    code = next((code for code, (_, cron) in RHYTHMS.items() if cron == fields["schedule"]), "autre")
    share = fields["max_withdrawn"]
    if isinstance(share, bool) or not 0 <= share <= 1:
        raise BadOption("« max_withdrawn » est une part, de 0 à 1.")
    said = {name: fields[name] for name in KEPT} | {"max_withdrawn": round(share * 100)}
    return Keeping.read(said | {"rhythm": code, "cron": fields["schedule"] if code == "autre" else ""})


def _body(slug: str) -> Organisation:
    found = Organisation.objects.filter(slug=slug, tenant=True).first() if slug else home_body()
    if found is None:
        raise BadSource(f"« {slug} » n’est pas une organisation de ce portail : ajoutez-la, ou laissez « owner » vide.")
    return found


def _refused(key: str, reason: str | Iterable[str]) -> PackRefused:
    return PackRefused(f"sources › {key} : {reason}")
