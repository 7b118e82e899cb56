#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clang-tidy over our C++ files.

    tools/test-tidy.py BUILD [FILE...]    (no file: lib/, tools/, test/unit/)

BUILD is a configured and built tree: its commands and generated headers are
needed. Nearly all of the time goes into reading LLVM's headers. So when all files
are looked at, those of a folder are read together, as one translation unit (where
`misc-unused-using-decls` sees nothing). The exit code is 0 if nothing is found.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("lib/*.cpp", "tools/*.cpp", "test/unit/*.cpp")
# More files read together take more memory and can be shared out less evenly.
GROUP = 16
INCLUDE = re.compile(r'^#include "(.+)"', re.MULTILINE)
NOISE = re.compile(r"\d+ warnings? generated|Suppressed|Use -header-filter")


def read_options(build: Path) -> dict[Path, tuple[str, ...]]:
    """The compiler's options for each file in the build's `compile_commands.json`; in a unity
    build those of the file that includes it."""
    options = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        first = next(i for i, word in enumerate(words) if word.startswith("-"))
        file = Path(entry["file"])
        for each in INCLUDE.findall(file.read_text()) if file.parent.name == "Unity" else [file]:
            options[Path(each)] = tuple(words[first : words.index("-o")])
    return options


def tracked_files(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True)  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines()]


def group(files: list[Path], options: dict[Path, tuple[str, ...]]) -> list[list[Path]]:
    """Files of one folder and with the same options, at most `GROUP` at a time; those that use
    `llvm` apart, which has names in common with `mlir`, which others use."""
    alike = defaultdict(list)
    for file in files:
        uses_llvm = "\nusing namespace llvm;" in file.read_text()
        alike[(file.parent, uses_llvm, options[file])].append(file)
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
    source = folder / members[0].parent.relative_to(ROOT) / f"{name}.cpp"
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
    options = read_options(build)
    files = [file.resolve() for file in arguments.files] or tracked_files(*FOLDERS)
    if unbuilt := [str(file) for file in files if file not in options]:
        parser.error(f"not built in {build}: {', '.join(unbuilt)}")
    if arguments.files:
        sources = [(file, options[file]) for file in files]
    else:
        copy_settings(build / "tidy")
        groups = sorted(group(files, options), key=len, reverse=True)
        sources = [(write_group(members, build / "tidy", f"group-{i}"), options[members[0]])
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
