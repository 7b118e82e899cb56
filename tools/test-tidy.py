#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clang-tidy over our C++ files.

    tools/test-tidy.py BUILD [FILE...]    (no file: lib/, tools/, test/unit/)

BUILD is a configured and built tree: its commands and generated headers are
needed. Nearly all of the time goes into reading LLVM's headers. So when all files
are looked at, those of a folder are read together, as one translation unit (where
`misc-unused-using-decls` sees nothing); a group whose names get into each other's
way is read as two halves, and so on. The exit code is 0 if nothing is found.
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
GROUP = 8
USING = re.compile(r"^using namespace (llvm|mlir);", re.MULTILINE)
NOISE = re.compile(r"\d+ warnings? generated|Suppressed|Use -header-filter")


@dataclass(frozen=True)
class Command:
    """How a file is compiled, but for its name and its output."""

    directory: str
    arguments: tuple[str, ...]


@dataclass
class Finding:
    code: int
    text: str


def read_commands(build: Path) -> dict[Path, Command]:
    """The command of each file in the build's `compile_commands.json`."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        arguments = shlex.split(entry["command"])
        end = arguments.index("-o")
        commands[Path(entry["file"])] = Command(entry["directory"], tuple(arguments[:end]))
    return commands


def tracked_files(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True)  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines()]


def group(files: list[Path], commands: dict[Path, Command]) -> list[list[Path]]:
    """Files of one folder and one command, at most `GROUP` at a time; of those that use `llvm`
    and those that use `mlir`, which have names in common, apart."""
    alike = defaultdict(list)
    for file in files:
        spaces = tuple(sorted(set(USING.findall(file.read_text()))))
        alike[(file.parent, spaces, commands.get(file))].append(file)
    groups = []
    for (_, _, command), members in sorted(alike.items(), key=lambda item: str(item[0][:2])):
        count = len(members) if command is None else -(-len(members) // GROUP)
        groups += [members[i::count] for i in range(count)]
    return groups


def copy_settings(folder: Path) -> None:
    """Makes `folder` anew with clang-tidy's settings in the same folders as here."""
    shutil.rmtree(folder, ignore_errors=True)
    for settings in tracked_files(".clang-tidy", "*/.clang-tidy"):
        copy = folder / settings.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(settings, copy)


def write_group(members: list[Path], command: Command, folder: Path, name: str) -> tuple[Path, Path]:
    """Writes a source file that includes `members`, in the folder with their settings, and the
    command for it: the file, and the folder of its database."""
    source = folder / members[0].parent.relative_to(ROOT) / f"{name}.cpp"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("".join(f'#include "{file}" // NOLINT\n' for file in members))
    database = folder / name
    database.mkdir()
    arguments = [*command.arguments, "-c", str(source)]
    entry = {"directory": command.directory, "file": str(source), "arguments": arguments}
    (database / "compile_commands.json").write_text(json.dumps([entry]))
    return source, database


def tidy(source: Path, database: Path) -> Finding:
    """What clang-tidy says of a source file with the commands in the folder `database`."""
    done = subprocess.run(
        ["clang-tidy-22", "--experimental-custom-checks", "--quiet", "-p", str(database), str(source)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if not NOISE.match(line)]
    return Finding(done.returncode, "\n".join(lines))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    options = parser.parse_args()
    build = options.build.resolve()
    commands = read_commands(build)

    def alone(file: Path) -> list[Finding]:
        return [tidy(file, build)]

    def together(members: list[Path], name: str) -> list[Finding]:
        if len(members) == 1:
            return alone(members[0])
        finding = tidy(*write_group(members, commands[members[0]], build / "tidy", name))
        if not finding.code or "[clang-diagnostic-error" not in finding.text:
            return [finding]
        clash = next(line for line in finding.text.splitlines() if "[clang-diagnostic-error" in line)
        print(f"note: {len(members)} files are not read together: {clash}", flush=True)
        return together(members[::2], f"{name}a") + together(members[1::2], f"{name}b")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if options.files:
            jobs = [pool.submit(alone, file) for file in options.files]
        else:
            copy_settings(build / "tidy")
            groups = sorted(group(tracked_files(*FOLDERS), commands), key=len, reverse=True)
            jobs = [pool.submit(together, members, f"group-{i}") for i, members in enumerate(groups)]
        failed = False
        for job in jobs:
            for finding in job.result():
                failed |= finding.code != 0
                if finding.text:
                    print(finding.text, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
