# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line of the soak."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .job import Function, Job
from .run import Soak, commit

__all__ = ["main"]

# What one run may take; on a busy machine it is a small part of it.
_SECONDS = 600.0


def _parser(kinds: Mapping[str, Function]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/soak.sh", description="Run random work of many kinds and keep what fails.",
        epilog="kinds: " + ", ".join(kinds),
    )  # fmt: skip
    parser.add_argument("--minutes", type=float, default=10.0, metavar="N", help="how long (default 10)")
    parser.add_argument("--runs", type=int, default=1, metavar="N",
                        help="of each kind at least, however long that takes (default 1)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="S",
                        help="all runs follow from it; with --kind, that of the run")  # fmt: skip
    parser.add_argument("--kinds", metavar="K,K", help="only these, separated by commas")
    parser.add_argument("--kind", metavar="K", choices=list(kinds), help="a single run of this kind")
    parser.add_argument("--keep", type=Path, default=Path("soak-failures"), metavar="FOLDER",
                        help="for the inputs of failed runs, or that of --kind (default "
                        "soak-failures)")  # fmt: skip
    parser.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N",
                        help="runs at once (default: one a core)")  # fmt: skip
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


def _single(kind: str, seed: int, function: Function, keep: Path) -> int:
    with tempfile.TemporaryDirectory(prefix="rtwmc-soak-") as folder:
        job = Job(kind, seed, function, Path(folder, "run"), _SECONDS)
        while not job.is_over():
            time.sleep(0.05)
        words = job.failure or f"{kind} {seed}: {job.checked} checked, nothing wrong\n"
        target = job.keep(keep, f"commit {commit()}\n\n{words}")
    _say(f"{words.rstrip()}\nits files are in {target}")
    return int(bool(job.failure))


def main(arguments: Sequence[str] | None = None, kinds: Mapping[str, Function] | None = None) -> int:
    """The command; returns the exit status. `kinds` replaces those there are, for tests."""
    if kinds is None:
        from .kinds import KINDS

        kinds = KINDS
    parser = _parser(kinds)
    options = parser.parse_args(arguments)
    if options.minutes < 0 or options.runs < 0 or options.workers < 1:
        parser.error("--minutes and --runs are at least 0, --workers at least 1")
    if options.kind:
        return _single(options.kind, options.seed, kinds[options.kind], options.keep)
    names = options.kinds.split(",") if options.kinds else list(kinds)
    if unknown := [name for name in names if name not in kinds]:
        parser.error(f"--kinds: no {', '.join(unknown)}; there are {', '.join(kinds)}")
    _say(f"commit {commit()}, seed {options.seed}, {options.minutes:g} minutes, "
         f"{options.workers} at once")  # fmt: skip
    soak = Soak({name: kinds[name] for name in names}, options.seed, options.keep, options.workers,
                _SECONDS, _say)  # fmt: skip
    soak.run(options.minutes, options.runs)
    _say("\n" + soak.table())
    return int(soak.failed > 0)
