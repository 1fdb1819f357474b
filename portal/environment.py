"""Typed readers of the environment. A wrong value is kept as a Problem and told as a system check, never raised.

So an instance with three wrong settings hears of all three at once, in French, with what to do about each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

TRUE: Final = frozenset({"1", "true", "yes", "on", "oui", "vrai"})
HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
FALSE: Final = frozenset({"", "0", "false", "no", "off", "non", "faux"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a setting. `id` is stable: the documentation and the search engines know it."""

    id: str
    message: str
    hint: str
    blocking: bool = True


class Environment:
    """Reads variables one by one; `problems` holds what was wrong with those read so far."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[Problem] = []

    def wrong(self, id: str, message: str, hint: str) -> None:
        self.problems.append(Problem(f"bouture.{id}", message, hint))

    def doubtful(self, id: str, message: str, hint: str) -> None:
        self.problems.append(Problem(f"bouture.{id}", message, hint, blocking=False))

    def text(self, name: str, default: str = "") -> str:
        """The value without the spaces around it; a variable set to nothing counts as not set."""
        return self._variables.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        if name not in self._variables:
            return default
        value = self._variables[name].strip().lower()
        if value not in TRUE | FALSE:
            self.wrong(
                "E005", f"{name} vaut « {value} », ce qui n'est ni oui ni non.", f"Écrivez {name}=1 ou {name}=0."
            )
            return default
        return value in TRUE

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name, str(default))
        # isdecimal also accepts other scripts' digits, which int() reads too.
        number = int(value) if value.isdecimal() else -1
        if not low <= number <= high:
            self.wrong(
                "E006",
                f"{name} vaut « {value} », ce qui n'est pas un nombre entier de {low} à {high}.",
                f"Écrivez par exemple {name}={default}, ou retirez {name}.",
            )
            return default
        return number

    def choice(self, name: str, default: str, among: tuple[str, ...], id: str) -> str:
        value = self.text(name, default).lower()
        if value not in among:
            self.wrong(
                id,
                f"{name} vaut « {value} » ; les valeurs possibles sont {', '.join(among)}.",
                f"Écrivez {name}={default}, ou retirez {name}.",
            )
            return default
        return value

    def path(self, name: str, default: Path) -> Path:
        """Absolute: a worker and a web server started from different folders must mean the same place."""
        value = self.text(name)
        return (Path(value).expanduser() if value else default).absolute()

    def address(self, name: str, default: str, schemes: tuple[str, ...], id: str, example: str) -> str:
        """An absolute address without trailing slash, or the default when the variable holds something else."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            # unix: is a path and no host; .port raises for what is no number.
            valid = not value or (
                parts.scheme in schemes and bool(parts.hostname or parts.scheme == "unix") and parts.port != 0
            )
        except ValueError:
            valid = False
        if not valid:
            # The value may hold a password: it is not repeated.
            self.wrong(id, f"{name} n'est pas une adresse utilisable.", f"Écrivez par exemple {name}={example}")
            return default
        return value

    def contact(self, name: str, id: str) -> str:
        """Where people write: an https address, or an e-mail address, given back as `mailto:`."""
        value = self.text(name).removeprefix("mailto:")
        if not value or re.fullmatch(r"https://[^\s/]+(/\S*)?", value):
            return value
        if re.fullmatch(r"[^\s@:/]+@[^\s@:/]+", value):
            return f"mailto:{value}"
        self.wrong(
            id,
            f"{name} n'est ni une adresse électronique ni une adresse https.",
            f"Écrivez par exemple {name}=securite@ville.fr",
        )
        return ""

    def words(self, name: str) -> list[str]:
        """A list written with commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def hosts(self, name: str) -> list[str]:
        """A list of host:port."""
        found = []
        for word in self.words(name):
            host, _, port = word.rpartition(":")
            if not host or "/" in host or "@" in host or not (port.isdecimal() and 0 < int(port) < 65_536):
                self.wrong(
                    "E013",
                    f"{name} n'est pas une liste de serveurs avec leur port.",
                    f"Écrivez par exemple {name}=geo.interne.exemple.fr:443,10.0.0.5:8080",
                )
                return []
            found.append(f"{host.lower()}:{int(port)}")
        return found

    def host_names(self, name: str, id: str, *, own: str) -> list[str]:
        """Names of hosts with commas between; those that are none, and our own, are told and left out."""
        found = [word.lower() for word in self.words(name)]
        wrong = [word for word in found if not HOST.fullmatch(word) or word == own]
        if wrong:
            self.wrong(
                id,
                f"{name} nomme « {wrong[0]} », qui n'est pas le nom d'un autre hôte.",
                f"Écrivez par exemple {name}=donnees.ville.fr,www.donnees.ville.fr",
            )
        return [word for word in found if word not in wrong]
