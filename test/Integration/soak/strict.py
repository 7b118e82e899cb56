# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the compiler on what may be anything: it compiles, or says why not and leaves nothing."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

from compiler import compiler

__all__ = ["run"]

# Of computing. A machine that does more than one thing takes longer, a compiler that waits
# for nothing for ever.
_CPU_SECONDS, _WALL_SECONDS = 20, 120
_ADDRESS_SPACE = 4 << 30
_CRASHES = ["PLEASE submit a bug report", "Stack dump:", "LLVM ERROR", "AddressSanitizer",
            "runtime error:", "Traceback (most recent call last)"]  # fmt: skip


def _limit() -> None:
    """In the child: computing that does not end, or takes all memory, is ended."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The address sanitizer's shadow is larger than any limit.
    if "ASAN_OPTIONS" not in os.environ:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))


def run(model: Path, *options: str) -> bool:
    """Whether the compiler takes it, in the current folder, which holds all that it writes.

    Raises `AssertionError`, with the command, for a crash, 20 s of computing, a refusal
    without a diagnostic, files that are left behind then, and files that are missing else.
    """
    out, tmp = Path("out"), Path(os.environ["TMPDIR"])
    out.mkdir(exist_ok=True)
    for each in out.iterdir():
        each.unlink()
    before = set(tmp.iterdir())
    command = [str(compiler()), str(model), "-o", "out/net.o", "--report=out/net.json", *options]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_WALL_SECONDS,
            preexec_fn=_limit, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise AssertionError(f"{' '.join(command)}: not done after {_WALL_SECONDS} s") from None
    code = done.returncode
    if code == -signal.SIGXCPU:
        said = f"not done after {_CPU_SECONDS} s of computing"
    elif code not in (0, 1, 2):
        said = f"ended with {signal.Signals(-code).name if code < 0 else code}"
    elif found := [words for words in _CRASHES if words in done.stderr]:
        said = f"exit status {code}, but '{found[0]}'"
    elif code and "error: " not in done.stderr and "rtwmc-compile: " not in done.stderr:
        said = f"exit status {code} without a diagnostic"
    elif code and (left := sorted(each.name for each in out.iterdir())):
        said = f"exit status {code}, but left behind: {', '.join(left)}"
    elif more := sorted(each.name for each in set(tmp.iterdir()) - before):
        said = f"temporary files left behind: {', '.join(more)}"
    elif not code and not (out / "net.o").exists():
        said = "exit status 0 without an object"
    else:
        return not code
    raise AssertionError(f"{' '.join(command)}: {said}\n{done.stdout[-300:]}\n{done.stderr[-1500:]}\n{said}")
