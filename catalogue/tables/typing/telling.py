"""What is said of the columns: each coercion, each cell that did not follow, in French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalogue.tables.contract import Note, Raw, Type
from catalogue.tables.looked import Looked
from catalogue.tables.store import quoted
from catalogue.tables.typing.deciding import Decision
from catalogue.tables.typing.kinds import TEXTS, bare, is_siren, is_siret
from catalogue.tables.typing.marks import is_mark
from catalogue.tables.typing.moments import OFFSET
from catalogue.tables.wording import agreed

LISTED = 100
NAMES = {
    Type.TEXT: "du texte",
    Type.INTEGER: "des nombres entiers",
    Type.DECIMAL: "des nombres",
    Type.BOOLEAN: "des oui et des non",
    Type.DATE: "des dates",
    Type.DATETIME: "des dates avec leur heure",
    Type.TIME: "des heures",
    Type.YEAR: "des années",
    Type.LIST: "des listes",
    Type.SIREN: "des numéros SIREN",
    Type.SIRET: "des numéros SIRET",
    Type.COMMUNE: "des codes de communes",
    Type.DEPARTMENT: "des codes de départements",
    Type.REGION: "des codes de régions",
    Type.POSTCODE: "des codes postaux",
    Type.LATITUDE: "des latitudes",
    Type.LONGITUDE: "des longitudes",
    Type.POINT: "des points",
    Type.GEOMETRY: "des formes géographiques",
    Type.EMAIL: "des adresses électroniques",
    Type.TELEPHONE: "des numéros de téléphone",
    Type.URL: "des adresses web",
}
KEYS = {Type.SIREN: is_siren, Type.SIRET: is_siret}


def told(given: Looked, raw: Raw, decisions: Mapping[str, Decision]) -> Iterator[Note]:
    """The notes of each column, in their order."""
    for name, decision in decisions.items():
        ask = _Asking(given, raw, name, decision.text)
        if decision.kind is None:
            yield from _stays_text(ask, decision)
        else:
            yield from _read_as(ask, decision)


class _Asking:
    """Cells of one column, with the lines where they stand."""

    def __init__(self, given: Looked, raw: Raw, name: str, text: str) -> None:
        self._given, self._raw, self.name, self.text = given, raw, name, text

    def where(self, condition: str, most: int = LISTED) -> list[tuple[int, str]]:
        found = self._given.all(
            f"SELECT file_row_number, left({quoted(self.name)}, 100) {self._among(condition)} ORDER BY 1 LIMIT $most",
            most=most,
        )
        return [(self._raw.line_of(row), cell) for row, cell in found]

    def different(self, condition: str, most: int = LISTED) -> list[tuple[int, str]]:
        """Each value once, where it stands first."""
        found = self._given.all(
            f"SELECT min(file_row_number), {self.text} {self._among(condition)} GROUP BY 2 ORDER BY 1 LIMIT $most",
            most=most,
        )
        return [(self._raw.line_of(row), cell[:100]) for row, cell in found]

    def count(self, condition: str) -> int:
        return int(self._given.one(f"SELECT count(*) {self._among(condition)}")[0])

    def marks(self) -> list[str]:
        found = self._given.all(f"SELECT DISTINCT {self.text} {self._among(is_mark(self.text))} ORDER BY 1 LIMIT 20")
        return [mark for (mark,) in found]

    def _among(self, condition: str) -> str:
        return f"FROM {self._given.rows} WHERE {self.text} IS NOT NULL AND {condition}"

    def note(self, code: str, text: str, count: int, cells: list[tuple[int, str]]) -> Note:
        said = tuple(f"ligne {line} : « {cell} »" for line, cell in cells)
        return Note(code, f"Colonne « {self.name} » : {text}", self.name, cells[0][0] if cells else None, count, said)


def _stays_text(ask: _Asking, decision: Decision) -> Iterator[Note]:
    if decision.near is not None:
        others = f"NOT {is_mark(ask.text)} AND NOT {decision.near.holds(ask.text)}"
        zeros = ask.count(f"{others} AND regexp_full_match({ask.text}, '0[0-9]+')")
        if zeros == decision.prevented:
            return  # a code: its zeros are the reason, and nothing is wrong
        text = (
            f"presque toutes les valeurs sont {NAMES[decision.near.type]}, sauf {decision.prevented}. Elle reste du texte : "
            "corrigez ces cellules pour pouvoir calculer et trier."
        )
        yield ask.note("prevented", text, decision.prevented, ask.where(others, 10))
    elif decision.reason == "large-integers":
        text = "des nombres de 16 chiffres ou plus sont des identifiants : elle reste du texte, pour n’en perdre aucun chiffre."
        yield ask.note("large-integers", text, 1, [])
    elif decision.reason == "percent-mixed":
        text = (
            "certaines valeurs ont le signe %, d’autres non : elle reste du texte. Écrivez-les toutes de la même façon."
        )
        yield ask.note("percent-mixed", text, 1, ask.where(f"NOT ends_with({ask.text}, '%')", 5))


def _read_as(ask: _Asking, decision: Decision) -> Iterator[Note]:
    assert decision.kind is not None
    kind = decision.kind
    fits = f"NOT {is_mark(ask.text)} AND {kind.holds(ask.text)}" if decision.misfits or decision.marks else "true"
    if kind.said:
        changed = f"{fits} AND {kind.value(ask.text)}::VARCHAR IS DISTINCT FROM {ask.text}"
        if cells := ask.where(changed, 3):
            text = f"les valeurs ont été lues comme {NAMES[kind.type]} ({kind.said})."
            count = decision.filled if kind.type.moment and not kind.some else ask.count(changed)
            yield ask.note("read-as", text, count, cells)
    if decision.marks:
        text = agreed(decision.marks, "# cellule[s] di[t|sent] que la valeur manque : elle[s] [est vide|sont vides].")
        yield Note(
            "missing-marks",
            f"Colonne « {ask.name} » : {text}",
            ask.name,
            count=decision.marks,
            examples=tuple(ask.marks()),
        )
    if decision.misfits:
        done = (
            "[est gardée|sont gardées] comme elle[s] [est écrite|sont écrites]"
            if kind.type in TEXTS
            else "[est vide|sont vides] dans la table"
        )
        text = agreed(
            decision.misfits,
            f"# cellule[s] ne [suit|suivent] pas, où sont {NAMES[kind.type]} : elle[s] {done}. Corrigez-l[a|es] dans le fichier.",
        )
        others = f"NOT {is_mark(ask.text)} AND NOT {kind.holds(ask.text)}"
        yield ask.note("not-fitting", text, decision.misfits, ask.where(others))
    if kind.type is Type.DATETIME and (offsets := ask.count(f"regexp_matches({ask.text}, '{OFFSET}$')")):
        text = "les heures sont gardées comme elles sont écrites, sans leur décalage avec l’heure universelle."
        yield ask.note("offset", text, offsets, ask.where(f"regexp_matches({ask.text}, '{OFFSET}$')", 3))
    if kind.type is Type.DECIMAL and decision.stored == "DOUBLE":
        yield ask.note(
            "rounded", "plus de 18 chiffres ou un exposant : les nombres sont arrondis au-delà du quinzième.", 1, []
        )
    if kind.named and kind.type in KEYS:
        yield from _wrong_keys(ask, kind.type, fits)


def _wrong_keys(ask: _Asking, type_: Type, fits: str) -> Iterator[Note]:
    wrong = f"{fits} AND NOT {KEYS[type_](bare(ask.text))}"
    if count := ask.count(wrong):
        text = agreed(count, f"# valeur[s] n’[a|ont] pas la clé d’un vrai numéro {type_.upper()} : vérifiez-l[a|es].")
        yield ask.note("check-digit", text, count, ask.different(wrong))
