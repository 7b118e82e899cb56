# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the compiler is looked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rtwmc import __version__, cli, installed

ROOT = Path(__file__).resolve().parents[2]
# As pip writes a command.
COMMAND = """#!{python}
import sys
from rtwmc.programs import compile
if __name__ == "__main__":
    sys.exit(compile())
"""


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """rtwmc-compile as pip installs it, on the PATH before a compiler in `other`."""
    ours = _program(tmp_path / "venv/bin/rtwmc-compile", COMMAND.format(python=sys.executable))
    _program(tmp_path / "other/bin/rtwmc-compile", "#!/bin/sh\necho other \"$@\"\n")
    monkeypatch.setenv("PATH", f"{ours.parent}:{tmp_path}/other/bin:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "python"))
    monkeypatch.delenv("RTWMC_BUILD_DIR", raising=False)
    return ours


def test_command_does_not_find_itself(command: Path, tmp_path: Path) -> None:
    assert installed.tool("rtwmc-compile") == tmp_path / "other/bin/rtwmc-compile"
    done = subprocess.run([command, "x", "--ram=1"], capture_output=True, text=True, timeout=30)
    assert done.stdout == "other x --ram=1\n", done.stderr


def test_command_without_a_compiler(
    command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTWMC_BUILD_DIR", str(tmp_path))
    done = subprocess.run([command, "x"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and done.stderr.startswith("error: no bin/rtwmc-compile in")


@pytest.mark.usefixtures("command")
def test_wheel_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "site-packages/rtwmc"
    inside = _program(package / "bin/rtwmc-compile", "")
    _program(package / "lib/cmake/RTWMC/RTWMCConfig.cmake", "")
    monkeypatch.setattr(installed, "_PACKAGE", package)
    assert installed.tool("rtwmc-compile") == inside
    assert cli.main(["cmake-dir"]) == 0
    assert capsys.readouterr().out == f"{package}/lib/cmake/RTWMC\n"


def test_cmake_dir_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RTWMC_BUILD_DIR", str(tmp_path))
    assert cli.main(["cmake-dir"]) == 1
    assert "no lib/cmake/RTWMC/RTWMCConfig.cmake in" in capsys.readouterr().err


def test_version_is_that_of_cmake() -> None:
    project = (ROOT / "CMakeLists.txt").read_text()
    assert __version__ == re.search(r"project\(rtwmc VERSION (\S+)", project)[1]
