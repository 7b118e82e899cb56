#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Do two builds of the compiler write the same bytes?

    tools/compare-objects.py BUILD OTHER     compares two build trees
    tools/compare-objects.py --save FOLDER BUILD
    tools/compare-objects.py FOLDER BUILD    compares with what was saved before

A change that is to leave code generation as it is, is proven by this: build the
tree before and the tree after, and compare. A build with g++ and one with
clang++ must agree as well.

Compiles every network of test/models for every core and the host: without a
budget, with a tight one, in the paper's mode, each also in the paper's stream
order. Objects, headers and diagnostics must be equal; of the report every member
that the first build writes must have the same value in the second, which may
write more. The last line says how many compilations are the same; the exit code
is 0 if all are.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
KINDS = {"object": ".o", "header": ".h", "report": ".json", "message": ".txt"}


@dataclass(frozen=True)
class Job:
    """A network on a core; its compilations build on each other's reports."""

    model: Path
    core: str

    def __str__(self) -> str:
        return f"{self.model.stem}.{self.core}"


class Compiler:
    """One build of the compiler, writing into a folder."""

    def __init__(self, build: Path, folder: Path):
        self.program = build / "bin" / "rtwmc-compile"
        self.folder = folder

    def cores(self) -> list[str]:
        """The cores that the compiler itself names."""
        done = subprocess.run([self.program, "none", "--mcpu=none", "-o", "none"],
                              capture_output=True, text=True)  # fmt: skip
        return re.search(r"expects one of (.*)", done.stderr)[1].split(", ")

    def compile(self, job: Job, case: str, *options: str) -> tuple[dict | None, str]:
        """The report, nothing if it was refused, and the diagnostics."""
        stem = self.folder / f"{job}.{case}"
        done = subprocess.run(
            [self.program, job.model, f"--mcpu={job.core}", "-o", f"{stem}.o",
             f"--report={stem}.json", *options],
            capture_output=True, text=True,
        )  # fmt: skip
        # A crash prints addresses; only that it was one can be the same.
        message = done.stderr if done.returncode in (0, 1) else "crashed"
        # Where a checkout lies is not the compiler's doing.
        message = re.sub(r"\S*/(?=test/models/)", "", message)
        stem.with_name(stem.name + ".txt").write_text(f"exit {done.returncode}\n{message}")
        if done.returncode:
            return None, message
        return json.loads(Path(f"{stem}.json").read_text()), message

    def run(self, job: Job) -> None:
        """All compilations of a job."""
        lossless, _ = self.compile(job, "lossless")
        unpruned, _ = self.compile(job, "paper-unpruned", "--mode=paper", "--ram=16384KiB")
        for order in ("nhwc", "nchw"):
            if lossless:
                tight = [f"--order={order}", f"--ram={lossless['ram'] * 9 // 10}"]
                report, message = self.compile(job, f"tight-{order}", *tight)
                named = re.search(r"smallest budget that fits is ([\d,]+)", message)
                if not report and named:
                    smallest = f"--ram={named[1].replace(',', '')}"
                    self.compile(job, f"smallest-{order}", f"--order={order}", smallest)
            if unpruned:
                largest = max(m["bytes"]["values"] for m in unpruned["maps"])
                self.compile(job, f"paper-{order}", "--mode=paper", "--policy=paper",
                             f"--order={order}", f"--ram={largest}")  # fmt: skip


def is_extension(old, new) -> bool:
    """Whether `new` says all that `old` says, and perhaps more."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            name in new and is_extension(value, new[name]) for name, value in old.items()
        )
    if isinstance(old, list):
        return (
            isinstance(new, list) and len(old) == len(new) and all(map(is_extension, old, new))
        )  # fmt: skip
    return old == new


def differences(old: Path, new: Path, case: str) -> list[str]:
    """Which outputs of a compilation differ."""
    found = []
    for kind, suffix in KINDS.items():
        before, after = old / (case + suffix), new / (case + suffix)
        if before.exists() != after.exists():
            found.append(f"{kind} {'is gone' if before.exists() else 'is new'}")
        elif before.exists() and before.read_bytes() != after.read_bytes():
            if kind != "report" or not is_extension(
                json.loads(before.read_text()), json.loads(after.read_text())
            ):
                found.append(kind)
    return found


def is_build(folder: Path) -> bool:
    return (folder / "bin" / "rtwmc-compile").exists()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("first", type=Path, metavar="BUILD|FOLDER")
    parser.add_argument("second", type=Path, metavar="OTHER", nargs="?")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="only compile, into FOLDER")
    parser.add_argument("--models", default="*", metavar="GLOB", help="of these stems only")
    parser.add_argument("--cores", metavar="A,B", help="for these cores only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if (options.second is None) != (options.save is not None):
        parser.error("expects two builds, or --save and one")
    for folder in filter(None, (options.save and options.first, options.second)):
        if not is_build(folder):
            parser.error(f"{folder} is no build: it has no bin/rtwmc-compile")

    models = sorted((ROOT / "test" / "models").rglob(f"{options.models}.mlir"))
    with TemporaryDirectory() as temporary:

        def outputs(build: Path, folder: Path) -> Path:
            """What `build` writes, in a folder; what was saved is there already."""
            if not is_build(build):
                return build
            folder.mkdir(parents=True, exist_ok=True)
            compiler = Compiler(build.resolve(), folder)
            cores = options.cores.split(",") if options.cores else compiler.cores()
            jobs = [Job(model, core) for model in models for core in cores]
            with ThreadPoolExecutor(options.jobs) as pool:
                list(pool.map(compiler.run, jobs))
            return folder

        if options.save:
            outputs(options.first, options.save)
            return 0
        old = outputs(options.first, Path(temporary) / "first")
        new = outputs(options.second, Path(temporary) / "second")

        def wanted(case: str) -> bool:
            model, core, _ = case.rsplit(".", 2)
            known = {m.stem for m in models}
            return model in known and (not options.cores or core in options.cores.split(","))

        cases = sorted({p.stem for f in (old, new) for p in f.glob("*.txt") if wanted(p.stem)})
        different = 0
        for case in cases:
            if found := differences(old, new, case):
                different += 1
                print(f"{case}: {', '.join(found)}")
    print(f"{len(cases) - different} of {len(cases)} compilations are the same")
    return 1 if different or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
