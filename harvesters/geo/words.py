"""Languages of ISO 19139: the text of each element in all the languages that it is given in (§7.3, PT_FreeText).

OWSLib reads the main language alone, and texts written as plain strings.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

GMD, GCO, GMX = (f"{{http://www.isotc211.org/2005/{name}}}" for name in ("gmd", "gco", "gmx"))
# ISO 639-2, in both of its spellings -> the tag of the web (BCP 47), the code of the European list of languages.
LANGUAGES = {
    code: (tag, known)
    for codes, tag, known in (
        *(
            ("fre fra fr", "fr", "FRA"),
            ("eng en", "en", "ENG"),
            ("ger deu de", "de", "DEU"),
            ("dut nld nl", "nl", "NLD"),
        ),
        *(("spa es", "es", "SPA"), ("ita it", "it", "ITA"), ("por pt", "pt", "POR"), ("cat ca", "ca", "CAT")),
        *(("bre br", "br", "BRE"), ("baq eus eu", "eu", "EUS"), ("cos co", "co", "COS"), ("oci oc", "oc", "OCI")),
        *(("cze ces cs", "cs", "CES"), ("pol pl", "pl", "POL"), ("dan da", "da", "DAN"), ("swe sv", "sv", "SWE")),
        *(("fin fi", "fi", "FIN"), ("gre ell el", "el", "ELL"), ("hun hu", "hu", "HUN"), ("rum ron ro", "ro", "RON")),
        *(("slo slk sk", "sk", "SLK"), ("slv sl", "sl", "SLV"), ("hrv hr", "hr", "HRV"), ("bul bg", "bg", "BUL")),
        *(("est et", "et", "EST"), ("lav lv", "lv", "LAV"), ("lit lt", "lt", "LIT"), ("gle ga", "ga", "GLE")),
        *(("mlt mt", "mt", "MLT"), ("ltz lb", "lb", "LTZ"), ("nor no", "no", "NOR"), ("ice isl is", "is", "ISL")),
    )
    for code in codes.split()
}
Said = str | dict[str, str]


def tag_of(code: str | None) -> str:
    """The tag of a language by its code, "" for one that we do not know."""
    return LANGUAGES.get((code or "").strip().lower()[:3].rstrip("-_"), ("", ""))[0]


class Words:
    """The texts of one record, and what each is in other languages."""

    def __init__(self, record: Any, main: str) -> None:
        """`main`: the code of the record's own language. Texts without a plain string are given one."""
        self._main = tag_of(main)
        self._tags = {
            one.get("id", "").lower(): tag_of(code.get("codeListValue"))
            for one in record.iter(f"{GMD}PT_Locale")
            for code in one.iter(f"{GMD}LanguageCode")
        }
        self._others: dict[str, dict[str, str]] = {}
        for free in record.iter(f"{GMD}PT_FreeText"):
            self._learn(free)
        for title in record.iter(f"{GMD}title"):
            anchor = title.find(f"{GMX}Anchor")
            if anchor is not None and title.find(f"{GCO}CharacterString") is None:
                etree.SubElement(title, f"{GCO}CharacterString").text = anchor.text

    def said(self, text: str | None) -> Said:
        """A text, by the tag of its languages when they are known."""
        plain = (text or "").strip()
        others = self._others.get(plain, {})
        if not plain or not (self._main or others):
            return plain
        return {self._main: plain} | others if self._main else others

    def _learn(self, free: Any) -> None:
        localised: dict[str, str] = {}
        for one in free.iter(f"{GMD}LocalisedCharacterString"):
            text = (one.text or "").strip()
            name = one.get("locale", "").lstrip("#").lower()
            if text and (tag := self._tags.get(name) or tag_of(name.removeprefix("locale-"))):
                localised.setdefault(tag, text)
        if not localised:
            return
        owner = free.getparent()
        plain = next((one for one in owner if one.tag in (f"{GCO}CharacterString", f"{GMX}Anchor")), None)
        if plain is None:
            plain = etree.SubElement(owner, f"{GCO}CharacterString")
        if not (plain.text or "").strip():
            plain.text = localised.get(self._main) or next(iter(localised.values()))
        self._others.setdefault(plain.text.strip(), {}).update(localised)
