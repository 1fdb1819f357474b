"""The key that signs sessions and forms: from the environment or from a file, never from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from portal.environment import Environment

SHORTEST: Final = 32  # characters; below, signed cookies can be guessed


def secret_key(env: Environment, home: Path) -> str:
    """From the variable, else from the file; "" (told as a check) when there is neither."""
    key = env.text("BOUTURE_SECRET_KEY")
    file = env.path("BOUTURE_SECRET_KEY_FILE", home / "secret.key")
    remedy = (
        f"Lancez « make run », qui en crée une, ou : (umask 077; python3 -c "
        f"'import secrets; print(secrets.token_urlsafe(64))' > {file})"
    )
    if not key:
        try:
            key = file.read_text("utf-8").strip()
            if file.stat().st_mode & 0o007:
                env.doubtful("W002", f"Tous les comptes de la machine peuvent lire {file}.", f"chmod 600 {file}")
        except (OSError, UnicodeDecodeError):
            env.wrong("E004", "L'instance n'a pas de clé secrète (ni BOUTURE_SECRET_KEY ni fichier lisible).", remedy)
            return ""
    if len(key) < SHORTEST:
        env.wrong("E004", f"La clé secrète a moins de {SHORTEST} caractères.", remedy)
    return key
