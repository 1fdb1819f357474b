"""What can be done about personal data: drop columns, mask cells, or group rows and count them.

Nothing is done without a decision of the publisher, and each thing done is said. A remedy writes a new file; the rows that
it read stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from catalogue.tables.contract import BadQuestion, Decision, Match, Note, Type, Typed
from catalogue.tables.personal.finding import FEW, REMEDIES, Looking
from catalogue.tables.personal.masks import mask
from catalogue.tables.profiles import profiled
from catalogue.tables.store import as_parquet, connected, quoted

COUNT: Final = "nombre"  # of the rows of a group
DROP, MASK, AGGREGATE = "drop", "mask", "aggregate"
SUMMED: Final = {Type.INTEGER, Type.DECIMAL}  # of a group; it is made by all the rest
PLACES: Final = {Type.LATITUDE, Type.LONGITUDE, Type.POINT, Type.GEOMETRY}  # a group by them would be one person's


def remedied(
    typed: Typed, decisions: Sequence[Decision], into: Path, match: Match | None = None, own: Sequence[str] = ()
) -> Typed:
    """Writes `into` (by rename, whole or not at all): columns dropped, cells masked, then rows grouped. `match`, `own`: as `suspects`.

    A column that is no longer there is no fault; where a suspicion is no longer found, a mask takes the whole column.
    Raises BadQuestion for a remedy that the suspicion does not have, or when nothing would be left.
    """
    for each in decisions:
        if each.remedy not in REMEDIES.get(each.code, ()):
            raise BadQuestion(f"Le remède « {each.remedy} » n’existe pas ici. Choisissez parmi ceux qui sont proposés.")
    partial = into.resolve().with_name(into.name + ".partial")
    try:
        with connected([typed.path], [partial]) as connection:
            remedy = _Remedy(Looking(connection, typed, match, own), decisions)
            rows = remedy.write(partial)
        columns = profiled(partial, remedy.types)
        partial.replace(into)
    finally:
        partial.unlink(missing_ok=True)
    return Typed(into, columns, rows, (*typed.notes, *remedy.notes))


class _Remedy:
    """The table as it will be: of each column that is left its SQL and its type; and what was done."""

    def __init__(self, looking: Looking, decisions: Sequence[Decision]) -> None:
        self.looking, self.notes = looking, list[Note]()
        self.columns = {column.name: column for column in looking.typed.columns}
        self.sql = dict(looking.places)
        self.types = {name: column.type for name, column in self.columns.items()}
        self.rows = {(code, names): rows for code, names, rows in looking.asked()}
        for each in decisions:
            if each.remedy == MASK:
                self._mask(each)
        self.grouped = any(each.remedy == AGGREGATE for each in decisions)
        self._drop(name for each in decisions if each.remedy != MASK for name in each.columns)
        if self.grouped:
            self._drop([name for name, type_ in self.types.items() if type_ in PLACES])
        if not self.types:
            raise BadQuestion("Il ne resterait aucune colonne. Gardez-en une au moins, ou ne publiez pas ce tableau.")

    def write(self, into: Path) -> int:
        """How many rows are written."""
        statement = self._groups() if self.grouped else self._lines()
        values = {**self.looking.bound.used(statement), "into": str(into)}
        connection = self.looking.connection
        connection.execute(f"COPY ({statement}) TO $into ({as_parquet(len(self.types))})", values)
        counted = connection.execute("SELECT count(*) FROM read_parquet($into)", {"into": str(into)}).fetchone()
        return int(counted[0]) if counted else 0

    def _lines(self) -> str:
        chosen = ", ".join(f"{self.sql[name]} AS {quoted(name)}" for name in self.types)
        return f"SELECT {chosen} FROM {self.looking.source} ORDER BY n"

    def _groups(self) -> str:
        """Of less than eleven rows neither the count nor the sums are given."""
        keys = [name for name, type_ in self.types.items() if type_ not in SUMMED]
        enough = f"count(*) >= {FEW}"
        chosen = [f"{self.sql[name]} AS {quoted(name)}" for name in keys]
        for name, type_ in self.types.items():
            if type_ in SUMMED:
                total = f"sum({self.sql[name]})"
                total = f"CAST({total} AS BIGINT)" if type_ == Type.INTEGER else total
                chosen.append(f"CASE WHEN {enough} THEN {total} END AS {quoted(name)}")
        count = COUNT if COUNT not in self.types else f"{COUNT} de lignes"
        chosen.append(f"CASE WHEN {enough} THEN count(*) END AS {quoted(count)}")
        self.types = {**{name: self.types[name] for name in keys}, **self.types, count: Type.INTEGER}
        said = f"Lignes regroupées et comptées ; un groupe de moins de {FEW} lignes n’a ni compte ni somme (secret statistique)."
        self.notes.append(Note("personal-aggregate", said, count))
        places = ", ".join(str(place + 1) for place in range(len(keys)))
        by = f" GROUP BY {places} ORDER BY {places}" if places else ""
        return f"SELECT {', '.join(chosen)} FROM {self.looking.source}{by}"

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            if self.types.pop(name, None) is not None:
                self.notes.append(Note("personal-drop", f"Colonne « {name} » : retirée avant la publication.", name))

    def _mask(self, decision: Decision) -> None:
        rows = self.rows.get((decision.code, decision.columns))
        for name in decision.columns:
            if name not in self.types:
                continue
            cell = f"CAST({self.sql[name]} AS VARCHAR)"
            made = mask(decision.code, cell, self.columns[name])
            kept = cell if made.type == Type.TEXT else self.sql[name]
            only = rows is not None and not made.whole
            self.sql[name] = f"CASE WHEN coalesce({rows}, false) THEN {made.sql} ELSE {kept} END" if only else made.sql
            self.types[name] = made.type
            self.notes.append(Note("personal-mask", f"Colonne « {name} » : {made.done}.", name))
