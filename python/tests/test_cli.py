# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of the command `rtwmc` and of the help of its commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rtwmc import __version__, cli, commands

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    assert re.findall(r"^  ([\w-]+)  ", text, re.M) == list(cli._COMMANDS)
    assert cli.main([]) == 0 and capsys.readouterr().out == text


@pytest.mark.parametrize("name", [name for name in cli._COMMANDS if name != "compile"])
def test_help_of_commands_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the command as it was called, not of the module."""
    with pytest.raises(SystemExit) as stopped:
        cli.main([name, "--help"])
    text = capsys.readouterr().out
    assert stopped.value.code == 0
    assert f"usage: rtwmc {name} " in text
    assert "-m rtwmc" not in text
    examples = re.findall(rf"^    (?:cmake .*)?rtwmc {name}\b(.*)", text, re.M)
    assert examples and not re.search(r"[][|]|MODEL|FILE|BYTES", "".join(examples))


def test_help_of_a_module() -> None:
    """Without `rtwmc` before, and after it was there."""
    done = subprocess.run(
        [sys.executable, "-m", "rtwmc.verify", "--help"], capture_output=True, text=True, check=True
    )
    assert "usage: python -m rtwmc.verify " in done.stdout
    assert "    python -m rtwmc.verify model.tflite\n" in done.stdout
    assert commands.call("x", lambda _: len(commands.parser("verify", "").prog), []) == len("rtwmc x")
    assert commands.parser("verify", "").prog == "python -m rtwmc.verify"


def test_module() -> None:
    command = [sys.executable, "-m", "rtwmc"]
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: rtwmc COMMAND")
    assert subprocess.run([*command, "nothing"], capture_output=True, check=False).returncode == 2


@pytest.mark.usefixtures("compiler")
def test_compile(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    model, out = str(MODELS / "lenet_a.mlir"), tmp_path / "x.o"
    assert cli.main(["compile", model, "--mcpu=cortex-m0", "-o", str(out)]) == 0
    assert out.read_bytes()[:4] == b"\x7fELF"
    assert cli.main(["compile", model, "--ram=100", "-o", str(tmp_path / "y.o")]) == 1
    assert "the smallest budget that fits" in capfd.readouterr().err
    assert cli.main(["compile", "--help"]) == 0
    text = capfd.readouterr().out
    assert "USAGE: rtwmc compile [options]" in text
    assert "--mcpu=<core>" in text and "rtwmc compile model.tflite" in text


@pytest.mark.usefixtures("compiler")
def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(rf"rtwmc {re.escape(__version__)} \(LLVM \d+\.\d+\S*\)\n", capsys.readouterr().out)


def test_exit_statuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["nothing"]) == 2
    assert "no command 'nothing'; rtwmc --help lists them" in capsys.readouterr().err
    assert cli.main(["verify", "none.tflite"]) == 2
    monkeypatch.setenv("RTWMC_BUILD_DIR", str(tmp_path))
    assert cli.main(["compile"]) == 1 and cli.main(["--version"]) == 1
    assert capsys.readouterr().err.count("error: no bin/rtwmc-compile in") == 2
