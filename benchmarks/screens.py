"""Makes the pictures of the five journeys again, in docs/screens, and the page that shows them.

    python benchmarks/screens.py

Runs tests/browser/test_journeys.py, which checks every step. Needs Chromium, `npm ci --prefix tests/browser/axe` and the shared
data. Stops with status 1 when a step fails: the pictures of the others are written, the page is not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "docs" / "screens"


def main() -> None:
    for old in FOLDER.glob("*.png"):
        old.unlink()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:randomly", "tests/browser/test_journeys.py"]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, "SCREENS": str(FOLDER)}, check=False)
    pictures = sorted(FOLDER.glob("*.png"))
    print(f"{len(pictures)} pictures, {sum(path.stat().st_size for path in pictures) // 1000} kB")
    sys.exit(1 if done.returncode else 0)


if __name__ == "__main__":
    main()
