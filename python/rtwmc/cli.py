# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command `rtwmc`: the compiler and the modules of this package under one name."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from . import commands, installed

__all__ = ["main"]


@dataclass(frozen=True)
class _Command:
    name: str
    module: str
    summary: str


# In the order in which a user comes to need them.
_GROUPS = {
    "from a model to firmware": [
        _Command("compile", "", "an object for a core, its header and its report"),
        _Command("cmake-dir", "", "the folder of the package for CMake projects"),
        _Command("verify", "verify", "is it bit for bit what TensorFlow Lite Micro computes?"),
        _Command("verify-certificate", "certificate", "prove an object's memory, stack and instructions"),
        _Command("report", "report", "a page that shows where RAM, flash and time go"),
        _Command("compare", "compare", "its memory beside TensorFlow Lite Micro's"),
        _Command("qemu", "qemu", "run an object, or complete firmware, on an emulated core"),
        _Command("bench", "benchmark", "count instructions and estimate cycles, by core and by layer"),
    ],
    "less memory than lossless": [
        _Command("plan", "plan", "what is stored how, and what less or more RAM would change"),
        _Command("fronts", "fronts", "RAM over the work that strips do again"),
        _Command("calibrate", "calibrate", "measure where pruning loses least"),
        _Command("tune", "tune", "search the settings of pruning with the best accuracy"),
        _Command("curve", "curve", "accuracy over memory"),
    ],
    "networks of one's own": [
        _Command("train", "train", "train one of the paper's networks, also with pruning inside"),
        _Command("static", "static", "remove filters until the maps fit"),
        _Command("search", "search", "search architectures that fit"),
        _Command("evaluate", "evaluate", "the paper's table and figures on compiled code"),
    ],
}
_COMMANDS = {each.name: each for group in _GROUPS.values() for each in group}
_EXAMPLES = """examples:
  rtwmc compile model.tflite --mcpu=cortex-m4 --ram=16KiB -o model.o --print-report
  rtwmc verify model.tflite --mcpu=cortex-m4
  rtwmc report model.tflite --ram=16KiB -o model.html
  rtwmc compare model.tflite
  rtwmc plan model.tflite --curve
  rtwmc COMMAND --help
  cmake -S firmware -B build -DRTWMC_DIR="$(rtwmc cmake-dir)"
"""
_CMAKE_DIR = """The folder of RTWMCConfig.cmake, for find_package(RTWMC).

example:

    cmake -S firmware -B build -DRTWMC_DIR="$(rtwmc cmake-dir)"
"""
_COMPILE_EXAMPLES = """
EXAMPLES:

  rtwmc compile model.tflite --mcpu=cortex-m4 -o model.o --print-report
  rtwmc compile model.tflite --mcpu=cortex-m0 --ram=4KiB --flash=32KiB --lossless -o model.o
  rtwmc compile model.tflite --ram=4KiB -o model.o --report=model.html
  rtwmc compile model.mlir --ram=2500 --calibration=model.calibration.json -o model.o
"""


def _help() -> str:
    lines = ["usage: rtwmc COMMAND ...", "", "Fits quantized networks into a microcontroller's RAM."]
    for title, group in _GROUPS.items():
        lines += ["", f"{title}:", *(f"  {each.name:<20}{each.summary}" for each in group)]
    return "\n".join([*lines, "", _EXAMPLES])


def _compile_to_page(arguments: Sequence[str], option: str) -> int:
    """`option` is `--report=FILE.html`: the compiler writes JSON, and the page is made of it."""
    from . import report

    with tempfile.TemporaryDirectory(prefix="rtwmc-") as folder:
        file = Path(folder, "report.json")
        others = [f"--report={file}" if each == option else each for each in arguments]
        return _compile(others) or report.draw(file, Path(option.partition("=")[2]))


def _compile(arguments: Sequence[str]) -> int:
    for i, each in enumerate(arguments):
        if re.fullmatch(r"--?report=.+\.html", each):
            return _compile_to_page(arguments, each)
        if re.fullmatch(r"--?report", each) and [*arguments, ""][i + 1].endswith(".html"):
            return _compile([*arguments[:i], f"{each}={arguments[i + 1]}", *arguments[i + 2 :]])
    # It calls itself what it was called.
    done = subprocess.run(
        ["rtwmc compile", *arguments], executable=installed.tool("rtwmc-compile"),
        env=installed.environment(), check=False,
    )  # fmt: skip
    if done.returncode == 0 and {"--help", "-h", "-help"} & set(arguments):
        print(_COMPILE_EXAMPLES)
    # Of a signal: as a shell says it.
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _print_cmake_dir(arguments: Sequence[str]) -> int:
    commands.parser("cli", _CMAKE_DIR).parse_args(arguments)
    print(installed.cmake_dir())
    return 0


def _version() -> str:
    """Of this package, and of the LLVM that the compiler is built with."""
    # Only here: finding it takes as long as all else does until a command begins.
    from . import __version__

    done = subprocess.run(
        [installed.tool("rtwmc-compile"), "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"LLVM version (\S+)", done.stdout)
    return f"rtwmc {__version__} (LLVM {found[1] if found else 'of an unknown version'})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of `rtwmc`; returns the exit status, 2 for a command that is not there."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("--help", "-h", "help"):
        print(_help(), end="")
        return 0
    name, *rest = given
    try:
        if name == "--version":
            print(_version())
            return 0
        if name == "cmake-dir":
            return commands.call(name, _print_cmake_dir, rest)
        if name == "compile":
            return _compile(rest)
    except installed.NotInstalledError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if name not in _COMMANDS:
        print(f"error: no command '{name}'; rtwmc --help lists them", file=sys.stderr)
        return 2
    try:
        module = import_module(f".{_COMMANDS[name].module}", __package__)
    except ModuleNotFoundError as error:
        print(f"error: {error}; see rtwmc's extras: pip install 'rtwmc[verify,certificate,tune,train,evaluate]'",
              file=sys.stderr)  # fmt: skip
        return 1
    return commands.call(name, module.main, rest)


if __name__ == "__main__":
    sys.exit(main())
