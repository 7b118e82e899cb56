#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clang-tidy over our C++ files.

    tools/test-tidy.py BUILD [FILE...]    (no file: lib/, tools/, test/unit/)

BUILD is a configured and built tree: its commands, generated and precompiled headers
are needed. Nearly all of the time goes into reading LLVM's headers. So when all files
are looked at, those of a library are read together, as one translation unit (where
`misc-unused-using-decls` sees nothing, and no two files may have another `static` or
unnamed thing of the same name, as in a unity build), as are those of small libraries. The
exit code is 0 if nothing is found.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("lib/*.cpp", "tools/*.cpp", "test/unit/*.cpp")
# More files read together take more memory and can be shared out less evenly.
GROUP = 40
# Libraries of fewer files are read together.
SMALL = 8
TARGET = re.compile(r"CMakeFiles/(?:obj\.)?([^/]+)\.dir/")
INCLUDE = re.compile(r'^#include "(.+)"', re.MULTILINE)
NOISE = re.compile(r"\d+ warnings? generated|Suppressed|Use -header-filter")


@dataclass(frozen=True)
class Compilation:
    """How a file is compiled: a part of which library or program, with which options."""

    target: str
    options: tuple[str, ...]


def read_compilations(build: Path) -> dict[Path, Compilation]:
    """How the build's `compile_commands.json` compiles each file; in a unity build, as the file
    that includes it."""
    compilations = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        first = next(i for i, word in enumerate(words) if word.startswith("-"))
        last = words.index("-o")
        compilation = Compilation(TARGET.search(words[last + 1])[1], tuple(words[first:last]))
        file = Path(entry["file"])
        for each in INCLUDE.findall(file.read_text()) if file.parent.name == "Unity" else [file]:
            compilations[Path(each)] = compilation
    return compilations


def tracked_files(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True)  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines()]


def group(files: list[Path], compilations: dict[Path, Compilation]) -> list[list[Path]]:
    """Files of one target and with the same options, at most `GROUP` at a time; those that use
    `llvm` apart, which has names in common with `mlir`, which others use."""
    targets = defaultdict(list)
    for file in files:
        uses_llvm = "\nusing namespace llvm;" in file.read_text()
        targets[(compilations[file].target, uses_llvm)].append(file)
    alike = defaultdict(list)
    for (target, uses_llvm), members in sorted(targets.items()):
        for file in members:
            folder = file.relative_to(ROOT).parts[0]
            owner = folder if folder == "lib" and len(members) < SMALL else target
            alike[(owner, uses_llvm, compilations[file].options)].append(file)
    groups = []
    for _, members in sorted(alike.items()):
        count = -(-len(members) // GROUP)
        groups += [members[i::count] for i in range(count)]
    return groups


def copy_settings(folder: Path) -> None:
    """Makes `folder` anew with clang-tidy's settings in the same folders as here."""
    shutil.rmtree(folder, ignore_errors=True)
    for settings in tracked_files(".clang-tidy", "*/.clang-tidy"):
        copy = folder / settings.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(settings, copy)


def write_group(members: list[Path], folder: Path, name: str) -> Path:
    """Writes a source file that includes `members`, in the folder with their settings."""
    common = Path(os.path.commonpath([file.parent for file in members]))
    source = folder / common.relative_to(ROOT) / f"{name}.cpp"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("".join(f'#include "{file}" // NOLINT\n' for file in members))
    return source


def tidy(source: Path, options: tuple[str, ...]) -> tuple[bool, str]:
    """Whether clang-tidy finds nothing in a source file, and what it says."""
    done = subprocess.run(
        ["clang-tidy-22", "--experimental-custom-checks", "--quiet", str(source), "--", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if not NOISE.match(line)]
    return done.returncode == 0, "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    compilations = read_compilations(build)
    files = [file.resolve() for file in arguments.files] or tracked_files(*FOLDERS)
    if unbuilt := [str(file) for file in files if file not in compilations]:
        parser.error(f"not built in {build}: {', '.join(unbuilt)}")
    if arguments.files:
        sources = [(file, compilations[file].options) for file in files]
    else:
        copy_settings(build / "tidy")
        groups = sorted(group(files, compilations), key=len, reverse=True)
        sources = [(write_group(members, build / "tidy", f"group-{i}"), compilations[members[0]].options)
                   for i, members in enumerate(groups)]  # fmt: skip

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        is_clean = True
        for finds_nothing, text in pool.map(lambda source: tidy(*source), sources):
            is_clean &= finds_nothing
            if text:
                print(text, flush=True)
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
