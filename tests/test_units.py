"""The units of deploy/: what systemd itself says of them, and that what closes one closes all."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PROJECT

UNITS = sorted((PROJECT / "deploy").glob("*.service"))
TIMERS = sorted((PROJECT / "deploy").glob("*.timer"))
OPENED = {"User", "Group", "WorkingDirectory", "Environment", "EnvironmentFile", "StateDirectory", "KillMode", "Type"}
STARTED = {"ExecStart", "ExecStartPre", "Restart", "RestartSec", "TimeoutStartSec"}
WORST = 2.0  # of ten, by `systemd-analyze security`: 10 is a service that may do all

Asked = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def analyze() -> Asked:
    """Part of Debian's systemd, which a machine that runs the tests in a container may lack."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("missing: systemd-analyze (apt-get install systemd)")

    def asked(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([tool, *words], capture_output=True, text=True, check=False, timeout=60)

    return asked


@pytest.fixture
def planted(tmp_path: Path) -> list[str]:
    """The units, of a project that is in this folder in place of /opt/bouture: what they start must exist."""
    for called in set(
        re.findall(r"^ExecStart(?:Pre)?=/opt/bouture/(\S+)", "\n".join(map(Path.read_text, UNITS)), re.M)
    ):
        program = tmp_path / "bouture" / called
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    made = []
    for unit in (*UNITS, *TIMERS):
        copy = tmp_path / unit.name
        copy.write_text(unit.read_text().replace("/opt/bouture", str(tmp_path / "bouture")))
        made.append(str(copy))
    return made


def test_systemd_has_nothing_to_say_of_them(analyze: Asked, planted: list[str]) -> None:
    done = analyze("verify", "--man=no", *planted)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_what_is_wrong_would_be_said(analyze: Asked, planted: list[str]) -> None:
    unit = Path(planted[0])
    unit.write_text(unit.read_text().replace("ProtectProc=invisible", "ProtectProc=perhaps"))
    assert f"{unit}:" in analyze("verify", "--man=no", *planted).stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_is_closed(analyze: Asked, unit: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", f"--threshold={WORST * 10:.0f}", str(unit))
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_what_closes_one_closes_all() -> None:
    closing = {}
    for unit in UNITS:
        lines = unit.read_text().partition("[Service]\n")[2].partition("\n\n")[0].splitlines()
        closing[unit.name] = [line for line in lines if line.partition("=")[0] not in OPENED | STARTED]
    assert len(UNITS) == 6
    assert len(closing["bouture.service"]) > 20
    assert [name for name, lines in closing.items() if lines != closing["bouture.service"]] == []
