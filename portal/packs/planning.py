"""What applying a pack would do here, item by item. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalogue.models import AppliedPack
from portal.packs.format import Items, Pack, order
from portal.packs.merging import ABSENT, Conflict, Take, merged_item, same
from portal.packs.parts import PARTS
from portal.packs.places import Place
from portal.packs.refusals import PackRefused

VERBS: Final = ("create", "change", "remove", "keep")
SPOKEN: Final = {"create": "créer", "change": "modifier"}
LONGEST: Final = 160  # signs of a value that is told
TAKE: Final = "La valeur d’ici est gardée. Pour prendre celle du pack : --take pack ; pour garder celle d’ici sans plus le dire : --take local."


@dataclass(frozen=True)
class Step:
    """One item. `before`, `after`: what stands here, None for nothing; `base`: what to remember that the pack said."""

    part: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    base: dict[str, Any] | None = None
    conflicts: tuple[Conflict, ...] = ()

    @property
    def verb(self) -> str:
        """One of VERBS."""
        if same(self.before, self.after):
            return "keep"
        return "create" if self.before is None else "remove" if self.after is None else "change"

    @property
    def spoken(self) -> str:
        """As people read the verb of a step that does something."""
        return SPOKEN.get(self.verb) or PARTS[self.part].gone

    def lines(self) -> Iterator[str]:
        """As people read it; nothing for what stays and is no conflict."""
        if self.verb != "keep":
            yield f"{self.spoken} : {self.part} › {self.key}"
        if self.verb == "change":
            old, new = self.before or {}, self.after or {}
            for name in dict.fromkeys((*old, *new)):
                if not same(old.get(name), new.get(name)):
                    yield f"    {name} : {shown(old.get(name))} → {shown(new.get(name))}"
        for conflict in self.conflicts:
            yield f"conflit : {self.part} › {self.key}{f' › {conflict.field}' if conflict.field else ''}"
            yield f"    ici : {shown(conflict.local)} ; pack : {shown(conflict.pack)}"


@dataclass(frozen=True)
class Plan:
    """`aside`: items that the place lacks something for."""

    pack: Pack
    code: str
    steps: tuple[Step, ...]
    aside: tuple[str, ...]
    base: AppliedPack | None

    @property
    def changes(self) -> list[Step]:
        return [step for step in self.steps if step.verb != "keep"]

    @property
    def conflicts(self) -> int:
        return sum(len(step.conflicts) for step in self.steps)

    @property
    def remembered(self) -> Items:
        """What the pack said here, to be the base of its next version."""
        found: Items = {}
        for step in self.steps:
            if step.base is not None:
                found.setdefault(step.part, {})[step.key] = step.base
        return found


def plan(pack: Pack, place: Place, code: str, take: Take = Take.NEITHER, trusted: str = "") -> Plan:
    """`trusted`: the kid of a key that whoever applies vouches for. Raises PackRefused."""
    applied = AppliedPack.objects.in_force(pack.name)
    _trust(pack, applied, trusted)
    if applied and order(pack.version) < order(applied.version):
        raise PackRefused(
            f"La version {applied.version} de ce pack est déjà là, et {pack.version} est plus ancienne. Pour revenir en arrière : "
            f"manage.py pack rollback {pack.name}."
        )
    items, aside = pack.at(place)
    base: Items = applied.items if applied else {}
    steps = []
    for part, reader in PARTS.items():
        old, new = base.get(part, {}), items.get(part, {})
        here = reader.held(old | new, old)
        for key in dict.fromkeys((*old, *new)):
            found = merged_item(old.get(key), here.get(key), new.get(key), take)
            after = None if found.value is None else reader.normal(key, found.value)
            steps.append(Step(part, key, here.get(key), after, found.base, found.conflicts))
    return Plan(pack, code, tuple(steps), tuple(aside), applied)


def plan_back(applied: AppliedPack) -> list[Step]:
    """How to take an application back: what it changed goes as it was, but for what was changed here since."""
    steps = []
    for part, reader in PARTS.items():
        changed = {one["key"]: one for one in applied.changes if one["part"] == part}
        known = {key: one["after"] or one["before"] for key, one in changed.items()}
        here = reader.held(known, known)
        for key, one in changed.items():
            there, before = here.get(key), one["before"]
            if before is None and reader.gentle:
                steps.append(Step(part, key, there, None))
                continue
            found = merged_item(one["after"] or reader.left(before), there, before)
            after = None if found.value is None else reader.normal(key, found.value)
            steps.append(Step(part, key, there, after, found.base, found.conflicts))
    return steps


def shown(value: Any) -> str:
    if value is ABSENT or value is None:
        return "—"
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"« {said} »" if len(said) <= LONGEST else f"« {said[:LONGEST]}… »"


def _trust(pack: Pack, applied: AppliedPack | None, trusted: str) -> None:
    """A signature proves that nothing moved; whose it is must be known once, and stay the same."""
    from catalogue import keys

    kid = pack.signer.kid if pack.signer else ""
    known = {trusted, *(key.kid for key in keys.published()), *([applied.kid] if applied else [])}
    if kid and kid not in known:
        before = f"La version {applied.version} était signée par {applied.kid or 'ce logiciel'}. " if applied else ""
        raise PackRefused(
            f"Ce pack est signé par la clé {kid}, que ce portail ne connaît pas. {before}Demandez à qui le publie si c’est bien la "
            f"sienne, par un autre chemin que le pack ; si oui : --trust={kid}."
        )
