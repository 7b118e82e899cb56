# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One run of a kind of work, in a process of its own that may crash, hang or print."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

__all__ = ["Function", "Job"]

Function = Callable[[int, Path], int]
"""Does the work of a seed in an empty folder: how many things it has checked, or raises."""

# By fork, so that a child has all modules at once, and functions need not be picklable.
_CONTEXT = multiprocessing.get_context("fork")


class Job:
    """A run, from its start on.

    `folder` is made, and holds `work`, where the function is, `tmp` for what programs write for
    a while, and what was printed. `seconds` is when it counts as hanging.
    """

    def __init__(self, kind: str, seed: int, function: Function, folder: Path, seconds: float):
        self.kind, self.seed, self.folder = kind, seed, folder
        self.checked, self.failure = 0, ""
        self._seconds = seconds
        for each in ("work", "tmp"):
            (folder / each).mkdir(parents=True)
        self.begin = time.monotonic()
        self._process = _CONTEXT.Process(target=_work, args=(function, seed, folder), daemon=True)
        self._process.start()

    @property
    def sentinel(self) -> int:
        """Ready, for `multiprocessing.connection.wait`, when the process ends."""
        return self._process.sentinel

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.begin

    def is_over(self) -> bool:
        """Whether it has ended or hangs; then `checked` or `failure` is set and nothing runs."""
        hangs = self.elapsed > self._seconds
        if self._process.is_alive() and not hangs:
            return False
        self.stop()
        file = self.folder / "result.json"
        try:
            self.checked, self.failure = json.loads(file.read_text())
        except (OSError, ValueError):
            code = self._process.exitcode
            self.failure = f"no result after {self._seconds:g} s" if hangs else (
                f"ended with {signal.Signals(-code).name if code and code < 0 else f'status {code}'}"
            )  # fmt: skip
        return True

    def stop(self) -> None:
        """Ends the process, and what it may have left running."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def keep(self, folder: Path, note: str) -> Path:
        """Copies what it worked on to a folder of its own in `folder`, with a note; says where."""
        target = folder / f"{self.kind}-{self.seed}"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder / "work", target, symlinks=True)
        shutil.copy(self.folder / "printed.txt", target)
        (target / "failure.txt").write_text(note)
        return target

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _work(function: Function, seed: int, folder: Path) -> None:
    os.setsid()
    # Ctrl-C is for whoever started this one, which ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    printed = os.open(folder / "printed.txt", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    faulthandler.enable(file=2)
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder / "tmp")
    os.chdir(folder / "work")
    try:
        result = (function(seed, folder / "work"), "")
    except BaseException:  # whatever it is, it is what was looked for
        result = (0, traceback.format_exc())
    sys.stdout.flush()
    (folder / "result.json").write_text(json.dumps(result))
