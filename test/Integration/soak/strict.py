# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs programs on what may be anything. The compiler takes it, or says why not and leaves nothing."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from compiler import compiler

__all__ = ["fail", "limited", "run"]

# Of computing. A machine that does more than one thing takes longer, a compiler that waits
# for nothing for ever.
_CPU_SECONDS, _WALL_SECONDS = 20, 120
_ADDRESS_SPACE = 4 << 30
_CRASHES = ["PLEASE submit a bug report", "Stack dump:", "LLVM ERROR", "AddressSanitizer",
            "runtime error:", "Traceback (most recent call last)"]  # fmt: skip


def _limit(seconds: int) -> None:
    """In the child: computing that does not end, or takes all memory, is ended."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The address sanitizer's shadow is larger than any limit.
    if "ASAN_OPTIONS" not in os.environ:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))


def limited(command: Sequence[str | Path], codes: Iterable[int],
            seconds: int | None = None) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Runs a command that may end with one of `codes`, in so many seconds of computing (default:
    20) and without a crash.

    Raises `AssertionError`, with the command, otherwise.
    """
    seconds = seconds or _CPU_SECONDS
    words = " ".join(map(str, command))
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_WALL_SECONDS,
            preexec_fn=lambda: _limit(seconds), stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise AssertionError(f"{words}: not done after {_WALL_SECONDS} s") from None
    code = done.returncode
    if code == -signal.SIGXCPU:
        fail(done, f"not done after {seconds} s of computing")
    if code not in codes:
        fail(done, f"ended with {signal.Signals(-code).name if code < 0 else code}")
    if found := [each for each in _CRASHES if each in done.stderr]:
        fail(done, f"exit status {code}, but '{found[0]}'")
    return done


def fail(done: subprocess.CompletedProcess[str], said: str) -> NoReturn:
    """Raises `AssertionError` with the command and what it printed."""
    words = " ".join(map(str, done.args))
    raise AssertionError(f"{words}: {said}\n{done.stdout[-300:]}\n{done.stderr[-1500:]}\n{said}")


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
    done = limited(
        [compiler(), model, "-o", "out/net.o", "--report=out/net.json", *options], codes=(0, 1, 2)
    )  # fmt: skip
    code = done.returncode
    if code and "error: " not in done.stderr and "rtwmc-compile: " not in done.stderr:
        fail(done, f"exit status {code} without a diagnostic")
    if code and (left := sorted(each.name for each in out.iterdir())):
        fail(done, f"exit status {code}, but left behind: {', '.join(left)}")
    if more := sorted(each.name for each in set(tmp.iterdir()) - before):
        fail(done, f"temporary files left behind: {', '.join(more)}")
    if not code and not (out / "net.o").exists():
        fail(done, "exit status 0 without an object")
    return not code
