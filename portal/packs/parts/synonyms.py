"""Synonyms: how this instance's table differs from the one that comes with the software. One item, two lists of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catalogue.search import synonyms
from catalogue.search.french import read_synonyms, shipped_text, synonym_rules
from portal.packs.refusals import PackRefused

KEY: Final = "table"


class Synonyms:
    """`added`: rules of ours; `removed`: shipped rules that we do not want."""

    name = "synonyms"
    gone = "retirer"
    gentle = False

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        found = self._now()
        return ({KEY: found} if found["added"] or found["removed"] else {}), []

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        found = self._now()
        return {KEY: found} if KEY in known or found["added"] or found["removed"] else {}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        if key != KEY or set(fields) - {"added", "removed"}:
            raise PackRefused(f"synonyms.yaml a une seule clé, « {KEY} », avec les listes « added » et « removed ».")
        lists = {name: fields.get(name) or [] for name in ("added", "removed")}
        if not all(isinstance(rules, list) and all(isinstance(one, str) for one in rules) for rules in lists.values()):
            raise PackRefused(
                "synonyms.yaml : « added » et « removed » sont des listes de règles, « a, b » ou « a => b »."
            )
        if faults := read_synonyms("\n".join(lists["added"]))[1]:
            raise PackRefused(f"synonyms.yaml : {fault.message}" for fault in faults)
        return {name: list(synonym_rules("\n".join(rules))) for name, rules in lists.items()}

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        now = self._now()
        gone = {*fields["removed"], *(rule for rule in now["added"] if rule not in fields["added"])}
        text = synonyms.current()
        lines = [line for line in text.splitlines() if not gone & set(synonym_rules(line))]
        there = set(synonym_rules("\n".join(lines)))
        wanted = [rule for rule in now["removed"] if rule not in fields["removed"]] + list(fields["added"])
        lines += [rule for rule in wanted if rule not in there]
        try:
            synonyms.replace("\n".join(lines) + "\n")
        except synonyms.SynonymsRefused as error:
            raise PackRefused(f"Synonymes : {error}") from error

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        self.write(key, before, {"added": [], "removed": []})

    def left(self, before: Mapping[str, Any]) -> dict[str, Any]:
        return {"added": [], "removed": []}

    def _now(self) -> dict[str, Any]:
        found = synonyms.difference(shipped_text(), synonyms.current())
        return {"added": list(found.added), "removed": list(found.removed)}
